import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_map import empty_map, english_map

from journeyai.errors import SettingsError
from journeyai.settings import STUDY_FILE, ScopeSettings, StudySettings, read_settings
from journeyai.study.folder import (
    StudyFolder,
    find_study,
    make_study,
    read_map,
    settings_text,
    write_whole,
)


@pytest.fixture(autouse=True)
def _no_study_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNEYAI_STUDY", raising=False)
    monkeypatch.delenv("JOURNEYAI_CHROMA_URL", raising=False)


def test_a_study_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    made = make_study(tmp_path / "s", StudySettings())
    deep = made.root / "sources" / "a" / "b"
    deep.mkdir(parents=True)
    assert find_study(None, deep) == made
    assert find_study(None, made.root) == made


def test_the_nearest_study_upward_is_the_one(tmp_path: Path) -> None:
    make_study(tmp_path / "outer", StudySettings())
    inner = make_study(tmp_path / "outer" / "inner", StudySettings())
    assert find_study(None, inner.root / "sources") == inner


def test_what_is_named_comes_first_then_the_environment_then_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there, named = (make_study(tmp_path / name, StudySettings()) for name in ("here", "there", "named"))
    monkeypatch.setenv("JOURNEYAI_STUDY", str(there.root))
    assert find_study(None, here.root) == there
    assert find_study(named.root, here.root) == named
    monkeypatch.setenv("JOURNEYAI_STUDY", "")
    assert find_study(None, here.root) == here


def test_no_study_anywhere_says_where_was_looked(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        find_study(None, tmp_path)
    assert str(tmp_path) in caught.value.message
    assert "journeyai init" in caught.value.hint


@pytest.mark.parametrize("through", ["argument", "variable"])
def test_a_named_folder_that_is_no_study_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, through: str
) -> None:
    monkeypatch.setenv("JOURNEYAI_STUDY", str(tmp_path))
    with pytest.raises(SettingsError, match=r"is not a study: it has no `journey\.toml`"):
        find_study(tmp_path if through == "argument" else None, tmp_path)


def test_a_study_is_not_made_twice(tmp_path: Path) -> None:
    make_study(tmp_path, StudySettings(title="First"))
    with pytest.raises(SettingsError, match="is a study already"):
        make_study(tmp_path, StudySettings(title="Second"))
    assert read_settings(tmp_path / STUDY_FILE).title == "First"


def test_a_study_is_made_among_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    make_study(tmp_path, StudySettings())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journey.toml", "mine.txt", "sources"]


def test_a_study_cannot_be_made_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be made"):
        make_study(tmp_path / "file" / "study", StudySettings())


HOSTILE = (
    'a "quoted" \\ back\\slash',
    "two\nlines\r\nand\ttabs",
    "\x00\x01\x1f\x7f\x80\x9b",
    "emoji 👩‍👩‍👧 \u2028 \u202e é",
    "''' \"\"\" # no comment ] }",
    "title = 'x'\n[scope]",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_settings_are_read_as_they_were_written(tmp_path: Path, text: str) -> None:
    settings = StudySettings(
        title=text, goal=text, stages=[text, "b"], personas=0, sources_folder=text,
        scope=ScopeSettings(start=text, end=text, state="future", focus=text),
    )  # fmt: skip
    path = tmp_path / STUDY_FILE
    path.write_bytes(settings_text(settings).encode())
    assert read_settings(path) == settings


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(anything, anything, st.lists(anything, max_size=3), st.integers(0, 12))
def test_any_settings_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, title: str, goal: str, stages: list[str], personas: int
) -> None:
    settings = StudySettings(title=title, goal=goal, stages=stages, personas=personas)
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(settings_text(settings).encode())
    assert read_settings(path) == settings


def test_a_title_that_is_no_text_is_written_with_marks_for_what_it_lost(tmp_path: Path) -> None:
    assert make_study(tmp_path, StudySettings(title="caf\udce9")).settings.title == "caf?"


