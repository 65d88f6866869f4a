"""The chat of scripts: every turn said or written as JSON, exit codes, no prompts, no colour."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.studies import copy_study, environment, run, small_study

from journeyai import JourneyMap
from journeyai.chat.commands.base import commands
from journeyai.chat.script import read_lines
from journeyai.knowledge.talk import talk
from journeyai.knowledge.taxonomy import read_yaml

Drafted = Callable[[str], Path]

KEYS = {"input", "answer", "citations", "operations", "applied", "diff", "text", "error"}


@pytest.fixture
def study(drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted("en"), tmp_path / "s")


def messages(*texts: str) -> Sequence[str]:
    return [part for text in texts for part in ("--message", text)]


def turns(told: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.decode("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("one\ntwo\n", ["one", "two"]),
        ("one\r\n\r\n# a remark\n  two  \r\n", ["one", "  two  "]),
        ("{\na\n\n# b\n}\nc", ["a\n\n# b", "c"]),
        ("{\na\nb", ["a\nb"]),
        ("", []),
    ],
)
def test_a_line_is_a_turn_and_braces_hold_several(typed: str, said: list[str]) -> None:
    assert list(read_lines(typed.splitlines(keepends=True))) == said


def test_each_turn_is_one_json_object(study: Path) -> None:
    told = run("chat", *messages("/accept c1", "/help merge", "/acept"), "--yes", "--json", cwd=study)
    assert (told.returncode, told.stderr) == (2, b"")
    accept, help_, wrong = turns(told.stdout)
    assert [turn.keys() >= KEYS for turn in (accept, help_, wrong)] == [True] * 3
    assert accept["operations"] == [{"kind": "accept", "targets": ["c1"], "to": None, "text": None}]
    assert accept["applied"] is True
    assert accept["diff"]["cards_changed"][0]["fields"] == [
        {"name": "status", "before": "draft", "after": "accepted"}
    ]
    assert help_["text"].startswith("/merge THING THING")
    assert wrong["error"] == {
        "message": "There is no command /acept.", "hint": "Did you mean /accept?", "code": 2,
    }  # fmt: skip


def test_without_yes_nothing_is_changed_and_that_is_said(study: Path) -> None:
    before = (study / "map.json").read_bytes()
    told = run("chat", *messages("/accept c1"), cwd=study)
    assert told.returncode == 0
    assert "Do this? no: a script says yes only with --yes\nNothing was changed." in told.stdout.decode()
    assert (study / "map.json").read_bytes() == before


def test_lines_of_standard_input_are_turns_and_nothing_is_coloured(study: Path) -> None:
    lines = "/lock c2\n\n# a remark\n/owner c3 Ana María\n".encode()
    told = run("chat", "--yes", cwd=study, stdin=lines)
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"\x1b" not in told.stdout
    assert told.stdout.startswith(b"> /lock c2\n")
    cards = {card.id: card for card in JourneyMap.from_json((study / "map.json").read_bytes()).cards}
    assert (cards["c2"].locked, cards["c3"].owner) == (True, "Ana María")


def test_the_first_failure_is_the_exit_code_and_the_rest_is_done(study: Path) -> None:
    told = run("chat", *messages("/lock c1", "/reject c1", "/accept c2"), "--yes", "--json", cwd=study)
    assert told.returncode == 2
    assert [turn["applied"] for turn in turns(told.stdout)] == [True, False, True]


def test_quit_ends_a_script(study: Path) -> None:
    told = run("chat", *messages("/quit", "/accept c1"), "--yes", "--json", cwd=study)
    assert (told.returncode, len(turns(told.stdout))) == (0, 1)


def test_a_script_goes_on_with_an_earlier_chat(study: Path) -> None:
    run("chat", *messages("/card c4"), cwd=study)
    told = run("chat", "--resume", "--json", *messages("/save"), cwd=study)
    assert told.returncode == 0
    assert len(list((study / ".journeyai" / "chats").glob("*.jsonl"))) == 1
    wrong = run("chat", "--resume", "x", *messages("/save"), cwd=study)
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert b"There is no chat `x`." in wrong.stderr


def test_what_needs_a_terminal_says_so(study: Path) -> None:
    told = run("chat", *messages("/editor"), cwd=study)
    assert told.returncode == 2
    assert "/editor needs a terminal." in told.stdout.decode()


def test_an_export_goes_where_it_was_told_and_never_over_the_study(study: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    told = run(
        "chat", "--json",
        *messages("/export", f"/export {target}", f"/export {target}", "/export map.json", "/export sources/x.md",
                  "/export --format odt"),
        cwd=study,
    )  # fmt: skip
    assert told.returncode == 2
    plain, named, again, itself, source, unknown = turns(told.stdout)
    assert plain["written"] == str(study / "exports" / "map.json")
    assert (study / "exports" / "map.json").read_bytes() == (study / "map.json").read_bytes()
    assert target.read_text(encoding="utf-8").startswith("# A small study")
    assert named["error"] is None
    assert "Replace it? no" in again["text"]
    assert "nothing is exported there" in itself["error"]["message"]
    assert "nothing is exported there" in source["error"]["message"]
    assert "odt" in unknown["error"]["message"]


def test_a_study_without_a_map_is_told_to_draft_first(tmp_path: Path) -> None:
    study = small_study(tmp_path / "s", "en")
    told = run("chat", *messages("/help"), cwd=study.folder.root)
    assert (told.returncode, told.stdout) == (2, b"")
    assert "There is no map" in told.stderr.decode()
    assert "journeyai draft" in told.stderr.decode()


def test_a_model_without_a_key_is_said_and_commands_work_all_the_same(study: Path) -> None:
    told = run("chat", "--engine", "llm", "--json", *messages("why?", "/save"), cwd=study)
    asked, saved = turns(told.stdout)
    assert told.returncode == 2
    assert "needs a key" in asked["error"]["message"]
    assert saved["error"] is None


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_script_with_130(study: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "journeyai", "chat", "--engine", "local"],
        cwd=study, env=environment(PYTHONUNBUFFERED="1"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"/save\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"> /save\n"
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.startswith(b"Interrupted.\n")


def test_both_languages_say_the_same_things() -> None:
    table = read_yaml("talk/chat.yaml")
    english, spanish = (flat(table[code]) for code in ("en", "es"))
    assert english.keys() == spanish.keys()
    fields = re.compile(r"\{(\w+)\}")
    assert [
        key for key in english if set(fields.findall(english[key])) != set(fields.findall(spanish[key]))
    ] == []


def flat(phrases: dict[str, Any]) -> dict[str, str]:
    return {
        f"{key}.{form}": text
        for key, value in phrases.items()
        for form, text in (value.items() if isinstance(value, dict) else [("", value)])
    }


def test_every_command_is_explained_in_both_languages() -> None:
    known = commands()
    spanish = set(talk("help", "es").phrases) - {"placeholders"}
    assert spanish == set(known)
    assert [name for name, command in known.items() if not command.about] == []


def test_no_two_commands_have_a_name_in_common() -> None:
    names = [name for command in commands().values() for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
