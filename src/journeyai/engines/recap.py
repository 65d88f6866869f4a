"""What an engine makes of one transcript: words of its own, and utterances it points at, never a quote."""

from dataclasses import dataclass

from journeyai.model.source import DocumentKey, Utterance
from journeyai.model.summary import Outcome, Promiser
from journeyai.model.vocabulary import Emotion


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Something that went badly, and the utterances that tell it."""

    title: str
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What one side said it would do, and the utterance in which it did."""

    who: Promiser
    what: str
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Recap:
    """A transcript in short.

    Attributes:
        document: which.
        issue: what it was about, at most 160 characters.
        what_happened: the story, in a few sentences, at most 600 characters.
        customer_goal: what the customer wanted, at most 160 characters.
        outcome: how it ended.
        emotion_start: the customer's, at the beginning.
        emotion_end: at the end.
        valence_path: how the customer felt from beginning to end, each −2 … 2.
        stages: ids of the frame's stages it touches, in the frame's order.
        pain_points: each with at least one utterance.
        promises: each in an utterance of who made it.
        key_quotes: the utterances that tell most, in order; at most five.
        dropped: what the engine gave that points nowhere, at somebody else's words, or at no stage of the frame.
    """

    document: DocumentKey
    issue: str
    what_happened: str
    customer_goal: str
    outcome: Outcome
    emotion_start: Emotion
    emotion_end: Emotion
    valence_path: tuple[float, ...]
    stages: tuple[str, ...]
    pain_points: tuple[PainPoint, ...]
    promises: tuple[Promise, ...]
    key_quotes: tuple[Utterance, ...]
    dropped: int = 0
