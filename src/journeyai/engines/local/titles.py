"""Titles taken from what people said: a whole short clause, never a clipped one."""

import re
from collections.abc import Sequence
from typing import Final

from journeyai.knowledge.cues import fold, load_cues
from journeyai.knowledge.stopwords import content_words

MOST_WORDS: Final = 12
_LEAST_WORDS: Final = 3
#: Only the most typical quotes are looked at: the title should speak for the theme.
_QUOTES_READ: Final = 8
_BREAKS: Final = re.compile(
    r"(?<=[.!?…;:])\s+|\s+[–—-]\s+|,\s+(?=(?:and|but|so|because|which|when|y|pero|porque|que|cuando|así)\b)|,\s+|"
    r"\s+(?=(?:because|but|so that|which|porque|pero|así que|aunque)\s)",
    re.IGNORECASE,
)
_WEAK_START: Final = re.compile(
    r"^(?:it|its|that|this|they|he|she|which|who|eso|esto|ello|lo|la|le|les|se)\b"
)


def best_title(quotes: Sequence[str]) -> str:
    """Return the clause that names a theme best: at most `MOST_WORDS` words, from the most typical *quotes*.

    A quote without a short clause gives its first words and an ellipsis.
    """
    ranked: list[tuple[float, int, str]] = []
    shared = _shared_words(quotes[:_QUOTES_READ])
    for rank, quote in enumerate(quotes[:_QUOTES_READ]):
        for clause in clauses(quote):
            words = clause.split()
            if _LEAST_WORDS <= len(words) <= MOST_WORDS:
                ranked.append((-_worth(clause, shared, rank), rank, clause))
    if ranked:
        return min(ranked)[2]
    return _shortened(quotes[0])


def clauses(quote: str) -> list[str]:
    """Return *quote* whole and its clauses, without empty openers ("well, so …") and closing marks."""
    parts = [quote, *_BREAKS.split(quote)] if quote else []
    cleaned = [_cleaned(part) for part in parts if part]
    return [part for part in dict.fromkeys(cleaned) if part]


def _cleaned(clause: str) -> str:
    text = " ".join(clause.split()).strip(" \t\"'“”«»()[]*_")
    opener = load_cues().opener
    while (match := opener.match(fold(text))) and match.end() < len(text):
        text = text[match.end() :]
    text = text.rstrip(" .,;:–—-…\"'“”«»")
    return text[:1].upper() + text[1:]


def _shared_words(quotes: Sequence[str]) -> dict[str, float]:
    """Return content word → share of the quotes it stands in."""
    counts: dict[str, float] = {}
    for quote in quotes:
        for word in set(content_words(quote)):
            counts[word] = counts.get(word, 0) + 1 / len(quotes)
    return counts


def _worth(clause: str, shared: dict[str, float], rank: int) -> float:
    """How well a clause names the theme: words the theme shares, told fully, by a typical quote."""
    telling = content_words(clause)
    about = sum(shared.get(word, 0) for word in set(telling))
    fullness = min(len(telling), 4) / 4
    weak = 0.5 if _WEAK_START.match(fold(clause)) else 0.0
    question = 0.3 if clause.endswith("?") else 0.0
    return about + fullness - 0.08 * rank - weak - question


def _shortened(quote: str) -> str:
    words = _cleaned(quote).split()
    if not words:
        return " ".join(quote.split()) or "…"
    return " ".join(words[:MOST_WORDS]) + ("…" if len(words) > MOST_WORDS else "")
