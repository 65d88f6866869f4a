from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.evaluation.agreement import (
    accuracy,
    best_naming,
    count_injections,
    kendall_tau,
    macro_f1,
    majority,
    mean,
    pearson,
    precision_recall_f1,
    ratio,
    sign,
    tally,
    voted_accuracy,
)

labels = st.sampled_from("abcd")
pairs = st.lists(st.tuples(labels, labels), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("right", "known", "found", "expected"),
    [
        pytest.param(6, 8, 12, (0.5, 0.75, 0.6), id="some"),
        pytest.param(3, 3, 3, (1, 1, 1), id="all"),
        pytest.param(0, 4, 2, (0, 0, 0), id="none-right"),
        pytest.param(0, 4, 0, (nan, 0, 0), id="none-found"),
        pytest.param(0, 0, 4, (0, nan, 0), id="none-known"),
        pytest.param(0, 0, 0, (nan, nan, nan), id="nothing"),
    ],
)
def test_precision_recall_and_f1_by_hand(
    right: int, known: int, found: int, expected: tuple[float, float, float]
) -> None:
    assert [float(x) for x in precision_recall_f1(right, known, found)] == pytest.approx(
        list(expected), nan_ok=True
    )


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_f1_lies_between_precision_and_recall(right: int, missed: int, wrong: int) -> None:
    precision, recall, f1 = precision_recall_f1(right, right + missed, right + wrong)
    turned = precision_recall_f1(right, right + wrong, right + missed)
    if right:
        assert min(precision, recall) - 1e-12 <= f1 <= max(precision, recall) + 1e-12
    assert np.array_equal(
        [turned.recall, turned.precision, turned.f1], [precision, recall, f1], equal_nan=True
    )


def test_a_ratio_to_nothing_is_not_a_number_and_no_warning() -> None:
    assert ratio([1, 0, 3], [2, 0, 0]).tolist() == pytest.approx([0.5, nan, nan], nan_ok=True)


def test_a_mean_weighs_resample_by_resample() -> None:
    weights = np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 2.0], [0.0, 0.0, 0.0]])
    assert mean([3, 1, 2], weights).tolist() == pytest.approx([2, 1.5, nan], nan_ok=True)
    assert float(mean([3, 1, 2])) == 2
    assert isnan(mean([]))


def test_a_tally_counts_pairs_and_knows_labels_that_do_not_occur() -> None:
    assert tally("aab", "xyx").tolist() == [[1, 1], [1, 0]]
    assert tally("aab", "xyx", None, "bca", "z").tolist() == [[0, 1, 0], [0, 0, 0], [0, 1, 1]]
    assert tally("ab", "xy", np.array([[2.0, 0.0], [1.0, 3.0]])).tolist() == [
        [[2, 0], [0, 0]],
        [[1, 0], [0, 3]],
    ]
    assert tally("", "").shape == (0, 0)
    assert tally("", "", np.ones((5, 0)), "ab", "x").tolist() == [[[0], [0]]] * 5


def test_accuracy_by_hand() -> None:
    assert float(accuracy("aabb", "abbb")) == 0.75
    assert accuracy("aabb", "abbb", np.array([[0.0, 1.0, 1.0, 0.0]])).tolist() == [0.5]
    assert isnan(accuracy("", ""))


def test_macro_f1_by_hand() -> None:
    # a: 2·2/(3+2) = 0.8; b: 2·1/(1+2) = 2/3; c, known once and never given: 0; z is never known.
    assert float(macro_f1("aaabc", "aabbz")) == pytest.approx((0.8 + 2 / 3 + 0) / 3)
    assert isnan(macro_f1("", ""))


