"""How wide text is in `style.FONT`, and how much of it a shape holds.

A slide's shapes do not grow, and no program of ours draws them: what would run over is cut before it is written.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

#: Line height over the letters' size, as presentation programs set Arial.
LEADING: Final = 1.17
#: Bold letters are wider; by how much, at most, over whole lines of text.
_BOLD: Final = 1.09
#: Kerning and rounding differ from program to program.
_MARGIN: Final = 1.03
#: Thousandths of the size; Adobe's metrics of Helvetica, which Arial and Liberation Sans share.
_WIDTHS: Final[dict[int, str]] = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ftíìîï·",
    333: "()-`r{}¡“”",
    355: '"•ªº',
    389: "*",
    469: "^",
    500: "Jckssvxyz",
    556: "#$0123456789?Labdeghnopqu_«»–€",
    584: "+<=>~−×",
    611: "FTZ¿",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—★●○■□→",
    1015: "@",
}
_OF: Final = {char: width for width, chars in _WIDTHS.items() for char in chars}
_OTHER: Final = 667
_WORD: Final = re.compile(r"\S+\s*")


@lru_cache(maxsize=4096)
def _letter(char: str) -> int:
    if char in _OF:
        return _OF[char]
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1100
    plain = unicodedata.normalize("NFD", char)[0]
    return _OF.get(plain, _OTHER)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide *text* is in letters of *size*, in points, rounded up a little."""
    return sum(map(_letter, text)) * size / 1000 * _MARGIN * (_BOLD if bold else 1)


def lines(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return *text* as the lines it takes where *room* points are, words whole unless one is wider than that."""
    found: list[str] = []
    line, used = "", 0.0
    for piece in _WORD.findall(text):
        word = piece
        bare = width(word.rstrip(), size, bold=bold)
        if used + bare > room:
            if line:
                found.append(line.rstrip())
            line, used = "", 0.0
        if bare > room:
            *broken, word = _broken(word, room, size, bold=bold)
            found += broken
        line += word
        used += width(word, size, bold=bold)
    return [*found, line.rstrip()] if line.strip() else found or [""]


def _broken(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Return *word* in pieces, all but the last as long as *room* allows; in one piece if it fits."""
    pieces, begin, used = [], 0, 0.0
    for end, char in enumerate(word):
        wide = 0.0 if char.isspace() else width(char, size, bold=bold)
        if used + wide > room and end > begin:
            pieces.append(word[begin:end])
            begin, used = end, 0.0
        used += wide
    return [*pieces, word[begin:]]


def fitted(
    text: str, room: float, most: int, size: float, more: Callable[[int], str], *, bold: bool = False
) -> tuple[str, bool]:
    """Return what of *text* goes into *most* lines of *room* points, and whether that is all of it.

    Args:
        text: one line, made visible.
        room: width in points.
        most: lines, at least 1.
        size: of the letters, in points.
        more: says how many words were cut off, such as ` … +14 words`; it stands at the end.
        bold: of the letters.
    """
    # What cannot fit by any count is never measured: a source may hold a word of a megabyte.
    longest = int(most * room / (size * 0.2)) + 1
    laid = lines(text[:longest], room, size, bold=bold)
    if len(laid) <= most and len(text) <= longest:
        return text, True
    kept = " ".join(laid[:most]) if " " in text[:longest].strip() else "".join(laid[:most])
    while kept:
        tail = more(max(1, len(text.split()) - len(kept.split())))
        tried = kept.rstrip(" ,;:.…") + tail
        if len(lines(tried, room, size, bold=bold)) <= most:
            return tried, False
        shorter = kept.rpartition(" ")[0]
        kept = shorter if len(kept) - len(shorter) < 25 else kept[:-3]
    return more(len(text.split())).strip(), False
