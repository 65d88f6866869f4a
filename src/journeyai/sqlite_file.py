"""How every SQLite file of ours is opened and used, and what a person is told when that fails.

Two kinds there are.  What was paid for or worked for is *kept*: `open_kept` refuses a file of a newer JourneyAI, sets a
damaged one aside and makes it anew, and makes all of it or nothing.  What can be made again from the sources
(`retrieval/database.py`) is connected to and told of in the same way, and thrown away when it is damaged.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from journeyai.errors import SettingsError

#: How long one waits for another's writing where several use a file; making a big one smaller takes seconds.
_SHARED_SECONDS: Final = 30.0
#: SQLite's own, where one writes at a time.
_OWN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kept file holds, who uses it, and what a person is told of it in trouble.

    Attributes:
        version: of the tables; raised whenever one changes, and older files must then be carried over.
        tables: the statements that make them, in order.
        if_newer: hint: what to do with a file that a newer JourneyAI has written.
        if_unusable: hint: what to look after when the file cannot be opened, read or written.
        once_set_aside: the end of a sentence, without its full stop: what it costs that the file is made anew.
        is_shared: whether several processes, and threads of them, use the file at the same time.  One that is not may
            be used by the thread that opened it, and whoever opens it sees to it that no other makes it meanwhile.
    """

    version: int
    tables: tuple[str, ...]
    if_newer: str
    if_unusable: str
    once_set_aside: str
    is_shared: bool = False


def open_kept(path: Path, layout: Layout) -> tuple[sqlite3.Connection, str]:
    """Open the file at *path*, making it where it is not there, and anew where it is damaged or not ours.

    Nobody else may read it or what SQLite puts beside it.  What is written is kept once its transaction has ended,
    whatever kills the process; after a power cut the last seconds may be missing.

    Returns:
        The connection, each statement a transaction of its own unless `transaction` says otherwise; and one sentence
        if the file was damaged and is set aside, else empty.

    Raises:
        SettingsError: it cannot be made, opened or written, or a newer JourneyAI made it.
    """
    with kept_errors(path, layout):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _only_maker(path, layout):
            try:
                return _opened(path, layout), ""
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                aside = _set_aside(path)
            return _opened(path, layout), (
                f"`{path}` was damaged and is set aside as `{aside.name}`: {layout.once_set_aside}."
            )


@contextmanager
def kept_errors(path: Path, layout: Layout) -> Iterator[None]:
    """Turn what goes wrong with a kept file into errors of ours.

    Raises:
        SettingsError: the disk is full, the file is damaged, is locked by others, or cannot be read or written.
    """
    try:
        with sqlite_errors(
            path,
            layout.if_unusable,
            "cannot be read any more",
            "Run the command again: the file is then set aside and made anew.",
        ):
            yield
    except OSError as error:
        raise _unusable(path, error, layout.if_unusable) from error


@contextmanager
def sqlite_errors(path: Path, if_unusable: str, damaged: str, if_damaged: str) -> Iterator[None]:
    """Turn SQLite's errors into ours; others pass.

    Args:
        path: of the file.
        if_unusable: hint where the file is as it should be and its surroundings are not.
        damaged: what is said of the file where its content is not as it should be: `is damaged`.
        if_damaged: hint for that.

    Raises:
        SettingsError: the disk is full, the file is damaged, is locked by others, or cannot be read or written.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _unusable(path, error, if_unusable) from error
    except sqlite3.Error as error:
        raise SettingsError(f"`{path}` {damaged}: {error}.", if_damaged) from error


def connect(path: Path, *, is_shared: bool = False) -> sqlite3.Connection:
    """Connect to the file at *path* in autocommit: transactions are where `transaction` says and nowhere else.

    Args:
        path: of the file; SQLite makes it if it is not there.
        is_shared: whether other processes write it, too, and threads of this one share the connection.

    Raises:
        sqlite3.OperationalError: it cannot be opened.
    """
    seconds = _SHARED_SECONDS if is_shared else _OWN_SECONDS
    return sqlite3.connect(path, seconds, isolation_level=None, check_same_thread=not is_shared)


def write_safely(connection: sqlite3.Connection) -> None:
    """Set how a file of ours is written: through a log, readers beside one writer, what is deleted overwritten."""
    connection.execute("PRAGMA journal_mode = WAL")
    # After a power cut the last commits may be missing, never half there.
    connection.execute("PRAGMA synchronous = NORMAL")
    # A customer who is to be forgotten must not linger in free pages.
    connection.execute("PRAGMA secure_delete = ON")


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version that the file's tables were made with: 0 if we did not make any."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is done inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # Some errors (a full disk) have already rolled back.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def with_side_files(path: Path) -> tuple[Path, ...]:
    """Return *path* and the paths of what SQLite keeps beside it while the file is in use: log and index of it."""
    return path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))


# Inside


def _only_maker(path: Path, layout: Layout) -> "FileLock | nullcontext[None]":
    """Return what lets one process at a time make the file at *path*, or set it aside."""
    if not layout.is_shared:
        return nullcontext()
    return FileLock(path.with_name(f"{path.name}.lock"), timeout=_SHARED_SECONDS, mode=0o600)


def _opened(path: Path, layout: Layout) -> sqlite3.Connection:
    """Open and check the file at *path*.

    Raises:
        SettingsError: a newer JourneyAI made it.
        OSError: it cannot be made.
        sqlite3.OperationalError: it cannot be opened or written.
        sqlite3.DatabaseError: it is damaged, or is not ours.
    """
    # SQLite gives the files beside it the rights of this one.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with suppress(PermissionError):
        path.chmod(0o600)
    connection = connect(path, is_shared=layout.is_shared)
    try:
        # 40 MB, twenty thousand answers of a model, take under a second.
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the file's pages do not fit together")
        is_new = _is_new(connection, path, layout)
        write_safely(connection)
        if is_new:
            with transaction(connection):
                for statement in layout.tables:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {layout.version}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_new(connection: sqlite3.Connection, path: Path, layout: Layout) -> bool:
    """Return whether the file is empty; nothing is written to one that is not ours."""
    found = version_of(connection)
    if found > layout.version:
        raise SettingsError(f"`{path}` was written by a newer JourneyAI.", layout.if_newer)
    if found == layout.version:
        return False
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise sqlite3.DatabaseError("the tables are not ours")
    return True


def _set_aside(path: Path) -> Path:
    """Give the damaged file another name, and return that."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.replace(aside)
    for beside, beside_aside in zip(with_side_files(path)[1:], with_side_files(aside)[1:], strict=True):
        # What the log held belongs to the damaged file; beside the new one it would damage that, too.
        with suppress(FileNotFoundError):
            beside.replace(beside_aside)
    return aside


def _unusable(path: Path, error: Exception, hint: str) -> SettingsError:
    return SettingsError(f"`{path}` cannot be used: {error}.", hint)
