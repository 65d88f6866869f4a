"""`journeyai source`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path

from journeyai.app import Study
from journeyai.cli.commands.stdio import print_exactly, print_json, remark
from journeyai.errors import SettingsError, SourceError
from journeyai.model.source import Document, SourceFile
from journeyai.rendering.console import harmless
from journeyai.settings import SourceSettings
from journeyai.sources import read_bytes, read_file
from journeyai.study.indexing import read_source


def run(arguments: argparse.Namespace) -> int:
    """Print a source's canonical text; the text of each record under a line with its name if there are several."""
    file = _read(arguments.path, arguments.study)
    documents = _chosen(file, arguments.record)
    if arguments.json:
        print_json([_as_json(document) for document in documents])
        return 0
    for warning in file.warnings:
        remark(warning, quiet=arguments.quiet)
    # Exact where a script reads it; a terminal would obey the escapes that a source may carry.
    shown = harmless if sys.stdout.isatty() else str
    for document in documents:
        if len(documents) > 1:
            print_exactly(shown(f"=== {document.record}\n"))
        print_exactly(shown(document.text if document.text.endswith("\n") else document.text + "\n"))
    return 0


def _read(name: str, directory: str | None) -> SourceFile:
    """Read standard input, a source of the study, or any file."""
    if name == "-":
        return read_bytes(sys.stdin.buffer.read(), "stdin", SourceSettings())
    try:
        study = Study.open(Path(directory) if directory else None)
    except SettingsError:
        study = None
        if directory is not None:
            raise
    if study is not None and (study.folder.sources / name).is_file():
        return read_source(study.folder.sources, name, study.settings)
    path = Path(name)
    if path.is_file():
        if study is not None and path.resolve().is_relative_to(study.folder.sources):
            inside = path.resolve().relative_to(study.folder.sources).as_posix()
            return read_source(study.folder.sources, inside, study.settings)
        return read_file(path, path.name, SourceSettings())
    where = f" in `{study.folder.sources}`" if study is not None else ""
    raise SourceError(
        f"There is no source `{name}`{where}.", "`journeyai index` lists the sources of a study."
    )


def _chosen(file: SourceFile, record: str | None) -> Sequence[Document]:
    if record is None:
        return file.documents
    found = [document for document in file.documents if document.record == record]
    if not found:
        names = [document.record for document in file.documents if document.record is not None]
        near = get_close_matches(record, names, n=3) or names[:3]
        raise SourceError(
            f"`{file.source}` has no record `{record}`.",
            f"It has, for example: {', '.join(near)}." if near else "",
        )
    return found


def _as_json(document: Document) -> dict[str, object]:
    return {
        "source": document.source,
        "record": document.record,
        "kind": document.kind,
        "language": document.language,
        "text": document.text,
        "turns": [asdict(turn) for turn in document.turns],
        "utterances": [asdict(utterance) for utterance in document.utterances],
    }
