"""A re-draft keeps what the user decided: accepted, edited, rejected and locked cards, personas once one is confirmed.

New evidence for a kept card is added to it; a new card about the same thing does not appear beside it.  What a kept
card quotes is sorted as it was, whatever today's draft thinks of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from journeyai.drafting.both_maps import Book, Place, place_of, removed_places
from journeyai.drafting.ground import ground_of
from journeyai.drafting.themes import Theme
from journeyai.model.journey import Card, JourneyMap, Stage
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane
from journeyai.operations.decisions import Decisions
from journeyai.operations.figures import mean_rating, measure_title, recount
from journeyai.operations.ground import Ground

#: A new card is the same as a kept one when they share this part of the smaller one's evidence.
SAME_EVIDENCE: Final = 0.5

_NOTHING_DECIDED: Final = Decisions()


@dataclass(frozen=True, slots=True)
class Merge:
    """A re-draft and what it did.

    Attributes:
        journey: the merged map.
        kept: ids of kept cards.
        added: ids of cards that are new.
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
    """Whether the user has had a say in *card*."""
    return card.locked or card.assumption or card.status != "draft"


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
            lane == theme.lane and len(said & places) >= SAME_EVIDENCE * len(said)
            for lane, places in rejected
        )

    return is_rejected


def merge(
    old: JourneyMap,
    new: JourneyMap,
    documents: Sequence[Document],
    *,
    decisions: Decisions = _NOTHING_DECIDED,
    keep_all: bool = False,
    last_quote: int = 0,
) -> Merge:
    """Return *new* with the user's decisions from *old*.

    Args:
        old: the map as it stands.
        new: a fresh draft from today's sources.
        documents: today's sources: what of the old evidence still stands in them stays.
        decisions: what the user has decided beside what *old* shows.
        keep_all: keep every card of *old*, decided or not, and only add (`draft --only-new`).
        last_quote: the highest number that a quote of this study ever had: it is not given again.
    """
    keep = [card for card in old.cards if keep_all or decided(card)]
    book = Book(old, new, documents, keep, decisions, last_quote)
    twins = _twins(keep, book, new)
    unwanted = _unwanted(new, book)
    home_of = {other.id: id_ for id_, others in twins.items() for other in others}
    # Who belongs together was decided for all of them.
    confirmed = old.personas if any(persona.confirmed for persona in old.personas) else ()
    groups = confirmed or new.personas
    carried = {card.id: _Carried(card, book, keep, twins[card.id], new) for card in keep}
    held = _held(carried.values(), book)
    cards: list[Card] = []
    added: list[str] = []
    smaller: set[str] = set()
    number = 0
    waiting = dict(carried)
    for card in new.cards:
        if card.id in home_of:
            # A kept card stands where the fresh one about the same thing would.
            if kept := waiting.pop(home_of[card.id], None):
                cards.append(kept.card)
            continue
        fresh = book.renumbered(card, held[card.lane])
        if card.id in unwanted or (card.evidence and not fresh.evidence):
            continue
        number += 1
        while f"c{number}" in carried:
            number += 1
        added.append(f"c{number}")
        cards.append(fresh.model_copy(update={"id": f"c{number}"}))
        if len(fresh.evidence) < len(card.evidence):
            smaller.add(f"c{number}")
    cards += [kept.card for kept in waiting.values()]
    ground = ground_of(documents)
    changed = {id_ for id_, kept in carried.items() if kept.grew or kept.shrank}
    # A kept card with the same quotes is of whom it was: of people without a name, no persona can tell.
    labelled = {card.id for card in cards if card.id not in carried} | changed if confirmed else smaller
    cards = book.with_personas(cards, groups, labelled, ground)
    if not confirmed:
        cards = [carried[card.id].with_twins(card) if card.id in carried else card for card in cards]
    # Ratings on a card of theirs count where that card stands.
    placed = {
        id_: kept.card.stage
        for kept in carried.values()
        if kept.card.lane == "measure"
        for id_ in kept.card.evidence
    }
    order = {stage.id: stage.order for stage in new.stages}
    journey = new.model_copy(
        update={
            "cards": tuple(sorted(cards, key=lambda card: order[card.stage])),
            "personas": book.personas(confirmed, new.personas),
            "transitions": tuple(
                move.model_copy(update={"evidence": book.ids_of_new(move.evidence)})
                for move in new.transitions
            ),
            "stages": tuple(_with_measures(stage, book, placed) for stage in new.stages),
        }
    )
    journey = book.with_evidence(journey)
    # What the draft counted stays, but for kept cards with other quotes, or quotes that feel otherwise today, and
    # stages that feel otherwise with them.
    felt = {id_ for id_, kept in carried.items() if not book.felt_otherwise.isdisjoint(kept.card.evidence)}
    other = smaller | changed | felt
    counted = [
        card.id for card in journey.cards if card.id in other and card.evidence and card.lane != "opportunity"
    ]
    journey = recount(_titled_anew(journey, old, other, ground), ground, cards=counted, since=new)
    return Merge(
        journey,
        kept=tuple(carried),
        added=tuple(added),
        gained=tuple(id_ for id_, kept in carried.items() if kept.grew),
        lost=tuple(id_ for id_, kept in carried.items() if kept.shrank),
        moved=tuple(id_ for id_, kept in carried.items() if kept.moved),
    )


