"""A re-draft keeps what the user decided: accepted, edited, rejected and locked cards, personas once one is confirmed.

New evidence for a kept card is added to it; a new card about the same thing does not appear beside it.  What a kept
card quotes is sorted as it was, whatever today's draft thinks of it.  What nobody has decided on is drawn anew, and
keeps its number where it goes on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from journeyai.drafting.both_maps import Book, place_of, removed_places
from journeyai.drafting.continuity import (
    SAME_GROUND,
    Numbered,
    give_numbers,
    highest,
    with_persona_numbers,
)
from journeyai.drafting.fresh_cards import FreshCard, stand_beside
from journeyai.drafting.ground import ground_of
from journeyai.drafting.kept_cards import KeptCard, find_twins
from journeyai.drafting.themes import Theme
from journeyai.model.journey import Card, JourneyMap, Persona, Stage
from journeyai.model.source import Document
from journeyai.operations.decisions import Decisions
from journeyai.operations.figures import mean_rating, measure_title, recount
from journeyai.operations.ground import Ground
from journeyai.operations.history import Given
from journeyai.operations.opportunities import with_priorities

_NOTHING_DECIDED: Final = Decisions()
_NOTHING_GIVEN: Final = Given()


@dataclass(frozen=True, slots=True)
class Merge:
    """A re-draft and what it did.

    Attributes:
        journey: the merged map.
        kept: ids of kept cards.
        added: ids of the others, drawn anew; what goes on with an undecided card of the map before has its number.
        gained: ids of kept cards with new evidence.
        lost: ids of kept cards some of whose evidence is gone from the sources.
        moved: ids of kept cards whose stage is no longer on the map.
    """

    journey: JourneyMap
    kept: tuple[str, ...]
    added: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moved: tuple[str, ...]


def decided(card: Card) -> bool:
    """Whether the user has had a say in *card*: no engine says who takes care of it, or how far it has got."""
    touched = card.status != "draft" or card.owner is not None or card.progress is not None
    return touched or card.locked or card.assumption


def find_rejected(old: JourneyMap, decisions: Decisions = _NOTHING_DECIDED) -> Callable[[Theme], bool]:
    """Return whether the user has rejected what a theme says: half of its remarks are those of one rejected card.

    So has who deleted the card.  Such a theme must not only get no card, but speak in no summary, portrait or
    opportunity either.

    Args:
        old: the map as it stands.
        decisions: what the user has decided beside what it shows.
    """
    places = {item.id: place_of(item) for item in old.evidence}
    rejected = [
        (lane, frozenset(places[id_] for id_ in card.evidence if id_ in places))
        for card in old.cards
        if card.status == "rejected"
        for lane in {card.lane, *decisions.lanes.get(card.id, ())}
    ]
    rejected += removed_places(decisions, places)

    def is_rejected(theme: Theme) -> bool:
        said = {(p.document.source, p.document.record, p.start, p.end) for p in theme.points}
        return any(
            lane == theme.lane and len(said & places) >= SAME_GROUND * len(said) for lane, places in rejected
        )

    return is_rejected


def merge(
    old: JourneyMap,
    new: JourneyMap,
    documents: Sequence[Document],
    *,
    decisions: Decisions = _NOTHING_DECIDED,
    keep_all: bool = False,
    given: Given = _NOTHING_GIVEN,
) -> Merge:
    """Return *new* with the user's decisions from *old*.

    Args:
        old: the map as it stands.
        new: a fresh draft from today's sources.
        documents: today's sources: what of the old evidence still stands in them stays.
        decisions: what the user has decided beside what *old* shows.
        keep_all: keep every card of *old*, decided or not, and only add (`draft --only-new`).
        given: the numbers that cards and quotes of this study ever had: they are not given again.
    """
    keep = [card for card in old.cards if keep_all or decided(card)]
    # Who belongs together was decided for all of them.
    confirmed = old.personas if any(persona.confirmed for persona in old.personas) else ()
    if not confirmed:
        new = with_persona_numbers(new, old)
    book = Book(old, new, documents, keep, decisions, given.evidence)
    twins = find_twins(keep, book, new)
    kept = {card.id: KeptCard(card, book, keep, twins[card.id], new) for card in keep}
    fresh = _numbered(stand_beside(new, book, kept, twins), kept, old, book, given)
    both = _Both(old, new, book, kept, fresh, ground_of(documents))
    cards = both.with_personas(both.in_turn(twins), confirmed)
    if any(item.card.judged for item in kept.values()):
        # What came first of the kept ones, and of the fresh ones, was said of two different maps.
        cards = with_priorities(cards, by_grades=True)
    return Merge(
        both.counted(both.put_together(cards, confirmed)),
        kept=tuple(kept),
        added=tuple(item.card.id for item in fresh.values()),
        gained=tuple(id_ for id_, item in kept.items() if item.grew),
        lost=tuple(id_ for id_, item in kept.items() if item.shrank),
        moved=tuple(id_ for id_, item in kept.items() if item.moved),
    )


def _numbered(
    fresh: Mapping[str, FreshCard], kept: Collection[str], old: JourneyMap, book: Book, given: Given
) -> dict[str, FreshCard]:
    """Return the cards *fresh* under the numbers of the undecided cards that they continue, or under new ones."""
    ids = give_numbers(
        [_rests(card, book) for card in old.cards if card.id not in kept],
        [_rests(item.card, book) for item in fresh.values()],
        "c",
        max(given.card, highest(card.id for card in old.cards)),
    )
    return {
        in_draft: replace(item, card=item.card.model_copy(update={"id": id_}))
        for (in_draft, item), id_ in zip(fresh.items(), ids, strict=True)
    }


def _rests(card: Card, book: Book) -> Numbered:
    """Return *card* with the places of those of its quotes that stand in today's sources."""
    places = frozenset(place_of(book.items[id_]) for id_ in book.standing(card.evidence))
    return Numbered(card.id, card.lane, card.title, places)


