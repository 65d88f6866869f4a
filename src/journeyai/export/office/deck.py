"""An empty presentation in our format, and what is put on its slides: text, boxes, tables, notes.

Every text is measured before it is written: PowerPoint does not shrink what runs over.  All sizes and places are in
points; a slide is 960 × 540 of them.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Pt

from journeyai.export.office.layouts import EDGE, LEAST, ROOM, add_footer, set_up
from journeyai.export.office.measure import LEADING, fitted
from journeyai.export.office.package import region
from journeyai.export.office.style import ACCENT, INK, LINE, PAPER, WHITE
from journeyai.export.office.telling import Telling

#: Characters of notes on a slide; what does not fit is counted.
MOST_NOTES: Final = 30_000
_PAD: Final = 9


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph on a slide.

    Attributes:
        text: one line, clean.
        size: of the letters, at least `LEAST`.
        bold: of the letters.
        italic: of the letters; for quotes.
        ink: their colour.
        lines: how many of them it may take; what does not fit is cut and counted.
        space: before it.
        language: ISO 639-1, where it is not the map's: a quote's.
    """

    text: str
    size: float = LEAST
    bold: bool = False
    italic: bool = False
    ink: str = INK
    lines: int = 1
    space: float = 0
    language: str = ""


@dataclass
class Page:
    """A slide that is being filled, and the texts that did not fit on it whole."""

    slide: Slide
    notes: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


