"""How the documents look: one set of colours and letters for report, slides and workbook.

Colours are hexadecimal, as the file formats write them.  Every pair of ink and ground used here has a contrast of at
least 4.5 : 1 (tests/export/office/test_style.py).
"""

from dataclasses import dataclass
from typing import Final

from journeyai.model.vocabulary import Lane

#: On every machine that opens such files, and the letters that `measure` knows the widths of.
FONT: Final = "Arial"

INK: Final = "1A2130"
SOFT: Final = "525B6B"
LINE: Final = "D3D0C8"
PAPER: Final = "F5F4F0"
WHITE: Final = "FFFFFF"
ACCENT: Final = "3644B8"
ACCENT_WASH: Final = "ECEEFB"
GOOD: Final = "0B6E63"
GOOD_WASH: Final = "DCF0EC"
BAD: Final = "A03615"
BAD_WASH: Final = "FBE7DD"
DOUBT: Final = "744B00"
DOUBT_WASH: Final = "FDF0CF"
STAR: Final = "7A5200"

#: Feelings from this far off the middle on have a colour.
_FELT: Final = 0.25


@dataclass(frozen=True, slots=True)
class Tone:
    """An ink and the ground it is read on."""

    ink: str
    wash: str


PLAIN: Final = Tone(INK, PAPER)
OF_ACCENT: Final = Tone(ACCENT, ACCENT_WASH)
OF_GOOD: Final = Tone(GOOD, GOOD_WASH)
OF_BAD: Final = Tone(BAD, BAD_WASH)
OF_DOUBT: Final = Tone(DOUBT, DOUBT_WASH)
#: Of an element that nobody said anything about.
OF_NOTHING: Final = Tone(SOFT, PAPER)

_OF_LANE: Final[dict[Lane, Tone]] = {
    "pain_point": OF_BAD,
    "technical_limit": OF_BAD,
    "delight": OF_GOOD,
    "opportunity": OF_ACCENT,
}


def lane_tone(lane: Lane | None) -> Tone:
    """Return the tone of what stands in *lane*: what hurts, what pleases, what to do, anything else."""
    return _OF_LANE.get(lane, PLAIN) if lane else PLAIN


def feeling_tone(valence: float | None) -> Tone:
    """Return the tone of a feeling from −2 to +2; of None, that of nothing."""
    if valence is None:
        return OF_NOTHING
    if abs(valence) < _FELT:
        return PLAIN
    return OF_GOOD if valence > 0 else OF_BAD


def strength(people: int) -> int:
    """Return how strong *people* voices are, from 0 to 4: none, one, 2 or 3, 4 to 7, 8 or more."""
    return sum(people >= least for least in (1, 2, 4, 8))


def dots(people: int) -> str:
    """Return the strength of *people* voices as four dots, so many of them full."""
    full = strength(people)
    return "●" * full + "○" * (4 - full)
