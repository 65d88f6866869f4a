"""`journeyai export`."""

import argparse
import sys
from pathlib import Path

from journeyai.cli.commands.stdio import map_with_material, remark
from journeyai.errors import SettingsError
from journeyai.export import EXPORTERS, exporter
from journeyai.export.endings import format_of
from journeyai.study.folder import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write the map in another form."""
    to_screen = arguments.out is None or arguments.out == "-"
    name = arguments.format or ("" if to_screen else format_of(arguments.out)) or "json"
    writer = exporter(name)
    journey, material = map_with_material(arguments)
    data = writer.write(journey, material)
    if to_screen:
        if sys.stdout.isatty() and not _is_text(data):
            raise SettingsError(
                f"`{name}` is no text: a terminal cannot show it.",
                f"Name a file: journeyai export --format {name} --out map{writer.suffix}. "
                f"Formats: {', '.join(sorted(EXPORTERS))}.",
            )
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return 0
    write_whole(Path(arguments.out), data)
    remark(f"Written: {arguments.out}", quiet=arguments.quiet)
    return 0


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
