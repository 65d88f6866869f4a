"""What commands share: where results go and where remarks go."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.export.material import Material
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import JourneyMap
from journeyai.rendering.console import make_console
from journeyai.study.branches import BRANCH_NAME, map_named
from journeyai.study.folder import read_map


def open_study(directory: str | None) -> Study:
    """Open the study that was named, or the one we stand in."""
    return Study.open(Path(directory) if directory else None)


def map_with_material(arguments: argparse.Namespace) -> tuple[JourneyMap, Material]:
    """Return the map that was named, or the study's, and what stands behind it.

    A map that was named and is looked at outside of any study has no files behind it, and of the methods only ours.
    """
    if not arguments.map:
        study = open_study(arguments.study)
        return study.map, study.material(study.map)
    journey = named_map(arguments.study, arguments.map)
    try:
        return journey, open_study(arguments.study).material(journey)
    except SettingsError:
        if arguments.study:
            raise
    template = load_template(journey.template) if journey.template in template_ids() else None
    return journey, Material(template)


def named_map(directory: str | None, text: str) -> JourneyMap:
    """Return the map called *text*: that of a branch of the study, where we stand in one, or that in a file.

    Raises:
        SettingsError: there is neither, or the study that was named is none.
    """
    if not BRANCH_NAME.fullmatch(text):
        return read_map(Path(text))
    try:
        folder = open_study(directory).folder
    except SettingsError:
        if directory:
            raise
        folder = None
    return map_named(folder, text)


def print_result(result: RenderableType) -> None:
    """Print a result for people on stdout."""
    make_console().print(result)


def print_json(value: Any) -> None:
    """Print a result for scripts on stdout."""
    print_exactly(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_exactly(text: str) -> None:
    """Print *text* on stdout character for character: always UTF-8, with newlines as they are.

    A file name that is no text is written with escapes, as JSON writes them.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def remark(text: str, *, quiet: bool = False) -> None:
    """Print a remark on stderr, unless *quiet*."""
    if not quiet:
        from journeyai.rendering.console import safe

        make_console(stderr=True).print(safe(text))


def stage_names(text: str) -> list[str]:
    """Return the names in "A, B, C"."""
    return [name.strip() for name in text.split(",")] if text.strip() else []
