"""Whether a card would be there again: its quotes sought in re-runs of the engine."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from journeyai.drafting.grounding import Point, ground
from journeyai.engines.engine import Engine, Frame
from journeyai.model.aliases import Progress
from journeyai.model.journey import Card, Evidence
from journeyai.model.source import Document, DocumentKey

#: A re-run finds a card again when it finds a quote of so many of the speakers behind it.
LEAST_SPEAKERS: Final = 0.5

_Found = dict[tuple[DocumentKey, str], list[tuple[int, int]]]


def with_stability(
    cards: Sequence[Card],
    evidence: Sequence[Evidence],
    documents: Sequence[Document],
    frame: Frame,
    engine: Engine,
    runs: int,
    progress: Progress,
) -> tuple[Card, ...]:
    """Return *cards*, each with the share of *runs* re-runs of *engine* that find it again.

    Found again is a quote when a passage that overlaps it is put in the same lane; a card, when that holds for a quote
    of half of its speakers.  An engine that would say the same again gives every card 1.
    """
    again: list[_Found] = []
    by_key = {document.key: document for document in documents}
    for repeat in range(1, runs + 1):
        read = engine.observe_again(
            documents,
            frame,
            lambda done, total, before=repeat - 1: progress(before * total + done, runs * total),  # type: ignore[misc]
            repeat,
        )
        if read is None:
            return tuple(_marked(card, 1.0) for card in cards)
        again.append(_places(ground(read, by_key).points))
    by_id = {item.id: item for item in evidence}
    return tuple(_marked(card, sum(_found(card, by_id, run) for run in again) / len(again)) for card in cards)


def _marked(card: Card, share: float) -> Card:
    """Return *card* with its mark; what is counted or proposed, and not read out of a source, has none."""
    if card.lane in {"measure", "opportunity"}:
        return card
    return card.model_copy(update={"stability": round(share, 2)})


def _places(points: Sequence[Point]) -> _Found:
    found: _Found = defaultdict(list)
    for point in points:
        found[point.document.key, point.lane].append((point.start, point.end))
    return found


def _found(card: Card, by_id: dict[str, Evidence], run: _Found) -> bool:
    speakers: dict[tuple[str, str | None, str | None], bool] = {}
    for id_ in card.evidence:
        item = by_id[id_]
        speaker = (item.source, item.record, item.speaker)
        there = any(
            start < item.end and item.start < end
            for start, end in run.get(((item.source, item.record), card.lane), ())
        )
        speakers[speaker] = speakers.get(speaker, False) or there
    return bool(speakers) and sum(speakers.values()) >= LEAST_SPEAKERS * len(speakers)
