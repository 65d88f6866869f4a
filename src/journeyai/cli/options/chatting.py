"""What can be typed to talk about the map and about the field: `chat`, `guide`."""

from journeyai.cli.options.shared import Commands, command, json_option, model_options


def add_chat(commands: Commands) -> None:
    """Add `chat`."""
    parser = command(
        commands,
        "chat",
        "check and refine the map: ask, and say what to change, in English or Spanish",
        "journeyai chat",
        'journeyai chat --message "merge c3 and c7" --message "/export --format json" --yes --json',
        "journeyai chat --yes < changes.txt",
    )
    parser.add_argument(
        "--message",
        "-m",
        action="append",
        default=[],
        metavar="TEXT",
        help="say this and leave; may be given several times (default: the terminal, or lines of standard input)",
    )
    parser.add_argument(
        "--yes", action="store_true", help="do what is proposed without asking; else a script only shows it"
    )
    json_option(parser, "print each turn as one line of JSON")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with an earlier chat: the last one, or the one named",
    )
    model_options(parser, "who understands and answers")


def add_guide(commands: Commands) -> None:
    """Add `guide`."""
    parser = command(
        commands,
        "guide",
        "explain a term or a way of working; without TOPIC, list what there is",
        'journeyai guide "moment of truth"',
        "journeyai guide workshop",
        "journeyai guide cuántas personas --lang es",
    )
    parser.add_argument("topic", nargs="*", metavar="TOPIC", help="a word or a question")
    parser.add_argument(
        "--lang",
        choices=("auto", "en", "es"),
        default="auto",
        help="English or Spanish (default: the language of the topic, else the study's)",
    )
    json_option(parser)
