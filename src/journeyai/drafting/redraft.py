"""A re-draft keeps what the user decided: accepted, edited, rejected and locked cards, personas once one is confirmed.

New evidence for a kept card is added to it; a new card about the same thing does not appear beside it.  What a kept
card quotes is sorted as it was, whatever today's draft thinks of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from journeyai.drafting.ground import ground_of
from journeyai.drafting.themes import Theme
from journeyai.drafting.verification import count_people, person_quoted, quote_problem
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Stage
from journeyai.model.source import Document
from journeyai.operations.figures import combined_confidence, recount

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


def find_rejected(old: JourneyMap) -> Callable[[Theme], bool]:
    """Return whether the user has rejected what a theme says: half of its remarks are those of one rejected card.

    Such a theme must not only get no card, but speak in no summary, portrait or opportunity either.
    """
    places = {item.id: _place(item) for item in old.evidence}
    rejected = [
        (card.lane, frozenset(places[id_] for id_ in card.evidence if id_ in places))
        for card in old.cards
        if card.status == "rejected"
    ]

    def is_rejected(theme: Theme) -> bool:
        said = {(p.document.source, p.document.record, p.start, p.end) for p in theme.points}
        return any(
            lane == theme.lane and len(said & places) >= SAME_EVIDENCE * len(said)
            for lane, places in rejected
        )

    return is_rejected


def merge(
    old: JourneyMap, new: JourneyMap, documents: Sequence[Document], *, keep_all: bool = False
) -> Merge:
    """Return *new* with the user's decisions from *old*.

    Args:
        old: the map as it stands.
        new: a fresh draft from today's sources.
        documents: today's sources: what of the old evidence still stands in them stays.
        keep_all: keep every card of *old*, decided or not, and only add (`draft --only-new`).
    """
    keep = [card for card in old.cards if keep_all or decided(card)]
    book = _Book(old, new, documents, keep)
    twins = _twins(keep, book, new)
    home_of = {other.id: id_ for id_, others in twins.items() for other in others}
    carried = {card.id: _Carried(card, book, keep, twins[card.id], new) for card in keep}
    cards: list[Card] = []
    added: list[str] = []
    number = 0
    waiting = dict(carried)
    for card in new.cards:
        if card.id in home_of:
            # A kept card stands where the fresh one about the same thing would.
            if kept := waiting.pop(home_of[card.id], None):
                cards.append(kept.card)
            continue
        number += 1
        while f"c{number}" in carried:
            number += 1
        added.append(f"c{number}")
        cards.append(book.renumbered(card, f"c{number}"))
    cards += [kept.card for kept in waiting.values()]
    # Who belongs together was decided for all of them.
    confirmed = old.personas if any(persona.confirmed for persona in old.personas) else ()
    if confirmed:
        cards = [book.with_personas(card, confirmed) for card in cards]
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
    journey = journey.model_copy(update={"evidence": book.used(journey)})
    # What the draft counted stays, but for kept cards with other quotes, and stages that feel otherwise with them.
    other = {id_ for id_, kept in carried.items() if kept.grew or kept.shrank}
    counted = [
        card.id for card in journey.cards if card.id in other and card.evidence and card.lane != "opportunity"
    ]
    return Merge(
        recount(journey, ground_of(documents), cards=counted, since=new),
        kept=tuple(carried),
        added=tuple(added),
        gained=tuple(id_ for id_, kept in carried.items() if kept.grew),
        lost=tuple(id_ for id_, kept in carried.items() if kept.shrank),
        moved=tuple(id_ for id_, kept in carried.items() if kept.moved),
    )


class _Book:
    """One numbering for the evidence of both maps: old ids stay, new places get new ones."""

    def __init__(
        self, old: JourneyMap, new: JourneyMap, documents: Sequence[Document], keep: Sequence[Card]
    ) -> None:
        self.documents = {document.key: document for document in documents}
        self.fresh = {_place(item): item for item in new.evidence}
        self._new = {item.id: item for item in new.evidence}
        sorted_by_person = {
            id_
            for card in keep
            if card.lane != "opportunity" and card.status != "rejected"
            for id_ in card.evidence
        }
        #: Old evidence that still stands, labelled as today's draft labels it; on a kept card, sorted as it was.
        self.items: dict[str, Evidence] = {
            item.id: _labelled(item, self.fresh.get(_place(item), item), sorted_=item.id in sorted_by_person)
            for item in old.evidence
            if quote_problem(item, self.documents) is None
        }
        self._by_place = {_place(item): id_ for id_, item in self.items.items()}
        # A number that once named another quote is not given again.
        self._next = 1 + max((_number(item.id) for item in old.evidence), default=0)

    def ids_of_new(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids under which the fresh draft's evidence *ids* stands on the merged map."""
        return tuple(self._id_of_new(id_) for id_ in ids)

    def _id_of_new(self, id_: str) -> str:
        item = self._new[id_]
        place = _place(item)
        if place not in self._by_place:
            known = f"e{self._next}"
            self._next += 1
            self.items[known] = item.model_copy(update={"id": known})
            self._by_place[place] = known
        return self._by_place[place]

    def renumbered(self, card: Card, id_: str) -> Card:
        """Return a fresh card under *id_*, pointing at the merged numbering."""
        return card.model_copy(
            update={
                "id": id_,
                "evidence": self.ids_of_new(card.evidence),
                "against": self.ids_of_new(card.against),
            }
        )

    def standing(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of the old ids that still stand."""
        return tuple(id_ for id_ in ids if id_ in self.items)

    def settle(self, ids: Iterable[str], stage: str, leave: Collection[str] = ()) -> None:
        """Put evidence under *stage*, but for what stands in one of the stages *leave*."""
        for id_ in ids:
            if self.items[id_].stage not in leave:
                self.items[id_] = self.items[id_].model_copy(update={"stage": stage})

    def with_personas(self, card: Card, personas: Sequence[Persona]) -> Card:
        """Return *card* with those of *personas* whose members its quotes are of."""
        spoken = {(item.source, item.speaker or item.record or "") for item in self._quotes(card.evidence)}
        mine = [p.id for p in personas if any((m.source, m.speaker) in spoken for m in p.members)]
        return card.model_copy(update={"personas": tuple(mine)})

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

    def used(self, journey: JourneyMap) -> tuple[Evidence, ...]:
        """Return the evidence that anything on *journey* points at, by number."""
        wanted = {id_ for card in journey.cards for id_ in (*card.evidence, *card.against)}
        wanted |= {id_ for persona in journey.personas for id_ in persona.evidence}
        wanted |= {id_ for move in journey.transitions for id_ in move.evidence}
        wanted |= {id_ for stage in journey.stages for measure in stage.measures for id_ in measure.evidence}
        return tuple(self._quotes(sorted(wanted, key=lambda id_: (len(id_), id_))))

    def _quotes(self, ids: Iterable[str]) -> list[Evidence]:
        return [self.items[id_] for id_ in ids if id_ in self.items]


class _Carried:
    """A kept card as it stands on the merged map, and what happened to it."""

    def __init__(
        self, card: Card, book: _Book, keep: Sequence[Card], twins: Sequence[Card], new: JourneyMap
    ) -> None:
        standing = list(book.standing(card.evidence))
        against = list(book.standing(card.against))
        self.shrank = len(standing) < len(card.evidence)
        if card.status != "rejected":
            # What the user has put on another card stays there.
            taken = {id_ for other in keep if other.lane == card.lane for id_ in other.evidence}
            more = [id_ for twin in twins for id_ in book.ids_of_new(twin.evidence)]
            standing += [id_ for id_ in dict.fromkeys(more) if id_ not in taken]
            more = [id_ for twin in twins for id_ in book.ids_of_new(twin.against)]
            against += [id_ for id_ in dict.fromkeys(more) if id_ not in {*against, *standing}]
        self.grew = bool(set(standing) - set(card.evidence))
        stages = [stage.id for stage in new.stages]
        self.moved = card.stage not in stages
        stage = _home(card, standing, book, new) if self.moved else card.stage
        book.settle([*standing, *against], stage, stages)
        if card.lane != "opportunity":
            book.settle((id_ for id_ in standing if id_ not in card.evidence), stage)
        update: dict[str, Any] = {"stage": stage, "evidence": tuple(standing), "against": tuple(against)}
        if standing:
            update |= book.counts(standing)
        elif card.evidence:
            update |= {"assumption": True, **book.counts(())}
        # What an engine found of the fresh card is true of a kept one while it is called the same.
        same = next((twin for twin in twins if twin.title == card.title), None)
        update |= {
            "supported": same.supported if same else None,
            "stability": same.stability if same else None,
        }
        self.card = card.model_copy(update=update | {"personas": _personas(card, twins, new)})


def _personas(card: Card, twins: Sequence[Card], new: JourneyMap) -> tuple[str, ...]:
    """Return the personas a kept card belongs to: those of the cards it stands for, else its own that are left."""
    if twins:
        return tuple(sorted({id_ for twin in twins for id_ in twin.personas}))
    known = {persona.id for persona in new.personas}
    return tuple(id_ for id_ in card.personas if id_ in known)


def _home(card: Card, standing: Sequence[str], book: _Book, new: JourneyMap) -> str:
    """Return the stage of today's map for a card whose own is gone: where its quotes stand now, else the first."""
    places = [_place(book.items[id_]) for id_ in standing]
    votes = Counter(book.fresh[place].stage for place in places if place in book.fresh)
    order = {stage.id: stage.order for stage in new.stages}
    return min(votes or order, key=lambda id_: (-votes[id_], order[id_]))


def _twins(keep: Sequence[Card], book: _Book, new: JourneyMap) -> dict[str, list[Card]]:
    """Return, for each kept card, the fresh cards that say the same: of its lane, and from the same evidence.

    A fresh card is the same as a kept one when they share enough of the smaller one's evidence; as a rejected one,
    when it is enough of its own, or one rejected remark would keep what many say from the map.
    """
    new_places = {item.id: _place(item) for item in new.evidence}
    on: dict[tuple[str, _Place], list[int]] = defaultdict(list)
    for index, card in enumerate(keep):
        for id_ in set(book.standing(card.evidence)):
            on[card.lane, _place(book.items[id_])].append(index)
    twins: dict[str, list[Card]] = {card.id: [] for card in keep}
    for other in new.cards:
        shared = Counter(index for id_ in other.evidence for index in on[other.lane, new_places[id_]])
        shares = []
        for index, count in shared.items():
            card = keep[index]
            mine = len(other.evidence if card.status == "rejected" else book.standing(card.evidence))
            shares.append((-count / min(mine, len(other.evidence)), index))
        if shares and -min(shares)[0] >= SAME_EVIDENCE:
            twins[keep[min(shares)[1]].id].append(other)
    return twins


def _with_measures(stage: Stage, book: _Book, placed: Mapping[str, str]) -> Stage:
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


def _labelled(item: Evidence, fresh: Evidence, *, sorted_: bool) -> Evidence:
    """Return *item* with today's labels; with its own stage and lane if a person has *sorted_* it."""
    if not sorted_:
        return fresh.model_copy(update={"id": item.id})
    own: dict[str, Any] = {"id": item.id, "stage": item.stage, "lane": item.lane}
    if item.lane != fresh.lane:
        own["confidence"] = item.confidence
    return fresh.model_copy(update=own)


def _place(item: Evidence) -> _Place:
    return (item.source, item.record, item.start, item.end)


def _number(id_: str) -> int:
    digits = id_.removeprefix("e")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0
