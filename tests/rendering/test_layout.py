import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from journeyai.rendering.layout import GLUE, beside, blocks, column_widths, rule, who_speaks, wrap


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_words_are_wrapped_and_hang_under_the_first() -> None:
    assert plain(wrap(Text("one two three four"), 10, "- ", "  ")) == ["- one two", "  three", "  four"]


def test_a_glued_space_breaks_no_line() -> None:
    assert plain(wrap(Text(f"he said —{GLUE}P3"), 11)) == ["he said", "— P3"]


def test_only_a_word_longer_than_the_line_is_broken() -> None:
    assert plain(wrap(Text("ab " + "x" * 12 + " cd"), 8)) == ["ab", "xxxxxxxx", "xxxx cd"]


@given(st.text(alphabet="ab 漢é\U0001f44d", max_size=60), st.integers(6, 30))
def test_nothing_is_lost_or_too_wide_when_wrapped(text: str, width: int) -> None:
    lines = plain(wrap(Text(text), width))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_blocks_stand_side_by_side_without_padding_at_the_end() -> None:
    left, right = [Text("a"), Text("bb")], [Text("漢"), Text("d"), Text("e")]
    assert plain(beside([left, right], [3, 5])) == ["a  漢", "bb d", "   e"]


def test_a_rule_fills_what_the_words_leave() -> None:
    assert rule(Text("ab"), 10, Text("cd")).plain == "ab ──── cd"


@pytest.mark.parametrize(
    ("names", "available", "widths"),
    [
        (["Use", "Consideration"], 30, [15, 15]),
        (["Use", "Consideration"], 22, [8, 14]),
        (["Use", "Consideration"], 19, None),
    ],
    ids=["even", "as the names need", "too narrow"],
)
def test_columns_are_as_even_as_their_names_allow(
    names: list[str], available: int, widths: list[int] | None
) -> None:
    assert column_widths(names, available, 6) == widths


def test_blocks_of_stages_are_nearly_even() -> None:
    assert [list(block) for block in blocks(range(7), 3)] == [[0, 1], [2, 3, 4], [5, 6]]
    assert blocks([], 3) == []


@pytest.mark.parametrize(
    ("speaker", "told"),
    [
        ("P1", "P1 (customer)"),
        ("", "customer"),
        ("Customer", "Customer"),
        ("Leon (customer)", "Leon (customer)"),
        ("Leon (agent)", "Leon (agent) (customer)"),
    ],
)
def test_a_role_is_told_once(speaker: str, told: str) -> None:
    assert who_speaks(speaker, "customer") == told
