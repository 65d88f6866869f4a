"""`journeyai show`."""

import argparse

from journeyai.cli.commands.stdio import map_with_material, print_exactly, print_result
from journeyai.rendering.journey import render_map


def run(arguments: argparse.Namespace) -> int:
    """Show a map."""
    journey, material = map_with_material(arguments)
    if arguments.json:
        print_exactly(journey.to_json())
        return 0
    print_result(
        render_map(
            journey,
            material.template,
            persona=arguments.persona,
            stage=arguments.stage,
            lane=arguments.lane,
            evidence=arguments.evidence,
        )
    )
    return 0
