"""`journeyai verify`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from journeyai.app import Study
from journeyai.cli.commands.stdio import open_study, print_json, print_result
from journeyai.errors import CheckFailedError, SettingsError
from journeyai.rendering.reports import render_verification
from journeyai.study.folder import MAP_FILE


def run(arguments: argparse.Namespace) -> int:
    """Prove a map; exit code 6 if anything does not hold."""
    path = Path(arguments.map) if arguments.map else None
    study = _study_of(arguments.study, path)
    found = study.verify(path)
    if arguments.json:
        print_json({**asdict(found), "proved": found.proved})
    else:
        print_result(render_verification(found))
    return 0 if found.proved else CheckFailedError.exit_code


def _study_of(directory: str | None, path: Path | None) -> Study:
    """Return the study whose sources prove the map: the named one, the map's own folder, or the one we stand in."""
    if directory is None and path is not None and path.name == MAP_FILE:
        try:
            return Study.open(path.parent)
        except SettingsError:
            pass
    return open_study(directory)
