"""The report: the same results, the same bytes; goals reached and missed; baselines side by side."""

from collections.abc import Callable

import pytest
from tests.evaluation.runs import corpus, figure, made_run, result

from journeyai.evaluation.goals import GOALS
from journeyai.evaluation.report import render, spell
from journeyai.evaluation.results import Run
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row

CORPORA = (corpus("en-pool", held_back=True), corpus("en-rink"), corpus("es-baño"))


def whole_run(engine: str, value: float) -> Run:
    figures = tuple(figure(goal.figure, value) for goal in GOALS)
    return made_run(
        result("maps", *(Row(one.name, figures) for one in CORPORA)),
        result("search", *(Row(one.name, (figure("search.recall_at_5", value),)) for one in CORPORA)),
        result(
            "controls",
            Row(
                "remove", (figure("controls.holds", 1.0, 0.0, 6),), ("Two of six | came back.\nSee seed 3.",)
            ),
            Row("shuffle", (Figure("controls.same", None, 0, None, None),)),
            of_corpora=False,
        ),
        corpora=CORPORA,
        engine=engine,
    )


def test_the_report_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    runs = [whole_run("local", 0.7), whole_run("majority", 0.1)]
    golden("RESULTS.md", render(runs))
    assert render(runs) == render(runs)


def test_no_goal_is_reached_or_missed_on_what_the_engine_may_have_been_trained_on() -> None:
    row = Row("en-rink", tuple(figure(goal.figure, 0.7) for goal in GOALS))
    text = render([made_run(result("maps", row), corpora=[corpus("en-rink")])])
    assert "may have been trained on their labels" in text
    assert "reached |" not in text
    assert "**missed**" not in text
    unseen = render([made_run(result("maps", row), corpora=[corpus("en-rink", held_back=True)])])
    assert "Where no corpus is held back" not in unseen
    assert "reached |" in unseen


def test_a_run_without_maps_has_only_its_own_tables() -> None:
    rows = [Row(name, (figure("controls.holds", 1.0, 0.0),)) for name in ("remove", "shuffle")]
    text = render([made_run(result("controls", *rows, of_corpora=False))])
    assert "| remove | 1.00 (1.00–1.00) n = 10 |" in text
    assert "goals" not in text
    assert render([made_run()]).startswith("# Results")


def test_rows_with_little_in_common_are_listed() -> None:
    rows = [Row("remove", (figure("gone", 1.0, 0.0),)), Row("shuffle", (figure("same", 0.5, 0.1, 4),))]
    text = render([made_run(result("controls", *rows, of_corpora=False))])
    assert "| shuffle | same | 0.50 (0.40–0.60) | 4 |" in text


def test_a_bar_in_a_name_stays_in_its_cell() -> None:
    text = render([made_run(result("controls", Row("a|b", (figure("x", 1.0),)), of_corpora=False))])
    assert "| a\\|b |" in text


@pytest.mark.parametrize(
    ("shown", "cell"),
    [
        (None, "–"),
        (Figure("x", None, 0, None, None), "–"),
        (Figure("x", 0.625, 8, None, None), "0.62"),
        (Figure("x", -0.5, 8, -1.0, 0.0), "−0.50 (−1.00–0.00)"),
        (Figure("x", -0.001, 8, None, None), "0.00"),
    ],
    ids=["missing", "not-told", "plain", "negative", "nought"],
)
def test_a_figure_is_a_cell(shown: Figure | None, cell: str) -> None:
    assert spell(shown) == cell


@pytest.mark.parametrize(
    ("figure_name", "language", "value", "reached"),
    [
        ("evidence.pain_point.f1", "en", 0.74, True),
        ("evidence.pain_point.f1", "en", 0.739, False),
        ("evidence.pain_point.f1", "es", 0.72, True),
        ("valence.mae", "en", 0.71, False),
        ("valence.mae", "es", 0.71, True),
        ("themes.cards_per_theme", "en", 0.7, False),
        ("themes.cards_per_theme", "en", 1.7, False),
        ("themes.cards_per_theme", "es", 1.0, True),
        ("themes.recall", "en", None, False),
        ("themes.recall", "fr", 0.9, None),
    ],
)
def test_a_goal_is_reached_or_not(
    figure_name: str, language: str, value: float | None, reached: bool | None
) -> None:
    goal = next(goal for goal in GOALS if goal.figure == figure_name)
    assert goal.is_reached(Figure(figure_name, value, 1, None, None), language) is reached
