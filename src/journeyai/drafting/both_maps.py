"""The evidence of two maps under one numbering: that of the map as it stands, and that of a fresh draft."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from journeyai.drafting.verification import count_people, person_quoted, quote_problem
from journeyai.model.journey import Card, Empathy, Evidence, JourneyMap, Persona
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane
from journeyai.operations.decisions import Decisions
from journeyai.operations.figures import combined_confidence
from journeyai.operations.ground import Ground
from journeyai.operations.membership import Membership

#: Where a quote stands: source, record, start, end.
Place = tuple[str, str | None, int, int]


class Book:
    """One numbering for the evidence of both maps: old ids stay, new places get new ones."""

    def __init__(
        self,
        old: JourneyMap,
        new: JourneyMap,
        documents: Sequence[Document],
        keep: Sequence[Card],
        decisions: Decisions,
        last_quote: int = 0,
    ) -> None:
        self.decisions = decisions
        self.documents = {document.key: document for document in documents}
        self.fresh = {place_of(item): item for item in new.evidence}
        self._new = {item.id: item for item in new.evidence}
        sorted_by_person = {
            id_
            for card in keep
            if card.lane != "opportunity" and card.status != "rejected"
            for id_ in card.evidence
        }
        #: Old evidence that still stands, labelled as today's draft labels it; on a kept card, sorted as it was.
        self.items: dict[str, Evidence] = {
            item.id: _labelled(
                item, self.fresh.get(place_of(item), item), sorted_=item.id in sorted_by_person
            )
            for item in old.evidence
            if quote_problem(item, self.documents) is None
        }
        #: Those of them that today's draft hears with another feeling.
        self.felt_otherwise = {
            item.id
            for item in old.evidence
            if item.id in self.items and self.items[item.id].valence != item.valence
        }
        self._by_place = {place_of(item): id_ for id_, item in self.items.items()}
        # A number that once named another quote is not given again.
        self._next = 1 + max((_number(item.id) for item in old.evidence), default=0)
        self._next = max(self._next, last_quote + 1)

    def ids_of_new(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids under which the fresh draft's evidence *ids* stands on the merged map."""
        return tuple(self._id_of_new(id_) for id_ in ids)

    def _id_of_new(self, id_: str) -> str:
        item = self._new[id_]
        place = place_of(item)
        if place not in self._by_place:
            known = f"e{self._next}"
            self._next += 1
            self.items[known] = item.model_copy(update={"id": known})
            self._by_place[place] = known
        return self._by_place[place]

    def renumbered(self, card: Card, held: Collection[str]) -> Card:
        """Return a fresh card pointing at the merged numbering, without the quotes *held* elsewhere."""
        evidence = tuple(id_ for id_ in self.ids_of_new(card.evidence) if id_ not in held)
        if len(evidence) < len(card.evidence):
            # Whether these bear the title out, and how often they are found, was not asked.
            card = card.model_copy(update={"supported": None, "stability": None})
        return card.model_copy(update={"evidence": evidence, "against": self.ids_of_new(card.against)})

    def standing(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of the old ids that still stand."""
        return tuple(id_ for id_ in ids if id_ in self.items)

    def lanes(self, card: Card) -> frozenset[Lane]:
        """Return the lanes a kept card is or was in: what was said in the former ones is about the same thing."""
        return self.decisions.lanes.get(card.id, frozenset()) | {card.lane}

    def taken(self, card: Card, keep: Sequence[Card]) -> frozenset[str]:
        """Return quotes that *card* must not gain: on another card of theirs, taken off this one, or deleted."""
        lanes = self.lanes(card)
        return frozenset(
            (
                *(id_ for other in keep if self.lanes(other) & lanes for id_ in other.evidence),
                *self.decisions.detached.get(card.id, ()),
                *(id_ for gone in self.decisions.removed if gone.lanes & lanes for id_ in gone.evidence),
            )
        )

    def removed(self) -> list[tuple[Lane, frozenset[Place]]]:
        """Return lane and places of each card that the user deleted."""
        return removed_places(self.decisions, {id_: place_of(item) for id_, item in self.items.items()})

    def call(self, ids: Iterable[str], lane: Lane) -> None:
        """Sort quotes into *lane*; how sure the engine was, was of another."""
        for id_ in ids:
            if self.items[id_].lane != lane:
                update = {"lane": lane, "confidence": None}
                self.items[id_] = self.items[id_].model_copy(update=update)

    def settle(self, ids: Iterable[str], stage: str, leave: Collection[str] = ()) -> None:
        """Put evidence under *stage*, but for what stands in one of the stages *leave*."""
        for id_ in ids:
            if self.items[id_].stage not in leave:
                self.items[id_] = self.items[id_].model_copy(update={"stage": stage})

    def with_personas(
        self, cards: Iterable[Card], personas: Sequence[Persona], labelled: Collection[str], ground: Ground
    ) -> list[Card]:
        """Return *cards*, those *labelled* with the personas whose people their quotes are of.

        Ratings are everybody's, and a card without quotes is of the personas it was given to.
        """
        membership = Membership(personas, self.items, ground)
        known = {persona.id for persona in personas}
        done = []
        for card in cards:
            quotes = self._quotes(card.evidence)
            of = tuple(id_ for id_ in card.personas if id_ in known)
            if card.id in labelled and quotes and (card.lane != "measure" or card.personas):
                of = membership.of(quotes)
            done.append(card.model_copy(update={"personas": of}))
        return done

    def personas(self, confirmed: Sequence[Persona], fresh: Sequence[Persona]) -> tuple[Persona, ...]:
        """Return the confirmed personas; the fresh ones only while none is confirmed: the grouping is the user's."""
        if confirmed:
            return tuple(p.model_copy(update={"evidence": self.standing(p.evidence)}) for p in confirmed)
        return tuple(p.model_copy(update={"evidence": self.ids_of_new(p.evidence)}) for p in fresh)

    def counts(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return what a card with this evidence counts, and how sure it is."""
        quotes = self._quotes(ids)
        return {
            "people": count_people(quotes, self.documents),
            "documents": len({item.source for item in quotes}),
            "mentions": len(quotes),
            "confidence": combined_confidence(
                (person_quoted(item, self.documents), item.confidence) for item in quotes
            ),
        }

    def with_evidence(self, journey: JourneyMap) -> JourneyMap:
        """Return *journey* with the evidence that anything on it points at, by number.

        What the user took off a card stays as well, and what a persona is said to say, while it stands in the sources.
        """
        wanted = {id_ for card in journey.cards for id_ in (*card.evidence, *card.against)}
        wanted |= {id_ for persona in journey.personas for id_ in persona.evidence}
        wanted |= {id_ for move in journey.transitions for id_ in move.evidence}
        wanted |= {id_ for stage in journey.stages for measure in stage.measures for id_ in measure.evidence}
        wanted |= self.decisions.set_aside
        said = {saying for persona in journey.personas for saying in _sayings(persona)}
        said -= {_words(item) for item in self._quotes(wanted)}
        wanted |= {id_ for id_, item in self.items.items() if said and _words(item) in said}
        first = min(journey.stages, key=lambda stage: stage.order).id
        self.settle(sorted(wanted & self.items.keys()), first, [stage.id for stage in journey.stages])
        evidence = tuple(self._quotes(sorted(wanted, key=lambda id_: (len(id_), id_))))
        stand = {_words(item) for item in evidence}
        return journey.model_copy(
            update={
                "evidence": evidence,
                "personas": tuple(_without_sayings(persona, stand) for persona in journey.personas),
            }
        )

    def _quotes(self, ids: Iterable[str]) -> list[Evidence]:
        return [self.items[id_] for id_ in ids if id_ in self.items]


def removed_places(decisions: Decisions, places: Mapping[str, Place]) -> list[tuple[Lane, frozenset[Place]]]:
    """Return lane and places of what the user deleted, once for each lane it was in."""
    return [
        (lane, frozenset(places[id_] for id_ in card.evidence if id_ in places))
        for card in decisions.removed
        for lane in sorted(card.lanes)
    ]


def _sayings(persona: Persona) -> list[str]:
    """Return what a persona is said to say, think, do and feel, each on one line."""
    return [
        " ".join(saying.split()) for name in Empathy.model_fields for saying in getattr(persona.empathy, name)
    ]


def _without_sayings(persona: Persona, stand: Collection[str]) -> Persona:
    """Return *persona* without sayings that are no quote on the map any more."""
    if all(saying in stand for saying in _sayings(persona)):
        return persona
    left = {
        name: tuple(saying for saying in getattr(persona.empathy, name) if " ".join(saying.split()) in stand)
        for name in Empathy.model_fields
    }
    return persona.model_copy(update={"empathy": Empathy(**left)})


def _words(item: Evidence) -> str:
    return " ".join(item.quote.split())


def _labelled(item: Evidence, fresh: Evidence, *, sorted_: bool) -> Evidence:
    """Return *item* with today's labels; with its own stage and lane if a person has *sorted_* it."""
    if not sorted_:
        return fresh.model_copy(update={"id": item.id})
    own: dict[str, Any] = {"id": item.id, "stage": item.stage, "lane": item.lane}
    if item.lane != fresh.lane:
        own["confidence"] = item.confidence
    return fresh.model_copy(update=own)


def place_of(item: Evidence) -> Place:
    """Return where a quote stands."""
    return (item.source, item.record, item.start, item.end)


def _number(id_: str) -> int:
    digits = id_.removeprefix("e")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0
