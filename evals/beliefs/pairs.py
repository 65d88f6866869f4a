"""What beliefs are matched with, labelled: themes of the corpora, and pairs written for near misses and opposites."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from journeyai.evaluation.gold import load
from journeyai.model.vocabulary import LANES, Lane

PAIRS: Final = Path(__file__).with_name("pairs.jsonl")
CORPORA: Final = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Side:
    """A belief, or the title of a card.

    Attributes:
        text: its words.
        lane: its lane.
        matter: what it is about.
        stage: id of its stage; None if it is not labelled.
    """

    text: str
    lane: Lane
    matter: str
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A belief and a card, labelled.

    Attributes:
        id: of the pair.
        language: of the belief.
        belief: what is believed.
        card: what customers tell; of the belief's matter, unless it only sounds alike.
        quotes: what customers say on the card.
        says: the same, the opposite, or something else.
    """

    id: str
    language: str
    belief: Side
    card: Side
    quotes: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Beliefs, and the cards of one map that they are compared with.

    Attributes:
        name: of the corpus, or of the half of the pairs.
        beliefs: what is believed.
        cards: what customers tell, each with its quotes.
        held_back: whether nothing may be chosen on it.
    """

    name: str
    beliefs: tuple[Side, ...]
    cards: tuple[tuple[Side, tuple[str, ...]], ...]
    held_back: bool = False


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Return the pairs in the file's order."""
    return [_pair(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def of_pairs(pairs: Sequence[Pair]) -> Setting:
    """Return every belief of *pairs* with every card: also those of other pairs, in the other language."""
    beliefs = sorted({pair.belief for pair in pairs}, key=lambda side: side.text)
    cards: dict[Side, dict[str, None]] = {}
    for pair in pairs:
        cards.setdefault(pair.card, {}).update(dict.fromkeys(pair.quotes))
    return Setting("pairs", tuple(beliefs), tuple((card, tuple(quotes)) for card, quotes in cards.items()))


def corpora() -> list[Setting]:
    """Return the labelled corpora: a theme's label is what an analyst would believe, its passages are a card."""
    return [_corpus(path.parent) for path in sorted(CORPORA.glob("*/gold.json"))]


def _corpus(folder: Path) -> Setting:
    gold = load(folder)
    quotes = {
        theme.id: tuple(
            segment.quote
            for segment in gold.segments
            if segment.theme == theme.id and segment.role == "customer"
        )
        for theme in gold.themes
    }
    sides = {
        theme.id: Side(theme.label, lane_of(theme.lane), theme.id, theme.stage)
        for theme in gold.themes
        if quotes[theme.id]
    }
    return Setting(
        folder.name,
        tuple(sides.values()),
        tuple((side, quotes[id_]) for id_, side in sides.items()),
        gold.held_back,
    )


def _pair(raw: dict[str, Any]) -> Pair:
    belief, card, says = raw["belief"], raw["card"], raw["says"]
    matter = belief["matter"]
    return Pair(
        raw["id"],
        raw["language"],
        Side(belief["title"], lane_of(belief["lane"]), matter),
        Side(card["title"], lane_of(card["lane"]), f"not {card['title']}" if says == "other" else matter),
        tuple(card["quotes"]),
        says,
    )


def lane_of(name: str) -> Lane:
    """Return the lane called *name*."""
    return next(lane for lane in LANES if lane == name)
