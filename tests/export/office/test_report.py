import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from tests.export.office.large import large_map
from tests.sample_map import english_map, hostile_map, spanish_map

from journeyai.export import Material, export
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap


def report(journey: JourneyMap) -> Any:
    return docx.Document(io.BytesIO(export(journey, "docx")))


def told(document: Any, style: str) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


def whole(element: Any) -> str:
    """Return the text of *element*, that of its fields too."""
    return "".join(item.text or "" for item in element.iter(qn("w:t")))


def test_headings_are_words_own_so_that_navigation_and_contents_know_them() -> None:
    document = report(english_map())
    assert told(document, "Heading 1")[:5] == [
        "In short",
        "Personas",
        "How it feels",
        "The map at a glance",
        "Stages",
    ]
    assert [text for text in told(document, "Heading 2") if text[0].isdigit()] == [
        f"{number}. {stage.name}{' ★' if stage.moment_of_truth else ''}"
        for number, stage in enumerate(english_map().stages, 1)
    ]
    assert told(document, "Title") == [english_map().title]


def test_the_contents_are_a_field_and_link_to_every_heading_of_the_first_two_levels() -> None:
    document = report(english_map())
    body = document.element.body
    links = [item.get(qn("w:anchor")) for item in body.iter(qn("w:hyperlink"))]
    marks = [item.get(qn("w:name")) for item in body.iter(qn("w:bookmarkStart"))]
    assert links == marks != []
    assert told(document, "toc 1") + told(document, "toc 2") != []
    assert sorted(told(document, "toc 1")) == sorted(told(document, "Heading 1"))
    assert "".join(item.text for item in body.iter(qn("w:instrText"))).strip() == 'TOC \\o "1-2" \\h \\z \\u'


@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_every_card_that_stands_is_there_with_its_strength(journey: Callable[[], JourneyMap]) -> None:
    document = report(journey())
    titles = [text.removeprefix("? ") for text in told(document, "Heading 4") + told(document, "Assumption")]
    assert sorted(titles) == sorted(card.title for card in journey().cards if card.status != "rejected")
    facts = told(document, "Card Facts")
    assert sum("●" in fact or "○" in fact or "□" in fact for fact in facts) == len(titles)


def test_assumptions_look_different_and_say_so() -> None:
    document = report(english_map())
    assumed = [card.title for card in english_map().cards if card.assumption and card.status != "rejected"]
    assert told(document, "Assumption") == assumed != []
    following = [
        after.text
        for before, after in zip(document.paragraphs, document.paragraphs[1:], strict=False)
        if before.style.name == "Assumption"
    ]
    assert all(text.startswith("□ assumption, no evidence yet") for text in following)


def test_quotes_stand_in_the_style_of_quotes_with_who_said_them_and_where() -> None:
    quotes = told(report(english_map()), "Quote")
    known = {(item.quote, item.source) for item in english_map().evidence}
    for quote in quotes:
        words, _, where = quote.removeprefix("? ").rpartition("” — ")
        assert any(words == f"“{text}" and source in where for text, source in known), quote


def test_quotes_against_are_told_apart() -> None:
    against = told(report(english_map()), "Quote Against")
    assert against
    assert all(text.startswith("Against: ") for text in against)


def test_what_nobody_spoke_of_is_told_at_each_stage() -> None:
    nothing = told(report(english_map()), "No Evidence")
    assert len(nothing) == len(english_map().stages)
    assert all(text.startswith("No evidence: ") for text in nothing)


def test_tables_repeat_their_header_and_have_a_caption_and_a_description() -> None:
    document = report(english_map())
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
    captions = [whole(item._p) for item in document.paragraphs if item.style.name == "Caption"]
    assert [text.split(".")[0] for text in captions if text.startswith("Table")] == [
        f"Table {number}" for number in range(1, len(document.tables) + 1)
    ]


def test_the_curve_is_a_chart_with_its_figures_and_a_description() -> None:
    document = report(english_map())
    names = {str(part.partname) for part in document.part.package.iter_parts()}
    assert {"/word/charts/chart1.xml", "/word/embeddings/Microsoft_Excel_Sheet1.xlsx"} <= names
    drawing = next(document.element.body.iter(qn("wp:docPr")))
    assert "mean over people" in drawing.get("descr")
    assert all(stage.name in drawing.get("descr") for stage in english_map().stages)


@pytest.mark.parametrize(
    ("journey", "language"), [(english_map, "en-GB"), (spanish_map, "es-ES"), (hostile_map, "en-GB")]
)
def test_the_language_of_the_document_is_that_of_the_map(
    journey: Callable[[], JourneyMap], language: str
) -> None:
    document = report(journey())
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert {item.get(qn("w:val")) for item in defaults.iter(qn("w:lang"))} == {language}


def test_pages_are_numbered_and_the_grid_lies_across() -> None:
    document = report(spanish_map())
    shapes = [section.page_width > section.page_height for section in document.sections]
    assert shapes == [False, True, False]
    for section in document.sections:
        fields = [item.get(qn("w:instr")) for item in section.footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert whole(section.footer._element) == "Un carné que se usaPágina 1 de 1"


def test_a_quote_in_another_language_is_marked_as_such() -> None:
    journey = english_map()
    foreign = tuple(source.model_copy(update={"language": "es"}) for source in journey.sources)
    document = report(journey.model_copy(update={"sources": foreign}))
    quote = next(paragraph for paragraph in document.paragraphs if paragraph.style.name == "Quote")
    assert quote._p.find(f".//{qn('w:lang')}").get(qn("w:val")) == "es-ES"


def test_what_the_method_asks_for_is_there_even_if_it_is_empty() -> None:
    journey = english_map()
    material = Material(load_template("cx-lifecycle"))
    document = docx.Document(
        io.BytesIO(export(journey.model_copy(update={"cards": journey.cards[:1]}), "docx", material))
    )
    grid = next(table for table in document.tables if len(table.columns) == len(journey.stages) + 1)
    rows = {row.cells[0].text: {cell.text for cell in row.cells[1:]} for row in grid.rows[2:]}
    assert {"no evidence"} in rows.values()
    assert len(rows) >= len(load_template("cx-lifecycle").lanes)


def test_a_map_beyond_reading_is_cut_and_told() -> None:
    document = report(large_map(600, 6, stages=2))
    remarks = told(document, "Remark")
    assert any(text.startswith("… and ") and "more, not shown" in text for text in remarks)
    assert any("3 more quotes" in text for text in remarks)
    assert len(document.paragraphs) < 6_000


def test_a_card_stays_with_its_quotes_on_a_page() -> None:
    """From its title to its last quote each paragraph is kept with the next, unless a detail stands between."""
    document = report(english_map())
    found = document.paragraphs
    begins = [n for n, one in enumerate(found) if one.style.name == "Heading 4"]
    for begin in begins:
        body = []
        for one in found[begin + 1 :]:
            if one.style.name not in {"Card Facts", "Quote", "Quote Against", "Remark"}:
                break
            body.append(one)
        assert [bool(one.paragraph_format.keep_with_next) for one in body[:-1]] == [True] * (len(body) - 1)


def test_a_quote_that_a_method_asks_for_is_told_once() -> None:
    method = load_template("cx-lifecycle")
    document = docx.Document(io.BytesIO(export(english_map(), "docx", Material(template=method))))
    bullets = told(document, "List Bullet")
    assert [text for text in bullets if text in {item.quote for item in english_map().evidence}] == []
    assert [text for text in bullets if text.endswith("· Joining")] != []
