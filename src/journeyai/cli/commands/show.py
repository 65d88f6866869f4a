"""`journeyai show`."""

import argparse
from pathlib import Path

from journeyai.cli.commands.stdio import open_study, print_exactly, print_result
from journeyai.rendering.journey import render_map
from journeyai.study.folder import read_map


def run(arguments: argparse.Namespace) -> int:
    """Show a map."""
    journey = read_map(Path(arguments.map)) if arguments.map else open_study(arguments.study).map
    if arguments.json:
        print_exactly(journey.to_json())
        return 0
    print_result(
        render_map(
            journey,
            persona=arguments.persona,
            stage=arguments.stage,
            lane=arguments.lane,
            evidence=arguments.evidence,
        )
    )
    return 0
