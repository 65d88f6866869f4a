"""The letters of the pictures: Arimo, which is shipped, so that a machine without any fonts draws the same picture.

Arimo (SIL Open Font License 1.1, `fonts/OFL.txt`; as its makers publish it) is as wide as Arial, Helvetica and
Liberation Sans, letter by letter.  A program that opens the SVG with one of those instead breaks no line.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Final

from PIL import ImageFont

#: As SVG names it; what follows is as wide.
FAMILY: Final = "Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif"
#: The name in the shipped files.
NAME: Final = "Arimo"
#: Line height over the letters' size.
LEADING: Final = 1.25

_FILES: Final = {False: "Arimo-Regular.ttf", True: "Arimo-Bold.ttf"}
#: Letters are measured at this size; what is kept of them is a share of it.
_EM: Final = 1000
#: Letters that Arimo does not have are drawn by another font, about as wide as they are high, or as a box.
_WIDE: Final = 1.1


@contextmanager
def font_files() -> Iterator[list[str]]:
    """Give the paths of the shipped fonts, for as long as they are needed."""
    folder = files("journeyai.export.pictures").joinpath("fonts")
    with ExitStack() as stack:
        yield [str(stack.enter_context(as_file(folder.joinpath(name)))) for name in _FILES.values()]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide *text* is in letters of *size*."""
    return sum(_letter(char, bold) for char in text) * size


def wrapped(text: str, room: float, size: float, lines: int, *, bold: bool = False) -> list[str]:
    """Return *text* in at most *lines* lines no wider than *room*; `…` ends what was cut.

    Words stay whole where they fit on a line.
    """
    found: list[str] = []
    # No line holds more letters than this; a text of a megabyte is not measured to its end.
    rest = text[: int(lines * room / (0.2 * size)) + 2]
    while rest:
        line = _fitting(rest, room, size, bold)
        rest = rest[len(line) :].lstrip()
        line = line.rstrip()
        if rest and len(found) == lines - 1:
            return [*found, _ended(line, room, size, bold)]
        found.append(line)
    return found


def _fitting(text: str, room: float, size: float, bold: bool) -> str:
    """Return the beginning of *text* that fits: up to a space, or within a word that is too long for a line."""
    used, end = 0.0, 0
    for number, char in enumerate(text):
        used += _letter(char, bold) * size
        if used > room and char != " ":
            return text[: end or max(number, 1)]
        if char in " -/" and number:
            end = number + 1
    return text


def _ended(line: str, room: float, size: float, bold: bool) -> str:
    while line and width(f"{line}…", size, bold=bold) > room:
        line = line[:-1].rstrip()
    return f"{line.rstrip(',;:.–-')}…"


@lru_cache(maxsize=8192)
def _letter(char: str, bold: bool) -> float:
    if unicodedata.combining(char):
        return 0.0
    known = _font(bold).getlength(char) / _EM
    return max(known, _WIDE) if unicodedata.east_asian_width(char) in "WF" else known


def lacks(text: str) -> bool:
    """Whether *text* has a letter that Arimo does not have, as the signs of Chinese and emoji are."""
    return not all(map(_is_drawn, set(text)))


@lru_cache(maxsize=8192)
def _is_drawn(char: str) -> bool:
    # What a font lacks, it draws as it draws what is no character at all.
    return char.isspace() or bytes(_font(False).getmask(char)) != _box()


@cache
def _box() -> bytes:
    return bytes(_font(False).getmask("\uffff"))


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    data = files("journeyai.export.pictures").joinpath("fonts", _FILES[bold]).read_bytes()
    return ImageFont.truetype(BytesIO(data), _EM, layout_engine=ImageFont.Layout.BASIC)
