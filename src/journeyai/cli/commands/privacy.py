"""`journeyai privacy`."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from journeyai.app import Study
from journeyai.cli.commands.stdio import print_json, print_result, remark
from journeyai.errors import SettingsError, SourceError
from journeyai.model.source import Document, SourceFile
from journeyai.privacy import KINDS, Masker, find
from journeyai.rendering.personal import render_personal
from journeyai.settings import PrivacySettings, SourceSettings
from journeyai.sources import find_files, read_file, settings_for
from journeyai.study.indexing import read_source


@dataclass(frozen=True, slots=True)
class Masked:
    """One piece of personal data.

    Attributes:
        source: its file.
        record: the row, ticket or message of it.
        line: of the record's text as `journeyai source` prints it, from 1.
        start: first character in that text.
        end: one past the last.
        kind: what it is.
        text: as it stands there.
        placeholder: what would leave instead.
    """

    source: str
    record: str | None
    line: int
    start: int
    end: int
    kind: str
    text: str
    placeholder: str


def run(arguments: argparse.Namespace) -> int:
    """Show what would be masked; exit code 3 if a file could not be read."""
    study = _study(arguments.study, needed=not arguments.paths)
    settings = study.settings.privacy if study else PrivacySettings()
    masked: list[Masked] = []
    sources: list[str] = []
    unreadable: list[SourceError] = []
    for name, read in _files(study, arguments.paths):
        try:
            file = read()
        except SourceError as error:
            unreadable.append(error)
            continue
        sources.append(name)
        for document in file.documents:
            masked += _in_document(document, name, settings)
    if arguments.json:
        counts = {kind: sum(one.kind == kind for one in masked) for kind in KINDS}
        print_json(
            {
                "sources": sources,
                "found": [asdict(one) for one in masked],
                "totals": {kind: count for kind, count in counts.items() if count},
                "unreadable": [wrong.message for wrong in unreadable],
            }
        )
    else:
        print_result(render_personal(sources, masked, every=arguments.all))
    for wrong in unreadable:
        remark(wrong.message, quiet=arguments.quiet)
    return SourceError.exit_code if unreadable else 0


def _study(directory: str | None, *, needed: bool) -> Study | None:
    try:
        return Study.open(Path(directory) if directory else None)
    except SettingsError:
        if needed or directory is not None:
            raise
        return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that is read when it is called."""

    path: Path
    source: str
    study: Study | None

    def __call__(self) -> SourceFile:
        if self.study is not None:
            return read_source(self.study.folder.sources, self.source, self.study.settings)
        return read_file(self.path, self.source, SourceSettings())


def _files(study: Study | None, paths: list[str]) -> Iterator[tuple[str, _Reading]]:
    """Yield the name of each file to look at, and what reads it; all of the study's sources if no path is given."""
    for name in paths or [""]:
        path = Path(name) if name else None
        root = study.folder.sources if study else None
        if study and root and (path is None or (root / path).exists()):
            path = root / path if path else root
        if path is None or not path.exists():
            raise SourceError(
                f"There is no file or folder `{name}`.", "Name files or folders, or stand in a study."
            )
        inside = study if root and path.resolve().is_relative_to(root.resolve()) else None
        if path.is_file():
            source = path.resolve().relative_to(root.resolve()).as_posix() if inside and root else path.name
            yield (source if inside else name), _Reading(path, source, inside)
            continue
        for found, file in find_files(path)[0]:
            source = file.resolve().relative_to(root.resolve()).as_posix() if inside and root else found
            if not (inside and settings_for(source, inside.settings.sources).ignore):
                yield (source if inside else (path / found).as_posix()), _Reading(file, source, inside)


def _in_document(document: Document, source: str, settings: PrivacySettings) -> Iterator[Masked]:
    """Yield what would be masked in *document*, asked about by itself."""
    names = tuple(dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker))
    masker = Masker(names, settings)
    masker.hide(document.text)
    for one in find(document.text, names, settings.names, settings.keep):
        text = document.text[one.start : one.end]
        yield Masked(
            source, document.record, document.text.count("\n", 0, one.start) + 1, one.start, one.end, one.kind, text,
            masker.placeholder(one.kind, text),
        )  # fmt: skip
