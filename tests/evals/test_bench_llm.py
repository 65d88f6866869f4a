"""What asking a model takes, measured on a tiny corpus: is the measuring sane?"""

import sys
from pathlib import Path

import pytest
from evals.bench.llm import Guess, extracted, pace, questions, tokens
from tests.evaluation.pool import write_pool

from journeyai.engines.llm.money import Range


def test_every_way_is_counted_by_the_same_meter(tmp_path: Path) -> None:
    took, guesses, why = tokens(write_pool(tmp_path / "pool"), str(tmp_path / "no-such-python"))
    assert [one.way for one in took] == ["ours", "plain prompt"]
    assert "langextract was left out" in why
    assert [(one.quotes, one.invented) for one in took] == [(0, 0), (6, 0)]
    assert all(one.calls and one.tokens_in and one.tokens_out for one in took)
    assert {guess.what: guess.used for guess in guesses}["calls"] == took[0].calls


def test_a_way_that_is_not_installed_is_left_out_with_a_reason(tmp_path: Path) -> None:
    found, why = extracted(write_pool(tmp_path / "pool"), "http://127.0.0.1:9/v1", f"{sys.executable}-none")
    assert found is None
    assert "langextract" in why


def test_calls_to_a_slow_server_run_side_by_side(tmp_path: Path) -> None:
    told = pace([write_pool(tmp_path / "pool")], 8, 4, 50)
    assert (told["calls"], told["failed"], told["ideal"]) == (8, 0, 0.1)
    assert told["seconds"] >= 0.1


def test_questions_are_all_different(tmp_path: Path) -> None:
    asked = questions([write_pool(tmp_path / "pool")], 5)
    assert len({(question.about, question.repeat) for question in asked}) == 5


@pytest.mark.parametrize(
    ("used", "outside"), [(10, 0.0), (15, 0.0), (5, 1.0), (25, 0.2)], ids=["at", "in", "below", "above"]
)
def test_an_estimate_is_as_wrong_as_its_range_is_away(used: int, outside: float) -> None:
    assert Guess("calls", Range(10, 20), used).outside == outside
