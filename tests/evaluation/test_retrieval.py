from math import isnan, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.evaluation.retrieval import ndcg_at, recall_at

names = st.integers(0, 9)


@pytest.mark.parametrize(
    ("k", "relevant", "ranked", "share"),
    [
        pytest.param(3, "ab", "axb", 1.0, id="all"),
        pytest.param(2, "ab", "axb", 0.5, id="one-came-late"),
        pytest.param(1, "ab", "ab", 0.5, id="fewer-places-than-wanted"),
        pytest.param(9, "ab", "xy", 0.0, id="none"),
        pytest.param(9, "ab", "", 0.0, id="nothing-ranked"),
        pytest.param(2, "ab", "aab", 0.5, id="named-twice-counts-once"),
    ],
)
def test_recall_is_the_share_found_in_the_first_places(
    k: int, relevant: str, ranked: str, share: float
) -> None:
    assert recall_at(k, relevant, ranked) == share


@pytest.mark.parametrize(
    ("k", "gains", "ranked", "value"),
    [
        pytest.param(3, {"a": 3, "b": 2, "c": 1}, "abc", 1.0, id="best"),
        # (1/1 + 3/log2(4)) / (3/1 + 1/log2(3))
        pytest.param(3, {"a": 3, "c": 1}, "cxa", 2.5 / (3 + 1 / log2(3)), id="worst-first"),
        pytest.param(1, {"a": 3, "c": 1}, "ca", 1 / 3, id="one-place"),
        pytest.param(5, {"a": 1}, "xa", 1 / log2(3), id="second"),
        pytest.param(5, {"a": 1}, "aaa", 1.0, id="named-again-gains-nothing"),
        pytest.param(5, {"a": 1}, "xyz", 0.0, id="none"),
    ],
)
def test_ndcg_by_hand(k: int, gains: dict[str, float], ranked: str, value: float) -> None:
    assert ndcg_at(k, gains, ranked) == pytest.approx(value)


def test_without_anything_relevant_there_is_no_figure() -> None:
    assert isnan(recall_at(3, "", "ab"))
    assert isnan(ndcg_at(3, {}, "ab"))
    assert isnan(ndcg_at(3, {"a": 0.0}, "ab"))


@pytest.mark.parametrize("k", [0, -1])
def test_there_is_at_least_one_place(k: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        recall_at(k, "a", "a")
    with pytest.raises(ValueError, match="at least 1"):
        ndcg_at(k, {"a": 1.0}, "a")


@given(st.integers(1, 9), st.dictionaries(names, st.floats(0.1, 5), min_size=1), st.lists(names, unique=True))
def test_rankings_are_between_0_and_1_and_more_places_never_lower_recall(
    k: int, gains: dict[int, float], ranked: list[int]
) -> None:
    assert 0 <= ndcg_at(k, gains, ranked) <= 1 + 1e-9
    assert 0 <= recall_at(k, gains, ranked) <= recall_at(k + 1, gains, ranked) <= 1
    best = sorted(gains, key=lambda name: -gains[name])
    assert ndcg_at(k, gains, best) == pytest.approx(1)
