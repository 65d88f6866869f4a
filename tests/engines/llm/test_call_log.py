import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journeyai.engines.llm.call_log import Call, CallLog
from journeyai.errors import SettingsError

CALL = Call("observe", "abc", "m", "127.0.0.1:1", "json_schema", 10, 5, False, 42, "answered", 1, False)
LINE = {
    "at": "2026-11-01T12:00:00.000+00:00",
    "step": "observe",
    "prompt": "abc",
    "model": "m",
    "host": "127.0.0.1:1",
    "dialect": "json_schema",
    "tokens_in": 10,
    "tokens_out": 5,
    "estimated": False,
    "ms": 42,
    "outcome": "answered",
    "tries": 1,
    "cached": False,
}


def _clock() -> datetime:
    return datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_line_holds_no_content_unless_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "inner" / "calls.jsonl"
    CallLog(path, clock=_clock).write(CALL, [("user", "secret")], "secret")
    CallLog(path, content=True, clock=_clock).write(CALL, [("user", "a\u2028\ud800")], "b\x1b")
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(first) == LINE
    assert json.loads(second) == {
        **LINE,
        "asked": [{"role": "user", "content": "a\u2028\ud800"}],
        "answered": "b\x1b",
    }


def test_lines_of_many_threads_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    log = CallLog(path, clock=_clock)

    def write() -> None:
        for _ in range(20):
            log.write(CALL)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [LINE] * 80


def test_no_path_is_no_log() -> None:
    CallLog(None).write(CALL)


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError):
        CallLog(tmp_path / "file" / "calls.jsonl").write(CALL)
