"""Sets of cards: `all the delights in Use`, `every card with one person`, `las rechazadas`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.conditions import ARTICLES, Conditions
from journeyai.engines.local.proposing.items import Item

if TYPE_CHECKING:
    from journeyai.engines.local.proposing.scanner import Scanner


_CARDS: Final = frozenset(
    {"cards", "tarjetas", "fichas", "cartas", "ones", "card", "tarjeta", "ficha", "items"}
)
_MANY_CARDS: Final = frozenset({"cards", "tarjetas", "fichas", "ones", "items"})


def read_set(scanner: "Scanner", at: int, stop: int) -> Item | None:
    """Read a set of cards at *at*; None where there is none.

    Raises:
        AskBackError: no card is in it.
    """
    found = Conditions(scanner, stop)
    head = _head(found, at)
    if head is None:
        return None
    end = head.end
    found.alone = head.alone
    if head.alone:
        place = found.condition(end)
        while place < stop and (after := found.condition(place)) > place:
            place = after
        return (
            None if place == end else Item("card", _some(scanner, found, at, place), at, place, several=True)
        )
    if head.is_plain and not _goes_on(scanner, end, stop):
        return None
    while end < stop:
        while (after := found.adjective(end)) > end and found.low[end] not in (
            "bien",
            "mal",
            "right",
            "wrong",
        ):
            end = after
        if (after := found.condition(end)) == end:
            break
        end = after
    if head.is_plain and end == head.end:
        return None
    # `delights` alone may be where something goes; none of them there is no mistake.
    only_named = end == head.end and not head.every
    ids = found.cards() if only_named else _some(scanner, found, at, end)
    if not ids:
        return None
    label = head.lane if only_named and not head.narrowed else None
    return Item("card", ids, at, end, filter=found.stage, several=True, label=label)


@dataclass(frozen=True, slots=True)
class _Head:
    """The noun of a set and what stands before it.

    Attributes:
        end: one past the noun.
        every: whether `all` or the like is said.
        narrowed: whether `rejected` or the like is said.
        lane: its lane, if it ends with one.
        alone: whether it is `everything`.
    """

    end: int
    every: bool
    narrowed: bool
    lane: str | None
    alone: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is `the cards`, which only a condition makes a set."""
        return not self.every and not self.narrowed and self.lane is None


def _head(found: Conditions, at: int) -> _Head | None:
    """Read `all the rejected pain points`; None where no set begins."""
    low, lexicon, stop = found.low, found.scanner.state.lexicon, found.stop
    quantified = lexicon.quantifiers.find(low, at)
    begin = quantified[1] if quantified else at
    while begin < stop and low[begin] in ARTICLES:
        begin += 1
    head = begin
    while head < stop and (end := found.adjective(head)) > head:
        head = end
    narrowed = head > begin
    every = quantified is not None and low[at] != "any"
    end = found.lane(head) if head < stop else head
    lane = lexicon.lanes.find(low, head)[0] if end > head else None  # type: ignore[index]
    many = lane is not None and (
        tuple(low[head:end]) in lexicon.plurals or low[head:end] == ["back", "stage"]
    )
    if end < stop and low[end] in _CARDS:
        many = many or low[end] in _MANY_CARDS
        end += 1
    if end > head:
        return _Head(end, every, narrowed, lane) if every or many else None
    if narrowed:
        ones = low[at] in ("las", "los", "the") and low[head - 1].endswith("s")
        return _Head(end, True, narrowed, None) if ones else None
    alone = quantified is not None and (
        low[at] in ("everything", "todo", "whatever", "anything", "cuanto")
        or low[at : at + 2] == ["lo", "que"]
    )
    return _Head(end, every, narrowed, None, alone) if alone else None


def _some(scanner: "Scanner", found: Conditions, at: int, end: int) -> tuple[str, ...]:
    ids = found.cards()
    if not ids:
        raise AskBackError("empty_set", said=scanner.clause.raw(scanner.state, at, end))
    return ids


def _goes_on(scanner: "Scanner", at: int, stop: int) -> bool:
    """Whether `the cards` is narrowed: a condition follows, and no id or quoted title."""
    return (
        at < stop
        and not scanner.tokens[at].quoted
        and not scanner.low[at].isdigit()
        and not scanner.is_id(at)
    )
