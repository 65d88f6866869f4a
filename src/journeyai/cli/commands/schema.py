"""`journeyai schema`."""

import argparse

from journeyai.cli.commands.stdio import print_json


def run(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of a contract."""
    if arguments.contract == "map":
        from journeyai.model.journey import JourneyMap

        print_json(JourneyMap.model_json_schema(by_alias=True))
    else:
        from journeyai.model.summary import Summary

        print_json(Summary.model_json_schema(by_alias=True))
    return 0
