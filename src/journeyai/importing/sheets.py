"""The rows of a table with their numbers, as a spreadsheet shows them, and which columns of ours they have."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.errors import SourceError
from journeyai.export.plain import visible
from journeyai.export.spreadsheet import uncell
from journeyai.export.tables import CARD_COLUMNS, column

#: More rows than that no table of cards has.
MOST_ROWS: Final = 20_000
#: More columns than that no table has that a person looks at.
MOST_COLUMNS: Final = 200
_DELIMITERS: Final = ",;\t|"
#: Characters of the beginning that are looked at for what parts cells.
_SNIFF: Final = 20_000
#: The longest cell, in characters.
_LONGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: as a spreadsheet numbers it, from 1; the headings are row 1.
        cells: as they were written, line breaks included, without what keeps a cell from being a formula.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardSheet:
    """A table of cards of ours.

    Attributes:
        headings: column → its heading in the file.
        rows: number → column → cell, made visible.
        strange: headings that are none of ours.
    """

    headings: Mapping[str, str]
    rows: Mapping[int, Mapping[str, str]]
    strange: tuple[str, ...]


def read_rows(text: str, name: str) -> list[Row]:
    """Return the rows of a table that are not empty; cells may hold line breaks.

    Raises:
        SourceError: quotation marks do not close, or it is too large for a table of cards.
    """
    delimiter, text, first = _delimiter(text)
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    number = first
    try:
        for number, cells in enumerate(reader, first):
            if len(cells) > MOST_COLUMNS:
                raise SourceError(
                    f"Row {number} of `{name}` has {len(cells)} columns; a table of cards has at most {MOST_COLUMNS}.",
                    "Look whether it is the right file.",
                )
            kept = tuple(uncell(value) for value in cells)
            if any(visible(value) for value in kept):
                rows.append(Row(number, kept))
            if len(rows) > MOST_ROWS:
                raise SourceError(
                    f"`{name}` has more than {MOST_ROWS:,} rows; no table of cards has so many.",
                    "Look whether it is the right file.",
                )
    except csv.Error as error:
        start = number + 1 if rows else number
        why = (
            "a quotation mark is opened there and never closed" if "end of data" in str(error) else str(error)
        )
        raise SourceError(
            f"`{name}` cannot be read as a table from row {start} on: {why}.",
            "Mend it there, or save it again as CSV UTF-8.",
        ) from None
    return rows


def card_sheet(rows: Sequence[Row]) -> CardSheet | None:
    """Return *rows* as a table of cards of ours; None if they are none: ours names each card.

    Raises:
        SourceError: a column of ours stands there twice.
    """
    if not rows:
        return None
    head = rows[0].cells
    keys = [_key(cell) for cell in head]
    if "card_id" not in keys:
        return None
    twice = next((key for n, key in enumerate(keys) if key is not None and key in keys[:n]), None)
    if twice is not None:
        raise SourceError(
            f"The column `{head[keys.index(twice)]}` stands there twice.", "Take one of them out."
        )
    return CardSheet(
        {key: cell for key, cell in zip(keys, head, strict=True) if key is not None},
        {
            row.number: {
                key: visible(row.cells[place]) if place < len(row.cells) else ""
                for place, key in enumerate(keys)
                if key is not None
            }
            for row in rows[1:]
        },
        tuple(visible(cell) for key, cell in zip(keys, head, strict=True) if key is None and visible(cell)),
    )


def _key(heading: str) -> str | None:
    key = column(heading)
    return key if key in CARD_COLUMNS else None


def _delimiter(text: str) -> tuple[str, str, int]:
    """Return what parts cells, the text without Excel's own hint, and the number of its first row."""
    text = text.removeprefix("\ufeff")
    if told := re.match(r"\"?sep=(.)\"?\r?\n", text):
        return told.group(1), text[told.end() :], 2
    sample = text[:_SNIFF]
    lines = sample.split("\n")
    first = next((line for line in lines if line.strip()), "")
    counts = {mark: _outside_quotes(first, mark) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: counts[mark])
    if not counts[best]:
        best = max(_DELIMITERS, key=lambda mark: sum(mark in line for line in lines[:20]))
    return best, text, 1


def _outside_quotes(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark)
