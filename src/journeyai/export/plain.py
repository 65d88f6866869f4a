"""Text from outside, made fit to be shown.

Sources are data: a review may hold terminal escapes, text that runs right to left over its neighbours, or
characters nobody can see.  Everything shown or exported as a page goes through `visible` first; `map.json`
alone keeps the exact characters.
"""

import re
import unicodedata
from typing import Final

#: Escape sequences that set colours, the cursor or the window's title; their letters say nothing.
_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]{0,200}(?:\x07|\x1b\\|\x9c)"
)
_SPACE: Final = re.compile(r"\s+")
_SPACES: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
#: Control, format (zero width, bidirectional), surrogate and private-use characters.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
#: Variation selectors: terminals disagree on how wide they make the character before them.
_SELECTORS: Final = frozenset("\ufe0e\ufe0f")


def visible(text: str) -> str:
    """Return *text* as one line of visible characters: no controls, no marks that cannot be seen."""
    if not text.isprintable() or not text.isascii():
        text = _SEQUENCE.sub("", text)
        text = "".join(kept for char in text if (kept := _kept(char)))
    return _SPACE.sub(" ", text).strip()


def _kept(char: str) -> str:
    if char in _SPACES:
        return " "
    if char in _SELECTORS or unicodedata.category(char) in _UNSEEN:
        return ""
    return char


def shortened(text: str, limit: int) -> str:
    """Return *text* cut between words to at most *limit* characters, with `[…]` where it was cut.

    A first word longer than *limit* is kept whole.
    """
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit - 3)
    if end <= 0:
        end = text.find(" ")
    return f"{text[:end]} […]" if end > 0 else text
