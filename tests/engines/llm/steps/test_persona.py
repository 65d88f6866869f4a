from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.engines.llm.steps.sample_questions import FACTS, SAMPLES
from tests.engines.llm.steps.scripted import ScriptedAsker, rendered, silent

from journeyai.engines.engine import Attribute, PersonaWords, Portrait, Statement
from journeyai.engines.llm.asking import Failure
from journeyai.engines.llm.steps import persona
from journeyai.engines.llm.steps.persona import Described


def said(name: str = "Slow decider", summary: str = "Compares first.", **lists: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"goals": [], "motivations": [], "frustrations": [], "behaviours": []}
    return {"name": name, "summary": summary, **empty, **lists}


def described(
    reply: dict[str, Any], people: int = 7, statements: tuple[Statement, ...] = FACTS.statements
) -> Described:
    facts = replace(FACTS, people=people, statements=statements)
    found = persona.run(facts, (), ScriptedAsker([reply]), silent)
    assert isinstance(found, Described)
    return found


def test_the_question_is_asked_as_ever(golden: Callable[[str, str], None]) -> None:
    golden("persona.md", rendered(SAMPLES["persona"]()[0]))


def test_a_line_stands_when_two_people_stand_behind_it() -> None:
    reply = said(
        behaviours=[{"text": "Looks at prices first", "cites": [1, 2, 2, 88]}],
        frustrations=[
            {"text": "Fees that show up late", "cites": [3]},
            {"text": "Twice the same", "cites": [1, 3]},
        ],
        goals=[{"text": "Nothing behind it", "cites": []}],
    )
    portrait = Portrait(behaviours=(Attribute("Looks at prices first", (0, 1)),))
    assert described(reply) == Described(
        PersonaWords("Slow decider", "Compares first.", portrait), dropped=1, unsupported=3, invented=0
    )


def test_one_person_is_enough_in_a_small_study() -> None:
    reply = said(frustrations=[{"text": "Fees that show up late", "cites": [3]}])
    assert described(reply, people=4).words.portrait == Portrait(
        frustrations=(Attribute("Fees that show up late", (2,)),)
    )
    assert described(reply, people=5).words.portrait == Portrait()


@pytest.mark.parametrize(
    "line",
    [
        "A young shopper who compares",
        "Madre de dos hijos que compara",
        "Compares because of a low income",
        "She compares offers",
        "Jubilado que compara ofertas",
    ],
)
def test_who_people_are_is_not_made_up(line: str) -> None:
    found = described(said(line, line, goals=[{"text": line, "cites": [1, 2]}]))
    assert found == Described(PersonaWords("", "", Portrait()), dropped=0, unsupported=0, invented=3)


def test_who_people_are_may_be_told_when_they_tell_it() -> None:
    statements = (
        Statement(0, "motivation", "mis hijos necesitan internet"),
        Statement(1, "need", "a plan for my sons"),
    )
    reply = said(motivations=[{"text": "Connects the children", "cites": [1, 2]}])
    assert described(reply, statements=statements).words.portrait == Portrait(
        motivations=(Attribute("Connects the children", (0, 1)),)
    )


@pytest.mark.parametrize("line", ["Los pagos son lentos", "He llamado tres veces", "Quiere mayor rapidez"])
def test_harmless_words_are_let_through(line: str) -> None:
    assert described(said(line)).words.name == line


def test_nobody_is_asked_about_nothing_and_no_answer_is_handed_on() -> None:
    failure = Failure("refused", "the model would not", "a group of 2")
    assert (
        persona.run(replace(FACTS, statements=(Statement(0, "need", ""),)), (), ScriptedAsker([]), silent)
        is None
    )
    assert persona.run(FACTS, (), ScriptedAsker([failure]), silent) == failure
