"""`journeyai doctor`."""

import argparse
from dataclasses import asdict

from journeyai.cli.commands.stdio import print_json, print_result
from journeyai.cli.diagnosis import examine
from journeyai.rendering.reports import render_diagnosis


def run(arguments: argparse.Namespace) -> int:
    """Say what is wrong, and what to do about it; exit code 2 if something is."""
    findings = examine(arguments.study)
    if arguments.json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_result(render_diagnosis(findings))
    return 2 if any(finding.state == "wrong" for finding in findings) else 0
