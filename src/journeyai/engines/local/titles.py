"""Titles taken from what people said: a whole short clause, never a clipped one.

A quote is cut into sentences and these into pieces, at commas and before conjunctions.  Every run of neighbouring
pieces that is short enough may become the title; it is judged by whether it stands by itself, whether it says what the
other quotes say, and whether it names the thing rather than tells a story.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.engines.local.features import tokens
from journeyai.knowledge.clauses import load_clause_words, plain
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.knowledge.polarity import load_polarity
from journeyai.knowledge.stopwords import content_words
from journeyai.model.vocabulary import Lane

MOST_WORDS: Final = 12
_LEAST_WORDS: Final = 3
#: Longer than this a title is read twice.
_EASY_WORDS: Final = 10
#: Titles are taken from the most typical quotes: they should speak for the theme.
_QUOTES_READ: Final = 12
#: A clause worth less than this stands by itself so badly that the beginning of its quote says more.
_LEAST_WORTH: Final = -1.0
#: What the theme's people share is looked for in so many quotes.
_QUOTES_SHARED: Final = 60

_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=\S)|(?<=;)\s+|\s*\n\s*\n\s*")
_JOINTS: Final = (
    "and|but|so|because|which|who|where|when|while|if|unless|until|except|although|though|then|"
    "y|e|pero|porque|que|cuando|mientras|si|aunque|así que|salvo|excepto|ni|entonces|hasta que"
)
_PIECE_END: Final = re.compile(
    r"(?<=[:,])\s+|\s+[–—-]+\s+|\s*[–—]\s*|\s+(?=\()|(?<=\))\s+|"
    r"\s+(?=(?:because|but|so that|so I|which|unless|except|although|even though|"
    r"(?:and|so) (?:I|we|they|he|she|it|the|my|nobody|no one|then|now)|"
    r"porque|pero|así que|aunque|salvo|excepto|y (?:el|la|los|las|no|me|nadie|ahora|luego|yo|ya))\b)",
    re.IGNORECASE,
)
#: Where a sentence that is too long may be cut and still be one: before words that only add to it.
_ADDITION: Final = re.compile(
    r"\s+(?=(?:and|or|because|so|which|when|while|after|before|since|where|on|at|in|for|from|with|during|despite|"
    r"y|o|porque|cuando|mientras|después|antes|desde|donde|en|para|por|con|durante|al|a (?:la|los|las|mi)|a pesar)\s)",
    re.IGNORECASE,
)
_STARTS_WITH_JOINT: Final = re.compile(rf"[\W_]*(?:{_JOINTS})\b", re.IGNORECASE)
_EDGES: Final = " \t\"'“”‘«»()[]*_–—-"
_FINAL_MARKS: Final = ".,;:…!"
_NOT_WORDS: Final = re.compile(r"^[^\w¿\"“«(€$£#]+|[^\w?%€$£\"”»)+]+$")
_PAIRS: Final = (('"', '"'), ("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_STORY: Final = re.compile(r"(?:i|i'[a-z]+|we|we'[a-z]+|my|our|yo|nosotros|nosotras|mi|mis|me|nos)\b")
#: Names somebody or something by a code or an address.
_PARTICULARS: Final = re.compile(r"\S+@\S+|https?://|www\.|\w*\d{5,}\w*")
#: A word or two and a colon: "Update: …".
_LABEL: Final = re.compile(r"\W*\w+(?:\s\w+){0,2}:\s")
#: Somebody is introduced by name.
_NAMED: Final = re.compile(r"\b(?:called|Called|named|se llama|Se llama|llamad[oa]|[Uu]na? tal)\s+[A-ZÀ-Þ]")
_DANGLING: Final = re.compile(r"(?:,|\b(?:and|but|or|y|e|o|pero|ni))\s*$")


@dataclass(frozen=True, slots=True)
class _Clause:
    """A run of words that may be a title.

    Attributes:
        text: cleaned.
        rank: of its quote; 0 is the most typical.
        flaws: what its place in the sentence takes from its worth.
        ends: whether its sentence ends with it.
    """

    text: str
    rank: int
    flaws: float
    ends: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is known of a piece of a sentence.

    Attributes:
        told: it has a verb.
        stands: it has one and hangs on no other clause.
        conditional: its neighbours say something else without it.
        introduces: it ends with a colon.
    """

    told: bool
    stands: bool
    conditional: bool
    introduces: bool


