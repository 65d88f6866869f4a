"""The log of everything that was done to a study's map: `.journeyai/log.jsonl`, a line an entry, only ever added to.

A line is on the disk before the map is written, so that whatever kills us, what was confirmed can be done again.
Whole maps, where they are kept, stand beside it under their hash: `.journeyai/maps/SHA.json.gz`.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from journeyai.errors import ReadOnlyError, SettingsError, StudyBusyError
from journeyai.operations.history import Entry, History, Move, Step, fold
from journeyai.study.folder import StudyFolder, write_whole

LOG_FILE: Final = "log.jsonl"
TORN_FILE: Final = "log.torn"
LOCK_FILE: Final = "edit.lock"
MAPS_FOLDER: Final = "maps"
LOG_VERSION: Final = "1.0"

#: How long to wait for another process to end its own commit, which takes well below a second.
LOCK_SECONDS: Final = 10.0

_HEADER: Final = {"format": "journeyai/log", "version": LOG_VERSION}
_ENTRY: Final[TypeAdapter[Step | Move]] = TypeAdapter(Entry)
# Fast: a map is kept with each draft, and JSON shrinks to a tenth at any level.
_GZIP_LEVEL: Final = 3


def hash_of(data: bytes) -> str:
    """Return what names a map's bytes; empty for those of no map."""
    return sha256(data).hexdigest() if data else ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What tells that neither file has changed since we read it."""

    log: tuple[int, int, int] | None
    map: tuple[int, int, int] | None


class EditLog:
    """The log and the map of one study, as files.

    Attributes:
        path: the log's file.
    """

    def __init__(self, folder: StudyFolder, lock_seconds: float = LOCK_SECONDS) -> None:
        self._folder = folder
        self.path = folder.inner / LOG_FILE
        self._maps = folder.inner / MAPS_FOLDER
        self._lock = FileLock(folder.inner / LOCK_FILE, timeout=lock_seconds)
        self._seen: _Seen | None = None

    def read(self) -> tuple[History, bytes]:
        """Return the history as it is logged, and the bytes of the map; a torn last line counts for nothing.

        Raises:
            SettingsError: one of the files cannot be read, the log is damaged, or of another version.
        """
        seen = self._look()
        history = self._history()
        data = _bytes(self._folder.map_path)
        self._seen = seen
        return history, data

    def is_as_read(self) -> bool:
        """Whether log and map are the very files that were last read or written here."""
        return self._seen is not None and self._seen == self._look()

    def forget(self) -> None:
        """Take nothing for read: what was begun here did not come to its end."""
        self._seen = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from writing log or map.

        Raises:
            StudyBusyError: another process does not let go.
            ReadOnlyError: the study cannot be written to.
        """
        root = self._folder.root
        try:
            self._folder.inner.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise StudyBusyError(
                f"Another JourneyAI process is writing the map in `{root}`.", "Try again when it is done."
            ) from None
        except OSError as error:
            raise ReadOnlyError(
                f"The study in `{root}` cannot be written to: {error.strerror or error}.",
                "Check the folder's permissions.",
            ) from None
        try:
            yield
        finally:
            self._lock.release()

    def commit(self, entry: Step | Move, data: bytes | None) -> None:
        """Write *entry* behind the last whole line and then the map, if there is *data*: both or, if it fails, none.

        Under `locked` only.

        Raises:
            SettingsError: one of them cannot be written.
        """
        end = self.append([entry])
        if data is None:
            return
        try:
            self.write_map(data)
        except SettingsError:
            # Else who is told that nothing was written would find it done when the study is next opened.
            self._cut(end)
            raise

    def append(self, entries: Sequence[Step | Move]) -> int:
        """Write *entries* behind the last whole line; when this returns they are on the disk.

        Under `locked` only.

        Returns:
            How many bytes of the log stand before them; none before a new header.

        Raises:
            SettingsError: the log cannot be written.
        """
        lines = b"".join(_ENTRY.dump_json(entry, by_alias=True) + b"\n" for entry in entries)
        try:
            whole = self._set_torn_aside()
            end = self.path.stat().st_size if whole else 0
            try:
                with self.path.open("ab") as file:
                    file.write(lines if whole else json.dumps(_HEADER).encode() + b"\n" + lines)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                self._cut(end)
                raise
            if not whole:
                _sync_folder(self.path.parent)
            self._seen = self._look()
        except OSError as error:
            raise SettingsError(f"`{self.path}` cannot be written: {error.strerror or error}.") from None
        return end

    def write_map(self, data: bytes) -> None:
        """Replace the map.  Under `locked` only.

        Raises:
            SettingsError: it cannot be written.
        """
        write_whole(self._folder.map_path, data)
        _sync_folder(self._folder.map_path.parent)
        self._seen = self._look()

    def keep(self, data: bytes) -> None:
        """Keep a whole map under its hash, if it is not kept already.  Under `locked` only.

        Raises:
            SettingsError: it cannot be written.
        """
        path = self._maps / f"{hash_of(data)}.json.gz"
        if path.is_file():
            return
        try:
            self._maps.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"`{self._maps}` cannot be made: {error.strerror}.") from None
        write_whole(path, gzip.compress(data, _GZIP_LEVEL, mtime=0))

    def kept(self, name: str) -> bytes | None:
        """Return the bytes of the map whose hash is *name*; None if they are not kept, or damaged."""
        try:
            data = gzip.decompress((self._maps / f"{name}.json.gz").read_bytes())
        except (OSError, EOFError, zlib.error):
            return None
        return data if hash_of(data) == name else None

    # Inside

    def _history(self) -> History:
        entries = []
        # An editor may have left an empty line at the end.
        for number, line in enumerate(filter(bytes.strip, self._whole_lines()), 1):
            try:
                if number == 1:
                    self._check_version(json.loads(line))
                else:
                    entries.append(_ENTRY.validate_json(line))
            except (ValidationError, ValueError):
                raise self._damaged(f"line {number} is no entry of a log") from None
        try:
            return fold(entries)
        except ValueError as error:
            raise self._damaged(str(error).rstrip(".")) from None

    def _damaged(self, what: str) -> SettingsError:
        return SettingsError(
            f"The history of the map, `{self.path}`, is damaged: {what}.",
            "The map itself is whole. Move that file away to begin a new history.",
        )

    def _check_version(self, header: object) -> None:
        if not isinstance(header, dict) or header.get("format") != _HEADER["format"]:
            raise ValueError("no header")
        if header.get("version") != LOG_VERSION:
            raise SettingsError(
                f"The history of the map, `{self.path}`, is of version {header.get('version')}; "
                f"this JourneyAI knows version {LOG_VERSION}.",
                "Use the JourneyAI that wrote it, or a newer one.",
            )

    def _whole_lines(self) -> list[bytes]:
        """Return the lines that were written to their end."""
        return _split(_bytes(self.path))[0]

    def _set_torn_aside(self) -> bool:
        """Cut a torn last line off the log, into a file of its own; return whether whole lines are left."""
        data = _bytes(self.path)
        lines, torn = _split(data)
        if torn:
            with self.path.with_name(TORN_FILE).open("ab") as aside:
                aside.write(torn.rstrip(b"\n") + b"\n")
            with self.path.open("r+b") as file:
                file.truncate(len(data) - len(torn))
        if lines and not data[: len(data) - len(torn)].endswith(b"\n"):
            with self.path.open("ab") as file:
                file.write(b"\n")
        return bool(lines)

    def _cut(self, end: int) -> None:
        """Take what was written behind *end* off the log again; what cannot be taken off is read as it stands."""
        with suppress(OSError), self.path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())

    def _look(self) -> _Seen:
        return _Seen(_signature(self.path), _signature(self._folder.map_path))


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole lines of a log, and its torn last line: one that is not JSON to its end."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return [], b""
    try:
        json.loads(lines[-1])
    except ValueError:
        return lines[:-1], lines[-1]
    return lines, b""


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file; none where there is no file."""
    if path.exists() and not path.is_file():
        # To read from a pipe may never end.
        raise SettingsError(f"`{path}` cannot be read: it is no file.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be read: {error.strerror}.") from None


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _sync_folder(folder: Path) -> None:
    """Make a new or renamed file in *folder* outlast a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
