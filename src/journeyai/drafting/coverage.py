"""What was left out: customers' words that reached no card, the most telling first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from journeyai.drafting.grounding import Point
from journeyai.model.journey import Coverage, Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey, Turn, Utterance
from journeyai.model.vocabulary import Lane
from journeyai.operations.figures import pointed_at

#: Where a point begins: its document, and its first character there.
PointPlace = tuple[DocumentKey, int]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an engine saw at one place.

    Attributes:
        lane: what it took the words for.
        weight: what that counts beside others, 0 … 1.
    """

    lane: Lane
    weight: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A passage of a customer that no card quotes.

    Attributes:
        source: the file.
        record: the row or ticket in it.
        start: first character in the document's canonical text.
        end: one past the last.
        text: the words.
        speaker: whose.
        lane: what the engine took it for; None if for nothing.
        weight: how telling it is, 0 … 1; what the passages are sorted by.
    """

    source: str
    record: str | None
    start: int
    end: int
    text: str
    speaker: str | None
    lane: Lane | None
    weight: float


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """How much was used, and what was not.

    Attributes:
        customer: number of customers' utterances.
        used: of those, quoted on the map.
        left_out: the rest, most telling first.
        unread: sources from which nothing stands on the map.
    """

    customer: int
    used: int
    left_out: tuple[LeftOut, ...]
    unread: tuple[str, ...]


def sightings(points: Iterable[Point]) -> dict[PointPlace, Sighting]:
    """Return what was seen where; of several points at one place the last."""
    return {(p.document.key, p.start): Sighting(p.lane, p.observation.weight) for p in points}


def find_left_out(
    journey: JourneyMap, documents: Sequence[Document], seen: Mapping[PointPlace, Sighting]
) -> CoverageReport:
    """Compare what customers said with what the map quotes.

    Args:
        journey: the map.
        documents: everything that was said.
        seen: what the engine observes in it, whether or not it reached the map.
    """
    customer = used = 0
    left: list[LeftOut] = []
    quotes = pointed_at(journey)
    for document, utterance, turn, quoted in _said(documents, quotes):
        customer += 1
        if quoted:
            used += 1
            continue
        sighting = seen.get((document.key, utterance.start))
        left.append(
            LeftOut(
                document.source,
                document.record,
                utterance.start,
                utterance.end,
                utterance.text,
                turn.speaker,
                sighting.lane if sighting else None,
                round(_weight(utterance.text, sighting), 4),
            )
        )
    left.sort(key=lambda item: (-item.weight, item.source, item.record or "", item.start))
    cited = {item.source for item in quotes}
    unread = tuple(sorted({document.source for document in documents} - cited))
    return CoverageReport(customer, used, tuple(left), unread)


def count_coverage(documents: Sequence[Document], evidence: Iterable[Evidence]) -> Coverage:
    """Count utterances: all, customers', and customers' that *evidence* quotes."""
    quoted = [quoted for *_, quoted in _said(documents, evidence)]
    total = sum(len(document.utterances) for document in documents)
    return Coverage(utterances=total, customer=len(quoted), used=sum(quoted))


def _said(
    documents: Sequence[Document], evidence: Iterable[Evidence]
) -> Iterator[tuple[Document, Utterance, Turn, bool]]:
    """Yield each thing a customer said, bare ratings aside, and whether *evidence* quotes it or a part of it."""
    spans: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    for item in evidence:
        spans.setdefault((item.source, item.record), []).append((item.start, item.end))
    for document in documents:
        quoted = spans.get(document.key, [])
        for utterance in document.utterances:
            turn = document.turn_of(utterance)
            if turn.role == "customer" and turn.measure is None:
                yield (
                    document,
                    utterance,
                    turn,
                    any(start < utterance.end and utterance.start < end for start, end in quoted),
                )


def _weight(text: str, sighting: Sighting | None) -> float:
    """How telling a passage is: what the engine saw in it weighs most, then how much it says."""
    fullness = min(len(text.split()), 30) / 30
    if sighting is None:
        return 0.4 * fullness
    return 0.5 + 0.4 * sighting.weight + 0.1 * fullness
