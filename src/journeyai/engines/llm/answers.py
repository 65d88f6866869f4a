"""The study's store of what was paid for: answers, what they cost, and what servers can do.

One SQLite file, `.journeyai/cache.sqlite`.  What `put` and `add` were given is kept once they return, whatever kills
the process; after a power cut the last seconds may be missing (writing through to the disk took 2 to 30 ms a call
instead of 0.02, and everybody else waits for it).  A call is written down first as spending, then as an answer: if
the process dies between the two, it is paid twice, and never forgotten.

Only masked text comes here: the client masks before it asks.  A damaged file is set aside and made anew, and what its
answers cost is then lost, as is what an unfinished job had spent.

Several processes may use the file at once (a batch, and beside it a draft or a chat), and the threads of each: every
method is one transaction, and what one process has put, the others get.  Two that ask the same at the same moment
both pay.  A job is one process's at a time, or its caps would not see what the other spends: locks of their own see to
that for drafts and for summaries.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from journeyai.engines.llm.money import Spent, Usage
from journeyai.errors import StudyBusyError
from journeyai.sqlite_file import Layout, kept_errors, open_kept, transaction

#: Raised whenever a table changes; an older store must then be carried over, for it was paid for.
SCHEMA_VERSION: Final = 1

# Text is kept as bytes: a reply may hold half a surrogate pair, which is no UTF-8.  Dollars are kept as decimal digits,
# so that sums are exact.
_TABLES: Final = (
    """CREATE TABLE answers (
        key TEXT PRIMARY KEY, step TEXT NOT NULL, model TEXT NOT NULL, text BLOB NOT NULL,
        tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, estimated INTEGER NOT NULL, at TEXT NOT NULL)""",
    "CREATE TABLE dialects (server TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, started TEXT NOT NULL, finished TEXT)",
    """CREATE TABLE spending (
        id INTEGER PRIMARY KEY, job INTEGER NOT NULL REFERENCES jobs, tokens_in INTEGER NOT NULL,
        tokens_out INTEGER NOT NULL, estimated INTEGER NOT NULL, usd TEXT, at TEXT NOT NULL)""",
    "CREATE INDEX spending_of_job ON spending (job)",
)
_LAYOUT: Final = Layout(
    version=SCHEMA_VERSION,
    tables=_TABLES,
    if_newer="Update JourneyAI, or move the file away: what its answers cost is then paid again.",
    if_unusable="Check that the disk has room, that the study's folder can be written to, and that no other program "
    "holds the file.",
    once_set_aside="answers that it held are asked for again, and what an unfinished run had spent counts from zero",
    is_shared=True,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that could be read.

    Attributes:
        text: as it came, with whatever was masked still masked.
        usage: what it took when it was asked for.
        model: who answered.
        step: what was asked.
    """

    text: str
    usage: Usage
    model: str
    step: str


