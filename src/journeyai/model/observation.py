"""What an engine says about utterances: labels, numbers and a few words of its own, never a quote."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from journeyai.model.source import DocumentKey
from journeyai.model.vocabulary import Channel, Emotion, Lane


@dataclass(frozen=True, slots=True)
class Observation:
    """One point that a customer (or an agent, about back stage) makes.

    Attributes:
        document: where it stands.
        utterances: numbers of one utterance, or of consecutive ones of the same turn.
        lane: what it does for the map.
        stages: weight of each of the frame's stages (in the frame's order, summing to 1): the part of the
            journey it is about. Themes vote with these.
        valence: −2 … +2.
        emotion: one of the closed set.
        channel: the channel of the thing told, if any.
        confidence: 0 … 1, that the lane is right; None if the engine does not say.
        emotion_confidence: 0 … 1, that the emotion is right.
        vector: where it lies among others when it is read in its context: observations of the same thing lie near
            each other (all of one engine have as many numbers, of any length); None if the engine does not say.
        gist: what is said, in a few words of the engine's own that fit everybody who says the same; empty if it has
            none.
    """

    document: DocumentKey
    utterances: tuple[int, ...]
    lane: Lane
    stages: tuple[float, ...]
    valence: float
    emotion: Emotion
    channel: Channel | None
    confidence: float | None
    emotion_confidence: float = field(default=0.0)
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    gist: str = field(default="")

    @property
    def weight(self) -> float:
        """What it counts beside others: its confidence, or 1 if the engine does not say."""
        return 1.0 if self.confidence is None else self.confidence
