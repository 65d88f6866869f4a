"""The conversations of `evals/summaries` are fit to measure with, and figures are those a hand computes."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.repository import ROOT

from journeyai.engines.recap import PainPoint, Promise, Recap
from journeyai.errors import SourceError
from journeyai.evaluation.tasks.summaries import Told, figures, findings, told_by, trivial
from journeyai.evaluation.tasks.summaries_cases import HALVES, Case, document_of, lines_of, load_cases

FOLDER = ROOT / "evals" / "summaries"
CASES = {half: load_cases(FOLDER / f"{half}.yaml") for half in HALVES}
EVERY = [case for cases in CASES.values() for case in cases]

ONE = """
- id: x1
  language: en
  kind: chat
  said:
    - c: Hello.
    - a: Hi, I am Wren.
    - c: My parcel is lost. It was a gift.
    - n: Careful.
    - a: I will send another.
  outcome: unknown
  issue: [3]
  pains: [3]
  promises: [5]
  end: -1
"""


def written(folder: Path, text: str = ONE) -> Path:
    path = folder / "half.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return load_cases(written(tmp_path))[0]


def test_the_halves_hold_what_their_readme_says_and_share_no_line() -> None:
    assert {half: Counter(case.language for case in cases) for half, cases in CASES.items()} == {
        "development": {"en": 12, "es": 12},
        "held_back": {"en": 8, "es": 8},
    }
    assert len({case.id for case in EVERY}) == len(EVERY)
    lines = {half: {words for case in cases for _, words in case.said} for half, cases in CASES.items()}
    shared = lines["development"] & lines["held_back"]
    assert {words for words in shared if len(words.split()) > 3} == set()
    for cases in CASES.values():
        assert {case.outcome for case in cases} == {"resolved", "unresolved", "partly", "unknown"}
        assert {case.end for case in cases} == {-1, 0, 1}
        assert {case.kind for case in cases} == {
            "chat",
            "call",
            "ticket",
            "review",
            "survey",
            "interview",
            "note",
        }


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.id)
def test_each_line_stands_where_its_number_says(case: Case) -> None:
    document = document_of(case)
    assert document.text == "\n".join(words for _, words in case.said)
    for utterance in document.utterances:
        lines = lines_of(utterance, document)
        assert any(part in case.said[line - 1][1] for line in lines for part in utterance.text.split("\n"))
    private = {
        line for turn in document.turns if turn.private for line in [document.text.count("\n", 0, turn.start)]
    }
    assert {line + 1 for line in private} == set(case.lines_of("n"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: chat", "kind: chatter", "`chatter` is no kind"),
        ("outcome: unknown", "outcome: done", "`done` is no outcome"),
        ("end: -1", "end: 2", "`end` is -1, 0 or 1"),
        ("- n: Careful.", "- z: Careful.", "nobody is `z`"),
        ("pains: [3]", "pains: [2]", "`pains` names line 2, which is not of those who can say it"),
        ("promises: [5]", "promises: [4]", "`promises` names line 4"),
        ("issue: [3]", "issue: []", "`issue` names no line"),
        ("  end: -1\n", "", "its keys must be"),
    ],
)
def test_what_is_labelled_wrongly_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, ONE.replace(old, new))
    with pytest.raises(SourceError, match="conversation 1: ") as refused:
        load_cases(path)
    assert message in refused.value.message


@pytest.mark.parametrize("text", ["a: [", "just words", "\x00"])
def test_what_is_no_list_of_conversations_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        load_cases(written(tmp_path, text))
    with pytest.raises(SourceError, match="cannot be read"):
        load_cases(tmp_path / "none.yaml")


def test_a_summary_is_told_in_the_terms_of_the_labels(case: Case) -> None:
    document = document_of(case)
    lost, gift, another = (document.utterances[n] for n in (2, 3, 5))
    recap = Recap(
        document=document.key,
        issue="My parcel is…",
        what_happened="",
        customer_goal="",
        outcome="unknown",
        emotion_start="neutral",
        emotion_end="anger",
        valence_path=(),
        stages=(),
        pain_points=(PainPoint("Lost", (lost, gift)),),
        promises=(Promise("agent", another.text, another),),
        key_quotes=(),
    )
    right = Told("unknown", 3, frozenset({3}), frozenset({5}), -1)
    assert told_by(recap, case, document) == right
    assert told_by(replace(recap, issue="Elsewhere", emotion_end="relief"), case, document) == replace(
        right, issue=0, end=1
    )
    assert findings([case], [right]) == []


def test_figures_are_shares_and_f1_over_lines(case: Case) -> None:
    other = replace(case, id="x2", pains=(1, 3), promises=())
    told = [
        Told("unknown", 3, frozenset({3}), frozenset({5}), -1),
        Told("resolved", 1, frozenset({3, 5}), frozenset({2}), -1),
    ]
    found = {figure.name: figure.value for figure in figures([case, other], told, 1)}
    assert found == pytest.approx(
        {
            "outcome": 0.5,
            "issue": 0.5,
            "end": 1.0,
            "pains.f1": 4 / 6,
            "pains.precision": 2 / 3,
            "pains.recall": 2 / 3,
            "promises.f1": 2 / 3,
            "promises.precision": 1 / 2,
            "promises.recall": 1.0,
        }
    )
    assert findings([other], told[1:]) == [
        "x2: outcome is resolved, labelled unknown; pains is [3, 5], labelled [1, 3]; promises is [2], labelled []; "
        "issue is line 1, labelled [3]."
    ]


def test_who_reads_nothing_says_the_commonest(case: Case) -> None:
    assert trivial(case, [case, replace(case, outcome="partly", end=0), case]) == Told(
        "unknown", 1, frozenset({1, 3}), frozenset({5}), -1
    )
