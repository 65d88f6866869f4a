from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.engines.llm.steps.sample_questions import CARDS, SAMPLES
from tests.engines.llm.steps.scripted import ScriptedAsker, rendered, silent

from journeyai.engines.engine import Idea
from journeyai.engines.llm.asking import Failure
from journeyai.engines.llm.steps import opportunity
from journeyai.engines.llm.steps.opportunity import Opportunities


def one(title: str, cites: list[int], priority: int, detail: str = "Why.") -> dict[str, Any]:
    grades = {"desirable": "high", "viable": "unknown", "feasible": "low"}
    return {"title": title, "detail": detail, "cites": cites, "priority": priority, **grades}


def idea(title: str, *cards: int) -> Idea:
    return Idea(title, "Why.", cards, "high", "unknown", "low")


def test_the_question_is_asked_as_ever(golden: Callable[[str, str], None]) -> None:
    golden("opportunity.md", rendered(SAMPLES["opportunity"]()[0]))


def test_ideas_come_by_priority_each_with_its_cards() -> None:
    said = [
        one("Later", [2], 3),
        one("Pay at once", [1, 9], 1),
        one("From nowhere", [9], 2),
        one(" ", [1], 2),
    ]
    found = opportunity.run(CARDS, "en", (), ScriptedAsker([{"opportunities": said}]), silent)
    assert found == Opportunities((idea("Pay at once", 0), idea("Later", 1)), dropped=2, uncited=2)


def test_the_same_title_twice_is_one_idea_with_all_cards() -> None:
    said = [one("Pay al instante", [2], 2), one("Pay al Instánte", [1, 2], 1)]
    found = opportunity.run(CARDS, "es", (), ScriptedAsker([{"opportunities": said}]), silent)
    assert found == Opportunities((idea("Pay al Instánte", 0, 1),), 0, 0)


def test_more_than_seven_are_too_many() -> None:
    said = [one(f"Idea {n}", [1], 1 + n // 2) for n in range(10)]
    found = opportunity.run(CARDS, "en", (), ScriptedAsker([{"opportunities": said}]), silent)
    assert found == Opportunities(tuple(idea(f"Idea {n}", 0) for n in range(7)), 0, 0)


def test_nobody_is_asked_about_nothing_and_no_answer_is_handed_on() -> None:
    failure = Failure("server", "the server has a fault", "2 cards")
    assert opportunity.run((replace(CARDS[0], title=""),), "en", (), ScriptedAsker([]), silent) is None
    assert opportunity.run(CARDS, "en", (), ScriptedAsker([failure]), silent) == failure


def test_a_card_without_a_title_is_not_told_and_cannot_be_cited() -> None:
    asker = ScriptedAsker([{"opportunities": [one("Keep kind agents", [1, 2], 1)]}])
    cards = (replace(CARDS[0], title=""), CARDS[1])
    assert opportunity.run(cards, "en", ("Ana",), asker, silent) == Opportunities(
        (idea("Keep kind agents", 1),), 1, 0
    )
    assert asker.asked[0].names == ("Ana",)
    assert asker.asked[0].data["lines"] == "[2] delight · Use · 1 person · feeling +1.5: Agents are kind"
