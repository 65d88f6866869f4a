"""Every change as a command, too: `/accept c3 c7`, `/move c4 to Support`, `/merge c3 c7 as Slow answers`.

The words behind the name are read by what the kind of change needs (`journeyai.model.changes.CHANGES`); then it goes
the way of every change: shown, confirmed, one step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from journeyai.chat.arguments import Arguments, grades_there, labels_there, last_connector
from journeyai.chat.commands.base import Completes, command
from journeyai.chat.commands.session import typed_usage
from journeyai.chat.turn import settle
from journeyai.errors import SettingsError
from journeyai.model.changes import CHANGES, TEXT_LETTERS, Change, ChangeKind, Part

if TYPE_CHECKING:
    from journeyai.chat.session import Chat

#: What stands for "none": `/owner c3 -` takes the owner away.
NONE: Final = frozenset({"-", "–", "—"})
#: Words that stand between what is added and where, or between a speaker and a persona.
_AFTER: Final = ("after", "tras", "después de", "despues de", "at the", "at", "al")
_TO: Final = ("to", "into", "a", "al", "→", "->")
#: The end of the key of "name at least …" in `knowledge/talk/refusals.yaml`.
_MANY: Final[dict[Part, str]] = {
    "stage": "stages", "card": "cards", "persona": "personas", "evidence": "evidences",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Form:
    """One command.

    Attributes:
        name: what is typed.
        kinds: the changes it can mean, told apart by what its first word names.
        usage: what follows.
        about: what it does, in English.
        aliases: other names.
        completes: what its words are completed from.
    """

    name: str
    kinds: tuple[ChangeKind, ...]
    usage: str
    about: str
    aliases: tuple[str, ...] = ()
    completes: tuple[Completes, ...] = ("card",)


_FORMS: Final = (
    _Form("accept", ("accept",), "CARD…", "Say that cards are right. They stay when the map is drawn again.",
          ("aceptar",)),
    _Form("reject", ("reject",), "CARD…", "Say that cards are wrong. They are hidden and count for nothing.",
          ("rechazar",)),
    _Form("lock", ("lock",), "CARD…", "Keep cards exactly as they are, whatever is drawn or changed.",
          ("bloquear",)),
    _Form("unlock", ("unlock",), "CARD…", "Let locked cards be changed again.", ("desbloquear",)),
    _Form("merge", ("merge_cards", "merge_stages", "merge_personas"), "THING THING… [into THING] [as NAME]",
          "Make cards, stages or personas one. The first stays, or the one after `into`.", ("unir", "fusionar"),
          ("card", "stage", "persona")),
    _Form("rename", ("edit_title", "rename_stage", "rename_persona"), "CARD|STAGE|PERSONA NEW NAME",
          "Name a stage or a persona anew, or word a card's title anew.", ("renombrar",),
          ("card", "stage", "persona")),
    _Form("detail", ("edit_detail",), "CARD TEXT", "Word a card's detail anew; `-` takes it away.", ("detalle",)),
    _Form("move", ("move_card", "move_stage"), "CARD… STAGE, or STAGE after STAGE|start|end",
          "Put cards into another stage, or a stage into another place.", ("mover",), ("card", "stage")),
    _Form("remove", ("remove_card", "remove_stage"), "CARD…, or STAGE… [to STAGE]",
          "Delete cards, or stages whose cards go to another.", ("borrar", "quitar"), ("card", "stage")),
    _Form("split", ("split_card",), "CARD EVIDENCE… TITLE",
          "Cut a new card off a card, with the quotes named.", ("separar", "dividir")),
    _Form("add-card", ("add_card",), "STAGE [PERSONA…] LANE TITLE",
          "Add a card of your own. It is marked as an assumption until evidence is attached.",
          ("nueva-tarjeta", "assume"), ("stage", "lane", "persona")),
    _Form("add-stage", ("add_stage",), "NAME [after STAGE|start|end]", "Add a stage.", ("nueva-etapa",),
          ("stage",)),
    _Form("lane", ("set_lane",), "CARD… LANE", "Say of what sort cards are: pain point, delight, need …",
          ("carril",), ("card", "lane")),
    _Form("severity", ("set_severity",), "CARD… 1|2|3",
          "Say how grave pain points are: 1 a nuisance, 2 real effort, 3 people lose money, days or leave.",
          ("gravedad",)),
    _Form("emotion", ("set_emotion",), "CARD… EMOTION", "Say what is felt.", ("emocion", "emoción")),
    _Form("owner", ("set_owner",), "CARD… NAME", "Say who takes care of cards; `-` takes the name away.",
          ("responsable",)),
    _Form("grade", ("set_grade",), "OPPORTUNITY… desirable|viable|feasible GRADE",
          "Say how desirable, viable or feasible opportunities are: low, medium, high or unknown. "
          "Their priority follows from it.",
          ("valorar",), ("card", "criterion", "grade")),
    _Form("progress", ("set_progress",), "OPPORTUNITY… idea|planned|under way|done|dropped",
          "Say how far opportunities have got.", ("avance",), ("card", "progress")),
    _Form("confirm", ("confirm_persona",), "PERSONA…",
          "Say that personas are right. They stay when the map is drawn again.", ("confirmar",), ("persona",)),
    _Form("speaker", ("move_speaker",), "NAME to PERSONA",
          "Move a speaker of the sources to another persona; `FILE: NAME` where several files have the name.",
          ("hablante",), ("persona",)),
    _Form("goal", ("set_goal",), "TEXT", "Say what the map is for; `-` takes it away.", ("objetivo",), ()),
    _Form("scope", ("set_scope",), "start|end|state|focus TEXT",
          "Say what the map covers; the state is `current` or `future`.", ("alcance",), ()),
    _Form("title", ("set_map_title",), "TEXT", "Title the map.", ("titulo", "título"), ()),
    _Form("attach", ("attach_evidence",), "CARD EVIDENCE…",
          "Put quotes on a card: ids of the map (e12), or names from the last search (s1).", ("adjuntar",)),
    _Form("detach", ("detach_evidence",), "CARD EVIDENCE…", "Take quotes off a card.", ("soltar",)),
)  # fmt: skip


def read_change(kinds: Sequence[ChangeKind], words: str, chat: "Chat") -> Change:
    """Return the change that *words* ask for.

    Args:
        kinds: what it may be; which of them, the first thing that is named says.
        words: behind the command's name.
        chat: whose map is spoken of.

    Raises:
        SettingsError: something named is not there, is missing, or is not understood.
    """
    given = Arguments(words, chat.journey, chat.found)
    kind = _which(kinds, given)
    needs = CHANGES[kind]
    text: str | None = None
    to: str | None = None
    targets: list[str] = []
    if kind in {"add_stage", "move_speaker"}:
        # The words come first, and where they go stands behind them.
        before, after = last_connector(words, _AFTER if kind == "add_stage" else _TO)
        text = Arguments(before, chat.journey, chat.found).rest()
        given = Arguments(after, chat.journey, chat.found)
        to = _destination(given, kind, targets) if after else None
        if after and to is None:
            raise given.missing("stage" if kind == "add_stage" else "persona")
    else:
        if needs.targets:
            targets = given.things(needs.targets)
            if not targets:
                raise given.missing(needs.targets)
        more = given.things(needs.more) if needs.more else []
        to = _destination(given, kind, targets)
        targets += more
        if kind == "set_grade":
            text = given.grade()
            if text is None and to is not None:
                raise _no_grade(chat, given)
        elif needs.text != "none":
            text = given.rest(skip=kind in {"merge_cards", "merge_stages", "merge_personas"})
    if needs.text == "may_be_empty" and text in NONE:
        text = ""
    elif not text:
        text = None
    _check(chat, kind, given, targets, to, text)
    if needs.to == "target" and to is None:
        to = targets[0]
    return Change(kind, tuple(targets), to, text)


def _no_grade(chat: "Chat", given: Arguments) -> SettingsError:
    language, talk = chat.journey.language, chat.words("chat")
    there = ", ".join(grades_there(language))
    return SettingsError(
        talk.say("wrong_to", words=given.left() or "…", there=there),
        talk.say("usage", usage=typed_usage("grade", language)),
    )


def _which(kinds: Sequence[ChangeKind], given: Arguments) -> ChangeKind:
    for kind in kinds:
        part = CHANGES[kind].targets
        if part is None or given.is_next(part):
            return kind
    return kinds[0]


def _destination(given: Arguments, kind: ChangeKind, targets: list[str]) -> str | None:
    """Take what `to` says; a merge's may be one more target."""
    needs = CHANGES[kind]
    match needs.to:
        case None:
            return None
        case "stage" | "persona":
            return given.thing(needs.to)
        case "place":
            return given.place()
        case "target":
            to = given.thing(needs.targets) if needs.targets else None
            if to is not None and to not in targets:
                targets.append(to)
            return to
        case label:
            return given.label(label)


