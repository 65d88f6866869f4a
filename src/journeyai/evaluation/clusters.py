"""How far groups agree with the known ones: themes with cards, personas with personas.

Every function is pure and takes two labels for each thing, *known* and *given*; it does not matter what the labels are
called or in which order the things come.  *weights* (`[..., things]`) say how often each thing counts; leading axes are
resamples, in which the groups are counted anew.  What nothing speaks for is not a number (NaN).
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from journeyai.evaluation.agreement import mean, ratio, tally
from journeyai.evaluation.bootstrap import Floats

#: An entropy, in nats, of rounding alone is none.
_NOTHING = 1e-12


def purity(known: Sequence[Hashable], given: Sequence[Hashable], weights: Floats | None = None) -> Floats:
    """Return the share of passages that are of their card's most frequent theme; above 0 … 1, 1 is best.

    Σ over cards of the largest count ÷ all (Zhao and Karypis 2001).  Cards of one passage are always pure: read it
    beside completeness.
    """
    table = tally(known, given, weights)
    return ratio(table.max(axis=-2, initial=0).sum(axis=-1), table.sum(axis=(-2, -1)))


def homogeneity(
    known: Sequence[Hashable], given: Sequence[Hashable], weights: Floats | None = None
) -> Floats:
    """Return 1 − H(theme | card) ÷ H(theme): 1 if each card holds one theme (Rosenberg and Hirschberg 2007).

    0 … 1; 1 where there is but one theme.
    """
    return _explained(tally(known, given, weights))


def completeness(
    known: Sequence[Hashable], given: Sequence[Hashable], weights: Floats | None = None
) -> Floats:
    """Return 1 − H(card | theme) ÷ H(card): 1 if each theme is on one card only; `homogeneity` the other way about."""
    return homogeneity(given, known, weights)


def v_measure(known: Sequence[Hashable], given: Sequence[Hashable], weights: Floats | None = None) -> Floats:
    """Return the harmonic mean of homogeneity and completeness; 0 … 1, the same if known and given change places."""
    one, two = homogeneity(known, given, weights), completeness(known, given, weights)
    return np.where(one + two == 0, 0.0, ratio(2 * one * two, one + two))


def _explained(table: Floats) -> Floats:
    """Return the share of the rows' entropy that the columns explain."""
    rows = _entropy(table.sum(axis=-1))
    left = _entropy(table.reshape(*table.shape[:-2], -1)) - _entropy(table.sum(axis=-2))
    share = np.where(rows > _NOTHING, 1 - left / np.maximum(rows, _NOTHING), 1.0)
    return np.where(table.sum(axis=(-2, -1)) > 0, np.clip(share, 0, 1), np.nan)


def _entropy(counts: Floats) -> Floats:
    """Return the entropy of *counts* over the last axis, in nats."""
    shares = np.nan_to_num(ratio(counts, counts.sum(axis=-1, keepdims=True)))
    out: Floats = -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=-1)
    return out


def carried_themes(table: Floats) -> NDArray[np.bool_]:
    """Tell of each theme whether a card carries it.

    A card carries a theme when it holds at least two of the theme's passages, at least half of all that were found
    of it, and more of it than of any other theme.  So a card carries one theme at most, and a card that mixes two in
    equal parts carries neither.  Passages without a theme have no vote.

    Args:
        table: `[..., theme, card]`, passages found.  A card's lane is its passages', as these are matched within lanes.
    """
    if not table.size:
        return np.zeros(table.shape[:-1], dtype=bool)
    ordered = np.sort(table, axis=-2)
    second = ordered[..., -2, :] if table.shape[-2] > 1 else np.zeros_like(ordered[..., -1, :])
    leads = (table > second[..., None, :]) & (table >= 2)
    has_half = 2 * table >= table.sum(axis=-1, keepdims=True)
    carried: NDArray[np.bool_] = (leads & has_half).any(axis=-1)
    return carried


def theme_recall(
    known: Sequence[Hashable],
    given: Sequence[Hashable],
    labelled: Sequence[Hashable],
    weights: Floats | None = None,
    labelled_weights: Floats | None = None,
) -> Floats:
    """Return the share of themes that a card carries (`carried_themes`); 0 … 1.

    Args:
        known: the theme of each passage that was found.
        given: its card.
        labelled: the theme of each labelled passage, found or not.  A theme with fewer than two takes no part.
        weights: of the passages found.
        labelled_weights: of the labelled ones.
    """
    themes = list(dict.fromkeys(labelled))
    carried = carried_themes(tally(known, given, weights, themes))
    passages = tally(labelled, [None] * len(labelled), labelled_weights, themes).sum(axis=-1)
    return mean(carried, passages >= 2)
