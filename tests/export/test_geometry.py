import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.export.geometry import Frame, area, figure, is_low, places, runs, smooth

FRAME = Frame(left=100, top=50, width=300, height=200, columns=3)
VALENCES = st.lists(st.one_of(st.none(), st.floats(-2, 2)), max_size=12)


def test_a_stage_lies_in_the_middle_of_its_column_and_a_feeling_between_the_best_and_the_worst() -> None:
    assert places([2, 0, -2], FRAME) == ((150, 50), (250, 150), (350, 250))
    assert places([2, None, -0.5], FRAME, shift=6) == ((156, 50), None, (356, 175))


def test_a_frame_without_stages_is_one_column() -> None:
    assert (Frame(0, 0, 90, 10, 0).column, places([], FRAME), runs([])) == (90, (), ())


def test_a_stage_without_a_feeling_is_a_gap() -> None:
    assert runs([None, (1, 1), None, (3, 3), (4, 4), None]) == (((1, 1),), ((3, 3), (4, 4)))


@given(VALENCES)
def test_every_feeling_is_in_one_run_and_in_order(valences: list[float | None]) -> None:
    found = places(valences, Frame(0, 0, 1200, 400, len(valences)))
    assert [place for run in runs(found) for place in run] == [place for place in found if place]
    assert all(run for run in runs(found))


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=12))
def test_a_line_never_runs_beyond_what_was_told(valences: list[float]) -> None:
    """A Bézier curve stays within its corners: none lies higher or lower than both stages."""
    (run,) = runs(places(valences, Frame(0, 0, 1200, 400, len(valences))))
    bends = [[float(n) for n in piece.split()] for piece in smooth(run).split("C")[1:]]
    for ((x0, y0), (x1, y1)), bend in zip(pairwise(run), bends, strict=True):
        assert all(x0 - 0.1 <= x <= x1 + 0.1 for x in bend[::2])
        assert all(min(y0, y1) - 0.1 <= y <= max(y0, y1) + 0.1 for y in bend[1::2])


def test_a_line_and_what_is_under_it() -> None:
    run = ((0.0, 10.0), (30.0, 40.0))
    assert smooth(run) == "M0 10C10 20 20 30 30 40"
    assert area(run, 25) == "M0 25L0 10C10 20 20 30 30 40L30 25Z"
    assert smooth(run[:1]) == "M0 10"


@pytest.mark.parametrize(
    ("valences", "number", "low"),
    [
        ([1, -1, 1], 1, True),
        ([1, -1, None], 1, True),
        ([None, -1, None], 1, False),
        ([-1, 1], 0, True),
        ([1, 1, 2], 1, False),
        ([None, 1], 0, False),
    ],
)
def test_there_is_room_under_the_curve_where_it_comes_down(
    valences: list[float | None], number: int, low: bool
) -> None:
    assert is_low(valences, number) is low


@pytest.mark.parametrize(
    ("value", "written"), [(3, "3"), (2.04, "2"), (-0.04, "0"), (1.25, "1.2"), (-7.5, "-7.5")]
)
def test_a_figure_is_short(value: float, written: str) -> None:
    assert figure(value) == written
    assert re.fullmatch(r"-?\d+(\.\d)?", written)
