"""Conversations on disk: nothing that was kept is lost, whatever the last line looks like."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sample_map import english_map

from journeyai.chat.store import ChatStore, PastTurn, Pending, Remembered, chats, recall
from journeyai.errors import SettingsError
from journeyai.model.changes import Change

MERGE = Change("merge_cards", ("c3", "c7"), to="c3", text="Café ☕")


def at(second: int) -> datetime:
    return datetime(2026, 11, 22, 10, 58, second, tzinfo=UTC)


def store_at(folder: Path, second: int = 12) -> ChatStore:
    return ChatStore(folder, clock=lambda: at(second))


def test_a_chat_in_which_nothing_is_said_leaves_no_file(tmp_path: Path) -> None:
    store = store_at(tmp_path / "chats")
    assert not store.is_begun
    assert chats(tmp_path / "chats") == []
    assert not (tmp_path / "chats").exists()


def test_a_conversation_is_named_by_its_first_second_and_two_of_one_second_are_two(tmp_path: Path) -> None:
    first, second = store_at(tmp_path), store_at(tmp_path)
    first.turn("one")
    second.turn("two")
    assert (first.id, second.id) == ("20261122-105812", "20261122-105812-2")


def test_what_was_said_found_and_shown_is_remembered(tmp_path: Path) -> None:
    quote = english_map().evidence[0]
    store = store_at(tmp_path)
    store.started_at = 4
    store.turn("what do they say?")
    cited: list[dict[str, str | None]] = [
        {"label": "e1 · a.txt", "evidence": "e1", "guide": None},
        {"label": "guide: Lane", "guide": "Lane"},
    ]
    store.answer("This. [e1 · a.txt]", cited)
    store.done("This. [e1 · a.txt]", 0, {"s1": quote}, ["c2", "c1"], {"review": "c9"})
    store.turn("and\nthen?")

    again, remembered = recall(tmp_path)

    assert again.id == store.id
    assert remembered == Remembered(
        turns=(
            PastTurn("what do they say?", "This. [e1 · a.txt]", quotes=("e1",), places=("e1 · a.txt",)),
            PastTurn("and\nthen?", ""),
        ),
        found={"s1": quote},
        last=("c2", "c1"),
        started_at=4,
        pending=None,
        notes={"review": "c9"},
    )
    assert again.started_at == 4
    again.turn("third")
    assert json.loads(again.path.read_text(encoding="utf-8").splitlines()[-1])["turn"] == 3


@pytest.mark.parametrize("said", ["yes", "no", "refused"])
def test_a_proposal_is_pending_until_it_is_decided(tmp_path: Path, said: str) -> None:
    store = store_at(tmp_path)
    store.turn("merge c3 and c7")
    store.proposed("merge c3 and c7", [MERGE], 7)
    assert recall(tmp_path)[1].pending == Pending("merge c3 and c7", (MERGE,), 7)
    store.decided(said)
    assert recall(tmp_path)[1].pending is None


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(min_value=0, max_value=400))
def test_half_a_last_line_loses_nothing_that_was_whole(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("chats")
    store = store_at(folder)
    store.turn("the first, with ñ and 👍")
    store.done("said", 0, {}, ["c1"], {})
    whole = store.path.read_bytes()
    store.turn("the second")
    store.proposed("the second", [MERGE], 0)
    data = store.path.read_bytes()
    store.path.write_bytes(data[: max(len(whole), len(data) - cut)])

    again, remembered = recall(folder)

    assert remembered.turns[0] == PastTurn("the first, with ñ and 👍", "said")
    assert remembered.last == ("c1",)
    again.turn("the next")
    assert recall(folder)[1].turns[-1] == PastTurn("the next", "")


def test_what_is_no_event_is_passed_over(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    store.turn("one")
    with store.path.open("ab") as file:
        file.write(
            b'\xff\xfe not json\n[1, 2]\n"text"\n{"what": "else"}\n{"what": "done", "found": {"s1": 1}}\n'
        )
        file.write(
            b'{"what": "proposed", "changes": [{"kind": "burn"}, 3, {"kind": "accept", "targets": ["c1"]}]}\n'
        )
    remembered = recall(tmp_path)[1]
    assert remembered.found == {}
    assert remembered.pending == Pending("", (Change("accept", ("c1",)),), 0)


def test_the_chat_spoken_in_last_goes_on(tmp_path: Path) -> None:
    first, second = store_at(tmp_path, 1), store_at(tmp_path, 2)
    first.turn("a")
    second.turn("b")
    assert recall(tmp_path)[0].id == second.id
    later, _ = recall(tmp_path, first.id, clock=lambda: at(30))
    later.turn("again")
    assert chats(tmp_path) == [first.id, second.id]


def test_no_chat_and_a_wrong_name_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no earlier chat"):
        recall(tmp_path / "gone")
    store_at(tmp_path).turn("a")
    with pytest.raises(SettingsError, match="There is no chat `x`") as caught:
        recall(tmp_path, "x")
    assert caught.value.hint == "There are: 20261122-105812."


@pytest.mark.parametrize("wanted", ["../journey", "/etc/passwd"])
def test_a_name_leads_nowhere_else(tmp_path: Path, wanted: str) -> None:
    store_at(tmp_path).turn("a")
    with pytest.raises(SettingsError, match="There is no chat"):
        recall(tmp_path, wanted)


def test_where_nothing_can_be_written_that_is_said_once_and_the_chat_goes_on(tmp_path: Path) -> None:
    # A file stands in the folder's place: what the system refuses, whoever asks.
    (tmp_path / "chats").write_text("", encoding="utf-8")
    store = ChatStore(tmp_path / "chats", clock=lambda: at(12))
    assert store.trouble() == ""
    store.turn("hello")
    assert store.trouble() == "File exists"
    store.done("hello", 0, {}, (), {})
    assert (store.trouble(), store.id, store.is_begun) == ("", "20261122-105812", False)


def test_a_chat_that_can_be_kept_no_further_keeps_what_it_has(tmp_path: Path) -> None:
    store = ChatStore(tmp_path, clock=lambda: at(12))
    store.turn("one")
    kept = store.path.rename(tmp_path / "away")
    store.path.mkdir()
    store.turn("two")
    assert store.trouble() == "Is a directory"
    assert "two" not in kept.read_text(encoding="utf-8")
