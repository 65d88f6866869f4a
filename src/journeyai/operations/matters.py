"""Whether what somebody believes and what customers say is of one matter: likeness of vectors, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.model.aliases import Vectors
from journeyai.model.vocabulary import Lane

#: From this likeness on a card is of the matter of a belief; chosen and measured by `python -m evals.beliefs`.
SAME_MATTER: Final = 0.4
#: From this on it surely is: more than four in five are right.
SURELY: Final = 0.47
#: What two cards of one lane are more alike than others, as their lanes say what sort of thing is meant.
_SAME_LANE: Final = 0.1
#: The same for pain and delight, the two sides of one matter.
_OTHER_SIDE: Final = 0.05
_SIDES: Final = ({"pain_point", "delight"}, {"technical_limit", "delight"})
#: A card is compared by the nearest of its quotes, as drafted cards hold more than one matter: this share, at least
#: so many.
_NEAREST: Final = 0.5
_FEWEST: Final = 3
#: What all quotes of a map have in common is taken out, as if so many quotes had nothing in common with them: of a few
#: quotes the middle says little.
_NOTHING_IN_COMMON: Final = 10


@dataclass(frozen=True, slots=True)
class Matter:
    """What some quotes of one lane are about.

    Attributes:
        lane: of the card that holds them.
        rows: which rows of the quotes' vectors they are.
    """

    lane: Lane
    rows: tuple[int, ...]


def likeness_of(
    beliefs: Vectors, lanes: Sequence[Lane], quotes: Vectors, matters: Sequence[Matter]
) -> tuple[NDArray[np.float64], list[list[tuple[int, ...]]]]:
    """Return how alike each belief and each matter are, and by which of its quotes, the nearest first.

    Args:
        beliefs: n rows of unit length.
        lanes: of the beliefs.
        quotes: of a whole map, rows of unit length.
        matters: at least one quote each.
    """
    middle = quotes.sum(axis=0) / (len(quotes) + _NOTHING_IN_COMMON)
    near, far = _unit(beliefs - middle), _unit(quotes - middle)
    each = near @ far.T
    likeness = np.zeros((len(beliefs), len(matters)))
    nearest: list[list[tuple[int, ...]]] = [[] for _ in lanes]
    for number, matter in enumerate(matters):
        rows = np.array(matter.rows)
        taken = min(len(rows), max(_FEWEST, int(np.ceil(_NEAREST * len(rows)))))
        # Rounded, so that the last bits of a vector do not change the order.
        order = np.argsort(-np.round(each[:, rows], 4), axis=1, kind="stable")[:, :taken]
        middles = _unit(quotes[rows[order]].mean(axis=1) - middle)
        bonus = np.array([_bonus(lane, matter.lane) for lane in lanes])
        likeness[:, number] = np.round((near * middles).sum(axis=1) + bonus, 3)
        for belief, places in enumerate(order):
            nearest[belief].append(tuple(int(rows[place]) for place in places))
    return likeness, nearest


def _bonus(lane: Lane, other: Lane) -> float:
    if lane == other:
        return _SAME_LANE
    return _OTHER_SIDE if {lane, other} in _SIDES else 0.0


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = rows / np.maximum(lengths, 1e-9)
    return scaled
