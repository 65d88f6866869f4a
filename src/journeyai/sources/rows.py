"""From the rows of a table to documents: one row, one document.

Shared by every loader whose file is a table: CSV, Excel, and JSON that is a list of flat objects.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from journeyai.model.source import Document, Measure, Skipped
from journeyai.model.vocabulary import Kind, Role
from journeyai.settings import SourceSettings
from journeyai.sources.building import Passage, join_passages
from journeyai.sources.cells import channel_named, is_anonymous, is_blank, language_named
from journeyai.sources.columns import Columns, RatingColumn, find_columns
from journeyai.sources.delimited import Row
from journeyai.sources.headers import plain
from journeyai.sources.kinds import kind_by_name
from journeyai.sources.loader import Loaded
from journeyai.sources.people import person_key
from journeyai.sources.ratings import Scale, measure_of, read_rating, scale_of
from journeyai.sources.spam import looks_like_spam

_MEASURE_LABELS = {"stars": "rating: ", "nps": "NPS: ", "csat": "CSAT: ", "ces": "CES: "}

#: Rows named one by one in a warning.
_NAMED_ROWS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.

    Attributes:
        source: the file.
        headers: empty strings when the file has none.
        rows: the data; row n of the messages is `rows[n - 1]`.
        settings: what the user says about the file.
        delimiter: what parted the cells; None when cells cannot be parted wrongly.
        line_word: what a `Row.line` counts, for messages.
    """

    source: str
    headers: tuple[str, ...]
    rows: Sequence[Row]
    settings: SourceSettings
    delimiter: str | None = None
    line_word: str = "line"


def table_kind(source: str, columns: Columns, settings: SourceSettings) -> Kind:
    """Return what sort of material a table of rows is."""
    if settings.kind is not None:
        return settings.kind
    asked = any(rating.kind != "stars" for rating in columns.ratings) or len(columns.text) > 1
    return "survey" if asked else kind_by_name(source) or "review"


def surplus(table: Table, row: Row) -> str:
    """Return the reason why a row with more cells than columns is left out."""
    return (
        f"{len(row.cells)} cells for {len(table.headers)} columns on {table.line_word} {row.line}; "
        "a text with the delimiter in it needs quotes"
    )


def load_rows(table: Table) -> Loaded:
    """Make a document of each row of *table*.

    Raises:
        SourceError: no column can be read as text, or a setting names a column that is not there.
    """
    columns = find_columns(table.headers, [row.cells for row in table.rows], table.settings, table.source)
    return _RowReader(table, columns).load()


