"""Where a curve of feelings runs: from valences to places, lines and gaps.  Nothing here knows of colours or files."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

#: Units from the left and from the top.
Place = tuple[float, float]

#: Valences run from −2 to +2.
_STRONGEST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a drawing that a curve is drawn in: a column a stage, +2 at its top and −2 at its foot.

    Attributes:
        left: its left edge.
        top: its upper edge.
        width: of all columns together.
        height: from +2 to −2.
        columns: how many stages there are.
    """

    left: float
    top: float
    width: float
    height: float
    columns: int

    @property
    def column(self) -> float:
        """How wide one column is; without any, the whole width."""
        return self.width / max(self.columns, 1)

    def edge(self, number: int) -> float:
        """Return the left edge of column *number*, from 0."""
        return self.left + self.column * number

    def centre(self, number: int) -> float:
        """Return the middle of column *number*, from 0."""
        return self.edge(number) + self.column / 2

    def level(self, valence: float) -> float:
        """Return how far from the top of the drawing *valence* lies."""
        return self.top + (_STRONGEST - valence) / (2 * _STRONGEST) * self.height


def places(valences: Sequence[float | None], frame: Frame, shift: float = 0) -> tuple[Place | None, ...]:
    """Return where each of *valences*, one a stage, lies in *frame*; None where there is no feeling.

    Args:
        valences: −2 … +2.
        frame: what they are drawn in.
        shift: to the right, so that several curves do not hide each other's marks.
    """
    return tuple(
        None if valence is None else (frame.centre(number) + shift, frame.level(valence))
        for number, valence in enumerate(valences)
    )


def runs(found: Sequence[Place | None]) -> tuple[tuple[Place, ...], ...]:
    """Return the unbroken parts of a curve; a place between two gaps stands alone."""
    return tuple(
        tuple(place for place in run if place is not None)
        for is_gap, run in groupby(found, lambda place: place is None)
        if not is_gap
    )


def is_low(valences: Sequence[float | None], number: int) -> bool:
    """Whether the curve comes down to stage *number*, so that there is room under it and none above."""
    value = valences[number]
    beside = [valences[near] for near in (number - 1, number + 1) if 0 <= near < len(valences)]
    known = [near for near in beside if near is not None]
    return value is not None and bool(known) and all(value < near for near in known)


def smooth(run: Sequence[Place]) -> str:
    """Return the path, as SVG writes it, of a line through *run*, which has a place or more, each right of the last.

    Between two places the line never rises above the higher nor falls below the lower one (the monotone cubic of
    Fritsch and Carlson): it shows no feeling that nobody told.
    """
    path = f"M{figure(run[0][0])} {figure(run[0][1])}"
    for ((x0, y0), (x1, y1)), (before, after) in zip(pairwise(run), pairwise(_slopes(run)), strict=True):
        third = (x1 - x0) / 3
        bends = (x0 + third, y0 + before * third, x1 - third, y1 - after * third, x1, y1)
        path += "C" + " ".join(map(figure, bends))
    return path


def area(run: Sequence[Place], zero: float) -> str:
    """Return the path of what lies between the line through *run* and the level *zero*."""
    (first, _), (last, _) = run[0], run[-1]
    return f"M{figure(first)} {figure(zero)}L{smooth(run)[1:]}L{figure(last)} {figure(zero)}Z"


def figure(value: float) -> str:
    """Return *value* as short as a drawing needs it: one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _slopes(run: Sequence[Place]) -> list[float]:
    secants = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(run)]
    if not secants:
        return [0.0]
    inner = [
        0.0 if left * right <= 0 else 2 * left * right / (left + right) for left, right in pairwise(secants)
    ]
    return [secants[0], *inner, secants[-1]]
