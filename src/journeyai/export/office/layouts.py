"""The slide in our format: its size, its places, its letters, made of the library's template.

Places and sizes are in points; a slide is 960 × 540 of them.
"""

import re
from copy import deepcopy
from typing import Any, Final

from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Pt

from journeyai.export.office.measure import fitted
from journeyai.export.office.style import FONT, SOFT

WIDTH: Final = 960
HEIGHT: Final = 540
#: Left and right of everything.
EDGE: Final = 42
ROOM: Final = WIDTH - 2 * EDGE
#: Where the title ends and the slide's own content may begin, and where it has to end.
TOP: Final = 100
BOTTOM: Final = 500
#: Nothing on a slide is smaller: it is read from the back of a room.
LEAST: Final = 12
_LAYOUTS: Final = ("Title Slide", "Title Only")
#: Of the layouts' placeholders: left, top, width, height.
_PLACES: Final = {
    ("Title Slide", 0): (EDGE + 18, 150, 780, 120),
    ("Title Slide", 1): (EDGE + 18, 276, 780, 40),
}
_MASTER_PLACES: Final = {
    "TITLE": (EDGE, 46, ROOM, 44),
    "BODY": (EDGE, TOP, ROOM, BOTTOM - TOP),
    "DATE": (WIDTH - EDGE - 200, 506, 120, 22),
    "FOOTER": (EDGE, 506, 600, 22),
    "SLIDE_NUMBER": (WIDTH - EDGE - 72, 506, 72, 22),
}


def set_up(file: Any, language: str) -> None:
    """Make of the library's template a wide one with our letters: master, and the two layouts that are used."""
    file.slide_width, file.slide_height = Pt(WIDTH), Pt(HEIGHT)
    for layout in list(file.slide_layouts):
        if layout.name not in _LAYOUTS:
            file.slide_layouts.remove(layout)
    master = file.slide_master
    for shape in master.placeholders:
        _put(shape, _MASTER_PLACES[shape.placeholder_format.type.name])
    for layout in file.slide_layouts:
        for shape in layout.placeholders:
            place = _PLACES.get((layout.name, shape.placeholder_format.idx))
            if place:
                _put(shape, place)
            else:
                found = shape._element.spPr.find(qn("a:xfrm"))
                if found is not None:
                    shape._element.spPr.remove(found)
    _letters(master)
    for element in (file.part._element, master._element, *(one._element for one in file.slide_layouts)):
        for properties in element.iter(qn("a:rPr"), qn("a:endParaRPr"), qn("a:defRPr")):
            if properties.get("lang"):
                properties.set("lang", language)


def _put(shape: Any, place: tuple[float, float, float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(value) for value in place)


def _letters(master: Any) -> None:
    """Titles to the left and in ink; everything in them at the top."""
    styles = master._element.find(qn("p:txStyles"))
    level = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    level.set("algn", "l")
    letters = level.find(qn("a:defRPr"))
    letters.set("sz", "2600")
    letters.set("b", "1")
    for shape in master.placeholders:
        kind = shape.placeholder_format.type.name
        shape.text_frame.margin_left = shape.text_frame.margin_right = 0
        if kind == "TITLE":
            shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            shape.text_frame.auto_size = MSO_AUTO_SIZE.NONE
        if kind in {"DATE", "FOOTER", "SLIDE_NUMBER"}:
            for properties in shape._element.iter(qn("a:defRPr")):
                properties.set("sz", str(LEAST * 100))
                for fill in properties.findall(qn("a:solidFill")):
                    fill[:] = [parse_xml(_colour(SOFT))]
            for level in shape._element.iter(qn("a:lvl1pPr")):
                level.set("algn", "r" if kind == "SLIDE_NUMBER" else "l")


_DRAWING: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
#: Said on the slide itself: LibreOffice does not look for a footer's letters in the layout.
_FILL: Final = f'<a:solidFill {_DRAWING}><a:srgbClr val="{SOFT}"/></a:solidFill>'
_LATIN: Final = f'<a:latin {_DRAWING} typeface="{FONT}"/>'


def _colour(colour: str) -> str:
    return f'<a:srgbClr xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" val="{colour}"/>'


def add_footer(slide: Slide, title: str, number: int, language: str) -> None:
    """Copy footer and number down from the layout: a new slide has neither, though its layout shows them."""
    layout: Any = slide.slide_layout
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type.name
        if kind not in {"FOOTER", "SLIDE_NUMBER"}:
            continue
        copy = deepcopy(shape._element)
        body = copy.find(qn("p:txBody"))
        for paragraph in body.findall(qn("a:p")):
            body.remove(paragraph)
        side = "r" if kind == "SLIDE_NUMBER" else "l"
        inner = (
            f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{language}"/>'
            f"<a:t>{number}</a:t></a:fld>"
            if kind == "SLIDE_NUMBER"
            else f'<a:r><a:rPr lang="{language}"/><a:t/></a:r>'
        )
        paragraph = parse_xml(
            f'<a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:pPr algn="{side}"/>{inner}</a:p>'
        )
        for letters in paragraph.iter(qn("a:rPr")):
            letters.set("sz", str(LEAST * 100))
            letters.append(parse_xml(_FILL))
            letters.append(parse_xml(_LATIN))
        if kind == "FOOTER":
            text, _ = fitted(title, 590, 1, LEAST, lambda words: " …")
            paragraph.find(".//" + qn("a:t")).text = text
        body.append(paragraph)
        tree: Any = slide.shapes._spTree
        copy.nvSpPr.cNvPr.set(
            "id", str(max(int(one) for one in tree.xpath("//@id") if re.fullmatch(r"\d+", one)) + 1)
        )
        tree.append(copy)
