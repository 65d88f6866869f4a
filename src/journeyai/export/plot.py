"""The emotion curve as characters, for any page with letters of one width."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

#: Rows to a step of valence.
STEP: Final = 3

#: Rows from +2 (row 0) to −2 (row 12).
ROWS: Final = 4 * STEP + 1

_BRAILLE: Final = 0x2800
#: Bit of each dot of a braille cell, by column and row.
_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


def row_of(valence: float) -> int:
    """Return the row (0 … 12, top first) that *valence* (−2 … +2) falls in."""
    return int((2 - valence) * STEP + 0.5)


def trace(valences: Sequence[float | None], centres: Sequence[int], width: int) -> list[str]:
    """Draw a line through *valences*, one at each of *centres* (columns of characters, growing), as braille.

    A stage without a value is a gap: nothing is drawn to it or from it.

    Returns:
        `ROWS` strings of *width* characters, a space where nothing is drawn.
    """
    cells = [[0] * width for _ in range(ROWS)]
    known = [(centre, value) for centre, value in zip(centres, valences, strict=True)]
    for (left, before), (right, after) in pairwise(known):
        if before is None or after is None:
            continue
        previous = round(_height(before))
        for x in range(2 * left, 2 * right + 1):
            # A cosine is flat at both ends, so the line turns gently at every stage.
            share = (1 - math.cos(math.pi * (x - 2 * left) / (2 * (right - left)))) / 2
            y = round(_height(before) + (_height(after) - _height(before)) * share)
            for dot in range(min(y, previous), max(y, previous) + 1):
                cells[dot // 4][min(x // 2, width - 1)] |= _DOTS[x % 2][dot % 4]
            previous = y
    return ["".join(chr(_BRAILLE + bits) if bits else " " for bits in row) for row in cells]


def scale(valence: float, steps: int = 8) -> str:
    """Return *valence* as a mark on a line from −2 to +2, such as `────●───┼────────`."""
    line = ["─"] * (2 * steps + 1)
    line[steps] = "┼"
    line[round((valence + 2) / 4 * 2 * steps)] = "●"
    return "".join(line)


def _height(valence: float) -> float:
    """Return the row of dots for *valence*: the middle of its row, so that the line meets the marks on it."""
    return 4 * row_of(valence) + 1.5
