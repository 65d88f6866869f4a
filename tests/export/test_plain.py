import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.export.plain import cut, shortened, visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words", "plain words"),
        ("\x1b[31mred\x1b[0m and \x9b1mbold", "red and bold"),
        ("\x1b]0;owned\x07title \x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "title link"),
        ("\x1b]0;never ended", "]0;never ended"),
        ("left \u202eright\u202c \u2066in\u2069", "left right in"),
        ("zero\u200bwidth\u200djoin\ufeff\u00ad", "zerowidthjoin"),
        ("one\ntwo\r\n\tthree\x0bfour\u2028five\x85six", "one two three four five six"),
        (" \u00a0wide \u3000spaces ", "wide spaces"),
        ("☎️ ñ é 漢字 👍🏽", "☎ ñ é 漢字 👍🏽"),
        ("\ue000private\U000e0041tag\x00\x7f", "privatetag"),
        ("", ""),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text())
def test_what_is_visible_is_one_line_and_stays_as_it_is(text: str) -> None:
    seen = visible(text)
    assert visible(seen) == seen
    assert not {unicodedata.category(char) for char in seen} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_what_python_calls_printable_can_be_seen_but_for_two_selectors_and_has_no_space_but_one() -> None:
    """What is printable is not looked at character by character."""
    printable = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isprintable()]
    assert [char for char in printable if char.isspace() or re.match(r"\s", char)] == [" "]
    unseen = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not {unicodedata.category(char) for char in printable} & unseen
    assert (
        visible("".join(printable)) == "".join(printable).replace("\ufe0e", "").replace("\ufe0f", "").strip()
    )


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 10, "short"),
        ("one two three four", 14, "one two […]"),
        ("x" * 20 + " y", 10, "x" * 20 + " […]"),
        ("x" * 20, 10, "x" * 20),
    ],
    ids=["fits", "between words", "long first word", "one long word"],
)
def test_a_long_text_is_cut_between_words(text: str, limit: int, cut: str) -> None:
    assert shortened(text, limit) == cut


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a little longer", "a little longer"),
        ("a little longer than that", "a little longer…"),
        ("onewordwithoutanyspace", "onewordwithouta…"),
        ("a wordlongerthanhalf", "a wordlongertha…"),
    ],
)
def test_a_name_is_cut_between_words_if_it_can_be(text: str, found: str) -> None:
    assert cut(text, 16) == found


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_is_never_longer_and_shows_that_it_was_cut(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
