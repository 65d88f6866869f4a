"""How alike two points are: whether they tell of one cause.

Not by the sentence alone.  "It took three weeks" is about whatever was spoken of around it, so four things count: the
sentences around, the words shared (rare ones more), the part of the journey, and, if the engine read the point in its
context, where it lies among the others.  The weights come from a logistic regression that tells pairs of points of one
labelled theme from other pairs (`evals/likeness.py`, docs/decisions/0011), so the dot product of two points' rows is
the log odds that they belong together, less a constant.
"""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.drafting.clustering import Rows
from journeyai.drafting.grounding import Point
from journeyai.knowledge.stopwords import content_words
from journeyai.model.aliases import VectorSource

#: Dimensions that content words are hashed into.
_WORD_DIMENSIONS: Final = 512
#: Words are told apart by their first letters: a crude stem that serves English and Spanish alike.
_STEM_LETTERS: Final = 6
#: The point's own sentence weighs this much beside its neighbours, which weigh one over their distance.
OWN_WEIGHT: Final = 1.5
#: So many sentences on either side are looked at.
REACH: Final = 2
#: Points whose neighbours' vectors are held at a time.
_CHUNK: Final = 1000
#: Share of likeness of topic that comes from shared words; the rest from the sentence's vector.
TOPIC_WORD_SHARE: Final = 0.45


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of likeness counts, and how much is needed.

    Attributes:
        around: cosine of the means of the sentence vectors around.
        words: cosine of weighted content words.
        stage: dot product of the stages' weights.
        context: cosine of the engine's own vectors, less their mean; 0 without them.
        least: mean dot product from which two groups of points are one theme.
    """

    around: float
    words: float
    stage: float
    context: float
    least: float


#: For an engine that reads points in their context.
IN_CONTEXT: Final = Weights(around=2.9, words=3.6, stage=3.1, context=4.2, least=2.9)
#: For one that does not.
BY_SENTENCE: Final = Weights(around=5.2, words=3.9, stage=4.0, context=0.0, least=2.6)
#: For one that says in a few words what each point is about: these words alone are compared.  Set by hand to gather
#: sparingly: such an engine merges the rest itself.
BY_GIST: Final = Weights(around=5.2, words=3.9, stage=2.0, context=0.0, least=4.6)


def weights_for(points: Sequence[Point]) -> Weights:
    """Return the weights that fit what is known of *points*."""
    if all(point.observation.vector is not None for point in points):
        return IN_CONTEXT
    # One point that has none (its document wanted to give orders, say) must not change how all others are compared.
    return BY_GIST if any(point.observation.gist for point in points) else BY_SENTENCE


def said(point: Point) -> str:
    """Return what *point* is about in the engine's words, or else in its own."""
    return point.observation.gist or point.quote


def likeness_rows(points: Sequence[Point], vectors: VectorSource) -> Rows:
    """Return a row a point; the dot product of two says how alike they are (`Weights`).

    Args:
        points: of all lanes.
        vectors: sentences → unit rows.
    """
    weights = weights_for(points)
    stages = np.array([point.observation.stages for point in points], dtype=np.float32)
    blocks = [
        (weights.around, around(points, vectors)),
        (weights.words, word_rows(points)),
        (weights.stage, stages),
    ]
    if weights.context:
        read = np.stack(
            [point.observation.vector for point in points if point.observation.vector is not None]
        )
        blocks.append((weights.context, unit(read - read.mean(axis=0))))
    rows: Rows = np.hstack([block * np.float32(weight**0.5) for weight, block in blocks]).astype(np.float32)
    return rows


def topic_rows(points: Sequence[Point], vectors: VectorSource) -> Rows:
    """Return a unit row a point; the cosine of two says whether they are about the same thing, well or ill."""
    sentences = vectors([said(point) for point in points])
    return unit(
        np.hstack(
            [sentences * (1 - TOPIC_WORD_SHARE) ** 0.5, word_rows(points) * np.float32(TOPIC_WORD_SHARE**0.5)]
        )
    )


def around(points: Sequence[Point], vectors: VectorSource) -> Rows:
    """Return a unit row a point: the mean of the vectors of its sentence and those near it, ratings left out.

    Of a point with a gist, the gist's vector alone: it was written with all that stands around in view.
    """
    if not points:
        return np.zeros((0, 1), np.float32)
    return np.vstack(
        [_around(points[start : start + _CHUNK], vectors) for start in range(0, len(points), _CHUNK)]
    )


def _around(points: Sequence[Point], vectors: VectorSource) -> Rows:
    place: dict[str, int] = {}
    columns: list[list[int]] = []
    shares: list[list[float]] = []
    for point in points:
        columns.append([])
        shares.append([])
        own = point.observation.utterances
        if point.observation.gist:
            columns[-1].append(place.setdefault(point.observation.gist, len(place)))
            shares[-1].append(1.0)
            continue
        for utterance in point.document.utterances[max(0, own[0] - REACH) : own[-1] + REACH + 1]:
            distance = max(own[0] - utterance.number, utterance.number - own[-1], 0)
            if point.document.turn_of(utterance).measure is None or not distance:
                columns[-1].append(place.setdefault(utterance.text, len(place)))
                shares[-1].append(1 / distance if distance else OWN_WEIGHT)
    found = vectors(list(place))
    return unit(
        np.stack(
            [np.array(share, np.float32) @ found[some] for share, some in zip(shares, columns, strict=True)]
        )
    )


def word_rows(points: Sequence[Point]) -> Rows:
    """Return a unit row a point from its content words; rare ones tell more (smoothed inverse document frequency)."""
    stems = [stems_of([said(point)]) for point in points]
    counts = Counter(stem for found in stems for stem in found)
    weight = {stem: log((1 + len(stems)) / (1 + count)) + 1 for stem, count in counts.items()}
    return hashed(stems, weight, _WORD_DIMENSIONS)


def hashed(stems: Sequence[Sequence[str]], weight: Mapping[str, float], dimensions: int) -> Rows:
    """Return a unit row for each list of *stems*, by the signed hashing trick; what has no weight is left out."""
    rows = np.zeros((len(stems), dimensions), dtype=np.float32)
    for row, found in zip(rows, stems, strict=True):
        for stem in found:
            if stem in weight:
                code = zlib.crc32(stem.encode())
                row[code % dimensions] += weight[stem] * (1 if code & 0x10000 else -1)
    return unit(rows)


def unit(rows: NDArray[np.float32]) -> Rows:
    """Return *rows* scaled to length 1; empty ones stay so."""
    out: Rows = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return out


def stems_of(texts: Sequence[str]) -> list[str]:
    """Return the different stems of *texts*, in order: sums of their weights must not depend on a set's order."""
    return list(dict.fromkeys(word[:_STEM_LETTERS] for text in texts for word in content_words(text)))
