"""Tables: delimited text and Excel workbooks, with their header row found."""

import re
from collections.abc import Sequence

from journeyai.errors import SourceError
from journeyai.sources.columns import find_columns
from journeyai.sources.delimited import Row, find_delimiter, read_rows
from journeyai.sources.headers import plain, recognised
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.ratings import read_rating
from journeyai.sources.rows import Table, load_rows
from journeyai.sources.spoken_tables import is_spoken, load_spoken
from journeyai.sources.workbook import OLD_EXCEL, Sheet, is_workbook, read_sheets

#: A header stands within the first rows: exports put a title or a filter's description above it.
HEADER_ROWS = 15

#: No header we have seen is longer than a survey's longest question.
_HEADER_CHARS = 500

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


class DelimitedLoader:
    """Reads CSV and its kin: commas, semicolons, tabs or bars between columns."""

    name = "delimited"

    def fits(self, raw: RawFile) -> float:
        """Return 0.9 by suffix; for plain text 0.7 if it is clearly a table with headers that we know."""
        if raw.suffix in (".csv", ".tsv", ".tab"):
            return 0.9
        if raw.suffix not in (".txt", ""):
            return 0.0
        try:
            text = raw.text()
        except SourceError:
            return 0.0
        return 0.7 if _is_table(text, raw.settings.delimiter) else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*.

        Raises:
            SourceError: the bytes are not text, there is no column of text, or a setting does not fit.
        """
        text = raw.text().removeprefix("\ufeff")
        set_by_user = raw.settings.delimiter or (
            "\t" if raw.suffix in (".tsv", ".tab") and "\t" in text else None
        )
        rows, delimiter, warnings = read_rows(text, set_by_user, raw.source)
        if not rows:
            raise SourceError(f"`{raw.source}` has no rows.", "Leave it out, or export it again.")
        headers, data = part_header(rows)
        warnings += _above(rows, data, headers, raw.source, "line")
        table = Table(raw.source, headers, data, raw.settings, delimiter=delimiter)
        return _load(table, warnings)


class WorkbookLoader:
    """Reads Excel workbooks."""

    name = "workbook"

    def fits(self, raw: RawFile) -> float:
        """Return 1 for an Excel workbook whatever its name; 0.9 for a name that says so."""
        if is_workbook(raw.data):
            return 1.0
        if raw.suffix in (".xlsx", ".xlsm"):
            return 0.9
        return 0.9 if raw.suffix == ".xls" and raw.data.startswith(OLD_EXCEL) else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read the first sheet with a table, and the others that have the same header.

        Raises:
            SourceError: the workbook cannot be read, or none of its sheets has a column of text.
        """
        sheets = read_sheets(raw.data, raw.source)
        if not sheets:
            raise SourceError(f"`{raw.source}` has no rows.", "Leave it out, or export it again.")
        first = _first_table(sheets, raw)
        headers, data = part_header(first.rows)
        warnings = _above(first.rows, data, headers, raw.source, "row")
        for sheet in sheets:
            if sheet is first:
                continue
            others, more = part_header(sheet.rows)
            if any(headers) and others == headers:
                data = [*data, *more]
            else:
                warnings.append(
                    f"The sheet `{sheet.name}` of `{raw.source}` is left out: "
                    f"its columns are not those of `{first.name}`."
                )
        width = max((len(row.cells) for row in data), default=0)
        headers += ("",) * (width - len(headers))  # A sheet's rows end where their values do.
        return _load(Table(raw.source, headers, data, raw.settings, line_word="row of the sheet"), warnings)


def _load(table: Table, warnings: list[str]) -> Loaded:
    loaded = load_spoken(table) if is_spoken(table) else load_rows(table)
    return Loaded(loaded.kind, loaded.documents, loaded.skipped, (*warnings, *loaded.warnings))


