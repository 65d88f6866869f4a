"""`journeyai eval`: the table on stdout, progress and misses on stderr, exit codes."""

import json
from pathlib import Path

import pytest
from tests.evaluation.pool import write_pool
from tests.evaluation.runs import corpus, figure, made_run, result

from journeyai.cli import main
from journeyai.cli.parser import make_parser
from journeyai.cli.scores import render_run
from journeyai.evaluation.bootstrap import SEED
from journeyai.evaluation.goals import GOALS
from journeyai.evaluation.task import Row
from journeyai.study.folder import read_map

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Draft the pool with the lexicon, once; return the corpus and the folder of results."""
    home = tmp_path_factory.mktemp("eval")
    pool = write_pool(home / "en-pool")
    arguments = [
        "eval",
        "maps",
        "--corpus",
        str(pool),
        "--out",
        str(home / "out"),
        "--engine",
        "lexicon",
        "--quiet",
    ]
    assert main(arguments) == 0
    return pool, home / "out"


def again(kept: tuple[Path, Path], *more: str, engine: str = "lexicon") -> int:
    pool, out = kept
    return main(
        ["eval", "maps", "--rescore", "--engine", engine, "--corpus", str(pool), "--out", str(out), *more]
    )


def test_the_table_is_the_result_and_the_rest_goes_to_stderr(
    kept: tuple[Path, Path], capsys: Captured
) -> None:
    assert again(kept) == 0
    out, told = capsys.readouterr()
    assert out.splitlines()[0] == "Maps of labelled corpora"
    assert [line.split()[:4] for line in out.splitlines()[1:3]] == [
        ["exact", "attrib.", "pain", "delight"],
        ["en-pool", "1.00", "1.00", "1.00"],
    ]
    assert "lexicon · maps: en-pool" in told
    assert again(kept, "--quiet") == 0
    assert capsys.readouterr() == (out, "")
    assert (kept[1] / "RESULTS.md").read_text(encoding="utf-8").startswith("# Results")


def test_json_holds_every_figure_means_and_misses(kept: tuple[Path, Path], capsys: Captured) -> None:
    assert again(kept, "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    (run,) = told["runs"]
    assert told["misses"] == []
    assert run["means"]["maps"]["development, English"]["quotes.exact"] == 1.0
    assert run["tasks"][0]["rows"][0]["subject"] == "en-pool"


def test_a_miss_of_the_local_engine_is_a_sentence_and_exit_code_6(
    kept: tuple[Path, Path], capsys: Captured
) -> None:
    drawn = read_map(kept[1] / "lexicon" / "en-pool.json")
    false = [item.model_copy(update={"quote": "Nobody said this."}) for item in drawn.evidence[:3]]
    journey = drawn.model_copy(update={"evidence": (*false, *drawn.evidence[3:])})
    for engine in ("local", "other"):
        (kept[1] / engine).mkdir()
        (kept[1] / engine / "en-pool.json").write_text(journey.to_json(), encoding="utf-8")
    assert again(kept, "--quiet", engine="local") == 6
    assert "Missed: quotes.exact of en-pool (maps) is 0.500; the least is 1.\n" in capsys.readouterr().err
    # Thresholds are the local engine's.
    assert again(kept, "--quiet", engine="other") == 0


def test_errors_lists_what_was_missed_and_made_up(kept: tuple[Path, Path], capsys: Captured) -> None:
    assert again(kept, "--errors", "--quiet") == 0
    assert capsys.readouterr().out.endswith("en-pool\n")


USAGE = {
    "task": (["eval", "mops"], 2, "There is no task `mops`."),
    "corpus": (["eval", "maps", "--corpus", "nowhere"], 2, "There is no corpus `nowhere`"),
    "engine": (
        ["eval", "maps", "--engine", "magic", "--corpus", "sample-en"],
        2,
        "There is no engine `magic`",
    ),
    "data": (["eval", "maps", "--data", "gone"], 2, "`gone` is not a folder."),
}


@pytest.mark.parametrize(("arguments", "code", "said"), USAGE.values(), ids=USAGE.keys())
def test_what_cannot_be_run_is_said(
    arguments: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_broken_corpus_is_exit_code_3(tmp_path: Path, capsys: Captured) -> None:
    pool = write_pool(tmp_path / "en-pool", stages="none")
    assert main(["eval", "maps", "--corpus", str(pool), "--out", str(tmp_path / "out")]) == 3
    assert "gold.json" in capsys.readouterr().err


def test_the_parsers_seed_is_the_one_of_the_intervals() -> None:
    """The parser imports nothing, so it writes the number itself."""
    assert make_parser().parse_args(["eval"]).seed == SEED


@pytest.mark.parametrize("width", [20, 80, 200])
def test_tables_keep_to_the_width_and_show_no_control_character(width: int) -> None:
    figures = tuple(figure(goal.figure, 0.5) for goal in GOALS)
    rows = (Row("en-" + "long" * 20, figures), Row("en-b", figures))
    run = made_run(
        result("maps", *rows),
        result("search", Row("en-b", (figure("search.recall_at_5", 0.5),))),
        result(
            "controls",
            Row("one", (figure("a", 0.5),), ("A note \x1b[31m.",)),
            Row("two", (figure("b", None),)),
            of_corpora=False,
        ),
        result("nothing"),
        corpora=[corpus("en-b"), corpus("en-" + "long" * 20)],
    )
    lines = [line.plain for line in render_run(run, remarks=True).lines(width)]
    assert max(map(len, lines)) <= max(width, 33)
    assert "\x1b" not in "".join(lines)
    shown = {word for line in lines for word in line.split()}
    assert {"exact", "placed", "recall_at_5"} <= shown
