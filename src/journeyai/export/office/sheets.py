"""Worksheets written so that text stays text: nothing from a source can become a formula, a link or an error."""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from journeyai.export.office.measure import lines
from journeyai.export.office.style import ACCENT, DOUBT, FONT, INK, LINE, PAPER, SOFT
from journeyai.export.office.telling import clean
from journeyai.export.spreadsheet import MOST_CHARS

#: What Excel, where somebody edits the cell, would take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'", '"=')
#: Excel reads this as a character by its number; its own way of saying that it is meant as it stands.
_CODE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
#: Excel allows so many links on a sheet.
MOST_LINKS: Final = 60_000
#: Points in a unit of a column's width; the size of the letters; the widest of them, nearly; lines in the highest row.
_LETTER: Final = 5.25
_SIZE: Final = 10
_WIDEST: Final = 8.5
_MOST_LINES: Final = 31


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Attributes:
        name: its heading.
        width: in letters of the usual size.
        style: of its cells, one of `STYLES`.
    """

    name: str
    width: float
    style: str = "Text"


_LINE: Final = Side(style="thin", color=LINE)
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_RIGHT: Final = Alignment(vertical="top", horizontal="right")
#: Name → letters, alignment, whether in a box, colour behind, format of numbers.
STYLES: Final[dict[str, tuple[Font, Alignment, bool, str, str]]] = {
    "Heading": (Font(FONT, 16, bold=True, color=INK), Alignment(vertical="center"), False, "", "General"),
    "Kicker": (Font(FONT, 10, bold=True, color=ACCENT), Alignment(vertical="center"), False, "", "General"),
    "Head": (Font(FONT, 10, bold=True, color=INK), _TOP, True, PAPER, "General"),
    "Label": (Font(FONT, 10, bold=True, color=INK), _TOP, True, PAPER, "General"),
    "Text": (Font(FONT, 10, color=INK), _TOP, True, "", "@"),
    "Strong": (Font(FONT, 10, bold=True, color=INK), _TOP, True, "", "@"),
    "Said": (Font(FONT, 10, italic=True, color=INK), _TOP, True, "", "@"),
    "Soft": (Font(FONT, 10, italic=True, color=SOFT), _TOP, True, "", "@"),
    "Assumed": (Font(FONT, 10, bold=True, color=DOUBT), _TOP, True, "FDF0CF", "@"),
    "Link": (Font(FONT, 10, color=ACCENT, underline="single"), _TOP, True, "", "@"),
    "Number": (Font(FONT, 10, color=INK), _RIGHT, True, "", "0"),
    "Decimal": (Font(FONT, 10, color=INK), _RIGHT, True, "", "0.00"),
    "Plain": (Font(FONT, 10, color=INK), Alignment(vertical="top", wrap_text=True), False, "", "@"),
}


def book() -> Any:
    """Return an empty workbook that knows `STYLES`."""
    file = Workbook()
    file.remove(file.active)
    # What the columns' widths are counted in.
    file._named_styles["Normal"].font = Font(FONT, 10)
    for name, (font, alignment, boxed, ground, format_) in STYLES.items():
        style = NamedStyle(name=f"JourneyAI {name}", font=font, alignment=alignment, number_format=format_)
        if boxed:
            style.border = _BOX
        if ground:
            style.fill = PatternFill("solid", start_color=ground)
        file.add_named_style(style)
    return file


class Sheet:
    """A sheet that is being written, from the top down."""

    def __init__(self, file: Any, name: str, widths: Sequence[float], *, pages_across: int = 1) -> None:
        self.sheet: Any = file.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])
        self.name: str = self.sheet.title
        self.row = 0
        self._links = 0
        self._widths = widths
        self._lines = 1
        self._looks: dict[tuple[str, bool], Any] = {}
        for number, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        self.sheet.sheet_view.showGridLines = False
        self.sheet.page_setup.orientation, self.sheet.page_setup.paperSize = "landscape", 9
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self.sheet.page_setup.fitToWidth, self.sheet.page_setup.fitToHeight = pages_across, 0
        if pages_across > 1:
            self.sheet.print_title_cols = "A:A"
        self.sheet.oddFooter.center.text = "&A  ·  &P / &N"

    def put(self, column: int, value: object, style: str = "Text", *, ground: str = "", ink: str = "") -> Any:
        """Write *value* into the current row: a number as a number, everything else as text and never as a formula.

        Args:
            column: from 1.
            value: None leaves the cell empty.
            style: one of `STYLES`.
            ground: a colour behind it, instead of the style's.
            ink: a colour of its letters, instead of the style's.
        """
        cell = self.sheet.cell(self.row, column)
        text = ""
        if isinstance(value, int | float):
            cell.value = value
        elif value is not None:
            text = held(str(value))
            if text:
                cell.value = text
                cell.data_type = "s"
                self._grow(column, text, style)
        self._dress(cell, style, text.startswith(_FORMULA))
        if ground or ink:
            # Cells of one look share it, until one of them is given a look of its own.
            cell._style = copy(cell._style)
        if ground:
            cell.fill = PatternFill("solid", start_color=ground)
        if ink:
            font = STYLES[style][0]
            cell.font = Font(FONT, font.size, bold=font.bold, italic=font.italic, color=ink)
        return cell

    def _grow(self, column: int, text: str, style: str) -> None:
        """Make the current row high enough for *text*: not every program does so by itself on opening a file."""
        if not STYLES[style][1].wrap_text:
            return
        room = self._widths[column - 1] * _LETTER - 6
        if len(text) * _WIDEST < room and "\n" not in text:
            return
        bold = STYLES[style][0].bold or False
        # No row is higher than so many lines; what is beyond them is never measured.
        parts = text.split("\n")[:_MOST_LINES]
        # More than that many letters fill the highest row, however narrow they are: no need to lay them out.
        most = int(_MOST_LINES * room / 2)
        found = sum(
            _MOST_LINES if len(part) > most else len(lines(part, room, _SIZE, bold=bold)) for part in parts
        )
        if found > self._lines:
            self._lines = min(found, _MOST_LINES)
            self.sheet.row_dimensions[self.row].height = 3 + self._lines * _SIZE * 1.28

    def _dress(self, cell: Any, style: str, quoted: bool) -> None:
        """Give *cell* its style; looked up once for every look, since the library takes long to."""
        known = self._looks.get((style, quoted))
        if known is None:
            cell.style = f"JourneyAI {style}"
            if quoted:
                # So that it stays text when somebody edits it and presses Enter.
                cell.quotePrefix = True
            self._looks[style, quoted] = cell._style
            return
        cell._style = known

    def next(self) -> int:
        """Go on to the next row and return its number."""
        self.row += 1
        self._lines = 1
        return self.row

    def link(self, column: int, sheet: str, row: int, about: str) -> None:
        """Make the cell at *column* of the current row lead to a row of another sheet."""
        if self._links >= MOST_LINKS:
            return
        self._links += 1
        cell = self.sheet.cell(self.row, column)
        quoted = sheet.replace("'", "''")
        place = f"'{quoted}'!A{row}"
        self._dress(cell, "Link", str(cell.value or "").startswith(_FORMULA))
        cell._hyperlink = Hyperlink(ref=cell.coordinate, location=place, tooltip=held(about)[:250])
        self.sheet._hyperlinks.append(cell._hyperlink)

    def table(self, columns: Sequence[Column]) -> None:
        """Write the headings of a table, which stay in sight and can be filtered by."""
        self.next()
        for number, column in enumerate(columns, 1):
            self.put(number, column.name, "Head")
        self.sheet.freeze_panes = self.sheet.cell(self.row + 1, 2)
        self.sheet.print_title_rows = f"{self.row}:{self.row}"

    def filtered(self, columns: int, head: int = 1) -> None:
        """Put a filter on the columns of the table whose headings stand in row *head*."""
        last = max(self.row, head)
        self.sheet.auto_filter.ref = f"A{head}:{get_column_letter(columns)}{last}"


def held(text: str) -> str:
    """Return *text* as a cell can hold it: visible, its lines kept, cut where it is too long."""
    kept = "\n".join(clean(line) for line in text.split("\n"))
    if len(kept) > MOST_CHARS:
        kept = f"{kept[:MOST_CHARS].rstrip()} […]"
    return _CODE.sub("_x005F_", kept)
