"""The SQLite file that everything found in the sources is kept in: its tables, and how it is opened.

Everything in it can be made again from the sources, so a file that is damaged or of another version is
not mended but made anew.  Vectors may have been paid for: they outlive a change of version.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from journeyai.errors import SettingsError
from journeyai.sqlite_file import (
    connect,
    sqlite_errors,
    transaction,
    version_of,
    with_side_files,
    write_safely,
)

#: Raised whenever a table changes; `vectors` must then keep its shape or be dropped by hand.
SCHEMA_VERSION: Final = 1

_OUTLIVES: Final = "vectors"

# A *sentence* is a distinct text: what is embedded, indexed by words, and known to Chroma by its id.  An
# *utterance* is one place where it was said.  AUTOINCREMENT, so that an id that Chroma may still hold
# never comes to mean another sentence.
_SCHEMA: Final = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, source BLOB NOT NULL UNIQUE, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, loader TEXT NOT NULL,
    notes BLOB NOT NULL);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    place INTEGER NOT NULL, record BLOB, kind TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX documents_of_file ON documents (file, place);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE utterances (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL, sentence INTEGER NOT NULL REFERENCES sentences, role TEXT NOT NULL,
    language TEXT NOT NULL, speaker TEXT, stage TEXT);
CREATE UNIQUE INDEX utterances_of_document ON utterances (document, number);
CREATE INDEX utterances_of_sentence ON utterances (sentence);
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='sentences', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER sentence_added AFTER INSERT ON sentences BEGIN
    INSERT INTO words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER sentence_deleted AFTER DELETE ON sentences BEGIN
    INSERT INTO words (words, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TABLE IF NOT EXISTS vectors (
    encoder TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL, UNIQUE (encoder, hash));
PRAGMA user_version = {SCHEMA_VERSION};
"""


def open_database(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the database at *path*, making it (anew) where it must be.

    Returns:
        The connection, and one sentence on why everything must be read again; empty if it need not.

    Raises:
        SettingsError: the file cannot be opened or written.
    """
    try:
        connection = _connect(path)
        try:
            return connection, _ensure_schema(connection)
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:
            connection.close()
        for file in with_side_files(path):
            file.unlink(missing_ok=True)
        connection = _connect(path)
        _ensure_schema(connection)
    except (OSError, sqlite3.OperationalError) as error:
        raise SettingsError(
            f"`{path}` cannot be opened: {error}.", "Check that the study's folder can be written to."
        ) from error
    return connection, "The index was damaged and is made anew: every file is read again."


def _connect(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _ensure_schema(connection: sqlite3.Connection) -> str:
    # A vector of 512 numbers fills half of SQLite's usual page of 4,096 and a little more, so that each
    # would take a whole one; of 16,384, seven of them leave a tenth empty.
    connection.execute("PRAGMA page_size = 16384")
    write_safely(connection)
    # In KiB.  SQLite's own 2 MB hold too little of the word index; a search took a sixth longer.
    connection.execute("PRAGMA cache_size = -20000")
    if version_of(connection) == SCHEMA_VERSION:
        return ""
    names = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger') AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    connection.execute("PRAGMA foreign_keys = OFF")
    with transaction(connection):
        # Triggers and the virtual table first: its shadow tables go with it.
        for kind, name in sorted(names, key=lambda pair: (pair[0] != "trigger", pair[1] != "words", pair[1])):
            if name != _OUTLIVES and not name.startswith("words_"):
                connection.execute(f'DROP {kind} IF EXISTS "{name}"')
        for statement in _statements(_SCHEMA):
            connection.execute(statement)
    connection.execute("PRAGMA foreign_keys = ON")
    return "The index was of another version and is made anew: every file is read again." if names else ""


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of *script*; `executescript` would commit before the first."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def database_errors(path: Path) -> AbstractContextManager[None]:
    """Turn SQLite's errors into ours.

    Raises:
        SettingsError: the disk is full, the file is damaged, or cannot be written.
    """
    return sqlite_errors(
        path,
        "Check that the disk has room and the folder can be written to.",
        "is damaged",
        f"Delete the folder `{path.parent}` and run `journeyai index`: everything in it is made anew.",
    )
