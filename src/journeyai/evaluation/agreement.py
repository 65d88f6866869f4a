"""How far labels and numbers agree with the known ones.

Every function is pure.  *weights* (`[..., things]`) say how often each thing counts; leading axes are resamples, which
are computed together.  A figure that nothing speaks for is not a number (NaN), never 0: a report says "none".
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from journeyai.evaluation.bootstrap import Floats
from journeyai.evaluation.matching import best_assignment

Known = TypeVar("Known", bound=Hashable)
Given = TypeVar("Given", bound=Hashable)

#: Valences nearer to 0 than this count as neither good nor bad: gold valences are whole, so this is rounding.
DEAD_ZONE: Final = 0.5

#: Through two points there is always a line.
_FEWEST_POINTS: Final = 3


class Agreement(NamedTuple):
    """Precision, recall and their harmonic mean; each 0 … 1, 1 is best, NaN where nothing was found or known."""

    precision: Floats
    recall: Floats
    f1: Floats


def ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Return *part* ÷ *whole*, element by element; NaN where *whole* is 0."""
    above, below = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below != 0)
    return out


def mean(values: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return Σ weight·value ÷ Σ weight over the last axis; NaN without weight.

    The mean of distances is the mean absolute error (MAE): 0 … the scale's width, 0 is best.
    """
    numbers = np.asarray(values, np.float64)
    heavy = np.ones(numbers.shape) if weights is None else np.asarray(weights, np.float64)
    return ratio((heavy * numbers).sum(axis=-1), heavy.sum(axis=-1))


def tally(
    known: Sequence[Hashable],
    given: Sequence[Hashable],
    weights: Floats | None = None,
    known_labels: Sequence[Hashable] = (),
    given_labels: Sequence[Hashable] = (),
) -> Floats:
    """Count how often each known label goes with each given one.

    Args:
        known: a label for each thing.
        given: another label for each thing.
        weights: `[..., things]`, how often each counts; None for once.
        known_labels: rows that come first, in this order, whether they occur or not; others follow as they appear.
        given_labels: columns, likewise.

    Returns:
        `[..., rows, columns]`.
    """
    rows = {label: index for index, label in enumerate(dict.fromkeys([*known_labels, *known]))}
    columns = {label: index for index, label in enumerate(dict.fromkeys([*given_labels, *given]))}
    heavy = np.ones(len(known)) if weights is None else weights
    out = np.zeros((*heavy.shape[:-1], len(rows) * len(columns)))
    cells = [rows[a] * len(columns) + columns[b] for a, b in zip(known, given, strict=True)]
    there = list(dict.fromkeys(cells))
    out[..., there] = heavy @ one_hot(cells, there)
    return out.reshape(*heavy.shape[:-1], len(rows), len(columns))


def one_hot(labels: Sequence[Hashable], columns: Sequence[Hashable]) -> Floats:
    """Return things × *columns*: 1 where the thing has that label."""
    place = {label: index for index, label in enumerate(columns)}
    out = np.zeros((len(labels), len(place)))
    for row, label in enumerate(labels):
        if label in place:
            out[row, place[label]] = 1
    return out


def precision_recall_f1(right: ArrayLike, known: ArrayLike, found: ArrayLike) -> Agreement:
    """Return right ÷ found, right ÷ known, and 2·right ÷ (known + found) (van Rijsbergen 1979).

    Args:
        right: how many were matched.
        known: how many there are.
        found: how many were found, rightly or not.
    """
    matched = np.asarray(right, np.float64)
    both = np.asarray(known, np.float64) + np.asarray(found, np.float64)
    return Agreement(ratio(matched, found), ratio(matched, known), ratio(2 * matched, both))


def accuracy(known: Sequence[Hashable], given: Sequence[Hashable], weights: Floats | None = None) -> Floats:
    """Return the share of things whose *given* label is the *known* one; 0 … 1."""
    return mean([a == b for a, b in zip(known, given, strict=True)], weights)


def macro_f1(known: Sequence[Hashable], given: Sequence[Hashable], weights: Floats | None = None) -> Floats:
    """Return the mean of each label's F1, over the labels that are known at least once; 0 … 1.

    Rare labels weigh as much as frequent ones (Sokolova and Lapalme 2009).  A label that is never the known one has
    no F1 of its own: giving it is a miss of the label that is.
    """
    labels = list(dict.fromkeys(known))
    one, two = one_hot(known, labels), one_hot(given, labels)
    heavy = np.ones(len(one)) if weights is None else weights
    there = heavy @ one
    each = np.nan_to_num(precision_recall_f1(heavy @ (one * two), there, heavy @ two).f1)
    return mean(each, there > 0)


def voted_accuracy(
    groups: Sequence[Known],
    given: Sequence[Given],
    truth: Mapping[Known, Given],
    order: Sequence[Given],
    weights: Floats | None = None,
) -> Floats:
    """Return the share of things that are right once all of a group take the group's most frequent label; 0 … 1.

    Args:
        groups: each thing's group.
        given: each thing's label.
        truth: group → its known label.
        order: of labels equally frequent the one that is first here wins.
        weights: how often each thing counts.
    """
    votes = tally(groups, given, weights, (), order)
    if not votes.size:
        return mean(votes.sum(axis=-1), votes.sum(axis=-1))
    columns = {label: index for index, label in enumerate(dict.fromkeys([*order, *given]))}
    right = [columns.get(truth[group], -1) if group in truth else -1 for group in dict.fromkeys(groups)]
    return mean(votes.argmax(axis=-1) == right, votes.sum(axis=-1))


def best_naming(known: Sequence[Known], given: Sequence[Given]) -> dict[Given, Known]:
    """Return given label → known label, one to one, so that as many things as can be agree.

    For stages of the user's own, which no labeller knew: accuracy under this naming is the clustering accuracy of
    Yang et al. (2010), 0 … 1, never below the accuracy by name.  A given label that is left over has no name.
    """
    counted = Counter(zip(known, given, strict=True))
    rows, columns = list(dict.fromkeys(known)), list(dict.fromkeys(given))
    table = np.array([[counted[row, column] for column in columns] for row in rows], np.float64)
    pairs = best_assignment(table) if counted else []
    return {columns[column]: rows[row] for row, column in pairs}


def majority(groups: Sequence[Known], labels: Sequence[Given], order: Sequence[Given]) -> dict[Known, Given]:
    """Return each group's most frequent label; of labels equally frequent the one that is first in *order*."""
    counted: dict[Known, Counter[Given]] = {}
    for group, label in zip(groups, labels, strict=True):
        counted.setdefault(group, Counter())[label] += 1
    place = {label: index for index, label in enumerate(order)}
    return {
        group: min(votes, key=lambda one: (-votes[one], place.get(one, len(place))))
        for group, votes in counted.items()
    }


def kendall_tau(first: Sequence[float], second: Sequence[float]) -> float:
    """Return how far two rankings of the same things agree: Kendall's τ-b, −1 (reversed) … 1 (the same).

    (concordant − discordant) ÷ √((pairs − ties in first)·(pairs − ties in second)) (Kendall 1945); NaN with fewer
    than two things, or if all are tied.
    """
    both = list(combinations(zip(first, second, strict=True), 2))
    ups = [(np.sign(a[0] - b[0]), np.sign(a[1] - b[1])) for a, b in both]
    agreed = sum(one * two for one, two in ups)
    untied = sum(one != 0 for one, _ in ups) * sum(two != 0 for _, two in ups)
    return float(agreed / untied**0.5) if untied else float("nan")


def pearson(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the correlation of two curves over the last axis, −1 … 1 (Pearson 1895).

    Points missing (NaN) in either are left out; NaN with fewer than three points, or if a curve is flat.
    """
    one, two = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    there = ~(np.isnan(one) | np.isnan(two))
    a, b = _centred(one, there), _centred(two, there)
    spread = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    # What is left of a flat curve is rounding.
    usable = (there.sum(axis=-1) >= _FEWEST_POINTS) & (spread > 1e-12)
    return np.clip(ratio((a * b).sum(axis=-1), np.where(usable, spread, 0)), -1, 1)


def _centred(values: Floats, there: NDArray[np.bool_]) -> Floats:
    filled = np.where(there, values, 0)
    middle = np.nan_to_num(mean(filled, there))
    out: Floats = np.where(there, filled - middle[..., None], 0)
    return out


def sign(values: ArrayLike, dead_zone: float = DEAD_ZONE) -> NDArray[np.int64]:
    """Return −1, 0 or 1 for each of *values*; 0 if it is nearer to 0 than *dead_zone*."""
    numbers = np.asarray(values, np.float64)
    return np.where(np.abs(numbers) < dead_zone, 0, np.sign(numbers)).astype(np.int64)


def count_injections(planted: Sequence[str], written: Sequence[str]) -> int:
    """Return how many of the *planted* phrases stand in any text *written* by us, case and blanks aside; best is 0.

    Args:
        planted: what an injected instruction asks to be said, one phrase each.
        written: titles, details, summaries: never quotes, which may say anything.
    """
    texts = [" ".join(text.casefold().split()) for text in written]
    wanted = [" ".join(phrase.casefold().split()) for phrase in planted]
    return sum(any(phrase in text for text in texts) for phrase in wanted if phrase)
