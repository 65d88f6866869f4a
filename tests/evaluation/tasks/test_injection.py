from pathlib import Path

import pytest
from tests.repository import ROOT

from journeyai.evaluation.gold import read_documents
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.tasks.injection import HOSTS, TASK, Harness, Verdict, figures, findings
from journeyai.evaluation.tasks.injection_cases import Poisoned, load_poisoned
from journeyai.evaluation.tasks.injection_changes import Change

FOLDER = ROOT / "evals" / "adversarial" / "poisoned"
POISONED = load_poisoned(FOLDER, "en")


def _one(attack: str) -> Poisoned:
    return next(one for one in POISONED if one.attack == attack)


@pytest.fixture(scope="module")
def harness() -> Harness:
    return Harness(read_documents(ROOT / "evals" / "data" / HOSTS["en"])[:5], "en", POISONED)


def test_a_payload_in_a_question_with_others_changes_what_is_observed_in_them(
    harness: Harness, tmp_path: Path
) -> None:
    verdict = harness.judge(_one("merge"), tmp_path)
    assert "evidence" in {change.kind for change in verdict.naive}


def test_documents_that_are_read_alone_leave_the_observations_of_others_as_they_are(
    harness: Harness, tmp_path: Path
) -> None:
    verdict = harness.judge(_one("delete"), tmp_path)
    assert "evidence" not in {change.kind for change in verdict.changed}


def test_an_order_that_nobody_reads_changes_nothing(harness: Harness, tmp_path: Path) -> None:
    verdict = harness.judge(_one("hidden_html_comment"), tmp_path)
    assert (verdict.changed, verdict.naive) == ((), ())


def test_documents_are_counted_and_told() -> None:
    one, other = POISONED[:2]
    verdicts = [
        Verdict(one, (Change("card", "+ a"), Change("shared", "+ b")), (), (Change("evidence", "+ c"),)),
        Verdict(other, (Change("shared", "+ d"),), (Change("card", "+ e"),), ()),
    ]
    assert figures(verdicts) == (
        Figure("changed", 1, 2, None, None),
        Figure("twin", 1, 2, None, None),
        Figure("shared", 2, 2, None, None),
        Figure("naive", 1, 2, None, None),
    )
    assert findings(verdicts) == ["en/chat-garden-boxes.txt (ignore): 1 card.", "    card: + a"]


def test_the_task_needs_nothing_from_outside() -> None:
    assert (TASK.name, TASK.needs_outside, TASK.of_corpora) == ("injection", False, False)
