"""The public door: finds a study's files, and reads one of them with the loader that fits it.

Nothing here goes past a bad file in silence: it is an error that names the file, or it is listed as skipped.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Final

from journeyai.errors import SourceError
from journeyai.model.source import Document, Skipped, SourceFile
from journeyai.model.vocabulary import Role
from journeyai.settings import ColumnRole, SourceSettings
from journeyai.sources.decoding import what_binary
from journeyai.sources.kinds import kind_by_name
from journeyai.sources.language import UNKNOWN, in_latin_script, most_common
from journeyai.sources.loader import LOADERS, Loader, RawFile

#: The largest file that is read, in bytes.
LARGEST: Final = 100_000_000

#: What operating systems and editors leave behind; nobody wants to be told of it.
_JUNK = re.compile(
    r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|__MACOSX|\.git|\.svn|\.gitkeep|\.gitignore|\.keep|~\$.*|.*~|\.~lock\..*"
    r"|\.Spotlight-V100|\.Trashes|\.sync|\.dropbox.*|.*\.swp|Icon\r?",
    re.IGNORECASE,
)
#: What stands beside data and is nothing that a customer said.
_PAPERS = re.compile(
    r"(?:licen[cs]e|licencia|copying|read[ ._-]?me|l[eé]e(?:me|r)|changelog)(?:\.(?:txt|md|rst|html?))?",
    re.IGNORECASE,
)
_SUPPORTED = ".txt, .md, .docx, .pdf, .html, .eml, .vtt, .srt, .csv, .tsv, .xlsx, .json and .jsonl"


def find_files(root: Path) -> tuple[list[tuple[str, Path]], list[Skipped]]:
    """Return the files under *root* as (source, path), sorted by source, and what was left out.

    Hidden files, links and what is no file are left out with a reason (`Skipped.where` is the path under
    *root*); what operating systems leave behind is left out in silence.

    Raises:
        SourceError: *root* is not a folder.
    """
    found: list[tuple[str, Path]] = []
    skipped: list[Skipped] = []
    for met in walk_files(root):
        if isinstance(met, Skipped):
            skipped.append(met)
        else:
            found.append(met)
    return found, sorted(skipped, key=lambda item: item.where)


def walk_files(root: Path) -> Iterator[tuple[str, Path] | Skipped]:
    """Yield what `find_files` returns, one by one in its order, with the names of one folder in memory at a time.

    Raises:
        SourceError: *root* is not a folder.
    """
    if not root.is_dir():
        raise SourceError(
            f"There is no folder `{root}`.", "Correct `sources_folder` in journey.toml, or make it."
        )
    yield from _walk(root, root, root.resolve())


def _walk(folder: Path, root: Path, home: Path) -> Iterator[tuple[str, Path] | Skipped]:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        yield Skipped(folder.relative_to(root).as_posix(), _reason(error))
        return
    # A slash behind a folder's name puts what is in it where its whole path belongs.
    names = sorted((entry.name + "/" * entry.is_dir(follow_symlinks=False), entry.name) for entry in entries)
    del entries
    for _, name in names:
        if _JUNK.fullmatch(name):
            continue
        entry = folder / name
        source = entry.relative_to(root).as_posix()
        if reason := _left_out(entry, home):
            yield Skipped(source, reason)
        elif entry.is_dir():
            yield from _walk(entry, root, home)
        else:
            yield source, entry


def settings_for(source: str, table: Mapping[str, SourceSettings]) -> SourceSettings:
    """Return what *table* says about *source*: its own entry, then patterns that fit it, longest first.

    A name or pattern without `/` fits in any folder. What an earlier one sets, a later one does not change;
    roles and columns are put together.
    """
    name = PurePosixPath(source).name
    fitting = [
        (pattern != source, pattern != name, -len(pattern), pattern)
        for pattern in table
        if pattern == source
        or fnmatchcase(source, pattern)
        or ("/" not in pattern and fnmatchcase(name, pattern))
    ]
    merged: dict[str, object] = {}
    roles: dict[str, Role] = {}
    columns: dict[ColumnRole, str | list[str]] = {}
    for *_, pattern in sorted(fitting):
        entry = table[pattern]
        for key in sorted(entry.model_fields_set - {"roles", "columns"}):
            merged.setdefault(key, getattr(entry, key))
        roles = {**entry.roles, **roles}
        columns = {**entry.columns, **columns}
    return SourceSettings.model_validate({**merged, "roles": roles, "columns": columns})


def read_file(path: Path, source: str, settings: SourceSettings) -> SourceFile:
    """Read the file at *path*.

    Args:
        path: where it is.
        source: its path inside `sources/`, with `/`: its name in the study and in messages.
        settings: what the user says about it.

    Raises:
        SourceError: it cannot be opened, is empty, too large, of no supported format, cut off, or nothing
            usable is in it.
    """
    if settings.ignore:
        return _ignored(b"", source)
    return read_bytes(load_bytes(path, source), source, settings)


def load_bytes(path: Path, source: str) -> bytes:
    """Return what is in the file at *path*.

    Raises:
        SourceError: it cannot be opened, or is too large.
    """
    try:
        if not path.is_file():
            raise SourceError(f"`{source}` is not a file.")
        size = path.stat().st_size
        if size > LARGEST:
            raise SourceError(
                f"`{source}` has {size / 1e6:.0f} MB; the most that is read is {LARGEST // 1_000_000} MB.",
                "Split it into smaller files.",
            )
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"`{source}` cannot be opened: {_reason(error)}.") from None


def read_bytes(data: bytes, source: str, settings: SourceSettings) -> SourceFile:
    """Read *data* as `read_file` reads a file; for standard input.

    Raises:
        SourceError: as for `read_file`.
    """
    if settings.ignore:
        return _ignored(data, source)
    if len(data) > LARGEST:
        raise SourceError(
            f"`{source}` has more than {LARGEST // 1_000_000} MB.", "Split it into smaller files."
        )
    if not data.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n\f\v"):
        raise SourceError(f"`{source}` is empty." if not data else f"`{source}` holds nothing but blanks.")
    raw = RawFile(source, PurePosixPath(source).suffix.lower(), data, settings)
    loader = _choose(raw)
    loaded = loader.load(raw)
    documents = _with_usual_language(loaded.documents)
    if not any(document.utterances for document in documents) and not loaded.skipped:
        raise SourceError(
            f"`{source}` holds no words that somebody says.", "Take it out, or check what it should hold."
        )
    return SourceFile(
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=loaded.kind,
        loader=loader.name,
        documents=documents,
        skipped=loaded.skipped,
        warnings=(*raw.text_warnings(), *loaded.warnings),
    )


def _choose(raw: RawFile) -> Loader:
    """Return the loader that is surest of *raw*; the earlier one in the table of equals."""
    best: Loader | None = None
    surest = 0.0
    for name in LOADERS:
        loader = _loader(name)
        fit = loader.fits(raw)
        if fit > surest:
            best, surest = loader, fit
    if best is not None:
        return best
    if kind := what_binary(raw.data):
        raise SourceError(f"`{raw.source}` is {kind}, which cannot be read.", f"Supported are {_SUPPORTED}.")
    raw.text()
    raise SourceError(f"`{raw.source}` is of no format that can be read.", f"Supported are {_SUPPORTED}.")


@cache
def _loader(name: str) -> Loader:
    module, _, attribute = LOADERS[name].partition(":")
    loader: Loader = getattr(import_module(module), attribute)()
    return loader


def _ignored(data: bytes, source: str) -> SourceFile:
    return SourceFile(
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=kind_by_name(source) or "note",
        loader="none",
        documents=(),
        skipped=(Skipped("", "left out because journey.toml says `ignore = true`"),),
    )


def _left_out(entry: Path, home: Path) -> str:
    """Return why *entry* is not read; empty if it is."""
    if entry.is_symlink():
        try:
            target = entry.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13.
            return "a link that leads nowhere"
        if target.is_relative_to(home):
            return "a link to something that is read at its own place"
        return "a link that leads out of the folder"
    if entry.name.startswith("."):
        return "hidden"
    if any("\ud800" <= char <= "\udfff" for char in entry.name):
        return "a name that is not text; give it another"
    if entry.is_dir():
        return ""
    if not entry.is_file():
        return "not a file"
    if _PAPERS.fullmatch(entry.name):
        return "a licence or a read-me by its name; if people's words are in it, give it another"
    return ""


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _with_usual_language(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """Give documents too short to tell their language ("ok, 5 stars") that of the others in the file."""
    if not any(document.language == UNKNOWN for document in documents):
        return documents
    usual = most_common([document.language for document in documents if document.language != UNKNOWN])
    return tuple(
        replace(
            document,
            language=usual,
            utterances=tuple(
                replace(utterance, language=usual) if utterance.language == UNKNOWN else utterance
                for utterance in document.utterances
            ),
        )
        if document.language == UNKNOWN and in_latin_script(document.text)
        else document
        for document in documents
    )
