"""A kept file is whole or is not there, is nobody else's, and what is wrong with it is said in one sentence."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from journeyai.errors import SettingsError
from journeyai.sqlite_file import (
    Layout,
    connect,
    kept_errors,
    open_kept,
    sqlite_errors,
    transaction,
    version_of,
    with_side_files,
)

OWN = Layout(
    version=2,
    tables=("CREATE TABLE notes (text TEXT NOT NULL)", "CREATE INDEX by_text ON notes (text)"),
    if_newer="Update it.",
    if_unusable="Look at the disk.",
    once_set_aside="notes are written again",
)
SHARED = replace(OWN, is_shared=True)


@pytest.fixture(params=[OWN, SHARED], ids=["own", "shared"])
def layout(request: pytest.FixtureRequest) -> Layout:
    assert isinstance(request.param, Layout)
    return request.param


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "notes.sqlite"


def write(path: Path, layout: Layout, *notes: str) -> str:
    """Add *notes* and return the notice."""
    connection, notice = open_kept(path, layout)
    with closing(connection):
        connection.executemany("INSERT INTO notes VALUES (?)", [(note,) for note in notes])
    return notice


def notes(path: Path, layout: Layout) -> list[str]:
    connection, _ = open_kept(path, layout)
    with closing(connection):
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY rowid")]


def test_a_file_is_made_with_its_folder_and_found_again(path: Path, layout: Layout) -> None:
    assert write(path, layout, "one") == ""
    assert write(path, layout, "two") == ""
    assert notes(path, layout) == ["one", "two"]
    with closing(sqlite3.connect(path)) as other:
        assert version_of(other) == 2


@pytest.mark.parametrize("name", ["años ✓.sqlite", "a?mode=ro#b.sqlite", "a b%20c.sqlite"])
def test_any_name_is_a_file_s_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, OWN, "one")
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_an_empty_file_is_a_new_one(path: Path, layout: Layout) -> None:
    path.parent.mkdir()
    path.touch()
    assert write(path, layout, "one") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights another way")
def test_nobody_else_may_read_it_or_what_stands_beside_it(path: Path, layout: Layout) -> None:
    path.parent.mkdir()
    path.touch(0o666)
    path.chmod(0o666)
    connection, _ = open_kept(path, layout)
    with closing(connection):
        connection.execute("INSERT INTO notes VALUES ('one')")
        rights = {file: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(with_side_files(path)) <= set(rights)
    assert set(rights.values()) == {0o600}


def test_how_it_is_written(path: Path, layout: Layout) -> None:
    connection, _ = open_kept(path, layout)
    with closing(connection):
        set_to = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
        }
    waits = 30_000 if layout.is_shared else 5_000
    assert set_to == {"journal_mode": "wal", "synchronous": 1, "secure_delete": 1, "busy_timeout": waits}


def spoil_the_header(path: Path) -> None:
    path.write_bytes(b"not a database, " * 500)


def spoil_a_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


def cut_it_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def put_another_s_tables_there(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (something TEXT)")


@pytest.mark.parametrize("spoil", [spoil_the_header, spoil_a_page, cut_it_off, put_another_s_tables_there])
def test_a_damaged_file_is_set_aside_whole(path: Path, layout: Layout, spoil: Callable[[Path], None]) -> None:
    for number in (1, 2):
        write(path, layout, *("one" for _ in range(200)))
        spoil(path)
        broken = path.read_bytes()
        notice = write(path, layout, "new")
        assert notice == (
            f"`{path}` was damaged and is set aside as `notes.sqlite.damaged-{number}`: notes are written again."
        )
        assert path.with_name(f"notes.sqlite.damaged-{number}").read_bytes() == broken
        assert notes(path, layout) == ["new"]
    assert path.with_name("notes.sqlite.damaged-1").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows renames no file that is in use")
def test_the_log_of_a_damaged_file_goes_with_it(path: Path, layout: Layout) -> None:
    """Beside the new file, it would be played into that."""
    # More than stand in the pages that the log holds anew.
    write(path, layout, *(str(number) for number in range(2000)))
    with closing(open_kept(path, layout)[0]) as connection:
        connection.execute("INSERT INTO notes VALUES ('only in the log')")
        spoil_a_page(path)
        log = path.with_name("notes.sqlite-wal").read_bytes()
        assert write(path, layout, "new").startswith(f"`{path}` was damaged")
        assert path.with_name("notes.sqlite.damaged-1-wal").read_bytes() == log
        assert not path.with_name("notes.sqlite-wal").exists()
    assert notes(path, layout) == ["new"]


def test_a_file_of_a_newer_version_is_left_alone(path: Path, layout: Layout) -> None:
    write(path, replace(layout, version=3), "one")
    before = path.read_bytes()
    with pytest.raises(SettingsError) as refused:
        open_kept(path, layout)
    assert (refused.value.message, refused.value.hint) == (
        f"`{path}` was written by a newer JourneyAI.",
        "Update it.",
    )
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.damaged-*"))


def test_a_file_that_could_not_be_made_whole_is_made_by_the_next(path: Path, layout: Layout) -> None:
    broken = replace(layout, tables=(*layout.tables, "CREATE TABLE notes (twice TEXT)"))
    with pytest.raises(SettingsError, match="cannot be used: table notes already exists"):
        open_kept(path, broken)
    # It is not the file that was wrong.
    assert not list(path.parent.glob("*.damaged-*"))
    assert write(path, layout, "one") == ""
    assert notes(path, layout) == ["one"]


_KILLED = """
import os, sys
from pathlib import Path
from journeyai.sqlite_file import Layout, open_kept

def tables():
    yield "CREATE TABLE notes (text TEXT NOT NULL)"
    os._exit(9)

