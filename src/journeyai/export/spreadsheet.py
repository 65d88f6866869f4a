"""CSV that opens right in a spreadsheet, and in which no cell can be a formula."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from journeyai.export.plain import visible

#: Told to Excel before the first cell; without it UTF-8 is read as the machine's own letters.
BOM: Final = "\ufeff"
#: What spreadsheets take for the beginning of a formula.
_FORMULA: Final = frozenset("=+-@\t\r|%")
_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
#: Where a comma is the decimal point, spreadsheets part cells by semicolons.
_SEMICOLON: Final = frozenset({"es"})


def cell(value: object) -> str:
    """Return *value* as the text of a cell: visible characters, one line, never a formula."""
    text = visible(str(value))
    return f"'{text}" if text and text[0] in _FORMULA and not _NUMBER.fullmatch(text) else text


def row(values: Sequence[object], language: str) -> str:
    """Return a line of CSV, parted as spreadsheets set to *language* expect it."""
    out = io.StringIO()
    delimiter = ";" if language in _SEMICOLON else ","
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()
