"""What of a fresh draft goes on with what stood on the map before, and so keeps its number.

A person who speaks of c12 means what they saw under it.  Whatever continues nothing gets a number that nothing of this
study ever had.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.model.journey import JourneyMap, Persona

#: One continues the other when they share this part of what the smaller one rests on.
SAME_GROUND: Final = 0.5


@dataclass(frozen=True, slots=True)
class Numbered:
    """A card or a persona, as far as it matters for its number.

    Attributes:
        id: its letter and number.
        kind: only what is of one kind can go on with another: a card's lane.
        name: of several that fit equally well, the one of the same name.
        rests_on: the places that a card quotes, the people of a persona.
    """

    id: str
    kind: str
    name: str
    rests_on: frozenset[Hashable]


def number_of(id_: str) -> int:
    """Return the number of an id such as `c12`; 0 of one that is not made so."""
    digits = id_[1:]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def highest(ids: Iterable[str]) -> int:
    """Return the highest number among *ids*; 0 of none."""
    return max(map(number_of, ids), default=0)


def give_numbers(before: Sequence[Numbered], fresh: Sequence[Numbered], letter: str, last: int) -> list[str]:
    """Return the id of each of *fresh*: that of what it continues, else the next one after *last*.

    What has most in common is matched first; among equals, what has the same name, then the lower number.  Each of
    *before* is continued once.

    Args:
        before: what stood on the map and may be continued.
        fresh: the draft's, in its order; their own ids do not count.
        letter: that new ids begin with.
        last: the highest number ever given.
    """
    matched = _matched(before, fresh)
    ids = []
    for index in range(len(fresh)):
        if index not in matched:
            last += 1
        ids.append(matched.get(index, f"{letter}{last}"))
    return ids


def _matched(before: Sequence[Numbered], fresh: Sequence[Numbered]) -> dict[int, str]:
    """Return index into *fresh* → id of what it continues."""
    having: dict[tuple[str, Hashable], list[int]] = defaultdict(list)
    for rank, one in enumerate(before):
        for thing in one.rests_on:
            having[one.kind, thing].append(rank)
    pairs: list[tuple[float, bool, int, int, int]] = []
    for index, other in enumerate(fresh):
        shared = Counter(rank for thing in other.rests_on for rank in having[other.kind, thing])
        for rank, count in shared.items():
            one = before[rank]
            if count >= SAME_GROUND * min(len(one.rests_on), len(other.rests_on)):
                # A splinter lies wholly within what it came from: of all that both have, most must be shared.
                likeness = count / len(one.rests_on | other.rests_on)
                pairs.append((-likeness, one.name != other.name, number_of(one.id), index, rank))
    matched: dict[int, str] = {}
    taken: set[int] = set()
    for *_, index, rank in sorted(pairs):
        if index not in matched and rank not in taken:
            matched[index] = before[rank].id
            taken.add(rank)
    return matched


def with_persona_numbers(new: JourneyMap, old: JourneyMap) -> JourneyMap:
    """Return the fresh draft *new* with its personas under the numbers of those of *old* whose people they are."""
    ids = give_numbers(
        [_group(persona) for persona in old.personas],
        [_group(persona) for persona in new.personas],
        "p",
        highest(persona.id for persona in old.personas),
    )
    now = {persona.id: id_ for persona, id_ in zip(new.personas, ids, strict=True)}
    if all(id_ == was for was, id_ in now.items()):
        return new
    return new.model_copy(
        update={
            "personas": tuple(persona.model_copy(update={"id": now[persona.id]}) for persona in new.personas),
            "cards": tuple(
                card.model_copy(update={"personas": tuple(sorted(now[id_] for id_ in card.personas))})
                for card in new.cards
            ),
        }
    )


def _group(persona: Persona) -> Numbered:
    people = frozenset((member.source, member.speaker) for member in persona.members)
    return Numbered(persona.id, "persona", persona.name, people)
