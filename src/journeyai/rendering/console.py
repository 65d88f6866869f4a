"""The console that everything is printed by, and the one door for text that comes from sources."""

import os
import sys
from io import TextIOWrapper
from typing import Final

from rich.console import Console
from rich.text import Text

from journeyai.export.plain import visible

#: Columns when nobody is looking at a terminal and `COLUMNS` does not say otherwise.
PIPE_COLUMNS: Final = 100


def safe(text: str, style: str = "") -> Text:
    """Return *text* for the terminal: visible characters only, nothing in it read as markup or escapes."""
    return Text(visible(text), style=style)


def harmless(text: str) -> str:
    """Return *text* as long as it was, with a picture (␛) for each character that could command a terminal."""
    return "".join(
        char
        if char.isprintable() or char in "\n\t"
        else " "
        if char.isspace() and char != "\r"
        else _picture(char)
        for char in text
    )


def _picture(char: str) -> str:
    return chr(0x2400 + ord(char)) if ord(char) < 32 else "�"


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # rich would end the process with exit code 1; `cli.main` knows better.
        raise BrokenPipeError


def make_console(width: int | None = None, stderr: bool = False) -> Console:
    """Return a console on stdout (or stderr) that never interprets what it prints.

    Colours only in a terminal and only without `NO_COLOR`; a pipe or a file gets plain text, 100 columns wide
    unless `COLUMNS` says otherwise.

    Args:
        width: columns, over everything else.
        stderr: write to stderr.
    """
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, TextIOWrapper):
        # A stream that cannot write a star (cp1252, ASCII) shows `?` for it instead of ending the command.
        stream.reconfigure(errors="replace")
    console = _Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)
    if width is None and not console.is_terminal:
        columns = os.environ.get("COLUMNS", "")
        console.width = int(columns) if columns.isdecimal() and int(columns) > 0 else PIPE_COLUMNS
    return console
