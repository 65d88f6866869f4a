import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import Said, document

from journeyai.engines.local.reader.windows import (
    BEGIN,
    CONTEXT_TOKENS,
    END,
    MOST_TOKENS,
    MOST_TOKENS_OF_ONE,
    heading,
    windows,
)
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import Role

STARS = Measure("stars", 1, 1, 5)


def words(texts: Sequence[str]) -> list[list[int]]:
    """Give each word a number of its own that is no special token's."""
    return [[1000 + sum(map(ord, word)) for word in re.findall(r"\w+|:", text)] for text in texts]


lengths = st.one_of(st.integers(0, 12), st.integers(0, 300))
roles: st.SearchStrategy[Role] = st.sampled_from(["customer", "agent", "researcher"])
turns = st.tuples(
    roles,
    st.lists(lengths, min_size=1, max_size=8),
    st.booleans(),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    told = draw(st.lists(turns, max_size=8))
    return document(
        "a.md",
        *(
            Said("P", [" ".join(["w"] * n) for n in sizes], role=role, measure=STARS if rates else None)
            for role, sizes, rates in told
        ),
    )


def unrated(item: Document) -> list[int]:
    return [u.number for u in item.utterances if item.turn_of(u).measure is None]


@settings(deadline=None)
@given(documents())
def test_every_utterance_that_is_no_rating_is_read_exactly_once_and_in_order(item: Document) -> None:
    found = list(windows(item, words))
    assert [number for window in found for number, _, _ in window.spans] == unrated(item)


@settings(deadline=None)
@given(documents())
def test_no_window_and_no_context_and_no_utterance_is_longer_than_it_may_be(item: Document) -> None:
    head = len(words([heading(item)])[0])
    for place, window in enumerate(windows(item, words)):
        assert len(window.ids) <= MOST_TOKENS
        assert (window.ids[0], window.ids[-1]) == (BEGIN, END)
        assert window.spans
        # What stands before the first one that is read here: the beginning, the heading, the context.
        context = window.spans[0][1] - 1 - head
        assert context <= (CONTEXT_TOKENS if place else 0)
        for _, start, end in window.spans:
            assert 0 <= start < end < len(window.ids)
            assert end - start <= MOST_TOKENS_OF_ONE


@settings(deadline=None)
@given(documents())
def test_the_same_document_makes_the_same_windows(item: Document) -> None:
    assert list(windows(item, words)) == list(windows(item, words))


def test_neighbours_their_speakers_and_the_rating_stand_in_the_window() -> None:
    asked: list[str] = []

    def noting(texts: Sequence[str]) -> list[list[int]]:
        asked.extend(texts)
        return words(texts)

    item = document(
        "r.csv",
        Said("Mo", ["How was it?"], role="researcher"),
        Said("P1", ["It broke.", "Twice."]),
        Said("P1", ["1"], measure=STARS),
        kind="review",
    )
    (window,) = windows(item, noting)
    assert asked == ["review, rated 1 of 5:", "researcher: How was it?", "customer: It broke.", "Twice."]
    assert window.ids == [BEGIN, *(token for text in words(asked) for token in text), END]
    assert [number for number, _, _ in window.spans] == [0, 1, 2]


def test_what_stood_before_is_repeated_and_not_read_again() -> None:
    item = document("a.md", Said("P", [" ".join([sign] * 40) for sign in "abcdefgh"]))
    first, second, *_ = windows(item, words)
    (last_start, last_end) = first.spans[-1][1:]
    head = len(words([heading(item)])[0])
    assert second.ids[1 + head : second.spans[0][1]] == first.ids[last_start:last_end]
    assert second.spans[0][0] == first.spans[-1][0] + 1


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [(1, 1, 5, "1"), (5, 1, 5, "5"), (0, 0, 10, "1"), (10, 0, 10, "5"), (5, 0, 10, "3")],
)
def test_every_scale_is_told_as_one_to_five(value: float, low: float, high: float, told: str) -> None:
    item = document("s.csv", Said("R", ["x"], measure=Measure("nps", value, low, high)), kind="survey")
    assert heading(item) == f"survey, rated {told} of 5:"


@pytest.mark.parametrize(
    "item",
    [document("a.md"), document("a.md", Said("R", ["4"], measure=STARS))],
    ids=["empty", "a-rating-alone"],
)
def test_where_nothing_is_said_there_is_no_window(item: Document) -> None:
    assert list(windows(item, words)) == []


def test_an_utterance_of_signs_that_the_tokeniser_drops_has_a_place_too() -> None:
    (window,) = windows(document("a.md", Said("P", ["It broke.", "…", "!!"])), words)
    assert [number for number, _, _ in window.spans] == [0, 1, 2]
    assert all(start < end for _, start, end in window.spans)
