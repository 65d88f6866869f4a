"""The papers round the code name only what is there, and their figures are those of the files."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.repository import ROOT, kept_files

from journeyai.cli.parser import COMMANDS

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
#: The samples are material, not papers.
PAPERS = [
    ROOT / name for name in kept_files() if name.endswith(".md") and not name.startswith("knowledge/samples/")
]
EXEMPLARS = sorted((ROOT / "knowledge" / "exemplars").glob("*.jsonl"))

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
#: A file that the reader is told to write.
EXAMPLE = re.compile(r"/my|NNNN")
#: A path is looked for from the top, and as the prose shortens it: inside the package, inside `knowledge/`.
PLACES = (ROOT, ROOT / "src" / "journeyai", ROOT / "knowledge")


def named_code(paper: Path) -> list[str]:
    """Return what stands in backticks and code blocks of *paper*."""
    return [found.strip("`") for found in CODE.findall(paper.read_text(encoding="utf-8"))]


def named_paths(paper: Path) -> list[str]:
    """Return the paths with a folder of ours in front that *paper* names in backticks."""
    own = {entry.name for place in PLACES for entry in place.iterdir() if entry.is_dir()}
    paths = [
        code.partition("::")[0] for code in named_code(paper) if re.fullmatch(r"[\w.-]+(/[\w.:-]*)+", code)
    ]
    return [path for path in paths if path.partition("/")[0] in own]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.relative_to(ROOT).as_posix())
def test_a_paper_names_only_paths_and_commands_and_targets_that_exist(paper: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    code = named_code(paper)
    missing = [
        path
        for path in named_paths(paper)
        if not any((place / path).exists() for place in PLACES)
        and not EXAMPLE.search(path)
        # A decision speaks of what was and what may come; but its guard must stand.
        and (paper not in DECISIONS or path.startswith("tests/"))
    ]
    missing += [
        f"journeyai {name}"
        for part in code
        for name in re.findall(r"^\s*journeyai ([a-z]+)\b", part, re.MULTILINE)
        if name not in COMMANDS
    ]
    missing += [
        f"make {name}"
        for part in code
        for name in re.findall(r"^\s*make (?:[A-Z]+=\S+ )*([a-z-]+)", part, re.MULTILINE)
        if name not in targets
    ]
    assert missing == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.stem)
def test_a_decision_tells_context_decision_consequences_and_guard(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert re.match(rf"# 0*{int(decision.stem[:4])}\.? \S", text)
    assert [word for word in ("Context", "Decision", "Consequence") if word not in text] == []
    assert "tests/" in text or "lint-imports" in text


def test_no_two_decisions_share_a_number() -> None:
    numbers = [decision.stem[:4] for decision in DECISIONS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("field", ["lane", "stage", "emotion", "valence", "role"])
def test_the_card_of_the_exemplars_counts_as_the_files_do(field: str) -> None:
    passages = [
        json.loads(line) for path in EXEMPLARS for line in path.read_text(encoding="utf-8").splitlines()
    ]
    counted = {
        "null" if label is None else str(label).replace("-", "−"): count
        for label, count in Counter(passage[field] for passage in passages).items()
    }
    card = (ROOT / "knowledge" / "exemplars" / "README.md").read_text(encoding="utf-8")
    assert f"{len(passages):,} short passages" in card
    table = re.search(rf"^\| {field} \|.*\n\|[-:|]+\n((?:\|.*\n)+)", card, re.MULTILINE)
    assert table is not None
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table[0].splitlines()]
    told = (
        {row[0]: row[-1] for row in rows[2:]} if field == "lane" else dict(zip(rows[0], rows[2], strict=True))
    )
    told.pop(field, None)
    assert {label: int(count.replace(",", "")) for label, count in told.items()} == counted