def _first_table(sheets: Sequence[Sheet], raw: RawFile) -> Sheet:
    """Return the first sheet with a header and text under it; else with text; else the very first."""
    unheaded = None
    for sheet in sheets:
        headers, data = part_header(sheet.rows)
        if not data:
            continue
        try:
            find_columns(headers, [row.cells for row in data[:200]], raw.settings, raw.source)
        except SourceError:
            continue
        if any(headers):
            return sheet
        unheaded = unheaded or sheet
    return unheaded or sheets[0]


def part_header(rows: Sequence[Row]) -> tuple[tuple[str, ...], Sequence[Row]]:
    """Return the headers and the rows below them; empty headers if the table has none."""
    best, most = None, 0
    for index, row in enumerate(rows[:HEADER_ROWS]):
        known = recognised(row.cells) if all(len(cell) <= _HEADER_CHARS for cell in row.cells) else 0
        if known > most:
            best, most = index, known
    if (
        best is not None
        and (most > 1 or _names_columns(rows, best))
        and (best == 0 or len(rows[best].cells) > 1)
    ):
        return _headers(rows[best]), rows[best + 1 :]
    if len(rows) > 1 and _names_columns(rows, 0):
        return _headers(rows[0]), rows[1:]
    width = max(len(row.cells) for row in rows[:200])
    return ("",) * width, rows


def _above(
    rows: Sequence[Row], data: Sequence[Row], headers: tuple[str, ...], source: str, word: str
) -> list[str]:
    """Say that rows stand above the header, if they do."""
    above = len(rows) - len(data) - 1
    if above < 1 or not any(headers):
        return []
    return [f"The header of `{source}` is on {word} {rows[above].line}; what stands above it is left out."]


def _headers(row: Row) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in row.cells)


def _names_columns(rows: Sequence[Row], index: int) -> bool:
    """Whether the row at *index* looks like headers above the next rows: short, all different, no values."""
    cells = [cell.strip() for cell in rows[index].cells]
    names = [cell for cell in cells if cell]
    below = rows[index + 1 : index + 31]
    if not names or len(set(names)) < len(names) or any(_is_value(name) for name in names):
        return False
    if any(len(name) > 60 and "?" not in name for name in names) or not below:
        return False
    if len(names) == 1:  # Nothing beside it tells a name from a very short first answer.
        return recognised(names) == 1
    typed = any(
        all(
            _is_value(row.cells[column])
            for row in below
            if column < len(row.cells) and row.cells[column].strip()
        )
        and any(column < len(row.cells) and row.cells[column].strip() for row in below)
        for column in range(len(cells))
        if cells[column]
    )
    named = sum(1 for name in names if len(name.split()) <= 3 and "." not in name.rstrip("."))
    longer = sum(map(len, names)) * 2 < sum(sum(map(len, row.cells)) for row in below) / len(below)
    if typed and named < len(names) and recognised(names):
        # Questions without a question mark: "how easy was leaving 1-5", "in your own words".
        return all(len(name.split()) <= 15 and name[-1] not in ".!…" for name in names)
    return named == len(names) and (typed or longer)


def _is_value(cell: str) -> bool:
    """Whether *cell* is a number, a rating or a date rather than a name."""
    bare = cell.strip()
    return read_rating(bare) is not None or bare.isdigit() or bool(_DATE.fullmatch(bare))


def _is_table(text: str, delimiter: str | None) -> bool:
    """Whether plain *text* is a table beyond doubt: an even one, with two headers that we know."""
    sample = text[:20_000]
    delimiter = delimiter or find_delimiter(sample)
    if delimiter is None:
        return False
    rows, _, _ = read_rows(sample.rpartition("\n")[0] or sample, delimiter, "")
    headers, data = part_header(rows)
    if not data or recognised(headers) < 2 or len(headers) < 2:
        return False
    even = sum(len(row.cells) == len(headers) for row in data)
    return even >= 0.9 * len(data) and all(len(plain(header)) <= 80 for header in headers)