class AnswerStore:
    """Answers by key, what servers can do, and what jobs have spent.

    Attributes:
        notice: one sentence if the file was damaged and had to be made anew, else empty.
    """

    def __init__(self, path: Path) -> None:
        """Open the store at *path*, making it if it is not there.

        Raises:
            SettingsError: it cannot be opened or written, or a newer JourneyAI made it.
        """
        self._path = path
        self._lock = threading.RLock()
        self._connection, self.notice = open_kept(path, _LAYOUT)

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> "AnswerStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, key: str) -> Answer | None:
        """Return the answer kept under *key*.

        Raises:
            SettingsError: the file can no longer be read; so for every method.
        """
        row = self._one(
            "SELECT text, tokens_in, tokens_out, estimated, model, step FROM answers WHERE key = ?", key
        )
        if row is None:
            return None
        text, tokens_in, tokens_out, estimated, model, step = row
        return Answer(
            text.decode("utf-8", "surrogatepass"), Usage(tokens_in, tokens_out, bool(estimated)), model, step
        )

    def steps(self) -> frozenset[str]:
        """Return the steps of which any answer is kept."""
        with self._lock, self._errors():
            rows = self._connection.execute("SELECT DISTINCT step FROM answers").fetchall()
        return frozenset(step for (step,) in rows)

    def put(self, key: str, answer: Answer) -> None:
        """Keep *answer*; it is safe when this returns."""
        usage = answer.usage
        self._write(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            key, answer.step, answer.model, answer.text.encode("utf-8", "surrogatepass"),
            usage.tokens_in, usage.tokens_out, usage.estimated, _now(),
        )  # fmt: skip

    def dialect(self, server: str) -> dict[str, Any] | None:
        """Return what was found out about *server* (an address and a model)."""
        row = self._one("SELECT json FROM dialects WHERE server = ?", server)
        return None if row is None else dict(json.loads(row[0]))

    def set_dialect(self, server: str, dialect: Mapping[str, Any]) -> None:
        """Keep what was found out about *server*."""
        text = json.dumps(dialect, sort_keys=True)
        self._write("INSERT OR REPLACE INTO dialects VALUES (?, ?)", server, text)

    def open_job(self, name: str) -> "Job":
        """Return the unfinished job *name* with all it has spent, or a new one."""
        with self._lock, self._errors(), transaction(self._connection):
            row = self._one("SELECT max(id) FROM jobs WHERE name = ? AND finished IS NULL", name)
            number = row[0] if row else None
            if number is None:
                number = self._write("INSERT INTO jobs (name, started) VALUES (?, ?)", name, _now())
            return Job(self, number)

    def forget(self) -> None:
        """Delete every answer and what is known of servers, so that no byte of them is left in the file.

        Spending stays: it holds no words, and a cap must not be passed by forgetting.
        """
        with self._lock, self._errors():
            for table in ("answers", "dialects"):
                self._connection.execute(f"DELETE FROM {table}")
            self._connection.execute("VACUUM")
            # Until then pages with the old words stand in the log beside the file.
            (is_busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if is_busy:
                raise StudyBusyError(
                    f"Another JourneyAI process is using `{self._path}`, so that its old words are not gone yet.",
                    "Run the command again when that one has ended.",
                )
            for aside in self._path.parent.glob(f"{self._path.name}.damaged-*"):
                aside.unlink(missing_ok=True)

    def spent(self, job: int) -> Spent:
        """Return what job number *job* has cost until now."""
        with self._lock, self._errors():
            rows = self._connection.execute(
                "SELECT tokens_in, tokens_out, estimated, usd FROM spending WHERE job = ?", (job,)
            ).fetchall()
        usage = unpriced = Usage(0, 0)
        usd = Decimal(0)
        for tokens_in, tokens_out, estimated, cost in rows:
            call = Usage(tokens_in, tokens_out, bool(estimated))
            usage += call
            if cost is None:
                unpriced += call
            else:
                usd += Decimal(cost)
        return Spent(len(rows), usage, usd, unpriced)

    def add(self, job: int, usage: Usage, usd: Decimal | None) -> None:
        """Write down a call of job number *job*; it is safe when this returns."""
        self._write(
            "INSERT INTO spending (job, tokens_in, tokens_out, estimated, usd, at) VALUES (?, ?, ?, ?, ?, ?)",
            job, usage.tokens_in, usage.tokens_out, usage.estimated, None if usd is None else str(usd), _now(),
        )  # fmt: skip

    def book(self, job: int, name: str, usage: Usage, usd: Decimal | None) -> None:
        """Write down what a batch takes, in place of what was written of it before; it is safe when this returns.

        Args:
            job: number of the job, if nothing was written of the batch yet; else it stays with its own.
            name: of the batch.
            usage: its tokens: the most that they can be, later what they were.
            usd: US dollars, if the price is known.
        """
        values = (
            usage.tokens_in,
            usage.tokens_out,
            usage.estimated,
            None if usd is None else str(usd),
            _now(),
        )
        with self._lock, self._errors(), transaction(self._connection):
            written = self._connection.execute(
                "UPDATE spending SET tokens_in = ?, tokens_out = ?, estimated = ?, usd = ?, at = ? WHERE id = ?",
                (*values, _spending_id(name)),
            ).rowcount
            if not written:
                self._connection.execute(
                    "INSERT INTO spending (tokens_in, tokens_out, estimated, usd, at, id, job) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*values, _spending_id(name), job),
                )

    def unbook(self, name: str) -> None:
        """Forget what was written of a batch that was never begun; one that is not known is no error."""
        self._write("DELETE FROM spending WHERE id = ?", _spending_id(name))

    def drop(self, key: str) -> None:
        """Forget the answer kept under *key*, which is no use; what it cost stays written."""
        self._write("DELETE FROM answers WHERE key = ?", key)

    def finish(self, job: int) -> None:
        """End job number *job*: the next one of its name begins at zero."""
        self._write("UPDATE jobs SET finished = ? WHERE id = ? AND finished IS NULL", _now(), job)

    def _one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        with self._lock, self._errors():
            row: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
            return row

    def _write(self, statement: str, *values: object) -> int:
        with self._lock, self._errors():
            return self._connection.execute(statement, values).lastrowid or 0

    def _errors(self) -> AbstractContextManager[None]:
        return kept_errors(self._path, _LAYOUT)


class Job:
    """A piece of work with a cap of its own, over as many runs as it takes."""

    def __init__(self, store: AnswerStore, number: int) -> None:
        self._store = store
        self._number = number

    @property
    def spent(self) -> Spent:
        """Everything booked, in earlier runs, too."""
        return self._store.spent(self._number)

    def add(self, usage: Usage, usd: Decimal | None) -> None:
        """Write down a call: its tokens, and its US dollars if their price is known."""
        self._store.add(self._number, usage, usd)

    def book(self, name: str, usage: Usage, usd: Decimal | None) -> None:
        """Write down what a batch takes, in place of what was written of it before."""
        self._store.book(self._number, name, usage, usd)

    def finish(self) -> None:
        """End the job; a second time does nothing."""
        self._store.finish(self._number)


def _spending_id(name: str) -> int:
    """Return the row of a batch's spending: below zero, where no call's is."""
    return -1 - (int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 1)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
