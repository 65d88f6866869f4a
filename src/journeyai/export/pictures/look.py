"""How the pictures look: colours, sizes and marks, which stay apart for colour-blind people and on grey paper."""

from dataclasses import dataclass
from typing import Any, Final

from journeyai.export.geometry import Place
from journeyai.export.office import style

INK: Final = f"#{style.INK}"
SOFT: Final = f"#{style.SOFT}"
LINE: Final = f"#{style.LINE}"
WHITE: Final = f"#{style.WHITE}"
STAR: Final = f"#{style.STAR}"
STAR_WASH: Final = f"#{style.DOUBT_WASH}"

#: Around letters that stand on lines.
HALO: Final[dict[str, Any]] = {
    "stroke": WHITE,
    "stroke_width": 5,
    "stroke_linejoin": "round",
    "paint_order": "stroke",
}

#: What pictures are wide at least.
WIDTH: Final = 1600
#: Free on every side.
MARGIN: Final = 48


@dataclass(frozen=True, slots=True)
class Pen:
    """What a persona's curve is drawn with.

    Attributes:
        colour: of line and marks.
        dashes: of the line, as SVG writes them.
        mark: which of `corners` its places have.
    """

    colour: str
    dashes: str
    mark: int


#: After Okabe and Ito, darkened until each has a contrast of 3 : 1 with white.
_COLOURS: Final = ("#0072B2", "#C24E00", "#007A5A", "#A3508A", "#7A6A00", "#3D8FBF")
_DASHES: Final = ("10 4", "3 4", "14 4 3 4", "7 6", "18 5", "2 7")
#: Corners of each mark, in halves of its size.
_MARKS: Final[tuple[tuple[Place, ...], ...]] = (
    ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    ((0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
    ((0, -1.25), (1.1, 0), (0, 1.25), (-1.1, 0)),
    ((0, 1.1), (1.05, -0.8), (-1.05, -0.8)),
    ((-0.5, -1.1), (0.5, -1.1), (1.1, 0), (0.5, 1.1), (-0.5, 1.1), (-1.1, 0)),
    # A cross, its arms one after another.
    (
        *((-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)),
        *((0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)),
    ),
)
#: A star with five points, in halves of its size.
_STAR: Final[tuple[Place, ...]] = (
    *((0, -1), (0.25, -0.34), (0.95, -0.31), (0.4, 0.13), (0.59, 0.81)),
    *((0, 0.42), (-0.59, 0.81), (-0.4, 0.13), (-0.95, -0.31), (-0.25, -0.34)),
)


def pen(number: int) -> Pen:
    """Return the pen of persona *number*, from 0; after six the colours come back with other dashes and marks."""
    turn = number // len(_COLOURS)
    return Pen(
        _COLOURS[number % len(_COLOURS)],
        _DASHES[(number + turn) % len(_DASHES)],
        (number + 2 * turn) % len(_MARKS),
    )


def mark_at(place: Place, mark: int, size: float) -> tuple[Place, ...]:
    """Return the corners of a mark of *size* around *place*."""
    return _around(place, _MARKS[mark], size)


def star_at(place: Place, size: float) -> tuple[Place, ...]:
    """Return the corners of a star of *size* around *place*."""
    return _around(place, _STAR, size)


def _around(place: Place, corners: tuple[Place, ...], size: float) -> tuple[Place, ...]:
    x, y = place
    return tuple((x + across * size / 2, y + down * size / 2) for across, down in corners)
