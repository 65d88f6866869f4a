"""What a person says of opportunities: how desirable, viable and feasible they are, and how far they have got.

What comes first is the engine's to say, until a person grades one: then it follows from the grades, by one rule for all
opportunities of a map, so that nobody has to number them.  More points come before fewer (high 3, medium and unknown 2,
low 1, over the three grades); among equals, the order stays.  What is done comes behind what is open, then what is
dropped, then what is rejected.

The place of a locked opportunity moves with the others'.  A lock holds what was agreed on a card: its words, its
quotes, its grades, its progress.  A place is a figure of the whole map, as the number of people is; if one stood still,
two opportunities would share a number, or a better one would stay behind a worse.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from types import MappingProxyType
from typing import Any, Final, cast

from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import Card, Judged
from journeyai.model.vocabulary import CRITERIA, Headway, Judgement
from journeyai.operations.bench import Bench

#: Unknown counts as medium: nobody has said that it is better, or worse.
_POINTS: Final[Mapping[Judgement, int]] = MappingProxyType({"high": 3, "medium": 2, "unknown": 2, "low": 1})
_UNGRADED: Final = len(CRITERIA) * _POINTS["unknown"]
#: What is no longer open comes last, in this order.
_CLOSED: Final[Mapping[Headway, int]] = MappingProxyType({"done": 1, "dropped": 2})
_REJECTED: Final = 3


def in_order(cards: Sequence[Card], *, by_grades: bool = False) -> list[Card]:
    """Return the opportunities among *cards*, what comes first first.

    Args:
        cards: of a map, in its order, or what is strongest first.
        by_grades: whether they are ordered anew; else the order that all of them have stays, but for what is closed.
    """
    found = [card for card in cards if card.lane == "opportunity"]
    anew = by_grades or not all(card.judged for card in found)

    def rank(card: Card) -> tuple[int, int, float]:
        # What has no place yet comes behind its equals that have one, as it stands.
        place = card.judged.priority if card.judged else inf
        return _closed(card), -_points(card.judged) if anew else 0, place

    return sorted(found, key=rank)


def _closed(card: Card) -> int:
    if card.status == "rejected":
        return _REJECTED
    return _CLOSED.get(card.progress, 0) if card.progress else 0


def _points(judged: Judged | None) -> int:
    return _UNGRADED if judged is None else sum(_POINTS[getattr(judged, name)] for name in CRITERIA)


def with_priorities(cards: Sequence[Card], *, by_grades: bool = False) -> list[Card]:
    """Return *cards*, the priority of each graded opportunity being its place among all, as `in_order` has it."""
    place = {card.id: number for number, card in enumerate(in_order(cards, by_grades=by_grades), 1)}
    return [
        card.model_copy(update={"judged": card.judged.model_copy(update={"priority": place[card.id]})})
        if card.judged and card.id in place and card.judged.priority != place[card.id]
        else card
        for card in cards
    ]


def _set_grade(bench: Bench, change: Change) -> None:
    name, grade = change.to or "", cast(Judgement, change.text)
    targets = _opportunities(bench, change, "grade_of_opportunities")
    cards = [card for card in targets if card.judged is None or getattr(card.judged, name) != grade]
    if not cards:
        raise bench.idle(
            "same_grade",
            n=len(targets),
            cards=bench.named(targets),
            criterion=bench.words.criterion(name),
            grade=bench.words.grade(grade),
        )
    for card in cards:
        # Behind all others, until the grades say where it belongs.
        grades: dict[str, Any] = card.judged.model_dump() if card.judged else _unknown(len(bench.cards))
        bench.edit_card(card, judged=Judged(**grades | {name: grade}))
    bench.cards = with_priorities(bench.cards, by_grades=True)


def _unknown(priority: int) -> dict[str, Any]:
    return {**dict.fromkeys(CRITERIA, "unknown"), "priority": priority}


def _set_progress(bench: Bench, change: Change) -> None:
    headway = cast(Headway, change.to)
    targets = _opportunities(bench, change, "progress_of_opportunities")
    cards = [card for card in targets if card.progress != headway]
    if not cards:
        raise bench.idle(
            "same_progress",
            n=len(targets),
            cards=bench.named(targets),
            progress=bench.words.progress(headway),
        )
    for card in cards:
        # How far it has got says nothing of whether the card is right: an accepted one stays accepted.
        bench.put_card(card, progress=headway)
    bench.cards = with_priorities(bench.cards)


def _opportunities(bench: Bench, change: Change, refusal: str) -> list[Card]:
    """Return the targets, none of which is locked or no opportunity."""
    cards = bench.free(change.targets)
    others = [card for card in cards if card.lane != "opportunity"]
    if others:
        raise bench.refused(refusal, n=len(others), cards=bench.named(others))
    return cards


OPPORTUNITY_CHANGES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {"set_grade": _set_grade, "set_progress": _set_progress}
)
