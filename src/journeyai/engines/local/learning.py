"""A study's own corrections, as lessons: what a user did to cards teaches how passages like theirs are to be read.

Kernel logistic regression (Zhu and Hastie 2005) that starts from what the engine says by itself: the log shares of a
passage are moved by how wrong the engine was about the lessons, each times how alike the two passages are, until the
lessons fit as well as `STRENGTH` lets them.  Where no lesson is alike, everything stays as it is; a passage that is a
lesson itself follows it.  How much it helps is measured by `journeyai eval learning` and told in docs/settings.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.engine import Frame
from journeyai.engines.local.heads import softmax
from journeyai.engines.local.labels import Labels, Read
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import Lane

#: Lanes that a rejected card's words are not to be taken for again.
JUDGED: Final[frozenset[Lane]] = frozenset({"pain_point", "delight", "need"})
#: How much the lessons weigh beside what the engine says by itself: the most that one of them can move a log share.
STRENGTH: Final = 5.0
#: Cosines up to here teach nothing, of vectors in context and of sentences by themselves; both are taken from the
#: middle of the study's own, or all would be alike.
LEAST_IN_CONTEXT: Final = 0.2
LEAST_ALONE: Final = 0.0
#: Steps of the fit; further ones change nothing that counts.
_STEPS: Final = 300

#: What is left for "none" where a passage could have been nothing but what it is not.
_LEAST_SHARE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a user said of a passage by what they did to its card.

    Attributes:
        document: where the passage stands.
        utterances: its numbers.
        lane: what it is; None: neither pain point nor delight nor need.
        stage: id of the stage it is about; None if nothing was said of that.
    """

    document: DocumentKey
    utterances: tuple[int, ...]
    lane: Lane | None
    stage: str | None


def lessons_of(journey: JourneyMap, documents: Sequence[Document]) -> tuple[Lesson, ...]:
    """Return what the decisions on *journey* teach; of two lessons about one passage the earlier counts.

    Cards that were accepted or edited teach their lane and stage.  Rejected ones teach that their words are no pain
    point, delight or need, if that is what they were rejected as.  What stands no longer in *documents* is left out.
    """
    by_key = {document.key: document for document in documents}
    kept = [card for card in journey.cards if card.status in {"accepted", "edited"}]
    refused = [card for card in journey.cards if card.status == "rejected" and card.lane in JUDGED]
    # Of one passage's cards the judged lanes tell most: a contact that is named may be a complaint besides.
    kept.sort(key=lambda card: card.lane not in JUDGED)
    return tuple(
        Lesson(key, numbers, None if card.status == "rejected" else card.lane, _stage(card))
        for card in (*kept, *refused)
        for item in journey.quotes(card)
        if (key := (item.source, item.record)) in by_key and (numbers := _utterances(item, by_key[key]))
    )


def _stage(card: Card) -> str | None:
    return None if card.status == "rejected" else card.stage


def _utterances(item: Evidence, document: Document) -> tuple[int, ...]:
    """Return the utterances that the quote is of: those of which it holds half, or which hold half of it."""
    if document.text[item.start : item.end] != item.quote:
        return ()
    found = []
    for utterance in document.utterances:
        shared = min(item.end, utterance.end) - max(item.start, utterance.start)
        shorter = min(item.end - item.start, utterance.end - utterance.start)
        if shared > 0 and 2 * shared >= shorter:
            found.append(utterance.number)
    return tuple(found)


