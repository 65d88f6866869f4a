"""What can be typed to look at sources and maps: `search`, `show`, `coverage`, `source`, `diff`, `verify`."""

from typing import Final

from journeyai.cli.options.shared import Commands, command, json_option, positive

#: What `search --kind` and `--role` can say.  The model has them too; importing it would take the time of all else.
KINDS: Final = ("interview", "chat", "call", "ticket", "review", "survey", "note")
ROLES: Final = ("customer", "agent", "researcher", "system", "unknown")


def add_search(commands: Commands) -> None:
    """Add `search`."""
    parser = command(
        commands,
        "search",
        "find passages by words and by meaning; a question in one language finds passages in another",
        'journeyai search "waiting for an answer"',
        'journeyai search "no me contestan" --role customer -k 5',
    )
    parser.add_argument("query", metavar="QUERY", help="a few words or a question, in quotation marks")
    parser.add_argument(
        "-k", type=positive, default=10, metavar="N", help="at most so many passages (default 10)"
    )
    parser.add_argument(
        "--source", metavar="PATH", help="only in this source, or in those a pattern fits (reviews/*)"
    )
    parser.add_argument(
        "--kind",
        choices=KINDS,
        metavar="KIND",
        help="only in an interview, chat, call, ticket, review, survey or note",
    )
    parser.add_argument("--speaker", metavar="NAME", help="only by this speaker")
    parser.add_argument(
        "--role", choices=ROLES, metavar="ROLE", help="only by a customer, agent or researcher"
    )
    parser.add_argument("--language", metavar="CODE", help="only in this language (en, es)")
    parser.add_argument(
        "--stage", metavar="ID", help="only what stands in this stage of the map: its id, name or number"
    )
    json_option(parser)


def add_show(commands: Commands) -> None:
    """Add `show`."""
    parser = command(
        commands,
        "show",
        "show the map in the terminal",
        "journeyai show",
        "journeyai show --stage support --evidence",
    )
    parser.add_argument("map", nargs="?", metavar="MAP", help="another map than the study's")
    parser.add_argument("--persona", metavar="ID", help="only this persona: its id or name")
    parser.add_argument("--stage", metavar="ID", help="only this stage: its id, name or number")
    parser.add_argument("--lane", metavar="LANE", help="only this lane (pain_point, delight, need …)")
    parser.add_argument("--evidence", action="store_true", help="every quote, for and against")
    json_option(parser, "print the map as JSON")


def add_coverage(commands: Commands) -> None:
    """Add `coverage`."""
    parser = command(
        commands, "coverage", "list what customers said that reached no card, most telling first"
    )
    parser.add_argument("-n", type=positive, default=20, metavar="N", help="so many passages (default 20)")
    parser.add_argument("--all", action="store_true", help="every passage")
    json_option(parser)


def add_source(commands: Commands) -> None:
    """Add `source`."""
    parser = command(
        commands,
        "source",
        "print a source as it was read: the text that every quote is cut from and every position counts in",
        "journeyai source interviews/int-03.docx",
        "journeyai source tickets.json --record 4711",
    )
    parser.add_argument(
        "path", metavar="PATH", help="path inside the folder of sources, any file, or - for standard input"
    )
    parser.add_argument("--record", metavar="R", help="one row, ticket or message of it")
    json_option(parser, "print who says what, and the numbered passages, as JSON")


def add_diff(commands: Commands) -> None:
    """Add `diff`."""
    parser = command(
        commands,
        "diff",
        "show what differs between two maps: cards, stages, personas, people and the curve",
        "journeyai diff map-of-may.json",
        "journeyai diff map-of-may.json map-of-june.json --json",
        "journeyai diff main future            what the future state changes",
        "journeyai diff belief.json            where the team's belief and the evidence part",
    )
    parser.add_argument(
        "before", metavar="A", help="a map's file, or a version of the study's (journeyai branch)"
    )
    parser.add_argument(
        "after",
        nargs="?",
        metavar="B",
        help="what it is held against (default: the study's map as it stands)",
    )
    json_option(parser)


def add_verify(commands: Commands) -> None:
    """Add `verify`."""
    parser = command(
        commands,
        "verify",
        "prove every quote and count of a map, or of a file of summaries, again from the files themselves",
        "journeyai verify",
        "journeyai verify summaries.jsonl",
    )
    parser.add_argument(
        "map", nargs="?", metavar="FILE", help="a map or a file of summaries (default: the study's map)"
    )
    json_option(parser)
