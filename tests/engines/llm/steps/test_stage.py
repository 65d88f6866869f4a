from collections.abc import Callable
from dataclasses import replace

from tests.engines.llm.steps.sample_questions import CARDS, SAMPLES
from tests.engines.llm.steps.scripted import Said, ScriptedAsker, rendered, silent

from journeyai.engines.llm.asking import Failure
from journeyai.engines.llm.steps import stage
from journeyai.engines.llm.steps.stage import StageSummaries


def test_the_question_is_asked_as_ever(golden: Callable[[str, str], None]) -> None:
    golden("stage.md", rendered(SAMPLES["stage"]()[0]))


def test_a_summary_stands_when_a_card_stands_behind_it() -> None:
    script: list[Said] = [
        {"summary": "Refunds take\nlong.", "cites": [1, 3]},
        {"summary": "From nowhere.", "cites": [0, 7]},
        {"summary": " ", "cites": [1]},
        Failure("timeout", "no answer in time", "the stage Use"),
    ]
    stages = [CARDS, (), CARDS, CARDS, CARDS]
    assert stage.run(stages, "en", (), ScriptedAsker(script), silent) == StageSummaries(
        texts=("Refunds take long.", "", "", "", ""),
        dropped=3,
        uncited=2,
        failures=(Failure("timeout", "no answer in time", "the stage Use"),),
    )


def test_the_weightiest_cards_are_told() -> None:
    (asked,) = stage.questions([(CARDS[1],) * 60 + (CARDS[0],)], "en", ("Ana",))
    assert asked.names == ("Ana",)
    lines = asked.data["lines"].splitlines()
    assert (len(lines), lines[0]) == (40, "[1] pain point · 5 people · severity 3 of 3: Refunds take weeks")


def test_without_cards_nobody_is_asked() -> None:
    assert stage.run(
        [(), (replace(CARDS[0], title=""),)], "en", (), ScriptedAsker([]), silent
    ) == StageSummaries(("", ""), 0, 0, ())
