"""`journeyai export`: what goes to a terminal and what does not, and maps far from their study."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.studies import environment
from tests.typed import Typed

Drafted = Callable[[str], Path]


def on_a_terminal(*arguments: str | Path) -> tuple[int, bytes, str]:
    """Run `journeyai` with a terminal for its output; return its exit code, what stood there and what it said."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "journeyai", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment(TERM="dumb"),
    ) as process:
        os.close(theirs)
        shown = bytearray()
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:
            # A terminal whose other end is closed.
            pass
        said = process.communicate(timeout=120)[1].decode()
    os.close(ours)
    return process.returncode, bytes(shown), said


def test_what_is_no_text_is_not_printed_on_a_terminal(drafted: Drafted) -> None:
    code, shown, said = on_a_terminal("export", "--study", drafted("en"), "--format", "xlsx")
    assert (code, shown) == (2, b"")
    folded = " ".join(said.split())
    assert "`xlsx` is no text: a terminal cannot show it." in folded
    assert "journeyai export --format xlsx --out map.xlsx" in folded
    assert "Formats: cjml, csv," in folded


def test_text_is_printed_on_a_terminal(drafted: Drafted) -> None:
    code, shown, _ = on_a_terminal("export", "--study", drafted("en"), "--format", "md")
    assert code == 0
    assert shown.startswith(b"# A small study")


def test_what_is_no_text_goes_through_a_pipe(typed: Typed, drafted: Drafted) -> None:
    told = typed("export", "--study", drafted("en"), "--format", "xlsx")
    assert told.returncode == 0
    assert told.stdout.startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("map.md", b"# A small study"),
        ("map.JSON", b'{\n  "format": "journeyai/map"'),
        ("map.xml", b"<?xml"),
        ("map", b'{\n  "format": "journeyai/map"'),
    ],
)
def test_the_files_name_says_the_format(
    typed: Typed, drafted: Drafted, tmp_path: Path, name: str, begins: bytes
) -> None:
    assert typed("export", "--study", drafted("en"), "--out", tmp_path / name).returncode == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_file_with_another_ending_is_not_written(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    told = typed("export", "--study", drafted("en"), "--out", tmp_path / "map.odt")
    assert told.returncode == 2
    assert b"cannot be exported as `odt`" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_map_is_handed_on_outside_of_any_study(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    shutil.copyfile(drafted("es") / "map.json", tmp_path / "map.json")
    told = typed("export", "--map", "map.json", "--format", "md", cwd=tmp_path)
    assert told.returncode == 0
    assert "## Por dónde empezar" in told.stdout.decode()
    inside = typed("export", "--study", drafted("es"), "--format", "md")
    assert told.stdout == inside.stdout


def test_a_map_of_a_method_nobody_knows_is_handed_on_by_its_lanes(
    typed: Typed, drafted: Drafted, tmp_path: Path
) -> None:
    text = (drafted("en") / "map.json").read_text(encoding="utf-8")
    (tmp_path / "map.json").write_text(text.replace('"cx-lifecycle"', '"theirs"'), encoding="utf-8")
    told = typed("export", "--map", "map.json", "--format", "md", cwd=tmp_path)
    assert told.returncode == 0
    assert "#### Pain points" in told.stdout.decode()


def test_a_study_that_is_named_and_not_there_is_told(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    told = typed("export", "--map", drafted("en") / "map.json", "--study", tmp_path / "gone")
    assert (told.returncode, told.stdout) == (2, b"")
