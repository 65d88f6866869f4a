"""Rows of an Excel workbook (`.xlsx`): every visible sheet that has the first one's header."""

import datetime
import io
import warnings as python_warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from journeyai.errors import SourceError
from journeyai.sources.delimited import Row

#: Unpacked size above which a workbook is refused.  A second reads 2 MB of it; a sheet of 100,000 long reviews
#: has about 60 MB, and a file of 2 MB that unpacks to 600 MB is a trap.
MOST_UNPACKED_BYTES = 200_000_000

#: How an old `.xls`, and a workbook with a password, begins.
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and its rows that are not blank."""

    name: str
    rows: list[Row]


def is_workbook(data: bytes) -> bool:
    """Whether *data* is an Excel workbook of today's kind."""
    return data.startswith(b"PK") and b"xl/workbook" in data


def read_sheets(data: bytes, source: str) -> list[Sheet]:
    """Read the visible sheets that have anything in them, in the workbook's order.

    Raises:
        SourceError: it is of the old kind, has a password, is damaged or is too large.
    """
    if data.startswith(OLD_EXCEL):
        raise SourceError(
            f"`{source}` is an old Excel file, or one with a password, and cannot be read.",
            "Save it as .xlsx without a password, or as .csv.",
        )
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise SourceError(
                f"`{source}` unpacks to {unpacked / 1e6:.0f} MB, which is too much.",
                "Save it as .csv, or split it.",
            )
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # Missing styles and the like say nothing about the words.
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = []
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    continue
                sheet.reset_dimensions()  # Some exporters write a wrong size, and rows would be missing.
                rows = list(_rows(sheet.iter_rows(values_only=True)))
                if rows:
                    sheets.append(Sheet(sheet.title, rows))
            book.close()
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        OSError,
    ) as error:
        # openpyxl has no error of its own for a damaged file: these are what parsing one raises.
        detail = str(error).split("\n", 1)[0].strip("'\"")
        raise SourceError(
            f"`{source}` is a damaged Excel workbook and cannot be read ({detail}).",
            "Open it in Excel and save it anew.",
        ) from None
    return sheets


def _rows(values: Iterable[tuple[object, ...]]) -> Iterator[Row]:
    for number, row in enumerate(values, start=1):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield Row(number, tuple(cells))


def _cell(value: object) -> str:
    """Return a cell's value as the sheet shows it, near enough: whole numbers without a point, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
