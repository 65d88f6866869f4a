"""How good a ranking of passages is.  Pure functions of names; NaN where nothing is relevant."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from math import log2
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def recall_at(k: int, relevant: Collection[Hashable], ranked: Sequence[Hashable]) -> float:
    """Return the share of *relevant* among the first *k* of *ranked*; 0 … 1, NaN if nothing is relevant.

    |relevant ∩ first k| ÷ |relevant| (Manning, Raghavan and Schütze 2008, §8): with fewer than |relevant| places
    1 cannot be reached.

    Raises:
        ValueError: *k* is below 1.
    """
    _check(k)
    wanted = set(relevant)
    return len(wanted.intersection(ranked[:k])) / len(wanted) if wanted else float("nan")


def ndcg_at(k: int, gains: Mapping[Name, float], ranked: Sequence[Name]) -> float:
    """Return the discounted gain of the first *k* of *ranked* ÷ that of the best ranking there is; 0 … 1.

    Σ gain ÷ log₂(place + 1), places from 1 (Järvelin and Kekäläinen 2002).  What is named again gains nothing.

    Args:
        k: places that count.
        gains: how relevant each thing is, not below 0; what is not named gains 0.
        ranked: best first.

    Raises:
        ValueError: *k* is below 1.
    """
    _check(k)
    seen: set[Name] = set()
    got = []
    for thing in ranked[:k]:
        got.append(0.0 if thing in seen else gains.get(thing, 0.0))
        seen.add(thing)
    best = _discounted(sorted(gains.values(), reverse=True)[:k])
    return _discounted(got) / best if best > 0 else float("nan")


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))


def _check(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is at least 1, not {k}.")
