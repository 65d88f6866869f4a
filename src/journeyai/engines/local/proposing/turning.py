"""A clause that is a turn of phrase: its slots are filled, and it becomes changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from journeyai.engines.local.proposing.asking import AskBackError, ToldError
from journeyai.engines.local.proposing.filling import Filler
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.new_words import Filled
from journeyai.engines.local.proposing.tokens import Token
from journeyai.engines.local.proposing.turns import (
    Gives,
    Slot,
    Turn,
    Words,
    gaps,
    is_passed,
    plain_turns,
    turns,
)
from journeyai.model.changes import CHANGES, GRADES, SCOPE_STATES, TEXT_LETTERS, Change, ChangeKind
from journeyai.model.journey import JourneyMap

#: What a word does to cards, stages and personas; missing where it cannot be done.
_SORTED: Final[dict[str, dict[str, ChangeKind]]] = {
    "remove": {"card": "remove_card", "stage": "remove_stage"},
    "merge": {"card": "merge_cards", "stage": "merge_stages", "persona": "merge_personas"},
    "rename": {"card": "edit_title", "stage": "rename_stage", "persona": "rename_persona"},
    "accept": {"card": "accept", "persona": "confirm_persona"},
}
_LABELS: Final[dict[str, ChangeKind]] = {
    "lane": "set_lane",
    "emotion": "set_emotion",
    "severity": "set_severity",
}
#: What is asked for and only a command does → the command, which the person may pick.
_COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "elsewhere_future": ("/branch future",),
    "elsewhere_leave": ("/branch main",),
    "elsewhere_main": ("/branch main",),
}
_SIGNS: Final = frozenset({",", ";", ":", ".", "—", "–", "-", "!", "¡", "(", ")", "…", "?", "¿"})

Slots = dict[str, Filled]


@dataclass(frozen=True, slots=True)
class _Match:
    turn: Turn
    slots: Slots
    ask: AskBackError | None


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn of phrase asks for.

    Attributes:
        changes: in order.
        is_deemed: whether it only says that cards are right or wrong; what is then asked of them is all that is meant.
    """

    changes: tuple[Change, ...]
    is_deemed: bool = False


def turned(whole: Sequence[Token], state: State, language: str) -> Turned | None:
    """Return what the clause *whole* asks for as a turn of phrase; None where it is none.

    Raises:
        ToldError: it asks for what no change does.
        AskBackError: it is one, but what it speaks of is not there, or not sure.
    """
    doubt: AskBackError | None = None
    filler = Filler(Clause("turn", language, tuple(whole)), state)
    for turn in turns() if state.with_turns else plain_turns():
        match = _matched(turn, filler)
        if match is None:
            continue
        if match.ask is None:
            if turn.gives[0].kind == "ask":
                raise ToldError(turn.gives[0].to, _COMMANDS.get(turn.gives[0].to, ()))
            try:
                changes = tuple(
                    change for gives in turn.gives for change in _given(gives, match.slots, state)
                )
                kinds = {change.kind for change in changes}
                said = turn.gives[0].kind
                deemed = said in ("right", "wrong") or (said == "label" and kinds <= {"accept", "reject"})
                return Turned(changes, deemed)
            except AskBackError as ask:
                match = _Match(turn, match.slots, ask)
        doubt = doubt or match.ask
    if doubt is not None:
        raise doubt
    return None


def continued(whole: Sequence[Token], state: State, language: str, before: Change) -> list[Change] | None:
    """Return what a clause without its verb asks for, that goes on with the change *before*: `(…) and c4 to Support`.

    A change that completes *before* comes with its targets: `sus tarjetas, a Presupuesto`.
    """
    filler = Filler(Clause("turn", language, tuple(whole)), state)
    for turn in gaps().get(before.kind, ()):
        match = _matched(turn, filler)
        if match is None or match.ask is not None:
            continue
        try:
            if turn.gives[0].kind == "and_severity":
                return [Change("set_severity", before.targets, _goal("y", match.slots))]
            if turn.gives[0].kind == "again":
                # What is said twice must be the same: `grave, a 3`.
                return [] if _goal("y", match.slots) == before.to else None
            return [change for gives in turn.gives for change in _given(gives, match.slots, state)]
        except AskBackError:
            continue
    return None


def _matched(turn: Turn, filler: Filler) -> _Match | None:
    """Return the best way the whole clause is the turn: one without a question, if there is any."""
    words = {word for element in turn.elements if isinstance(element, Words) and not element.optional
             for way in element.ways for word in way}  # fmt: skip
    any_verb = any(isinstance(element, Words) and element.actions for element in turn.elements)
    if words and not any_verb and not words & filler.words:
        return None
    first: _Match | None = None
    for slots in _ways(turn.elements, 0, filler, {}):
        ask = next((one.ask for one in slots.values() if one.ask is not None), None)
        match = _Match(turn, slots, ask)
        if ask is None:
            return match
        first = first or match
    return first


def _ways(elements: Sequence[Any], at: int, filler: Filler, slots: Slots) -> Iterator[Slots]:
    low, stop = filler.low, filler.stop
    if not elements:
        if _passes(low, at, stop):
            yield slots
        return
    element, rest = elements[0], elements[1:]
    begins = [at]
    while (begin := _one_passed(low, begins[-1], stop)) > begins[-1]:
        begins.append(begin)
    if isinstance(element, Words):
        for begin in begins:
            for way in element.ways:
                if tuple(low[begin : begin + len(way)]) == way:
                    yield from _ways(rest, begin + len(way), filler, slots)
            if element.actions and (end := filler.verb(begin, element.actions)):
                yield from _ways(rest, end, filler, slots)
        if element.optional:
            yield from _ways(rest, at, filler, slots)
        return
    assert isinstance(element, Slot)
    for begin in begins:
        for filled in filler.fill(element.kind, begin, not rest):
            yield from _ways(rest, filled.end, filler, slots | {element.name: filled})


