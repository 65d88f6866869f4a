"""What the local engine's two ways of reading say of passages, in one shape.

`QuickLabeller` looks at each sentence and the two beside it, with linear heads: thousands a second.
`ThoroughLabeller` lets the reader, a small encoder, read it among its neighbours: some two hundred a second, and
markedly better (docs/decisions/0010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.local.candidates import Candidate
from journeyai.engines.local.heads import Heads, softmax
from journeyai.engines.local.lanes import AGENT_LANES, lane_probabilities
from journeyai.engines.local.reader.reader import Reader
from journeyai.engines.local.surroundings import read_surroundings
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.model.source import Document
from journeyai.model.vocabulary import LIFECYCLE

#: What is added to the reader's log probability of a lane before the likeliest is taken: near the best, in steps of a
#: half, on two labelled corpora that an earlier reader had not been trained on (docs/decisions/0010).
READER_PRIORS: Final = {"pain_point": 0.3, "delight": 0.6, "need": 0.6}


@dataclass(frozen=True, slots=True)
class Labels:
    """What is thought of n passages.

    Attributes:
        lanes: names of the columns of `lane`.
        emotions: names of the columns of `emotion`.
        lane: n × lanes, probabilities.
        lifecycle: n × 7, probabilities of `LIFECYCLE`'s parts.
        valence: n, −2 … 2.
        emotion: n × emotions, probabilities.
        vectors: n rows, where each passage lies among others when it is read in its context; None if it was not.
    """

    lanes: tuple[str, ...]
    emotions: tuple[str, ...]
    lane: NDArray[np.float32]
    lifecycle: NDArray[np.float32]
    valence: NDArray[np.float32]
    emotion: NDArray[np.float32]
    vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class Read:
    """Passages of whole documents, with all that is thought of them.

    Attributes:
        passages: n candidates, in the documents' order.
        labels: of each.
        stages: n × the frame's stages, rows summing to 1.
    """

    passages: Sequence[Candidate]
    labels: Labels
    stages: NDArray[np.float32]


class Labeller(Protocol):
    """A way of reading."""

    def label(self, documents: Sequence[Document], passages: Sequence[Candidate]) -> Labels:
        """Label *passages*, which are the candidates of *documents* in order."""
        ...


class QuickLabeller:
    """Sentence by sentence, with a glance at the two beside it, by the linear heads."""

    def __init__(self, heads: Heads, vectors: VectorSource) -> None:
        self._heads, self._vectors = heads, vectors

    def label(self, documents: Sequence[Document], passages: Sequence[Candidate]) -> Labels:
        """Label *passages*, which carry their documents."""
        texts = [item.utterance.text for item in passages]
        own, near = read_surroundings(passages, self._vectors)
        logits = self._heads.logits(texts, [item.turn.role for item in passages], own, near)
        labels = self._heads.labels
        values = np.array([float(label) for label in labels["valence"]], np.float32)
        order = [labels["stage"].index(part) for part in LIFECYCLE]
        return Labels(
            lanes=labels["lane"],
            emotions=labels["emotion"],
            lane=lane_probabilities(passages, logits, self._heads),
            lifecycle=softmax(logits["stage"])[:, order],
            valence=_mean(softmax(logits["valence"]), values),
            emotion=softmax(logits["emotion"]),
            vectors=None,
        )


def _mean(shares: NDArray[np.float32], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each row's mean of *values*."""
    # Some builds of BLAS look past the end of a short row and warn of what they see there; the product is right.
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float32] = shares @ values
    return mean


class ThoroughLabeller:
    """Each sentence among its neighbours, by the reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def label(self, documents: Sequence[Document], passages: Sequence[Candidate]) -> Labels:
        """Label *passages* as they stand in *documents*."""
        reading = self._reader.read(documents)
        place = {document.key: number for number, document in enumerate(documents)}
        rows = [reading.place[place[item.document.key], item.utterance.number] for item in passages]
        labels = self._reader.labels
        log_shares = np.log(reading.lane[rows] + 1e-9)
        for lane, prior in READER_PRIORS.items():
            log_shares[:, labels["lane"].index(lane)] += prior
        barred = np.array([label not in AGENT_LANES for label in labels["lane"]])
        said_by_staff = np.array([item.turn.role == "agent" for item in passages], dtype=bool)
        log_shares[np.ix_(said_by_staff, barred)] = -np.inf
        order = [labels["stage"].index(part) for part in LIFECYCLE]
        return Labels(
            lanes=labels["lane"],
            emotions=labels["emotion"],
            lane=softmax(log_shares),
            lifecycle=reading.stage[rows][:, order],
            valence=reading.valence[rows],
            emotion=reading.emotion[rows],
            vectors=reading.vectors[rows],
        )
