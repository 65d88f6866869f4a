"""Whether what somebody believes and what customers say is of one matter: how likely it is, from 0 to 1.

Of each belief and each card a few traits are taken: how near their vectors are, whether another card or another belief
is nearer, their lanes and stages, the things they name.  What each trait weighs was learnt from labelled beliefs
(`knowledge/matters.yaml`, which `python -m evals.beliefs.train` writes).  A matter has two sides: "delivery is on time"
and "the parcel came late" are of one matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.model.aliases import Vectors
from journeyai.model.vocabulary import Lane
from journeyai.operations.named_things import shared_things
from journeyai.operations.weighing import TRAITS, weighing

#: A card is compared by the nearest of its quotes, as drafted cards hold more than one matter: this share, at least
#: and at most so many.
_NEAREST: Final = 0.5
_FEWEST: Final = 3
_MOST: Final = 5
#: What all quotes of a map have in common is taken out, as if so many quotes had nothing in common with them: of a few
#: quotes the middle says little.
_NOTHING_IN_COMMON: Final = 10
#: Beliefs are worded unlike quotes, and alike among themselves: their own middle is taken out of them, as if so many
#: more lay in the middle of the quotes.
_AS_QUOTES: Final = 5
#: The nearness of the best rival where there is none, or none as near: to have no rival is no merit.
_NO_RIVAL: Final = 0.2

_PAINS: Final[frozenset[Lane]] = frozenset({"pain_point", "technical_limit"})
#: Lanes in which somebody feels or wants something: such a belief is borne out by a card of any of them, and by no
#: other, for "I rang them" says nothing of how that was.
FELT: Final[frozenset[Lane]] = _PAINS | {"delight", "need"}


@dataclass(frozen=True, slots=True)
class Claim:
    """What is believed.

    Attributes:
        text: its words.
        lane: where it stands.
        stage: id of the stage of the map of evidence; None if it is not known.
    """

    text: str
    lane: Lane
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What some quotes of one card are about.

    Attributes:
        lane: of the card that holds them.
        rows: which of the quotes they are; at least one.
        stage: id of the card's stage; None if it is not known.
    """

    lane: Lane
    rows: tuple[int, ...]
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Claims and matters, compared.

    Attributes:
        traits: claims × matters × `TRAITS`.
        comparable: claims × matters; whether a card of such a lane can bear out a belief of such a lane at all.
        nearest: of each claim and each matter, the rows of the quotes it was compared by, the nearest first.
    """

    traits: NDArray[np.float64]
    comparable: NDArray[np.bool_]
    nearest: list[list[tuple[int, ...]]]


def likeness_of(
    claims: Sequence[Claim],
    claim_rows: Vectors,
    quotes: Sequence[str],
    quote_rows: Vectors,
    matters: Sequence[Matter],
) -> tuple[NDArray[np.float64], list[list[tuple[int, ...]]]]:
    """Return how likely each claim and each matter are one (0 … 1), and by which quotes, the nearest first.

    Args:
        claims: everything that is believed: what they have in common is taken out of them.
        claim_rows: their vectors, of unit length.
        quotes: of a whole map.
        quote_rows: their vectors, of unit length.
        matters: what the quotes are about.
    """
    compared = traits_of(claims, claim_rows, quotes, quote_rows, matters)
    likeness = weighing().likelihood(compared.traits)
    return np.where(compared.comparable, np.round(likeness, 3), 0.0), compared.nearest


def traits_of(
    claims: Sequence[Claim],
    claim_rows: Vectors,
    quotes: Sequence[str],
    quote_rows: Vectors,
    matters: Sequence[Matter],
) -> Compared:
    """Return what `likeness_of` weighs; its arguments are the same."""
    comparable = np.array(
        [[is_comparable(claim.lane, matter.lane) for matter in matters] for claim in claims], bool
    ).reshape(len(claims), len(matters))
    near, nearest = _nearness(claim_rows, quote_rows, matters)
    near = np.where(comparable, near, np.nan)
    traits = np.zeros((*near.shape, len(TRAITS)))
    traits[..., 0] = near
    traits[..., 1] = near - _rivals(near)
    traits[..., 2] = near - _rivals(near.T).T
    for row, claim in enumerate(claims):
        for column, matter in enumerate(matters):
            traits[row, column, 3:7] = (*_lanes(claim.lane, matter.lane), _stages(claim.stage, matter.stage))
    traits[..., 7] = shared_things(
        [claim.text for claim in claims], quotes, [matter.rows for matter in matters]
    )
    return Compared(np.where(comparable[..., None], traits, 0.0), comparable, nearest)


def is_comparable(believed: Lane, told: Lane) -> bool:
    """Return whether a card of the lane *told* can bear out, or contradict, a belief of the lane *believed*."""
    return believed == told or told in FELT


def _nearness(
    claim_rows: Vectors, quote_rows: Vectors, matters: Sequence[Matter]
) -> tuple[NDArray[np.float64], list[list[tuple[int, ...]]]]:
    middle = quote_rows.sum(axis=0) / (len(quote_rows) + _NOTHING_IN_COMMON)
    own = (claim_rows.sum(axis=0) + _AS_QUOTES * middle) / (len(claim_rows) + _AS_QUOTES)
    claims, quotes = _unit(claim_rows - own), quote_rows - middle
    # Rounded, so that the last bits of a vector do not change the order.
    each = np.round(claims @ _unit(quotes).T, 4)
    near = np.zeros((len(claim_rows), len(matters)))
    nearest: list[list[tuple[int, ...]]] = [[] for _ in claim_rows]
    for number, matter in enumerate(matters):
        rows = np.array(matter.rows)
        taken = min(len(rows), _MOST, max(_FEWEST, int(np.ceil(_NEAREST * len(rows)))))
        order = np.argsort(-each[:, rows], axis=1, kind="stable")[:, :taken]
        middles = _unit(quotes[rows[order]].mean(axis=1))
        near[:, number] = np.round((claims * middles).sum(axis=1), 4)
        for claim, places in enumerate(order):
            nearest[claim].append(tuple(int(rows[place]) for place in places))
    return near, nearest


def _rivals(near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each the highest of the others of its row, `_NO_RIVAL` at least; NaN is no rival."""
    floor = np.full((len(near), 2), _NO_RIVAL)
    ranked = np.sort(np.concatenate([np.where(np.isnan(near), -1.0, near), floor], axis=1), axis=1)
    best, second = ranked[:, -1:], ranked[:, -2:-1]
    rivals: NDArray[np.float64] = np.where(near == best, second, best)
    return rivals


def _lanes(believed: Lane, told: Lane) -> tuple[bool, bool, bool]:
    """Return whether lanes are the same, the two sides of a matter, or a wish and what gives rise to it."""
    same = believed == told or {believed, told} <= _PAINS
    sides = "delight" in (believed, told) and bool({believed, told} & _PAINS)
    return same, sides, not same and "need" in (believed, told) and {believed, told} <= FELT


def _stages(believed: str | None, told: str | None) -> int:
    if believed is None or told is None:
        return 0
    return 1 if believed == told else -1


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = rows / np.maximum(lengths, 1e-9)
    return scaled
