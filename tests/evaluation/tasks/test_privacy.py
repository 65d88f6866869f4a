from collections import Counter
from pathlib import Path

import pytest
from tests.repository import ROOT

from journeyai.errors import SourceError
from journeyai.evaluation.tasks.privacy import (
    HALVES,
    LANGUAGES,
    Piece,
    Text,
    figures,
    findings,
    judge,
    load_texts,
)
from journeyai.privacy import KINDS

FOLDER = ROOT / "evals" / "privacy"
FILES = [f"{half}.{language}.txt" for half in HALVES for language in LANGUAGES]


def test_there_are_enough_texts_of_both_sorts_and_every_kind_in_each_half() -> None:
    texts = {name: load_texts(FOLDER / name) for name in FILES}
    everything = [text for own in texts.values() for text in own]
    assert sum(bool(text.pieces) for text in everything) >= 400
    assert sum(not text.pieces for text in everything) >= 150
    for half in HALVES:
        own = [text for name in FILES if name.startswith(half) for text in texts[name]]
        kinds = Counter(piece.kind for text in own for piece in text.pieces)
        assert set(kinds) == {*KINDS, "bare"} - {"word"}
    halves = [
        {text.text for name in FILES if name.startswith(half) for text in texts[name]} for half in HALVES
    ]
    assert halves[0] & halves[1] == set()


def test_a_line_is_read_with_its_names_labels_and_line_feeds(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("# a remark\n\n[names: Ana; P1] Hi {person Ana},\\nbye\n", encoding="utf-8")
    assert load_texts(path) == (Text(3, "Hi Ana,\nbye", ("Ana", "P1"), (Piece(3, 6, "person"),)),)


@pytest.mark.parametrize("line", ["{person Ana", "{name Ana}", "Ana}"])
def test_a_broken_label_is_named_by_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(f"# a remark\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 2"):
        load_texts(path)


def test_figures_and_findings_are_those_a_hand_computes(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(
        "mail {email a@example.com} now\nthe nurse, {bare Abigail}, said {person xyz} to b@example.com today\n",
        encoding="utf-8",
    )
    verdicts = [judge(text) for text in load_texts(path)]
    told = {figure.name: (figure.value, figure.n) for figure in figures(verdicts, 7)}
    assert told == {
        "recall": (0.5, 2), "exact": (0.5, 2), "precision": (0.5, 2), "false": (pytest.approx(1000 / 11), 11),
        "recall.email": (1.0, 1), "recall.person": (0.0, 1), "unannounced": (0.0, 1),
    }  # fmt: skip
    assert findings(verdicts) == [
        "Line 2: person “xyz” was missed.",
        "Line 2: “b@example.com” was taken for email.",
    ]


@pytest.mark.parametrize("name", FILES)
def test_nearly_all_is_hidden_and_nearly_nothing_else(name: str) -> None:
    told = {
        figure.name: figure.value
        for figure in figures([judge(text) for text in load_texts(FOLDER / name)], 7)
    }
    assert (told["recall"] or 0) >= 0.97
    assert (told["precision"] or 0) >= 0.96
