"""Commands about the conversation itself: handing the map on, help."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chat.rooms import room
from tests.studies import copy_study

from journeyai.chat.commands.session import show_turns
from journeyai.chat.store import recall
from journeyai.chat.turn import take

Drafted = Callable[[str], Path]


@pytest.fixture(params=["en", "es"])
def study(request: pytest.FixtureRequest, drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted(request.param), tmp_path / "s")


@pytest.mark.parametrize(
    "words", ["pdf", "epub", "journey.pdf", "--format pdf", "--format=pdf x.json"],
    ids=["word", "other-word", "ending", "option", "option-and-file"],
)  # fmt: skip
def test_a_format_that_is_not_there_writes_no_file(
    study: Path, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    chat, out = room(study)

    assert take(chat, f"/export {words}") == 2

    error = out.take("/export")["error"]
    assert "html, json, lucid, md" in error["hint"]
    assert error["message"].startswith("Un mapa" if chat.journey.language == "es" else "A map")
    assert list(elsewhere.iterdir()) == []
    assert not (study / "exports").exists()


@pytest.mark.parametrize("words", ["map.json", "map.MD", "./map", "--format md map.txt"])
def test_a_file_is_written_in_the_format_its_name_or_the_option_says(
    study: Path, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    chat, _ = room(study)

    assert take(chat, f"/export {words}") == 0

    (written,) = elsewhere.iterdir()
    is_json = written.read_text(encoding="utf-8").startswith("{")
    assert is_json is ("md" not in words.casefold())


def test_a_folder_that_is_not_there_is_told(study: Path, tmp_path: Path) -> None:
    chat, out = room(study)
    assert take(chat, f"/export {tmp_path / 'none' / 'map.json'}") == 2
    assert str(tmp_path / "none") in out.take("/export")["error"]["message"]


def test_what_help_lists_is_shown_whole_and_not_repeated_in_part_when_the_chat_goes_on(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/help") == 0
    heading = chat.words("chat").say("help_change")
    assert heading in out.take("/help")["text"]

    show_turns(chat, recall(chat.store.folder)[1])

    assert heading not in out.take("")["text"].split("\n")


def test_a_model_that_cannot_answer_leaves_who_answered_before(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "JOURNEYAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    chat, out = room(study)
    before = chat.assistant
    assert take(chat, "/model big-one") == 2
    error = out.take("")["error"]
    assert error["message"] == chat.words("chat").say("no_model", name="big-one")
    assert "OPENAI_API_KEY" in error["hint"]
    assert chat.assistant is before
    assert take(chat, "/cost") == 0


def test_a_chat_that_is_not_there_is_told_with_those_that_are(study: Path) -> None:
    take(room(study)[0], "/cost")
    chat, out = room(study)
    assert take(chat, "/resume nobody") == 2
    say = chat.words("chat").say
    assert out.take("")["error"] == {
        "message": say("no_chat", name="nobody"), "hint": say("known_chats", names="20261122-105812"), "code": 2,
    }  # fmt: skip


def test_a_place_that_cannot_be_written_to_is_told(study: Path) -> None:
    (study / "exports").write_text("", encoding="utf-8")
    chat, out = room(study)
    assert take(chat, "/export") == 2
    path = study / "exports" / "map.json"
    assert out.take("")["error"]["message"] == chat.words("chat").say("cannot_write", path=path)
