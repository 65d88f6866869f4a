"""Beliefs written for development corpora, labelled by the corpora's themes, and the cards they are held against."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals.beliefs.pairs import CORPORA, lane_of
from journeyai.evaluation.gold import Gold, load
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import Lane
from journeyai.operations.matters import Claim

SETS: Final = Path(__file__).with_name("sets")

#: What a card tells of a belief's matter.
OTHER: Final = 0
AGREES: Final = 1
OPPOSES: Final = 2
#: Neither right nor wrong to find: near the matter, or the card holds too little of it.
UNCOUNTED: Final = -1

#: A drafted card tells of a theme of which it holds this many passages, or that fills this share of it.
_ENOUGH: Final = 2
_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A belief, and the themes that tell of its matter.

    Attributes:
        id: of the belief.
        language: it is written in.
        claim: it.
        agrees: themes that say it, too.
        opposes: themes that say the opposite.
        near: themes so near that finding them is neither right nor wrong.
    """

    id: str
    language: str
    claim: Claim
    agrees: frozenset[str]
    opposes: frozenset[str]
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A card to hold beliefs against.

    Attributes:
        lane: its lane.
        stage: its stage's id.
        quotes: what customers say on it.
        themes: what it tells of.
        partly: of what it holds a little.
    """

    lane: Lane
    stage: str
    quotes: tuple[str, ...]
    themes: frozenset[str]
    partly: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """A set of beliefs and the cards of one map.

    Attributes:
        name: of the corpus.
        beliefs: the set.
        cards: the map's.
    """

    name: str
    beliefs: tuple[Labelled, ...]
    cards: tuple[Told, ...]

    def labels(self) -> NDArray[np.int_]:
        """Return beliefs × cards: `AGREES`, `OPPOSES`, `OTHER` or `UNCOUNTED`."""
        return np.array([[_label(belief, card) for card in self.cards] for belief in self.beliefs])


def read_set(name: str) -> tuple[Labelled, ...]:
    """Return the beliefs written for the corpus *name*, in the file's order."""
    lines = SETS.joinpath(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_labelled(json.loads(line)) for line in lines)


def names() -> list[str]:
    """Return the corpora that beliefs are written for."""
    return sorted(path.stem for path in SETS.glob("*.jsonl"))


def on_themes(name: str) -> Held:
    """Return the set of *name*, with a card for each labelled theme."""
    gold = load(CORPORA / name)
    cards = (
        Told(lane_of(theme.lane), theme.stage, quotes_of(gold, theme.id), frozenset({theme.id}))
        for theme in gold.themes
    )
    return Held(name, read_set(name), tuple(card for card in cards if card.quotes))


def on_map(name: str, journey: JourneyMap, is_held_against: Callable[[Lane], bool]) -> Held:
    """Return the set of *name*, with the cards that were drafted of the corpus.

    Args:
        name: of the corpus.
        journey: the map that was drafted of it.
        is_held_against: whether cards of a lane are.
    """
    gold = load(CORPORA / name)
    themes: dict[tuple[str, str | None], list[tuple[str, str]]] = {}
    for segment in gold.segments:
        if segment.theme:
            themes.setdefault(segment.document, []).append((_plain(segment.quote), segment.theme))
    evidence = {item.id: item for item in journey.evidence if item.role == "customer"}
    cards = []
    for card in journey.cards:
        quotes = [evidence[id_] for id_ in card.evidence if id_ in evidence]
        if not quotes or not is_held_against(card.lane):
            continue
        counts = Counter(
            theme
            for item in quotes
            for theme in _theme(_plain(item.quote), themes.get((item.source, item.record), ()))
        )
        full = {theme for theme, count in counts.items() if count >= _ENOUGH or count >= _SHARE * len(quotes)}
        cards.append(
            Told(
                card.lane,
                card.stage,
                tuple(item.quote for item in quotes),
                frozenset(full),
                frozenset(counts) - full,
            )
        )
    return Held(name, read_set(name), tuple(cards))


def quotes_of(gold: Gold, theme: str) -> tuple[str, ...]:
    """Return what customers say of *theme*."""
    return tuple(
        segment.quote for segment in gold.segments if segment.theme == theme and segment.role == "customer"
    )


def _theme(quote: str, segments: Sequence[tuple[str, str]]) -> list[str]:
    """Return the theme of the first labelled passage that holds *quote* or stands in it, if any does."""
    return [theme for text, theme in segments if text in quote or quote in text][:1]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _label(belief: Labelled, card: Told) -> int:
    if card.themes & belief.agrees:
        return AGREES
    if card.themes & belief.opposes:
        return OPPOSES
    if card.themes & belief.near or card.partly & (belief.agrees | belief.opposes | belief.near):
        return UNCOUNTED
    return OTHER


def _labelled(raw: dict[str, Any]) -> Labelled:
    return Labelled(
        raw["id"],
        raw["language"],
        Claim(raw["text"], lane_of(raw["lane"]), raw["stage"]),
        *(frozenset(raw[key]) for key in ("agrees", "opposes", "near")),
    )
