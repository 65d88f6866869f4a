"""What can be typed; what each command takes stands in `cli/options`.

Neither imports anything but argparse, so that `journeyai --help` answers at once.
"""

import argparse
from collections.abc import Callable
from typing import Final

from journeyai import __version__
from journeyai.cli.options import chatting, handing_on, house, looking, making, summaries

_ABOUT: Final = (
    "Draft customer journey maps from interviews, chats, calls, tickets and reviews; "
    "every claim proved from your own files."
)

_START: Final = """\
start here:
  journeyai demo                         a sample study, drafted and shown
  journeyai init my-study --from FOLDER  make a study from your own files
  cd my-study && journeyai draft         read, index, draft; then: journeyai show

exit codes: 0 done, 1 a mistake in JourneyAI, 2 usage or settings, 3 your files, 4 the model,
            5 the budget, 6 a check failed, 130 interrupted
"""

#: Command → where it lives.  A module with a function `run(arguments) -> int`.
COMMANDS: Final = {
    "demo": "journeyai.cli.commands.demo:run",
    "init": "journeyai.cli.commands.init:run",
    "index": "journeyai.cli.commands.index:run",
    "search": "journeyai.cli.commands.search:run",
    "draft": "journeyai.cli.commands.draft:run",
    "show": "journeyai.cli.commands.show:run",
    "chat": "journeyai.cli.commands.chat:run",
    "summarise": "journeyai.cli.commands.summarise:run",
    "summarize": "journeyai.cli.commands.summarise:run",
    "diff": "journeyai.cli.commands.diff:run",
    "export": "journeyai.cli.commands.export:run",
    "serve": "journeyai.cli.commands.serve:run",
    "import": "journeyai.cli.commands.import_:run",
    "branch": "journeyai.cli.commands.branch:run",
    "verify": "journeyai.cli.commands.verify:run",
    "coverage": "journeyai.cli.commands.coverage:run",
    "report": "journeyai.cli.commands.report:run",
    "guide": "journeyai.cli.commands.guide:run",
    "source": "journeyai.cli.commands.source:run",
    "privacy": "journeyai.cli.commands.privacy:run",
    "schema": "journeyai.cli.commands.schema:run",
    "eval": "journeyai.cli.commands.eval:run",
    "doctor": "journeyai.cli.commands.doctor:run",
}

Command = Callable[[argparse.Namespace], int]


def load_command(name: str) -> Command:
    """Import the command *name*."""
    from importlib import import_module

    module, _, function = COMMANDS[name].partition(":")
    command: Command = getattr(import_module(module), function)
    return command


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="journeyai",
        description=_ABOUT,
        epilog=_START,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"journeyai {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for add in (
        making.add_demo,
        making.add_init,
        making.add_index,
        looking.add_search,
        making.add_draft,
        looking.add_show,
        chatting.add_chat,
        summaries.add_summarise,
        looking.add_diff,
        handing_on.add_export,
        handing_on.add_serve,
        handing_on.add_import,
        handing_on.add_branch,
        looking.add_verify,
        looking.add_coverage,
        handing_on.add_report,
        chatting.add_guide,
        looking.add_source,
        house.add_privacy,
        house.add_schema,
        house.add_eval,
        house.add_doctor,
    ):
        add(commands)
    return parser
