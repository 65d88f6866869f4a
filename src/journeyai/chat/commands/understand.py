"""Commands that say why the map is as it is, how it came to be so, and how it would be otherwise."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from journeyai.chat.arguments import Arguments
from journeyai.chat.commands.base import command
from journeyai.chat.commands.show import cards_named
from journeyai.chat.phrasing import phrase
from journeyai.drafting.surroundings import Surroundings, surroundings
from journeyai.errors import SettingsError, SourceError
from journeyai.export.plain import visible
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.source import Document, DocumentKey
from journeyai.operations.comparison import Comparison, compare
from journeyai.operations.history import Step
from journeyai.operations.without import without
from journeyai.rendering.comparison import render_comparison
from journeyai.rendering.history import LoggedStep, render_branches, render_log
from journeyai.rendering.personas import render_personas
from journeyai.rendering.reasons import Reasons, render_reasons

if TYPE_CHECKING:
    from journeyai.chat.session import Chat

#: Steps that `/log` shows.
_STEPS: Final = 10
#: Cards of each sign that `/diff` and `/what-if` show before the rest is counted.
_CARDS: Final = 25
#: What may stand before the sources of `/what-if`.
_DROP: Final = frozenset({"drop", "without", "sin", "quitar", "quita"})
_DRAFT: Final = frozenset({"draft", "borrador"})
_SESSION: Final = frozenset({"", "session", "chat", "sesion"})
_TOKEN: Final = re.compile(r"\"([^\"]*)\"|“([^”]*)”|«([^»]*)»|([^\s,;]+)")


@command("why", "porque", "porqué", usage="CARD…", completes=("card",))
def why(chat: "Chat", words: str) -> None:
    """Show why a card stands on the map: every quote where it was said, who says it, and what made the card."""
    cards = cards_named(chat, words, "usage_why", "understand")
    for number, card in enumerate(cards):
        if number:
            chat.out.say("")
        chat.out.show(render_reasons(chat.journey, card, reasons_of(chat, card)))
    chat.last = tuple(card.id for card in cards)
    chat.out.record("cards", [card.id for card in cards])


def reasons_of(chat: "Chat", card: Card) -> Reasons:
    """Return what the sources and the history know of *card*."""
    quotes = [item for item in chat.journey.evidence if item.id in {*card.evidence, *card.against}]
    documents = _documents(chat, {item.source for item in quotes})
    around: dict[str, Surroundings] = {}
    persons: dict[str, str] = {}
    ground = chat.editor.ground() if quotes else None
    for item in quotes:
        document = documents.get((item.source, item.record))
        if document is not None and document.text[item.start : item.end] == item.quote:
            around[item.id] = surroundings(document, item.start, item.end)
        person = ground.remark(item).person if ground else None
        if person is not None:
            persons[item.id] = person
    return Reasons(around, persons, _logged(chat, chat.editor.blame(card.id)))


def _documents(chat: "Chat", sources: Iterable[str]) -> dict[DocumentKey, Document]:
    """Read *sources* from their raw files; one that cannot be read has nothing to show around its quotes."""
    documents: dict[DocumentKey, Document] = {}
    for source in sorted(sources):
        try:
            documents |= {document.key: document for document in chat.study.read(source).documents}
        except SourceError as error:
            chat.out.warn(error.message)
    return documents


@command("log", "historial", usage="[N]")
def log(chat: "Chat", words: str) -> None:
    """List what was done to the map, the newest first."""
    steps = chat.editor.steps()
    most = _count(chat, words, _STEPS)
    shown = steps[-most:]
    chat.out.show(
        render_log(_logged(chat, shown)[::-1], chat.journey.language, earlier=len(steps) - len(shown))
    )
    chat.out.record("steps", [_as_json(step) for step in shown])


@command("blame", "quien", "quién", usage="CARD", completes=("card",))
def blame(chat: "Chat", words: str) -> None:
    """List every step that touched a card, from the first."""
    for card in cards_named(chat, words, "usage_blame", "understand"):
        steps = chat.editor.blame(card.id)
        if steps:
            chat.out.show(render_log(_logged(chat, steps), chat.journey.language))
        else:
            chat.out.say(f"{card.id}: {chat.words('understand').say('no_history')}")
        chat.out.record("steps", [_as_json(step) for step in steps])


@command("diff", "diferencia", usage="[session|draft|BRANCH|FILE]", completes=("branch", "path"))
def diff(chat: "Chat", words: str) -> None:
    """Show what differs from the map as this chat began with it, as it was last drafted, of a branch, or in a file."""
    say = chat.words("understand").say
    if fold(words) in _SESSION:
        title, before = say("diff_session"), chat.editor.map_at(chat.started_at)
    elif fold(words) in _DRAFT:
        drafted = chat.editor.last_draft()
        if drafted is None:
            raise SettingsError(say("no_draft"))
        title, before = say("diff_draft"), drafted
    elif words in chat.editor.branches:
        title, before = say("diff_branch", name=words), chat.editor.map_of(words)
    else:
        title, before = say("diff_file", path=visible(words)), _map_in(chat, words)
    chat.out.say(title)
    _show(chat, compare(before, chat.journey), chat.journey)


def _map_in(chat: "Chat", words: str) -> JourneyMap:
    from journeyai.study.folder import read_map

    path = Path(words.strip("\"'")).expanduser()
    if not path.is_file() and (chat.study.folder.root / path).is_file():
        path = chat.study.folder.root / path
    if not path.is_file():
        raise SettingsError(chat.words("understand").say("no_file", path=visible(words)))
    try:
        return read_map(path)
    except SettingsError as error:
        raise SettingsError(
            chat.words("understand").say("no_file", path=visible(words)), error.message
        ) from error


@command("undo", "deshacer", usage="[N]")
def undo(chat: "Chat", words: str) -> None:
    """Take back the last step, or the last N. `/redo` does them again."""
    n = _count(chat, words, 1)
    _moved(chat, chat.editor.undo(n), chat.words("understand").say("undone", n=n))


@command("redo", "rehacer", usage="[N]")
def redo(chat: "Chat", words: str) -> None:
    """Do again what was taken back: one step, or N."""
    n = _count(chat, words, 1)
    _moved(chat, chat.editor.redo(n), chat.words("understand").say("redone", n=n))


@command("branch", "rama", "ramas", usage="[NAME]", completes=("branch",))
def branch(chat: "Chat", words: str) -> None:
    """Begin another version of the map (`future`: as it should be), or go to one; without a name, list them."""
    if words in chat.editor.branches:
        switch(chat, words)
    elif words:
        old = chat.editor.current_branch
        chat.editor.branch(words)
        key = "branched_future" if chat.journey.scope.state == "future" else "branched"
        chat.out.say(chat.words("understand").say(key, name=visible(words), old=old))
    else:
        chat.out.show(render_branches(chat.editor.list_branches(), chat.journey.language))
    chat.out.record("branches", list(chat.editor.branches))
    chat.out.record("branch", chat.editor.current_branch)


@command("switch", "cambiar", usage="BRANCH", completes=("branch",))
def switch(chat: "Chat", words: str) -> None:
    """Go to another version of the map, by its name."""
    if not words:
        branch(chat, "")
        return
    _moved(chat, chat.editor.switch(words), chat.words("understand").say("switched", name=visible(words)))
    chat.out.record("branch", chat.editor.current_branch)


@command("what-if", "whatif", "y-si", usage="drop SOURCE…|PERSONA…", completes=("source", "persona"))
def what_if(chat: "Chat", words: str) -> None:
    """Show the map without sources (`drop reviews/*.csv`) or a persona's people (`drop p2`). Nothing is applied."""
    say = chat.words("understand").say
    wanted = [next(filter(None, found.groups()), "") for found in _TOKEN.finditer(words)]
    if wanted and fold(wanted[0]) in _DROP:
        wanted = wanted[1:]
    if not wanted:
        raise SettingsError(say("usage_what_if"))
    journey = chat.journey
    sources, personas = _left_out(chat, wanted)
    if len(sources) == len(journey.sources):
        raise SettingsError(say("what_if_all"))
    names = {persona.id: say("quoted", text=visible(persona.name)) for persona in journey.personas}
    parts = []
    if sources:
        parts.append(say("what_if_sources", n=len(sources), names=visible(", ".join(sources[:5]))))
    if personas:
        parts.append(
            say("what_if_personas", n=len(personas), names=", ".join(names[id_] for id_ in personas))
        )
    what = parts[0] if len(parts) == 1 else say("and_", one=parts[0], other=parts[1])
    after = without(journey, chat.editor.ground(), sources=sources, personas=personas)
    chat.out.say(say("what_if", what=what))
    _show(chat, compare(journey, after), after)


