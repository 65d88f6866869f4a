"""What can be typed to make a study and its map: `demo`, `init`, `index`, `draft`."""

import argparse

from journeyai.cli.options.shared import (
    Commands,
    command,
    count,
    engine_option,
    json_option,
    model_option,
    spending_options,
)


def add_demo(commands: Commands) -> None:
    """Add `demo`."""
    parser = command(
        commands, "demo", "write a sample study, draft its map, show it and write it as a page", study=False
    )
    parser.add_argument(
        "directory", nargs="?", metavar="DIR", help="where (default: journeyai-demo, or journeyai-demo-es)"
    )
    parser.add_argument("--lang", choices=("en", "es"), default="en", help="which sample: English or Spanish")


def add_init(commands: Commands) -> None:
    """Add `init`."""
    parser = command(
        commands,
        "init",
        "make a study: a folder with the settings, the index and the map of one journey",
        "journeyai init my-study --from interviews",
        'journeyai init my-study --title "Joining the library" --stages "Find out, Join, Borrow"',
        study=False,
    )
    parser.add_argument("directory", metavar="DIR", help="the study's folder; made if it does not exist")
    parser.add_argument("--title", default="", help="the map's title")
    parser.add_argument("--goal", default="", help="why the map is drawn, a sentence")
    parser.add_argument(
        "--lang",
        choices=("auto", "en", "es"),
        default="auto",
        help="language of the map's own words; auto: that of the files",
    )
    parser.add_argument(
        "--template",
        default="cx-lifecycle",
        metavar="ID",
        help="the method, such as hubspot (journeyai doctor lists them)",
    )
    _own_stages(parser)
    parser.add_argument(
        "--from", dest="sources", metavar="FOLDER", help="draw from the files in FOLDER, left where they are"
    )


def add_index(commands: Commands) -> None:
    """Add `index`."""
    parser = command(
        commands,
        "index",
        "read and check the sources and make them searchable; only what changed",
        "journeyai index",
        "journeyai index interviews/int-03.docx",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="only these files or folders of sources; - reads standard input",
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="embed on workers: local:4 for four processes here, tcp://HOST:8786 for a Dask scheduler "
        "(docs/scale.md)",
    )
    json_option(parser, "print the table as JSON")


def add_draft(commands: Commands) -> None:
    """Add `draft`."""
    parser = command(
        commands,
        "draft",
        "draft the map, or draft it again keeping your decisions",
        "journeyai draft",
        "journeyai draft --template hubspot --personas 2",
        "journeyai draft --engine llm --model gpt-5-mini --max-cost 2 --dry-run",
    )
    engine_option(parser, "who reads the sources")
    parser.add_argument("--template", metavar="ID", help="another method than the study's")
    _own_stages(parser)
    parser.add_argument("--personas", type=count, metavar="N", help="at most so many personas; 0 for none")
    parser.add_argument("--only-new", action="store_true", help="keep every card as it is and only add")
    model_option(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what a language model would be asked and cost, and stop"
    )
    spending_options(parser)
    parser.add_argument(
        "--stability",
        type=count,
        default=0,
        metavar="K",
        help="read everything K more times and mark each card with how often it was found again",
    )
    json_option(parser, "print the map as JSON")


def _own_stages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stages", default="", metavar='"A, B, C"', help="your own stages, in order")
