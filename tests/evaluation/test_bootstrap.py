from collections.abc import Mapping
from math import inf, nan

import numpy as np
import pytest

from journeyai.evaluation.agreement import mean
from journeyai.evaluation.bootstrap import Estimate, Floats, estimate, interval, resample, share_out


def test_a_resample_draws_as_many_files_as_there_are() -> None:
    weights = resample(7, 40, seed=1)
    assert weights.shape == (40, 7)
    assert set(weights.sum(axis=1)) == {7.0}
    assert np.array_equal(weights, resample(7, 40, seed=1))
    assert not np.array_equal(weights, resample(7, 40, seed=2))


def halves(weights: Floats) -> Mapping[str, Floats]:
    values = np.tile([0.0, 1.0], 50)
    return {
        "half": mean(values, weights),
        "all": mean(np.ones(100), weights),
        "none": mean([], weights[:, []]),
    }


def test_a_share_of_a_hundred_files_is_known_to_a_tenth() -> None:
    found = estimate(halves, 100, 2000)
    assert found["all"] == Estimate(1.0, 1.0, 1.0)
    assert found["none"] == Estimate(None, None, None)
    # 1.96 · sqrt(0.25 / 100)
    assert found["half"].value == 0.5
    assert found["half"].low == pytest.approx(0.402, abs=0.015)
    assert found["half"].high == pytest.approx(0.598, abs=0.015)


def test_the_same_seed_gives_the_same_interval() -> None:
    assert estimate(halves, 100, 99, seed=4) == estimate(halves, 100, 99, seed=4)


@pytest.mark.parametrize(("files", "resamples"), [(1, 500), (100, 0)], ids=["one-file", "none-wanted"])
def test_without_resamples_there_is_a_figure_and_no_interval(files: int, resamples: int) -> None:
    found = estimate(lambda weights: {"a": weights.mean(axis=1)}, files, resamples)
    assert found == {"a": Estimate(1.0, None, None)}


def test_an_interval_lies_round_its_figure_and_within_its_range() -> None:
    drawn = np.linspace(0.5, 0.9, 41)  # median 0.7, the middle 95 % reach 0.19 to both sides
    assert interval(0.4, drawn) == pytest.approx((0.21, 0.59))
    assert interval(0.1, drawn) == pytest.approx((0.0, 0.29))
    assert interval(0.95, drawn) == pytest.approx((0.76, 1.0))
    assert interval(0.95, drawn, (0, inf)) == pytest.approx((0.76, 1.14))


def test_an_interval_leaves_out_what_cannot_be_told_unless_that_is_most() -> None:
    assert interval(0.5, np.array([0.5, 0.5, nan, nan])) == (0.5, 0.5)
    assert interval(0.5, np.array([0.5, nan, nan])) == (None, None)
    assert interval(nan, np.array([0.5, 0.5])) == (None, None)
    assert interval(0.5, np.array([])) == (None, None)


def test_a_thing_is_shared_out_over_the_files_that_hold_it() -> None:
    assert share_out(np.array([[1.0, 0, 0], [3, 2, 0]])).tolist() == [[0.25, 0, 0], [0.75, 1, 0]]
