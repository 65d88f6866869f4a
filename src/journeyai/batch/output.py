"""The file of summaries, one line an item: appended to, mended after a kill, never a line twice.

A line is written after the ledger has it, so whatever the file lacks can be written again.  A line that is out of date
(the item failed then and is done now, or its file has changed) is taken out at the end, or, after a kill, at the end of
the next run; until then the later one of two lines counts.  What stands in the file of other runs stays.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from pydantic import ValidationError

from journeyai.batch.counts import Item
from journeyai.batch.ledger import Ledger
from journeyai.batch.line_file import mend_end, read_lines, write_all
from journeyai.errors import SettingsError
from journeyai.model.summary import Summary

# In a private file of SQLite's, not in memory: there may be a million lines.  `number` is the line's own that counts,
# from 0; `placed` whether its item belongs to this run.
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE lines (
    item BLOB PRIMARY KEY, source BLOB NOT NULL, hash BLOB NOT NULL, number INTEGER NOT NULL UNIQUE,
    placed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE whole (source BLOB PRIMARY KEY) WITHOUT ROWID;
"""


#: Lines that are in memory together.
_LINES_AT_A_TIME: Final = 500


class Output(Protocol):
    """Where the lines go, after the ledger has them."""

    def add(self, number: int) -> None:
        """Write the lines of this run's portion *number*, which the ledger has."""
        ...

    def read_whole(self, source: str) -> None:
        """Hear that this run goes through all of *source*: older lines about records that are gone are no use."""
        ...

    def close(self, *, is_complete: bool) -> None:
        """Bring the lines in order and let go.

        Args:
            is_complete: whether the run came to its end.
        """
        ...


class NoOutput:
    """Nowhere: the ledger has the lines."""

    def add(self, number: int) -> None:
        """Do nothing."""

    def read_whole(self, source: str) -> None:
        """Do nothing."""

    def close(self, *, is_complete: bool) -> None:
        """Do nothing."""


class StreamOutput:
    """A stream, as standard output: every line of the run, those that were made earlier among them."""

    def __init__(self, stream: BinaryIO, ledger: Ledger, *, ordered: bool, is_ours: bool = False) -> None:
        """Write to *stream*, which is closed at the end if it *is_ours*."""
        self._stream = stream
        self._is_ours = is_ours
        self._ledger = ledger
        self._turns = Turns() if ordered else None
        self._is_broken = False

    def add(self, number: int) -> None:
        """Write the lines of this run's portion *number*.

        Raises:
            SettingsError: the stream takes no more.
            BrokenPipeError: nobody reads any more.
        """
        self._write(self._turns.ready(number) if self._turns else (number,))

    def read_whole(self, source: str) -> None:
        """Do nothing."""

    def close(self, *, is_complete: bool) -> None:
        """Write what waited for its turn."""
        try:
            self._write(self._turns.rest() if self._turns else ())
        finally:
            if self._is_ours:
                # What could not be written is tried again by this, and has been told.
                with suppress(OSError):
                    self._stream.close()

    def _write(self, numbers: Iterable[int]) -> None:
        if self._is_broken:
            return
        try:
            for number in numbers:
                for item in self._ledger.portion_items(number):
                    self._stream.write(item.line.encode() + b"\n")
            self._stream.flush()
        except BrokenPipeError:
            self._is_broken = True
            raise
        except OSError as error:
            self._is_broken = True
            raise SettingsError(
                f"The summaries cannot be written any more: {error.strerror or error}.",
                "Free some room or name a file with --out, and run the command again: what is done is kept.",
            ) from error


class Turns:
    """Whose turn it is, where portions are finished in any order: the ledger keeps what waits."""

    def __init__(self) -> None:
        self._next = 0
        self._waiting: set[int] = set()

    def ready(self, number: int) -> Iterator[int]:
        """Yield the portions that may be written now that *number* is finished."""
        self._waiting.add(number)
        while self._next in self._waiting:
            self._waiting.remove(self._next)
            yield self._next
            self._next += 1

    def rest(self) -> list[int]:
        """Return what waits for one that did not come: all of it, in order."""
        left = sorted(self._waiting)
        self._waiting.clear()
        return left


