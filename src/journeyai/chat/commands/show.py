"""Commands that look at the map and the sources, and change nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from journeyai.chat.arguments import Arguments
from journeyai.chat.commands.base import command
from journeyai.errors import SettingsError
from journeyai.export.elements import elements
from journeyai.export.plain import visible
from journeyai.export.reading import Reading
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona
from journeyai.rendering.choice import choose
from journeyai.rendering.journey import render_map
from journeyai.rendering.parts import CardList, CurveView, FoundList, PersonaList, StageList, overlap
from journeyai.retrieval.filters import Filters

if TYPE_CHECKING:
    from journeyai.chat.session import Chat
    from journeyai.retrieval.search import Passage

#: Passages that `/search` shows.
_FOUND: Final = 8
#: Passages of `/coverage`.
_LEFT_OUT: Final = 15
#: Letters of a word that have to stand in a passage, at the least, and those at its end that need not.
_STEM: Final = 4
_ENDING: Final = 3
#: Behind the words of `/search`.
_STAGE_OPTION: Final = re.compile(r"(?:^|\s+)--(?:stage|etapa)(?:\s*=\s*|\s+|$)(.*)$")
#: A quote of the map so many characters away is still about the same thing.
_NEAR: Final = 200


@command("map", "mapa", usage="[LANE]", completes=("lane",))
def map_(chat: "Chat", words: str) -> None:
    """Show the whole map, or everything in one lane, such as `/map pain points`."""
    lane = words or None
    chat.out.show(render_map(chat.journey, chat.study.template_of(chat.journey), lane=lane, in_chat=True))
    if lane:
        wanted = choose(chat.journey, None, None, lane).lane
        _remember(chat, (card for card in _in_order(chat) if card.lane == wanted))


@command("persona", "personas", "perfil", "perfiles", usage="[PERSONA]", completes=("persona",))
def persona(chat: "Chat", words: str) -> None:
    """Show a persona with its cards and its curve, or list all personas."""
    if not words:
        chat.out.show(PersonaList(chat.journey))
        return
    wanted = choose(chat.journey, words, None, None).persona
    assert wanted is not None
    chat.out.show(
        render_map(chat.journey, chat.study.template_of(chat.journey), persona=wanted.id, in_chat=True)
    )
    _remember(chat, _in_order(chat, wanted))


@command("stage", "stages", "etapa", "etapas", usage="[STAGE]", completes=("stage",))
def stage(chat: "Chat", words: str) -> None:
    """Show a stage with all its cards, or list all stages."""
    if not words:
        chat.out.show(StageList(chat.journey))
        return
    wanted = choose(chat.journey, None, words, None).stage
    assert wanted is not None
    chat.out.show(
        render_map(chat.journey, chat.study.template_of(chat.journey), stage=wanted.id, in_chat=True)
    )
    _remember(chat, (card for card in _in_order(chat) if card.stage == wanted.id))


@command("card", "cards", "tarjeta", usage="CARD…", completes=("card",))
def card(chat: "Chat", words: str) -> None:
    """Show cards with every quote for and against them."""
    shown = cards_named(chat, words, "usage_card", "show")
    chat.out.show(CardList(chat.journey, shown))
    chat.out.record("cards", [item.id for item in shown])
    _remember(chat, shown)


@command("curve", "curva", usage="[PERSONA]", completes=("persona",))
def curve(chat: "Chat", words: str) -> None:
    """Show how each stage feels, to everybody or to one persona."""
    wanted = choose(chat.journey, words, None, None).persona if words else None
    chat.out.show(CurveView(chat.journey, wanted))


@command("search", "buscar", "busca", usage="WORDS [--stage STAGE]", completes=("stage",))
def search(chat: "Chat", words: str) -> None:
    """Find passages in the sources. They are named s1, s2 …, and `/attach c3 s1` puts one on a card."""
    named = _STAGE_OPTION.search(words)
    filters = None
    if named:
        words = words[: named.start()]
        filters = Filters(stage=_stage_id(chat.journey, named[1]))
    if not words:
        raise SettingsError(chat.words("show").say("usage_search"))
    passages = chat.study.search(words, _FOUND, filters)
    chat.found = {
        f"s{number}": as_evidence(passage, chat.journey, f"s{number}")
        for number, passage in enumerate(passages, 1)
    }
    if passages and not _is_said(words, passages):
        chat.out.say(chat.words("show").say("found_near", words=visible(words)))
    chat.out.show(FoundList(chat.journey, chat.found))
    chat.out.record("found", [item.model_dump(mode="json") for item in chat.found.values()])


@command("verify", "verificar", "comprobar")
def verify(chat: "Chat", words: str) -> None:
    """Prove every quote of the map again, word for word, against the files it comes from."""
    from journeyai.rendering.reports import render_verification

    found = chat.study.verify()
    chat.out.show(render_verification(found, chat.journey.language, in_chat=True))
    chat.out.record("verification", {**asdict(found), "proved": found.proved})


@command("coverage", "cobertura", usage="[all]")
def coverage(chat: "Chat", words: str) -> None:
    """Show what customers said that is not on the map, the most telling first."""
    from journeyai.rendering.reports import render_coverage

    def begin(_step: str, done: int, _total: int) -> None:
        # Reading takes a while: silence would look like a fault.
        if not done:
            chat.out.say(f"  · {chat.words('chat').say('step_observe')}")

    report = chat.study.coverage(begin)
    most = None if words.casefold() in {"all", "todo"} else _LEFT_OUT
    chat.out.show(render_coverage(report, most, chat.journey.language, in_chat=True))
    shown = report.left_out[:most]
    chat.out.record("coverage", {**asdict(report), "left_out": [asdict(item) for item in shown]})


def _stage_id(journey: JourneyMap, typed: str) -> str:
    """Return the id of the stage called *typed*.

    Raises:
        SettingsError: the map has no such stage; the hint lists those it has.
    """
    wanted = choose(journey, None, typed.strip().strip("\"'“”«»"), None).stage
    assert wanted is not None
    return wanted.id


def _is_said(words: str, passages: "Sequence[Passage]") -> bool:
    """Whether one of *passages* holds a longer word of *words*, in whatever form it ends."""
    stems = [word[: max(_STEM, len(word) - _ENDING)] for word in re.findall(rf"\w{{{_STEM},}}", fold(words))]
    return not stems or any(stem in fold(passage.text) for stem in stems for passage in passages)


def cards_named(chat: "Chat", words: str, usage: str, theme: str) -> list[Card]:
    """Return the cards that *words* name, in that order; those that were shown last for "it" is the grammar's business.

    Raises:
        SettingsError: there is no card so called, or none is named; the message is *usage* of *theme* then.
    """
    arguments = Arguments(words, chat.journey, chat.found)
    ids = arguments.things("card")
    if arguments.left():
        raise arguments.missing("card")
    if not ids:
        raise SettingsError(chat.words(theme).say(usage))
    by_id = {item.id: item for item in chat.journey.cards}
    return [by_id[id_] for id_ in ids]


def as_evidence(passage: "Passage", journey: JourneyMap, name: str) -> Evidence:
    """Return a passage as it could stand on the map; what is felt there is that of the nearest quote, or nothing.

    Args:
        passage: found by a search.
        journey: the map.
        name: its id until it stands on the map.
    """
    bare = Evidence(
        id=name,
        source=passage.source,
        record=passage.record,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        speaker=passage.speaker,
        role=passage.role,
        at=passage.at,
        stage=journey.stages[0].id if journey.stages else "",
        lane="thought",
        valence=0.0,
        emotion="neutral",
        channel=None,
    )
    near = _nearest(bare, journey.evidence)
    if near is None:
        return bare
    labels = {key: getattr(near, key) for key in ("stage", "lane", "valence", "emotion", "channel")}
    return bare.model_copy(update=labels)


def _nearest(item: Evidence, quotes: Iterable[Evidence]) -> Evidence | None:
    """Return the quote of the same speaker in the same record that overlaps *item*, or stands within reach of it."""
    mine = [
        other
        for other in quotes
        if (other.source, other.record, other.speaker) == (item.source, item.record, item.speaker)
    ]
    away = {other.id: 0 if overlap(other, item) else _distance(other, item) for other in mine}
    near = [other for other in mine if away[other.id] <= _NEAR]
    return min(near, key=lambda other: (away[other.id], other.start), default=None)


def _distance(one: Evidence, other: Evidence) -> int:
    return max(one.start - other.end, other.start - one.end)


def _in_order(chat: "Chat", persona: Persona | None = None) -> Sequence[Card]:
    """Return the cards, or those of *persona*, in the order in which the stages show them: by the method's rows."""
    reading = Reading(chat.journey, persona)
    template = chat.study.template_of(chat.journey)
    # Without a method the page has the lanes in this order.
    rows = [element for element in elements(reading, template) if element.by_stage]
    entries = [
        entry for cells in zip(*(row.cells for row in rows), strict=True) for cell in cells for entry in cell
    ]
    return list({entry.card.id: entry.card for entry in entries if entry.card}.values())


def _remember(chat: "Chat", cards: Iterable[Card]) -> None:
    chat.last = tuple(item.id for item in cards)
