"""What a batch has done: results, failures, which files are finished, batches sent to a vendor.

One SQLite file, `HOME/.journeyai/ledger.sqlite`.  What `record` was given is kept once it returns, whatever kills the
process; after a power cut the last seconds may be missing, and are done again.  A line stands in the output only after
it stands here.  Failures are never results: they are tried again.  One run at a time writes; others may read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from journeyai.batch.counts import Counts, Item, count
from journeyai.batch.items import Portion
from journeyai.batch.ledger_file import LAYOUT
from journeyai.batch.work import Outcome
from journeyai.errors import SettingsError
from journeyai.model.batch import FailedItem
from journeyai.model.summary import Summary
from journeyai.sqlite_file import kept_errors, open_kept, transaction

LEDGER_FILE: Final = "ledger.sqlite"
LOCK_FILE: Final = "summaries.lock"


class Ledger:
    """What was done, over all runs.

    Attributes:
        notice: one sentence if the file was damaged and had to be made anew, else empty.
    """

    def __init__(self, path: Path) -> None:
        """Open the ledger at *path*, making it if it is not there.

        Raises:
            SettingsError: it cannot be opened or written, or a newer JourneyAI made it; so for every method.
        """
        self._path = path
        self._connection, self.notice = open_kept(path, LAYOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._connection.close()

    # What a run does

    def begin(self) -> int:
        """Begin a run and return its number; the order of items of earlier runs is forgotten, not what they did."""
        with self._transaction():
            self._connection.execute("DELETE FROM places")
            return self._connection.execute("INSERT INTO runs (at) VALUES (?)", (_now(),)).lastrowid or 0

    def record(self, portion: Portion, outcomes: Sequence[Outcome], method: str, file: str) -> Counts:
        """Keep what became of *portion*, all of it or nothing; it is safe when this returns.

        Args:
            portion: what was worked on.
            outcomes: one an item, in order.
            method: the fingerprint of the method.
            file: the portion's file, read this way and summarised by this method.
        """
        counts = Counts()
        # A worker that was given the whole file has given the whole file back.
        total = len(outcomes) if portion.data is not None else portion.total
        with self._transaction():
            row = self._file(file)
            if total is not None:
                self._connection.execute("UPDATE files SET total = ? WHERE id = ?", (total, row))
            for number, outcome in enumerate(outcomes):
                if outcome.waiting:
                    continue
                item = self._put(portion, outcome, method)
                self._connection.execute(
                    "INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", (row, portion.first + number, item)
                )
                placed = self._connection.execute(
                    "INSERT OR IGNORE INTO places VALUES (?, ?, ?)", (portion.number, number, item)
                ).rowcount
                if placed:
                    counts += count(outcome)
        return counts

    def forget_outdated(self, source: str, file: str) -> None:
        """Forget failures of *source* that are not among what is in *file* now, if all of that has been worked on.

        Once a file: it looks at everything that the file holds.
        """
        with self._transaction():
            self._connection.execute(
                """DELETE FROM items WHERE source = ?1 AND fault IS NOT NULL
                   AND (SELECT total = (SELECT count(*) FROM contents WHERE file = id) FROM files WHERE key = ?2)
                   AND id NOT IN (SELECT item FROM contents WHERE file = (SELECT id FROM files WHERE key = ?2))""",
                (source, file),
            )

    def pass_over(self, number: int, file: str, limit: int | None = None) -> Counts:
        """Give the items of a finished file their place as portion *number*.

        Args:
            number: of the portion that they would have been.
            file: as for `record`; `is_finished` said so of it.
            limit: at most so many of them.
        """
        with self._transaction():
            self._connection.execute(
                """INSERT OR IGNORE INTO places
                   SELECT ?, c.number, c.item FROM files f JOIN contents c ON c.file = f.id
                   JOIN items i ON i.id = c.item
                   WHERE f.key = ? AND (? OR i.line IS NOT NULL) ORDER BY c.number LIMIT ?""",
                # -1 is SQLite's word for no limit.
                (number, file, limit is None, -1 if limit is None else limit),
            )
            kept, all_ = self._connection.execute(
                """SELECT count(i.line), count(*) FROM places p JOIN items i ON i.id = p.item
                   WHERE p.portion = ?""",
                (number,),
            ).fetchone()
        return Counts(kept=kept, left_out=all_ - kept)

    # What a run asks

    def is_finished(self, file: str) -> bool:
        """Return whether every item of *file* has a summary or holds nothing to summarise."""
        with self._errors():
            row = self._connection.execute("SELECT id, total FROM files WHERE key = ?", (file,)).fetchone()
            if row is None or row[1] is None:
                return False
            found, faults = self._connection.execute(
                "SELECT count(*), count(i.fault) FROM contents c JOIN items i ON i.id = c.item WHERE c.file = ?",
                (row[0],),
            ).fetchone()
            return bool(found == row[1] and not faults)

    def size(self, file: str) -> int:
        """Return how many items with a line *file* has, as far as it is known."""
        with self._errors():
            (size,) = self._connection.execute(
                """SELECT count(i.line) FROM files f JOIN contents c ON c.file = f.id JOIN items i ON i.id = c.item
                   WHERE f.key = ?""",
                (file,),
            ).fetchone()
            return int(size)

    def known(self, source: str, method: str) -> frozenset[str]:
        """Return the keys of the items of *source*, a small file, that *method* need not make again."""
        with self._errors():
            rows = self._connection.execute(
                "SELECT key FROM items WHERE source = ? AND method = ? AND fault IS NULL", (source, method)
            )
            return frozenset(key for (key,) in rows)

    def known_among(self, keys: Sequence[str]) -> frozenset[str]:
        """Return those of *keys*, a portion's, that need not be made again."""
        marks = ", ".join("?" * len(keys))
        with self._errors():
            rows = self._connection.execute(
                f"SELECT key FROM items WHERE key IN ({marks}) AND fault IS NULL", tuple(keys)
            )
            return frozenset(key for (key,) in rows)

    def failed(self, source: str) -> frozenset[str | None]:
        """Return the records of *source* that failed and were not made since; None stands for the file itself."""
        with self._errors():
            rows = self._connection.execute(
                "SELECT record FROM items WHERE source = ? AND fault IS NOT NULL", (source,)
            )
            return frozenset(record for (record,) in rows)

    def forget(self, source: str, method: str, records: frozenset[str] | None) -> None:
        """Forget what *method* made of *source*, or of these *records* of it."""
        with self._transaction():
            if records is None:
                self._connection.execute(
                    "DELETE FROM items WHERE source = ? AND method = ?", (source, method)
                )
            for record in sorted(records or ()):
                self._connection.execute(
                    "DELETE FROM items WHERE source = ? AND method = ? AND record = ?",
                    (source, method, record),
                )

    # What is told afterwards

    def items(self, run: int | None = None) -> Iterator[Item]:
        """Yield the items of a run in input order, one in memory at a time; left-out parts are not among them.

        Args:
            run: its number; None for the last one.  The order of earlier runs is not kept.

        Raises:
            SettingsError: another run has begun since.
        """
        yield from self._items("", (), run)

    def portion_items(self, number: int) -> Iterator[Item]:
        """Yield the items of this run's portion *number*, in order: a finished file is one portion, however big."""
        yield from self._items("AND p.portion = ?", (number,), None)

    def lines(self, run: int | None = None) -> Iterator[str]:
        """Yield the lines of a run in input order, failures among them; None for the last run."""
        for item in self.items(run):
            yield item.line

    def failures(self, run: int | None = None) -> Iterator[FailedItem]:
        """Yield the items of a run without a summary, in input order."""
        rows = self._rows("i.source, i.record, i.fault, i.message", "AND i.fault IS NOT NULL", (), run)
        for source, record, fault, message in rows:
            yield FailedItem(source, record, fault, message)

    def left_out(self, run: int | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield (source, place, reason) of what a run left out, in input order; the place is empty for a whole file."""
        for source, record, message in self._rows(
            "i.source, i.record, i.message", "AND i.line IS NULL", (), run
        ):
            yield source, record or "", message

    # Batches of a vendor

    def put_batch(self, batch: str, about: Mapping[str, Any]) -> None:
        """Keep what is known of a vendor's batch, in place of what was known of it before."""
        with self._errors():
            self._connection.execute(
                "INSERT INTO batches (id, about) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET about = excluded.about",
                (batch, json.dumps(about, sort_keys=True)),
            )

    def batches(self) -> dict[str, dict[str, Any]]:
        """Return what is known of each batch by its id, in the order in which they were first kept."""
        with self._errors():
            rows = self._connection.execute("SELECT id, about FROM batches ORDER BY number").fetchall()
        return {batch: json.loads(about) for batch, about in rows}

    def forget_batch(self, batch: str) -> None:
        """Forget a batch; one that is not known is no error."""
        with self._errors():
            self._connection.execute("DELETE FROM batches WHERE id = ?", (batch,))

    # Inside

    def _file(self, key: str) -> int:
        self._connection.execute("INSERT OR IGNORE INTO files (key) VALUES (?)", (key,))
        row: tuple[int] = self._connection.execute("SELECT id FROM files WHERE key = ?", (key,)).fetchone()
        return row[0]

    def _put(self, portion: Portion, outcome: Outcome, method: str) -> int:
        """Keep *outcome* and return the item's id."""
        found = self._connection.execute(
            "SELECT id, sha256, line, fault FROM items WHERE key = ?", (outcome.key,)
        ).fetchone()
        if found is not None and (outcome.kept or (outcome.fault is not None and found[3] is None)):
            if found[1] != portion.sha256:
                self._now_in(portion.sha256, *found[:3])
            return int(found[0])
        values = (
            portion.source, outcome.record, portion.sha256, outcome.line, outcome.fault, outcome.message,
            method, _now(),
        )  # fmt: skip
        if found is not None:
            self._connection.execute(
                """UPDATE items SET source = ?, record = ?, sha256 = ?, line = ?, fault = ?, message = ?,
                   method = ?, at = ?, tries = tries + 1 WHERE id = ?""",
                (*values, found[0]),
            )
            item = int(found[0])
        else:
            item = (
                self._connection.execute(
                    """INSERT INTO items (source, record, sha256, line, fault, message, method, at, key, tries)
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)""",
                    (*values, outcome.key),
                ).lastrowid
                or 0
            )
        # Another failure of the same item is out of date, whatever method or wording of the file it was met with.
        self._connection.execute(
            "DELETE FROM items WHERE source = ? AND record IS ? AND fault IS NOT NULL AND id != ?",
            (portion.source, outcome.record, item),
        )
        return item

    def _now_in(self, sha256: str, item: int, _: str, line: str | None) -> None:
        """Let an item say that it stands in a file of these bytes: others of its records have changed."""
        if line is not None:
            line = Summary.model_validate_json(line).model_copy(update={"sha256": sha256}).to_line()
        self._connection.execute("UPDATE items SET sha256 = ?, line = ? WHERE id = ?", (sha256, line, item))

    def _items(self, where: str, values: tuple[object, ...], run: int | None) -> Iterator[Item]:
        for source, record, line, fault in self._rows(
            "i.source, i.record, i.line, i.fault", f"AND i.line IS NOT NULL {where}", values, run
        ):
            yield Item(source, record, line, fault)

    def _rows(
        self, columns: str, where: str, values: tuple[object, ...], run: int | None
    ) -> Iterator[tuple[Any, ...]]:
        with self._errors():
            (last,) = self._connection.execute("SELECT max(id) FROM runs").fetchone()
            if run is not None and run != last:
                raise SettingsError(
                    f"Another run has begun in `{self._path.parent.parent}`, so the order of this one is gone.",
                    "Run the command again: what is summarised is not summarised again.",
                )
            yield from self._connection.execute(
                f"SELECT {columns} FROM places p JOIN items i ON i.id = p.item WHERE TRUE {where} "
                "ORDER BY p.portion, p.number",
                values,
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors(), transaction(self._connection):
            yield

    def _errors(self) -> AbstractContextManager[None]:
        return kept_errors(self._path, LAYOUT)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
