"""The requests of `evals/edits` are fit to measure with, and what came of one is judged as their README says."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.engines.llm.servers import Asked, ModelServer, Told, says
from tests.repository import ROOT

from journeyai.engines.conversation import Proposed
from journeyai.errors import SourceError
from journeyai.evaluation.task import Drafted, Row, Workplace
from journeyai.evaluation.tasks import edits
from journeyai.evaluation.tasks.edits import (
    TASK,
    Maps,
    Verdict,
    figures,
    findings,
    ground_of,
    is_same,
    judge,
)
from journeyai.evaluation.tasks.edits_cases import (
    HALVES,
    LANGUAGES,
    LATER,
    LEVELS,
    Case,
    faults,
    load_cases,
    load_maps,
    spell,
)
from journeyai.model.changes import CHANGE_KINDS, Change
from journeyai.operations.apply import apply

FOLDER = ROOT / "evals" / "edits"
MAPS = load_maps(FOLDER)
CASES = {half: load_cases(FOLDER / f"{half}.jsonl", MAPS) for half in HALVES}
EVERY = [case for cases in CASES.values() for case in cases]


def case_of(expect: Any = "changes", *ways: Sequence[Change], language: str = "en", level: int = 1) -> Case:
    return Case("r1", language, "en", level, "do it", (), expect, tuple(map(tuple, ways)), "")


ACCEPT = Change("accept", ("c5",))
LOCK = Change("lock", ("c6",))
#: c112 is locked.
IMPOSSIBLE = Change("edit_title", ("c112",), text="Hard to leave")


def test_there_are_75_requests_in_each_half_and_no_request_in_both() -> None:
    assert [len(cases) for cases in CASES.values()] == [75, 75]
    assert len({case.id for case in EVERY}) == len({case.request.casefold() for case in EVERY}) == 150


@pytest.mark.parametrize("half", HALVES)
def test_a_half_is_balanced_and_speaks_of_every_kind_of_change(half: str) -> None:
    cases = CASES[half]
    assert set(Counter(case.language for case in cases).values()) == {37, 38}
    cells = Counter((case.language, case.level) for case in cases)
    assert set(cells) == {(language, level) for language in LANGUAGES for level in LEVELS}
    assert set(cells.values()) == {12, 13}
    # Grades and progress of opportunities came after the requests were written.
    asked = {change.kind for case in cases for way in case.ways for change in way}
    assert asked == set(CHANGE_KINDS) - {"set_grade", "set_progress"}
    assert sum(case.expect != "changes" for case in cases) == 15
    assert {case.level for case in cases if case.expect != "changes"} == set(LEVELS)
    assert {case.expect for case in cases} == {"changes", "ask", "refuse", "question"}
    assert any(case.journey != case.language for case in cases)


@pytest.mark.parametrize("case", [case for case in EVERY if case.ways], ids=lambda case: case.id)
def test_each_reading_can_be_made_to_its_map_and_has_an_effect(case: Case) -> None:
    journey = MAPS[case.journey]
    for way in case.ways:
        assert apply(journey, way, ground_of(journey)) != journey, spell(way)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_frozen_map_is_written_as_a_study_writes_it(language: str) -> None:
    assert (FOLDER / "maps" / f"{language}.json").read_text(encoding="utf-8") == MAPS[language].to_json()


LINE: dict[str, Any] = {
    "id": "r1", "language": "en", "map": "en", "level": 1, "request": "accept c5", "last": [], "expect": "changes",
    "changes": [{"kind": "accept", "targets": ["c5"], "to": None, "text": None}], "note": "",
}  # fmt: skip


def changed(**change: Any) -> dict[str, Any]:
    return {**LINE, "changes": [{**LINE["changes"][0], **change}]}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is no request"),
        ("[]", "is no request"),
        ({**LINE, "extra": 1}, "its keys are"),
        ({key: value for key, value in LINE.items() if key != "note"}, "its keys are"),
        ({**LINE, "level": 4}, "`level` is 4"),
        ({**LINE, "map": "fr"}, "`map` is 'fr'"),
        ({**LINE, "request": " "}, "no words"),
        ({**LINE, "last": ["c999"]}, "`c999` was shown"),
        ({**LINE, "expect": "ask"}, "`ask` is expected, with 1 readings"),
        ({**LINE, "changes": []}, "`changes` is expected, with 0 readings"),
        (changed(kind="explode"), "`explode` is no kind"),
        (changed(targets=["c999"]), "a target is unknown"),
        (changed(targets=[]), "0 targets"),
        (changed(to="c5"), "`to` is 'c5'"),
        (changed(text="x"), "`text` is 'x'"),
        (changed(kind="edit_title", targets=["c5", "c6"], text="x"), "2 targets"),
        (changed(kind="edit_title"), "`text` is None"),
        (changed(kind="set_lane", to="pain"), "`to` is 'pain'"),
        (changed(kind="set_lane"), "`to` is None"),
        (changed(kind="merge_cards", targets=["c5", "c6"], to="c7"), "`to` is 'c7'"),
        (changed(kind="attach_evidence"), "lacks evidence"),
        (changed(kind="set_scope", targets=[], to="state", text="soon"), "`text` is 'soon'"),
    ],
    ids=str,
)  # fmt: skip
def test_a_line_that_cannot_be_meant_is_named_by_its_number(line: object, why: str, tmp_path: Path) -> None:
    path = tmp_path / "half.jsonl"
    told = line if isinstance(line, str) else json.dumps(line)
    path.write_text(f"{json.dumps(LINE)}\n{told}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 2") as error:
        load_cases(path, MAPS)
    assert why in str(error.value)


def test_requests_and_maps_that_are_not_there_or_broken_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.jsonl"):
        load_cases(tmp_path / "gone.jsonl", MAPS)
    (tmp_path / "latin.jsonl").write_bytes("¿qué?".encode("latin-1"))
    with pytest.raises(SourceError, match=r"latin\.jsonl"):
        load_cases(tmp_path / "latin.jsonl", MAPS)
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "en.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"en\.json"):
        load_maps(tmp_path)


def test_every_reading_of_a_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "half.jsonl"
    path.write_text(json.dumps({**LINE, "or": [changed(kind="reject")["changes"]]}) + "\n", encoding="utf-8")
    (case,) = load_cases(path, MAPS)
    assert case.ways == ((ACCEPT,), (Change("reject", ("c5",)),))
    assert faults(case, MAPS["en"]) == []


@pytest.mark.parametrize(
    ("some", "others", "same"),
    [
        ([Change("accept", ("c5", "c6"))], [Change("accept", ("c6", "c5"))], True),
        ([Change("accept", ("c5", "c6"))], [Change("accept", ("c6",)), Change("accept", ("c5",))], True),
        ([Change("accept", ("c5",))] * 2, [Change("accept", ("c5",))], True),
        ([Change("accept", ("c5", "c6"))], [Change("accept", ("c5",))], False),
        ([ACCEPT, LOCK], [LOCK, ACCEPT], True),
        ([ACCEPT, Change("lock", ("c5",))], [Change("lock", ("c5",)), ACCEPT], False),
        ([Change("set_goal", text="Sell  More.")], [Change("set_goal", text="“sell more”")], True),
        ([Change("set_goal", text="sell more")], [Change("set_goal", text="sell")], False),
        ([Change("edit_detail", ("c5",), text="")], [Change("edit_detail", ("c5",), text="")], True),
        ([Change("merge_cards", ("c5", "c6"), "c5")], [Change("merge_cards", ("c6", "c5"), "c5")], True),
        ([Change("merge_cards", ("c5", "c6"), "c5")], [Change("merge_cards", ("c5", "c6"), "c6")], False),
        ([Change("split_card", ("c5", "e41", "e40"), text="x")],
         [Change("split_card", ("c5", "e40", "e41"), text="X")], True),
        ([Change("add_stage", text="x")], [Change("add_stage", (), "end", "x")], True),
        ([Change("add_stage", text="x")], [Change("add_stage", (), "loyalty", "x")], True),
        ([Change("add_stage", text="x")], [Change("add_stage", (), "start", "x")], False),
        ([Change("move_stage", ("use",), "end")], [Change("move_stage", ("use",), "loyalty")], True),
        ([Change("move_stage", ("loyalty",), "end")], [Change("move_stage", ("loyalty",), "support")], True),
        ([Change("move_speaker", (), "p2", "Dana")],
         [Change("move_speaker", (), "p2", "interviews/int-02.txt: Dana")], True),
        ([Change("move_speaker", (), "p2", "Dana")], [Change("move_speaker", (), "p1", "Dana")], False),
        ([Change("set_scope", (), "start", "a"), Change("set_scope", (), "end", "b")],
         [Change("set_scope", (), "end", "b"), Change("set_scope", (), "start", "a")], True),
    ],
    ids=lambda one: one if isinstance(one, bool) else spell(one),
)  # fmt: skip
def test_changes_are_the_same_however_they_are_put(
    some: list[Change], others: list[Change], same: bool
) -> None:
    assert is_same(some, others, MAPS["en"]) is same
    assert is_same(others, some, MAPS["en"]) is same


@pytest.mark.parametrize(
    ("case", "proposed", "outcome"),
    [
        (case_of("changes", [ACCEPT]), Proposed((ACCEPT,)), "right"),
        (case_of("changes", [LOCK], [ACCEPT]), Proposed((ACCEPT,)), "right"),
        (case_of("changes", [ACCEPT]), Proposed((LOCK,)), "wrong"),
        (case_of("changes", [ACCEPT]), Proposed((ACCEPT, LOCK)), "wrong"),
        (case_of("changes", [ACCEPT, LOCK]), Proposed((ACCEPT,)), "wrong"),
        (case_of("changes", [ACCEPT]), Proposed((), "Which?"), "missed"),
        (case_of("changes", [ACCEPT]), Proposed(()), "missed"),
        (case_of("changes", [ACCEPT]), None, "missed"),
        (case_of("ask"), Proposed((), "Which?"), "right"),
        (case_of("ask"), Proposed(()), "missed"),
        (case_of("ask"), Proposed((ACCEPT,)), "wrong"),
        (case_of("question"), Proposed(()), "right"),
        (case_of("question"), Proposed((), "Which?"), "right"),
        (case_of("question"), Proposed((IMPOSSIBLE,)), "wrong"),
        (case_of("question"), None, "missed"),
        (case_of("refuse"), Proposed(()), "right"),
        (case_of("refuse"), Proposed((), "Which?"), "right"),
        (case_of("refuse"), Proposed((IMPOSSIBLE,)), "right"),
        (case_of("refuse"), Proposed((ACCEPT, IMPOSSIBLE)), "right"),
        (case_of("refuse"), Proposed((ACCEPT,)), "wrong"),
        (case_of("changes", [ACCEPT]), Proposed((LOCK,), is_sure=False), "misread"),
        (case_of("changes", [ACCEPT]), Proposed((ACCEPT,), is_sure=False), "right"),
    ],
)  # fmt: skip
def test_an_outcome_is_what_the_readme_says(case: Case, proposed: Proposed | None, outcome: str) -> None:
    assert judge(case, proposed, MAPS["en"]).outcome == outcome


VERDICTS = [
    Verdict(case_of("changes", [ACCEPT]), Proposed((ACCEPT,)), "right"),
    Verdict(case_of("changes", [ACCEPT]), Proposed((LOCK, IMPOSSIBLE)), "wrong"),
    Verdict(case_of("changes", [ACCEPT]), Proposed((LOCK,), is_sure=False), "misread"),
    Verdict(case_of("changes", [ACCEPT]), Proposed((), "Which?"), "missed"),
    Verdict(case_of("ask"), Proposed((), "Which?"), "right"),
    Verdict(case_of("question"), None, "missed"),
]


def test_figures_and_findings_are_those_a_hand_computes() -> None:
    assert {figure.name: (figure.value, figure.n) for figure in figures(VERDICTS, 7)} == {
        "exact": (pytest.approx(1 / 3), 6), "changes": (0.25, 4), "others": (0.5, 2), "wrong": (1.0, 6),
        "misread": (1.0, 6), "missed": (2.0, 6),
    }  # fmt: skip
    assert findings(VERDICTS) == [
        "r1 “do it” is wrong: lock c6; edit_title c112 “Hard to leave”; meant is accept c5.",
        "r1 “do it” is misread: lock c6; meant is accept c5.",
        "r1 “do it” is missed: asked “Which?”; meant is accept c5.",
        "r1 “do it” is missed: no answer; meant is question.",
    ]


def no_draft(sources: Path, language: str, *, name: str) -> Drafted:
    """Fail: nothing is drafted."""
    raise AssertionError(name)


def workplace(folder: Path, engine: str, say: Callable[[str], None]) -> Workplace:
    return Workplace(ROOT / "evals" / "data", None, folder, no_draft, 7, say, (), engine)


def says_nothing(cases: Sequence[Case], maps: Maps, scratch: Path) -> list[Proposed | None]:
    return [Proposed(())] * len(cases)


def test_what_goes_wrong_is_listed_of_the_development_half_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(edits.PROPOSERS, "silent", says_nothing)
    told: list[str] = []
    rows = {row.subject: row for row in TASK.run(workplace(tmp_path, "silent", told.append))}
    ends = ("en", "es", "level-1", "level-2", "level-3", "all")
    practice = ["practice-en", "practice-es"]
    assert list(rows) == [*(f"{half}-{end}" for half in HALVES for end in ends), *practice, *LATER]
    assert told == [f"Requests, {name}" for name in (*HALVES, *practice, *LATER)]
    noted = [row.subject for row in rows.values() if row.notes]
    assert noted == ["development-en", "development-es", *practice, "opportunities"]
    # Whoever says nothing is right about refusals and questions, misses the rest, and never does wrong.
    assert figure(rows["development-all"], "others") == pytest.approx(9 / 15)
    assert figure(rows["held_back-all"], "missed") == 60 + 5
    assert figure(rows["held_back-all"], "wrong") == 0
    assert sum(len(rows[f"development-{language}"].notes) for language in LANGUAGES) == 66


def figure(row: Row, name: str) -> float | None:
    return next(one.value for one in row.figures if one.name == name)


def test_an_engine_that_only_draws_has_no_rows(tmp_path: Path) -> None:
    told: list[str] = []
    assert list(TASK.run(workplace(tmp_path, "majority", told.append))) == []
    assert told == ["`majority` reads no requests"]


def obeys(asked: Asked) -> Told:
    """Accept what is on the screen if anything is, or else c5; of nothing that is not."""
    shown = re.search(r"on the screen now: (c\d+)", asked.text)
    target = shown[1] if shown else "c5"
    return says(
        {"changes": [{"kind": "accept", "targets": [target], "to": None, "text": None}], "unclear": ""}
    )


def test_a_model_is_asked_once_for_each_request_and_told_what_was_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [replace(case_of("changes", [ACCEPT]), last=last, request=request)
             for last, request in (((), "accept c5"), (("c6", "c7"), "accept the first of these"))]  # fmt: skip
    with ModelServer(obeys) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        found = edits.PROPOSERS["llm"](cases, MAPS, tmp_path)
    assert [one.changes for one in found if one] == [(ACCEPT,), (Change("accept", ("c6",)),)]
    assert len([one for one in server.requests if "accept" in one.text]) == 2


def test_what_the_map_refuses_ends_as_a_reason_and_no_answer_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = {"changes": [{"kind": "reject", "targets": ["c112"], "to": None, "text": None}], "unclear": ""}
    cases = [replace(case_of("refuse"), request=request) for request in ("reject c112", "talk nonsense")]
    with ModelServer(lambda asked: says("nonsense" if "talk nonsense" in asked.text else locked)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        refused, nothing = edits.PROPOSERS["llm"](cases, MAPS, tmp_path)
    assert refused is not None
    assert refused.changes == ()
    assert "locked" in refused.reasons[-1]
    assert nothing is None
