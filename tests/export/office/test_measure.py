import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.export.office.measure import fitted, lines, width


def more(words: int) -> str:
    return f" … +{words} words"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        # FreeType sets the first two in 290.2 and 60.0 points of Liberation Sans at 12.
        ("The surprise set-up fee at the checkout left a bad taste", 290, 306),
        ("Hamburger", 60, 63),
        ("漢字仮", 36, 42),
        ("", 0, 0),
    ],
)
def test_width_is_that_of_the_letters_or_a_little_more(text: str, least: float, most: float) -> None:
    assert least <= width(text, 12) <= most


def test_marks_over_letters_take_no_room() -> None:
    assert width("e\u0301", 12) == width("e", 12)


def test_text_is_laid_out_word_by_word_and_a_longer_word_is_broken() -> None:
    assert lines("one two three " + "x" * 12, 50, 10) == ["one two", "three", "xxxxxxxxx", "xxx"]


def test_what_fits_is_left_as_it_is() -> None:
    assert fitted("one two three", 200, 1, 10, more) == ("one two three", True)


def test_what_does_not_fit_is_cut_between_words_and_counted() -> None:
    assert fitted("one two three four five six", 110, 1, 10, more) == ("one two … +4 words", False)


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=400), st.integers(1, 5)
)
def test_cut_text_never_takes_more_lines_than_it_may(text: str, most: int) -> None:
    text = " ".join(text.split())
    shown, whole = fitted(text, 120, most, 12, more)
    assert whole == (shown == text)
    assert len(lines(shown, 120, 12)) <= most


def test_a_word_of_a_megabyte_is_cut_at_once() -> None:
    started = time.perf_counter()
    shown, whole = fitted("x" * 1_000_000, 120, 3, 12, more)
    assert not whole
    assert len(shown) < 80
    assert time.perf_counter() - started < 1
