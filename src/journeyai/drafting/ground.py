"""The sources as changes need them: who is behind each quote, and how much of the material a map shows."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from journeyai.drafting.coverage import count_coverage
from journeyai.drafting.grounding import person_of, speaker_of, turn_at
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey
from journeyai.operations.ground import Ground, Remark

_NOBODY = Remark(None)


def ground_of(
    documents: Sequence[Document],
    journey: JourneyMap | None = None,
    *,
    found: Mapping[str, Evidence] | None = None,
    next_card: int = 1,
    next_evidence: int = 1,
    past_stages: Iterable[str] = (),
) -> Ground:
    """Return what changes may know of *documents*, near-duplicates marked.

    Args:
        documents: everything that was said.
        journey: the map to be changed: no number on it is given again.
        found: passages of a search, by the name they were shown under.
        next_card: least number of a new card.
        next_evidence: least number of new evidence.
        past_stages: ids that stages have had.
    """
    remarks = _Remarks({document.key: document for document in documents})
    speakers = {
        (document.source, name)
        for document in documents
        for turn in document.turns
        if turn.role == "customer" and (name := speaker_of(document, turn))
    }
    cards = [card.id for card in journey.cards] if journey else []
    quotes = [item.id for item in journey.evidence] if journey else []
    stages = {stage.id for stage in journey.stages} if journey else set()
    return Ground(
        remark=remarks.of,
        coverage=partial(count_coverage, documents),
        speakers=frozenset(speakers),
        found=dict(found or {}),
        next_card=max(next_card, _after(cards)),
        next_evidence=max(next_evidence, _after(quotes)),
        past_stages=frozenset(stages | set(past_stages)),
    )


class _Remarks:
    """What stands behind each quote, looked up once."""

    def __init__(self, documents: Mapping[DocumentKey, Document]) -> None:
        self._documents = documents
        self._known: dict[tuple[str, str | None, int, int], Remark] = {}

    def of(self, item: Evidence) -> Remark:
        """Return what stands behind *item*."""
        place = (item.source, item.record, item.start, item.end)
        if place not in self._known:
            self._known[place] = self._look_up(item)
        return self._known[place]

    def _look_up(self, item: Evidence) -> Remark:
        document = self._documents.get((item.source, item.record))
        turn = turn_at(document, item.start, item.end) if document else None
        if document is None or turn is None:
            return _NOBODY
        person = person_of(document, turn)
        speaker = speaker_of(document, turn) if person is not None else ""
        return Remark(
            person=person,
            is_story=turn.step is not None,
            rating=(turn.measure.kind, turn.measure.value) if turn.measure else None,
            member=(document.source, speaker) if speaker else None,
        )


def _after(ids: Iterable[str]) -> int:
    numbers = [int(id_[1:]) for id_ in ids if id_[1:].isascii() and id_[1:].isdecimal()]
    return 1 + max(numbers, default=0)