class _RowReader:
    """Makes documents of one table's rows; collects what to tell about it."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self._table = table
        self._columns = columns
        self._kind = table_kind(table.source, columns, table.settings)
        self._warnings = list(columns.warnings)
        self._skipped: list[Skipped] = []
        self._joined: list[int] = []
        self._broken: list[int] = []
        rows = [self._aligned(number, row) for number, row in enumerate(table.rows, start=1)]
        self._rows = rows
        self._records = self._names([cells for cells in rows if cells is not None])
        self._scales = [self._scale(rating) for rating in columns.ratings]
        self._unread: dict[int, list[tuple[int, str]]] = {}

    def load(self) -> Loaded:
        documents = []
        for number, cells in enumerate(self._rows, start=1):
            if cells is not None and (document := self._document(number, cells)) is not None:
                documents.append(document)
        self._warn()
        self._skipped.sort(key=lambda skipped: int(skipped.where.removeprefix("row ")))
        return Loaded(self._kind, tuple(documents), tuple(self._skipped), tuple(self._warnings))

    def _aligned(self, number: int, row: Row) -> tuple[str, ...] | None:
        """Return the row's cells, as many as there are headers; None if it has more."""
        width = len(self._table.headers)
        cells = row.cells
        if len(cells) <= width:
            return cells + ("",) * (width - len(cells))
        if not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        if self._columns.text[-1] == width - 1 and self._table.delimiter is not None:
            self._joined.append(number)
            return (*cells[: width - 1], self._table.delimiter.join(cells[width - 1 :]))
        self._broken.append(number)
        self._skipped.append(Skipped(f"row {number}", surplus(self._table, row)))
        return None

    def _names(self, rows: list[tuple[str, ...]]) -> list[str] | None:
        """Return the column whose values name the rows, if its values are all there and all different."""
        columns = self._columns
        index = columns.id if columns.id is not None else columns.person_id
        if index is None or not rows:
            return None
        values = [cells[index].strip() for cells in rows]
        if all(values) and len(set(values)) == len(values):
            return values
        if columns.id is not None:
            self._warnings.append(
                f"The column `{columns.headers[index]}` has empty or repeated values; "
                "rows are named R1, R2 and so on."
            )
        return None

    def _scale(self, rating: RatingColumn) -> Scale:
        cells = (row[rating.index] for row in self._rows if row is not None)
        read = (read_rating(cell) for cell in cells if cell)
        header = self._columns.headers[rating.index]
        scale = scale_of(rating.kind, (one.value for one in read if one and one.high is None), header)
        if not scale.told:
            self._warnings.append(
                f"Nothing tells the scale of `{header}`; "
                f"it is read as {scale.low:g} (worst) to {scale.high:g} (best)."
            )
        return scale

    def _document(self, number: int, cells: tuple[str, ...]) -> Document | None:
        columns, table = self._columns, self._table
        record = self._record(number, cells)
        said = [(index, cells[index]) for index in columns.text if not is_blank(cells[index])]
        title = (
            cells[columns.title] if columns.title is not None and not is_blank(cells[columns.title]) else None
        )
        if title and any(_repeats(title, text) for _, text in said):
            title = None
        if not said and title is None:
            rated = any(read_rating(cells[rating.index]) for rating in columns.ratings)
            self._skipped.append(Skipped(f"row {number}", "a rating and no words" if rated else "no text"))
            return None
        if looks_like_spam("\n".join([title or "", *(text for _, text in said)]).strip()):
            self._skipped.append(Skipped(f"row {number}", "looks like spam"))
            return None
        at = cells[columns.date].strip() or None if columns.date is not None else None
        role = self._role(record)
        person = person_key(table.source, record, record, self._author(cells)) if role == "customer" else None

        def passage(text: str, *, measure: Measure | None = None, label: str = "") -> Passage:
            return Passage(text, role, speaker=record, person=person, at=at, measure=measure, label=label)

        passages = [passage(title)] if title else []
        for index, text in said:
            passages.append(passage(text, label=_label(columns.headers[index]) if columns.labelled else ""))
        for measure, text, label in self._measures(number, cells):
            passages.append(passage(text, measure=measure, label=label))
        if columns.reply is not None and not is_blank(cells[columns.reply]):
            passages.append(Passage(cells[columns.reply], "agent", speaker="agent", label="reply: "))
        return join_passages(
            source=table.source,
            record=record,
            kind=self._kind,
            passages=passages,
            language=table.settings.language or language_named(_at(cells, columns.language)),
            channel=channel_named(_at(cells, columns.channel)),
        )

    def _record(self, number: int, cells: tuple[str, ...]) -> str:
        if self._records is None:
            return f"R{number}"
        index = self._columns.id if self._columns.id is not None else self._columns.person_id
        return cells[index].strip() if index is not None else f"R{number}"

    def _role(self, record: str) -> Role:
        roles = self._table.settings.roles
        return roles.get(record) or roles.get("*") or "customer"

    def _author(self, cells: tuple[str, ...]) -> str | None:
        for index in (self._columns.person_id, self._columns.author):
            if index is not None and not is_anonymous(cells[index]):
                return cells[index].strip()
        return None

    def _measures(self, number: int, cells: tuple[str, ...]) -> list[tuple[Measure, str, str]]:
        """Return each rating of the row with its own wording and label."""
        found = []
        for rating, scale in zip(self._columns.ratings, self._scales, strict=True):
            cell = cells[rating.index].strip()
            if is_blank(cell) and read_rating(cell) is None:
                continue
            read = read_rating(cell)
            measure = measure_of(rating.kind, read, scale) if read else None
            if measure is None:
                self._unread.setdefault(rating.index, []).append((number, cell))
                continue
            header = self._columns.headers[rating.index]
            label = _label(header) if "?" in header else _MEASURE_LABELS[rating.kind]
            found.append((measure, cell, label))
        return found

    def _warn(self) -> None:
        if self._joined:
            self._warnings.append(
                f"{_rows(self._joined)} of `{self._table.source}`: more cells than columns; "
                "the surplus is taken as part of the text."
            )
        if self._broken:
            self._warnings.append(
                f"{_rows(self._broken)} of `{self._table.source}`: more cells than columns; left out. "
                "A text with the delimiter in it needs quotes."
            )
        for index, cells in sorted(self._unread.items()):
            example = cells[0][1][:40]
            self._warnings.append(
                f"{_rows([number for number, _ in cells])} of `{self._table.source}`: `{example}` in "
                f"`{self._columns.headers[index]}` is no rating on its scale; left out there."
            )


def _rows(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:_NAMED_ROWS]))
    more = f" and {len(numbers) - _NAMED_ROWS} more" if len(numbers) > _NAMED_ROWS else ""
    return f"Row{'s' if len(numbers) > 1 else ''} {named}{more}"


def _at(cells: tuple[str, ...], index: int | None) -> str | None:
    return cells[index] if index is not None else None


def _label(header: str) -> str:
    """Return *header* as it is printed before an answer."""
    return f"{' '.join(header.split()).rstrip(' :')}: " if header.strip(" :") else ""


def _repeats(title: str, text: str) -> bool:
    """Whether *title* is only the beginning of *text*, or all of it."""
    words = plain(title)
    return bool(words) and plain(text[: 2 * len(title) + 100]).startswith(words)
