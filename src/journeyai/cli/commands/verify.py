"""`journeyai verify`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from journeyai.app import Study
from journeyai.batch.items import STDIN
from journeyai.batch.proof import is_summaries, prove
from journeyai.cli.commands.stdio import named_map, open_study, print_json, print_result
from journeyai.errors import CheckFailedError, SettingsError, SourceError
from journeyai.model.source import SourceFile
from journeyai.rendering.batch import render_proof
from journeyai.rendering.reports import render_verification
from journeyai.settings import SourceSettings
from journeyai.sources import read_file
from journeyai.study.branches import BRANCH_NAME
from journeyai.study.folder import MAP_FILE


def run(arguments: argparse.Namespace) -> int:
    """Prove a map; exit code 6 if anything does not hold."""
    path = Path(arguments.map) if arguments.map else None
    if path is not None and is_summaries(path):
        return _prove_summaries(arguments, path)
    if path is not None and not path.is_file():
        if not BRANCH_NAME.fullmatch(arguments.map):
            raise SettingsError(f"There is no file `{path}`.", "Name a map, or a file of summaries.")
        found = open_study(arguments.study).verify(named_map(arguments.study, arguments.map))
    else:
        found = _study_of(arguments.study, path).verify(path)
    if arguments.json:
        print_json({**asdict(found), "proved": found.proved})
    else:
        print_result(render_verification(found))
    return 0 if found.proved else CheckFailedError.exit_code


def _prove_summaries(arguments: argparse.Namespace, path: Path) -> int:
    """Prove a file of summaries: names are looked for in the study, if there is one, and then from where we stand."""
    try:
        study: Study | None = open_study(arguments.study)
    except SettingsError:
        if arguments.study:
            raise
        study = None

    def read(source: str) -> SourceFile:
        if study is not None and (study.folder.sources / source).is_file():
            return study.read(source)
        place = next(
            (folder / source for folder in (Path(), path.parent) if (folder / source).is_file()), None
        )
        if place is None:
            if source == STDIN:
                raise SourceError("It was read from standard input, which is kept nowhere.")
            raise SourceError(f"`{source}` is not there.")
        return read_file(place, source, SourceSettings())

    found = prove(path, read)
    if arguments.json:
        print_json({**asdict(found), "proved": found.proved})
    else:
        print_result(render_proof(found))
    return 0 if found.proved else CheckFailedError.exit_code


def _study_of(directory: str | None, path: Path | None) -> Study:
    """Return the study whose sources prove the map: the named one, the map's own folder, or the one we stand in."""
    if directory is None and path is not None and path.name == MAP_FILE:
        try:
            return Study.open(path.parent)
        except SettingsError:
            pass
    return open_study(directory)
