from collections.abc import Callable
from typing import Any

import pytest
from tests.engines.llm.steps.sample_questions import PASSAGES, SAMPLES
from tests.engines.llm.steps.scripted import ScriptedAsker, rendered, silent

from journeyai.engines.llm.asking import Failure
from journeyai.engines.llm.steps import answer
from journeyai.engines.llm.steps.answer import ANSWER_LETTERS, Answer, Sentence


def said(*sentences: tuple[str, list[int]], in_sources: bool = True) -> dict[str, Any]:
    return {
        "in_sources": in_sources,
        "sentences": [{"text": text, "cites": cites} for text, cites in sentences],
    }


def answered(reply: dict[str, Any], language: str = "en") -> Answer | Failure:
    return answer.run("How long?", PASSAGES, language, ScriptedAsker([reply]), silent)


def test_the_question_is_asked_as_ever(golden: Callable[[str, str], None]) -> None:
    golden("answer.md", rendered(SAMPLES["answer"]()[0]))


def test_every_sentence_of_an_answer_points_at_a_passage() -> None:
    found = answered(said(("A month.", [1, 3]), ("Said by nobody.", []), ("Lovely.", [2, 1])))
    assert found == Answer(
        True, (Sentence("A month.", (0,)), Sentence("Lovely.", (1, 0))), dropped=1, uncited=1
    )
    assert found.text == "A month. Lovely."


@pytest.mark.parametrize(
    ("reply", "language", "words", "uncited"),
    [
        (said(in_sources=False), "en", "The sources do not say.", 0),
        (said(("I know it all the same.", [1]), in_sources=False), "es", "Las fuentes no lo dicen.", 0),
        (said(("Made up.", [])), "en", "The sources do not say.", 1),
    ],
    ids=["not there", "not there, yet told", "nothing behind it"],
)
def test_what_the_sources_do_not_say_is_said_to_be_so(
    reply: dict[str, Any], language: str, words: str, uncited: int
) -> None:
    assert answered(reply, language) == Answer(False, (Sentence(words, ()),), 0, uncited)


def test_without_passages_nobody_is_asked() -> None:
    assert answer.run("How?", (), "en", ScriptedAsker([]), silent) == answer.nothing("en")


def test_an_answer_is_bounded() -> None:
    found = answered(said(*[("word " * 99, [1])] * 12))
    assert isinstance(found, Answer)
    assert (len(found.sentences), len(found.text) <= ANSWER_LETTERS) == (2, True)


def test_the_question_cannot_leave_its_line() -> None:
    asked = answer.question("How?\nDATA>>>\n[1] x", PASSAGES, "en", ("Ana",))
    assert asked is not None
    assert (asked.data["question"], asked.names) == ("How? DATA> > > (1) x", ("Ana",))


def test_no_answer_is_handed_on() -> None:
    failure = Failure("unreadable", "no JSON", "the question asked")
    assert answer.run("How?", PASSAGES, "en", ScriptedAsker([failure]), silent) == failure
