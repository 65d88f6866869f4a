"""The ledger's SQLite file: its tables, and how it is opened; a damaged one is set aside and made anew."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from journeyai.errors import SettingsError

#: Raised whenever a table changes; an older ledger must then be carried over.
SCHEMA_VERSION: Final = 1

# An item is (source, record) as it was said, by a method: another wording or method is another item.  A file is one
# wording of a file by a method; its contents may be items that another wording of it had, too.  AUTOINCREMENT, so that
# an id in `contents` never comes to mean another item.
_SCHEMA: Final = (
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL, record TEXT,
        sha256 TEXT NOT NULL, line TEXT, fault TEXT, message TEXT NOT NULL, method TEXT NOT NULL,
        tries INTEGER NOT NULL, at TEXT NOT NULL)""",
    "CREATE INDEX items_of_source ON items (source, record)",
    "CREATE TABLE files (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, total INTEGER)",
    """CREATE TABLE contents (
        file INTEGER NOT NULL, number INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (file, number))
        WITHOUT ROWID""",
    # Of the last run: which item stands where.  Never one item twice.
    """CREATE TABLE places (
        portion INTEGER NOT NULL, number INTEGER NOT NULL, item INTEGER NOT NULL UNIQUE,
        PRIMARY KEY (portion, number)) WITHOUT ROWID""",
    "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL)",
    "CREATE TABLE batches (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, about TEXT NOT NULL)",
)
_SIDE_FILES: Final = ("-wal", "-shm")


def open_ledger(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the file at *path*, making it (anew) where it must be.

    Returns:
        The connection, and one sentence if the file was damaged and is set aside; else empty.

    Raises:
        SettingsError: a newer JourneyAI made it.
        OSError: it cannot be made.
        sqlite3.OperationalError: it cannot be opened or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path), ""
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        aside = _set_aside(path)
    return _open(path), (
        f"`{path}` was damaged and is set aside as `{aside.name}`: what was summarised is summarised again; a model's "
        "answers are kept elsewhere and are not asked for again."
    )


def _open(path: Path) -> sqlite3.Connection:
    # SQLite gives the files beside it the rights of this one.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with suppress(PermissionError):
        path.chmod(0o600)
    # Autocommit, so that transactions are where `transaction` says and nowhere else.
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the file's pages do not fit together")
        is_new = _is_new(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # What is forgotten must not linger in free pages.
        connection.execute("PRAGMA secure_delete = ON")
        if is_new:
            connection.execute("BEGIN IMMEDIATE")
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether the file is empty; nothing is written to one that is not ours."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise SettingsError(
            f"`{path}` was written by a newer JourneyAI.", "Update JourneyAI, or move the file away."
        )
    if found == SCHEMA_VERSION:
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
    for suffix in _SIDE_FILES:
        # What the log held belongs to the damaged file; beside the new one it would damage that, too.
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    return aside
