"""The runner on a tiny corpus: what is drafted once, kept, scored again, and what is refused before any work."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluation.pool import write_pool

from journeyai.app import Study
from journeyai.errors import SettingsError, SourceError
from journeyai.evaluation.makers import Made, lexicon
from journeyai.evaluation.results import Run, read_run
from journeyai.evaluation.runner import Drafts, Request, choose_corpora, choose_tasks, own_data, revision, run
from journeyai.evaluation.tasks import TASKS, load_task
from journeyai.study.folder import read_map


def quiet(text: str) -> None:
    """Say nothing."""


def asked(folder: Path, *corpora: Path, engine: str = "lexicon", rescore: bool = False) -> Request:
    work = folder / f"work-{sum(1 for _ in folder.iterdir())}"
    work.mkdir()
    return Request(
        engine=engine, out=folder / "out", work=work, tasks=("maps",), corpora=tuple(map(str, corpora)),
        rescore=rescore,
    )  # fmt: skip


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """Run the lexicon on the pool, once; return the folder and what was found."""
    folder = tmp_path_factory.mktemp("runner")
    return folder, run(asked(folder, write_pool(folder / "en-pool", held_back=True)), quiet)


def test_a_run_is_kept_with_its_maps_and_tells_how_it_was_made(drawn: tuple[Path, Run]) -> None:
    folder, found = drawn
    assert read_run(folder / "out" / "lexicon.json") == found
    assert read_map(folder / "out" / "lexicon" / "en-pool.json").made_by.engine == "lexicon"
    assert (found.making.engine, found.making.revision) == ("lexicon", revision())
    assert list(found.making.drafts) == ["en-pool"]
    assert [(one.name, one.held_back, one.files, one.segments) for one in found.corpora] == [
        ("en-pool", True, 2, 6)
    ]
    (row,) = found.tasks[0].rows
    figures = {figure.name: figure.value for figure in row.figures}
    assert figures["quotes.exact"] == 1.0
    assert figures["evidence.pain_point.f1"] == 1.0


def test_every_figure_is_computed_again_from_the_maps_alone(drawn: tuple[Path, Run]) -> None:
    folder, found = drawn
    again = run(asked(folder, folder / "en-pool", rescore=True), quiet)
    assert again.tasks[0].rows == found.tasks[0].rows
    assert again.making == found.making


def test_maps_from_elsewhere_are_scored_under_any_name(drawn: tuple[Path, Run]) -> None:
    folder, found = drawn
    other = folder / "out" / "somebody"
    other.mkdir()
    (other / "en-pool.json").write_bytes((folder / "out" / "lexicon" / "en-pool.json").read_bytes())
    again = run(asked(folder, folder / "en-pool", engine="somebody", rescore=True), quiet)
    assert again.tasks[0].rows == found.tasks[0].rows
    assert again.making.revision is None


def test_a_map_that_was_not_kept_cannot_be_scored_again(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no map `.*en-pool\.json` to score again"):
        run(asked(tmp_path, write_pool(tmp_path / "en-pool"), rescore=True), quiet)


def test_files_that_changed_since_the_draft_are_named(drawn: tuple[Path, Run], tmp_path: Path) -> None:
    folder, _ = drawn
    pool = write_pool(tmp_path / "en-pool")
    path = pool / "sources" / "interviews" / "bob.txt"
    path.write_text(path.read_text(encoding="utf-8") + "Bob: Bye.\n", encoding="utf-8")
    said: list[str] = []
    run(asked(folder, pool, rescore=True), said.append)
    assert "en-pool: interviews/bob.txt changed since the map was drafted; its figures suffer." in said


def test_a_folder_is_drafted_once_until_its_files_change(tmp_path: Path) -> None:
    drafted: list[Path] = []

    def maker(study: Study) -> Made:
        drafted.append(study.folder.root)
        return lexicon(study)

    sources = write_pool(tmp_path / "en-pool") / "sources"
    drafts = Drafts(asked(tmp_path), maker, quiet)
    first = drafts(sources, "en", name="a/b c")
    assert drafts(sources, "en", name="a/b c") is first
    assert (tmp_path / "out" / "lexicon" / "a--b--c.json").is_file()
    (sources / "more.txt").write_text("Interviewer: Well?\nCleo: Another awful queue.\n", encoding="utf-8")
    assert len(drafts(sources, "en", name="a/b c").documents) == 3
    assert len(drafted) == 2


BROKEN = {
    "no-json": ("{", "gold.json"),
    "no-segments": (json.dumps({"language": "en"}), "gold.json"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_corpus_is_told_before_anything_is_drafted(text: str, said: str, tmp_path: Path) -> None:
    good, bad = write_pool(tmp_path / "good"), write_pool(tmp_path / "zz-bad")
    (bad / "gold.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        run(asked(tmp_path, good, bad), quiet)
    assert not (tmp_path / "out").exists()


def test_a_label_that_does_not_stand_in_its_file_breaks_the_corpus(tmp_path: Path) -> None:
    pool = write_pool(tmp_path / "en-pool")
    gold = json.loads((pool / "gold.json").read_text(encoding="utf-8"))
    gold["segments"][0]["quote"] = "Nobody ever said this."
    (pool / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    with pytest.raises(SourceError, match="Nobody ever said this"):
        run(asked(tmp_path, pool), quiet)


def test_a_corpus_is_a_name_of_ours_or_a_folder(tmp_path: Path) -> None:
    pool = write_pool(tmp_path / "en-pool")
    assert choose_corpora(["sample-en", str(pool)]) == (own_data() / "sample-en", pool)
    assert {"sample-en", "sample-es"} <= {path.name for path in choose_corpora(())}
    with pytest.raises(SettingsError, match="There is no corpus `nowhere`"):
        choose_corpora(["nowhere"])
    with pytest.raises(SettingsError, match="Two corpora are called `sample-en`"):
        choose_corpora(["sample-en", str(write_pool(tmp_path / "sample-en"))])


def test_without_names_everything_runs_that_can(tmp_path: Path) -> None:
    request = replace(asked(tmp_path), tasks=())
    every = [load_task(name) for name in TASKS]
    inside = [task.name for task in every if not task.needs_outside]
    assert [task.name for task in choose_tasks(request)] == inside
    assert [task.name for task in choose_tasks(replace(request, outside=tmp_path))] == list(TASKS)
    # Who names a corpus means the tasks that look at corpora.
    named = [task.name for task in choose_tasks(replace(request, corpora=("sample-en",)))]
    assert named == [task.name for task in every if task.of_corpora]


def test_what_cannot_be_run_is_refused(tmp_path: Path) -> None:
    request = asked(tmp_path)
    with pytest.raises(SettingsError, match="There is no task `map`") as refused:
        choose_tasks(replace(request, tasks=("map",)))
    assert refused.value.hint == "Did you mean `maps`?"
    with pytest.raises(SettingsError, match="`gone` is not a folder"):
        choose_tasks(replace(request, outside=Path("gone")))
    with pytest.raises(SettingsError, match="There is no engine `locl` to look at"):
        run(replace(request, engine="locl", corpora=("sample-en",)), quiet)
    with pytest.raises(SettingsError, match="is no engine's name"):
        run(replace(request, engine="../x"), quiet)


@pytest.mark.parametrize("name", list(TASKS))
def test_a_task_is_called_as_the_table_calls_it(name: str) -> None:
    task = load_task(name)
    assert task.name == name
    assert task.title
    assert task.about.endswith(".")
