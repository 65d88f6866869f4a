"""From paths as people type them to portions of work, one file in memory at a time.

Order, which is what "input order" means everywhere: the arguments as given; in a folder (or a glob) the files sorted by
their path as `sources.find_files` sorts them; in a file its records as they stand.  A file that is met twice counts at
its first place.
"""

import glob
import hashlib
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Final

from journeyai.errors import SettingsError, SourceError
from journeyai.model.source import Document, Skipped
from journeyai.model.summary import begins_summaries
from journeyai.settings import SourceSettings, StudySettings
from journeyai.sources import LARGEST, LOADERS_VERSION, load_bytes, read_bytes, settings_for, walk_files
from journeyai.study.folder import INNER_FOLDER

#: Files up to this size go to a worker as they are; bigger ones are read here and cut.
WHOLE_BYTES: Final = 256 * 1024
#: Documents of a bigger file that go to a worker together.
CUT_DOCUMENTS: Final = 50
#: What standard input is called.
STDIN: Final = "stdin"
#: How a file is read of which nothing is said.
_PLAIN: Final = SourceSettings()


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is to be summarised, not opened yet.

    Attributes:
        source: its name in summaries and messages: the path inside the study's sources where it lies there, else the
            path as typed, with `/`.
        path: where it is; None for standard input.
        settings: how it is to be read.
        records: the records asked for; None for all.
        skipped: why it is left out on purpose; empty if it is not.
        is_own: whether it lies in the study's sources.
    """

    source: str
    path: Path | None
    settings: SourceSettings
    records: frozenset[str] | None = None
    skipped: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An input with what is in it.

    Attributes:
        input: what was opened.
        data: its raw bytes; empty if they could not be had.
        sha256: of the bytes; empty if they could not be had.
        problem: why it could not be opened, one sentence; None if it could.
    """

    input: Input
    data: bytes
    sha256: str
    problem: str | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of everything that the file's items depend on: the name, the bytes, and how they are read."""
        chosen = self.input.records
        records = None if chosen is None else sorted(chosen)
        told = (
            self.input.source,
            self.sha256,
            self.input.settings.model_dump_json(),
            records,
            LOADERS_VERSION,
        )
        return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Portion:
    """What a worker takes at a time; it can be pickled.

    Either the raw bytes of a whole file (`data`), or documents that were read already.

    Attributes:
        number: its place in the run, from 0.
        source: the file's name.
        sha256: of the file's raw bytes; empty if they could not be had.
        data: the file's raw bytes, to be read by the worker; None if `documents` are given.
        documents: read already; None if `data` is given.
        settings: how the file is to be read.
        records: the records asked for; None for all.
        problem: why the file could not be read, one sentence; None if nothing is wrong so far.
        skipped: parts of the file that are left out on purpose; told with the file's last portion.
        missing: records asked for that are not in the file; told with the file's last portion.
        first: place in its file of the portion's first item.
        total: items in the whole file, left-out parts counted; None while it is not read.
        known: keys of items of this file that have a summary: they are not made again.
        is_own: whether the file lies in the study's sources.
    """

    number: int
    source: str
    sha256: str
    data: bytes | None
    documents: tuple[Document, ...] | None
    settings: SourceSettings
    records: frozenset[str] | None = None
    problem: str | None = None
    skipped: tuple[Skipped, ...] = ()
    missing: tuple[str, ...] = ()
    first: int = 0
    total: int | None = None
    known: frozenset[str] = frozenset()
    is_own: bool = False

    @property
    def is_last(self) -> bool:
        """Whether the file ends with it."""
        parts = len(self.documents or ()) + len(self.skipped) + len(self.missing)
        return self.total is None or self.problem is not None or self.first + parts >= self.total


# From paths to files


@dataclass(frozen=True, slots=True)
class _Target:
    """One argument: a file, a folder or standard input."""

    path: Path | None
    name: str
    record: str | None = None


