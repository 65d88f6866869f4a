"""A re-draft keeps what the user decided: accepted, edited, rejected and locked cards, confirmed personas.

New evidence for a kept card is added to it; a new card about the same thing does not appear beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.model.journey import Card, Coverage, Evidence, JourneyMap, Persona

#: A new card is the same as a kept one when they share this part of the smaller one's evidence.
SAME_EVIDENCE: Final = 0.5

_Place = tuple[str, str | None, int, int]


@dataclass(frozen=True, slots=True)
class Merge:
    """A re-draft and what it did.

    Attributes:
        journey: the merged map.
        kept: ids of kept cards.
        added: ids of cards that are new.
        gained: ids of kept cards with new evidence.
        lost: ids of kept cards some of whose evidence is gone from the sources.
    """

    journey: JourneyMap
    kept: tuple[str, ...]
    added: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def decided(card: Card) -> bool:
    """Whether the user has had a say in *card*."""
    return card.locked or card.assumption or card.status != "draft"


def merge(old: JourneyMap, new: JourneyMap, *, keep_all: bool = False) -> Merge:
    """Return *new* with the user's decisions from *old*.

    Args:
        old: the map as it stands.
        new: a fresh draft from today's sources, with the same stages.
        keep_all: keep every card of *old*, decided or not, and only add (`draft --only-new`).
    """
    book = _Book(old, new)
    stage_ids = {stage.id for stage in new.stages}
    keep = [card for card in old.cards if (keep_all or decided(card)) and card.stage in stage_ids]
    fresh = list(new.cards)
    kept: list[Card] = []
    gained, lost = [], []
    for card in keep:
        twin = _twin(card, fresh, old, new)
        merged, grew, shrank = book.carry(card, twin)
        kept.append(merged)
        gained += [card.id] if grew else []
        lost += [card.id] if shrank else []
        if twin is not None:
            fresh.remove(twin)
    taken = {card.id for card in kept}
    added: list[Card] = []
    number = 0
    for card in fresh:
        number += 1
        while f"c{number}" in taken:
            number += 1
        added.append(book.renumber(card, f"c{number}"))
        taken.add(f"c{number}")
    cards = _in_order([*kept, *added], new)
    journey = new.model_copy(
        update={
            "cards": tuple(cards),
            "personas": _personas(old, new, book),
            "transitions": tuple(
                move.model_copy(update={"evidence": tuple(book.id_of_new(id_) for id_ in move.evidence)})
                for move in new.transitions
            ),
            "stages": tuple(
                stage.model_copy(
                    update={
                        "measures": tuple(
                            measure.model_copy(
                                update={"evidence": tuple(book.id_of_new(id_) for id_ in measure.evidence)}
                            )
                            for measure in stage.measures
                        )
                    }
                )
                for stage in new.stages
            ),
        }
    )
    journey = journey.model_copy(update={"evidence": book.used(journey)})
    journey = journey.model_copy(update={"coverage": _coverage(new.coverage, new.evidence, journey.evidence)})
    return Merge(journey, tuple(c.id for c in kept), tuple(c.id for c in added), tuple(gained), tuple(lost))


class _Book:
    """One numbering for the evidence of both maps: old ids stay, new places get new ones."""

    def __init__(self, old: JourneyMap, new: JourneyMap) -> None:
        hashes = {source.source: source.sha256 for source in new.sources}
        unchanged = {source.source for source in old.sources if hashes.get(source.source) == source.sha256}
        self._new = {item.id: item for item in new.evidence}
        new_places = {_place(item) for item in new.evidence}
        self._items: dict[str, Evidence] = {
            item.id: item
            for item in old.evidence
            if item.source in unchanged or (_place(item) in new_places and self._same_words(item))
        }
        self._by_place = {_place(item): id_ for id_, item in self._items.items()}
        self._next = 1 + max((int(id_[1:]) for id_ in self._items if id_[1:].isdigit()), default=0)
        self._order = {item.id: index for index, item in enumerate(new.evidence)}

    def _same_words(self, item: Evidence) -> bool:
        return any(other.quote == item.quote for other in self._new.values() if _place(other) == _place(item))

    def id_of_new(self, id_: str) -> str:
        """Return the id under which the fresh draft's evidence *id_* stands on the merged map."""
        item = self._new[id_]
        place = _place(item)
        if place not in self._by_place:
            known = f"e{self._next}"
            self._next += 1
            self._items[known] = item.model_copy(update={"id": known})
            self._by_place[place] = known
        return self._by_place[place]

    def renumber(self, card: Card, id_: str) -> Card:
        """Return a fresh card under *id_*, pointing at the merged numbering."""
        return card.model_copy(
            update={
                "id": id_,
                "evidence": tuple(self.id_of_new(e) for e in card.evidence),
                "against": tuple(self.id_of_new(e) for e in card.against),
            }
        )

    def carry(self, card: Card, twin: Card | None) -> tuple[Card, bool, bool]:
        """Return a kept card with what still stands and its twin's evidence; whether it grew; whether it lost."""
        standing = [id_ for id_ in card.evidence if id_ in self._items]
        against = [id_ for id_ in card.against if id_ in self._items]
        if twin is not None and card.status != "rejected":
            more = [self.id_of_new(id_) for id_ in twin.evidence]
            standing += [id_ for id_ in more if id_ not in standing]
            against += [
                id_
                for id_ in (self.id_of_new(e) for e in twin.against)
                if id_ not in against and id_ not in standing
            ]
        quotes = [self._items[id_] for id_ in standing]
        grew = bool(set(standing) - set(card.evidence))
        shrank = bool(set(card.evidence) - set(standing))
        if not grew and not shrank and tuple(against) == card.against:
            return card, False, False
        people = max(twin.people if twin else 0, min(card.people, len(quotes)))
        update = {
            "evidence": tuple(standing),
            "against": tuple(against),
            "mentions": len(quotes),
            "documents": len({item.source for item in quotes}),
            "people": people,
            "assumption": not quotes,
        }
        return card.model_copy(update=update), grew, shrank

    def used(self, journey: JourneyMap) -> tuple[Evidence, ...]:
        """Return the evidence that anything on *journey* points at, by number."""
        wanted = {id_ for card in journey.cards for id_ in (*card.evidence, *card.against)}
        wanted |= {id_ for persona in journey.personas for id_ in persona.evidence}
        wanted |= {id_ for move in journey.transitions for id_ in move.evidence}
        wanted |= {id_ for stage in journey.stages for measure in stage.measures for id_ in measure.evidence}
        return tuple(
            self._items[id_] for id_ in sorted(wanted, key=lambda id_: (len(id_), id_)) if id_ in self._items
        )

    def standing(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of the old ids that still stand."""
        return tuple(id_ for id_ in ids if id_ in self._items)


def _place(item: Evidence) -> _Place:
    return (item.source, item.record, item.start, item.end)


def _twin(card: Card, fresh: Sequence[Card], old: JourneyMap, new: JourneyMap) -> Card | None:
    """Return the fresh card of the same lane that shares most of its evidence with *card*, if it shares enough."""
    mine = {_place(item) for item in old.evidence if item.id in set(card.evidence)}
    places = {item.id: _place(item) for item in new.evidence}
    best: tuple[float, str] | None = None
    found = None
    for other in fresh:
        if other.lane != card.lane or not other.evidence:
            continue
        theirs = {places[id_] for id_ in other.evidence}
        share = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
        if share >= SAME_EVIDENCE and (best is None or (-share, other.id) < best):
            best, found = (-share, other.id), other
    return found


def _personas(old: JourneyMap, new: JourneyMap, book: _Book) -> tuple[Persona, ...]:
    """Return confirmed personas as they were, then the fresh ones under the numbers left over."""
    confirmed = [persona for persona in old.personas if persona.confirmed]
    if confirmed:
        return tuple(
            persona.model_copy(update={"evidence": book.standing(persona.evidence)}) for persona in confirmed
        )
    return tuple(
        persona.model_copy(update={"evidence": tuple(book.id_of_new(id_) for id_ in persona.evidence)})
        for persona in new.personas
    )


def _in_order(cards: Sequence[Card], journey: JourneyMap) -> list[Card]:
    """Sort by stage, keeping the given order inside each."""
    order = {stage.id: stage.order for stage in journey.stages}
    return sorted(cards, key=lambda card: order[card.stage])


def _coverage(coverage: Coverage, fresh: Sequence[Evidence], merged: Sequence[Evidence]) -> Coverage:
    """Correct the number of quoted utterances for evidence that only the merged map has, or lacks."""
    before = {_place(item) for item in fresh if item.role == "customer"}
    after = {_place(item) for item in merged if item.role == "customer"}
    used = coverage.used + len(after - before) - len(before - after)
    return coverage.model_copy(update={"used": max(0, min(coverage.customer, used))})
