"""What counts as found, and the figures of a search whose answers are known."""

from pathlib import Path

import pytest
from tests.evaluation.material import GOLD
from tests.evaluation.pool import write_pool

from journeyai.evaluation.gold import Passage
from journeyai.evaluation.task import Drafted, Workplace
from journeyai.evaluation.tasks.search import TASK, rate
from journeyai.retrieval.search import Passage as Shown


def shown(source: str, start: int, end: int) -> Shown:
    return Shown((source, None), start, end, "", 0, None, "customer", None, "interview", "en", 1.0)


ANSWERS = [
    Passage(GOLD.segments[0], 0, 10),
    Passage(GOLD.segments[0], 20, 30),
    Passage(GOLD.segments[1], 0, 10),
]
AWAY = [shown("cafe.txt", 0, 10)]


@pytest.mark.parametrize(
    ("ranked", "figures"),
    [
        ([], (0.0, 0.0, 0.0)),
        (AWAY * 3, (0.0, 0.0, 0.0)),
        ([shown("desk.txt", 0, 10), shown("desk.txt", 20, 30), shown("pool.txt", 0, 10)], (1.0, 1.0, 1.0)),
        # One place that shows two answers gains once; half of the shorter is enough.
        ([shown("desk.txt", 5, 40)], (2 / 3, 2 / 3, 1 / 2.1309)),
        ([shown("desk.txt", 6, 16)], (0.0, 0.0, 0.0)),
        # The sixth place: not within five; 1 ÷ log₂ 7 = 0.3562.
        (AWAY * 5 + [shown("pool.txt", 0, 10)], (0.0, 1 / 3, 0.3562 / 2.1309)),
        # The same answer again gains nothing.
        ([shown("pool.txt", 0, 10)] * 2, (1 / 3, 1 / 3, 1 / 2.1309)),
    ],
    ids=["nothing", "elsewhere", "all", "two-in-one", "too-little", "sixth", "again"],
)
def test_figures_are_those_a_hand_computes(ranked: list[Shown], figures: tuple[float, float, float]) -> None:
    assert rate(ANSWERS, ranked) == pytest.approx(figures, abs=1e-4)


def test_a_corpus_is_a_row_and_no_draft_is_needed(tmp_path: Path) -> None:
    def draft(sources: Path, language: str, *, name: str) -> Drafted:
        raise AssertionError("nothing is to be drafted")

    pool = write_pool(tmp_path / "en-pool")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    work = Workplace(tmp_path, None, scratch, draft, 7, lambda text: None, (pool,))
    (row,) = TASK.run(work)
    assert (row.subject, [(figure.name, figure.value, figure.n) for figure in row.figures]) == (
        "en-pool",
        [("search.recall_at_5", 1.0, 3), ("search.recall_at_10", 1.0, 3), ("search.ndcg_at_10", 1.0, 3)],
    )