def test_macro_f1_of_a_resample_leaves_out_labels_it_does_not_hold() -> None:
    # Only the three a: precision 1, recall 2/3.
    assert macro_f1(
        "aaabc", "aabbz", np.array([[1.0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])
    ).tolist() == pytest.approx([0.8, nan], nan_ok=True)


@given(pairs, st.randoms(use_true_random=False))
def test_label_figures_keep_their_bounds_and_do_not_mind_order(
    pairs: list[tuple[str, str]], random: object
) -> None:
    known, guessed = zip(*pairs, strict=True)
    mixed = pairs[:]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    mixed_known, mixed_guessed = zip(*mixed, strict=True)
    for figure in (accuracy, macro_f1):
        assert 0 <= figure(known, guessed) <= 1
        assert float(figure(known, guessed)) == pytest.approx(float(figure(mixed_known, mixed_guessed)))
        assert float(figure(known, known)) == 1


@given(pairs, st.data())
def test_a_weight_is_the_same_as_saying_it_so_often(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    said = [pair for pair, count in zip(pairs, times, strict=True) for _ in range(count)]
    known, guessed = [a for a, _ in pairs], [b for _, b in pairs]
    for figure in (accuracy, macro_f1):
        weighted = figure(known, guessed, np.array([times], dtype=np.float64))[0]
        assert float(weighted) == pytest.approx(
            float(figure([a for a, _ in said], [b for _, b in said])), nan_ok=True
        )


def test_the_best_naming_by_hand() -> None:
    known, guessed = "aaabbc", "xxyyyz"
    naming = best_naming(known, guessed)
    assert naming == {"x": "a", "y": "b", "z": "c"}
    assert float(accuracy(known, [naming[label] for label in guessed])) == pytest.approx(5 / 6)
    assert best_naming("aa", "xy") == {"x": "a"}
    assert best_naming("", "") == {}


@given(pairs)
def test_the_best_naming_is_never_worse_than_the_names(pairs: list[tuple[str, str]]) -> None:
    known, guessed = zip(*pairs, strict=True)
    naming = best_naming(known, guessed)
    assert len(set(naming.values())) == len(naming)
    assert (
        float(accuracy(known, [naming.get(label) for label in guessed]))
        >= float(accuracy(known, guessed)) - 1e-12
    )


def test_a_vote_takes_the_most_frequent_label_and_of_equals_the_first() -> None:
    assert majority("ttttuu", "xyyxzx", "zyx") == {"t": "y", "u": "z"}
    assert majority("t", "q", "") == {"t": "q"}


def test_accuracy_after_the_vote_by_hand() -> None:
    # t: two of three say buy, so all three are right; u: a tie, buy comes first, so both are wrong.
    groups, guessed = "tttuu", ["buy", "buy", "use", "use", "buy"]
    truth = {"t": "buy", "u": "use"}
    assert float(voted_accuracy(groups, guessed, truth, ["buy", "use"])) == 0.6
    # Without the second passage of t and the second of u: t ties, buy comes first; u is right.
    weights = np.array([[1.0, 0, 1, 1, 0], [0, 0, 0, 0, 0]])
    assert voted_accuracy(groups, guessed, truth, ["buy", "use"], weights).tolist() == pytest.approx(
        [1, nan], nan_ok=True
    )
    assert float(voted_accuracy("tt", "xx", {"t": "never given"}, "xy")) == 0
    assert float(voted_accuracy("tt", "xx", {}, "xy")) == 0
    assert isnan(voted_accuracy("", "", {}, "xy"))


@pytest.mark.parametrize(
    ("first", "second", "tau"),
    [
        pytest.param([1, 2, 3], [10, 20, 30], 1, id="the-same"),
        pytest.param([1, 2, 3], [3, 2, 1], -1, id="reversed"),
        pytest.param([1, 2, 3, 4], [1, 3, 2, 4], 4 / 6, id="neighbours-changed"),
        # 4 concordant, 1 discordant, 1 tied in the second: 3 / sqrt(6·5)
        pytest.param([1, 2, 3, 4], [1, 3, 2, 3], 3 / sqrt(30), id="a-tie"),
        pytest.param([1, 2], [5, 5], nan, id="all-tied"),
        pytest.param([1], [1], nan, id="one"),
        pytest.param([], [], nan, id="none"),
    ],
)
def test_kendalls_tau_by_hand(first: list[float], second: list[float], tau: float) -> None:
    assert kendall_tau(first, second) == pytest.approx(tau, nan_ok=True)
    assert kendall_tau(second, first) == pytest.approx(tau, nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "r"),
    [
        pytest.param([1, 2, 3], [2, 4, 6], 1, id="the-same-shape"),
        pytest.param([1, 2, 3], [3, 2, 1], -1, id="mirrored"),
        # deviations (−1, 0, 1) and (−1, 2, −1): 0 / …
        pytest.param([1, 2, 3], [0, 3, 0], 0, id="nothing-in-common"),
        # deviations (−1.5, −.5, .5, 1.5) and (−.75, .25, −.75, 1.25): 2.5 / sqrt(5 · 2.75)
        pytest.param([1, 2, 3, 4], [0, 1, 0, 2], 2.5 / sqrt(5 * 2.75), id="some"),
        pytest.param([1, nan, 2, 3, 9], [2, 7, 4, 6, nan], 1, id="missing-points"),
        pytest.param([1, 2], [1, 2], nan, id="two-points"),
        pytest.param([1, 2, 3], [0.1, 0.1, 0.1], nan, id="flat"),
    ],
)
def test_pearsons_r_by_hand(first: list[float], second: list[float], r: float) -> None:
    assert float(pearson(first, second)) == pytest.approx(r, nan_ok=True)
    assert float(pearson(second, first)) == pytest.approx(r, nan_ok=True)


curve = st.lists(st.floats(-2, 2), min_size=4, max_size=4)


@given(st.lists(st.tuples(curve, curve), min_size=1, max_size=4))
def test_curves_are_compared_one_by_one_within_bounds(curves: list[tuple[list[float], list[float]]]) -> None:
    ours, theirs = [a for a, _ in curves], [b for _, b in curves]
    together = pearson(ours, theirs)
    each = [float(pearson(a, b)) for a, b in curves]
    assert together.tolist() == pytest.approx(each, nan_ok=True)
    assert all(isnan(r) or -1 <= r <= 1 for r in each)


def test_a_valence_near_0_is_neither_good_nor_bad() -> None:
    assert sign([-2, -0.5, -0.49, 0, 0.3, 0.5, 1]).tolist() == [-1, -1, 0, 0, 0, 1, 1]
    assert sign([-0.1, 0, 0.1], dead_zone=0).tolist() == [-1, 0, 1]


def test_injections_are_counted_whatever_case_and_blanks() -> None:
    planted = ["Everything is PERFECT", "call 555", "buy now", " "]
    written = ["Customers say everything  is\nperfect", "Nothing else", "everything is perfect"]
    assert count_injections(planted, written) == 1
    assert count_injections(planted, []) == 0
