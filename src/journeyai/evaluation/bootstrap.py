"""How sure a figure is: percentile intervals by resampling files (Efron and Tibshirani 1993, §13).

Files are drawn with replacement, whole, since passages of one file are alike.  A resample is a row of weights: how
often each file was drawn.  A statistic takes many such rows at once and returns a value for each, so that nothing is
matched or read again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Resamples × files → figure's name → a value for each resample, NaN where it cannot be told.
Statistics = Callable[[Floats], Mapping[str, Floats]]

RESAMPLES: Final = 500
SEED: Final = 20260701
LEVEL: Final = 0.95

#: Resamples computed together: bounds the memory, changes nothing else.
_CHUNK: Final = 50


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and how far it may be off.

    Attributes:
        value: over all files; None if it cannot be told.
        low: lower end of the interval; None with fewer than two files, or if most resamples cannot tell the figure.
        high: upper end.
    """

    value: float | None
    low: float | None
    high: float | None


def resample(files: int, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return how often each of *files* is drawn in each resample: resamples × files, each row summing to *files*."""
    drawn = np.random.default_rng(seed).integers(0, files, size=(resamples, files))
    rows = [np.bincount(row, minlength=files) for row in drawn]
    out: Floats = np.array(rows, np.float64).reshape(resamples, files)
    return out


def estimate(
    statistics: Statistics,
    files: int,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, Estimate]:
    """Return each figure of *statistics* over all *files*, with its interval at `LEVEL`.

    Args:
        statistics: what is computed.
        files: how many there are.
        resamples: how many are drawn; 0 for no intervals.
        seed: the same seed, the same intervals.
        ranges: least and greatest value of figures that can lie outside 0 … 1.
    """
    whole = statistics(np.ones((1, files)))
    if files < 2 or resamples < 1:
        return {name: Estimate(_told(values[0]), None, None) for name, values in whole.items()}
    weights = resample(files, resamples, seed)
    parts = [statistics(weights[start : start + _CHUNK]) for start in range(0, resamples, _CHUNK)]
    out = {}
    for name, values in whole.items():
        drawn = np.concatenate([part[name] for part in parts])
        out[name] = Estimate(_told(values[0]), *interval(values[0], drawn, (ranges or {}).get(name, (0, 1))))
    return out


def interval(
    value: float, values: Floats, within: tuple[float, float] = (0, 1), level: float = LEVEL
) -> tuple[float, float] | tuple[None, None]:
    """Return the middle *level* of *values*, moved so that their median lies on *value*.

    Moved, because a passage that is drawn twice always agrees with itself: figures over groups come out higher in
    resamples than they are, which says nothing about how far they may be off.

    Args:
        value: the figure itself.
        values: from resamples; what is not a number is left out.
        within: least and greatest value the figure can have.
        level: how many of the resamples lie inside.

    Returns:
        Both ends; None, None if *value* or more than half of *values* are not numbers.
    """
    told = values[~np.isnan(values)]
    if np.isnan(value) or not len(told) or 2 * len(told) < len(values):
        return None, None
    low, middle, high = np.quantile(told, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return float(max(within[0], value + low - middle)), float(min(within[1], value + high - middle))


def _told(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def share_out(counts: Floats) -> Floats:
    """Return what share of each thing stands in each file: *counts* (files × things), each column over its sum.

    For figures that count things which stand in several files (cards, themes): in a resample each counts as often as
    its passages were drawn.  A thing that stands nowhere has no shares.
    """
    total = counts.sum(axis=0, keepdims=True)
    out: Floats = counts / np.where(total == 0, 1, total)
    return out
