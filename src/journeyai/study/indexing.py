"""Reading a folder of sources into the index: only what is new or changed, and what cannot be read is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from journeyai.errors import JourneyAIError, SettingsError, SourceError
from journeyai.model.aliases import StepProgress
from journeyai.model.source import Document, SourceFile
from journeyai.retrieval.encoders import Encoder
from journeyai.retrieval.index import Index, Update
from journeyai.retrieval.store import FileState
from journeyai.settings import SourceSettings, StudySettings
from journeyai.sources import LOADERS_VERSION, find_files, read_file, settings_for
from journeyai.study.folder import StudyFolder


@dataclass(frozen=True, slots=True)
class LeftOutFile:
    """A file that could not be read.

    Attributes:
        source: its path inside the sources' folder.
        reason: one sentence.
    """

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing found.

    Attributes:
        files: every file in the index, as it was read, sorted.
        left_out: files that could not be read.
        ignored: files passed over on purpose, and why.
        update: what changed.
    """

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOutFile, ...]
    ignored: tuple[LeftOutFile, ...]
    update: Update


def read_source(root: Path, source: str, settings: StudySettings) -> SourceFile:
    """Read one file of the folder *root*.

    Raises:
        SourceError: it is not there, lies outside the folder, or cannot be read.
    """
    path = root / source
    try:
        inside, there = path.resolve().is_relative_to(root.resolve()), path.is_file()
    except (OSError, ValueError):
        # No file can have such a name: too long, or with a zero byte.
        inside, there = True, False
    if not inside:
        raise SourceError(f"`{source}` lies outside the folder of sources.")
    if not there:
        raise SourceError(f"`{source}` is not in the folder of sources.")
    return read_file(path, source, settings_for(source, settings.sources))


def unchanged_sources(folder: StudyFolder) -> dict[str, SourceFile]:
    """Return the sources that are on disk as the index last read them: their texts, without turns and utterances.

    To read the files themselves takes eight times as long.  Empty where there is no index, or another process has it.
    """
    if not (folder.inner / "index").is_dir():
        # To open it would make one.
        return {}
    try:
        with open_index(folder) as index:
            known = index.files()
            return {
                file.source: replace(file, documents=tuple(map(_text_alone, file.documents)))
                for file in index.source_files()
                if _is_as_read(folder, file.source, known[file.source])
            }
    except JourneyAIError:
        return {}


def _is_as_read(folder: StudyFolder, source: str, known: FileState) -> bool:
    settings = settings_for(source, folder.settings.sources)
    try:
        stat = (folder.sources / source).stat()
    except OSError:
        return False
    return known == FileState(known.sha256, stat.st_size, stat.st_mtime_ns, _fingerprint(settings))


def _text_alone(document: Document) -> Document:
    return replace(document, turns=(), utterances=())


def open_index(folder: StudyFolder, encoder: Encoder | None = None) -> Index:
    """Open the index of a study.

    Args:
        folder: the study.
        encoder: asked in place of the one that `journey.toml` names; the same one, but elsewhere.

    Raises:
        StudyBusyError: another process has the study open.
    """
    return Index.open(folder.root, folder.settings.search, encoder)


def index_sources(
    folder: StudyFolder, index: Index, only: Sequence[str], progress: StepProgress
) -> IndexReport:
    """Bring *index* up to date with the sources of a study.

    Args:
        folder: the study.
        index: its own.
        only: sources to look at; empty for all.
        progress: told how far each step is.

    Raises:
        SettingsError: the folder of sources is missing, or the study lies inside it.
    """
    root = folder.sources
    if not root.is_dir():
        raise SettingsError(
            f"The folder of sources `{root}` is not there.",
            "Mend `sources_folder` in `journey.toml`, or make it.",
        )
    if folder.root.is_relative_to(root):
        raise SettingsError(
            f"The study `{folder.root}` lies inside its own folder of sources, `{root}`: "
            "its map would be read as a source.",
            "Make the study beside that folder, and name the folder in `sources_folder`.",
        )
    return Indexing(root, folder.settings, index, progress).run(only)


class Indexing:
    """One run over the folder of sources."""

    def __init__(self, root: Path, settings: StudySettings, index: Index, progress: StepProgress) -> None:
        self._root = root
        self._settings = settings
        self._index = index
        self._progress = progress
        self._left_out: list[LeftOutFile] = []

    def run(self, only: Sequence[str]) -> IndexReport:
        """Bring the index up to date with the files *only* (all if empty)."""
        found, skipped = find_files(self._root)
        ignored = [LeftOutFile(item.where, item.reason) for item in skipped]
        chosen: list[tuple[str, Path]] = []
        for source, path in found:
            if settings_for(source, self._settings.sources).ignore:
                ignored.append(LeftOutFile(source, "`journey.toml` says to ignore it"))
            else:
                chosen.append((source, path))
        known = self._index.files()
        names = {source for source, _ in chosen}
        looked_at = [item for item in chosen if not only or item[0] in only]
        vanished = [source for source in known if source not in names]
        update = self._index.update(
            self._changed(looked_at, known),
            vanished,
            lambda done, total: self._progress("embed", done, total),
        )
        files = list(self._index.source_files())
        unreadable = {item.source for item in self._left_out}
        stale = [file.source for file in files if file.source in unreadable]
        if stale:
            # What was read before is no longer what the file says.
            self._index.update((), stale)
            files = [file for file in files if file.source not in unreadable]
        return IndexReport(tuple(files), tuple(self._left_out), tuple(ignored), update)

    def _changed(
        self, found: Sequence[tuple[str, Path]], known: Mapping[str, FileState]
    ) -> Iterator[tuple[SourceFile, FileState]]:
        for number, (source, path) in enumerate(found):
            self._progress("read", number, len(found))
            changed = self._read_if_changed(source, path, known.get(source))
            if changed is not None:
                yield changed
        self._progress("read", len(found), len(found))

    def _read_if_changed(
        self, source: str, path: Path, known: FileState | None
    ) -> tuple[SourceFile, FileState] | None:
        settings = settings_for(source, self._settings.sources)
        fingerprint = _fingerprint(settings)
        try:
            stat = path.stat()
            same_stat = known is not None and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
            if known is not None and known.fingerprint == fingerprint and same_stat:
                return None
            file = read_file(path, source, settings)
        except SourceError as error:
            self._left_out.append(LeftOutFile(source, error.message))
            return None
        except OSError as error:
            self._left_out.append(LeftOutFile(source, f"`{source}` cannot be read: {error.strerror}."))
            return None
        if known is not None and known.fingerprint == fingerprint and known.sha256 == file.sha256:
            return None
        return file, FileState(file.sha256, stat.st_size, stat.st_mtime_ns, fingerprint)


def _fingerprint(settings: SourceSettings) -> str:
    """Return a hash of everything but the bytes that a file's reading depends on."""
    text = f"{LOADERS_VERSION}\n{settings.model_dump_json()}"
    return sha256(text.encode()).hexdigest()[:16]