def _left_out(chat: "Chat", wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the sources and the personas that *wanted* names: patterns of paths, ids, names.

    Raises:
        SettingsError: one of them names nothing.
    """
    journey, say = chat.journey, chat.words("understand").say
    named = Arguments(" ".join(wanted), journey, {})
    whole = named.things("persona")
    if whole and not named.left():
        return [], whole
    by_name = {fold(name): persona.id for persona in journey.personas for name in (persona.id, persona.name)}
    sources: dict[str, None] = {}
    personas: dict[str, None] = {}
    for pattern in wanted:
        found = [source.source for source in journey.sources if _fits(source.source, pattern)]
        sources |= dict.fromkeys(found)
        if fold(pattern) in by_name:
            personas[by_name[fold(pattern)]] = None
        elif not found:
            listed = ", ".join(visible(source.source) for source in journey.sources[:20])
            raise SettingsError(
                say("what_if_nothing", pattern=visible(pattern)), say("what_if_hint", sources=listed)
            )
    return list(sources), list(personas)


def _fits(source: str, pattern: str) -> bool:
    """Whether a path is meant: by a pattern of the whole, by its folder, or by the file's name alone."""
    path, wanted = fold(source), fold(pattern).removeprefix("sources/")
    name = path.rpartition("/")[2]
    return fnmatchcase(path, wanted) or path.startswith(wanted.rstrip("/") + "/") or fnmatchcase(name, wanted)


@command("compare", "comparar", usage="PERSONA PERSONA", completes=("persona",))
def compare_(chat: "Chat", words: str) -> None:
    """Put two personas side by side: who they are, how each stage feels to them, and whose pains are whose."""
    say = chat.words("understand").say
    arguments = Arguments(words, chat.journey, {})
    ids = arguments.things("persona")
    if arguments.left():
        raise arguments.missing("persona")
    if len(ids) != 2:
        raise SettingsError(say("compare_same" if len(ids) == 1 else "usage_compare"))
    by_id = {persona.id: persona for persona in chat.journey.personas}
    chat.out.show(render_personas(chat.journey, by_id[ids[0]], by_id[ids[1]]))
    chat.out.record("personas", ids)


# Shared


def _moved(chat: "Chat", comparison: Comparison, said: str) -> None:
    """Say where the history went, and what that changed."""
    chat.out.say(said)
    known = {card.id for card in chat.journey.cards}
    chat.last = tuple(id_ for id_ in chat.last if id_ in known)
    _show(chat, comparison, chat.journey)


def _show(chat: "Chat", comparison: Comparison, after: JourneyMap) -> None:
    chat.out.show(render_comparison(comparison, after, most=_CARDS))
    chat.out.record("diff", comparison.as_values())


def _count(chat: "Chat", words: str, otherwise: int) -> int:
    """Return the number that was typed.

    Raises:
        SettingsError: it is no number from 1.
    """
    if not words:
        return otherwise
    if not words.isascii() or not words.isdecimal() or not 0 < len(words) < 7 or int(words) < 1:
        raise SettingsError(chat.words("understand").say("usage_number", words=visible(words)))
    return int(words)


def _logged(chat: "Chat", steps: Sequence[Step]) -> list[LoggedStep]:
    """Return *steps* with what each of their changes did, in words."""
    say = chat.words("understand").say
    logged = []
    for step in steps:
        told: list[str] = []
        if step.changes:
            before = chat.editor.map_at(step.parent)
            told = [phrase(change, before) for change in step.changes]
        marks = [say("now_here")] if step.step == chat.editor.head else []
        marks += [say("this_chat")] if step.step == chat.started_at else []
        logged.append(LoggedStep(step, told, marks))
    return logged


def _as_json(step: Step) -> dict[str, object]:
    return step.model_dump(
        mode="json", include={"step", "parent", "branch", "at", "by", "request", "kind", "changes"}
    )
