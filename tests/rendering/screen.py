"""Prints on a terminal that is only a text."""

from io import StringIO

from rich.console import Console, RenderableType


def printed(page: RenderableType, width: int, colour: bool = False) -> str:
    """Return what *page* looks like at *width* columns."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    console.print(page)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()
