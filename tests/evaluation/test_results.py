"""A run is kept whole, and means over corpora are what a hand computes."""

import json
from pathlib import Path

import pytest
from tests.evaluation.runs import corpus, figure, made_run, result

from journeyai.errors import SettingsError
from journeyai.evaluation.results import means, read_run, write_run
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row

CORPORA = (corpus("en-a", held_back=True), corpus("en-b"), corpus("es-c"), corpus("en-d"))


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = made_run(
        result("maps", Row("en-a", (figure("x", 0.5), figure("y", None)), ("A note.",))), corpora=CORPORA
    )
    write_run(tmp_path / "local.json", run)
    assert read_run(tmp_path / "local.json") == run


BROKEN = {
    "empty": "",
    "list": "[]",
    "bare": "{}",
    "older": '{"format": "journeyai/eval", "version": "0.1"}',
    "nothing-in-it": '{"format": "journeyai/eval", "version": "1.0"}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_run_is_refused_by_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"local\.json` holds no results of this version"):
        read_run(path)


def test_a_run_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.json` cannot be read"):
        read_run(tmp_path / "gone.json")


def test_a_mean_weighs_corpora_alike_and_its_arms_shrink_with_their_number() -> None:
    task = result("maps", Row("en-b", (figure("x", 0.2, 0.3, 5),)), Row("en-d", (figure("x", 0.6, 0.4, 7),)))
    mean = means(made_run(task, corpora=CORPORA), task)[0]
    # √(0.3² + 0.4²) ÷ 2 = 0.25
    assert (mean.subject, mean.figures[0].n) == ("development, English", 12)
    assert mean.figures[0].value == pytest.approx(0.4)
    assert mean.figures[0].low == pytest.approx(0.15)
    assert mean.figures[0].high == pytest.approx(0.65)


def test_groups_are_by_held_back_and_language_and_empty_ones_are_left_out() -> None:
    task = result("maps", *(Row(one.name, (figure("x", 0.5),)) for one in CORPORA))
    assert [row.subject for row in means(made_run(task, corpora=CORPORA), task)] == [
        "held back, English",
        "held back",
        "development, English",
        "development, Spanish",
        "development",
    ]


def test_what_a_corpus_cannot_tell_is_the_mean_of_the_others() -> None:
    task = result("maps", Row("en-b", (figure("x", None, n=0),)), Row("en-d", (figure("x", 0.6, 0.1, 7),)))
    assert means(made_run(task, corpora=CORPORA), task)[0].figures == (Figure("x", 0.6, 7, 0.5, 0.7),)
    nothing = result("maps", Row("en-b", (figure("x", None, n=0),)))
    assert means(made_run(nothing, corpora=CORPORA), nothing)[0].figures == (
        Figure("x", None, 0, None, None),
    )


def test_without_an_interval_somewhere_the_mean_has_none() -> None:
    task = result(
        "maps", Row("en-b", (Figure("x", 0.2, 5, None, None),)), Row("en-d", (figure("x", 0.6, 0.4, 7),))
    )
    assert means(made_run(task, corpora=CORPORA), task)[0].figures[0].low is None


def test_rows_that_are_no_corpora_have_no_mean() -> None:
    task = result("controls", Row("en-b", (figure("x", 0.2),)), of_corpora=False)
    assert means(made_run(task, corpora=CORPORA), task) == ()


def test_the_file_is_json_that_names_its_form(tmp_path: Path) -> None:
    write_run(tmp_path / "run.json", made_run())
    kept = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert (kept["format"], kept["version"]) == ("journeyai/eval", "1.0")
