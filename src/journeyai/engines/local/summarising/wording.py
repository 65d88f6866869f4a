"""Cuts the source's own words to length, and tells which of two passages say nearly the same."""

import re
from collections.abc import Iterable
from typing import Final

from journeyai.knowledge.stopwords import content_words

ELLIPSIS: Final = "…"
#: Words are compared by so many of their first letters: "refund" and "refunded".
_STEM: Final = 5
_GREETING: Final = re.compile(
    r"^\W*(?:(?:hi+|hiya|hello|hey|yo|dear (?:team|all|sirs?|sir or madam)|good (?:morning|afternoon|evening)|"
    r"hola|wenas|buenas(?: tardes| noches)?|buenos d[ií]as|señores|estimad[oa]s?(?: señor(?:es|a|as)?)?|"
    r"gracias por llamar)(?: there| team| all)?\s*[,.!:;–—-]+\s*)+",
    re.IGNORECASE,
)
_BLANKS: Final = re.compile(r"\s+")
#: What no display should be given.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def one_line(text: str) -> str:
    """Return *text* with single blanks and without characters that steer a display."""
    return _BLANKS.sub(" ", _CONTROLS.sub(" ", text)).strip()


def shortened(text: str, most: int) -> str:
    """Return *text* on one line, at most *most* characters, cut at a word with an ellipsis."""
    # What is far too long need not be tidied to its end.
    text = one_line(text[: 4 * most + 200])
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if text[most - 1] != " " and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,;:.–—-") + ELLIPSIS


def without_greeting(text: str) -> str:
    """Return *text* from behind the greeting it begins with, if more follows."""
    match = _GREETING.match(text)
    rest = text[match.end() :] if match else ""
    return rest[:1].upper() + rest[1:] if rest else text


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words of *text* that say something."""
    return frozenset(word[:_STEM] for word in content_words(text))


def likeness(some: frozenset[str], others: frozenset[str]) -> float:
    """Return the share of the smaller set that stands in both, 0 … 1; 0 where fewer than two words are shared."""
    shared = len(some & others)
    return shared / min(len(some), len(others)) if shared > 1 else 0.0


def is_like_any(some: frozenset[str], others: Iterable[frozenset[str]], least: float) -> bool:
    """Whether any of *others* shares at least *least* with *some*."""
    return any(likeness(some, one) >= least for one in others)
