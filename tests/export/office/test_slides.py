import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt
from tests.export.office.large import large_map, with_words
from tests.sample_map import MAPS, english_map, hostile_map, spanish_map

from journeyai.export import Material, export
from journeyai.export.reading import Reading
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import JourneyMap, Judged


def slides(journey: JourneyMap, material: Material | None = None) -> Any:
    return Presentation(io.BytesIO(export(journey, "pptx", material or Material())))


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text) if slide.has_notes_slide else ""


def leaves(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type is not None and hasattr(shape, "shapes"):
            yield from leaves(shape.shapes)
        else:
            yield shape


def test_there_is_a_slide_for_each_thing_to_talk_about() -> None:
    found = titles(slides(english_map()))
    rows = [title for title in found if title.startswith("What stands where")]
    assert found == [
        english_map().title,
        "The map at a glance",
        "How it feels",
        *rows,
        *(persona.name for persona in english_map().personas),
        *(f"{stage.name}{' ★' if stage.moment_of_truth else ''}" for stage in english_map().stages),
        "Opportunities",
        "Not straight on",
        "Sources and method",
    ]
    assert len(rows) == 3


@pytest.mark.parametrize("name", MAPS)
def test_no_letter_is_smaller_than_twelve_points(name: str) -> None:
    for slide in slides(MAPS[name]()).slides:
        sizes = [int(size) for size in slide._element.xpath(".//a:rPr/@sz")]
        assert min(sizes, default=1200) >= 1200
        unsized = slide._element.xpath(
            ".//p:sp[not(.//p:ph)]//a:r[not(a:rPr/@sz)] | .//a:tbl//a:r[not(a:rPr/@sz)]"
        )
        assert unsized == []


@pytest.mark.parametrize("name", MAPS)
def test_nothing_lies_outside_its_slide(name: str) -> None:
    deck = slides(MAPS[name]())
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + Pt(1), shape.name
            assert shape.top + shape.height <= deck.slide_height + Pt(1), (
                shape.name,
                slide.shapes.title.text,
            )


@pytest.mark.parametrize("journey", [english_map, spanish_map, hostile_map])
def test_all_that_was_said_is_text_and_no_picture(journey: Callable[[], JourneyMap]) -> None:
    deck = slides(journey())
    assert [shape for slide in deck.slides for shape in leaves(slide.shapes) if shape.shape_type == 13] == []


def test_the_curve_is_a_chart_whose_figures_are_the_maps() -> None:
    slide = slides(english_map()).slides[2]
    chart: Any = next(shape for shape in slide.shapes if shape.has_chart)
    plot = chart.chart.plots[0]
    assert list(plot.categories) == [
        f"{stage.name}{' ★' if stage.moment_of_truth else ''}" for stage in english_map().stages
    ]
    everyone = [point.valence for point in Reading(english_map()).curve()]
    assert list(plot.series[0].values) == everyone
    assert [series.name for series in plot.series][1:] == [persona.name for persona in english_map().personas]
    assert chart.chart.part.chart_workbook.xlsx_part is not None
    assert "mean over people" in chart._element.nvGraphicFramePr.cNvPr.get("descr")


def test_tables_have_a_header_row_and_a_description() -> None:
    for slide in slides(english_map()).slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.table.first_row
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


@pytest.mark.parametrize(
    ("journey", "head", "row"),
    [
        (
            english_map,
            ["#", "What", "Where", "Behind it", "Desirable / viable / feasible", "Progress", "Owner"],
            ["medium / unknown / low", "under way", "Ana"],
        ),
        (
            spanish_map,
            [
                "N.º",
                "Qué",
                "Dónde",
                "Respaldo",
                "Deseable / viable / factible",
                "Avance",
                "Responsable",
            ],
            ["algo / no se sabe / poco", "en marcha", "Ana"],
        ),
    ],
    ids=["en", "es"],
)
def test_graded_opportunities_stand_with_grades_progress_and_owner_under_whole_headings(
    journey: Callable[[], JourneyMap], head: list[str], row: list[str]
) -> None:
    judged = Judged(desirable="medium", viable="unknown", feasible="low", priority=1)
    plan = {"judged": judged, "progress": "under_way", "owner": "Ana"}
    cards = [card.model_copy(update=plan) if card.lane == "opportunity" else card for card in journey().cards]
    deck = slides(journey().model_copy(update={"cards": tuple(cards)}))
    slide = deck.slides[titles(deck).index(Reading(journey()).words.phrase("opportunities"))]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    shown = [[cell.text_frame.text for cell in line.cells] for line in table.rows]
    assert shown[0] == head
    assert {tuple(line[4:]) for line in shown[1:]} == {tuple(row)}


def test_every_card_that_stands_is_on_its_stages_slide_or_in_its_notes() -> None:
    deck = slides(english_map())
    for stage in english_map().stages:
        slide = next(one for one in deck.slides if one.shapes.title.text_frame.text.startswith(stage.name))
        cards = [card for card in english_map().cards if card.stage == stage.id and card.status != "rejected"]
        assert [card.title for card in cards if card.title not in notes(slide)] == []


def test_a_quote_stands_in_the_notes_with_who_said_it_and_where() -> None:
    journey = english_map()
    told = "\n".join(notes(slide) for slide in slides(journey).slides)
    reading = Reading(journey)
    for card in reading.cards:
        if best := reading.best(card):
            assert re.search(re.escape(f"“{best.quote}” — ") + ".*" + re.escape(best.source), told)


def test_what_is_too_long_for_a_shape_is_cut_with_a_count_and_stands_whole_in_the_notes() -> None:
    text = " ".join(f"word{number}" for number in range(120))
    for slide in list(slides(with_words(text)).slides):
        shown = slide.shapes.title.text_frame.text
        if shown.startswith("word0"):
            assert re.search(r" … \+\d+ words$", shown)
            assert text in notes(slide)


def test_assumptions_are_boxes_with_a_broken_line() -> None:
    journey = english_map()
    assumed = {card.title for card in journey.cards if card.assumption and card.status != "rejected"}
    for slide in slides(journey).slides:
        for shape in leaves(slide.shapes):
            text = shape.text_frame.text if shape.has_text_frame else ""
            if any(title in text for title in assumed) and not shape.is_placeholder:
                assert shape._element.xpath(".//a:prstDash/@val") == ["dash"]
                assert "□ assumption" in text


def test_moments_of_truth_are_marked() -> None:
    deck = slides(english_map())
    for stage in english_map().stages:
        slide = next(one for one in deck.slides if one.shapes.title.text_frame.text.startswith(stage.name))
        text = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert ("★ moment of truth" in text) is stage.moment_of_truth


@pytest.mark.parametrize(("journey", "language"), [(english_map, "en-GB"), (spanish_map, "es-ES")])
def test_the_language_of_the_words_is_that_of_the_map(
    journey: Callable[[], JourneyMap], language: str
) -> None:
    found = {tag for slide in slides(journey()).slides for tag in slide._element.xpath(".//a:rPr/@lang")}
    assert found == {language}


def test_every_slide_but_the_first_carries_its_number() -> None:
    deck = list(slides(english_map()).slides)
    numbers = [slide._element.xpath('.//a:fld[@type="slidenum"]/a:t/text()') for slide in deck]
    assert numbers == [[], *([str(number)] for number in range(2, len(deck) + 1))]


def test_what_the_method_asks_for_is_there_even_if_it_is_empty() -> None:
    journey = english_map()
    deck = slides(
        journey.model_copy(update={"cards": journey.cards[:1]}), Material(load_template("cx-lifecycle"))
    )
    words = Reading(journey).words
    found = {
        cell.text_frame.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    }
    assert words.phrase("no_evidence") in found


def test_a_map_beyond_showing_has_a_bounded_number_of_slides_and_tells_the_rest() -> None:
    deck = slides(large_map(400, 3, stages=60))
    assert len(deck.slides) < 80
    told = " ".join(notes(slide) for slide in deck.slides)
    assert "… and 36 more stages, not shown" in told
    assert max(len(notes(slide)) for slide in deck.slides) < 40_000


def test_the_layouts_are_ours_in_size_and_number() -> None:
    deck = slides(english_map())
    assert [layout.name for layout in deck.slide_layouts] == ["Title Slide", "Title Only"]
    assert (deck.slide_width, deck.slide_height) == (Pt(960), Pt(540))
    assert deck.slides[0]._element.find(qn("p:cSld")) is not None


def table_of(slide: Any) -> Any:
    return next(shape.table for shape in slide.shapes if shape.has_table)


@pytest.mark.parametrize("journey", [english_map, spanish_map])
@pytest.mark.parametrize("method", ["cx-lifecycle", "service-blueprint"])
def test_names_of_rows_and_stages_stand_whole_at_a_glance(
    journey: Callable[[], JourneyMap], method: str
) -> None:
    deck = slides(journey(), Material(template=load_template(method)))
    table = table_of(deck.slides[1])
    heads = [row.cells[0].text_frame.text for row in table.rows]
    heads += [cell.text_frame.text for cell in table.rows[0].cells]
    assert [head for head in heads if "…" in head or head.endswith(".")] == []


def test_kinds_of_sources_stand_whole() -> None:
    sources = tuple(source.model_copy(update={"kind": "review"}) for source in spanish_map().sources)
    deck = slides(spanish_map().model_copy(update={"sources": sources}))
    assert table_of(list(deck.slides)[-1]).rows[1].cells[0].text_frame.text == "Archivos de reseñas"


@pytest.mark.parametrize("method", template_ids())
def test_no_slide_of_the_grid_is_much_emptier_than_the_others(method: str) -> None:
    deck = slides(spanish_map(), Material(template=load_template(method)))
    found = [slide for slide in deck.slides if slide.shapes.title.text_frame.text.startswith("Qué hay en")]
    heights = [sum(row.height for row in table_of(slide).rows) for slide in found]
    assert min(heights) >= max(heights) * 0.4


def test_a_chart_says_how_many_personas_are_not_on_it() -> None:
    journey = english_map()
    many = tuple(
        journey.personas[n % 3].model_copy(update={"id": f"p{n}", "name": f"Group {n}"}) for n in range(8)
    )
    for personas, told in ((journey.personas, False), (many, True)):
        slide = slides(journey.model_copy(update={"personas": personas})).slides[2]
        texts = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert ("3 personas are not drawn here; curve-svg draws all" in texts) is told
        chart: Any = next(shape for shape in slide.shapes if shape.has_chart)
        assert len(chart.chart.plots[0].series) == 1 + min(len(personas), 5)


def test_a_quote_stands_in_quotation_marks_where_a_method_asks_for_it() -> None:
    deck = slides(english_map(), Material(template=load_template("cx-lifecycle")))
    rows = [
        row
        for slide in deck.slides
        if slide.shapes.title.text_frame.text.startswith("What stands where")
        for row in table_of(slide).rows
    ]
    quotes = next(row for row in rows if row.cells[0].text_frame.text == "Quotes")
    texts = [cell.text_frame.text for cell in list(quotes.cells)[1:]]
    assert [text for text in texts if not text.startswith(("“", "–", "no evidence"))] == []
