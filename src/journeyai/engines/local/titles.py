"""Titles taken from what people said: a whole short clause, never a clipped one."""

import re
from collections.abc import Sequence
from typing import Final

from journeyai.engines.local.features import tokens
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.knowledge.polarity import load_polarity
from journeyai.knowledge.stopwords import content_words
from journeyai.model.vocabulary import Lane

MOST_WORDS: Final = 12
_LEAST_WORDS: Final = 3
#: Only the most typical quotes are looked at: the title should speak for the theme.
_QUOTES_READ: Final = 8
_BREAKS: Final = re.compile(
    r"(?<=[.!?…;:])\s+|\s+[–—-]\s+|,\s+(?=(?:and|but|so|because|which|when|y|pero|porque|que|cuando|así)\b)|,\s+|"
    r"\s+(?=(?:because|but|so that|which|porque|pero|así que|aunque)\s)",
    re.IGNORECASE,
)
_EDGES: Final = " \t\"'“”«»()[]*_–—-"
_EDGES_BUT_QUOTES: Final = " \t.,;:…)]*_–—-"
_PAIRS: Final = (('"', '"'), ("“", "”"), ("«", "»"), ("(", ")"))
_WEAK_START: Final = re.compile(
    r"^(?:it|its|that|this|they|he|she|which|who|eso|esto|ello|lo|la|le|les|se)\b"
)


def best_title(quotes: Sequence[str], lane: Lane) -> str:
    """Return the clause that names a theme best: at most `MOST_WORDS` words, from the most typical *quotes*.

    A quote without a short clause gives its first words and an ellipsis.
    """
    shared = _shared_words(quotes[:_QUOTES_READ])
    ranked: list[tuple[float, int, str]] = []
    for rank, quote in enumerate(quotes[:_QUOTES_READ]):
        parts = clauses(quote)
        for place, clause in enumerate(parts):
            if _LEAST_WORDS <= len(clause.split()) <= MOST_WORDS and content_words(clause):
                # A whole sentence stands by itself; its first clause does so oftener than a later one.
                whole = 0.4 if place == 0 else 0.15 if place == 1 else 0.0
                worth = _worth(clause, shared, lane) + whole - 0.08 * rank
                ranked.append((-round(worth, 6), rank, clause))
    return min(ranked)[2] if ranked else _shortened(next(filter(content_words, quotes), quotes[0]))


def clauses(quote: str) -> list[str]:
    """Return *quote* whole and its clauses, without empty openers ("well, so …") and closing marks."""
    parts = [quote, *_BREAKS.split(quote)] if quote else []
    cleaned = [_cleaned(part) for part in parts if part]
    return [part for part in dict.fromkeys(cleaned) if part]


def _cleaned(clause: str) -> str:
    """Return *clause* without openers, surrounding marks and final stops; a quotation inside it stays whole."""
    text = " ".join(clause.split()).strip(_EDGES)
    opener = load_cues().opener
    while (match := opener.match(fold(text))) and match.end() < len(text):
        text = text[match.end() :]
    text = text.rstrip(_EDGES + ".,;:…")
    for start, end in _PAIRS:
        if text.count(start) > (text.count(end) if start != end else text.count(start) // 2 * 2):
            text = text + end if clause.rstrip(_EDGES_BUT_QUOTES).endswith(end) else text.replace(start, "")
    return text[:1].upper() + text[1:]


def _shared_words(quotes: Sequence[str]) -> dict[str, float]:
    """Return content word → share of the quotes it stands in."""
    counts: dict[str, float] = {}
    for quote in quotes:
        for word in set(content_words(quote)):
            counts[word] = counts.get(word, 0) + 1 / len(quotes)
    return counts


def _worth(clause: str, shared: dict[str, float], lane: Lane) -> float:
    """How well a clause names the theme: words the theme shares, told fully, with the lane's own sign."""
    folded = fold(clause)
    telling = content_words(clause)
    about = sum(shared.get(word, 0) for word in set(telling))
    fullness = min(len(telling), 4) / 4
    good, bad, not_good, not_bad = load_polarity().count(tokens(clause))
    sign = {"pain_point": bad + not_good - good, "delight": good + not_bad - bad}.get(lane, 0)
    weak = 0.5 * bool(_WEAK_START.match(folded)) + 1.0 * (len(telling) < 2)
    asks = 0.3 * (clause.endswith("?") and lane != "question")
    return about + fullness + 0.3 * max(-1, min(1, sign)) - weak - asks


def _shortened(quote: str) -> str:
    words = _cleaned(quote).split()
    if not words:
        return " ".join(quote.split()) or "…"
    return " ".join(words[:MOST_WORDS]) + ("…" if len(words) > MOST_WORDS else "")
