"""What kind of change a request asks for, by nearness to known requests, where no grammar reads it.

Known requests stand in `knowledge/taxonomy/known_requests.yaml` with what they name masked.  Two are near when they
mean nearly the same (their vectors) and when the same words of the grammar stand in them (`features`).  What comes of
it is never sure.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import log
from typing import Any, Final

import numpy as np

from journeyai.engines.local.proposing.clauses import asks_by_accent
from journeyai.engines.local.proposing.completing import completed
from journeyai.engines.local.proposing.items import State
from journeyai.engines.local.proposing.lexicon import lexicon
from journeyai.engines.local.proposing.mentions import masked
from journeyai.engines.local.proposing.turns import groups
from journeyai.engines.local.proposing.vetoes import is_against
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.aliases import Vectors
from journeyai.model.changes import CHANGE_KINDS, Change

#: Beside the kinds of change: what asks for none, and what asks for several of different kinds.
NONE: Final = "none"
SEVERAL: Final = "several"
CLASSES: Final = (*CHANGE_KINDS, NONE, SEVERAL)

#: Least support that a kind needs, and by how much it must be above what is next; 0 … 1, about a share of votes.
#: Chosen on the known requests, each author left out in turn (docs/decisions/0016).
LEAST: Final = 0.25
#: The same where the grammar sees no request at all: people also remark on cards.
LEAST_OF_REMARKS: Final = 0.4
AHEAD: Final = 0.1
#: How far a known request's own label may be given up for its neighbours' (ridge).
_RIDGE: Final = 1.0
_STEM_LETTERS: Final = 5
#: A word by itself tells less than a word that the grammar knows.
_PLAIN: Final = 0.6
#: How what is masked is said to the encoder.
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"card": "the card", "stage": "the stage", "persona": "the persona", "evidence": "quote e1",
           "speaker": "Anna", "lane": "pain point", "emotion": "sadness", "grade": "2", "quote": '"something"'},
    "es": {"card": "la tarjeta", "stage": "la etapa", "persona": "la persona", "evidence": "la cita e1",
           "speaker": "Ana", "lane": "punto de dolor", "emotion": "tristeza", "grade": "2", "quote": "«algo»"},
}  # fmt: skip

Encode = Callable[[Sequence[str]], Vectors]
#: A known request: its class, its language, its masked words.
Known = tuple[str, str, tuple[str, ...]]


class Nearness:
    """Known requests, weighed so that what is near to them can be told."""

    def __init__(self, known: Sequence[Known], encode: Encode) -> None:
        self._encode = encode
        told = [features(words) for _, _, words in known]
        count = Counter(feature for one in told for feature in one)
        self._weights = {feature: log(1 + len(told) / n) for feature, n in sorted(count.items())}
        self._places = {feature: place for place, feature in enumerate(self._weights)}
        self._rows = self._joined(told, [spoken(words, code) for _, code, words in known])
        votes = np.array([[float(one == kind) for kind in CLASSES] for one, _, _ in known])
        near = self._rows @ self._rows.T
        self._votes = np.linalg.solve(near + _RIDGE * np.eye(len(known)), votes)

    def support(self, words: Sequence[str], language: str) -> dict[str, float]:
        """Return for each class how much the known requests near to these masked words speak for it, about 0 … 1."""
        row = self._joined([features(words)], [spoken(words, language)])
        found = (row @ self._rows.T) @ self._votes
        return dict(zip(CLASSES, map(float, found[0]), strict=True))

    def _joined(self, told: Sequence[frozenset[str]], texts: Sequence[str]) -> Any:
        marks = np.zeros((len(told), len(self._places)))
        for row, one in enumerate(told):
            for feature in one & self._places.keys():
                marks[row, self._places[feature]] = self._weights[feature] * (
                    _PLAIN if feature.isalnum() else 1
                )
        marks /= np.maximum(np.linalg.norm(marks, axis=1, keepdims=True), 1e-9)
        return np.hstack([marks, np.asarray(self._encode(texts), dtype=np.float64)])


def features(words: Sequence[str]) -> frozenset[str]:
    """Return what stands in masked words: what is named, what the grammar knows, the stems of the rest."""
    row, words_known = list(words), lexicon()
    found = set()
    for at, word in enumerate(row):
        if sort := _slot(word):
            found.add(f"<{sort}>")
            continue
        if verb := words_known.verbs.find(row, at):
            found.add(f"@{verb[0].action}")
        if noun := words_known.nouns.find(row, at):
            found.add(f"#{noun[0]}")
        if words_known.negations.find(row, at):
            found.add("!not")
        found |= {f"%{name}" for way, name in _ways().get(word, ()) if tuple(row[at : at + len(way)]) == way}
        if word[:1].isalnum():
            found.add(word[:_STEM_LETTERS])
        elif word in ("?", "¿"):
            found.add("?")
    return frozenset(found)


@cache
def _ways() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return the phrases of turns with their groups, by their first word."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, ways in groups().items():
        for way in ways:
            found.setdefault(way[0], []).append((way, name))
    return {word: tuple(ways) for word, ways in found.items()}


def spoken(words: Sequence[str], language: str) -> str:
    """Return masked words as somebody would say them."""
    return " ".join(_SAID[language].get(_slot(word), word) for word in words)


def _slot(word: str) -> str:
    """Return the sort of what is masked as *word*; empty for a word of the request's own."""
    return word[1:-1].removesuffix("s") if word[:1] == "<" and len(word) > 1 else ""


def known_requests() -> tuple[Known, ...]:
    """Return the known requests that ship.

    Raises:
        ResourceError: the file is missing.
    """
    told = read_taxonomy("known_requests")
    return tuple(
        (kind, language, tuple(text.split()))
        for kind, of_language in told.items()
        for language, texts in of_language.items()
        for text in texts
    )


@cache
def known_nearness() -> Nearness:
    """Return the nearness to the known requests that ship, made once a process; it takes about a second."""
    from journeyai.retrieval.encoders import make_encoder
    from journeyai.settings import SearchSettings

    return Nearness(known_requests(), make_encoder(SearchSettings()).encode)


def guessed(state: State, nearness: Callable[[], Nearness], least: float = LEAST) -> Change | None:
    """Return the change that the request is likely to ask for.

    Args:
        state: of the request.
        nearness: to known requests; asked only where what is named could make a change at all.
        least: support that a kind needs.

    Returns:
        None where no kind is clearly the nearest of those that what is named makes whole, or nothing is asked for.
    """
    said = masked(state)
    if _asks(said.words) or asks_by_accent(said.filler.clause.tokens, state):
        return None
    whole = {kind: change for kind in CHANGE_KINDS if (change := completed(kind, said, state)) is not None}
    if not whole:
        return None
    support = nearness().support(said.words, said.language)
    ranked = sorted((*whole, NONE, SEVERAL), key=lambda one: -support[one])
    first, second = ranked[:2]
    if first not in whole or support[first] < least or support[first] - support[second] < AHEAD:
        return None
    return None if is_against(said, whole[first]) else whole[first]


def _asks(words: Sequence[str]) -> bool:
    """Whether a question is asked: nothing but an answer must come of it, whatever it names."""
    row = list(words)
    begins = [at for at in range(len(row)) if at == 0 or not row[at - 1][:1].isalnum()]
    return "?" in row or "¿" in row or any(lexicon().questions.find(row, at) for at in begins)
