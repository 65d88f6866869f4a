"""The cards that a re-draft keeps: what they gain from the fresh draft, what they lose with the sources."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from journeyai.drafting.both_maps import Book, Place, place_of
from journeyai.drafting.continuity import SAME_GROUND
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.vocabulary import Lane


class KeptCard:
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


def held_quotes(kept: Iterable[KeptCard], book: Book) -> dict[Lane, set[str]]:
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


def find_twins(keep: Sequence[Card], book: Book, new: JourneyMap) -> dict[str, list[Card]]:
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
        if shares and -min(shares)[0] >= SAME_GROUND:
            twins[keep[min(shares)[-1]].id].append(other)
    return twins


def _home(card: Card, standing: Sequence[str], book: Book, new: JourneyMap) -> str:
    """Return the stage of today's map for a card whose own is gone: where its quotes stand now, else the first."""
    places = [place_of(book.items[id_]) for id_ in standing]
    votes = Counter(book.fresh[place].stage for place in places if place in book.fresh)
    order = {stage.id: stage.order for stage in new.stages}
    return min(votes or order, key=lambda id_: (-votes[id_], order[id_]))
