"""The emotion curve in the report: the same chart as on the slides, with its sheet of figures behind it."""

from typing import Any, Final
from xml.sax.saxutils import quoteattr

from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from pptx import Presentation

from journeyai.export.office.chart import add_chart, chart_key, description
from journeyai.export.office.paper import Paper
from journeyai.export.office.telling import Telling

#: In English metric units: the width between the margins, and a height that leaves room for the table.
_WIDTH: Final = 6_120_000
_HEIGHT: Final = 3_000_000
_CHART: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006"


def add_curve(paper: Paper, telling: Telling) -> None:
    """Add the curve, which Word draws and lets be edited, with its description for who does not see it."""
    deck: Any = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    drawn = add_chart(slide, telling, 0, 0, _WIDTH, _HEIGHT, size=9).chart.part
    package = paper.file.part.package
    sheet = Part(
        PackURI("/word/embeddings/Microsoft_Excel_Sheet1.xlsx"),
        _SHEET,
        drawn.chart_workbook.xlsx_part.blob,
        package,
    )
    chart = Part(PackURI("/word/charts/chart1.xml"), _CHART, drawn.blob, package)
    # The chart names its sheet by the relation's id, the first in both files.
    chart.relate_to(sheet, f"{_OFFICE}/package")
    id_ = paper.file.part.relate_to(chart, f"{_OFFICE}/chart")
    name = quoteattr(telling.words.phrase("curve"))
    paper.drawing(
        parse_xml(
            '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:drawing>'
            f'<wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/>'
            f'<wp:docPr id="1" name={name} descr={quoteattr(description(telling))}/><wp:cNvGraphicFramePr/>'
            f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/chart">'
            f'<c:chart xmlns:c="{_DRAWING}/chart" xmlns:r="{_OFFICE}" r:id="{id_}"/>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        ),
        f"{telling.words.phrase('curve')}: {chart_key(telling)}",
    )
