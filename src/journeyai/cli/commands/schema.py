"""`journeyai schema`."""

import argparse

from journeyai.cli.commands.stdio import print_json
from journeyai.model.journey import JourneyMap


def run(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the map."""
    print_json(JourneyMap.model_json_schema(by_alias=True))
    return 0
