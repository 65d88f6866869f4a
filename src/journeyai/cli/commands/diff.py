"""`journeyai diff`."""

import argparse
from pathlib import Path

from journeyai.cli.commands.stdio import open_study, print_json, print_result
from journeyai.operations.comparison import compare
from journeyai.rendering.comparison import render_comparison
from journeyai.study.folder import read_map


def run(arguments: argparse.Namespace) -> int:
    """Show what differs between two maps."""
    before = read_map(Path(arguments.before))
    after = read_map(Path(arguments.after)) if arguments.after else open_study(arguments.study).map
    found = compare(before, after)
    if arguments.json:
        print_json(found.as_values())
    else:
        print_result(render_comparison(found, after))
    return 0
