"""`journeyai chat`."""

import argparse
import sys
from pathlib import Path


def run(arguments: argparse.Namespace) -> int:
    """Talk about the study's map: at a terminal, or from messages and lines of a script."""
    if not arguments.message and not arguments.json and sys.stdin.isatty() and sys.stdout.isatty():
        # What the first prompt does not need is imported behind it.
        from journeyai.chat.terminal import run_terminal

        return run_terminal(
            Path(arguments.study) if arguments.study else None,
            engine=arguments.engine or "",
            model=arguments.model,
            resume=arguments.resume,
            yes=arguments.yes,
        )
    from journeyai.chat.script import read_lines, run_script
    from journeyai.chat.session import Wanted
    from journeyai.cli.commands.stdio import open_study, print_exactly

    study = open_study(arguments.study)
    _ = study.map
    lines = arguments.message or read_lines(sys.stdin)

    def write(text: str) -> None:
        print_exactly(text)
        sys.stdout.buffer.flush()

    return run_script(
        study,
        Wanted(arguments.engine or "", arguments.model, arguments.resume),
        lines,
        yes=arguments.yes,
        write=write if arguments.json else None,
    )