def find_inputs(
    paths: Sequence[str], settings: StudySettings, sources: Path | None, own: Collection[Path] = ()
) -> Iterator[Input]:
    """Yield the files that *paths* name, in input order, without opening any.

    Args:
        paths: files, folders (with all that is below), globs, `-`, or `FILE#RECORD`.
        settings: of the study; plain ones outside of a study.
        sources: the study's folder of sources; None outside of a study.
        own: files of ours (the output, a map) that are no sources where they lie in a folder that is one.  What
            begins with the same name and a full stop, as a file that was kept aside, is none either.

    Raises:
        SettingsError: a path leads nowhere; told before the first file is given out.
    """
    if not paths:
        raise SettingsError(
            "Nothing is named to summarise.", "Name files or folders, or `-` for standard input."
        )
    targets = [target for path in paths for target in _targets(path)]
    return _distinct(
        targets, settings, sources.resolve() if sources else None, {path.resolve() for path in own}
    )


def _targets(typed: str) -> list[_Target]:
    """Return what *typed* names: one file or folder, or all that a glob fits, sorted."""
    if not typed:
        # Most likely a variable that is not set: the whole of the current folder is not what was meant.
        raise SettingsError("One of the paths is empty.", "Name it, or `.` for the folder that you are in.")
    if typed == "-":
        return [_Target(None, STDIN)]
    if any("\ud800" <= char <= "\udfff" for char in typed):
        raise SettingsError(f"The name {typed!r} is not text.", "Give the file another name.")
    try:
        if Path(typed).exists():
            return [_Target(Path(typed), _name(typed))]
        for place in (place for place, char in enumerate(typed) if char == "#" and place):
            if Path(typed[:place]).is_file() and typed[place + 1 :]:
                return [_Target(Path(typed[:place]), _name(typed[:place]), typed[place + 1 :])]
        if glob.has_magic(typed):
            # `Path.glob` takes no absolute pattern and no `..`.
            found = sorted(set(glob.iglob(typed, recursive=True)))  # noqa: PTH207
            if found:
                return [_Target(Path(path), _name(path)) for path in found]
    except (OSError, ValueError):
        pass  # Too long for a name, or with a zero byte in it: there is no such file.
    raise SettingsError(
        f"There is no file or folder `{typed}`.",
        "Name files, folders, a pattern in quotes, `-` for standard input, or `FILE#RECORD` for one record.",
    )


def _name(typed: str) -> str:
    return PurePath(os.path.normpath(typed)).as_posix()


def _distinct(
    targets: Sequence[_Target], settings: StudySettings, sources: Path | None, own: Collection[Path]
) -> Iterator[Input]:
    """Yield the inputs of *targets*, each file once."""
    whole = {target.path.resolve() for target in targets if target.path and target.record is None}
    records: dict[Path, set[str]] = {}
    for target in targets:
        if target.path and target.record is not None:
            records.setdefault(target.path.resolve(), set()).add(target.record)
    # Where there is one argument, nothing can be met twice, and nothing need be remembered.
    seen: set[bytes] | None = set() if len(targets) > 1 else None
    for target in targets:
        for path, name, where, skipped in _files(target, own):
            asked = None
            if target.record is not None and where is not None and where not in whole:
                asked = frozenset(records[where])
            if seen is not None:
                # One record of a file does not make up for the whole of it, should that come later.
                met = f"{where}\0{asked is None}"
                digest = hashlib.blake2b(met.encode("utf-8", "surrogatepass"), digest_size=12).digest()
                if digest in seen:
                    continue
                seen.add(digest)
            is_own = sources is not None and where is not None and where.is_relative_to(sources)
            source = where.relative_to(sources).as_posix() if is_own and where and sources else name
            chosen = settings_for(source, settings.sources) if settings.sources else _PLAIN
            reason = skipped or (
                "left out because journey.toml says `ignore = true`" if chosen.ignore else ""
            )
            if sources is not None and not is_own and where is not None and (sources / name).exists():
                # Two files of one name could not be told apart afterwards.
                source = where.as_posix()
            told = source.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            if told != source:
                reason = reason or "a name that is not text; give it another"
            yield Input(told, path, chosen, asked, reason, is_own)


