"""Which stage, persona and card of one map is which of another.

By id where the maps have a common history.  Maps of different histories use the same ids for other things, so an id is
only trusted where what stands under it has something in common; what is left is matched by what it quotes, and then
by its words.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from journeyai.knowledge.letters import fold
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Stage

#: Where a quote stands: source, record, start, end.
Place = tuple[str, str | None, int, int]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Part = TypeVar("_Part", bound=_Named)


@dataclass(frozen=True, slots=True)
class Counterparts:
    """What is on both maps: id before → id after.

    Attributes:
        stages: of the stages.
        personas: of the personas.
        cards: of the cards.
    """

    stages: Mapping[str, str]
    personas: Mapping[str, str]
    cards: Mapping[str, str]


def place_of(item: Evidence) -> Place:
    """Return where a quote stands."""
    return (item.source, item.record, item.start, item.end)


class Places:
    """Where the quotes of one map stand."""

    def __init__(self, journey: JourneyMap) -> None:
        self._items = {item.id: item for item in journey.evidence}

    def of(self, ids: Iterable[str]) -> frozenset[Place]:
        """Return the places of quotes; of one that the map does not hold, nothing."""
        return frozenset(place_of(item) for id_ in ids if (item := self._items.get(id_)) is not None)


def find_counterparts(
    before: JourneyMap, after: JourneyMap, places: tuple[Places, Places], *, same_numbers: bool
) -> Counterparts:
    """Return what is on both maps.

    Args:
        before: one map.
        after: the other.
        places: where their quotes stand.
        same_numbers: whether one map was made of the other by changes, so that ids can be trusted.
    """
    return Counterparts(
        stages=_stages(before.stages, after.stages),
        personas=_personas(before.personas, after.personas, same_numbers=same_numbers),
        cards=_cards(before.cards, after.cards, places, same_numbers=same_numbers),
    )


def _stages(before: Sequence[Stage], after: Sequence[Stage]) -> dict[str, str]:
    pairs = _by_id(before, after, lambda _one, _other: True)
    return _by_key(before, after, pairs, lambda stage: fold(stage.name))


def _personas(before: Sequence[Persona], after: Sequence[Persona], *, same_numbers: bool) -> dict[str, str]:
    def members(persona: Persona) -> frozenset[tuple[str, str]]:
        return frozenset((member.source, member.speaker) for member in persona.members)

    def alike(one: Persona, other: Persona) -> bool:
        mine, theirs = members(one), members(other)
        return same_numbers or one.name == other.name or not mine or not theirs or bool(mine & theirs)

    pairs = _by_id(before, after, alike)
    pairs = _by_shared(before, after, pairs, members, members)
    return _by_key(before, after, pairs, lambda persona: fold(persona.name))


def _cards(
    before: Sequence[Card], after: Sequence[Card], places: tuple[Places, Places], *, same_numbers: bool
) -> dict[str, str]:
    def alike(one: Card, other: Card) -> bool:
        if one is other or same_numbers or one.title == other.title:
            return True
        mine, theirs = places[0].of(one.evidence), places[1].of(other.evidence)
        return not mine or not theirs or bool(mine & theirs)

    titles = {card.id: card.title for card in after}
    related = same_numbers or any(titles.get(card.id) == card.title for card in before)
    pairs = _by_id(before, after, alike) if related else {}
    pairs = _by_shared(
        before,
        after,
        pairs,
        lambda card: frozenset((card.lane, place) for place in places[0].of(card.evidence)),
        lambda card: frozenset((card.lane, place) for place in places[1].of(card.evidence)),
    )
    return _by_key(before, after, pairs, lambda card: (card.lane, fold(card.title)))


def _by_id(
    before: Sequence[_Part], after: Sequence[_Part], alike: Callable[[_Part, _Part], bool]
) -> dict[str, str]:
    there = {part.id: part for part in after}
    return {part.id: part.id for part in before if part.id in there and alike(part, there[part.id])}


def _by_shared(
    before: Sequence[_Part],
    after: Sequence[_Part],
    pairs: Mapping[str, str],
    of_before: Callable[[_Part], frozenset[Hashable]],
    of_after: Callable[[_Part], frozenset[Hashable]],
) -> dict[str, str]:
    """Return *pairs* and those of what is left that share at least half of what the smaller one has, most first."""
    taken = set(pairs.values())
    left = [part for part in before if part.id not in pairs]
    others = [(place, part, of_after(part)) for place, part in enumerate(after) if part.id not in taken]
    having: dict[Hashable, list[int]] = {}
    for index, (_, _, what) in enumerate(others):
        for thing in what:
            having.setdefault(thing, []).append(index)
    found: list[tuple[float, int, int, str, str]] = []
    for rank, part in enumerate(left):
        mine = of_before(part)
        for index, count in Counter(index for thing in mine for index in having.get(thing, ())).items():
            place, other, theirs = others[index]
            if 2 * count >= min(len(mine), len(theirs)):
                found.append((-count / len(mine | theirs), rank, place, part.id, other.id))
    matched = dict(pairs)
    for _, _, _, one, other_id in sorted(found):
        if one not in matched and other_id not in taken:
            matched[one] = other_id
            taken.add(other_id)
    return matched


def _by_key(
    before: Sequence[_Part],
    after: Sequence[_Part],
    pairs: Mapping[str, str],
    key: Callable[[_Part], Hashable],
) -> dict[str, str]:
    """Return *pairs* and those of what is left that have the same *key*, in order."""
    taken = set(pairs.values())
    waiting: dict[Hashable, list[str]] = {}
    for part in after:
        if part.id not in taken:
            waiting.setdefault(key(part), []).append(part.id)
    matched = dict(pairs)
    for part in before:
        if part.id not in matched and waiting.get(key(part)):
            matched[part.id] = waiting[key(part)].pop(0)
    return matched