def _check(
    chat: "Chat", kind: ChangeKind, given: Arguments, targets: Sequence[str], to: str | None, text: str | None
) -> None:
    """Refuse what is incomplete, and words that nobody would read."""
    needs, talk = CHANGES[kind], chat.words("chat")
    form = next(form for form in _FORMS if kind in form.kinds)
    usage = talk.say("usage", usage=typed_usage(form.name, chat.journey.language))
    if needs.to and needs.needs_to and to is None:
        if given.left() and needs.to in {"stage", "persona", "place"}:
            raise given.missing("persona" if needs.to == "persona" else "stage")
        words = given.left() or "…"
        there = ", ".join(labels_there(needs.to, chat.journey.language)) if needs.to != "place" else ""
        raise SettingsError(
            talk.say("wrong_to", words=words, there=there) if there else talk.say("wrong_words", words=words),
            usage,
        )
    if given.left():
        raise SettingsError(talk.say("wrong_words", words=given.left()), usage)
    if needs.text in {"needed", "may_be_empty"} and text is None:
        raise SettingsError(talk.say("no_text"), usage)
    if text and len(text) > TEXT_LETTERS:
        raise SettingsError(talk.say("long_text", n=len(text), most=TEXT_LETTERS))
    least = needs.least if needs.targets else 0
    if len(targets) < least + needs.least_more:
        part, n = (needs.more, needs.least_more) if needs.least_more else (needs.targets, least)
        raise SettingsError(chat.words("refusals").say(f"too_few_{_MANY[part]}", n=n) if part else "", usage)


def _add(form: _Form) -> None:
    def run(chat: "Chat", words: str) -> None:
        settle(chat, [read_change(form.kinds, words, chat)], f"/{form.name} {words}".strip())

    run.__doc__ = form.about
    command(form.name, *form.aliases, usage=form.usage, completes=form.completes)(run)


for _form in _FORMS:
    _add(_form)
