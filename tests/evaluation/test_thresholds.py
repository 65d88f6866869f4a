"""A figure that got worse is told in a sentence; a threshold that means nothing is refused."""

from pathlib import Path

import pytest
from tests.evaluation.runs import corpus, figure, made_run, result

from journeyai.errors import SettingsError
from journeyai.evaluation.results import Run
from journeyai.evaluation.task import Row
from journeyai.evaluation.tasks import TASKS
from journeyai.evaluation.thresholds import Threshold, load, misses


def run_of(value: float | None) -> Run:
    return made_run(result("maps", Row("en-pool", (figure("x", value),))), corpora=[corpus("en-pool")])


@pytest.mark.parametrize(
    ("value", "least", "most", "told"),
    [
        (0.5, 0.5, None, []),
        (0.5 - 1e-12, 0.5, None, []),
        (0.49, 0.5, None, ["x of en-pool (maps) is 0.490; the least is 0.5."]),
        (0.5, None, 0.4, ["x of en-pool (maps) is 0.500; the most is 0.4."]),
        (0.5, 0.4, 0.6, []),
        (None, 0.0, None, ["x of en-pool (maps) cannot be told: nothing was found to compute it from."]),
    ],
    ids=["equal", "rounding", "below", "above", "between", "not-told"],
)
@pytest.mark.parametrize("subject", ["*", "en-pool"])
def test_a_miss_is_a_sentence_with_figure_corpus_value_and_end(
    value: float | None, least: float | None, most: float | None, told: list[str], subject: str
) -> None:
    assert misses(run_of(value), [Threshold("maps", subject, "x", least, most)]) == told


def test_a_mean_of_the_report_can_have_a_threshold() -> None:
    threshold = Threshold("maps", "development, English", "x", 0.9, None)
    assert misses(run_of(0.5), [threshold]) == [
        "x of development, English (maps) is 0.500; the least is 0.9."
    ]


@pytest.mark.parametrize(
    "threshold",
    [Threshold("search", "en-pool", "x", 1, None), Threshold("maps", "es-other", "x", 1, None)],
    ids=["task", "corpus"],
)
def test_what_was_not_run_is_not_checked(threshold: Threshold) -> None:
    assert misses(run_of(0.5), [threshold]) == []


def test_a_figure_that_there_is_not_is_a_mistake_of_the_file() -> None:
    with pytest.raises(SettingsError, match=r"There is no figure y of en-pool \(maps\)"):
        misses(run_of(0.5), [Threshold("maps", "en-pool", "y", 1, None)])


def test_numbers_and_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text(
        '[maps."*"]\n"a.b" = 1\n[maps.en-pool]\nc = { least = 0.8, most = 1.6 }\nd = { most = 2 }\n',
        encoding="utf-8",
    )
    assert load(path) == (
        Threshold("maps", "*", "a.b", 1, None),
        Threshold("maps", "en-pool", "c", 0.8, 1.6),
        Threshold("maps", "en-pool", "d", None, 2),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("maps = 3", "`maps` is no table"),
        ("[maps]\nx = 3", "`maps.x` is no table"),
        ('[maps."*"]\nx = "high"', "is no threshold"),
        ('[maps."*"]\nx = true', "is no threshold"),
        ('[maps."*"]\nx = { at = 1 }', "is no threshold"),
        ('[maps."*"]\nx = {}', "is no threshold"),
        ("[maps", "cannot be read"),
    ],
    ids=["no-table", "no-figure", "word", "bool", "other-end", "no-end", "no-toml"],
)
def test_what_is_no_threshold_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load(path)


def test_ours_name_only_tasks_there_are() -> None:
    ours = load()
    assert ours
    assert {threshold.task for threshold in ours} <= set(TASKS)
