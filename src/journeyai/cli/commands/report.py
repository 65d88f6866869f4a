"""`journeyai report`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from journeyai.cli.commands.stdio import named_map, open_study, print_exactly, print_json, remark
from journeyai.errors import SettingsError
from journeyai.export.methods import count_figures, write_methods
from journeyai.study.folder import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Write what a reader should know of how the map came about."""
    if not arguments.methods:
        raise SettingsError(
            "There is one report so far, that on the method.", "Run `journeyai report --methods`."
        )
    study = open_study(arguments.study)
    journey = named_map(arguments.study, arguments.map) if arguments.map else study.map
    steps = () if arguments.map else study.editor().steps()
    remark("Proving every quote again …", quiet=arguments.quiet)
    figures = count_figures(journey, steps, len(study.verify(journey).findings))
    if arguments.json:
        print_json({**asdict(figures), "decided": figures.decided})
        return 0
    text = write_methods(journey, figures, study.template_of(journey))
    if arguments.out is None or arguments.out == "-":
        print_exactly(text)
    else:
        write_whole(Path(arguments.out), text.encode("utf-8"))
        remark(f"Written: {arguments.out}", quiet=arguments.quiet)
    return 0
