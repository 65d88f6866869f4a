"""Files of ours as somebody edits them."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from journeyai.export.material import BARE
from journeyai.export.tables import CARD_COLUMNS, CardsExporter
from journeyai.importing.edited_table import edits_of_table
from journeyai.importing.edits import Edits
from journeyai.importing.files import Given
from journeyai.importing.problems import ImportRefusedError, Problems
from journeyai.importing.sheets import card_sheet, read_rows
from journeyai.knowledge.talk import talk
from journeyai.model.journey import JourneyMap

#: As spreadsheets number rows: the headings are row 1.
Rows = list[list[str]]
COLUMNS: Final = {key: place for place, key in enumerate(CARD_COLUMNS)}


def rows_of(journey: JourneyMap) -> Rows:
    """Return the table of cards that `export` writes, as a spreadsheet opens it."""
    text = CardsExporter().write(journey, BARE).decode("utf-8-sig")
    delimiter = ";" if journey.language == "es" else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def text_of(rows: Rows, delimiter: str = ",") -> str:
    """Return *rows* as a spreadsheet saves them."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().replace("\r\n", "\n")


def row_of(rows: Rows, id_: str) -> list[str]:
    return next(row for row in rows if row[COLUMNS["card_id"]] == id_)


def edit(rows: Rows, id_: str, **cells: str) -> int:
    """Put *cells* into the row of the card *id_*; return its number."""
    row = row_of(rows, id_)
    for key, value in cells.items():
        row[COLUMNS[key]] = value
    return rows.index(row) + 1


def new_row(rows: Rows, **cells: str) -> int:
    """Add a row without an id; return its number."""
    row = [""] * len(COLUMNS)
    for key, value in cells.items():
        row[COLUMNS[key]] = value
    rows.append(row)
    return len(rows)


def versions(*journeys: JourneyMap) -> Callable[[], Iterator[JourneyMap]]:
    return lambda: iter(journeys)


def read(
    text: str, *journeys: JourneyMap, number: int = 1000
) -> tuple[Edits, list[tuple[int | None, str, str]]]:
    """Return what was edited in a table, and (row, column, words) of what is wrong with it."""
    problems = Problems("cards.csv", talk("importing", journeys[0].language))
    sheet = card_sheet(read_rows(text, "cards.csv"))
    assert sheet is not None
    edits = Edits()
    try:
        edits = edits_of_table(sheet, versions(*journeys), number, problems)
        problems.refuse()
    except ImportRefusedError as error:
        return edits, [(found.row, found.column, found.text) for found in error.problems]
    return edits, []


def given(name: str, text: str | bytes, **more: Mapping[str, str]) -> Given:
    data = text if isinstance(text, bytes) else text.encode()
    form = {"json": "map", "csv": "table", "md": "page"}[name.rpartition(".")[2]]
    return Given(name, form, data, "" if form == "map" else data.decode())  # type: ignore[arg-type]
