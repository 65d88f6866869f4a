"""A text document with our styles, and what is put into it: headings, paragraphs, quotes, tables, fields.

Paragraphs are written as XML: the library looks styles and places up for every one, which takes minutes where a map has
thousands of cards.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from journeyai.export.office.package import region
from journeyai.export.office.paper_styles import set_styles
from journeyai.export.office.style import LINE, PAPER, SOFT
from journeyai.export.office.telling import Heard, Telling

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: A4, and what is left of it between the margins, in twentieths of a point.
_SHORT, _LONG, _MARGIN = Mm(210), Mm(297), Mm(20)
_TWIPS: Final = 635
_UPRIGHT: Final = (_SHORT - 2 * _MARGIN) // _TWIPS
_ACROSS: Final = (_LONG - 2 * _MARGIN) // _TWIPS
#: Headings that stand in the table of contents.
_LISTED: Final = 2


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph in one look.

    Attributes:
        text: clean.
        bold: of the letters.
        italic: of the letters.
        ink: their colour; empty for that of the paragraph's style.
        language: ISO 639-1, where it is not the document's.
        field: a field's instruction, such as `PAGE`; *text* is then what it shows until it is worked out again.
    """

    text: str
    bold: bool = False
    italic: bool = False
    ink: str = ""
    language: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its paragraphs, and the colour behind them."""

    paragraphs: Sequence[Sequence[Run]]
    ground: str = ""


def cell(text: str, *, bold: bool = False, italic: bool = False, ink: str = "", ground: str = "") -> Cell:
    """Return a cell of one paragraph in one look."""
    return Cell([[Run(text, bold, italic, ink)]], ground)


class Paper:
    """The document of one map."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.language = region(telling.words.language)
        self._file: Any = Document()
        self._say = telling.talk.say
        self._headings: list[tuple[int, str, str]] = []
        self._tables = 0
        self._contents: Any = None
        self._room = _UPRIGHT
        self._strip()
        set_styles(self._file, self.language)
        self._first_section()

    def _strip(self) -> None:
        """Take what only the library's template has: a second set of styles, somebody's custom part."""
        rels = self._file.part.rels
        for key in [
            key for key, one in rels.items() if one.reltype.endswith(("/stylesWithEffects", "/customXml"))
        ]:
            del rels[key]
        body = self._file.element.body
        for element in list(body):
            if element.tag != qn("w:sectPr"):
                body.remove(element)

    def _first_section(self) -> None:
        section = self._file.sections[0]
        section.page_width, section.page_height = _SHORT, _LONG
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
        section.different_first_page_header_footer = True
        self._footer(section)

    def _footer(self, section: Any) -> None:
        """Write the map's title and the page's number, one at either end of the line that the page leaves."""
        footer = section.footer
        footer.is_linked_to_previous = False
        for paragraph in list(footer.paragraphs):
            paragraph._p.getparent().remove(paragraph._p)
        before, _, rest = self._say("page_of", page="\0", pages="\1").partition("\0")
        between, _, after = rest.partition("\1")
        runs = [
            Run(f"{self.telling.title[:90]}\t{before}"),
            Run("1", field="PAGE"),
            Run(between),
            Run("1", field="NUMPAGES"),
            Run(after),
        ]
        stop = f'<w:tabs><w:tab w:val="right" w:pos="{self._room}"/></w:tabs>'
        footer._element.append(self._parsed("Footer", runs, stop))

    def _parsed(
        self, style: str, runs: Iterable[Run], extra: str = "", before: str = "", after: str = ""
    ) -> Any:
        inner = "".join(map(self._run, runs))
        return parse_xml(
            f'<w:p {_W}><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{before}{inner}{after}</w:p>'
        )

    def _run(self, run: Run) -> str:
        look = "<w:b/>" * run.bold + "<w:i/>" * run.italic
        look += f'<w:color w:val="{run.ink}"/>' if run.ink else ""
        if run.language and region(run.language) != self.language:
            look += f"<w:lang w:val={quoteattr(region(run.language))}/>"
        look = f"<w:rPr>{look}</w:rPr>" if look else ""
        text = escape(run.text).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
        shown = f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'
        return f"<w:fldSimple w:instr={quoteattr(run.field)}>{shown}</w:fldSimple>" if run.field else shown

    def _append(self, element: Any) -> None:
        self._file.element.body[-1].addprevious(element)

    def text(self, style: str, *runs: Run | str, kept: bool = False) -> None:
        """Add a paragraph in the style of that id; nothing where there is no text.

        Args:
            style: its id.
            *runs: the text, part by part.
            kept: on the page of what follows.
        """
        found = [Run(run) if isinstance(run, str) else run for run in runs]
        if any(run.text.strip() for run in found):
            self._append(self._parsed(style, found, "<w:keepNext/>" * kept))

    def heading(self, level: int, text: str, *, new_page: bool = False) -> None:
        """Add a heading; those of the first two levels stand in the table of contents."""
        name = f"_Toc{len(self._headings) + 1:08}"
        before = after = ""
        if level <= _LISTED:
            self._headings.append((level, text, name))
            number = len(self._headings)
            before = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
            after = f'<w:bookmarkEnd w:id="{number}"/>'
        extra = "<w:pageBreakBefore/>" if new_page else ""
        self._append(self._parsed(f"Heading{level}", [Run(text)], extra, before, after))

    def quote(self, heard: Heard, *, kept: bool = False) -> None:
        """Add a quote and who said it, and where it stands; *kept* on the page of what follows."""
        against = self.telling.words.phrase("against") + ": " if heard.against else ""
        style = "QuoteAgainst" if heard.against else "Quote"
        where = Run(f" — {heard.where}", ink=SOFT)
        words = Run(heard.text, italic=True, language=heard.language)
        runs = [Run(against, bold=True), words, where] if against else [words, where]
        self.text(style, *runs, kept=kept)

    def contents(self) -> None:
        """Leave room for the table of contents, which is written when all headings are known."""
        self.text("TOCHeading", self._say("contents"))
        self._contents = self._parsed("TOC1", [])
        self._append(self._contents)

    def _write_contents(self) -> None:
        """Links to every heading, in a field: Word adds the pages' numbers when it is asked to update it.

        Which page a heading is on, no program of ours knows; and a document that asks Word to find out on opening it
        makes Word ask the reader a question about files that are not there.
        """
        place = self._contents
        for number, (level, text, name) in enumerate(self._headings):
            link = f'<w:hyperlink w:anchor="{name}" w:history="1">{self._run(Run(text))}</w:hyperlink>'
            before = _FIELD_BEGIN if number == 0 else ""
            after = _FIELD_END if number == len(self._headings) - 1 else ""
            place.addprevious(self._parsed(f"TOC{level}", [], after=before + link + after))
        place.getparent().remove(place)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        parts: Sequence[float],
        *,
        caption: str,
        about: str,
        small: bool = False,
    ) -> None:
        """Add a table with a caption above it; its first row comes again on every page.

        Args:
            head: of the columns.
            rows: below it.
            parts: how the width is shared out.
            caption: numbered by Word.
            about: what it shows, for who does not see it.
            small: letters, where there are many columns.
        """
        self._tables += 1
        number = Run(str(self._tables), field="SEQ Table \\* ARABIC")
        self.text("Caption", Run(f"{self._say('table')} "), number, Run(f". {caption}"))
        widths = [int(self._room * part / sum(parts)) for part in parts]
        style = "TableSmall" if small else "TableText"
        header = [Cell([[Run(name, bold=True)]], PAPER) for name in head]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        lines = [self._row(header, widths, style, header=True)]
        lines += [self._row(row, widths, style) for row in rows]
        self._append(
            parse_xml(
                f'<w:tbl {_W}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
                f'{_BORDERS}<w:tblLayout w:type="fixed"/>{_MARGINS}<w:tblLook w:val="0020" w:firstRow="1" '
                f'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
                f"<w:tblCaption w:val={quoteattr(caption)}/><w:tblDescription w:val={quoteattr(about)}/></w:tblPr>"
                f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
            )
        )
        self._append(self._parsed("AfterTable", []))

    def _row(self, cells: Sequence[Cell], widths: Sequence[int], style: str, *, header: bool = False) -> str:
        found = []
        for one, width in zip(cells, widths, strict=True):
            ground = f'<w:shd w:val="clear" w:color="auto" w:fill="{one.ground}"/>' if one.ground else ""
            inner = "".join(
                f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(map(self._run, runs))}</w:p>'
                for runs in one.paragraphs
            )
            found.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{ground}</w:tcPr>{inner}</w:tc>')
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * header}</w:trPr>{''.join(found)}</w:tr>"

    def turn(self, *, landscape: bool) -> None:
        """Begin a new page, lying or upright."""
        section = self._file.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
        section.different_first_page_header_footer = False
        self._room = _ACROSS if landscape else _UPRIGHT
        self._footer(section)

    def drawing(self, element: Any, caption: str) -> None:
        """Add a paragraph that holds a drawing, and a numbered caption under it."""
        paragraph = self._parsed("Figure", [])
        paragraph.append(element)
        self._append(paragraph)
        self.text(
            "Caption",
            Run(f"{self._say('figure')} "),
            Run("1", field="SEQ Figure \\* ARABIC"),
            Run(f". {caption}"),
        )

    @property
    def file(self) -> Any:
        """The library's document, for what has parts of its own."""
        return self._file

    def saved(self) -> bytes:
        """Return the file."""
        if self._contents is not None:
            self._write_contents()
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()


_FIELD_BEGIN: Final = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u '
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
_FIELD_END: Final = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS: Final = (
    "<w:tblBorders>"
    + "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for side in _SIDES)
    + "</w:tblBorders>"
)
_MARGINS: Final = (
    '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
)
