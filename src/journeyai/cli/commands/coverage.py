"""`journeyai coverage`."""

import argparse
from dataclasses import asdict

from journeyai.cli.commands.stdio import open_study, print_json, print_result
from journeyai.rendering.progress import Steps
from journeyai.rendering.reports import render_coverage


def run(arguments: argparse.Namespace) -> int:
    """List what was left out."""
    study = open_study(arguments.study)
    with Steps(quiet=arguments.quiet) as steps:
        report = study.coverage(steps.tell)
    most = None if arguments.all else arguments.n
    if arguments.json:
        print_json({**asdict(report), "left_out": [asdict(item) for item in report.left_out[:most]]})
    else:
        print_result(render_coverage(report, most))
    return 0
