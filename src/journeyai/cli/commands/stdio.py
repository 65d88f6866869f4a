"""What commands share: where results go and where remarks go."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from journeyai.app import Study
from journeyai.rendering.console import make_console


def open_study(directory: str | None) -> Study:
    """Open the study that was named, or the one we stand in."""
    return Study.open(Path(directory) if directory else None)


def print_result(result: RenderableType) -> None:
    """Print a result for people on stdout."""
    make_console().print(result)


def print_json(value: Any) -> None:
    """Print a result for scripts on stdout."""
    print_exactly(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_exactly(text: str) -> None:
    """Print *text* on stdout character for character: always UTF-8, with newlines as they are.

    A file name that is no text is written with escapes, as JSON writes them.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def remark(text: str, *, quiet: bool = False) -> None:
    """Print a remark on stderr, unless *quiet*."""
    if not quiet:
        from journeyai.rendering.console import safe

        make_console(stderr=True).print(safe(text))


def stage_names(text: str) -> list[str]:
    """Return the names in "A, B, C"."""
    return [name.strip() for name in text.split(",")] if text.strip() else []