def best_title(quotes: Sequence[str], lane: Lane) -> str:
    """Return the clause that names a theme best: at most `MOST_WORDS` words, from the most typical *quotes*.

    If no quote has a short clause, one is cut before words that only add to it; failing that too, its first words stand
    with an ellipsis.
    """
    shared = _shared_words(quotes[:_QUOTES_SHARED])
    found = [clause for rank, quote in enumerate(quotes[:_QUOTES_READ]) for clause in _clauses(quote, rank)]
    usable = [clause for clause in found if _usable(clause)]
    if not usable:
        cut = [_shortened(quote) for quote in quotes[:_QUOTES_READ] if content_words(quote)]
        return next((text for text in cut if not text.endswith("…")), next(iter(cut), _shortened(quotes[0])))
    worth = {clause: round(_worth(clause, shared, lane), 6) for clause in usable}
    best = min(usable, key=lambda clause: (-worth[clause], clause.rank))
    return best.text if worth[best] >= _LEAST_WORTH else _shortened(quotes[best.rank])


def _clauses(quote: str, rank: int) -> Iterator[_Clause]:
    for sentence in _SENTENCE_END.split(quote):
        cuts = [match.span() for match in _PIECE_END.finditer(sentence)]
        starts = [0, *(after for _, after in cuts)]
        ends = [*(before for before, _ in cuts), len(sentence)]
        pieces = [_piece(sentence[start:end]) for start, end in zip(starts, ends, strict=True)]
        for first in range(len(pieces)):
            for last in range(first, len(pieces)):
                run = sentence[starts[first] : ends[last]]
                if len(run.split()) > MOST_WORDS + 6:
                    break
                if text := _cleaned(run):
                    yield _Clause(text, rank, _flaws(pieces, first, last), last == len(pieces) - 1)


def _piece(text: str) -> _Piece:
    known = load_clause_words()
    bare = plain(_without_openers(text))
    told = known.has_verb(text)
    return _Piece(
        told=told,
        stands=told and not known.subordinate.match(bare),
        conditional=bool(known.conditional.match(bare)),
        introduces=text.rstrip().endswith(":"),
    )


def _flaws(pieces: Sequence[_Piece], first: int, last: int) -> float:
    """Return what speaks against the pieces *first* … *last* of a sentence standing by themselves."""
    stands = any(piece.stands for piece in pieces[first : last + 1])
    before, after = pieces[:first][-1:], pieces[last + 1 : last + 2]
    if not before and not after:
        return 0.0 if stands else 0.6
    flaws = 0.0 if stands else 1.5
    if before:
        flaws += (0.1 if before[0].introduces else 0.3) + 0.6 * (not pieces[first].told)
        flaws += 0.4 * (not before[0].told and not before[0].introduces)
    if after:
        # What goes on without a verb of its own belongs to the words before it: a list, a place, a time.
        flaws += (0.25 if after[0].told else 0.4) + 0.6 * (not pieces[last].told)
        # "…, and when they do" waits for what comes when they do.
        flaws += 0.4 * (last > first and pieces[last].told and not pieces[last].stands)
    return flaws + 2.5 * any(piece.conditional for piece in (*before, *after))


def _usable(clause: _Clause) -> bool:
    words = clause.text.split()
    return (
        _LEAST_WORDS <= len(words) <= MOST_WORDS
        and bool(content_words(clause.text))
        and (clause.ends or not load_clause_words().unfinished.search(plain(clause.text)))
    )


