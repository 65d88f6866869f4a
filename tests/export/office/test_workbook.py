import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from tests.export.office.large import large_map, with_words
from tests.sample_map import MAPS, english_map, hostile_map, spanish_map

from journeyai.export import export
from journeyai.export.office.sheets import held
from journeyai.model.journey import JourneyMap


def workbook(journey: JourneyMap) -> Any:
    return openpyxl.load_workbook(io.BytesIO(export(journey, "xlsx")))


def column(sheet: Any, name: str) -> list[Any]:
    place = next(cell.column for cell in sheet[1] if cell.value == name)
    return [row[place - 1].value for row in sheet.iter_rows(min_row=2)]


def test_there_is_a_sheet_for_each_part_of_the_map() -> None:
    assert workbook(english_map()).sheetnames == [
        "About",
        "Map",
        "Cards",
        "Evidence",
        "Personas",
        "Stages",
        "Sources",
    ]
    assert workbook(spanish_map()).sheetnames[1:4] == ["Mapa", "Tarjetas", "Evidencia"]


def test_headings_stay_in_sight_and_can_be_filtered_by() -> None:
    file = workbook(english_map())
    assert {name: file[name].freeze_panes for name in file.sheetnames[1:]} == dict.fromkeys(
        file.sheetnames[1:], "B2"
    )
    assert file["Cards"].auto_filter.ref == f"A1:W{len(english_map().cards) + 1}"
    assert file["Cards"].print_title_rows == "$1:$1"


def test_every_card_is_a_row_rejected_ones_too_with_their_figures_as_numbers() -> None:
    sheet = workbook(english_map())["Cards"]
    cards = {card.id: card for card in english_map().cards}
    assert sorted(column(sheet, "Card")) == sorted(cards)
    assert column(sheet, "People") == [cards[id_].people for id_ in column(sheet, "Card")]
    assert sum("rejected" in status for status in column(sheet, "Reviewed")) == sum(
        card.status == "rejected" for card in cards.values()
    )


def test_every_quote_of_the_map_is_a_row_word_for_word() -> None:
    journey = english_map()
    sheet = workbook(journey)["Evidence"]
    quotes = dict(zip(column(sheet, "Quote id"), column(sheet, "Quote"), strict=True))
    assert quotes == {item.id: item.quote for item in journey.evidence}
    rows = list(
        zip(column(sheet, "Card"), column(sheet, "Quote id"), column(sheet, "For or against"), strict=True)
    )
    known = [(card.id, id_, "for") for card in journey.cards for id_ in card.evidence]
    known += [(card.id, id_, "against") for card in journey.cards for id_ in card.against]
    assert sorted(row for row in rows if row[0]) == sorted(known)


def test_a_card_leads_to_its_first_quote_and_back() -> None:
    file = workbook(english_map())
    cards, evidence = file["Cards"], file["Evidence"]
    linked = 0
    for row in cards.iter_rows(min_row=2, max_col=1):
        link = row[0].hyperlink
        if link is None:
            continue
        linked += 1
        sheet, _, place = link.location.partition("!")
        target = file[sheet.strip("'")][place]
        assert (target.parent, target.value) == (evidence, row[0].value)
        back, _, place = target.hyperlink.location.partition("!")
        assert file[back.strip("'")][place].value == row[0].value
    assert linked == sum(bool(card.evidence or card.against) for card in english_map().cards)


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://evil.test")', "+1", "-1", "@SUM(1)", "＝1", "#N/A", "#REF!"]
)
def test_what_a_source_says_is_never_a_formula_or_an_error(text: str) -> None:
    for sheet in workbook(with_words(text)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n", "inlineStr"}, (sheet.title, cell.coordinate)
                if cell.value == text and text[0] != "#":
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)


@pytest.mark.parametrize("name", MAPS)
def test_nothing_leads_out_of_the_workbook(name: str) -> None:
    for sheet in workbook(MAPS[name]()):
        assert all(link.target is None for link in sheet._hyperlinks)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\ufffe c", "ab c"),
        ("two\nlines", "two\nlines"),
        ("_x0041_ and _x1F_", "_x005F_x0041_ and _x1F_"),
        ("x" * 40_000, "x" * 32_000 + " […]"),
        ("   ", ""),
    ],
    ids=["controls", "lines", "character codes", "too long", "blank"],
)
def test_a_cell_holds_what_can_be_seen(text: str, kept: str) -> None:
    assert held(text) == kept


def test_rows_are_as_high_as_their_text_and_no_higher_than_excel_allows() -> None:
    sheet = workbook(with_words("word " * 2_000))["Evidence"]
    heights = [sheet.row_dimensions[number].height for number in range(2, sheet.max_row + 1)]
    assert min(heights) > 300
    assert max(heights) <= 409


@pytest.mark.parametrize("journey", [english_map, spanish_map, hostile_map])
def test_the_grid_has_a_row_for_feelings_and_says_where_nobody_spoke(
    journey: Callable[[], JourneyMap],
) -> None:
    sheet = workbook(journey()).worksheets[1]
    assert sheet.max_column == len(journey().stages) + 1
    nothing = {"english": "no evidence", "spanish": "sin evidencia"}
    cells = {cell.value for row in sheet.iter_rows(min_row=3) for cell in row}
    assert cells & set(nothing.values())


def test_colours_of_one_cell_do_not_run_into_its_neighbours() -> None:
    sheet = workbook(english_map())["Map"]
    grounds = {
        row[0].value: {cell.fill.start_color.rgb for cell in row[1:]} for row in sheet.iter_rows(min_row=3)
    }
    assert grounds["Pain points"] != grounds["Delights"]


def test_large_maps_keep_every_row() -> None:
    file = workbook(large_map(300, 4))
    assert (file["Cards"].max_row, file["Evidence"].max_row) == (301, 1_201)
