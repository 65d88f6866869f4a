"""What each trait of a belief and a card weighs, and from which likeness on something is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from journeyai.errors import ResourceError
from journeyai.knowledge.taxonomy import read_yaml

FILE: Final = "matters.yaml"

#: What a pair is weighed by: how near its vectors are, how much nearer than the next card and the next belief, whether
#: its lanes are the same, two sides of a matter, or a wish and what gives rise to it, whether its stages are the same
#: (1), others (−1) or not known (0), and what things both name.
TRAITS: Final = (
    "nearness",
    "over_next_card",
    "over_next_belief",
    "same_lane",
    "other_side",
    "wish",
    "stage",
    "things",
)


@dataclass(frozen=True, slots=True)
class Weighing:
    """A logistic regression.

    Attributes:
        weights: of each trait, in the order of `TRAITS`.
        bias: added to what they come to.
        surely: from this likelihood on a card is said to be of the matter.
        perhaps: from this likelihood on it is shown as what may be.
    """

    weights: tuple[float, ...]
    bias: float
    surely: float
    perhaps: float

    def likelihood(self, traits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the likelihood (0 … 1) of each row of *traits*, whose last axis is the traits."""
        return np.asarray(1 / (1 + np.exp(-(traits @ np.array(self.weights) + self.bias))))


@cache
def weighing() -> Weighing:
    """Return what `knowledge/matters.yaml` says.

    Raises:
        ResourceError: it is missing or broken.
    """
    return weighing_of(read_yaml(FILE))


def weighing_of(raw: Mapping[str, Any]) -> Weighing:
    """Return what the file says, as it was read.

    Raises:
        ResourceError: something is missing, or is no number.
    """
    try:
        return Weighing(
            tuple(float(raw["weights"][name]) for name in TRAITS),
            float(raw["bias"]),
            float(raw["surely"]),
            float(raw["perhaps"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ResourceError(
            f"`knowledge/{FILE}` does not say what it should.", "Install JourneyAI again."
        ) from None
