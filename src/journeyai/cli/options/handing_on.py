"""What can be typed to hand the map on: `export`."""

from journeyai.cli.options.shared import Commands, command


def add_export(commands: Commands) -> None:
    """Add `export`."""
    parser = command(
        commands, "export", "hand the map on as a file", "journeyai export --format md --out map.md"
    )
    parser.add_argument("--format", default="json", metavar="FORMAT", help="json or md (default json)")
    parser.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    parser.add_argument("--map", metavar="MAP", help="another map than the study's")
