"""What was paid for is found again, by nobody else, and a broken store is told of, not fallen over."""

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from journeyai.engines.llm.answers import SCHEMA_VERSION, Answer, AnswerStore
from journeyai.engines.llm.money import Spent, Usage
from journeyai.errors import SettingsError, StudyBusyError

ANSWER = Answer('{"title": "[PERSON_1] waits"}', Usage(120, 30), "gpt-5-mini", "observe")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".journeyai" / "cache.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[AnswerStore]:
    with AnswerStore(path) as opened:
        yield opened


def test_an_answer_is_found_again(path: Path) -> None:
    with AnswerStore(path) as first:
        first.put("k", ANSWER)
    with AnswerStore(path) as second:
        assert second.get("k") == ANSWER
        assert second.get("other") is None
        assert second.notice == ""


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "áé😀\r\n", "x" * 2_000_000], ids=ascii)
def test_any_text_is_kept_as_it_came(store: AnswerStore, text: str) -> None:
    answer = Answer(text, Usage(-3, 10**40, estimated=True), "m", "s")
    store.put("k", answer)
    assert store.get("k") == answer


def test_a_second_answer_takes_the_place_of_the_first(store: AnswerStore) -> None:
    store.put("k", ANSWER)
    store.put("k", Answer("new", Usage(1, 1), "m", "s"))
    assert store.get("k") == Answer("new", Usage(1, 1), "m", "s")


def test_dialects_are_kept(store: AnswerStore) -> None:
    assert store.dialect("http://h m") is None
    store.set_dialect("http://h m", {"reply": "json_object", "temperature": False})
    store.set_dialect("http://h m", {"reply": "plain"})
    assert store.dialect("http://h m") == {"reply": "plain"}


def test_a_job_adds_up_exactly(store: AnswerStore) -> None:
    job = store.open_job("draft")
    for _ in range(10):
        job.add(Usage(3, 1), Decimal("0.1"))
    job.add(Usage(5, 5, estimated=True), None)
    assert job.spent == Spent(11, Usage(35, 15, estimated=True), Decimal("1.0"), Usage(5, 5, estimated=True))


def test_jobs_of_other_names_are_apart(store: AnswerStore) -> None:
    store.open_job("draft").add(Usage(1, 1), None)
    assert store.open_job("summarise").spent == Spent()
    assert store.open_job("draft").spent.calls == 1