@dataclass(frozen=True, slots=True)
class _Both:
    """What the merged map is put together from.

    Attributes:
        old: the map as it stands.
        new: the fresh draft.
        book: the evidence of both.
        kept: id → card of *old*.
        fresh: id in the draft → card of *new*.
        ground: who said what.
    """

    old: JourneyMap
    new: JourneyMap
    book: Book
    kept: Mapping[str, KeptCard]
    fresh: Mapping[str, FreshCard]
    ground: Ground

    def in_turn(self, twins: Mapping[str, Sequence[Card]]) -> list[Card]:
        """Return all cards stage by stage; a kept one stands where the first of its *twins* would."""
        home_of = {twin.id: id_ for id_, others in twins.items() for twin in others}
        waiting = dict(self.kept)
        cards = []
        for card in self.new.cards:
            if card.id in self.fresh:
                cards.append(self.fresh[card.id].card)
            elif (home := waiting.pop(home_of.get(card.id, ""), None)) is not None:
                cards.append(home.card)
        cards += [item.card for item in waiting.values()]
        order = {stage.id: stage.order for stage in self.new.stages}
        return sorted(cards, key=lambda card: order[card.stage])

    def with_personas(self, cards: Sequence[Card], confirmed: Sequence[Persona]) -> list[Card]:
        """Return *cards* with the personas whose people they are of."""
        if confirmed:
            # A kept card with the same quotes is of whom it was: of people without a name, no persona can tell.
            labelled = {item.card.id for item in self.fresh.values()} | self._kept_with_other_quotes()
            return self.book.with_personas(cards, confirmed, labelled, self.ground)
        labelled = self._fresh_with_other_quotes()
        return [
            self.kept[card.id].with_twins(card) if card.id in self.kept else card
            for card in self.book.with_personas(cards, self.new.personas, labelled, self.ground)
        ]

    def put_together(self, cards: Sequence[Card], confirmed: Sequence[Persona]) -> JourneyMap:
        """Return the merged map in one numbering of quotes; its figures are still those of its parts."""
        new, book = self.new, self.book
        # Ratings on a card of theirs count where that card stands.
        placed = {
            id_: item.card.stage
            for item in self.kept.values()
            if item.card.lane == "measure"
            for id_ in item.card.evidence
        }
        update: dict[str, Any] = {
            "cards": tuple(cards),
            "personas": book.personas(confirmed, new.personas),
            "transitions": tuple(
                move.model_copy(update={"evidence": book.ids_of_new(move.evidence)})
                for move in new.transitions
            ),
            "stages": tuple(_with_measures(stage, book, placed) for stage in new.stages),
        }
        return book.with_evidence(new.model_copy(update=update))

    def counted(self, journey: JourneyMap) -> JourneyMap:
        """Return *journey* with what the draft did not count.

        That is cards with other quotes, kept cards whose quotes feel otherwise today, and stages that feel otherwise
        with them.
        """
        fresh = self._fresh_with_other_quotes()
        felt = {
            id_
            for id_, item in self.kept.items()
            if not self.book.felt_otherwise.isdisjoint(item.card.evidence)
        }
        other = fresh | self._kept_with_other_quotes() | felt
        ids = [
            card.id
            for card in journey.cards
            # The people of a kept opportunity are those that its engine counted.
            if card.id in other and card.evidence and (card.lane != "opportunity" or card.id in fresh)
        ]
        titled = _titled_anew(journey, self.old, other, self.ground)
        return recount(titled, self.ground, cards=ids, since=self.new)

    def _fresh_with_other_quotes(self) -> set[str]:
        return {item.card.id for item in self.fresh.values() if item.is_changed}

    def _kept_with_other_quotes(self) -> set[str]:
        return {id_ for id_, item in self.kept.items() if item.grew or item.shrank}


def _titled_anew(journey: JourneyMap, old: JourneyMap, ids: Collection[str], ground: Ground) -> JourneyMap:
    """Return *journey* with the mean of today's ratings in the titles of those measures *ids* that told a mean."""
    told = {
        measure_title(measure.kind, measure.value, journey.language): measure.kind
        for drawn in (old, journey)
        for stage in drawn.stages
        for measure in stage.measures
    }
    cards = []
    for card in journey.cards:
        kind = told.get(card.title) if card.lane == "measure" and card.id in ids else None
        mean = mean_rating(journey.quotes(card), ground, kind) if kind else None
        if kind is not None and mean is not None:
            cards.append(card.model_copy(update={"title": measure_title(kind, mean, journey.language)}))
        else:
            cards.append(card)
    return journey.model_copy(update={"cards": tuple(cards)})


def _with_measures(stage: Stage, book: Book, placed: Mapping[str, str]) -> Stage:
    """Return *stage* with its measures in the merged numbering, without ratings that a kept card has elsewhere.

    Args:
        stage: of the fresh draft.
        book: the numbering.
        placed: rating → stage of the kept card that it is on.
    """
    listed = [
        (
            measure,
            tuple(id_ for id_ in book.ids_of_new(measure.evidence) if placed.get(id_, stage.id) == stage.id),
        )
        for measure in stage.measures
    ]
    measures = tuple(measure.model_copy(update={"evidence": ids}) for measure, ids in listed if ids)
    return stage.model_copy(update={"measures": measures})
