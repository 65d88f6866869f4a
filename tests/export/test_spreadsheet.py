import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeyai.export.plain import visible
from journeyai.export.spreadsheet import MOST_CHARS, cell, decimal, row, uncell

#: Texts in which everything that matters to a spreadsheet is common.
TEXTS = st.text() | st.text(st.sampled_from("=+-@|%＝'\",;1 a\t\n\u202e"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("|pipe", "'|pipe"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'=1"),
        ("-1.5", "-1.5"),
        ("-1,5", "-1,5"),
        (-2, "-2"),
        ("a\nb\x1b[31mc", "a bc"),
        ("", ""),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("x;=1+1", "x;'=1+1"),
        ('x,"=1+1', "x,'\"=1+1"),
        ("well; -- so", "well; -- so"),
    ],
)
def test_no_cell_is_a_formula(text: object, shown: str) -> None:
    assert cell(text) == shown


@given(TEXTS)
@example("'=")
@example(",'\"';'=")
def test_a_cell_is_read_back_as_it_was_made_visible(text: str) -> None:
    assert uncell(cell(text)) == visible(text)


@given(st.lists(TEXTS, min_size=1), st.sampled_from(["en", "es"]))
def test_a_row_reads_back_as_its_cells(values: list[str], language: str) -> None:
    line = row(["heading", *values], language)
    delimiter = {"en": ",", "es": ";"}[language]
    (back,) = csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)
    assert back == ["heading", *map(cell, values)]
    assert [uncell(text) for text in back] == ["heading", *map(visible, values)]


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["en", "es"]))
@example(['x;"=1'], "en")
def test_no_cell_is_a_formula_where_the_table_is_parted_as_another_country_does(
    values: list[str], language: str
) -> None:
    """As Excel does: a quotation mark is one only at the beginning of a cell."""
    other = {"en": ";", "es": ","}[language]
    for line in csv.reader(io.StringIO(row(values, language), newline=""), delimiter=other):
        for found in line:
            assert found[:1] not in {"=", "+", "@", "|", "＝"} or found == ""


def test_a_cell_holds_no_more_than_excel_does() -> None:
    assert cell("word " * 200_000) == "word " * (MOST_CHARS // 5 - 1) + "word […]"


@pytest.mark.parametrize(
    ("value", "language", "written"), [(-1.25, "en", "-1.25"), (-1.25, "es", "-1,25"), (None, "es", "")]
)
def test_a_number_has_the_decimal_point_of_the_language(
    value: float | None, language: str, written: str
) -> None:
    assert decimal(value, language) == written