def _one_passed(low: Sequence[str], at: int, stop: int) -> int:
    """Return where one word or sign that says nothing ends; *at* where there is none."""
    if at >= stop:
        return at
    if low[at] in _SIGNS:
        return at + 1
    return min(is_passed(low, at), stop)


def _passes(low: Sequence[str], at: int, stop: int) -> bool:
    while at < stop:
        after = _one_passed(low, at, stop)
        if after == at:
            return False
        at = after
    return True


# What comes of it


def _given(gives: Gives, slots: Slots, state: State) -> Iterator[Change]:
    text = _text(gives.text, slots)
    items = [slots[name].item for name in gives.targets if name in slots]
    if "it" in gives.targets:
        items = [_spoken_of(state)]
        if gives.kind in ("grades", "set_grade", "set_progress"):
            _check_ideas(items[0], state.journey)
    if gives.kind in ("label", "keep"):
        yield from _labelled(items[0], slots[gives.to].item) if gives.kind == "label" else ()
        return
    if gives.kind == "attach_evidence" and items and items[0].kind == "evidence":
        items.insert(0, _spoken_of(state))
    if gives.kind == "grades":
        for criterion, grade in slots[gives.to].item.value:
            yield Change("set_grade", tuple(items[0].value), criterion, grade)
        return
    kind = _kind(gives.kind, items)
    if CHANGES[kind].targets == "card" and any(
        item.kind not in ("card", "evidence", "found") for item in items
    ):
        raise AskBackError("which_cards")
    ids = tuple(dict.fromkeys(id_ for item in items for id_ in item.value))
    to = _goal(gives.to, slots)
    if gives.kind == "move_speaker":
        for item in items:
            for name in item.value:
                yield Change("move_speaker", to=to, text=str(name))
        return
    if kind in ("move_stage", "add_stage"):
        to = _place(gives, slots, ids[0] if ids else "", state.journey)
    elif kind.startswith("merge"):
        to = _staying(ids, to)
    yield Change(kind, ids, to, text)


def _staying(ids: Sequence[str], to: str | None) -> str:
    if len(ids) < 2:
        raise AskBackError("merge_with", n=len(ids))
    if to is not None and to not in ids:
        raise AskBackError("which_stays")
    return ids[0] if to is None else to


def _spoken_of(state: State) -> Item:
    """Return the cards that were spoken of last, or shown last."""
    if state.doubt is not None:
        raise state.doubt
    kind, ids = state.spoken or ("card", state.last)
    if not ids or (state.spoken is None and len(ids) > 1):
        raise AskBackError("which_cards")
    return Item(kind, ids, 0, 0)


def _check_ideas(item: Item, journey: JourneyMap) -> None:
    """Ask where not all that was spoken of are opportunities: nothing else is graded, or gets anywhere.

    Raises:
        AskBackError: something else is among it.
    """
    ideas = {card.id for card in journey.cards if card.lane == "opportunity"}
    if item.kind != "card" or not set(item.value) <= ideas:
        raise AskBackError("which_cards")


def _kind(said: str, items: Sequence[Item]) -> ChangeKind:
    said = {"right": "accept", "wrong": "reject"}.get(said, said)
    if said not in _SORTED:
        return said  # type: ignore[return-value]
    sorts = {item.kind for item in items}
    if len(sorts) != 1:
        raise AskBackError("mixed")
    kind = _SORTED[said].get(str(sorts.pop()))
    if kind is None:
        raise AskBackError("what_to_do")
    return kind


def _text(name: str, slots: Slots) -> str | None:
    if name == "-":
        return ""
    if name in SCOPE_STATES or name in GRADES:
        return name
    if not name or name not in slots:
        return None
    text = slots[name].text
    if len(text) > TEXT_LETTERS:
        raise AskBackError("too_long", n=TEXT_LETTERS)
    if not any(letter.isalnum() for letter in text):
        raise AskBackError("which_text")
    return text


def _goal(name: str, slots: Slots) -> str | None:
    """Return what a slot says, or the value itself where no slot has the name."""
    if not name:
        return None
    which, _, of = name.partition("_")
    if which in ("first", "last") and of in slots:
        return str(slots[of].item.value[0 if which == "first" else -1])
    if name not in slots:
        return name
    value = slots[name].item.value
    if isinstance(value, tuple):
        if len(value) != 1:
            raise AskBackError("which_goal")
        return str(value[0])
    return str(value)


def _labelled(subject: Item, label: Item) -> Iterator[Change]:
    if subject.kind != "card":
        raise AskBackError("which_cards")
    if label.kind == "status":
        yield Change(label.value, tuple(subject.value))
    else:
        yield Change(_LABELS[label.kind], tuple(subject.value), str(label.value))


def _place(gives: Gives, slots: Slots, moving: str, journey: JourneyMap) -> str | None:
    """Return the stage after which something comes: `after_y` and `before_y` speak of the slot y."""
    side, _, name = gives.to.partition("_")
    if side not in ("after", "before"):
        return _goal(gives.to, slots)
    if name not in slots:
        return None
    beside = _goal(name, slots)
    order = [stage.id for stage in sorted(journey.stages, key=lambda stage: stage.order)]
    others = [id_ for id_ in order if id_ != moving]
    if beside not in others:
        raise AskBackError("where")
    at = others.index(beside)
    if side == "after":
        return beside
    return others[at - 1] if at else "start"
