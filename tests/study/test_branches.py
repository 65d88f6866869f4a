"""A map by the name of its branch, and the branches of a study."""

from pathlib import Path

import pytest
from tests.operations.small import small_map

from journeyai.editor import Editor
from journeyai.errors import SettingsError
from journeyai.model.changes import Change
from journeyai.settings import StudySettings
from journeyai.study.branches import Branch, list_branches, map_named
from journeyai.study.folder import StudyFolder, make_study
from journeyai.study.former_maps import former_bytes
from journeyai.study.map_history import MapHistory


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    made = make_study(tmp_path / "study", StudySettings())
    made.write_map(small_map())
    monkeypatch.chdir(tmp_path)
    return made


def editor(folder: StudyFolder) -> Editor:
    return Editor(folder, lambda: ())


@pytest.mark.parametrize(
    ("name", "future", "state"),
    [
        ("future", False, "future"),
        ("FUTURO", False, "future"),
        ("bold", True, "future"),
        ("bold", False, "current"),
    ],
)
def test_a_branch_called_future_or_wanted_so_shows_the_journey_as_it_should_be(
    folder: StudyFolder, name: str, future: bool, state: str
) -> None:
    map_ = editor(folder)
    map_.branch(name, future=future)
    assert map_.journey == small_map().model_copy(
        update={"scope": small_map().scope.model_copy(update={"state": state})}
    )
    steps = 1 if state == "future" else 0
    assert list_branches(MapHistory(folder)) == (
        Branch("main", 0, "current", False),
        Branch(name, steps, state, True),  # type: ignore[arg-type]
    )


def test_a_future_that_branches_off_a_future_needs_no_step(folder: StudyFolder) -> None:
    map_ = editor(folder)
    map_.branch("future")
    map_.branch("further", future=True)
    assert [branch.steps for branch in map_.list_branches()] == [0, 1, 1]


def test_a_branch_that_is_refused_leaves_nothing_behind(folder: StudyFolder) -> None:
    map_ = editor(folder)
    with pytest.raises(SettingsError):
        map_.branch("a name", future=True)
    assert (map_.branches, map_.journey) == (("main",), small_map())


def test_a_name_is_a_branch_wherever_one_stands_and_a_path_is_a_file(folder: StudyFolder) -> None:
    map_ = editor(folder)
    map_.branch("future")
    map_.commit(map_.propose([Change("set_map_title", text="Tomorrow")]))
    map_.switch("main")
    other = small_map().model_copy(update={"title": "A file"})
    Path("future").write_text(other.to_json(), encoding="utf-8")
    assert map_named(folder, "future").title == "Tomorrow"
    assert map_named(folder, "./future").title == "A file"
    assert map_named(None, "future").title == "A file"
    assert map_named(folder, "main") == small_map()


def test_what_is_neither_branch_nor_file_is_named(folder: StudyFolder) -> None:
    with pytest.raises(SettingsError, match="no branch `then`") as refused:
        map_named(folder, "then")
    assert refused.value.hint == "The branches are: main."


def test_a_map_written_before_there_was_progress_is_known_again(folder: StudyFolder) -> None:
    (old,) = former_bytes(small_map().to_json().encode())
    assert b'"progress"' not in old
    folder.map_path.write_bytes(old)
    map_ = editor(folder)
    map_.commit(map_.propose([Change("set_map_title", text="Another")]))
    map_.undo()
    assert folder.map_path.read_bytes() == old