def _cleaned(clause: str) -> str:
    """Return *clause* without openers, surrounding marks and final stops; a quotation inside it stays whole."""
    text = _without_openers(_NOT_WORDS.sub("", " ".join(clause.split())).strip(_EDGES))
    while True:
        shorter = _NOT_WORDS.sub("", text.rstrip(_EDGES + _FINAL_MARKS))
        shorter = _without_closing(_DANGLING.sub("", shorter))
        if shorter == text:
            break
        text = shorter
    for start, end in _PAIRS:
        if text.count(start) > (text.count(end) if start != end else text.count(start) // 2 * 2):
            closes = clause.rstrip(" \t.,;:…!)]*_–—-").endswith(end)
            text = text + end if closes else text.replace(start, "")
        elif text.count(end) > text.count(start):
            text = text.replace(end, "")
    text = " ".join(text.lstrip("¡").split())
    return _sentence_case(text)


def _without_openers(text: str) -> str:
    """Return *text* without the empty words and the framing it begins with ("well, I think …")."""
    opener, framing = load_cues().opener, load_clause_words().framing
    while match := opener.match(fold(text)) or framing.match(plain(text)):
        if match.end() >= len(text) or not match.end():
            break
        text = text[match.end() :]
    return text


def _without_closing(text: str) -> str:
    """Return *text* without the empty words it ends with ("…, to be honest"), if something stands before them."""
    match = load_clause_words().closing.search(plain(text))
    return text[: match.start()] if match and match.start() else text


def _sentence_case(text: str) -> str:
    """Return *text* with a capital first; what is shouted throughout is said."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) >= 3 and sum(map(str.isupper, words)) > 0.7 * len(words):
        text = text.lower()
    start = 1 if text[:1] in '¿"“«(' else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def _shared_words(quotes: Sequence[str]) -> dict[str, float]:
    """Return content word → in how many of the quotes it stands, as a part of what the commonest does."""
    counts = Counter(word for quote in quotes for word in set(content_words(quote)))
    most = max(counts.values(), default=1)
    return {word: count / most for word, count in counts.items()}


def _worth(clause: _Clause, shared: dict[str, float], lane: Lane) -> float:
    """How well a clause names the theme: words the theme shares, the lane's own sign, whole, short, about the thing."""
    known, text = load_clause_words(), clause.text
    folded = plain(text)
    telling = content_words(text)
    about = sum(sorted((shared.get(word, 0) for word in set(telling)), reverse=True)[:3])
    worth = 0.5 * about + min(len(telling), 4) / 4 + 0.3 * _fit(text, lane)
    worth -= clause.flaws + 0.06 * clause.rank + 0.06 * max(0, len(text.split()) - _EASY_WORDS)
    worth -= 0.6 * bool(known.pointing.match(folded)) + 0.8 * bool(known.aside.match(folded))
    worth -= (0.8 if clause.flaws else 0.35) * bool(known.subordinate.match(folded))
    worth -= 0.6 * bool(_NAMED.search(text))
    worth -= 0.3 * bool(_STORY.match(folded)) + 0.5 * bool(_PARTICULARS.search(text))
    worth -= 0.2 * bool(known.moment.match(folded)) + 0.3 * bool(known.filler.search(folded))
    worth -= 0.8 * bool(_LABEL.match(text)) + 0.2 * (len(text.split()) <= _LEAST_WORDS)
    return worth - 0.8 * (text.endswith("?") and lane != "question") - 1.0 * (len(telling) < 2)


def _fit(text: str, lane: Lane) -> float:
    """Return whether *text* complains, praises or wishes as its *lane* does, −1 … 1."""
    words = tokens(text)
    good, bad, not_good, not_bad = load_polarity().count(words)
    match lane:
        case "pain_point":
            denied = 0.5 * any(word in load_polarity().negators for word in words)
            return max(-1.0, min(1.0, bad + not_good - good + denied))
        case "delight":
            return max(-1.0, min(1.0, good + not_bad - bad))
        case "need":
            return float(bool(load_clause_words().wish.search(plain(text))))
        case _:
            return 0.0


def _shortened(quote: str) -> str:
    """Return as much of *quote* as fits, cut where the rest only adds to it; else its first words and `…`."""
    text = _cleaned(quote)
    words = text.split()
    if not words:
        return " ".join(quote.split()) or "…"
    if len(words) <= MOST_WORDS:
        return text
    known = load_clause_words()
    for match in reversed(list(_ADDITION.finditer(text))):
        start = _cleaned(text[: match.start()])
        if (
            4 <= len(start.split()) <= MOST_WORDS
            and known.has_verb(start)
            and not known.unfinished.search(plain(start))
            and not known.subordinate.match(plain(start))
            and not _has_condition(text[match.start() :])
        ):
            return start
    kept = words[:MOST_WORDS]
    while len(kept) > _EASY_WORDS // 2 and known.unfinished.search(plain(" ".join(kept))):
        kept.pop()
    return " ".join(kept).rstrip(_FINAL_MARKS) + "…"


def _has_condition(text: str) -> bool:
    """Whether *text*, left out, would turn the sense of what stands before it ("… unless you pay")."""
    conditional, words = load_clause_words().conditional, plain(text).split()
    return any(conditional.match(" ".join(words[start:])) for start in range(len(words)))
