"""What the heads see besides the utterance: the sentences just before and after it, its place, and the rating given.

Exemplars have no document; for them all of it is nought (`nowhere`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.local.candidates import Candidate
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.model.source import Document, DocumentKey

_SIGNS: Final = (
    "first of its turn",
    "last of its turn",
    "after a word of the staff's",
    "after a question of the staff's",
    "in a short document",
    "first of its document",
    "last of its document",
    "rating",
    "rated well",
    "rated badly",
)
PLACE_WIDTH: Final = len(_SIGNS)

#: A document of at most so many utterances is short: a review, a survey's answer.
_SHORT: Final = 6


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around n passages.

    Attributes:
        around: n × d, mean of the vectors of the utterances just before and just after, whoever said them.
        place: n × `PLACE_WIDTH`; the rating is −1 … 1, all else 0 or 1.
    """

    around: Vectors
    place: NDArray[np.float32]


def nowhere(count: int, dimensions: int) -> Surroundings:
    """Return the surroundings of *count* sentences that stand in no document."""
    return Surroundings(np.zeros((count, dimensions), np.float32), np.zeros((count, PLACE_WIDTH), np.float32))


def read_surroundings(passages: Sequence[Candidate], vectors: VectorSource) -> tuple[Vectors, Surroundings]:
    """Return the *passages*' own vectors, n × d, and what stands around each.

    Args:
        passages: at least one.
        vectors: asked once, for all utterances of the passages' documents: an index has them all.
    """
    documents = {item.document.key: item.document for item in passages}
    start: dict[DocumentKey, int] = {}
    texts: list[str] = []
    for key, document in documents.items():
        start[key] = len(texts)
        texts += [utterance.text for utterance in document.utterances]
    known = vectors(texts)
    ratings = {key: rating(document) for key, document in documents.items()}
    own = [start[item.document.key] + item.utterance.number for item in passages]
    around = np.zeros((len(passages), known.shape[1]), np.float32)
    place = np.zeros((len(passages), PLACE_WIDTH), np.float32)
    for row, item in enumerate(passages):
        utterances, number = item.document.utterances, item.utterance.number
        near = [n for n in (number - 1, number + 1) if 0 <= n < len(utterances)]
        if near:
            around[row] = sum(known[own[row] - number + n] for n in near) / len(near)
        place[row] = _place(item, ratings[item.document.key])
    return known[own], Surroundings(around, place)


def rating(document: Document) -> float:
    """Return the valence of the document's own rating (−2 … 2), 0 if it has none."""
    return next((turn.measure.valence for turn in document.turns if turn.measure is not None), 0.0)


def _place(item: Candidate, rated: float) -> tuple[float, ...]:
    utterances, number = item.document.utterances, item.utterance.number
    before = utterances[number - 1] if number else None
    after = utterances[number + 1] if number + 1 < len(utterances) else None
    answers = before is not None and item.document.turn_of(before).role in {"researcher", "agent"}
    return (
        before is None or before.turn != item.utterance.turn,
        after is None or after.turn != item.utterance.turn,
        answers,
        answers and before is not None and "?" in before.text,
        len(utterances) <= _SHORT,
        before is None,
        after is None,
        rated / 2,
        rated > 0,
        rated < 0,
    )
