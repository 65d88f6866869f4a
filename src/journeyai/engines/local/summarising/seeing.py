"""What the engine sees in each utterance of one document, with what the words themselves tell weighed in.

The quick heads look at sentences of all sorts of material and are shy: what is told dryly in a support chat ("it still
says locked", "two of the shelves arrived cracked") they take for nothing.  Here it is known that somebody came for
help, and who speaks; that, and a few listed words, move the odds (chosen on
`evals/summaries/development.yaml`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.engine import Frame
from journeyai.engines.local.engine import LEAST_CONFIDENCE, NEGATIVE, POSITIVE, LocalEngine
from journeyai.engines.local.heads import softmax
from journeyai.engines.local.labels import Labels, Read
from journeyai.engines.local.summarising.cues import Marks
from journeyai.model.source import Document
from journeyai.model.vocabulary import Emotion, Lane

#: Added to the log odds of a pain point where somebody was asked for help, and for each sign of the words.
_IN_TALK: Final = 0.6
_PAIN_SIGNS: Final[Mapping[str, float]] = {
    "unsolved": 2.2,
    "trouble": 1.9,
    "bad": 0.9,
    "pleased": -1.5,
    "solved": -1.5,
    "thanks": -1.0,
    "good": -0.6,
    "wish": -0.8,
}
_DELIGHT_SIGNS: Final[Mapping[str, float]] = {
    "pleased": 2.0,
    "solved": 1.0,
    "good": 1.0,
    "unsolved": -2.0,
    "trouble": -1.6,
    "bad": -0.9,
}
#: Added to the log odds of both for each point of the feeling that the heads see.
_FELT: Final = 1.2
#: Emotions that a lane's sign allows.
_ALLOWED: Final[Mapping[Lane, frozenset[Emotion]]] = {"pain_point": NEGATIVE, "delight": POSITIVE}
#: From this on an emotion is believed in a passage that neither complains nor praises.
_SURE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Point:
    """What is seen in one utterance.

    Attributes:
        lane: what it does for a map; None if nothing.
        weight: how sure that is, 0 … 1.
        valence: −2 … 2.
        emotion: what is felt.
        stages: weights of the frame's stages, summing to 1.
    """

    lane: Lane | None
    weight: float
    valence: float
    emotion: Emotion
    stages: NDArray[np.float32]


def see(
    document: Document, engine: LocalEngine, frame: Frame, marks: Mapping[int, Marks], *, is_talk: bool
) -> dict[int, Point]:
    """Return utterance's number → what is seen there, for those that may be evidence at all.

    Args:
        document: read by itself, so that nothing else moves the last bits.
        engine: reads it.
        frame: whose stages are meant.
        marks: utterance's number → what its words tell.
        is_talk: whether somebody was asked for help in it.

    Raises:
        EngineError: the encoder cannot be asked.
    """
    found: dict[int, Point] = {}
    for read in engine.read([document], frame, _tell_nobody):
        labels = read.labels
        shares = _shares(read, marks, is_talk=is_talk)
        best, feelings = shares.argmax(axis=1), _emotions(labels)
        for row, item in enumerate(read.passages):
            lane, weight = labels.lanes[best[row]], round(float(shares[row, best[row]]), 4)
            known = None if lane == "none" or weight < LEAST_CONFIDENCE else cast("Lane", lane)
            found[item.utterance.number] = Point(
                lane=known,
                weight=weight if known else 0.0,
                valence=_valence(known, float(labels.valence[row])),
                emotion=feelings.get(known, feelings["question"])[row] if known else "neutral",
                stages=read.stages[row],
            )
    return found


def _shares(read: Read, marks: Mapping[int, Marks], *, is_talk: bool) -> NDArray[np.float32]:
    """Return the lanes' probabilities, moved for what is not staff's by its words and by the feeling the heads see."""
    labels = read.labels
    moved = np.zeros((len(read.passages), 2), np.float32)
    for row, item in enumerate(read.passages):
        if item.turn.role == "agent":
            continue
        strength = float(labels.valence[row])
        pain = _IN_TALK * is_talk - _FELT * min(0.0, strength)
        delight = _FELT * max(0.0, strength)
        # In one order always: sums of floats depend on it.
        for sign in sorted(marks[item.utterance.number].labels):
            pain += _PAIN_SIGNS.get(sign, 0.0)
            delight += _DELIGHT_SIGNS.get(sign, 0.0)
        moved[row] = pain, delight
    logs = np.log(labels.lane + 1e-9)
    logs[:, [labels.lanes.index("pain_point"), labels.lanes.index("delight")]] += moved
    return softmax(logs)


def _emotions(labels: Labels) -> dict[Lane | None, list[Emotion]]:
    """Return each passage's likeliest emotion if it complains, if it praises, and (as of a question) else."""
    names = cast("tuple[Emotion, ...]", labels.emotions)
    told: dict[Lane | None, list[Emotion]] = {}
    for lane, allowed in _ALLOWED.items():
        kept = np.where([name in allowed for name in names], labels.emotion, -1)
        told[lane] = [names[index] for index in kept.argmax(axis=1)]
    best, sure = labels.emotion.argmax(axis=1), labels.emotion.max(axis=1) >= _SURE
    told["question"] = [
        names[index] if is_sure else "neutral" for index, is_sure in zip(best, sure, strict=True)
    ]
    return told


def _valence(lane: Lane | None, strength: float) -> float:
    """Return the feeling: its sign from the lane, its strength from the head, as on a map; 0 where nothing is seen."""
    match lane:
        case None:
            return 0.0
        case "pain_point":
            return round(-min(2.0, max(0.6, 0.4 - strength)), 2)
        case "delight":
            return round(min(2.0, max(0.6, 0.4 + strength)), 2)
        case _:
            return round(max(-0.5, min(0.5, strength * 0.5)), 2)


def _tell_nobody(done: int, total: int) -> None:
    """Take no notice of how far the engine is."""
