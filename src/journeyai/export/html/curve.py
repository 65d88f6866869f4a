"""The emotion curve as shapes: a smooth line through the stages, lined up with the columns under it.

Places are shares of the drawing (percent), so that the drawing stretches with the columns and no dot is squeezed;
paths are drawn in a box of `STEP` units a stage by `HEIGHT` that is stretched with `preserveAspectRatio="none"`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.export.geometry import Frame, area, is_low, places, runs, smooth

#: Units of the drawing a stage is wide.
STEP: Final = 100
#: Units that the drawing is high.
HEIGHT: Final = 200
#: Units kept free above +2 and below −2, for the figures.
_MARGIN: Final = 32
#: A line so short that its round ends make it a point.
_POINT: Final = "h.1"


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
    return _frame(1).level(valence)


def line_through(valences: Sequence[float | None]) -> Line:
    """Return the curve through *valences*, one a stage; a stage without a value is a gap."""
    frame = _frame(len(valences))
    found = places(valences, frame)
    paths = [smooth(run) if len(run) > 1 else smooth(run) + _POINT for run in runs(found)]
    areas = [area(run, frame.level(0)) for run in runs(found) if len(run) > 1]
    dots = tuple(
        None
        if place is None or value is None
        else Dot(_share(place[0], frame.width), _share(place[1], HEIGHT), value, is_low(valences, number))
        for number, (place, value) in enumerate(zip(found, valences, strict=True))
    )
    return Line("".join(paths), "".join(areas), dots)


def _frame(columns: int) -> Frame:
    return Frame(
        left=0, top=_MARGIN, width=max(columns, 1) * STEP, height=HEIGHT - 2 * _MARGIN, columns=columns
    )


def _share(units: float, whole: float) -> float:
    return round(100 * units / whole, 3)