def taught(
    reads: Sequence[Read], lessons: Sequence[Lesson], frame: Frame, vectors: VectorSource
) -> Iterator[Read]:
    """Yield *reads* as they are after *lessons*.

    Args:
        reads: everything that was read: lessons speak of passages anywhere in it.
        lessons: of two about one passage the earlier counts; those about passages that were not read are left out.
        frame: for the stages' ids.
        vectors: gives sentences their vectors, where the reading gave none.
    """
    places = {
        (item.document.key, item.utterance.number): (number, row)
        for number, read in enumerate(reads)
        for row, item in enumerate(read.passages)
    }
    found: dict[tuple[int, int], Lesson] = {}
    for lesson in lessons:
        for utterance in lesson.utterances:
            if (place := places.get((lesson.document, utterance))) is not None:
                found.setdefault(place, lesson)
    ids = [stage.id for stage in frame.stages]
    if not found:
        yield from reads
        return
    directions = _directions(reads, vectors)
    least = LEAST_ALONE if reads[0].labels.vectors is None else LEAST_IN_CONTEXT
    lanes = _Course(directions, least, _lane_targets(reads, found))
    stages = _Course(directions, least, _stage_targets(reads, found, ids))
    for number, read in enumerate(reads):
        yield replace(
            read,
            labels=replace(read.labels, lane=lanes.moved(number, read.labels.lane)),
            stages=stages.moved(number, read.stages),
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """What the shares of a passage were, and what they should have been."""

    was: NDArray[np.float32]
    should_be: NDArray[np.float32]


def _lane_targets(
    reads: Sequence[Read], found: Mapping[tuple[int, int], Lesson]
) -> dict[tuple[int, int], _Target]:
    targets = {}
    for (number, row), lesson in found.items():
        labels: Labels = reads[number].labels
        was = labels.lane[row]
        if lesson.lane is None:
            should_be = np.where([lane in JUDGED for lane in labels.lanes], 0, was)
            should_be[labels.lanes.index("none")] += _LEAST_SHARE
            targets[number, row] = _Target(was, should_be / should_be.sum())
        elif lesson.lane in labels.lanes and was[labels.lanes.index(lesson.lane)] > 0:
            targets[number, row] = _Target(was, _all_on(labels.lanes.index(lesson.lane), len(was)))
    return targets


def _stage_targets(
    reads: Sequence[Read], found: Mapping[tuple[int, int], Lesson], ids: Sequence[str]
) -> dict[tuple[int, int], _Target]:
    # Also where the engine says the same: those hold their like in place (measured, docs/decisions/0013).
    return {
        (number, row): _Target(reads[number].stages[row], _all_on(ids.index(lesson.stage), len(ids)))
        for (number, row), lesson in found.items()
        if lesson.stage in ids
    }


def _all_on(place: int, width: int) -> NDArray[np.float32]:
    out = np.zeros(width, np.float32)
    out[place] = 1
    return out


class _Course:
    """Lessons about one question, as they bear on all passages."""

    def __init__(
        self, directions: Sequence[Vectors], least: float, targets: Mapping[tuple[int, int], _Target]
    ) -> None:
        """Fit the lessons.

        Args:
            directions: of each read's passages, of unit length.
            least: cosines up to here teach nothing.
            targets: (number of the read, row in it) → what was said of it and what should have been.
        """
        self._targets, self._directions, self._least = targets, directions, least
        # In the passages' order: the outcome must not depend on the order of cards.
        places = sorted(targets)
        if places:
            self._examples = np.stack([directions[number][row] for number, row in places])
            was = np.stack([targets[place].was for place in places])
            should_be = np.stack([targets[place].should_be for place in places])
            self._shares = _fit(self._likeness(self._examples), was, should_be)

    def moved(self, number: int, shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the *shares* (n × answers) of the passages of one read after the lessons."""
        if not self._targets:
            return shares
        likeness = self._likeness(self._directions[number])
        touched = likeness.any(axis=1)
        out = shares.copy()
        with np.errstate(divide="ignore"):
            # What can be ruled out for good (a complaint by staff) stays so: the log of nothing.
            logs = np.log(shares[touched])
        out[touched] = softmax(logs + likeness[touched] @ self._shares)
        for (where, row), target in self._targets.items():
            if where == number:
                out[row] = target.should_be
        return out

    def _likeness(self, some: Vectors) -> NDArray[np.float32]:
        """Return how alike *some* and the lessons are, 0 … 1."""
        out: NDArray[np.float32] = np.maximum(some @ self._examples.T - self._least, 0) / (1 - self._least)
        return out


def _fit(
    likeness: NDArray[np.float32], was: NDArray[np.float32], should_be: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return how far each lesson moves the log shares of a passage that is the very same, lessons × answers.

    Plain gradient descent, its step such that it cannot overshoot; nothing is drawn by lot.
    """
    start = np.log(was + _LEAST_SHARE)
    step = 1 / (1 / STRENGTH + likeness.sum(axis=1).max() / 2)
    out = np.zeros_like(was)
    for _ in range(_STEPS):
        out += step * (should_be - softmax(start + likeness @ out) - out / STRENGTH)
    return out


def _directions(reads: Sequence[Read], vectors: VectorSource) -> list[Vectors]:
    """Return where the passages of each read lie from the middle of all, each at length 1."""
    rows = [
        vectors([item.utterance.text for item in read.passages])
        if read.labels.vectors is None
        else read.labels.vectors
        for read in reads
    ]
    middle = sum(part.sum(axis=0, dtype=np.float64) for part in rows) / sum(map(len, rows))
    centred = [(part - middle).astype(np.float32) for part in rows]
    return [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) for part in centred]
