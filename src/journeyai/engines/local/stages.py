"""From what the stage head says of one sentence to the stages of this map.

A sentence alone rarely shows its stage; its document does, and a story told in numbered steps goes forward only.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.engine import Frame
from journeyai.engines.local.candidates import Candidate
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.model.source import Turn

#: How much of a sentence's stage comes from the sentences around it in the same document.
CONTEXT_SHARE: Final = 0.35
#: How many sentences away half of that influence is gone.
CONTEXT_REACH: Final = 2.0
#: Steepness of the similarity between a sentence and a stage's own words (multilingual USE: unrelated about .26).
WORDS_STEEPNESS: Final = 8.0


class StageSorter:
    """Sorts sentences into the frame's stages."""

    def __init__(self, frame: Frame, vectors: VectorSource) -> None:
        self._mapping = np.array([stage.lifecycle for stage in frame.stages], dtype=np.float32).T
        self._by_words = np.array([not any(stage.lifecycle) for stage in frame.stages])
        self._vectors = vectors
        self._words: Vectors | None = None
        if self._by_words.any():
            self._words = vectors([f"{stage.name}. {stage.description}" for stage in frame.stages])
        self._ids = [stage.id for stage in frame.stages]

    def weights(
        self, passages: Sequence[Candidate], lifecycle: NDArray[np.float32], *, in_context: bool
    ) -> NDArray[np.float32]:
        """Return each passage's weights over the frame's stages, n × stages, rows summing to 1.

        Args:
            passages: in the documents' order.
            lifecycle: n × 7 probabilities of `LIFECYCLE`'s parts.
            in_context: whether those were told from the sentences around each passage, too.
        """
        weights: NDArray[np.float32] = lifecycle @ self._mapping
        if self._words is not None:
            alike = np.exp(
                WORDS_STEEPNESS * (self._vectors([item.utterance.text for item in passages]) @ self._words.T)
            )
            alike /= alike.sum(axis=1, keepdims=True)
            # The user's own stages are told apart by their words; where some stages are known to the head, both speak.
            weights = alike if self._by_words.all() else weights + alike
        weights = (weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32)
        for part in _runs([item.document.key for item in passages]):
            turns = [item.turn for item in passages[part]]
            if any(turn.step is not None for turn in turns):
                weights[part] = self._story(turns, weights[part])
            elif not in_context or self._words is not None:
                weights[part] = _with_context(weights[part])
        return weights

    def _story(self, turns: Sequence[Turn], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Place the steps of a told story so that the journey never runs backwards.

        The best non-decreasing path through the stages (dynamic programming over log weights); a step whose own
        stage is in the frame (`step-7`) stands there.
        """
        steps = [turn.step or 0 for turn in turns]
        own = [self._ids.index(f"step-{step}") if f"step-{step}" in self._ids else None for step in steps]
        out = np.zeros_like(weights)
        if all(index is not None for index in own):
            out[np.arange(len(own)), [index for index in own if index is not None]] = 1
            return out
        logs = np.log(weights + 1e-6)
        best = np.full(logs.shape, -np.inf)
        came = np.zeros(logs.shape, dtype=int)
        best[0] = logs[0]
        for row in range(1, len(logs)):
            reach = np.maximum.accumulate(best[row - 1])
            came[row] = [int(best[row - 1][: stage + 1].argmax()) for stage in range(logs.shape[1])]
            # Sentences of one step share its stage: only a new step may move on.
            if steps[row] == steps[row - 1]:
                reach, came[row] = best[row - 1], np.arange(logs.shape[1])
            best[row] = reach + logs[row]
        stage = int(best[-1].argmax())
        for row in range(len(logs) - 1, -1, -1):
            out[row, stage] = 1
            stage = int(came[row, stage])
        return out


def _runs(keys: Sequence[object]) -> list[slice]:
    """Return slices of equal neighbours."""
    edges = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
    return [slice(a, b) for a, b in pairwise(edges) if b > a]


def _with_context(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix each row with those around it, the nearer the more; O(n) by two decaying sums."""
    if len(weights) < 2:
        return weights
    decay = 0.5 ** (1 / CONTEXT_REACH)
    before, after = np.zeros_like(weights), np.zeros_like(weights)
    for row in range(1, len(weights)):
        before[row] = decay * (before[row - 1] + weights[row - 1])
        after[-row - 1] = decay * (after[-row] + weights[-row])
    around = before + after
    around /= np.maximum(around.sum(axis=1, keepdims=True), 1e-9)
    out: NDArray[np.float32] = (1 - CONTEXT_SHARE) * weights + CONTEXT_SHARE * around
    return out
