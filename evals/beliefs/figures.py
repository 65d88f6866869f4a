"""How well beliefs are matched with cards: precision, recall, and what is found where there is nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from evals.beliefs.pairs import Pair, Setting, Side
from evals.beliefs.sets import AGREES, OPPOSES, OTHER, UNCOUNTED, Held
from journeyai.model.aliases import VectorSource
from journeyai.model.vocabulary import Lane
from journeyai.operations.matters import Claim, Compared, Matter, traits_of
from journeyai.operations.weighing import Weighing

Likeness = NDArray[np.float64]
Labels = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over beliefs and cards at one threshold.

    Attributes:
        hits: right cards found, whether they agree or oppose.
        found: cards found.
        right: right cards there are.
        agreeing, agreements: cards that agree, found and there.
        opposing, opposites: cards that oppose, found and there.
        strange: beliefs without any right card for which a card was found.
        strangers: beliefs without any right card.
    """

    hits: int = 0
    found: int = 0
    right: int = 0
    agreeing: int = 0
    agreements: int = 0
    opposing: int = 0
    opposites: int = 0
    strange: int = 0
    strangers: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Return both together."""
        return Figures(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

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
    def agreed(self) -> float:
        """Of the cards that agree, those that were found."""
        return self.agreeing / max(1, self.agreements)

    @property
    def opposed(self) -> float:
        """Of the cards that oppose, those that were found."""
        return self.opposing / max(1, self.opposites)

    @property
    def alarms(self) -> float:
        """Of the beliefs without any right card, those for which something was found."""
        return self.strange / max(1, self.strangers)


def figures(likeness: Likeness, labels: Labels, threshold: float) -> Figures:
    """Return the figures at *threshold*; both are beliefs × cards."""
    found = (likeness >= threshold) & (labels != UNCOUNTED)
    none = ~(labels > OTHER).any(axis=1)
    return Figures(
        int((found & (labels > OTHER)).sum()),
        int(found.sum()),
        int((labels > OTHER).sum()),
        int((found & (labels == AGREES)).sum()),
        int((labels == AGREES).sum()),
        int((found & (labels == OPPOSES)).sum()),
        int((labels == OPPOSES).sum()),
        int(found[none].any(axis=1).sum()),
        int(none.sum()),
    )


def total(parts: Iterable[tuple[Likeness, Labels]], threshold: float) -> Figures:
    """Return the figures of all *parts* together."""
    return sum((figures(likeness, labels, threshold) for likeness, labels in parts), Figures())


def compared(held: Held, numbers: Sequence[int], vectors: VectorSource, *, stages: bool = True) -> Compared:
    """Return the beliefs *numbers* of a set, compared with its cards as `diff` would.

    Args:
        held: the set.
        numbers: which beliefs are known, and nothing of the others.
        vectors: of texts.
        stages: whether the beliefs' stages are known.
    """
    claims = [held.beliefs[number].claim for number in numbers]
    if not stages:
        claims = [Claim(claim.text, claim.lane) for claim in claims]
    return _compared(claims, [(card.lane, card.stage, card.quotes) for card in held.cards], vectors)


def likely(found: Compared, weighing: Weighing) -> Likeness:
    """Return the likelihoods that *weighing* gives."""
    return np.where(found.comparable, weighing.likelihood(found.traits), 0.0)


def of_setting(
    setting: Setting,
    beliefs: Sequence[Side],
    vectors: VectorSource,
    weighing: Weighing,
    *,
    stages: bool = False,
) -> tuple[Likeness, Labels]:
    """Return *beliefs*, its own or strangers that are none of its, against every card of *setting*."""
    claims = [Claim(side.text, side.lane, side.stage if stages else None) for side in beliefs]
    cards = [(side.lane, side.stage if stages else None, quotes) for side, quotes in setting.cards]
    labels = [
        [AGREES if belief.matter == card.matter else OTHER for card, _ in setting.cards] for belief in beliefs
    ]
    return likely(_compared(claims, cards, vectors), weighing), np.array(labels)


def of_strangers(likeness: Likeness, threshold: float) -> Figures:
    """Return for how many beliefs of other corpora something is found; that says nothing of precision."""
    return Figures(strange=int((likeness >= threshold).any(axis=1).sum()), strangers=len(likeness))


def shares(setting: Setting, likeness: Likeness, pairs: Sequence[Pair], threshold: float) -> dict[str, float]:
    """Return for each label of *pairs* the share whose card was found for its belief."""
    rows = {belief: number for number, belief in enumerate(setting.beliefs)}
    columns = {card: number for number, (card, _) in enumerate(setting.cards)}
    told: dict[str, list[bool]] = {}
    for pair in pairs:
        value = likeness[rows[pair.belief], columns[pair.card]]
        told.setdefault(pair.says, []).append(bool(value >= threshold))
    return {says: sum(values) / len(values) for says, values in told.items()}


def _compared(
    claims: Sequence[Claim],
    cards: Sequence[tuple[Lane, str | None, tuple[str, ...]]],
    vectors: VectorSource,
) -> Compared:
    quotes: list[str] = []
    matters = []
    for lane, stage, own in cards:
        matters.append(Matter(lane, tuple(range(len(quotes), len(quotes) + len(own))), stage))
        quotes += own
    return traits_of(claims, vectors([claim.text for claim in claims]), quotes, vectors(quotes), matters)
