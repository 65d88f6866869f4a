"""The cards of a fresh draft as they stand beside those that are kept: without their quotes, and true without them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journeyai.drafting.both_maps import Book, place_of
from journeyai.drafting.continuity import SAME_GROUND
from journeyai.drafting.kept_cards import KeptCard, held_quotes
from journeyai.drafting.opportunities import drawn_from, follow

# What names a card after its quotes, whichever engine draws: it asks nobody, so it can be done after the draft.
from journeyai.engines.local.titles import best_title
from journeyai.model.journey import Card, Evidence, JourneyMap


@dataclass(frozen=True, slots=True)
class FreshCard:
    """A card of the fresh draft, its quotes in the merged numbering.

    Attributes:
        card: as it stands on the merged map.
        is_changed: whether it rests on other quotes than the draft saw, and must be counted anew.
    """

    card: Card
    is_changed: bool


def stand_beside(
    new: JourneyMap, book: Book, kept: Mapping[str, KeptCard], twins: Mapping[str, Sequence[Card]]
) -> dict[str, FreshCard]:
    """Return id in the draft → card, of the fresh cards that stand beside the kept ones, in the draft's order.

    Args:
        new: the fresh draft.
        book: the numbering.
        kept: id → kept card.
        twins: kept card → fresh cards about the same thing, which do not appear beside it.
    """
    became = {twin.id: kept[id_].card for id_, others in twins.items() for twin in others}
    out_of_it = became.keys() | _unwanted(new, book)
    held = held_quotes(kept.values(), book)
    standing: dict[str, FreshCard] = {}
    for card in new.cards:
        if card.id not in out_of_it and card.lane != "opportunity":
            fresh = book.renumbered(card, held[card.lane])
            if fresh.evidence or not card.evidence:
                is_changed = len(fresh.evidence) < len(card.evidence)
                standing[card.id] = FreshCard(
                    _smaller(card, fresh, book) if is_changed else fresh, is_changed
                )
    became |= {id_: item.card for id_, item in standing.items()}
    decided = [item.card for item in kept.values() if item.card.lane == "opportunity"]
    for card in new.cards:
        if card.id not in out_of_it and card.lane == "opportunity":
            behind = [(other, became.get(other.id)) for other in drawn_from(card, new.cards, new.language)]
            idea = _following(card, behind, book, new.language)
            others = [item.card for item in standing.values() if item.card.lane == "opportunity"]
            if idea and not (idea.is_changed and _is_told(idea.card, decided, others)):
                standing[card.id] = idea
    return {card.id: standing[card.id] for card in new.cards if card.id in standing}


def _smaller(card: Card, left: Card, book: Book) -> Card:
    """Return *left*, of whose quotes kept cards have taken some, counted and named after what is left of them.

    Args:
        card: as the draft has it.
        left: the same with the quotes that it keeps; at least one.
        book: the numbering.
    """
    quotes = [book.items[id_] for id_ in left.evidence]
    update: dict[str, Any] = book.counts(left.evidence)
    told_by = [book.items[id_] for id_ in book.ids_of_new(card.evidence)]
    if card.lane != "measure" and _bearing(card.title, told_by) and not _bearing(card.title, quotes):
        # The title is words of a quote that is no longer its own.
        title = best_title([item.quote for item in quotes], card.lane)
        first = _bearing(title, quotes)
        evidence = [*first, *(item for item in quotes if item not in first)]
        update |= {"title": title, "evidence": tuple(item.id for item in evidence)}
    return left.model_copy(update=update)


def _bearing(title: str, quotes: Sequence[Evidence]) -> list[Evidence]:
    """Return those of *quotes* in which the words of *title* stand; of a title thought of by an engine, mostly none."""
    words = _words(title)
    return [item for item in quotes if words in _words(item.quote)]


def _words(text: str) -> str:
    """Return the words of *text* and nothing else, so that one text holds another where its words do."""
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])


def _following(
    card: Card, behind: Sequence[tuple[Card, Card | None]], book: Book, language: str
) -> FreshCard | None:
    """Return the opportunity *card* as the cards *behind* it stand on the merged map; None if none calls for it now."""
    idea = book.renumbered(card, ())
    followed = follow(idea, behind, language)
    if followed is None:
        return None
    is_changed = set(followed.evidence) != set(idea.evidence)
    if is_changed:
        followed = followed.model_copy(update={"supported": None, "stability": None})
    return FreshCard(followed, is_changed)


def _is_told(idea: Card, decided: Sequence[Card], others: Sequence[Card]) -> bool:
    """Whether an opportunity says what another one does.

    Args:
        idea: drawn anew, from other quotes than the draft saw.
        decided: the kept opportunities: who has a share of one's quotes says the same.
        others: those drawn anew: the same title from the same quotes says the same.
    """
    mine = set(idea.evidence)
    for card in decided:
        least = len(mine) if card.status == "rejected" else min(len(mine), len(card.evidence))
        if least and len(mine.intersection(card.evidence)) >= SAME_GROUND * least:
            return True
    return any(card.title == idea.title and set(card.evidence) == mine for card in others)


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
            and sum(places[id_] in gone for id_ in card.evidence) >= SAME_GROUND * len(card.evidence)
            for lane, gone in removed
        )
    }
