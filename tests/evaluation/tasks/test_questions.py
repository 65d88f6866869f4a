"""The questions are sound, and the figures of answers are those a hand computes."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.repository import ROOT

from journeyai.engines.conversation import Answer, Cited, Sentence
from journeyai.errors import SourceError
from journeyai.evaluation.gold import GoldSegment, Passage, load
from journeyai.evaluation.tasks.questions import (
    HALVES,
    Asked,
    Right,
    Verdict,
    figures,
    findings,
    is_right,
    judge,
    load_questions,
)
from journeyai.knowledge.guide import guide

FOLDER = ROOT / "evals" / "questions"
ALL = {half: load_questions(FOLDER / f"{half}.jsonl") for half in HALVES}


def segment(source: str, lane: str, theme: str | None, stage: str) -> GoldSegment:
    whole = load(ROOT / "evals" / "data" / "sample-en").segments[0]
    return replace(whole, source=source, record=None, lane=lane, theme=theme, stage=stage)


PASSAGES = (
    Passage(segment("a.txt", "pain_point", "late", "use"), 10, 20),
    Passage(segment("b.txt", "delight", None, "use"), 0, 9),
)


def test_the_parts_hold_what_their_readme_says_and_share_no_question() -> None:
    told = {
        half: (
            len(questions),
            Counter(asked.language for asked in questions),
            sum(not asked.found for asked in questions),
        )
        for half, questions in ALL.items()
    }
    assert told == {
        "development": (50, {"en": 27, "es": 23}, 13),
        "held_back": (34, {"en": 15, "es": 19}, 11),
    }
    asked = [question.question for questions in ALL.values() for question in questions]
    assert len(set(asked)) == len(asked)
    ids = [question.id for questions in ALL.values() for question in questions]
    assert len(set(ids)) == len(ids)


def test_what_is_right_is_known() -> None:
    entries = {entry.id for entry in guide("en")}
    themes = {
        language: {theme.id for theme in load(ROOT / "evals" / "data" / f"sample-{language}").themes}
        for language in ("en", "es")
    }
    for questions in ALL.values():
        for asked in questions:
            assert set(asked.right.guide) <= entries
            assert set(asked.right.themes) <= themes[asked.study]
            assert asked.found or not asked.right.is_told


@pytest.mark.parametrize(
    ("place", "right", "told"),
    [
        (Cited("x", "a.txt", None, 0, 11), Right(themes=("late",)), True),
        (Cited("x", "a.txt", None, 0, 10), Right(themes=("late",)), False),
        (Cited("x", "b.txt", None, 12, 15), Right(themes=("late",)), False),
        (Cited("x", "b.txt", None, 0, 5), Right(lane="delight"), True),
        (Cited("x", "b.txt", None, 0, 5), Right(lane="delight", stage="purchase"), False),
        (Cited("La Factura", "c.txt"), Right(words=("fact",)), True),
        (Cited("x", "c.txt", speaker="Leon (customer)"), Right(speaker="Leon"), True),
        (Cited("x", guide="NPS"), Right(guide=("nps",)), True),
        (Cited("x", guide="NPS"), Right(guide=("ces",)), False),
    ],
    ids=["theme", "beside", "other-file", "lane", "other-stage", "word", "speaker", "guide", "other-entry"],
)
def test_a_place_is_right_by_any_of_what_is_told(place: Cited, right: Right, told: bool) -> None:
    assert is_right(place, right, PASSAGES) is told


def asked(id_: str, *, found: bool = True, right: Right | None = None) -> Asked:
    return Asked(id_, "en", "en", "topic", f"{id_}?", found, right or Right())


def test_figures_and_findings_are_those_a_hand_computes() -> None:
    wanted = Right(themes=("late",))
    good = Answer(
        True, (Sentence("x", (0, 1)),), (Cited("x", "a.txt", None, 0, 11), Cited("x", "b.txt", None, 0, 5))
    )
    no = Answer(False, (Sentence("no"),))
    verdicts = [
        judge(asked("a", right=wanted), good, PASSAGES, 0.1),
        judge(asked("b", right=wanted), no, PASSAGES, 0.2),
        judge(asked("c", found=False), no, PASSAGES, 0.3),
        judge(asked("d", found=False), good, PASSAGES, 0.4),
        judge(asked("e", right=Right(words=("zebra",))), good, PASSAGES, 0.5),
        judge(asked("f"), good, PASSAGES, 0.6),
    ]
    assert {figure.name: (figure.value, figure.n) for figure in figures(verdicts, 7)} == {
        "found": (4 / 6, 6),
        "answered": (3 / 4, 4),
        "refused": (1 / 2, 2),
        "right": (1 / 2, 2),
        "places": (1 / 4, 4),
        "seconds": (pytest.approx(0.35), 6),
    }
    assert findings(verdicts) == [
        "b “b?” was refused.",
        "d “d?” was answered.",
        "e “e?”: none of 2 places is right.",
    ]


def test_an_example_of_the_map_is_not_judged_where_the_guide_is_asked() -> None:
    told = Answer(True, (Sentence("x", (0, 1)),), (Cited("x", guide="NPS"), Cited("x", "a.txt", None, 0, 5)))
    verdict = judge(asked("a", right=Right(guide=("nps",))), told, PASSAGES, 0.1)
    assert verdict == Verdict(verdict.asked, True, 1, 1, 0.1)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"x"',
        json.dumps({"id": "a"}),
        json.dumps(
            {"id": "a", "study": "en", "language": "en", "kind": "x", "question": "?", "found": True, "so": 1}
        ),
    ],
    ids=["no-json", "list", "text", "keys-missing", "key-unknown"],
)
def test_a_broken_line_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 2"):
        load_questions(path)
