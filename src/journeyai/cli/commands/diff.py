"""`journeyai diff`."""

import argparse
from typing import Any

from rich.console import RenderableType

from journeyai.cli.commands.stdio import named_map, open_study, print_json, print_result
from journeyai.model.journey import JourneyMap
from journeyai.operations.beliefs import hold, is_belief
from journeyai.operations.comparison import compare
from journeyai.rendering.beliefs import render_beliefs
from journeyai.rendering.comparison import render_comparison
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings


def run(arguments: argparse.Namespace) -> int:
    """Show what differs between two maps, or where a team's belief and the evidence part."""
    before = named_map(arguments.study, arguments.before)
    after = (
        named_map(arguments.study, arguments.after) if arguments.after else open_study(arguments.study).map
    )
    values, shown = compared(before, after)
    if arguments.json:
        print_json(values)
    else:
        print_result(shown)
    return 0


def compared(before: JourneyMap, after: JourneyMap) -> tuple[dict[str, Any], RenderableType]:
    """Return what differs between two maps, for scripts and for people.

    Where one of them holds only what somebody believes and the other does not, belief is held against evidence, by
    meaning; else the two are compared part by part.
    """
    if is_belief(before) != is_belief(after):
        beliefs, journey = (before, after) if is_belief(before) else (after, before)
        # What is likeness enough was measured with this encoder, whichever the study searches with.
        held = hold(beliefs, journey, make_encoder(SearchSettings()).encode)
        return held.as_values(), render_beliefs(held, beliefs, journey)
    found = compare(before, after)
    return found.as_values(), render_comparison(found, after)