def test_threads_may_share_the_store(store: AnswerStore) -> None:
    job = store.open_job("draft")

    def work(number: int) -> None:
        for turn in range(50):
            job.add(Usage(1, 0), Decimal("0.001"))
            store.put(f"{number}-{turn}", ANSWER)
            assert store.get(f"{number}-{turn}") == ANSWER

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (job.spent.calls, job.spent.usd) == (200, Decimal("0.200"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights another way")
def test_nobody_else_may_read_it(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    with AnswerStore(path) as store:
        store.put("k", ANSWER)
        files = sorted(path.parent.iterdir())
        assert [file.name.removeprefix("cache.sqlite") for file in files] == ["", "-shm", "-wal", ".lock"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_forgetting_leaves_no_byte_of_an_answer_and_all_of_the_spending(path: Path) -> None:
    with AnswerStore(path) as store:
        store.put("k", Answer("unforgettable", Usage(1, 1), "m", "s"))
        store.open_job("draft").add(Usage(1, 1), Decimal(1))
        damaged = path.with_name(path.name + ".damaged-1")
        damaged.write_text("unforgettable", encoding="utf-8")
        store.forget()
        assert store.get("k") is None
        assert store.open_job("draft").spent.usd == 1
        assert not damaged.exists()
        assert all(b"unforgettable" not in file.read_bytes() for file in path.parent.iterdir())


def damage_the_header(path: Path) -> None:
    path.write_bytes(b"not a database, " * 500)


def damage_a_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


def cut_it_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def put_another_database_there(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE answers (something TEXT)")
    other.close()


@pytest.mark.parametrize("damage", [damage_the_header, damage_a_page, cut_it_off, put_another_database_there])
def test_a_damaged_file_is_set_aside(path: Path, damage: object) -> None:
    with AnswerStore(path) as store:
        for number in range(50):
            store.put(str(number), ANSWER)
    assert callable(damage)
    damage(path)
    broken = path.read_bytes()
    with AnswerStore(path) as store:
        assert store.notice == (
            f"`{path}` was damaged and is set aside as `cache.sqlite.damaged-1`: answers that it held are asked for "
            "again, and what an unfinished run had spent counts from zero."
        )
        assert store.get("1") is None
        store.put("1", ANSWER)
    assert path.with_name("cache.sqlite.damaged-1").read_bytes() == broken
    with AnswerStore(path) as store:
        assert (store.get("1"), store.notice) == (ANSWER, "")


def test_what_was_set_aside_is_not_overwritten(path: Path) -> None:
    for _ in range(2):
        AnswerStore(path).close()
        damage_the_header(path)
    AnswerStore(path).close()
    damage_the_header(path)
    AnswerStore(path).close()
    assert len(list(path.parent.glob("*.damaged-?"))) == 3


def test_a_store_of_a_newer_version_is_left_alone(path: Path) -> None:
    AnswerStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SettingsError) as caught:
        AnswerStore(path)
    assert caught.value.message == f"`{path}` was written by a newer JourneyAI."
    assert path.read_bytes() == before


def test_a_place_that_is_no_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be used"):
        AnswerStore(path)


def test_a_full_disk_is_told(store: AnswerStore) -> None:
    store._connection.execute("PRAGMA max_page_count = 10")
    with pytest.raises(SettingsError) as caught:
        store.put("k", Answer("x" * 100_000, Usage(1, 1), "m", "s"))
    assert caught.value.hint.startswith("Check that the disk has room, ")
    assert store.get("k") is None


def test_the_store_loads_no_vendor_and_no_schema_library() -> None:
    listing = "import sys, journeyai.engines.llm.answers; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert not {"openai", "langchain_core", "pydantic", "numpy"} & set(run.stdout.split())


_TWIN = """
import sys
from decimal import Decimal
from pathlib import Path
from journeyai.engines.llm.answers import Answer, AnswerStore
from journeyai.engines.llm.money import Usage

me, path = sys.argv[1], Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
with AnswerStore(path) as store:
    job = store.open_job("the same")
    for number in range(100):
        store.put(f"{me}-{number}", Answer("text", Usage(1, 1), "m", "observe"))
        job.add(Usage(1, 1), Decimal("0.01"))
        store.set_dialect("server", {"by": me})
    assert not store.notice
"""


def test_several_processes_may_use_the_store_at_once_from_its_first_moment(path: Path) -> None:
    twins = [
        subprocess.Popen(
            [sys.executable, "-c", _TWIN, name, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("a", "b", "c")
    ]  # fmt: skip
    for twin in twins:
        assert twin.stdout
        assert twin.stdout.readline() == "ready\n"
    for twin in twins:
        assert twin.stdin
        twin.stdin.write("go\n")
        twin.stdin.flush()
    ended = [(twin.communicate(timeout=60)[1], twin.returncode) for twin in twins]
    assert ended == [("", 0)] * 3
    with AnswerStore(path) as store:
        assert all(store.get(f"{name}-{number}") for name in "abc" for number in range(100))
        assert store.open_job("the same").spent.usd == Decimal("3.00")


def test_words_that_another_process_still_reads_are_not_said_to_be_forgotten(path: Path) -> None:
    with AnswerStore(path) as store, closing(sqlite3.connect(path)) as other:
        store.put("k", ANSWER)
        store._connection.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN")
        other.execute("SELECT * FROM answers").fetchall()
        with pytest.raises(StudyBusyError, match="Another JourneyAI process"):
            store.forget()
        other.execute("ROLLBACK")
        store.forget()
        assert store.get("k") is None
