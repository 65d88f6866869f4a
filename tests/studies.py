"""Real studies on disk, small enough to draft in a second, and the command line run in its own process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from journeyai.app import Study

SAMPLES: Final = Path(__file__).resolve().parents[1] / "knowledge" / "samples"

#: A file of most kinds in each language, none of them long.
SMALL: Final = {
    "en": (
        "interviews/int-01.md", "interviews/int-03.txt", "chats/chat-01.txt", "calls/call-01.vtt",
        "tickets/zendesk.json", "surveys/nps.csv",
    ),
    "es": (
        "entrevistas/ent-01.md", "entrevistas/ent-03.txt", "chats/whatsapp.txt", "llamadas/llamada-02.srt",
        "tickets/incidencias.jsonl", "encuestas/nps.csv",
    ),
}  # fmt: skip


def small_study(root: Path, language: str) -> Study:
    """Make a study in *root* over a few files of the sample in *language*."""
    study = Study.create(root, title="A small study", language=language)
    for name in SMALL[language]:
        target = root / "sources" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLES / language / "sources" / name, target)
    return study


def copy_study(study: Path, target: Path) -> Path:
    """Copy a study with its index and its map."""
    shutil.copytree(study, target)
    return target


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which nothing but *more* steers JourneyAI."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JOURNEYAI", "OPENAI", "OLLAMA"))
        and name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    }
    return kept | {"PYTHONUTF8": "1"} | more


def run(
    *arguments: str | Path,
    cwd: Path | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[bytes]:
    """Run `journeyai` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "journeyai", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env=dict(env or environment()),
        capture_output=True,
        check=False,
        timeout=timeout,
    )
