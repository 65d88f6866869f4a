"""Letters as they are compared: without case and accents, for people on phones type no accents."""

import re
import unicodedata
from typing import Final


def fold(text: str) -> str:
    """Return *text* in lower case without accents, character for character.

    The result is as long as *text*, so that a match's offsets hold in both.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Character → its folded form, found out when it is first met: `str.translate` then does the rest at once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        bare = unicodedata.normalize("NFD", char)[0].lower()
        self[code] = bare if len(bare) == 1 else char
        return self[code]


_FOLDED: Final = _Folded()


def ascii_letters(text: str) -> str:
    """Return *text* in lower case with ASCII alone: accents go (of decomposed letters too), as do all other letters."""
    return unicodedata.normalize("NFD", text.casefold()).encode("ascii", "ignore").decode("ascii")


def slug(name: str) -> str:
    """Return *name* as an id: lower-case letters, digits and `_`."""
    bare = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_") or "stage"
