"""Questions taken apart: language, lanes, topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.engines.local.answering.question import cues, read
from journeyai.knowledge.letters import fold


@pytest.mark.parametrize(
    ("asked", "language", "lanes", "topic"),
    [
        ("What do people say about delivery?", "en", (), [["delivery"]]),
        ("What hurts most?", "en", ("pain_point",), []),
        ("How many complain about the set-up fee?", "en", ("pain_point",), [["set", "fee"]]),
        ("What do riders like about hills and lanes?", "en", ("delight",), [["hills"], ["lanes"]]),
        ("the rude driver", "en", (), [["driver"]]),
        ("Entrega", None, (), [["entrega"]]),
        ("¿Qué dice la gente de la factura?", "es", (), [["factura"]]),
        ("¿Qué necesitan los clientes?", "es", ("need",), []),
        ("que opinan de las tejas rotas y las goteras", "es", (), [["tejas"], ["goteras"]]),
        ("", None, (), []),
        ("???", None, (), []),
    ],
)
def test_a_question_is_taken_apart(
    asked: str, language: str | None, lanes: tuple[str, ...], topic: list[list[str]]
) -> None:
    question = read(asked)
    assert (question.language, question.lanes, question.topic()) == (language, lanes, topic)


def test_labels_are_seen() -> None:
    assert read("What is behind c12 and R07?").labels() == ("c12", "r07")


@given(st.text(max_size=200))
def test_whatever_is_typed_is_taken_apart(asked: str) -> None:
    assert read(asked) == read(asked)
    assert all(word for group in read(asked).topic() for word in group)


def test_the_words_of_questions_are_folded() -> None:
    assert all(word == fold(word) for word in cues().frame)
