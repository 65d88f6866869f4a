"""A study's own corrections, as lessons: what a user did to cards teaches how passages like theirs are to be read.

A lesson moves the log share of each lane by one step of kernel logistic regression (Zhu and Hastie 2005) from what
the engine says by itself: by how wrong it was about the lesson, times how alike the two passages are.  Where no
lesson is alike, everything stays as it is; a passage that is a lesson itself follows it.  How much it helps is measured
by `journeyai eval learning` and told in docs/settings.md.
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
#: How far one lesson moves the log shares of a passage that is the very same, if the reader was wholly wrong.
STRENGTH: Final = 1.0
#: Cosines up to here teach nothing: of vectors in context (spread over all directions), and of sentences by themselves
#: (unrelated ones have about .26).
FLOOR_IN_CONTEXT: Final = 0.3
FLOOR_ALONE: Final = 0.5

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
    lanes = _Course(reads, vectors, _lane_targets(reads, found))
    stages = _Course(reads, vectors, _stage_targets(reads, found, ids))
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
    """Return the stages of passages that the reader would have put elsewhere."""
    targets = {}
    for (number, row), lesson in found.items():
        was = reads[number].stages[row]
        if lesson.stage in ids and ids.index(lesson.stage) != int(was.argmax()):
            targets[number, row] = _Target(was, _all_on(ids.index(lesson.stage), len(ids)))
    return targets


def _all_on(place: int, width: int) -> NDArray[np.float32]:
    out = np.zeros(width, np.float32)
    out[place] = 1
    return out


class _Course:
    """Lessons about one question, as they bear on all passages."""

    def __init__(
        self, reads: Sequence[Read], vectors: VectorSource, targets: Mapping[tuple[int, int], _Target]
    ) -> None:
        self._reads, self._vectors, self._targets = reads, vectors, targets
        # In the passages' order: the sum must not depend on the order of cards.
        places = sorted(targets)
        self._errors = np.array(
            [targets[place].should_be - targets[place].was for place in places], np.float32
        )
        self._examples = [
            row
            for number in sorted({number for number, _ in places})
            for row in self._directions(number)[[row for where, row in places if where == number]]
        ]

    def moved(self, number: int, shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the *shares* (n × answers) of the passages of one read after the lessons."""
        if not self._targets:
            return shares
        floor = FLOOR_ALONE if self._reads[number].labels.vectors is None else FLOOR_IN_CONTEXT
        alike = self._directions(number) @ np.stack(self._examples).T
        push = STRENGTH * (np.maximum(alike - floor, 0) / (1 - floor)) @ self._errors
        touched = np.abs(push).sum(axis=1) > 0
        out = shares.copy()
        with np.errstate(divide="ignore"):
            # What can be ruled out for good (a complaint by staff) stays so: the log of nothing.
            logs = np.log(shares[touched])
        out[touched] = softmax(logs + push[touched])
        for (where, row), target in self._targets.items():
            if where == number:
                out[row] = target.should_be
        return out

    def _directions(self, number: int) -> Vectors:
        """Return the vectors of the passages of one read, each of unit length."""
        read = self._reads[number]
        rows = read.labels.vectors
        if rows is None:
            rows = self._vectors([item.utterance.text for item in read.passages])
        out: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return out
