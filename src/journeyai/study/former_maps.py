"""The bytes of maps as earlier versions wrote them: by these the history of a study knows its maps again.

The log names each map by the hash of its file.  A field that the contract has gained since then stands in no map of
that time, and where it says nothing, the map is the very one without it.
"""

import re
from typing import Final

#: Lines that a map without anything in a later field is written with, the newest field first.
_LATER: Final = (re.compile(rb'\n      "progress": null,'),)


def former_bytes(data: bytes) -> list[bytes]:
    """Return what earlier versions would have written for the map that is written as *data* now, newest first."""
    found: list[bytes] = []
    for line in _LATER:
        data = line.sub(b"", data)
        found.append(data)
    return found
