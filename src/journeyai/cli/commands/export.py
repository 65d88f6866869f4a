"""`journeyai export`."""

import argparse
import sys
from pathlib import Path

from journeyai.cli.commands.stdio import open_study, remark
from journeyai.export import export
from journeyai.study.folder import read_map, write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write the map in another form."""
    journey = read_map(Path(arguments.map)) if arguments.map else open_study(arguments.study).map
    data = export(journey, arguments.format)
    if arguments.out is None or arguments.out == "-":
        sys.stdout.buffer.write(data)
        return 0
    write_whole(Path(arguments.out), data)
    remark(f"Written: {arguments.out}", quiet=arguments.quiet)
    return 0
