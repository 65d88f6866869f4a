"""A request as tokens: words, signs and quoted strings, each with its place in the request."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from journeyai.knowledge.letters import fold

_QUOTED: Final = (
    r"“[^“”]+”|„[^„“”]+[“”]|«[^«»]+»|\"[^\"]+\"|`[^`]+`|‘[^‘’]+’(?!\w)"
    # An apostrophe opens only at a word's start, and closes only at its end.
    r"|(?<!\w)'(?!\s)[^'\n]+(?:'\w+[^'\n]*)*'(?!\w)"
)
_TOKEN: Final = re.compile(rf"(?P<quoted>{_QUOTED})|->|=>|(?P<word>[^\W_]+(?:['’][^\W_]+)*)|[^\s_-]|-")
_GENITIVE: Final = re.compile(r"['’]s$")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or quoted string.

    Attributes:
        low: folded; for a quoted string a private sign, so that no table finds it.
        start: first character in the request.
        end: one past the last.
        quoted: whether it is a quoted string.
    """

    low: str
    start: int
    end: int
    quoted: bool = False


_MARKS: Final = frozenset("“„«\"`‘'")
#: What a quoted string looks like to the tables.
QUOTE: Final = "\0"


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of *text*; hyphens and underscores inside a word part it."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match["quoted"]:
            found.append(Token(QUOTE, start, end, quoted=True))
        elif match["word"] is not None:
            low = fold(match.group()).replace("’", "'")
            if (genitive := _GENITIVE.search(low)) and low not in _WHOLE:
                found.append(Token(low[: genitive.start()], start, start + genitive.start()))
                found.append(Token("'s", start + genitive.start(), end))
            else:
                found.append(Token(low, start, end))
        elif not (match.group() == "-" and _inside(text, start)):
            found.append(Token(match.group(), start, end))
    return tuple(found)


#: Here the end is no genitive.
_WHOLE: Final = frozenset(
    {"let's", "it's", "that's", "what's", "who's", "where's", "how's", "here's", "there's"}
)


def _inside(text: str, at: int) -> bool:
    """Whether the hyphen at *at* joins two words (`back-stage`), and no ids or numbers (`c3-c6`, `3-6`)."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return before.isalpha() and after.isalpha()


def words_of(text: str) -> list[str]:
    """Return the folded words of *text*, without signs."""
    return [token.low for token in tokens(text) if token.low[:1].isalnum()]


def inner(text: str, token: Token) -> str:
    """Return what stands between the marks of a quoted string."""
    said = text[token.start : token.end]
    return said[1:-1].strip() if said[:1] in _MARKS else said.strip()


def lows(sequence: Sequence[Token]) -> list[str]:
    """Return the folded forms."""
    return [token.low for token in sequence]
