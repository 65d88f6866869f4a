"""CSV that opens right in a spreadsheet, in which no cell can be a formula, and which reads back as it was.

A cell is its text made visible: one line, no characters that cannot be seen.  Wherever a spreadsheet could take what
follows for a formula (at the cell's beginning, and behind a comma or semicolon inside it, where a spreadsheet of
another country would part the cell) an apostrophe is put before it, also where one or more stand there already.
`uncell` takes just that one away, so `uncell(cell(text)) == visible(text)` for every text that is not cut.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from journeyai.export.plain import visible

#: Told to Excel before the first cell; without it UTF-8 is read as the machine's own letters.
BOM: Final = "\ufeff"
#: Excel holds 32,767 characters in a cell and spills what is over into the next row, where it could be a formula.
MOST_CHARS: Final = 32_000
#: Where a cell that begins, or could begin, goes on with what spreadsheets take for the beginning of a formula; those
#: of full width are taken so in Japanese and Chinese Excel.
_COULD_BEGIN: Final = r"(?:^|(?<=[,;]))"
_FORMULA: Final = r"""(?=['"]*[=+\-@\t\r|%＝＋－＠])"""
_UNSAFE: Final = re.compile(_COULD_BEGIN + _FORMULA)
_SAFE: Final = re.compile(_COULD_BEGIN + "'" + _FORMULA)
_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
#: Where a comma is the decimal point, spreadsheets part cells by semicolons.
_SEMICOLON: Final = frozenset({"es"})


def cell(value: object) -> str:
    """Return *value* as the text of a cell: visible characters, one line, never a formula."""
    text = visible(str(value))
    if _NUMBER.fullmatch(text):
        return text
    if len(text) > MOST_CHARS:
        text = f"{text[:MOST_CHARS].rstrip()} […]"
    return _UNSAFE.sub("'", text)


def uncell(text: str) -> str:
    """Return what `cell` was given, made visible."""
    return text if _NUMBER.fullmatch(text) else _SAFE.sub("", text)


def decimal(value: float | None, language: str) -> str:
    """Return *value* exactly, with the decimal point of *language*; empty for None."""
    text = "" if value is None else str(value)
    return text.replace(".", ",") if language in _SEMICOLON else text


def row(values: Sequence[object], language: str) -> str:
    """Return a line of CSV, parted as spreadsheets set to *language* expect it."""
    out = io.StringIO()
    delimiter = ";" if language in _SEMICOLON else ","
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()
