"""What the items of a run came to, counted from the ledger: outcomes, commonest pain points, worst feelings.

The ledger is read once, in input order; what is held in memory does not grow with the number of items.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from math import log
from typing import Final, Generic, TypeVar, get_args

import numpy as np

from journeyai.batch.ledger import Ledger
from journeyai.batch.run import Result
from journeyai.drafting.clustering import group
from journeyai.drafting.likeness import hashed, stems_of, unit
from journeyai.model.aliases import VectorSource
from journeyai.model.batch import MOST_COMPARED, PainCount, Totals, WorstItem
from journeyai.model.summary import Outcome, Summary

T = TypeVar("T")

#: Pain points, and items with the worst feelings, that are told.
MOST_TOLD: Final = 10
#: Failures that are told one by one.
MOST_FAILURES: Final = 20
#: How alike two titles must be to count as one, between 0 and 1; by eye on 391 public dialogues and a sample.
LEAST_ALIKE: Final = 0.36
#: Share of that likeness that comes from shared words; the rest from the sentence vectors.
_WORD_SHARE: Final = 0.4
_WORD_DIMENSIONS: Final = 512


def count(ledger: Ledger, result: Result, vectors: VectorSource | None) -> Totals:
    """Return the totals of a run.

    Args:
        ledger: which has the run's items.
        result: of the run.
        vectors: gives titles their vectors, so that the same pain in other words counts as one; None to count equal
            wordings only.
    """
    outcomes: Counter[Outcome] = Counter()
    languages: Counter[str] = Counter()
    worst: _Least[WorstItem] = _Least(MOST_TOLD)
    drawn: _Least[tuple[str, ...]] = _Least(MOST_COMPARED)
    items = 0
    for place, item in enumerate(ledger.items(result.run)):
        if item.is_failure:
            continue
        summary = Summary.model_validate_json(item.line)
        items += 1
        outcomes[summary.outcome] += 1
        languages[summary.language] += 1
        if summary.valence_path and (lowest := min(summary.valence_path)) < 0:
            worst.add(lowest, place, WorstItem(item.source, item.record, summary.emotion_end, lowest))
        if summary.pain_points:
            titles = tuple(pain.title for pain in summary.pain_points)
            drawn.add(_lot(item.source, item.record), place, titles)
    state = result.state
    return Totals(
        items=items,
        outcomes={outcome: outcomes[outcome] for outcome in get_args(Outcome)},
        pains=tuple(_pains(drawn.by_place(), vectors)),
        worst=tuple(worst.by_rank()),
        languages=dict(sorted(languages.items(), key=lambda one: (-one[1], one[0]))),
        usd=state.usd,
        tokens=state.tokens,
        seconds=state.seconds,
        failures=tuple(islice(ledger.failures(result.run), MOST_FAILURES)),
        failed=result.source_faults + result.model_faults,
        left_out=sum(1 for _ in ledger.left_out(result.run)),
    )


class _Least(Generic[T]):
    """The *most* things of the lowest rank, in no more memory than they take; the earlier of equals first."""

    def __init__(self, most: int) -> None:
        self._most = most
        # The heap's top is the worst of what is kept; places differ, so that things are never compared.
        self._heap: list[tuple[float, int, T]] = []

    def add(self, rank: float, place: int, thing: T) -> None:
        """Keep *thing* as long as no *most* others have a lower *rank*, or the same and an earlier *place*."""
        entry = (-rank, -place, thing)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        elif entry[:2] > self._heap[0][:2]:
            heapq.heapreplace(self._heap, entry)

    def by_rank(self) -> list[T]:
        """Return what is kept, lowest rank first."""
        return [thing for _, _, thing in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]

    def by_place(self) -> list[T]:
        """Return what is kept, earliest place first."""
        return [thing for _, _, thing in sorted(self._heap, key=lambda entry: -entry[1])]


def _lot(source: str, record: str | None) -> int:
    """Return the lot that an item draws: the same on every run, and nothing to do with what it says."""
    text = f"{source}\0{record or ''}".encode("utf-8", "surrogatepass")
    # 48 bits: a float holds them all.
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big")


def _pains(items: Sequence[Sequence[str]], vectors: VectorSource | None) -> Iterator[PainCount]:
    """Yield the commonest pain points of *items*, each given as its titles; an item counts once for each."""
    owners: dict[str, set[int]] = {}
    for number, titles in enumerate(items):
        for title in titles:
            owners.setdefault(title, set()).add(number)
    titles = sorted(owners, key=lambda title: (-len(owners[title]), title))
    groups: dict[int, list[str]] = {}
    for title, home in zip(titles, _groups(titles, vectors), strict=True):
        groups.setdefault(home, []).append(title)
    counted = [(len(set().union(*(owners[title] for title in some))), some[0]) for some in groups.values()]
    for number, title in heapq.nsmallest(MOST_TOLD, counted, key=lambda one: (-one[0], one[1])):
        yield PainCount(title, number, len(items))


def _groups(titles: Sequence[str], vectors: VectorSource | None) -> Sequence[int]:
    stems = [tuple(stems_of([title])) for title in titles]
    if vectors is None or not titles:
        first: dict[tuple[str, ...] | str, int] = {}
        return [
            first.setdefault(some or title, len(first)) for some, title in zip(stems, titles, strict=True)
        ]
    known = Counter(stem for some in stems for stem in some)
    weight = {stem: 1 + log(len(titles) / number) for stem, number in known.items()}
    words = hashed(stems, weight, _WORD_DIMENSIONS)
    rows = np.hstack([vectors(titles) * (1 - _WORD_SHARE) ** 0.5, words * np.float32(_WORD_SHARE**0.5)])
    return [int(home) for home in group(unit(rows), LEAST_ALIKE)]
