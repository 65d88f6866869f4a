"""The emotion curve as shapes: a smooth line through the stages, lined up with the columns under it.

Places are shares of the drawing (percent), so that the drawing stretches with the columns and no dot is squeezed;
paths are drawn in a box of `STEP` units a stage by `HEIGHT` that is stretched with `preserveAspectRatio="none"`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

#: Units of the drawing a stage is wide.
STEP: Final = 100
#: Units that the drawing is high.
HEIGHT: Final = 200
#: Units kept free above +2 and below −2, for the figures.
_MARGIN: Final = 32

_Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """A stage's feeling on the curve.

    Attributes:
        x: per cent from the left.
        y: per cent from the top.
        level: −2 … +2.
        is_low: whether the curve comes down to it, so that its figure has room under it.
    """

    x: float
    y: float
    level: float
    is_low: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A curve.

    Attributes:
        path: of the line, as SVG writes it; broken where a stage has no feeling.
        area: between the line and zero.
        dots: one a stage that has a feeling, None for the others.
    """

    path: str
    area: str
    dots: tuple[Dot | None, ...]


def height_of(valence: float) -> float:
    """Return how far from the top *valence* (−2 … +2) is drawn, in units."""
    return _MARGIN + (2 - valence) / 4 * (HEIGHT - 2 * _MARGIN)


def line_through(valences: Sequence[float | None]) -> Line:
    """Return the curve through *valences*, one a stage; a stage without a value is a gap."""
    known = [
        None if value is None else ((number + 0.5) * STEP, height_of(value))
        for number, value in enumerate(valences)
    ]
    runs = [
        [place for place in run if place] for is_gap, run in groupby(known, lambda p: p is None) if not is_gap
    ]
    paths, areas = [], []
    for run in runs:
        path = _smooth(run)
        paths.append(path)
        zero = height_of(0)
        areas.append(f"M{_n(run[0][0])} {_n(zero)}L{path[1:]}L{_n(run[-1][0])} {_n(zero)}Z")
    width = max(len(valences), 1) * STEP
    dots = tuple(
        None
        if place is None or value is None
        else Dot(
            round(100 * place[0] / width, 3), round(100 * place[1] / HEIGHT, 3), value, _is_low(valences, n)
        )
        for n, (place, value) in enumerate(zip(known, valences, strict=True))
    )
    return Line("".join(paths), "".join(areas), dots)


def _is_low(valences: Sequence[float | None], n: int) -> bool:
    value = valences[n]
    beside = [near for near in (*valences[max(n - 1, 0) : n], *valences[n + 1 : n + 2]) if near is not None]
    return value is not None and bool(beside) and all(value < near for near in beside)


def _smooth(places: Sequence[_Place]) -> str:
    """Return a path through *places* that never overshoots them (Fritsch and Carlson's monotone cubic)."""
    slopes = _slopes(places)
    path = f"M{_n(places[0][0])} {_n(places[0][1])}"
    if len(places) == 1:
        return path + "h.1"  # drawn as a point by its round ends
    for ((x0, y0), (x1, y1)), (before, after) in zip(pairwise(places), pairwise(slopes), strict=True):
        third = (x1 - x0) / 3
        bends = (x0 + third, y0 + before * third, x1 - third, y1 - after * third, x1, y1)
        path += "C" + " ".join(_n(value) for value in bends)
    return path


def _slopes(places: Sequence[_Place]) -> list[float]:
    secants = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(places)]
    if not secants:
        return [0.0]
    inner = [
        0.0 if left * right <= 0 else 2 * left * right / (left + right) for left, right in pairwise(secants)
    ]
    return [secants[0], *inner, secants[-1]]


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
