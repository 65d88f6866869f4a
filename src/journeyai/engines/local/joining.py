"""One point told in two sentences is one observation: "I rang four times. Four times!"."""

from dataclasses import replace
from typing import Final

import numpy as np

from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane

#: Lanes in which people dwell on a point.
LANES: Final[frozenset[Lane]] = frozenset({"pain_point", "delight", "need"})
#: Least cosine of the two sentences' vectors in context; of neighbours in one lane in the labelled corpora, two in
#: three are one point (docs/decisions/0010).
LEAST_LIKENESS: Final = 0.5
#: A quote does not grow beyond this many words.
MOST_WORDS: Final = 45


def continues(first: Observation, second: Observation, document: Document) -> bool:
    """Whether *second* goes on with the point of *first*: the next sentence of the same turn, alike in its context."""
    if (first.document, first.lane) != (second.document, second.lane) or first.lane not in LANES:
        return False
    before, after = document.utterances[first.utterances[-1]], document.utterances[second.utterances[0]]
    if after.number != before.number + 1 or before.turn != after.turn:
        return False
    start = document.utterances[first.utterances[0]].start
    if len(document.text[start : after.end].split()) > MOST_WORDS:
        return False
    if first.vector is None or second.vector is None:
        return False
    lengths = float(np.linalg.norm(first.vector) * np.linalg.norm(second.vector))
    return float(first.vector @ second.vector) >= LEAST_LIKENESS * lengths


def joined(first: Observation, second: Observation) -> Observation:
    """Return both as one: feelings and stages in the middle, the rest from the one that is surer."""
    surer = first if first.weight >= second.weight else second
    vectors = [item.vector for item in (first, second) if item.vector is not None]
    return replace(
        surer,
        utterances=first.utterances + second.utterances,
        stages=tuple(round((a + b) / 2, 4) for a, b in zip(first.stages, second.stages, strict=True)),
        valence=round((first.valence + second.valence) / 2, 2),
        channel=first.channel or second.channel,
        vector=np.mean(vectors, axis=0) if vectors else None,
    )
