"""What can be typed to hand the map on and to take maps in: `export`, `serve`, `report`, `import`, `branch`."""

from journeyai.cli.options.shared import Commands, command, json_option, port


def add_export(commands: Commands) -> None:
    """Add `export`."""
    parser = command(
        commands,
        "export",
        "hand the map on: as a web page, a document, a table, a picture, or for another tool",
        "journeyai export --format html --out map.html",
        "journeyai export --format docx --out map.docx",
        "journeyai export --format json | jq .title",
    )
    parser.add_argument(
        "--format",
        default="",
        metavar="FORMAT",
        help="html, md, docx, pptx, xlsx, csv, quotes-csv, json, curve-svg, curve-png, grid-svg, grid-png, "
        "wall-svg, wall-png, mermaid, cjml, theydo, theydo-opportunities, lucid or qdpx (default: what the ending of "
        "--out says, else json; docs/formats.md)",
    )
    parser.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    parser.add_argument("--map", metavar="MAP", help="another map than the study's")


def add_serve(commands: Commands) -> None:
    """Add `serve`."""
    parser = command(
        commands,
        "serve",
        "show the map as a page on this machine, and accept, reject, edit and merge cards there",
        "journeyai serve",
        "journeyai serve --port 8321 --no-open",
    )
    parser.add_argument(
        "--port",
        type=port,
        default=0,
        metavar="N",
        help="the port on this machine (default: any that is free)",
    )
    parser.add_argument("--no-open", action="store_true", help="only print the address, open no browser")


def add_report(commands: Commands) -> None:
    """Add `report`."""
    parser = command(
        commands,
        "report",
        "write what a reader should know of how the map came about",
        "journeyai report --methods",
        "journeyai report --methods --out methods.md",
    )
    parser.add_argument(
        "--methods",
        action="store_true",
        help="the paragraph on the method for a paper or a deck: sources, counts, engine, coverage, limits",
    )
    parser.add_argument("--map", metavar="MAP", help="another map than the study's")
    parser.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    json_option(parser, "print the figures behind it as JSON")


def add_import(commands: Commands) -> None:
    """Add `import`."""
    parser = command(
        commands,
        "import",
        "take edited cards back, or a map of the team's beliefs as assumptions",
        "journeyai import cards.csv",
        "journeyai import workshop.md --as assumptions --out belief.json",
        "journeyai diff belief.json",
    )
    parser.add_argument(
        "file", metavar="FILE", help="a map (.json), a table of cards (.csv), or a page of your own (.md)"
    )
    parser.add_argument(
        "--as",
        dest="intake",
        choices=("auto", "changes", "assumptions"),
        default="auto",
        help="changes: what was edited in a file of ours; assumptions: what a team believes, to be held against "
        "evidence (default: by what the file is)",
    )
    parser.add_argument(
        "--out", metavar="FILE", help="write a map of assumptions there; the study stays as it is"
    )
    parser.add_argument(
        "--template", metavar="ID", help="the method whose stages the file's are matched with"
    )
    parser.add_argument(
        "--lang",
        choices=("auto", "en", "es"),
        default="auto",
        help="the file's language (default: found out)",
    )
    json_option(parser)


def add_branch(commands: Commands) -> None:
    """Add `branch`."""
    parser = command(
        commands,
        "branch",
        "keep a second version of the map, such as the future state; without NAME, list the versions",
        "journeyai branch future        copies the map as a future-state map and goes on there",
        "journeyai branch main          back to the map as it is",
        "journeyai diff main future     what is to change",
    )
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="make this version, or go to it if it is there"
    )
    parser.add_argument(
        "--future",
        action="store_true",
        help="the new version shows the journey as it should be (so does any named future)",
    )
    json_option(parser)
