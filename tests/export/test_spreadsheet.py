import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.export.spreadsheet import cell, row


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("|pipe", "'|pipe"),
        ("\t=1", "'=1"),
        ("-1.5", "-1.5"),
        ("-1,5", "-1,5"),
        (-2, "-2"),
        ("a\nb\x1b[31mc", "a bc"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: object, shown: str) -> None:
    assert cell(text) == shown


@given(st.lists(st.text(), min_size=1), st.sampled_from(["en", "es"]))
def test_a_row_reads_back_as_its_cells(values: list[str], language: str) -> None:
    line = row(values, language)
    delimiter = {"en": ",", "es": ";"}[language]
    (back,) = list(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)) or [[""]]
    assert back == [cell(value) for value in values]
    assert not any(text[:1] in {"=", "+", "@"} for text in back)
