"""`journeyai privacy`: what would be masked, where, and by what."""

import json
from pathlib import Path

import pytest

from journeyai.cli import main

CHAT = (
    "Agent: Hello\nLaura Bennett: my mail is l.bennett@example.com\x1b[31m, card 4111 1111 1111 1111\n"
    "Agent: Thanks Laura\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("JOURNEYAI_STUDY", raising=False)
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chats").mkdir()
    (tmp_path / "chats" / "one.txt").write_text(CHAT, encoding="utf-8")
    (tmp_path / "chats" / "two.txt").write_text("Agent: Hello\nCustomer: It never came.\n", encoding="utf-8")
    return tmp_path


def test_each_piece_stands_with_its_place_and_placeholder(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["privacy", "chats"]) == 0
    out, told = capfd.readouterr()
    assert told == ""
    assert "\x1b" not in out
    assert "l.bennett@example.com → [EMAIL_1] · line 2" in out
    assert "4111 1111 1111 1111 → [CARD_1] · line 2" in out
    assert "Laura → [PERSON_1] · line 3" in out
    assert "1 file holds none." in " ".join(out.split())


def test_scripts_get_every_piece_and_the_totals(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "chats/one.txt", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["sources"] == ["chats/one.txt"]
    assert told["totals"] == {"person": 2, "email": 1, "card": 1}
    assert told["found"][1] == {
        "source": "chats/one.txt", "record": None, "line": 2, "start": 39, "end": 60, "kind": "email",
        "text": "l.bennett@example.com", "placeholder": "[EMAIL_1]",
    }  # fmt: skip


def test_a_study_s_sources_are_read_as_its_settings_say(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "study", "--from", "chats", "--quiet"]) == 0
    with (folder / "study" / "journey.toml").open("a", encoding="utf-8") as file:
        file.write('\n[privacy]\nkeep = ["l.bennett@example.com"]\n[sources."two.txt"]\nignore = true\n')
    capfd.readouterr()
    assert main(["privacy", "--study", "study", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["sources"], told["totals"]) == (["one.txt"], {"person": 2, "card": 1})


def test_what_is_not_there_or_cannot_be_read_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "gone.txt"]) == 3
    assert "`gone.txt`" in capfd.readouterr().err
    (folder / "chats" / "three.txt").write_bytes(b"")
    assert main(["privacy", "chats", "--json"]) == 3
    out, told = capfd.readouterr()
    assert len(json.loads(out)["unreadable"]) == 1
    assert "is empty" in told
    assert main(["privacy"]) == 2
