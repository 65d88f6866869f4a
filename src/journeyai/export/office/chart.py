"""The emotion curve as a chart that Office draws: its points are figures in a sheet behind it, and can be edited."""

from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from journeyai.export.office.measure import fitted
from journeyai.export.office.style import ACCENT, BAD, FONT, GOOD, INK, LINE, SOFT, STAR, WHITE
from journeyai.export.office.telling import Telling
from journeyai.export.reading import Point, Reading

#: Personas drawn beside everyone; with more of them no line can be told from its neighbours.
MOST_PERSONAS: Final = 5
#: Stages on one chart; more of them cannot be labelled.
MOST_STAGES: Final = 24
#: English metric units in a point.
_EMU: Final = 12_700
#: Of each persona's line: colour and dashes, so that they differ without colour too.
_LINES: Final = (
    ("9C2777", MSO_LINE.DASH),
    ("0B6E63", MSO_LINE.ROUND_DOT),
    ("744B00", MSO_LINE.LONG_DASH_DOT),
    ("C24E00", MSO_LINE.LONG_DASH),
    ("4D4D4D", MSO_LINE.DASH_DOT),
)


def chart_data(telling: Telling, width: float, size: float) -> Any:
    """Return stages and feelings: everyone, then the personas in their order; names cut to what the *width* holds."""
    data = CategoryChartData(number_format='+0.0;"−"0.0;0.0')
    points = telling.points[:MOST_STAGES]
    data.categories = _categories(telling, width, size)
    data.add_series(telling.words.phrase("curve_all"), _values(points))
    for name, values in _personas(telling):
        data.add_series(name, values)
    return data


def _categories(telling: Telling, width: float, size: float) -> list[str]:
    """Return the stages' names in two lines each: longer ones would take the room of the curve."""
    names = [telling.stage_name(point.stage) for point in telling.points[:MOST_STAGES]]
    room = 0.88 * width / max(1, len(names))
    return [fitted(name, room, 2, size, lambda words: " …")[0] for name in names]


def _personas(telling: Telling) -> list[tuple[str, list[float | None]]]:
    found = []
    for persona in telling.journey.personas:
        points = Reading(telling.journey, persona).curve()[:MOST_STAGES]
        if sum(point.valence is not None for point in points) > 1:
            name, _ = fitted(telling.persona_name(persona), 180, 1, 12, lambda words: " …")
            found.append((name, _values(points)))
    return found[:MOST_PERSONAS] if len(telling.journey.personas) > 1 else []


def chart_key(telling: Telling) -> str:
    """Return how to read the chart: its scale, its marks, and how many personas are not on it."""
    missing = len(telling.journey.personas) - len(_personas(telling))
    told = [telling.words.phrase("curve_key"), telling.talk.say("curve_marks")]
    return " · ".join([*told, *([telling.talk.say("curve_more", n=missing)] if missing else [])])


def _values(points: list[Point]) -> list[float | None]:
    return [None if point.valence is None else round(point.valence, 2) + 0.0 for point in points]


def description(telling: Telling) -> str:
    """Return what the chart shows, in words, for who does not see it."""
    told = "; ".join(
        f"{telling.stage_name(point.stage)}: {telling.feeling(point)}" for point in telling.points
    )
    return " ".join(part for part in (telling.words.phrase("curve_key"), f"{told}.", telling.ends()) if part)


def add_chart(
    slide: Slide, telling: Telling, left: int, top: int, width: int, height: int, *, size: float
) -> Any:
    """Draw the curve on *slide* and return its frame.

    Args:
        slide: to draw on.
        telling: the map.
        left: in English metric units, as all that follow.
        top: of the frame.
        width: of the frame.
        height: of the frame.
        size: of the letters, in points.
    """
    frame: Any = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS,
        Emu(left),
        Emu(top),
        Emu(width),
        Emu(height),
        chart_data(telling, width / _EMU, size),
    )
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(size), FONT
    chart.font.color.rgb = RGBColor.from_string(INK)
    chart.has_title = False
    chart.has_legend = len(chart.plots[0].series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False
    _axes(chart, telling)
    for number, series in enumerate(chart.plots[0].series):
        series.smooth = False
        if number:
            _persona_line(series, *_LINES[number - 1])
        else:
            _main_line(series, telling, size)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", description(telling))
    return frame


def _axes(chart: Any, telling: Telling) -> None:
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale, value.maximum_scale, value.major_unit = -2, 2, 1
    value.has_title = True
    # Written up the axis: what is up is good.
    words = telling.words
    value.axis_title.text_frame.text = f"{words.phrase('bad')}  −2 … +2  {words.phrase('good')}"
    run = value.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.bold, run.font.color.rgb = False, RGBColor.from_string(SOFT)
    value.major_gridlines.format.line.color.rgb = RGBColor.from_string(LINE)
    value.major_gridlines.format.line.width = Pt(0.75)
    value.format.line.fill.background()
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = '+0;"−"0;0', False
    # Else the stages' names stand on the line of zero, across the curve.
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.format.line.color.rgb = RGBColor.from_string(SOFT)
    category.format.line.width = Pt(1.25)


def _main_line(series: Any, telling: Telling, size: float) -> None:
    series.format.line.width = Pt(3)
    series.format.line.color.rgb = RGBColor.from_string(ACCENT)
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 11
    _paint(series.marker, ACCENT)
    for number, point in enumerate(telling.points[:MOST_STAGES]):
        if point.valence is None:
            continue
        dot = series.points[number]
        star = point.stage.moment_of_truth
        dot.marker.style = XL_MARKER_STYLE.DIAMOND if star else XL_MARKER_STYLE.CIRCLE
        dot.marker.size = 16 if star else 11
        _paint(dot.marker, STAR if star else BAD if point.valence < 0 else GOOD)
    labels = series.data_labels
    labels.show_value, labels.position = True, XL_LABEL_POSITION.ABOVE
    labels.number_format, labels.number_format_is_linked = '+0.0;"−"0.0;0.0', False
    labels.font.size, labels.font.bold = Pt(size + 2), True
    labels.font.color.rgb = RGBColor.from_string(INK)
    # A ground behind the figures, so that no line runs through them.
    place = labels._element.find(qn("c:txPr"))
    place.addprevious(
        parse_xml(
            '<c:spPr xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
            'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            f'<a:solidFill><a:srgbClr val="{WHITE}"/></a:solidFill></c:spPr>'
        )
    )


def _persona_line(series: Any, colour: str, dashes: Any) -> None:
    series.format.line.width = Pt(1.75)
    series.format.line.color.rgb = RGBColor.from_string(colour)
    series.format.line.dash_style = dashes
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 6
    _paint(series.marker, colour)


def _paint(marker: Any, colour: str) -> None:
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = RGBColor.from_string(colour)
    marker.format.line.color.rgb = RGBColor.from_string(WHITE)
