"""The styles of the report: Word's own where it has one, so that navigation, contents and themes know them."""

from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from journeyai.export.office.style import ACCENT, BAD, DOUBT, DOUBT_WASH, FONT, INK, LINE, SOFT

#: Id → name, built on, size, colour, bold, italic, space before, space after, indent in millimetres.
_Look = tuple[str, str, float, str, bool, bool, float, float, float]
_LOOKS: Final[dict[str, _Look]] = {
    "Normal": ("Normal", "", 10.5, INK, False, False, 0, 6, 0),
    "Title": ("Title", "Normal", 30, INK, True, False, 4, 8, 0),
    "Subtitle": ("Subtitle", "Normal", 14, SOFT, False, False, 0, 14, 0),
    "Heading1": ("Heading 1", "Normal", 20, ACCENT, True, False, 22, 8, 0),
    "Heading2": ("Heading 2", "Normal", 15, INK, True, False, 18, 4, 0),
    "Heading3": ("Heading 3", "Normal", 10.5, ACCENT, True, False, 12, 3, 0),
    "Heading4": ("Heading 4", "Normal", 11.5, INK, True, False, 8, 1, 0),
    "Caption": ("Caption", "Normal", 9, SOFT, True, False, 8, 4, 0),
    "ListBullet": ("List Bullet", "Normal", 10.5, INK, False, False, 0, 3, 0),
    "Quote": ("Quote", "Normal", 10.5, INK, False, False, 2, 4, 6),
    "QuoteAgainst": ("Quote Against", "Quote", 10.5, INK, False, False, 2, 4, 6),
    "Footer": ("Footer", "Normal", 8.5, SOFT, False, False, 0, 0, 0),
    "TOCHeading": ("TOC Heading", "Normal", 13, ACCENT, True, False, 16, 6, 0),
    "TOC1": ("toc 1", "Normal", 10.5, INK, True, False, 4, 2, 0),
    "TOC2": ("toc 2", "Normal", 10.5, SOFT, False, False, 0, 1, 6),
    "Kicker": ("Kicker", "Normal", 10.5, ACCENT, True, False, 0, 0, 0),
    "CardFacts": ("Card Facts", "Normal", 9.5, SOFT, False, False, 0, 3, 0),
    "Assumption": ("Assumption", "Heading 4", 11.5, DOUBT, True, False, 8, 1, 3),
    "NoEvidence": ("No Evidence", "Normal", 10.5, SOFT, False, True, 4, 6, 0),
    "Remark": ("Remark", "Normal", 9.5, SOFT, False, True, 0, 6, 6),
    "TableText": ("Table Text", "Normal", 9.5, INK, False, False, 0, 1, 0),
    "TableSmall": ("Table Small", "Normal", 8, INK, False, False, 0, 1, 0),
    "AfterTable": ("After Table", "Normal", 6, INK, False, False, 0, 4, 0),
    "Figure": ("Figure", "Normal", 10.5, INK, False, False, 4, 2, 0),
}
#: Stay on the page of what follows.
_KEPT: Final = ("Heading1", "Heading2", "Heading3", "Heading4", "Assumption", "Figure", "TOCHeading")
#: A table's caption stands above it, the figure's under it; both are kept by their neighbours.
_BAR: Final = {"Quote": LINE, "QuoteAgainst": BAD}


def set_styles(file: Any, language: str) -> None:
    """Give *file* our styles and *language*, and take away the styles of the template that nothing here uses."""
    styles = file.styles
    _drop_table_styles(styles)
    for id_, look in _LOOKS.items():
        _set(styles, id_, look)
    for id_ in _KEPT:
        _style(styles, id_).paragraph_format.keep_with_next = True
    _style(styles, "Caption").paragraph_format.keep_with_next = True
    for id_, colour in _BAR.items():
        _bar(_style(styles, id_), colour)
    _bar(_style(styles, "Assumption"), DOUBT)
    _ground(_style(styles, "Assumption"), DOUBT_WASH)
    _style(styles, "Footer").paragraph_format.tab_stops.clear_all()
    _language(file, language)


def _style(styles: Any, id_: str) -> Any:
    return next(style for style in styles if style.style_id == id_)


def _drop_table_styles(styles: Any) -> None:
    for style in list(styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.style_id not in {"TableNormal", "TableGrid"}:
            style.delete()


def _set(styles: Any, id_: str, look: _Look) -> None:
    name, based, size, colour, bold, italic, before, after, indent = look
    found = next((style for style in styles if style.style_id == id_), None)
    if found is None:
        found = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc "))
        found.element.set(qn("w:styleId"), id_)
    if based:
        found.base_style = _style(styles, based.replace(" ", ""))
    found.hidden, found.quick_style = False, True
    font = found.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
    font.color.rgb = RGBColor.from_string(colour)
    _letters(found.element)
    layout = found.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.left_indent = layout.right_indent = Mm(indent) if indent else None
    layout.line_spacing = 1.0 if id_.startswith("Table") else 1.12
    for name in ("w:spacing", "w:kern"):
        if (odd := found.element.rPr.find(qn(name))) is not None:
            found.element.rPr.remove(odd)
    borders = found.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        found.element.pPr.remove(borders)


def _letters(style: Any) -> None:
    """Name our letters for every script; a theme's would win over them."""
    fonts = style.rPr.find(qn("w:rFonts"))
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _bar(style: Any, colour: str) -> None:
    layout = style.element.get_or_add_pPr()
    border = parse_xml(
        '<w:pBdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:left w:val="single" w:sz="18" w:space="8" w:color="{colour}"/></w:pBdr>'
    )
    _insert(
        layout,
        border,
        (
            "pStyle",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "framePr",
            "widowControl",
            "numPr",
            "suppressLineNumbers",
        ),
    )


def _ground(style: Any, colour: str) -> None:
    shade = parse_xml(
        '<w:shd xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'w:val="clear" w:color="auto" w:fill="{colour}"/>'
    )
    style.element.pPr.find(qn("w:pBdr")).addnext(shade)


def _insert(layout: Any, element: Any, after: tuple[str, ...]) -> None:
    """The schema asks for an order; put *element* behind those that go before it."""
    names = {qn(f"w:{name}") for name in after}
    place = sum(child.tag in names for child in layout)
    layout.insert(place, element)


def _language(file: Any, language: str) -> None:
    for element in file.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), language)
    settings = file.settings.element
    for element in settings.iter(qn("w:themeFontLang")):
        element.set(qn("w:val"), language)
