"""Which piece of evidence on a map is which labelled passage.

Evidence matches a passage of its own lane when both lie in the same document and share at least half of the shorter
one's characters.  Each is matched at most once; as many as can be are matched, and of all such matchings the one whose
pairs fit each other best, so the outcome does not depend on the order of anything.
"""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from journeyai.evaluation.bootstrap import Floats
from journeyai.evaluation.gold import COUNTED_ROLES, Gold, Passage, locate
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey


class Placed(Protocol):
    """Whatever stands at a half-open place in a document."""

    @property
    def document(self) -> DocumentKey:
        """What names the document."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a document."""

    document: DocumentKey
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A customer's words that stand on a card.

    Attributes:
        evidence: the quote and its labels.
        card: index of its card in `Comparison.cards`; of several cards of the lane, the first.
        lane: the card's lane.
    """

    evidence: Evidence
    card: int
    lane: str

    @property
    def document(self) -> DocumentKey:
        """What names its document."""
        return (self.evidence.source, self.evidence.record)

    @property
    def start(self) -> int:
        """First character."""
        return self.evidence.start

    @property
    def end(self) -> int:
        """One past the last."""
        return self.evidence.end


@dataclass(frozen=True, slots=True)
class Comparison:
    """A map laid over the gold labels of its sources.

    Attributes:
        journey: the map.
        gold: the labels.
        files: every file there is, sorted: what intervals are resampled from.
        cards: the map's cards, but for rejected ones.
        passages: customers' labelled passages of all lanes, found in the documents.
        found: customers' words on *cards*; of each lane, each once.
        pairs: what matches, at most once each, lane by lane.
    """

    journey: JourneyMap
    gold: Gold
    files: tuple[str, ...]
    cards: tuple[Card, ...]
    passages: tuple[Passage, ...]
    found: tuple[Found, ...]
    pairs: tuple[tuple[Passage, Found], ...]


def shared(first: Placed, second: Placed) -> int:
    """Return how many characters two places have in common."""
    if first.document != second.document:
        return 0
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def overlaps(first: Placed, second: Placed) -> bool:
    """Whether two places share at least half of the shorter one; an empty place shares nothing."""
    common = shared(first, second)
    return common > 0 and 2 * common >= min(first.end - first.start, second.end - second.start)


def match(known: Sequence[Placed], found: Sequence[Placed]) -> tuple[tuple[int, int], ...]:
    """Pair as many of *known* and *found* as overlap, each at most once; the best fitting of all such pairings.

    Fit is the share of the common characters in all of both (Jaccard).

    Returns:
        (index in *known*, index in *found*), in text order.
    """
    here: dict[DocumentKey, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, items in enumerate((known, found)):
        for index in sorted(range(len(items)), key=lambda number: _place(items[number])):
            here[items[index].document][side].append(index)
    pairs: list[tuple[int, int]] = []
    for rows, columns in here.values():
        edges = {
            (row, column): _fit(known[row], found[column])
            for row in rows
            for column in columns
            if overlaps(known[row], found[column])
        }
        for group in _groups(edges):
            pairs += _pair(group, edges)
    return tuple(sorted(pairs, key=lambda pair: _place(known[pair[0]])))


def _place(item: Placed) -> tuple[str, str, int, int]:
    source, record = item.document
    return (source, record or "", item.start, item.end)


def _fit(first: Placed, second: Placed) -> float:
    common = shared(first, second)
    return common / (first.end - first.start + second.end - second.start - common)


def _groups(edges: dict[tuple[int, int], float]) -> list[list[tuple[int, int]]]:
    """Return the edges in groups that have no end in common: a few each, so that pairing them is quick."""
    group_of: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for edge in edges:
        ends = (("row", edge[0]), ("column", edge[1]))
        joined = [edge]
        for old in {id(group): group for end in ends if (group := group_of.get(end))}.values():
            joined = old + joined
        for row, column in joined:
            group_of["row", row] = group_of["column", column] = joined
    return list({id(group): group for group in group_of.values()}.values())


def _pair(group: Sequence[tuple[int, int]], edges: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    if len(group) == 1:
        return list(group)
    rows = list(dict.fromkeys(row for row, _ in group))
    columns = list(dict.fromkeys(column for _, column in group))
    weights = np.zeros((len(rows), len(columns)))
    for row, column in group:
        # One more pair outweighs every gain in fit, which is at most 1 a pair.
        weights[rows.index(row), columns.index(column)] = len(group) + 1 + edges[row, column]
    return [(rows[row], columns[column]) for row, column in best_assignment(weights)]


def best_assignment(weights: Floats) -> list[tuple[int, int]]:
    """Return the (row, column) pairs, each row and column at most once, with the greatest sum of *weights*.

    The Hungarian method (Kuhn 1955) with shortest augmenting paths (Jonker and Volgenant 1987).

    Args:
        weights: rows × columns, none below 0; a pair of weight 0 is no pair.
    """
    if weights.shape[0] > weights.shape[1]:
        return sorted((row, column) for column, row in best_assignment(weights.T))
    rows, columns = weights.shape
    cost = np.zeros((rows + 1, columns + 1))
    cost[1:, 1:] = -weights
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    row_of = np.zeros(columns + 1, dtype=np.int64)  # number 0 stands for nobody
    for row in range(1, rows + 1):
        row_of[0], column = row, 0
        least, came_from = np.full(columns + 1, np.inf), np.zeros(columns + 1, dtype=np.int64)
        done = np.zeros(columns + 1, dtype=bool)
        while row_of[column]:
            done[column] = True
            slack = cost[row_of[column]] - row_price[row_of[column]] - column_price
            nearer = ~done & (slack < least)
            least[nearer], came_from[nearer] = slack[nearer], column
            following = int(np.where(done, np.inf, least)[1:].argmin()) + 1
            step = least[following]
            row_price[row_of[done]] += step
            column_price[done] -= step
            least[~done] -= step
            column = following
        while column:
            row_of[column] = row_of[came_from[column]]
            column = int(came_from[column])
    found = ((int(row_of[column]) - 1, column - 1) for column in range(1, columns + 1) if row_of[column])
    return sorted((row, column) for row, column in found if weights[row, column] > 0)


def compare(journey: JourneyMap, gold: Gold, documents: Sequence[Document]) -> Comparison:
    """Lay *journey* over *gold*.

    Args:
        journey: the map.
        gold: the labels of its sources.
        documents: the sources as they are read now.

    Raises:
        SourceError: a gold quote does not stand exactly once in *documents*.
    """
    passages = tuple(p for p in locate(gold, documents) if p.segment.role in COUNTED_ROLES)
    cards = tuple(card for card in journey.cards if card.status != "rejected")
    found = _found(journey, cards)
    pairs: list[tuple[Passage, Found]] = []
    for lane in sorted({passage.segment.lane for passage in passages}):
        known = [passage for passage in passages if passage.segment.lane == lane]
        made = [item for item in found if item.lane == lane]
        pairs += [(known[row], made[column]) for row, column in match(known, made)]
    files = {document.source for document in documents} | {item.source for item in journey.evidence}
    files |= {member.source for persona in gold.personas for member in persona.members}
    return Comparison(journey, gold, tuple(sorted(files)), cards, passages, found, tuple(pairs))


def _found(journey: JourneyMap, cards: Sequence[Card]) -> tuple[Found, ...]:
    found: dict[tuple[str, str], Found] = {}
    for index, card in enumerate(cards):
        for item in journey.quotes(card):
            if item.role in COUNTED_ROLES:
                found.setdefault((card.lane, item.id), Found(item, index, card.lane))
    return tuple(sorted(found.values(), key=lambda item: (*_place(item), item.lane, item.evidence.id)))


def missed(compared: Comparison, lanes: Container[str]) -> list[tuple[Passage, str | None]]:
    """Return labelled passages of *lanes* that were not matched, and the lane under which the map has their words."""
    matched = {id(passage) for passage, _ in compared.pairs}
    return [
        (passage, next((item.lane for item in compared.found if overlaps(passage, item)), None))
        for passage in compared.passages
        if passage.segment.lane in lanes and id(passage) not in matched
    ]


def made_up(compared: Comparison, lanes: Container[str]) -> list[tuple[Found, str | None]]:
    """Return what stands on cards of *lanes* and matches nothing, and the lane under which its words are labelled."""
    matched = {id(item) for _, item in compared.pairs}
    return [
        (item, next((p.segment.lane for p in compared.passages if overlaps(p, item)), None))
        for item in compared.found
        if item.lane in lanes and id(item) not in matched
    ]