WRONG = {
    "no-toml": ("title = \n", "line 1"),
    "cut-off": ('title = "a"\ngoal = "b\n', "line 2"),
    "latin-1": (b'title = "caf\xe9"\n', "cannot be read"),
    "unknown-key": ('titel = "a"\n', "`titel`"),
    "unknown-source-key": ('[sources."a.txt"]\nkindd = "chat"\n', "`sources.a.txt.kindd`"),
    "wrong-kind": ('[sources."a.txt"]\nkind = "novel"\n', "`sources.a.txt.kind`"),
    "wrong-type": ("personas = true\nstages = 4\n", "`stages`"),
    "too-many": ("personas = 99\n", "`personas`"),
    "wrong-role": ('[sources."a.txt"]\nroles = { "Ana" = "boss" }\n', "`sources.a.txt.roles.Ana`"),
}


@pytest.mark.parametrize(("text", "where"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_in_the_settings_is_named(tmp_path: Path, text: str | bytes, where: str) -> None:
    path = tmp_path / STUDY_FILE
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as caught:
        _ = StudyFolder(tmp_path).settings
    assert where in caught.value.message
    assert str(path) in caught.value.message


def test_the_mark_that_windows_editors_put_first_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / STUDY_FILE).write_bytes(b'\xef\xbb\xbftitle = "Mine"\n')
    assert read_settings(tmp_path / STUDY_FILE).title == "Mine"


def test_the_environment_names_a_chroma_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEYAI_CHROMA_URL", "http://127.0.0.1:8000")
    path = tmp_path / STUDY_FILE
    path.write_text('[search]\nencoder = "e5"\n', encoding="utf-8")
    search = read_settings(path).search
    assert (search.encoder, search.chroma_url) == ("e5", "http://127.0.0.1:8000")
    path.write_text('search = "e5"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="`search`"):
        read_settings(path)


def test_settings_that_cannot_be_opened_are_said(tmp_path: Path) -> None:
    (tmp_path / STUDY_FILE).mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / STUDY_FILE)


def test_a_map_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = make_study(tmp_path, StudySettings())
    folder.write_map(english_map())
    assert folder.read_map() == english_map()
    assert folder.map_path.read_bytes() == english_map().to_json().encode()


def test_no_map_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no map"):
        make_study(tmp_path, StudySettings()).read_map()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": "other"}', '{"a": ' * 3000, "\udcff"],
    ids=["empty", "cut-off", "list", "null", "another-format", "deep", "not-utf-8"],
)
def test_a_file_that_is_no_map_is_said_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError, match="is not a journey map"):
        read_map(path)


def test_a_map_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text(empty_map().to_json().replace('"version": "1.0"', '"version": "2.0"'), encoding="utf-8")
    with pytest.raises(SettingsError, match="version"):
        read_map(path)


@pytest.mark.parametrize("name", ["gone.json", "."], ids=["missing", "a-folder"])
def test_a_map_that_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        read_map(tmp_path / name)


def test_what_a_kill_leaves_behind_is_harmless(tmp_path: Path) -> None:
    folder = make_study(tmp_path, StudySettings())
    folder.write_map(english_map())
    left = tmp_path / f".map.json.{os.getpid()}.new"
    left.write_bytes(b'{"half')
    assert folder.read_map() == english_map()
    folder.write_map(empty_map())
    assert folder.read_map() == empty_map()
    assert not left.exists()


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "out.md" / "inside").mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be written"):
        write_whole(tmp_path / "out.md", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["out.md"]


@pytest.mark.parametrize("place", ["file/out.md", "gone/out.md", "n" * 300, ""])
def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_whole(tmp_path / place, b"x")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    folder = make_study(tmp_path, StudySettings())
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SettingsError, match="cannot be written"):
            folder.write_map(empty_map())
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="no such links")
def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    (tmp_path / "link.json").symlink_to(real)
    write_whole(tmp_path / "link.json", b"x")
    assert (tmp_path / "link.json").is_symlink()
    assert real.read_bytes() == b"x"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "pipe", b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()
