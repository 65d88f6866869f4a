import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.export.plot import ROWS, row_of, scale, trace


@pytest.mark.parametrize(
    ("valence", "row"), [(2, 0), (1.7, 1), (0.1, 6), (0, 6), (-0.1, 6), (-1, 9), (-2, 12)]
)
def test_a_third_of_a_step_is_a_row(valence: float, row: int) -> None:
    assert row_of(valence) == row


def test_the_line_runs_from_value_to_value() -> None:
    drawn = [row.rstrip() for row in trace([2, -2], [0, 5], 6)]
    assert drawn == [
        "⢤⡀",
        " ⢧",
        " ⢸⡀",
        "  ⡇",
        "  ⢧",
        "  ⢸",
        "  ⠘⡆",
        "   ⡇",
        "   ⢳",
        "   ⢸",
        "   ⠈⡇",
        "    ⢳",
        "    ⠈⠇",
    ]


def test_a_stage_without_evidence_is_a_gap() -> None:
    assert trace([1, None, 1], [1, 5, 9], 11) == [" " * 11] * ROWS


@given(st.lists(st.one_of(st.none(), st.floats(-2, 2)), min_size=1, max_size=12), st.integers(5, 30))
def test_the_plot_fills_its_box_and_no_more(valences: list[float | None], column: int) -> None:
    width = column * len(valences)
    drawn = trace(valences, [column * n + (column - 1) // 2 for n in range(len(valences))], width)
    assert [len(row) for row in drawn] == [width] * ROWS


@pytest.mark.parametrize(
    ("valence", "line"), [(-2, "●───┼────"), (0, "────●────"), (1, "────┼─●──"), (2, "────┼───●")]
)
def test_a_feeling_is_a_mark_on_a_line(valence: float, line: str) -> None:
    assert scale(valence, 4) == line
