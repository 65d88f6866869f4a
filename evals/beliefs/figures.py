"""How well beliefs are matched with cards: precision, recall, and what is found where there is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.beliefs.pairs import Pair, Setting, Side
from journeyai.model.aliases import VectorSource
from journeyai.operations.matters import Matter, likeness_of


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over beliefs and cards at one threshold.

    Attributes:
        hits: right cards found.
        found: cards found.
        right: right cards there are.
        strange: beliefs of other corpora for which a card was found.
        strangers: beliefs of other corpora.
    """

    hits: int = 0
    found: int = 0
    right: int = 0
    strange: int = 0
    strangers: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Return both together."""
        return Figures(
            self.hits + other.hits,
            self.found + other.found,
            self.right + other.right,
            self.strange + other.strange,
            self.strangers + other.strangers,
        )

    @property
    def precision(self) -> float:
        """Of the cards found, those that are right."""
        return self.hits / max(1, self.found)

    @property
    def recall(self) -> float:
        """Of the right cards, those that were found."""
        return self.hits / max(1, self.right)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.hits / max(1, self.found + self.right)

    @property
    def alarms(self) -> float:
        """Of the beliefs of other corpora, those for which something was found."""
        return self.strange / max(1, self.strangers)


class Crossing:
    """Every belief of a setting, and beliefs that are none of its, against every card of it."""

    def __init__(self, setting: Setting, strangers: Sequence[Side], vectors: VectorSource) -> None:
        self.name = setting.name
        self.beliefs = setting.beliefs
        self.cards = [card for card, _ in setting.cards]
        self.likeness = _likeness(setting, setting.beliefs, vectors)
        self.strange = _likeness(setting, strangers, vectors) if strangers else np.zeros((0, 1))
        self.right = np.array(
            [[belief.matter == card.matter for card in self.cards] for belief in setting.beliefs]
        )

    def at(self, threshold: float) -> Figures:
        """Return the figures at *threshold*."""
        found = self.likeness >= threshold
        return Figures(
            int((found & self.right).sum()),
            int(found.sum()),
            int(self.right.sum()),
            int((self.strange >= threshold).any(axis=1).sum()),
            len(self.strange),
        )

    def shares(self, pairs: Sequence[Pair], threshold: float) -> dict[str, float]:
        """Return for each label of *pairs* the share whose card was found for its belief."""
        rows = {belief: number for number, belief in enumerate(self.beliefs)}
        columns = {card: number for number, card in enumerate(self.cards)}
        told: dict[str, list[bool]] = {}
        for pair in pairs:
            value = self.likeness[rows[pair.belief], columns[pair.card]]
            told.setdefault(pair.says, []).append(bool(value >= threshold))
        return {says: sum(values) / len(values) for says, values in told.items()}


def total(crossings: Sequence[Crossing], threshold: float) -> Figures:
    """Return the figures of all *crossings* together."""
    return sum((crossing.at(threshold) for crossing in crossings), Figures())


def _likeness(setting: Setting, beliefs: Sequence[Side], vectors: VectorSource) -> NDArray[np.float64]:
    quotes = [quote for _, own in setting.cards for quote in own]
    matters, start = [], 0
    for card, own in setting.cards:
        matters.append(Matter(card.lane, tuple(range(start, start + len(own)))))
        start += len(own)
    rows = vectors([belief.text for belief in beliefs])
    return likeness_of(rows, [belief.lane for belief in beliefs], vectors(quotes), matters)[0]