def _files(target: _Target, own: Collection[Path]) -> Iterator[tuple[Path | None, str, Path | None, str]]:
    """Yield path, name, the path without links and, if it is left out, the reason for each file of *target*."""
    if target.path is None or not target.path.is_dir():
        yield target.path, target.name, target.path.resolve() if target.path else None, ""
        return
    before = "" if target.name == "." else target.name.rstrip("/") + "/"
    root = target.path.resolve()
    for met in walk_files(target.path):
        if isinstance(met, Skipped):
            # Our own folder is nobody's transcript; nothing need be said of it.
            if PurePath(met.where).name == INNER_FOLDER:
                continue
            yield target.path / met.where, before + met.where, root / met.where, met.reason
        elif not _is_ours(root / met[0], own):
            yield met[1], before + met[0], root / met[0], ""


def _is_ours(path: Path, own: Collection[Path]) -> bool:
    """Whether *path*, without links, is one of *own*, or was kept aside from one."""
    return any(
        path.parent == mine.parent
        and (path.name == mine.name or path.name.startswith(mine.name + ".before-"))
        for mine in own
    )


# From files to portions


def open_input(given: Input) -> Opened:
    """Return *given* with what is in it; what stands in the way is told in the result."""
    if given.skipped:
        return Opened(given, b"", "")
    try:
        data = load_bytes(given.path, given.source) if given.path else sys.stdin.buffer.read(LARGEST + 1)
    except SourceError as error:
        return Opened(given, b"", "", error.message)
    return Opened(given, data, hashlib.sha256(data).hexdigest())


def cut(opened: Opened, numbers: Iterator[int], *, whole_files: bool, at_a_time: int) -> Iterator[Portion]:
    """Yield the portions of one file.

    Args:
        opened: the file.
        numbers: where the portions' numbers come from.
        whole_files: give out a file up to `WHOLE_BYTES` as raw bytes.
        at_a_time: documents of a portion otherwise.
    """
    given = opened.input
    whole = Portion(
        number=0,
        source=given.source,
        sha256=opened.sha256,
        data=opened.data,
        documents=None,
        settings=given.settings,
        records=given.records,
        problem=opened.problem,
        is_own=given.is_own,
    )
    reason = given.skipped or ("a file of summaries" if begins_summaries(opened.data) else "")
    if reason:
        skipped = (Skipped("", reason),)
        yield replace(whole, number=next(numbers), data=None, documents=(), skipped=skipped, total=1)
        return
    if whole_files and opened.problem is None and len(opened.data) <= WHOLE_BYTES:
        yield replace(whole, number=next(numbers))
        return
    read = read_portion(whole)
    documents = read.documents or ()
    for start in range(0, max(1, len(documents)), at_a_time):
        some = documents[start : start + at_a_time]
        is_last = start + at_a_time >= len(documents)
        yield replace(
            read,
            number=next(numbers),
            documents=some,
            skipped=read.skipped if is_last else (),
            missing=read.missing if is_last else (),
            first=start,
        )


def read_portion(portion: Portion) -> Portion:
    """Return *portion* with its documents instead of its bytes; why it cannot be read is told in it."""
    if portion.data is None:
        return portion
    if portion.problem is not None:
        return replace(portion, data=None, documents=(), total=1)
    try:
        file = read_bytes(portion.data, portion.source, portion.settings)
    except SourceError as error:
        return replace(portion, data=None, documents=(), problem=error.message, total=1)
    documents, skipped = file.documents, file.skipped
    missing: tuple[str, ...] = ()
    if portion.records is not None:
        documents = tuple(document for document in documents if document.record in portion.records)
        missing = tuple(sorted(portion.records - {document.record for document in documents}))
        skipped = ()
    total = len(documents) + len(skipped) + len(missing)
    return replace(portion, data=None, documents=documents, skipped=skipped, missing=missing, total=total)
