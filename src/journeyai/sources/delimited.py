"""Rows of a delimited text file: the delimiter by content, quotes understood, damage kept small.

The standard `csv` module reads; what it would do silently (swallow the rest of the file after a quote that
is never closed) is noticed here and mended.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from journeyai.errors import SourceError
from journeyai.sources.headers import plain, recognised

DELIMITERS = (",", ";", "\t", "|")

#: Characters in which the delimiter is looked for; cut at a line's end.
SNIFF_CHARS = 65_536

#: Unclosed quotes that are mended one by one; each costs reading what follows once more.
MOST_MENDED = 25

#: Parts no cell, so a file of one column is read whole, commas and all.
_NOTHING = "\x1f"

#: Closes the file: if it is not a row by itself, a quote was left open.
_SENTINEL = "\x02end\x02"

#: The largest that fits a C long on every system.
_FIELD_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        line: the line of the file, or the row of the sheet, on which it begins; from 1.
        cells: as they stand, quotes taken off.
    """

    line: int
    cells: tuple[str, ...]


def read_rows(text: str, delimiter: str | None, source: str) -> tuple[list[Row], str, list[str]]:
    r"""Read every row that is not blank.

    Args:
        text: the whole file; newlines are `\n`.
        delimiter: the one set by the user; None to find it.
        source: the file's name, for messages.

    Returns:
        The rows, the delimiter, and warnings.

    Raises:
        SourceError: the delimiter that was set is not one character.
    """
    first_line = 1
    if told := re.match(r"[\"']?sep=(.)[\"']?\n", text):  # Excel's own hint, on the first line.
        delimiter, text, first_line = delimiter or told.group(1), text[told.end() :], 2
    if delimiter in ("\\t", "tab"):
        delimiter = "\t"
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\n"'):
        raise SourceError(
            f"The delimiter set for `{source}` is `{delimiter}`; it must be one character.",
            "Mend `delimiter` in `journey.toml`, or leave it out.",
        )
    delimiter = delimiter or find_delimiter(text) or _NOTHING
    warnings: list[str] = []
    rows = list(_mended(text.split("\n"), delimiter, first_line, source, warnings))
    return rows, delimiter, warnings


def find_delimiter(text: str) -> str | None:
    """Return the character between columns; None if there is one column only.

    A delimiter parts every row into as many cells as the header; among several that do, the one that shows
    more headers we know wins, then the one with more columns.
    """
    sample = text[:SNIFF_CHARS]
    if len(text) > SNIFF_CHARS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best: tuple[float, int, int] = (0.0, 0, 0)
    found = None
    for delimiter in DELIMITERS:
        rows = [
            row for row in _parse(sample.split("\n"), delimiter) if len(row) > 1 or (row and row[0].strip())
        ]
        counts = Counter(len(row) for row in rows)
        if not counts:
            continue
        columns = max(counts, key=lambda width: (counts[width], width))
        if columns < 2 or (len(counts) > 1 and max(counts) < 2):
            continue
        header = max((recognised(row) for row in rows[:10] if len(row) == columns), default=0)
        even = counts[columns] / len(rows)
        if even < 0.5 and not header:
            continue
        rank = (round(even, 1) + 0.2 * min(header, 3), header, columns)
        if rank > best:
            best, found = rank, delimiter
    if found is None:
        return _by_header(sample)
    return None if _one_column(sample, found) else found


def _by_header(sample: str) -> str | None:
    """Return what parts the first line into headers that we all know, however uneven the rows below it are."""
    head = sample.lstrip("\n").split("\n", 1)[0]
    for delimiter in DELIMITERS:
        cells = next(_parse([head], delimiter), [])
        if len(cells) > 1 and recognised(cells) == len(cells):
            return delimiter
    return None


def _one_column(sample: str, delimiter: str) -> bool:
    """Whether the first line is the header of a single column of text, and *delimiter* only punctuates it."""
    head = sample.split("\n", 1)[0]
    return delimiter not in head and recognised([head.strip('"')]) == 1 and plain(head) != ""


def _parse(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_FIELD_LIMIT)
    yield from csv.reader((line + "\n" for line in lines), delimiter=delimiter)


def _mended(
    lines: list[str], delimiter: str, first_line: int, source: str, warnings: list[str]
) -> Iterator[Row]:
    """Yield the rows of *lines*; a quote left open ends with its line instead of with the file."""
    start = width = 0
    for _ in range(MOST_MENDED + 1):
        held: tuple[int, list[str]] | None = None
        for line, cells in _numbered_rows(lines, start, delimiter):
            if held is not None:
                width = width or len(held[1])
                yield from _row(first_line, *held)
            held = (line, cells)
        if held is None or held[1] == [_SENTINEL]:
            return
        broken = held[0]
        warnings.append(
            f"A quotation mark opened on line {broken + first_line} of `{source}` is never closed; "
            "the row is read to the end of its line."
        )
        yield from _row(first_line, broken, _mend(lines[broken], delimiter, width))
        start = broken + 1
    rest = len(lines) - start
    warnings.append(
        f"`{source}` has too many quotation marks that are never closed; its last {rest} lines are left out."
    )


def _row(first_line: int, line: int, cells: list[str]) -> Iterator[Row]:
    if cells and (len(cells) > 1 or cells[0].strip()):
        yield Row(line + first_line, tuple(cells))


def _mend(line: str, delimiter: str, width: int) -> list[str]:
    """Read one line whose quote is left open: closed at its end, or taken for a character, whichever fits."""
    closed = next(_parse([line + '"'], delimiter), [])
    if len(closed) == width:
        return closed
    literal = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return literal if len(literal) == width else closed


def _numbered_rows(lines: list[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows from line *start* on with the index of the line each begins on, then the sentinel."""
    csv.field_size_limit(_FIELD_LIMIT)
    rest = (lines[index] + "\n" for index in range(start, len(lines)))
    reader = csv.reader(chain(rest, [_SENTINEL]), delimiter=delimiter)
    line = start
    for cells in reader:
        yield line, cells
        line = start + reader.line_num
