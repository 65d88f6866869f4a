"""How the customer felt, and which stages of the journey are spoken of."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

import numpy as np

from journeyai.engines.engine import Frame
from journeyai.engines.local.summarising.hearing import Heard, Passage
from journeyai.model.vocabulary import Emotion

#: Parts of the path.
MOST_PARTS: Final = 8
#: A stage is touched if it holds so much of what the customer says.
_LEAST_SHARE: Final = 0.2
#: What a pleased close adds, where the engine sees nothing in it: it is often too short to be a claim.
_PLEASED: Final = 1.0
#: Praise of no more words than this, right behind a complaint, is irony.
_SHORT: Final = 2


def emotions(heard: Heard) -> tuple[Emotion, Emotion]:
    """Return what the customer feels first and last; neutral where nothing is felt."""
    felt = [
        emotion
        for passage in heard.customer
        if (emotion := _emotion(passage, heard)) != "neutral" and not _is_irony(passage, heard)
    ]
    if not felt:
        return "neutral", "neutral"
    return felt[0], felt[-1]


def valence_path(heard: Heard) -> tuple[float, ...]:
    """Return the means of consecutive parts of equal length of what the customer says, each −2 … 2."""
    values = [_valence(passage, heard) for passage in heard.customer if _counts(passage, heard)]
    if not values:
        return (0.0,) if heard.customer else ()
    parts = min(MOST_PARTS, len(values))
    edges = [round(len(values) * part / parts) for part in range(parts + 1)]
    # Plus nought, so that nothing is told as −0.
    return tuple(round(fmean(values[start:end]), 2) + 0.0 for start, end in pairwise(edges))


def stages(passages: Sequence[Passage], frame: Frame) -> tuple[str, ...]:
    """Return the ids of the stages that hold a good part of what is said, in the frame's order."""
    told = [passage.point for passage in passages if passage.point is not None and passage.point.lane]
    if not told or not frame.stages:
        return ()
    sums = np.zeros(len(frame.stages))
    for point in told:
        sums += point.weight * point.stages
    shares = sums / max(float(sums.sum()), 1e-9)
    best = int(shares.argmax())
    return tuple(
        stage.id
        for index, stage in enumerate(frame.stages)
        if index == best or float(shares[index]) >= _LEAST_SHARE
    )


def is_pleased(passage: Passage, heard: Heard) -> bool:
    """Whether the engine sees nothing in the customer's words, and they please ("Perfect, thanks!")."""
    labels = passage.marks.labels
    return (
        (passage.point is None or passage.point.emotion == "neutral")
        and bool(labels & {"pleased", "solved"})
        and not labels & {"unsolved", "partial"}
        and not passage.marks.asks
        and (heard.is_talk or "solved" in labels)
    )


def _is_irony(passage: Passage, heard: Heard) -> bool:
    """Whether it is a word or two of praise right behind a complaint in one breath: "Great. Just great."."""
    if passage.valence <= 0 or len(passage.utterance.text.split()) > _SHORT:
        return False
    before = [
        other
        for other in heard.customer
        if other.utterance.turn == passage.utterance.turn and other.number < passage.number
    ]
    return any(other.lane == "pain_point" for other in before) and not any(
        "solved" in other.marks.labels for other in before
    )


def _emotion(passage: Passage, heard: Heard) -> Emotion:
    if is_pleased(passage, heard):
        return "relief" if "solved" in passage.marks.labels else "satisfaction"
    return "neutral" if passage.point is None else passage.point.emotion


def _valence(passage: Passage, heard: Heard) -> float:
    return _PLEASED if is_pleased(passage, heard) else passage.valence


def _counts(passage: Passage, heard: Heard) -> bool:
    """Whether it weighs in the path: what says something, or is felt."""
    return not passage.marks.says_nothing or _emotion(passage, heard) != "neutral"
