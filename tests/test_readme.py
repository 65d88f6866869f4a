"""What the README shows is what the program prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import ROOT

from journeyai import JourneyMap

README = (ROOT / "README.md").read_text(encoding="utf-8")
COLUMNS = "88"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run the English demo as a newcomer would; return its folder and what it printed."""
    home = tmp_path_factory.mktemp("readme")
    return home / "journeyai-demo", _run(home, "demo")


def _run(folder: Path, *arguments: str, lines: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "journeyai", *arguments],
        cwd=folder,
        input=lines.encode(),
        env={**os.environ, "COLUMNS": COLUMNS, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8")


def _undated(text: str) -> list[str]:
    """Return the lines of *text*; a map says on which day it was drawn."""
    return re.sub(r"\d{4}-\d\d-\d\d", "DATE", text).splitlines()


def test_every_line_of_the_transcript_is_one_that_the_demo_prints(demo: tuple[Path, str]) -> None:
    block = re.search(r"<!-- demo:.*?-->\n```\n(.*?)```", README, re.DOTALL)
    assert block is not None
    shown = [line for line in _undated(block.group(1)) if line.strip() not in {"", "[…]"}]
    printed = set(_undated(demo[1]))

    assert len(shown) > 20
    assert [line for line in shown if line not in printed] == []


def test_the_proof_it_shows_is_the_one_the_demo_gives(demo: tuple[Path, str]) -> None:
    block = re.search(r"```\n\$ journeyai verify\n(.*?)```", README, re.DOTALL)
    assert block is not None

    assert block.group(1) == _run(demo[0], "verify")


def test_the_conversation_it_shows_is_the_one_the_chat_gives(tmp_path: Path) -> None:
    block = re.search(r"<!-- chat:.*?-->\n```\n(.*?)```", README, re.DOTALL)
    assert block is not None
    _run(tmp_path, "demo", "--lang", "es", "--quiet")
    said = "".join(
        line.removeprefix("> ") + "\n" for line in block.group(1).splitlines() if line.startswith("> ")
    )
    assert said.count("\n") == 7

    study = tmp_path / "journeyai-demo-es"
    assert _run(study, "chat", "--yes", lines=said).strip() == block.group(1).strip()
    assert "Proved" in _run(study, "verify")
    refined = JourneyMap.from_json((study / "mapa.json").read_bytes())
    assert [persona.name for persona in refined.personas if persona.confirmed] == [
        "Vecinos que comparan",
        "Dueños con averías",
    ]
    assert refined.stages[0].name == "Decidirse"
    assert [card.id for card in refined.cards if card.locked] == ["c28", "c41"]
