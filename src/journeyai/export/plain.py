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
_TEXT_SELECTOR, _EMOJI_SELECTOR = "\ufe0e", "\ufe0f"


#: No title, and no name of a stage, a persona or a map, is written longer than this, but where the full record is kept
#: (json, csv, quotes-csv).  The engines write at most a line; a map that was edited or imported can hold anything.
TITLE_CHARS: Final = 300


def visible(text: str) -> str:
    """Return *text* as one line of visible characters: no controls, no marks that cannot be seen."""
    if text.isprintable() and _TEXT_SELECTOR not in text and _EMOJI_SELECTOR not in text:
        # Of what Python calls printable all else can be seen, and the only space is the plain one.  A large page asks
        # this of 200,000 texts: to look at every character, as below, takes fifty times as long.
        return _SPACE.sub(" ", text).strip() if "  " in text else text.strip()
    text = _SEQUENCE.sub("", text)
    text = "".join(kept for char in text if (kept := _kept(char)))
    return _SPACE.sub(" ", text).strip()


def _kept(char: str) -> str:
    if char in _SPACES:
        return " "
    if char in (_TEXT_SELECTOR, _EMOJI_SELECTOR) or unicodedata.category(char) in _UNSEEN:
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


def cut(text: str, limit: int = TITLE_CHARS) -> str:
    """Return *text* with at most *limit* characters, between words if it can be; `…` stands where it was cut."""
    if len(text) <= limit:
        return text
    end = text.rfind(" ", limit // 2, limit)
    return text[: end if end > 0 else limit - 1].rstrip() + "…"
