"""Tables of who said what, in Word documents and on pages: a row becomes a line of a transcript."""

import re
from collections.abc import Sequence
from typing import Final

from journeyai.sources.roles import role_by_words

_TIME = re.compile(r"[\[(]?(\d{1,2}:\d{2}(?::\d{2})?)[\])]?")
_HEADS = """speaker hablante who quién quien name nombre author autor from de sender remitente time hora tiempo
    timestamp date fecha text texto transcript transcripción words message mensaje comment comentario"""
_COLUMN_HEADS: Final = frozenset(_HEADS.split())


def is_head(cells: Sequence[str]) -> bool:
    """Return whether *cells* are the heads of such a table: "Time", "Speaker", "Message"."""
    return len(cells) > 1 and all(cell.casefold().strip(": ") in _COLUMN_HEADS for cell in cells)


def said_line(cells: Sequence[str]) -> str:
    """Return a row as `[time] Name: words` if it reads so, else its cells two blanks apart.

    Args:
        cells: without blanks around them; a time of day may stand anywhere but last.
    """
    time = next((match[1] for cell in cells[:-1] if (match := _TIME.fullmatch(cell))), "")
    others = [cell for cell in cells if not _TIME.fullmatch(cell)]
    if len(others) == 2 and _is_name(others[0]):
        name = others[0].rstrip(": ")
        return f"[{time}] {name}: {others[1]}" if time else f"{name}: {others[1]}"
    return "  ".join(cell for cell in cells if cell)


def _is_name(cell: str) -> bool:
    return (
        0 < len(cell) <= 40
        and "\n" not in cell
        and (len(cell.split()) <= 3 or role_by_words(cell) is not None)
    )
