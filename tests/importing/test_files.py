"""Files as people and machines leave them: encodings, damage, size."""

from pathlib import Path
from typing import Final

import pytest

from journeyai.errors import SourceError
from journeyai.importing.files import MOST_BYTES, read_given
from journeyai.importing.sheets import MOST_ROWS, card_sheet, read_rows

ENCODED: Final = {
    "utf-8": "utf-8",
    "with a mark": "utf-8-sig",
    "Excel's Unicode text": "utf-16",
    "an old Excel": "cp1252",
}


@pytest.mark.parametrize("encoding", ENCODED.values(), ids=ENCODED.keys())
def test_a_table_is_read_in_the_encoding_it_was_saved_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "cards.csv"
    path.write_bytes("Tarjeta;Título\r\nc1;El envío tardó años, señor\r\n".encode(encoding))
    given = read_given(path)
    assert [row.cells for row in read_rows(given.text, "x")] == [
        ("Tarjeta", "Título"),
        ("c1", "El envío tardó años, señor"),
    ]
    assert given.is_guessed == (encoding == "cp1252")


def test_a_file_that_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b" \n")
    (tmp_path / "map.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "folder.md").mkdir()
    for name, words in (
        ("empty.csv", "`empty.csv` is empty"),
        ("map.xlsx", "files ending in `.xlsx` are not read"),
        ("photo.csv", "is a picture, not text"),
        ("folder.md", "is no file"),
        ("gone.md", "There is no file"),
    ):
        with pytest.raises(SourceError, match=words):
            read_given(tmp_path / name)


def test_a_file_of_fifty_million_bytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert MOST_BYTES < 50_000_000
    with pytest.raises(SourceError, match="has 50 million bytes"):
        read_given(path)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    rows = read_rows('a,b\n\n"one\ntwo",2\n,\n3,4\n', "x")
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("a", "b")),
        (3, ("one\ntwo", "2")),
        (5, ("3", "4")),
    ]


def test_excels_own_hint_counts_as_a_row() -> None:
    assert [(row.number, row.cells) for row in read_rows("sep=;\na;b,c\n", "x")] == [(2, ("a", "b,c"))]


def test_what_parts_cells_is_not_looked_for_in_quotes() -> None:
    assert read_rows('"a;b;c",d\n1,2\n', "x")[1].cells == ("1", "2")


DAMAGED: Final = {
    "an open quotation mark": (
        'card,title\nc1,"never closed\nc2,x\n',
        "from row 2 on: a quotation mark is opened there and never closed",
    ),
    "too many columns": ("a" + ",b" * 300 + "\n", "has 301 columns"),
    "too many rows": ("a,b\n" + "1,2\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
    "an endless cell": ("a,b\n1," + "x" * 1_100_000 + "\n", "cannot be read as a table"),
}


@pytest.mark.parametrize(("text", "words"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_table_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_rows(text, "cards.csv")
    assert "`cards.csv`" in caught.value.message


def test_a_column_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(SourceError, match="`Title` stands there twice"):
        card_sheet(read_rows("Card,Title,Título\nc1,a,b\n", "x"))


def test_a_table_without_ids_is_none_of_ours() -> None:
    assert card_sheet(read_rows("Stage,Lane,Title\nUse,Need,A\n", "x")) is None


def test_control_characters_are_dropped_from_cells() -> None:
    sheet = card_sheet(read_rows("Card,Title\nc1,\x1b[31mred\x07 \u202ealert\n", "x"))
    assert sheet is not None
    assert sheet.rows == {2: {"card_id": "c1", "title": "red alert"}}
