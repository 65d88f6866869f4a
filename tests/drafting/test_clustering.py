import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.drafting.clustering import MOST_ROWS, Rows, gather, group


def unit(rows: object) -> Rows:
    array = np.asarray(rows, dtype=np.float32)
    out: Rows = (array / np.maximum(np.linalg.norm(array, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return out


def sets(labels: np.ndarray, order: np.ndarray) -> set[frozenset[int]]:
    """Return the groups as sets of original row numbers."""
    return {frozenset(order[labels == label].tolist()) for label in np.unique(labels)}


def blobs(seed: int, centres: int, each: int, noise: float = 0.1) -> Rows:
    random = np.random.default_rng(seed)
    middles = unit(random.normal(size=(centres, 48)))
    return unit(np.repeat(middles, each, axis=0) + noise * random.normal(size=(centres * each, 48)))


@pytest.mark.parametrize(
    ("rows", "least", "groups"),
    [
        pytest.param(np.zeros((0, 3)), 0.5, [], id="nothing"),
        pytest.param([[1, 0]], 0.5, [0], id="one-row"),
        pytest.param([[1, 0], [0, 1], [1, 0], [0, 1]], 0.5, [0, 1, 0, 1], id="two-pairs"),
        pytest.param([[1, 0], [1, 0.1], [0, 1]], -1.1, [0, 0, 0], id="everything-is-alike-enough"),
        pytest.param([[1, 0], [1, 0], [0, 1]], 1.1, [0, 1, 2], id="nothing-is-alike-enough"),
        pytest.param([[1, 0]] * 5, 0.99, [0] * 5, id="all-the-same"),
        pytest.param(np.zeros((3, 2)), 0.1, [0, 1, 2], id="rows-without-direction"),
        pytest.param([[1, 0], [0.8, 0.6], [0.28, 0.96]], 0.7, [0, 0, 1], id="a-tie-ends"),
    ],
)
def test_small_groups(rows: object, least: float, groups: list[int]) -> None:
    array = np.asarray(rows, dtype=np.float32)
    found = group(array, least)
    assert found.tolist() == groups


def test_the_groups_of_well_apart_rows_are_found_whatever_their_order() -> None:
    rows = blobs(1, centres=12, each=9)
    expected = {frozenset(range(start, start + 9)) for start in range(0, 108, 9)}
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(rows))
        assert sets(group(rows[order], 0.5), order) == expected


def test_many_rows_are_gathered_first_and_give_the_same_groups() -> None:
    rows = blobs(2, centres=15, each=100)
    assert len(rows) > MOST_ROWS
    found = group(rows, 0.5)
    assert found.tolist() == [number // 100 for number in range(1500)]
    assert np.array_equal(found, group(rows.copy(), 0.5))


def test_gathered_rows_keep_their_mean() -> None:
    rows = blobs(3, centres=10, each=30)
    nearest, centres = gather(rows, 25)
    assert len(centres) <= 25
    assert set(nearest.tolist()) == set(range(len(centres)))
    for number in range(len(centres)):
        assert np.allclose(centres[number], rows[nearest == number].mean(axis=0), atol=1e-5)


def test_more_rows_that_are_all_the_same_than_are_compared_are_one_group() -> None:
    rows = np.tile(unit([[1.0, 2.0, 3.0]]), (MOST_ROWS + 50, 1))
    assert set(group(rows, 0.9).tolist()) == {0}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=20),
    st.floats(-1, 1),
)
def test_groups_are_numbered_by_first_appearance_and_equal_rows_stand_together(
    values: list[list[int]], least: float
) -> None:
    rows = unit(values)
    labels = group(rows, least).tolist()
    seen: list[int] = []
    for label in labels:
        if label not in seen:
            seen.append(label)
    assert seen == list(range(len(seen)))
    assert labels == group(rows, least).tolist()
    assert group(rows, 1.01).tolist() == list(range(len(rows)))
