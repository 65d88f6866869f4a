"""What can be typed about the set-up and JourneyAI itself: `privacy`, `schema`, `eval`, `doctor`."""

from journeyai.cli.options.shared import Commands, command, count, json_option


def add_privacy(commands: Commands) -> None:
    """Add `privacy`."""
    parser = command(
        commands,
        "privacy",
        "show the personal data in sources, and what a model at another address would see in its place",
        "journeyai privacy",
        "journeyai privacy chats tickets.json --json",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: the study's sources)"
    )
    parser.add_argument("--all", action="store_true", help="every piece, not the first few of each kind")
    json_option(parser)


def add_schema(commands: Commands) -> None:
    """Add `schema`."""
    parser = command(
        commands,
        "schema",
        "print the exact form of map.json, or of a line of summaries, as a JSON Schema, for programmers",
        study=False,
    )
    parser.add_argument(
        "contract",
        choices=("map", "summary"),
        help="map: what `draft` writes and `export` hands on; summary: a line that `summarise` writes",
    )


def add_eval(commands: Commands) -> None:
    """Add `eval`."""
    parser = command(
        commands,
        "eval",
        "measure how good drafted maps are, on labelled material",
        "journeyai eval",
        "journeyai eval maps --corpus en-bank --baselines",
        "journeyai eval maps --rescore",
        study=False,
    )
    parser.add_argument(
        "tasks", nargs="*", metavar="TASK", help="maps, search … (default: all that can run here)"
    )
    parser.add_argument(
        "--engine",
        default="local",
        metavar="NAME",
        help="whose maps: local, a baseline (majority, prototypes, lexicon), or with --rescore the name that "
        "maps of your own are kept under (default local)",
    )
    parser.add_argument(
        "--data", metavar="DIR", help="the folder of public sets, for the tasks that need one"
    )
    parser.add_argument(
        "--corpus",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME",
        help="only these labelled corpora: names of ours, or folders with a gold.json",
    )
    parser.add_argument(
        "--out",
        default="journeyai-eval",
        metavar="DIR",
        help="where results, maps and the report go (default journeyai-eval)",
    )
    parser.add_argument(
        "--rescore", action="store_true", help="draft nothing: compute every figure anew from the maps in DIR"
    )
    parser.add_argument(
        "--baselines", action="store_true", help="draft with every baseline, too, and compare"
    )
    parser.add_argument(
        "--seed",
        type=count,
        default=20260701,
        metavar="N",
        help="of what is drawn by lot (default 20260701)",
    )
    parser.add_argument("--errors", action="store_true", help="list every passage that was missed or made up")
    json_option(parser, "print every figure as JSON")


def add_doctor(commands: Commands) -> None:
    """Add `doctor`."""
    parser = command(commands, "doctor", "say what is wrong with the set-up or with how sources are read")
    json_option(parser)