open_kept(Path(sys.argv[1]), Layout(2, tables(), "", "", ""))
"""


def test_a_process_killed_while_it_makes_the_file_leaves_none_half_made(path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False)
    assert killed.returncode == 9
    assert path.exists()
    assert write(path, OWN, "one") == ""
    assert notes(path, OWN) == ["one"]


_TWIN = """
import sys
from contextlib import closing
from pathlib import Path
from journeyai.sqlite_file import Layout, open_kept

layout = Layout(2, ("CREATE TABLE notes (text TEXT NOT NULL)",), "", "", "", is_shared=True)
print("ready", flush=True)
sys.stdin.readline()
connection, notice = open_kept(Path(sys.argv[1]), layout)
with closing(connection):
    connection.execute("INSERT INTO notes VALUES ('mine')")
print(bool(notice))
"""


@pytest.mark.parametrize("is_damaged", [False, True], ids=["new", "damaged"])
def test_processes_that_open_a_shared_file_at_once_make_it_once(path: Path, is_damaged: bool) -> None:
    if is_damaged:
        path.parent.mkdir()
        spoil_the_header(path)
    twins = [
        subprocess.Popen(
            [sys.executable, "-c", _TWIN, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for twin in twins:
        assert twin.stdout
        assert twin.stdout.readline() == "ready\n"
    for twin in twins:
        assert twin.stdin
        twin.stdin.write("go\n")
        twin.stdin.flush()
    told = [twin.communicate(timeout=60) for twin in twins]
    assert [errors for _, errors in told] == ["", "", ""]
    assert [notice for notice, _ in told].count("True\n") == int(is_damaged)
    assert notes(path, SHARED) == ["mine"] * 3


@pytest.mark.parametrize("is_shared", [False, True], ids=["own", "shared"])
def test_threads_may_use_what_is_shared_and_nothing_else(path: Path, is_shared: bool) -> None:
    connection, _ = open_kept(path, replace(OWN, is_shared=is_shared))
    with closing(connection), ThreadPoolExecutor(1) as pool:
        error = pool.submit(connection.execute, "SELECT * FROM notes").exception(timeout=10)
    assert type(error) is (type(None) if is_shared else sqlite3.ProgrammingError)


def test_a_folder_in_its_place_is_told(path: Path, layout: Layout) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be used") as refused:
        open_kept(path, layout)
    assert refused.value.hint == "Look at the disk."


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, layout: Layout) -> None:
    (tmp_path / "new").touch()
    with pytest.raises(SettingsError, match=r"notes\.sqlite` cannot be used"):
        open_kept(tmp_path / "new" / "notes.sqlite", layout)


@pytest.fixture
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_kept(path, OWN)[0]) as connection:
        yield connection


def told(path: Path, work: Callable[[], object]) -> tuple[str, str]:
    """Return what a person is told of what *work* came to."""
    with pytest.raises(SettingsError) as caught, kept_errors(path, OWN):
        work()
    return caught.value.message, caught.value.hint


def test_a_file_that_another_holds_is_told(path: Path, opened: sqlite3.Connection) -> None:
    opened.execute("PRAGMA busy_timeout = 20")
    with closing(connect(path)) as other, transaction(other):
        assert told(path, lambda: opened.execute("INSERT INTO notes VALUES ('one')")) == (
            f"`{path}` cannot be used: database is locked.",
            "Look at the disk.",
        )


def test_a_file_that_cannot_be_written_is_told(path: Path, opened: sqlite3.Connection) -> None:
    opened.execute("PRAGMA query_only = ON")
    assert told(path, lambda: opened.execute("INSERT INTO notes VALUES ('one')")) == (
        f"`{path}` cannot be used: attempt to write a readonly database.",
        "Look at the disk.",
    )


def test_a_full_disk_is_told_and_nothing_of_the_transaction_stays(
    path: Path, opened: sqlite3.Connection
) -> None:
    opened.execute("PRAGMA max_page_count = 10")

    def work() -> None:
        with transaction(opened):
            opened.execute("INSERT INTO notes VALUES ('one')")
            opened.execute("INSERT INTO notes VALUES (?)", ("x" * 100_000,))

    assert told(path, work) == (
        f"`{path}` cannot be used: database or disk is full.",
        "Look at the disk.",
    )
    assert opened.execute("SELECT * FROM notes").fetchall() == []
    assert not opened.in_transaction


def test_damage_met_later_is_told(path: Path) -> None:
    def work() -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    assert told(path, work) == (
        f"`{path}` cannot be read any more: database disk image is malformed.",
        "Run the command again: the file is then set aside and made anew.",
    )


def test_what_can_be_made_again_is_told_of_in_other_words(path: Path) -> None:
    with pytest.raises(SettingsError) as caught, sqlite_errors(path, "Look.", "is damaged", "Delete it."):
        raise sqlite3.DatabaseError("database disk image is malformed")
    assert (caught.value.message, caught.value.hint) == (
        f"`{path}` is damaged: database disk image is malformed.",
        "Delete it.",
    )
    # An error of another file, met on the way, is not this one's.
    with pytest.raises(FileNotFoundError), sqlite_errors(path, "Look.", "is damaged", "Delete it."):
        (path.parent / "none").read_bytes()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt], ids=["error", "ctrl-c"])
def test_a_transaction_that_is_broken_off_leaves_nothing(
    opened: sqlite3.Connection, error: type[BaseException]
) -> None:
    def work() -> None:
        with transaction(opened):
            opened.execute("INSERT INTO notes VALUES ('one')")
            raise error

    with pytest.raises(error):
        work()
    assert opened.execute("SELECT * FROM notes").fetchall() == []
    with transaction(opened):
        opened.execute("INSERT INTO notes VALUES ('two')")
    assert opened.execute("SELECT * FROM notes").fetchall() == [("two",)]