class Deck:
    """The presentation of one map."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self._say = telling.talk.say
        self._file: Any = Presentation()
        self._language = region(telling.words.language)
        self._pages: list[Page] = []
        set_up(self._file, self._language)

    def add(self, title: str, kicker: str = "", layout: str = "Title Only") -> Page:
        """Add a slide and return it; *title* stands in its title, for outline and screen readers."""
        slides = self._file.slides
        page = Page(slides.add_slide(next(one for one in self._file.slide_layouts if one.name == layout)))
        self._pages.append(page)
        if layout == "Title Only":
            self.write(page.slide.shapes.title, page, [Text(title, 26, bold=True)], ROOM, place=True)
            if kicker:
                self.text(page, EDGE, 30, ROOM, 18, [Text(kicker, LEAST, bold=True, ink=ACCENT)])
            add_footer(page.slide, self.telling.title, len(self._pages), self._language)
        return page

    def write(
        self, shape: Any, page: Page, texts: Sequence[Text], room: float, *, place: bool = False
    ) -> None:
        """Put *texts* into *shape*, cut to the lines each may take; `place` leaves the placeholder's own letters."""
        frame = shape.text_frame
        for number, one in enumerate(texts):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            shown, whole = fitted(one.text, room, one.lines, one.size, self._more, bold=one.bold)
            if not whole:
                page.cut.append(one.text)
            run = paragraph.add_run()
            run.text = shown
            run._r.get_or_add_rPr().set("lang", region(one.language) if one.language else self._language)
            if place:
                continue
            run.font.size, run.font.bold, run.font.italic = Pt(one.size), one.bold or None, one.italic or None
            run.font.color.rgb = RGBColor.from_string(one.ink)
            if one.space:
                paragraph.space_before = Pt(one.space)

    def _more(self, words: int) -> str:
        return f" … {self._say('cut_words', n=words)}"

    def text(
        self,
        page: Page,
        left: float,
        top: float,
        width: float,
        height: float,
        texts: Sequence[Text],
        **more: Any,
    ) -> Any:
        """Add text without a ground."""
        shape = page.slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
        _frame(shape.text_frame, pad=0, **more)
        self.write(shape, page, texts, width)
        return shape

    def box(
        self,
        page: Page,
        place: tuple[float, float, float, float],
        texts: Sequence[Text],
        *,
        fill: str = WHITE,
        edge: str = LINE,
        bar: str = "",
        dashed: bool = False,
        name: str = "",
        about: str = "",
        pad_across: float = _PAD,
        **more: Any,
    ) -> None:
        """Add a box of text: left, top, width, height; a *bar* of colour at its left, in a group with it, if named."""
        left, top, width, height = place
        shapes = page.slide.shapes.add_group_shape().shapes if bar else page.slide.shapes
        shape = shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(left), Pt(top), Pt(width), Pt(height))
        _plain(shape, fill, edge, dashed=dashed)
        indent = 5 if bar else 0
        _frame(shape.text_frame, pad=min(_PAD, height / 8), **more)
        shape.text_frame.margin_left, shape.text_frame.margin_right = Pt(pad_across + indent), Pt(pad_across)
        self.write(shape, page, texts, width - 2 * pad_across - indent)
        named: Any = shape
        if bar:
            strip = shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(left), Pt(top), Pt(5), Pt(height))
            _plain(strip, bar, bar)
            named = shapes._element
            strip.name = f"{name} – bar" if name else "bar"
        properties = named.nvGrpSpPr.cNvPr if bar else shape._element.nvSpPr.cNvPr
        if name:
            properties.set("name", name)
        if about:
            properties.set("descr", about)

    def table(
        self,
        page: Page,
        top: float,
        widths: Sequence[float],
        rows: Sequence[Sequence[Sequence[Text]]],
        heights: Sequence[float],
        *,
        grounds: Sequence[Sequence[str]] = (),
        name: str,
        about: str,
    ) -> None:
        """Add a table whose first row is its header.

        Args:
            page: to add it to.
            top: where it begins.
            widths: of its columns.
            rows: the paragraphs of every cell.
            heights: of its rows.
            grounds: the colour behind every cell; white where there is none.
            name: of the table, in the list of a slide's objects.
            about: what it shows, for who does not see it.
        """
        size = (Pt(EDGE), Pt(top), Pt(sum(widths)), Pt(sum(heights)))
        frame = page.slide.shapes.add_table(len(rows), len(widths), *size)
        properties = frame._element.nvGraphicFramePr.cNvPr
        properties.set("name", name)
        properties.set("descr", about)
        table: Any = frame.table
        table.horz_banding = False
        # The plain style "No Style, Table Grid"; the default one paints headers in the theme's colour.
        table._tbl.tblPr.find(qn("a:tableStyleId")).text = "{5940675A-B579-460E-94D1-54222C63F5DA}"
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Pt(width)
        for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
            table.rows[number].height = Pt(height)
            for place, texts in enumerate(row):
                ground = grounds[number][place] if grounds else (PAPER if number == 0 else WHITE)
                self._cell(page, table.cell(number, place), texts, widths[place], ground)

    def _cell(self, page: Page, cell: Any, texts: Sequence[Text], width: float, ground: str) -> None:
        cell.margin_left = cell.margin_right = Pt(5)
        cell.margin_top = cell.margin_bottom = Pt(3)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE if len(texts) == 1 else MSO_ANCHOR.TOP
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(ground)
        _borders(cell._tc.get_or_add_tcPr())
        self.write(cell, page, texts, width - 10)

    def note(self, page: Page, lines: Iterable[str]) -> None:
        """Add *lines* to what the speaker sees."""
        page.notes += [line for line in lines if line]

    def saved(self) -> bytes:
        """Return the file, its notes written."""
        for page in self._pages:
            self._write_notes(page)
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()

    def _write_notes(self, page: Page) -> None:
        """Whatever was cut comes first, whole; then the rest, up to a bound, with a count of what is left out."""
        lines = [self._say("cut_whole"), *dict.fromkeys(page.cut)] if page.cut else []
        lines += page.notes
        if not lines:
            return
        kept, used = 0, 0
        for line in lines:
            if used + len(line) > MOST_NOTES and kept:
                break
            used += len(line)
            kept += 1
        if kept < len(lines):
            lines = [*lines[:kept], self._say("notes_more", n=len(lines) - kept)]
        frame: Any = page.slide.notes_slide.notes_text_frame
        frame.text = "\n".join(lines)
        for run in frame._txBody.iter(qn("a:rPr")):
            run.set("lang", self._language)


def height_of(texts: Iterable[Text]) -> float:
    """Return how high *texts* are when each takes all its lines."""
    return sum(one.lines * one.size * LEADING + one.space for one in texts)


def _frame(frame: Any, *, pad: float, anchor: Any = MSO_ANCHOR.TOP, align: Any = PP_ALIGN.LEFT) -> None:
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(pad)
    frame.vertical_anchor = anchor
    frame.paragraphs[0].alignment = align


def _plain(shape: Any, fill: str, edge: str, *, dashed: bool = False) -> None:
    # The theme's style of shapes brings a shadow along, whatever is said of shadows beside it.
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(fill)
    shape.line.color.rgb = RGBColor.from_string(edge)
    shape.line.width = Pt(1.5 if dashed else 0.75)
    if dashed:
        from pptx.enum.dml import MSO_LINE

        shape.line.dash_style = MSO_LINE.DASH


def _borders(properties: Any) -> None:
    """A thin line around a cell; the order of the sides, before the cell's fill, is the schema's."""
    for number, side in enumerate(("L", "R", "T", "B")):
        line = parse_xml(
            f'<a:ln{side} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="9525">'
            f'<a:solidFill><a:srgbClr val="{LINE}"/></a:solidFill></a:ln{side}>'
        )
        properties.insert(number, line)
