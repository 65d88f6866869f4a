"""In which order a person should look at the cards of a map, and which of them may be the same."""

from collections.abc import Callable
from typing import Final, Literal

from journeyai.knowledge.stopwords import content_words
from journeyai.model.journey import Card, JourneyMap

#: What makes a card weak, the gravest first.
Weakness = Literal[
    "unsupported", "assumption", "no_customer", "one_person", "unsure", "contradicted", "shaky"
]

#: Lanes in which staff may speak alone, and those that are computed from others.
_WITHOUT_CUSTOMERS: Final = frozenset({"back_stage", "touchpoint", "technical_limit", "opportunity"})
#: The same bounds that the map itself warns by (`journeyai.export.reading`).
_LEAST_SURE: Final = 0.8
_LEAST_FIRM: Final = 0.66

_IS: Final[tuple[tuple[Weakness, Callable[[Card], bool]], ...]] = (
    ("unsupported", lambda card: card.supported is False),
    ("assumption", lambda card: card.assumption),
    (
        "no_customer",
        lambda card: card.people == 0 and not card.assumption and card.lane not in _WITHOUT_CUSTOMERS,
    ),
    ("one_person", lambda card: card.people == 1),
    ("unsure", lambda card: card.confidence is not None and card.confidence < _LEAST_SURE),
    ("contradicted", lambda card: bool(card.against)),
    ("shaky", lambda card: card.stability is not None and card.stability < _LEAST_FIRM),
)


def weaknesses(card: Card) -> tuple[Weakness, ...]:
    """Return what makes *card* weak, the gravest first."""
    return tuple(name for name, is_so in _IS if is_so(card))


def to_review(journey: JourneyMap) -> tuple[Card, ...]:
    """Return the cards nobody has decided on, the weakest evidence first; equally weak ones as on the map."""
    return tuple(
        sorted(
            (card for card in journey.cards if card.status == "draft" and not card.locked),
            key=_weakest_first,
        )
    )


def _weakest_first(card: Card) -> tuple[int, int, float, int]:
    weak = weaknesses(card)
    order = [name for name, _ in _IS]
    return (
        order.index(weak[0]) if weak else len(order),
        -len(weak),
        1.0 if card.confidence is None else card.confidence,
        card.people,
    )


def likely_same(journey: JourneyMap, card: Card, most: int = 5) -> tuple[Card, ...]:
    """Return the cards that may say the same as *card*, the likeliest first, at most *most*.

    Only cards that can be merged with it: of the same lane, neither rejected nor locked.  They are alike in the words
    of their titles and quotes, and somewhat when they stand in the same stage or share people's words.
    """
    mine = _words_of(journey, card)
    scores: dict[str, float] = {}
    others = [
        other
        for other in journey.cards
        if other.id != card.id and other.lane == card.lane and other.status != "rejected" and not other.locked
    ]
    for other in others:
        theirs = _words_of(journey, other)
        shared = len(mine & theirs) / max(min(len(mine), len(theirs)), 1)
        quotes = len(set(card.evidence) & set(other.evidence)) / max(len(card.evidence), 1)
        scores[other.id] = shared + quotes + (0.2 if other.stage == card.stage else 0.0)
    return tuple(sorted(others, key=lambda other: (-scores[other.id], -other.people))[:most])


def _words_of(journey: JourneyMap, card: Card) -> set[str]:
    said = [card.title, *(item.quote for item in journey.quotes(card))]
    return {word for text in said for word in content_words(text)}