class FileOutput:
    """A file of JSON lines."""

    def __init__(self, path: Path, ledger: Ledger, *, ordered: bool) -> None:
        """Open *path* and look at what stands in it.

        Raises:
            SettingsError: the file cannot be written, or has a line that is no summary.
        """
        self._path = path
        self._ledger = ledger
        self._turns = Turns() if ordered else None
        #: Number of the next line; of the last one of this run that stands where it belongs.
        self._count, self._last = 0, -1
        self._is_mixed = self._has_old = self._is_torn = False
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(_SCHEMA)
        try:
            with self._errors():
                path.parent.mkdir(parents=True, exist_ok=True)
                mend_end(path)
                self._file = path.open("ab", buffering=0)
            try:
                self._look()
            except BaseException:
                self._file.close()
                raise
        except BaseException:
            self._table.close()
            raise

    def add(self, number: int) -> None:
        """Write the lines of this run's portion *number* that are not there yet."""
        for ready in self._turns.ready(number) if self._turns else (number,):
            self._write(ready)

    def read_whole(self, source: str) -> None:
        """Hear that this run goes through all of *source*."""
        self._table.execute("INSERT OR IGNORE INTO whole VALUES (?)", (_digest(source),))

    def close(self, *, is_complete: bool) -> None:
        """Take out what is out of date, bring the rest in order, and let go of the file."""
        try:
            if self._turns and not self._is_torn:
                for number in self._turns.rest():
                    self._write(number)
            if is_complete:
                # What is gone from a file that was read whole is gone from here.
                gone = self._table.execute(
                    "DELETE FROM lines WHERE NOT placed AND source IN (SELECT source FROM whole)"
                ).rowcount
                self._has_old = self._has_old or gone > 0
            with self._errors():
                os.fsync(self._file.fileno())
                self._file.close()
                # What is torn is mended by the next run; until then nobody can say which line is which.
                if not self._is_torn and (self._has_old or (self._turns and self._is_mixed)):
                    self._rewrite()
        finally:
            self._file.close()
            self._table.close()

    # Inside

    def _look(self) -> None:
        """Note what stands in the file."""
        self._table.execute("BEGIN")
        for line in read_lines(self._path):
            try:
                summary = Summary.model_validate_json(line)
            except ValidationError:
                raise SettingsError(
                    f"Line {self._count + 1} of `{self._path}` is no summary.",
                    "Name another file with --out, or move this one away.",
                ) from None
            self._note(summary.source, summary.record, line, is_placed=False)
        self._table.execute("COMMIT")

    def _write(self, number: int) -> None:
        self._is_torn = True
        new: list[bytes] = []
        self._table.execute("BEGIN")
        for item in self._ledger.portion_items(number):
            line = item.line.encode()
            if self._stands(item, line):
                continue
            self._note(item.source, item.record, line, is_placed=True)
            new.append(line + b"\n")
            if len(new) == _LINES_AT_A_TIME:
                self._append(new)
                new.clear()
        self._append(new)
        self._table.execute("COMMIT")
        self._is_torn = False

    def _append(self, lines: Sequence[bytes]) -> None:
        with self._errors():
            write_all(self._file, b"".join(lines))

    def _stands(self, item: Item, line: bytes) -> bool:
        """Return whether *line* is in the file already."""
        name = _name(item.source, item.record)
        row = self._table.execute("SELECT hash, number FROM lines WHERE item = ?", (name,)).fetchone()
        if row is None or row[0] != _digest(line):
            return False
        self._table.execute("UPDATE lines SET placed = 1 WHERE item = ?", (name,))
        self._is_mixed = self._is_mixed or row[1] < self._last
        self._last = max(self._last, row[1])
        return True

    def _note(self, source: str, record: str | None, line: bytes, *, is_placed: bool) -> None:
        """Note that *line* is the next one of the file, and counts."""
        name = _name(source, record)
        replaced = self._table.execute("DELETE FROM lines WHERE item = ?", (name,)).rowcount
        self._has_old = self._has_old or replaced > 0
        self._table.execute(
            "INSERT INTO lines VALUES (?, ?, ?, ?, ?)",
            (name, _digest(source), _digest(line), self._count, is_placed),
        )
        if is_placed:
            self._last = self._count
        self._count += 1

    def _rewrite(self) -> None:
        """Write the file anew with the lines that count; in order: first what is not of this run."""
        fresh = self._path.resolve().with_name(f".{self._path.name[:200]}.new")
        try:
            with fresh.open("wb") as file:
                for line in self._counting():
                    file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path.resolve())
        except BaseException:
            with suppress(OSError):
                fresh.unlink()
            raise

    def _counting(self) -> Iterator[bytes]:
        for number, line in enumerate(read_lines(self._path)):
            row = self._table.execute("SELECT placed FROM lines WHERE number = ?", (number,)).fetchone()
            if row is not None and not (self._turns and row[0]):
                yield line
        if self._turns:
            for item in self._ledger.items():
                if self._table.execute(
                    "SELECT 1 FROM lines WHERE item = ? AND placed", (_name(item.source, item.record),)
                ).fetchone():
                    yield item.line.encode()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SettingsError(
                f"`{self._path}` cannot be written: {error.strerror or error}.",
                "Free some room or name another file with --out, and run the command again: what is done is kept.",
            ) from error


def open_output(out: Path | BinaryIO | None, ledger: Ledger, *, ordered: bool) -> Output:
    """Return where the lines go.

    Args:
        out: a file, a stream, or None for nowhere.
        ledger: what the lines are taken from.
        ordered: in input order, whatever is finished first.

    Raises:
        SettingsError: the file cannot be written, or has a line that is no summary.
    """
    if out is None:
        return NoOutput()
    if not isinstance(out, Path):
        return StreamOutput(out, ledger, ordered=ordered)
    if out.is_dir():
        raise SettingsError(f"`{out}` is a folder.", "Name a file with --out.")
    if out.exists() and not out.is_file():
        # A device or a pipe cannot be looked into, nor mended.
        return StreamOutput(out.open("wb"), ledger, ordered=ordered, is_ours=True)
    return FileOutput(out, ledger, ordered=ordered)


def set_aside(out: Path) -> Path | None:
    """Give the file of summaries that stands at *out* another name, and return that; None if there is none."""
    if not out.is_file():
        return None
    number = 1
    while (aside := out.with_name(f"{out.name}.before-{number}")).exists():
        number += 1
    out.replace(aside)
    return aside


def _name(source: str, record: str | None) -> bytes:
    return _digest(repr((source, record)))


def _digest(text: str | bytes) -> bytes:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return blake2b(data, digest_size=16).digest()
