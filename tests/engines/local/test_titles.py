import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.engines.local.titles import MOST_WORDS, best_title, clauses


@pytest.mark.parametrize(
    ("quote", "title"),
    [
        pytest.param("The refund took six weeks.", "The refund took six weeks", id="whole"),
        pytest.param("  the   refund\n took six weeks ", "The refund took six weeks", id="blanks"),
        pytest.param("«El reembolso tardó seis semanas»", "El reembolso tardó seis semanas", id="quotes"),
        pytest.param("", "…", id="empty"),
        pytest.param("?!", "?!", id="marks"),
        pytest.param("Broken", "Broken", id="one-word"),
    ],
)
def test_a_title_is_the_speakers_own_clause(quote: str, title: str) -> None:
    assert best_title([quote], "pain_point") == title


def test_a_long_sentence_without_clauses_is_shortened_between_words() -> None:
    words = [f"word{n}" for n in range(40)]
    assert best_title([" ".join(words)], "need") == "Word0 " + " ".join(words[1:12]) + "…"


@given(
    st.lists(st.text(max_size=80), min_size=1, max_size=6),
    st.sampled_from(["pain_point", "delight", "question"]),
)
def test_whatever_was_said_there_is_a_short_title(quotes: list[str], lane: str) -> None:
    title = best_title(quotes, lane)  # type: ignore[arg-type]
    assert title
    assert len(title.split()) <= MOST_WORDS + 1
    assert title == best_title(quotes, lane)  # type: ignore[arg-type]


@given(st.text(max_size=100))
def test_clauses_are_never_empty(quote: str) -> None:
    assert all(clause.strip() for clause in clauses(quote))
