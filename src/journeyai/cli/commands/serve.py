"""`journeyai serve`."""

import argparse
import sys

from journeyai.cli.commands.stdio import open_study, print_exactly, remark


def run(arguments: argparse.Namespace) -> int:
    """Show the map as a page on this machine until Ctrl-C; that is how it ends, and no failure."""
    from journeyai.serving.running import can_open, serve

    study = open_study(arguments.study)
    is_serving = False
    opens = not arguments.no_open and can_open()

    def announce(address: str) -> None:
        nonlocal is_serving
        print_exactly(f"{address}\n")
        sys.stdout.buffer.flush()
        remark(
            "The map is open at this address, on this machine alone. Ctrl-C ends it.", quiet=arguments.quiet
        )
        if not opens and not arguments.no_open:
            remark("There is no screen here: open the address in a browser yourself.", quiet=arguments.quiet)
        is_serving = True

    try:
        serve(study, arguments.port, announce, remark, opens=opens)
    except KeyboardInterrupt:
        if not is_serving:
            raise
    remark("Ended. Every change made on the page is in the map.", quiet=arguments.quiet)
    return 0
