"""The requests and questions that were written later: fit to measure with, and rows of their own."""

import json
from pathlib import Path

import pytest
from tests.repository import ROOT

from journeyai.evaluation.task import Drafted, Workplace
from journeyai.evaluation.tasks import edits, questions
from journeyai.evaluation.tasks.edits_cases import HALVES, LATER, Case, load_cases, load_maps
from journeyai.knowledge.guide import guide
from journeyai.operations.apply import apply

FOLDER = ROOT / "evals" / "edits"
MAPS = load_maps(FOLDER)
CASES = {name: load_cases(FOLDER / f"{name}.jsonl", MAPS) for name in LATER}
EVERY = [case for cases in CASES.values() for case in cases]


def test_each_half_has_requests_and_sentences_that_only_look_so_in_both_languages() -> None:
    for cases in CASES.values():
        for language in ("en", "es"):
            own = [case for case in cases if case.language == language]
            assert sum(case.expect == "changes" for case in own) >= 15
            assert sum(case.expect != "changes" for case in own) >= 15
    assert len({case.id for case in EVERY}) == len(EVERY)
    assert len({(case.request.casefold(), case.last) for case in EVERY}) == len(EVERY)


@pytest.mark.parametrize("case", [case for case in EVERY if case.ways], ids=lambda case: case.id)
def test_each_reading_can_be_made_to_its_map_and_has_an_effect(case: Case) -> None:
    journey = MAPS[case.journey]
    for way in case.ways:
        assert apply(journey, way, edits.ground_of(journey)) != journey


def never(sources: Path, language: str, *, name: str) -> Drafted:
    raise AssertionError("nothing is drafted")


def test_what_goes_wrong_is_listed_for_the_half_that_may_be_tuned_on_alone(tmp_path: Path) -> None:
    folder = tmp_path / "edits"
    folder.mkdir()
    (folder / "maps").symlink_to(FOLDER / "maps")
    line = json.dumps(
        {"id": "x1", "language": "en", "map": "en", "level": 1, "request": "accept c5", "last": [],
         "expect": "question", "changes": [], "note": ""}
    )  # fmt: skip
    for name in (*HALVES, *LATER):
        (folder / f"{name}.jsonl").write_text(line, encoding="utf-8")
    work = Workplace(tmp_path / "data", None, tmp_path, never, 0, lambda _: None, engine="local")

    rows = {row.subject: row for row in edits.TASK.run(work)}

    assert [len(rows[name].notes) for name in LATER] == [1, 0]


def test_the_guide_has_every_entry_that_a_question_may_be_answered_with() -> None:
    ids = {entry.id for entry in guide("en")}
    for name in questions.LATER:
        asked = questions.load_questions(ROOT / "evals" / "questions" / f"{name}.jsonl")
        assert {id_ for one in asked for id_ in one.right.guide} <= ids
