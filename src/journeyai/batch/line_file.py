"""A file of JSON lines as such: its end mended after a kill, read line by line, written whole."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from pydantic import ValidationError

from journeyai.errors import SettingsError
from journeyai.model.summary import Summary

#: How every line begins: tells a line that a kill cut off from the words of another file.
_BEGINNING: Final = b'{"source":"'


def mend_end(path: Path) -> None:
    """Take away a last line that a kill cut off; end one that lacks nothing but its end.

    Raises:
        SettingsError: what stands there was never a summary.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return
    with path.open("r+b") as file:
        start = _start_of_last(file, size)
        file.seek(start)
        last = file.read()
        if not last:
            return
        try:
            Summary.model_validate_json(last)
        except ValidationError:
            if last[: len(_BEGINNING)] != _BEGINNING[: len(last)]:
                raise SettingsError(
                    f"The last line of `{path}` is no summary.",
                    "Name another file with --out, or move this one away.",
                ) from None
            file.truncate(start)
        else:
            file.write(b"\n")


def _start_of_last(file: BinaryIO, size: int) -> int:
    """Return where the line that lacks its end begins; *size* if there is none."""
    position = size
    while position > 0:
        step = min(1 << 16, position)
        file.seek(position - step)
        found = file.read(step).rfind(b"\n")
        if found >= 0:
            return position - step + found + 1
        position -= step
    return 0


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of *path* without their ends."""
    with path.open("rb") as file:
        for line in file:
            yield re.sub(rb"\r?\n$", b"", line)


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write all of *data*: an unbuffered write may take a part of it."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
