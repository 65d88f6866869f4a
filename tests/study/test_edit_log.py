"""The log on disk: what a kill, a power cut, a person's hand or another process may leave, and what is made of it."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock
from tests.operations.small import small_map

from journeyai.errors import SettingsError, StudyBusyError
from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.settings import StudySettings
from journeyai.study.edit_log import EditLog, hash_of
from journeyai.study.folder import StudyFolder, make_study
from journeyai.study.lost_map import MapLostError
from journeyai.study.map_history import MapHistory, MapMovedError


def titled(title: str) -> JourneyMap:
    return small_map().model_copy(update={"title": title})


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    """Return a study with the small map, edited twice: its title was `A shop`, then `one`, and is `two`."""
    made = make_study(tmp_path / "study", StudySettings())
    made.write_map(small_map())
    record = MapHistory(made)
    record.add_step("change", titled("one"), request="call it one", by="user", session="s1")
    record.add_step("change", titled("two"))
    return made


def log(folder: StudyFolder) -> Path:
    return folder.inner / "log.jsonl"


def entries(folder: StudyFolder) -> list[dict[str, object]]:
    return [json.loads(line) for line in log(folder).read_text(encoding="utf-8").splitlines()]


def title(folder: StudyFolder) -> str:
    return folder.read_map().title


def test_the_log_is_a_header_and_a_line_an_entry(folder: StudyFolder) -> None:
    header, first, second = entries(folder)
    assert header == {"format": "journeyai/log", "version": "1.0"}
    first.pop("at")
    assert first == {
        "entry": "step",
        "step": 1,
        "parent": 0,
        "branch": "main",
        "by": "user",
        "session": "s1",
        "request": "call it one",
        "kind": "change",
        "changes": [],
        "before": hash_of(small_map().to_json().encode()),
        "after": hash_of(titled("one").to_json().encode()),
        "delta": {"fields": {"title": {"before": "A shop", "after": "one"}}, "lists": {}},
        "given": {"card": 11, "evidence": 18, "stages": ["buy", "find", "leave", "use"]},
    }
    assert (second["parent"], second["before"]) == (1, first["after"])


def test_the_map_before_the_first_step_is_kept_whole(folder: StudyFolder) -> None:
    data = small_map().to_json().encode()
    assert EditLog(folder).kept(hash_of(data)) == data
    assert MapHistory(folder).map_at(0) == small_map()


@pytest.mark.parametrize("length", [1, 40, -2])
def test_a_line_that_was_torn_off_counts_for_nothing_and_is_set_aside(
    folder: StudyFolder, length: int
) -> None:
    folder.write_map(titled("one"))
    *whole, last = log(folder).read_bytes().splitlines(keepends=True)
    log(folder).write_bytes(b"".join(whole) + last[:length])
    record = MapHistory(folder)
    assert (record.history.head, title(folder)) == (1, "one")
    record.add_step("change", titled("three"))
    assert [item.get("step") for item in entries(folder)] == [None, 1, 2]
    assert (folder.inner / "log.torn").read_bytes() == last[:length] + b"\n"
    assert MapHistory(folder).journey.title == "three"


def test_a_line_of_which_only_the_end_is_missing_is_whole(folder: StudyFolder) -> None:
    folder.write_map(titled("one"))
    log(folder).write_bytes(log(folder).read_bytes().removesuffix(b"\n"))
    record = MapHistory(folder)
    assert (record.history.head, title(folder)) == (2, "two")
    record.add_step("change", titled("three"))
    assert [item.get("step") for item in entries(folder)] == [None, 1, 2, 3]


def test_a_torn_header_is_no_history_yet(folder: StudyFolder) -> None:
    log(folder).write_bytes(b'{"format": "jour')
    record = MapHistory(folder)
    assert record.history.steps == {}
    record.add_step("change", titled("three"))
    assert [item.get("step") for item in entries(folder)] == [None, 1]


def test_a_log_that_is_one_step_ahead_is_carried_out(folder: StudyFolder) -> None:
    folder.write_map(titled("one"))
    assert (MapHistory(folder).journey.title, title(folder)) == ("two", "two")
    assert len(entries(folder)) == 3


def test_an_undo_that_was_cut_short_is_carried_out(folder: StudyFolder) -> None:
    MapHistory(folder).move("undo", 0, "main")
    folder.write_map(titled("two"))
    assert (MapHistory(folder).journey.title, title(folder)) == ("A shop", "A shop")


def test_a_first_draft_that_was_cut_short_is_carried_out(tmp_path: Path) -> None:
    made = make_study(tmp_path / "study", StudySettings())
    MapHistory(made).add_step("draft", small_map())
    made.map_path.unlink()
    assert MapHistory(made).journey == small_map()
    assert made.read_map() == small_map()


def test_a_map_changed_by_hand_is_a_step_from_outside(folder: StudyFolder) -> None:
    by_hand = json.dumps(json.loads(titled("by hand").to_json())).encode()
    folder.map_path.write_bytes(by_hand)
    record = MapHistory(folder)
    assert [step.kind for step in record.history.line()] == ["change", "change", "outside"]
    assert (record.journey.title, folder.map_path.read_bytes()) == ("by hand", by_hand)
    record.add_step("change", titled("three"))
    record.move("undo", 3, "main")
    # The very bytes that the person wrote, not ours.
    assert folder.map_path.read_bytes() == by_hand
    assert [record.map_at(step).title for step in range(5)] == ["A shop", "one", "two", "by hand", "three"]
    assert len(MapHistory(folder).history.steps) == 4


def test_a_map_in_another_hand_before_the_first_step_comes_back_as_it_was(tmp_path: Path) -> None:
    made = make_study(tmp_path / "study", StudySettings())
    by_hand = json.dumps(json.loads(small_map().to_json())).encode()
    made.map_path.write_bytes(by_hand)
    record = MapHistory(made)
    record.add_step("change", titled("one"))
    record.move("undo", 0, "main")
    assert made.map_path.read_bytes() == by_hand


def test_of_two_at_once_the_second_is_refused_and_sees_what_the_first_did(folder: StudyFolder) -> None:
    first, second = MapHistory(folder), MapHistory(folder)
    first.add_step("change", titled("three"))
    with pytest.raises(MapMovedError, match="The map has changed meanwhile"):
        second.add_step("change", titled("four"))
    assert (second.journey.title, title(folder)) == ("three", "three")
    second.add_step("change", titled("four"))
    with pytest.raises(MapMovedError):
        first.move("undo", 3, "main")
    assert first.journey.title == "four"


def test_a_map_changed_by_hand_meanwhile_is_not_written_over(folder: StudyFolder) -> None:
    record = MapHistory(folder)
    folder.write_map(titled("by hand"))
    with pytest.raises(StudyBusyError, match="by another process or by hand"):
        record.add_step("change", titled("three"))
    assert title(folder) == "by hand"
    assert record.history.line()[-1].kind == "outside"


def test_a_file_that_was_only_touched_is_no_change(folder: StudyFolder) -> None:
    record = MapHistory(folder)
    os.utime(folder.map_path, ns=(1, 1))
    assert record.add_step("change", titled("three")).step == 3


def test_while_another_process_writes_nothing_is_written(folder: StudyFolder) -> None:
    record = MapHistory(folder, EditLog(folder, lock_seconds=0.05))
    with FileLock(folder.inner / "edit.lock"), pytest.raises(StudyBusyError) as caught:
        record.add_step("change", titled("three"))
    assert str(caught.value) == f"Another JourneyAI process is writing the map in `{folder.root}`."
    assert len(entries(folder)) == 3


def test_a_study_that_cannot_be_written_to_can_be_read(folder: StudyFolder) -> None:
    folder.map_path.write_bytes(titled("by hand").to_json().encode())
    # A folder stands in the lock's place: what the system refuses, whoever asks.
    (folder.inner / "edit.lock").unlink()
    (folder.inner / "edit.lock").mkdir()
    record = MapHistory(folder)
    assert (record.journey.title, len(record.history.steps)) == ("by hand", 3)
    with pytest.raises(SettingsError, match=r"The study in `.*` cannot be written to: Is a directory\."):
        record.add_step("change", titled("three"))
    assert (title(folder), len(entries(folder))) == ("by hand", 3)


def test_a_map_that_is_gone_is_said_and_drawn_anew(folder: StudyFolder) -> None:
    folder.map_path.unlink()
    record = MapHistory(folder)
    assert not record.has_map
    with pytest.raises(SettingsError, match="There is no map in"):
        _ = record.journey
    step = record.add_step("draft", titled("anew"))
    assert (step.before, step.parent) == ("", 2)
    assert MapHistory(folder).journey.title == "anew"


def test_a_map_that_is_none_is_said(folder: StudyFolder) -> None:
    folder.map_path.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"map\.json` is not a journey map"):
        MapHistory(folder)


def test_a_whole_map_that_is_damaged_or_gone_is_said_when_it_is_needed(folder: StudyFolder) -> None:
    folder.write_map(titled("by hand"))
    record = MapHistory(folder)
    for kept in (folder.inner / "maps").iterdir():
        kept.write_bytes(b"no gzip")
    assert record.journey.title == "by hand"
    with pytest.raises(SettingsError, match=r"is damaged: it does not lead back to step 1\."):
        record.map_at(1)


def version_two(text: str) -> str:
    return text.replace('"version": "1.0"', '"version": "2.0"', 1)


DAMAGE: Final[Mapping[str, tuple[Callable[[str], str], str]]] = {
    "another version": (version_two, r"is of version 2\.0; this JourneyAI knows version 1\.0"),
    "no header": (lambda text: text.split("\n", 1)[1], "damaged: line 1 is no entry of a log"),
    "a line in the middle": (
        lambda text: text.replace('"step":1', '"step":', 1),
        "damaged: line 2 is no entry of a log",
    ),
    "an unknown kind": (
        lambda text: text.replace('"kind":"change"', '"kind":"dream"', 1),
        "damaged: line 2 is no entry of a log",
    ),
    "a line twice": (lambda text: text + text.splitlines()[-1] + "\n", "damaged: Step 2 follows step 2"),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_log_that_cannot_be_trusted_is_refused_in_one_sentence(
    folder: StudyFolder, damage: Callable[[str], str], message: str
) -> None:
    log(folder).write_text(damage(log(folder).read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as caught:
        MapHistory(folder)
    assert caught.value.hint
    assert title(folder) == "two"


def test_halves_of_characters_in_a_request_do_not_stop_the_step(folder: StudyFolder) -> None:
    step = MapHistory(folder).add_step("change", titled("three"), request="caf\udce9")
    assert step.request == "caf?"


def test_halves_of_characters_in_a_change_do_not_stop_the_step(folder: StudyFolder) -> None:
    asked = Change("lock", ("c\udce9",), "\udce9", "caf\udce9")
    step = MapHistory(folder).add_step("change", titled("three"), changes=[asked])
    assert step.changes == (Change("lock", ("c?",), "?", "caf?"),)
    assert MapHistory(folder).history.steps[3].changes == step.changes


def test_when_the_map_cannot_be_written_nothing_was_done_and_it_can_be_tried_again(
    folder: StudyFolder,
) -> None:
    record = MapHistory(folder)
    logged = log(folder).read_bytes()
    # A folder stands where the new map would be written first: what a full disk does, too.
    in_the_way = folder.root / f".map.json.{os.getpid()}.new"
    in_the_way.mkdir()
    for _ in range(2):
        with pytest.raises(SettingsError, match=r"map\.json` cannot be written"):
            record.add_step("change", titled("three"))
        with pytest.raises(SettingsError, match=r"map\.json` cannot be written"):
            record.move("undo", 1, "main")
    assert (log(folder).read_bytes(), title(folder), record.journey.title) == (logged, "two", "two")
    in_the_way.rmdir()
    assert record.add_step("change", titled("three")).step == 3
    assert MapHistory(folder).journey.title == title(folder) == "three"


class InterruptedLog(EditLog):
    """A log whose writer presses Ctrl-C, once, when the line is written and the map is not."""

    pressed = False

    def write_map(self, data: bytes) -> None:
        if not self.pressed:
            self.pressed = True
            raise KeyboardInterrupt
        super().write_map(data)


def test_a_step_that_is_interrupted_is_carried_out_once(folder: StudyFolder) -> None:
    record = MapHistory(folder, InterruptedLog(folder))
    with pytest.raises(KeyboardInterrupt):
        record.add_step("change", titled("three"))
    with pytest.raises(MapMovedError):
        record.add_step("change", titled("four"))
    assert (record.journey.title, title(folder)) == ("three", "three")
    assert record.add_step("change", titled("four")).step == 4
    assert MapHistory(folder).journey.title == "four"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no RLIMIT_FSIZE")
def test_when_the_log_is_full_nothing_was_done(folder: StudyFolder) -> None:
    import resource
    import signal

    record = MapHistory(folder)
    logged = log(folder).read_bytes()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(logged) + 40, before[1]))
    try:
        with pytest.raises(SettingsError, match=r"log\.jsonl` cannot be written"):
            record.add_step("change", titled("three"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)
    assert (log(folder).read_bytes(), title(folder)) == (logged, "two")
    assert record.add_step("change", titled("three")).step == 3


def test_empty_lines_at_the_end_of_the_log_count_for_nothing(folder: StudyFolder) -> None:
    log(folder).write_bytes(log(folder).read_bytes() + b"\n\n")
    MapHistory(folder).add_step("change", titled("three"))
    assert (len(MapHistory(folder).history.steps), title(folder)) == (3, "three")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "lose", [Path.unlink, cut_off, make_folder], ids=["deleted", "cut off", "a folder stands there"]
)
def test_a_map_lost_while_it_is_open_is_said_and_written_again_as_it_last_was(
    folder: StudyFolder, lose: Callable[[Path], None]
) -> None:
    record = MapHistory(folder)
    whole = folder.map_path.read_bytes()
    lose(folder.map_path)
    is_gone = not folder.map_path.exists()
    for _ in range(2):
        # Nor does a second try write over what a person may have in the file.
        with pytest.raises(MapLostError, match="is gone" if is_gone else "as a map any more") as caught:
            record.add_step("change", titled("three"))
        assert "Nothing was done." in caught.value.message
        assert caught.value.hint.startswith("Nothing is lost.")
        assert "`/save` in the chat" in caught.value.hint
    with pytest.raises(MapLostError):
        record.refresh()
    assert (record.journey.title, len(entries(folder))) == ("two", 3)
    aside = record.restore()
    assert aside == (folder.map_path if is_gone else folder.root / "map.broken.json")
    assert aside.exists()
    assert folder.map_path.read_bytes() == whole
    assert record.restore() is None
    assert record.add_step("change", titled("three")).step == 3
    record.move("undo", 0, "main")
    assert title(folder) == "A shop"


def test_broken_maps_are_set_aside_one_by_one(folder: StudyFolder) -> None:
    record = MapHistory(folder)
    for name, text in (("map.broken.json", "{"), ("map.broken2.json", "[")):
        folder.map_path.write_text(text, encoding="utf-8")
        assert record.restore() == folder.root / name
    assert (folder.root / "map.broken.json").read_text(encoding="utf-8") == "{"


def test_a_lost_map_that_is_put_back_goes_on(folder: StudyFolder) -> None:
    record = MapHistory(folder)
    away = folder.map_path.rename(folder.root / "away.json")
    with pytest.raises(MapLostError):
        record.move("undo", 1, "main")
    away.rename(folder.map_path)
    record.move("undo", 1, "main")
    assert title(folder) == "one"


def test_what_another_process_did_before_the_map_was_lost_is_written_again_too(folder: StudyFolder) -> None:
    record = MapHistory(folder)
    other = MapHistory(folder)
    other.add_step("change", titled("three"))
    other.add_step("change", titled("four"))
    folder.map_path.unlink()
    record.restore()
    assert (title(folder), record.journey.title, record.history.head) == ("four", "four", 4)


def test_a_map_without_a_history_that_is_lost_is_written_again(tmp_path: Path) -> None:
    made = make_study(tmp_path / "study", StudySettings())
    made.write_map(small_map())
    record = MapHistory(made)
    made.map_path.unlink()
    with pytest.raises(MapLostError):
        record.refresh()
    record.restore()
    assert made.read_map() == small_map()