class _Carried:
    """A kept card as it stands on the merged map, and what happened to it."""

    def __init__(
        self, card: Card, book: Book, keep: Sequence[Card], twins: Sequence[Card], new: JourneyMap
    ) -> None:
        standing = list(book.standing(card.evidence))
        against = list(book.standing(card.against))
        self.shrank = len(standing) < len(card.evidence)
        if card.status != "rejected":
            # What the user has put elsewhere stays there.
            taken = book.taken(card, keep)
            more = [id_ for twin in twins for id_ in book.ids_of_new(twin.evidence)]
            standing += [id_ for id_ in dict.fromkeys(more) if id_ not in taken]
            more = [id_ for twin in twins for id_ in book.ids_of_new(twin.against)]
            off = book.decisions.detached.get(card.id, frozenset())
            against += [id_ for id_ in dict.fromkeys(more) if id_ not in {*against, *standing, *off}]
        self.grew = bool(set(standing) - set(card.evidence))
        stages = [stage.id for stage in new.stages]
        self.moved = card.stage not in stages
        stage = _home(card, standing, book, new) if self.moved else card.stage
        book.settle([*standing, *against], stage, stages)
        if card.lane != "opportunity":
            gained = [id_ for id_ in standing if id_ not in card.evidence]
            book.settle(gained, stage)
            if card.id in book.decisions.lanes:
                book.call(gained, card.lane)
        update: dict[str, Any] = {"stage": stage, "evidence": tuple(standing), "against": tuple(against)}
        if standing:
            update |= book.counts(standing)
            alike = [twin for twin in twins if twin.lane == card.lane]
            if [set(book.ids_of_new(twin.evidence)) for twin in alike] == [set(standing)]:
                # Of what an engine put into two lanes, the map shows how sure it is of one.
                update["confidence"] = alike[0].confidence
        elif card.evidence:
            update |= {"assumption": True, **book.counts(())}
        # What an engine found of the fresh card is true of a kept one while it is called the same.
        same = next((twin for twin in twins if (twin.lane, twin.title) == (card.lane, card.title)), None)
        update |= {
            "supported": same.supported if same else None,
            "stability": same.stability if same else None,
        }
        self.card = card.model_copy(update=update)
        self._twins = twins

    def with_twins(self, card: Card) -> Card:
        """Return the card with the fresh draft's personas of the cards it stands for."""
        if not self._twins:
            return card
        return card.model_copy(
            update={"personas": tuple(sorted({id_ for twin in self._twins for id_ in twin.personas}))}
        )


def _held(kept: Iterable[_Carried], book: Book) -> dict[Lane, set[str]]:
    """Return lane → quotes on kept cards of that lane: a fresh card of that lane is without them.

    Else one remark would be counted on two cards that say the same kind of thing.  Rejected cards hold nothing: one
    rejected remark takes nothing from what many say.
    """
    held: dict[Lane, set[str]] = defaultdict(set)
    for card in (item.card for item in kept):
        if card.status != "rejected" and card.lane != "opportunity":
            for lane in book.lanes(card) - {"opportunity"}:
                held[lane].update(card.evidence)
    return held


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


def _home(card: Card, standing: Sequence[str], book: Book, new: JourneyMap) -> str:
    """Return the stage of today's map for a card whose own is gone: where its quotes stand now, else the first."""
    places = [place_of(book.items[id_]) for id_ in standing]
    votes = Counter(book.fresh[place].stage for place in places if place in book.fresh)
    order = {stage.id: stage.order for stage in new.stages}
    return min(votes or order, key=lambda id_: (-votes[id_], order[id_]))


def _twins(keep: Sequence[Card], book: Book, new: JourneyMap) -> dict[str, list[Card]]:
    """Return, for each kept card, the fresh cards that say the same: of its lane, and from the same evidence.

    A fresh card is the same as a kept one when they share enough of the smaller one's evidence; as a rejected one,
    when it is enough of its own, or one rejected remark would keep what many say from the map.
    """
    new_places = {item.id: place_of(item) for item in new.evidence}
    on: dict[tuple[str, Place], list[int]] = defaultdict(list)
    for index, card in enumerate(keep):
        for id_ in set(book.standing(card.evidence)):
            for lane in book.lanes(card):
                on[lane, place_of(book.items[id_])].append(index)
    twins: dict[str, list[Card]] = {card.id: [] for card in keep}
    for other in new.cards:
        shared = Counter(index for id_ in other.evidence for index in on[other.lane, new_places[id_]])
        shares = []
        for index, count in shared.items():
            card = keep[index]
            mine = len(other.evidence if card.status == "rejected" else book.standing(card.evidence))
            # Of two that it is the same as, the one that has more of it.
            shares.append((-count / min(mine, len(other.evidence)), -count, index))
        if shares and -min(shares)[0] >= SAME_EVIDENCE:
            twins[keep[min(shares)[-1]].id].append(other)
    return twins


def _unwanted(new: JourneyMap, book: Book) -> set[str]:
    """Return the fresh cards that say what the user has deleted: half of what they quote stood on one such card."""
    removed = book.removed()
    if not removed:
        return set()
    places = {item.id: place_of(item) for item in new.evidence}
    return {
        card.id
        for card in new.cards
        if card.evidence
        and any(
            lane == card.lane
            and sum(places[id_] in gone for id_ in card.evidence) >= SAME_EVIDENCE * len(card.evidence)
            for lane, gone in removed
        )
    }


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
