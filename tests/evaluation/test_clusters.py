from math import isnan, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.evaluation.agreement import tally
from journeyai.evaluation.clusters import (
    carried_themes,
    completeness,
    homogeneity,
    purity,
    theme_recall,
    v_measure,
)

labels = st.sampled_from("abcd")
pairs = st.lists(st.tuples(labels, labels), min_size=1, max_size=25)
FIGURES = (purity, homogeneity, completeness, v_measure)


def nats(*shares: float) -> float:
    return -sum(share * log(share) for share in shares)


@pytest.mark.parametrize(
    ("known", "given_", "pure"),
    [
        pytest.param("aabb", "xxyy", 1, id="the-same"),
        pytest.param("aabb", "wxyz", 1, id="each-alone"),
        pytest.param("aabb", "xxxx", 0.5, id="all-together"),
        pytest.param("aaabbc", "xxyyyy", 4 / 6, id="some"),
        pytest.param("", "", nan, id="nothing"),
    ],
)
def test_purity_by_hand(known: str, given_: str, pure: float) -> None:
    assert float(purity(known, given_)) == pytest.approx(pure, nan_ok=True)


# Theme a on x, x, y; theme b on y: H(theme) = H(3/4, 1/4); card y is half and half.
H_THEME = nats(3 / 4, 1 / 4)
H_CARD = nats(1 / 2, 1 / 2)
H_BOTH = nats(1 / 2, 1 / 4, 1 / 4)


@pytest.mark.parametrize(
    ("known", "given_", "h", "c"),
    [
        pytest.param("aabb", "xxyy", 1, 1, id="the-same"),
        pytest.param("aabb", "wxyz", 1, 0.5, id="each-alone"),
        pytest.param("aabb", "xxxx", 0, 1, id="all-together"),
        pytest.param("aabb", "xyxy", 0, 0, id="across"),
        pytest.param("aaaa", "xxyy", 1, 0, id="one-theme"),
        pytest.param(
            "aaab", "xxyy", 1 - (H_BOTH - H_CARD) / H_THEME, 1 - (H_BOTH - H_THEME) / H_CARD, id="some"
        ),
        pytest.param("a", "x", 1, 1, id="one-passage"),
        pytest.param("", "", nan, nan, id="nothing"),
    ],
)
def test_homogeneity_completeness_and_their_mean_by_hand(known: str, given_: str, h: float, c: float) -> None:
    assert float(homogeneity(known, given_)) == pytest.approx(h, nan_ok=True)
    assert float(completeness(known, given_)) == pytest.approx(c, nan_ok=True)
    v = 0 if h + c == 0 else 2 * h * c / (h + c)
    assert float(v_measure(known, given_)) == pytest.approx(v, nan_ok=True)


def test_the_figures_are_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(3)
    known, found = random.integers(0, 5, 60).tolist(), random.integers(0, 7, 60).tolist()
    assert float(v_measure(known, found)) == pytest.approx(metrics.v_measure_score(known, found))
    assert float(homogeneity(known, found)) == pytest.approx(metrics.homogeneity_score(known, found))


@given(pairs, st.randoms(use_true_random=False))
def test_groupings_keep_their_bounds_and_do_not_mind_order_or_names(
    pairs: list[tuple[str, str]], random: object
) -> None:
    known, found = zip(*pairs, strict=True)
    mixed = pairs[:]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    named = {"a": 7, "b": "b", "c": None, "d": (1,)}
    for figure in FIGURES:
        value = float(figure(known, found))
        assert 0 <= value <= 1
        assert float(figure(known, known)) == pytest.approx(1)
        assert value == pytest.approx(float(figure([a for a, _ in mixed], [named[b] for _, b in mixed])))
    assert float(v_measure(known, found)) == pytest.approx(float(v_measure(found, known)))


@given(pairs, st.data())
def test_a_weight_is_the_same_as_saying_it_so_often(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    said = [pair for pair, count in zip(pairs, times, strict=True) for _ in range(count)]
    known, found = [a for a, _ in pairs], [b for _, b in pairs]
    for figure in FIGURES:
        weighted = figure(known, found, np.array([times, [1] * len(pairs)], dtype=np.float64))
        assert weighted.shape == (2,)
        assert weighted.tolist() == pytest.approx(
            [float(figure([a for a, _ in said], [b for _, b in said])), float(figure(known, found))],
            nan_ok=True,
        )


@pytest.mark.parametrize(
    ("known", "given_", "carried"),
    [
        pytest.param("aabb", "xxyy", "ab", id="a-card-each"),
        pytest.param("aaaa", "xxyy", "a", id="just-half"),
        pytest.param("aaaaa", "xxyyz", "", id="less-than-half"),
        pytest.param("aa", "xy", "", id="one-passage-a-card"),
        pytest.param("aab", "xxx", "a", id="a-stranger-on-the-card"),
        pytest.param("aabb", "xxxx", "", id="two-in-equal-parts"),
        pytest.param("aaabb", "xxxxx", "a", id="one-card-carries-one-theme"),
        pytest.param("aaaabbb", "xxyyxxx", "ab", id="outnumbered-on-one-card-and-alone-on-the-other"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_a_card_carries_a_theme_with_half_of_it_two_of_it_and_more_of_it_than_of_others(
    known: str, given_: str, carried: str
) -> None:
    found = carried_themes(tally(known, given_))
    assert {theme for theme, yes in zip(dict.fromkeys(known), found, strict=True) if yes} == set(carried)


def test_theme_recall_counts_labelled_themes_found_or_not() -> None:
    # a is carried, b was found once, c never; d has one labelled passage and takes no part.
    assert float(theme_recall("aab", "xxy", "aaabbccd")) == pytest.approx(1 / 3)
    assert float(theme_recall("", "", "aa")) == 0
    assert isnan(theme_recall("", "", ""))


def test_theme_recall_of_a_resample_decides_anew() -> None:
    found, labelled = np.array([[1.0, 1, 1], [2, 0, 1]]), np.array([[1.0, 1, 1, 1], [2, 0, 1, 1]])
    # As it is, a is carried; with its first passage twice and without its second still; b is never.
    assert theme_recall("aab", "xxy", "aabb", found, labelled).tolist() == [0.5, 0.5]
    assert theme_recall("aab", "xxy", "aabb", found * 0, labelled * 0).tolist() == pytest.approx(
        [nan, nan], nan_ok=True
    )
