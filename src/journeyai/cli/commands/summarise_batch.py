"""`journeyai summarise --batch-api`."""

import argparse

from journeyai.batch.run import Order
from journeyai.batch.vendor import Vendor
from journeyai.cli.commands.stdio import print_exactly, remark
from journeyai.rendering.batch import BatchProgress
from journeyai.rendering.mailing import mailing_lines


def run(arguments: argparse.Namespace, order: Order) -> int:
    """Fetch what is answered, write what is summarised, and send what is to be asked yet.

    With `--collect` nothing is sent, and nothing is spent.  Without it what is answered is fetched, too, so that the
    same command, typed again and again, comes to its end.

    Returns:
        0 all done or waiting, 3 some sources failed, 4 the model failed for some or a batch was refused, 5 the
        budget, 130 interrupted.
    """
    from journeyai.cli.commands.summarise import finish, shows_lines

    vendor = Vendor(order)
    if arguments.dry_run:
        print_exactly(f"{vendor.plan()}\nNothing was asked.\n")
        return 0
    sends = not arguments.collect
    with BatchProgress(quiet=arguments.quiet or shows_lines(arguments)) as progress:
        done = vendor.run(progress.tell, lambda text: remark(text, quiet=arguments.quiet), sends=sends)
    result, state = done.result, done.result.state
    code = result.exit_code
    # Where everything waits there is nothing to count.
    if arguments.json or result.error or result.interrupted or state.done or state.kept or state.failed:
        code = finish(arguments, result)
    else:
        for notice in result.notices:
            remark(notice)
    for line in mailing_lines(done.mailing, has_sent=sends):
        remark(line, quiet=arguments.quiet)
    return code
