"""The ledger's SQLite file: its tables, and what a person is told of it."""

from typing import Final

from journeyai.sqlite_file import Layout

# An item is (source, record) as it was said, by a method: another wording or method is another item.  A file is one
# wording of a file by a method; its contents may be items that another wording of it had, too.  AUTOINCREMENT, so that
# an id in `contents` never comes to mean another item.
_TABLES: Final = (
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

LAYOUT: Final = Layout(
    version=1,
    tables=_TABLES,
    if_newer="Update JourneyAI, or move the file away.",
    if_unusable="Check that the disk has room, that the folder can be written to, and that no other program holds the "
    "file.",
    once_set_aside="what was summarised is summarised again; a model's answers are kept elsewhere and are not asked "
    "for again",
)
