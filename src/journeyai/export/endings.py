"""Which format a file's name asks for."""

from pathlib import PurePath
from typing import Final

#: Endings that are no name of a format.
_FORMATS: Final = {"xml": "cjml"}


def format_of(file: str) -> str:
    """Return the format that the ending of *file* names, whether there is such a format or not; empty without one."""
    ending = PurePath(file).suffix.removeprefix(".").lower()
    return _FORMATS.get(ending, ending)
