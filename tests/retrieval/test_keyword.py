import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyai.retrieval.keyword import MAX_WORDS, keyword_expression


@pytest.fixture(scope="module")
def words() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    connection.execute("INSERT INTO words VALUES ('The refund took three weeks')")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        pytest.param("Why is the refund late?", '"refund"* OR "late"*', id="English stop words"),
        pytest.param("¿Por qué tarda el reembolso?", '"tarda"* OR "reembolso"*', id="Spanish stop words"),
        pytest.param("the of", '"the" OR "of"', id="nothing else"),
        pytest.param("app bill", '"app" OR "bill"*', id="a short word stands for itself"),
        pytest.param("refund NOT late", '"refund"* OR "late"*', id="an operator is a word"),
        pytest.param('"refund" AND (late*', '"refund"* OR "late"*', id="quotes and brackets"),
        pytest.param("text:refund -late ^x NEAR(a b)", None, id="column, minus, caret, near"),
        pytest.param("refund Refund REFUND", '"refund"*', id="once each"),
        pytest.param("order_4711", '"order"* OR "4711"*', id="number after underscore"),
        pytest.param("refund\x00late", '"refund"* OR "late"*', id="NUL"),
        pytest.param("😀 …!", "", id="no word"),
    ],
)
def test_a_question_becomes_its_telling_words(
    words: sqlite3.Connection, question: str, expression: str | None
) -> None:
    made = keyword_expression(question)
    if expression is not None:
        assert made == expression
    if made:
        words.execute("SELECT * FROM words WHERE words MATCH ?", (made,)).fetchall()


def test_a_pasted_page_is_cut() -> None:
    question = " ".join(f"word{number}" for number in range(5_000))
    assert keyword_expression(question).count(" OR ") == MAX_WORDS - 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(question=st.text(st.characters(codec=None, categories=None)))
def test_no_question_breaks_the_full_text_search(words: sqlite3.Connection, question: str) -> None:
    made = keyword_expression(question)
    if made:
        words.execute("SELECT * FROM words WHERE words MATCH ?", (made,)).fetchall()
