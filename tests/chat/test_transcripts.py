"""Whole conversations of scripts: what is typed in, everything that is said out, as golden files."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.studies import copy_study, environment, run

GOLDEN = Path(__file__).parent / "golden"
Drafted = Callable[[str], Path]


def normal(text: str, study: Path) -> str:
    """Return *text* without what differs from run to run: places, days, hours."""
    text = text.replace(str(study), "STUDY")
    text = re.sub(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\+00:00|Z)?)?", "DATE", text)
    return re.sub(r"\b\d\d:\d\d(:\d\d)?\b", "TIME", text)


@pytest.mark.parametrize(
    ("language", "yes"), [("en", True), ("es", True), ("es", False)], ids=["en-yes", "es-yes", "es-no"]
)
def test_a_conversation_is_what_it_was(
    drafted: Drafted, tmp_path: Path, golden: Callable[[str, str], None], language: str, yes: bool
) -> None:
    study = copy_study(drafted(language), tmp_path / "s")
    before = (study / "map.json").read_bytes()
    typed = (GOLDEN / f"{language}.in.txt").read_bytes()

    told = run(
        "chat", "--engine", "local", *(["--yes"] if yes else []), cwd=study, stdin=typed,
        env=environment(COLUMNS="88"),
    )  # fmt: skip

    assert told.stderr == b""
    assert b"\x1b" not in told.stdout
    if not yes:
        assert (study / "map.json").read_bytes() == before
    golden(
        f"{language}.{'yes' if yes else 'no'}.txt",
        normal(told.stdout.decode(), study) + f"exit code {told.returncode}\n",
    )
