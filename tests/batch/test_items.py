"""What people type becomes files in one fixed order, each once."""

import hashlib
import io
import pickle
import random
import sys
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.batch.standins import tickets

from journeyai.batch.items import CUT_DOCUMENTS, Portion, cut, find_inputs, open_input, read_portion
from journeyai.errors import SettingsError
from journeyai.model.source import Skipped
from journeyai.model.summary import Summary
from journeyai.settings import SourceSettings, StudySettings
from journeyai.sources import find_files

PLAIN = StudySettings()


@pytest.fixture(autouse=True)
def _work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Ana: It broke again.\n", encoding="utf-8")


def sources(*paths: str) -> list[str]:
    return [given.source for given in find_inputs(paths, PLAIN, None)]


def portions_of(*paths: str, whole_files: bool = True) -> list[Portion]:
    numbers, at_a_time = count(), CUT_DOCUMENTS if whole_files else 1
    return [
        portion
        for given in find_inputs(paths, PLAIN, None)
        for portion in cut(open_input(given), numbers, whole_files=whole_files, at_a_time=at_a_time)
    ]


def items(portions: list[Portion]) -> list[tuple[str, str | None]]:
    found = [read_portion(portion) for portion in portions]
    return [document.key for portion in found for document in portion.documents or ()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("b", "a"), ["b/1.txt", "b/2.txt", "a/1.txt"]),
        (("a/1.txt", "a"), ["a/1.txt"]),
        (("b/2.txt", "b"), ["b/2.txt", "b/1.txt"]),
        (("./b/../a/1.txt", "a//1.txt"), ["a/1.txt"]),
        (("*/1.txt",), ["a/1.txt", "b/1.txt"]),
        (("**/*.txt",), ["a/1.txt", "b/1.txt", "b/2.txt", "odd[1]#2.txt"]),
        ((".",), ["a/1.txt", "b/1.txt", "b/2.txt", "odd[1]#2.txt"]),
        (("odd[1]#2.txt",), ["odd[1]#2.txt"]),
    ],
    ids=["as typed", "once", "first place", "tidied", "glob", "deep glob", "here", "a name like a pattern"],
)
def test_paths_become_files_in_one_order(typed: tuple[str, ...], found: list[str]) -> None:
    write("b/2.txt", "b/1.txt", "a/1.txt", "odd[1]#2.txt")
    assert sources(*typed) == found


def test_a_folder_is_walked_in_the_order_of_whole_paths() -> None:
    chance = random.Random(3)
    parts = ["a", "a-b", "a.b", "ab", "B", "ä", "a b", "0", "z"]
    names = {"/".join(chance.choices(parts, k=chance.randint(1, 4))) + ".txt" for _ in range(200)}
    write(*names)
    assert sources(".") == sorted(names) == [source for source, _ in find_files(Path())[0]]


def test_records_of_a_file_are_named_after_a_hash() -> None:
    tickets(Path("r.csv"), range(5))
    portions = portions_of("r.csv#3", "r.csv#1", "r.csv#none")
    assert items(portions) == [("r.csv", "1"), ("r.csv", "3")]
    assert [read_portion(portion).missing for portion in portions] == [("none",)]
    everything = [("r.csv", str(n)) for n in range(5)]
    for paths in (["r.csv#3", "r.csv"], ["r.csv", "r.csv#3"]):
        assert items(portions_of(*paths)) == everything


def test_a_big_file_is_cut_and_its_portions_know_their_place() -> None:
    rows = [f'{n},"It crashed. {"x" * 3000}"' for n in range(120)]
    Path("big.csv").write_text("id,review\n" + "\n".join(rows), encoding="utf-8")
    portions = portions_of("big.csv")
    assert [portion.data for portion in portions] == [None] * 3
    assert [(portion.number, portion.first, portion.total) for portion in portions] == [
        (number, number * CUT_DOCUMENTS, 120) for number in range(3)
    ]
    assert items(portions) == [("big.csv", str(n)) for n in range(120)]
    single = portions_of("big.csv", whole_files=False)
    assert [len(portion.documents or ()) for portion in single] == [1] * 120


def test_portions_can_be_sent_to_other_processes() -> None:
    tickets(Path("r.csv"), range(3))
    for whole_files in (True, False):
        for portion in portions_of("r.csv", whole_files=whole_files):
            assert pickle.loads(pickle.dumps(portion)) == portion


def test_a_studys_own_files_are_named_and_read_as_the_study_says() -> None:
    write("study/sources/a/1.txt", "study/sources/drafts/2.txt", "elsewhere/1.txt")
    settings = StudySettings(
        sources={"a/1.txt": SourceSettings(roles={"Ana": "agent"}), "drafts/*": SourceSettings(ignore=True)}
    )
    found = list(find_inputs(["study/sources", "elsewhere"], settings, Path("study/sources")))
    assert [(given.source, given.is_own, given.settings.roles) for given in found] == [
        ("a/1.txt", True, {"Ana": "agent"}),
        ("drafts/2.txt", True, {}),
        ("elsewhere/1.txt", False, {}),
    ]
    assert found[1].skipped == "left out because journey.toml says `ignore = true`"


def test_what_is_left_out_is_told() -> None:
    write("a/1.txt", "a/.hidden", "a/README.md", "a/.DS_Store")
    Path("a/link.txt").symlink_to("1.txt")
    assert [(given.source, given.skipped.partition(";")[0]) for given in find_inputs(["a"], PLAIN, None)] == [
        ("a/.hidden", "hidden"),
        ("a/1.txt", ""),
        ("a/README.md", "a licence or a read-me by its name"),
        ("a/link.txt", "a link to something that is read at its own place"),
    ]


def test_standard_input_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"Ana: It broke.\n"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    (portion,) = portions_of("-")
    assert (portion.source, portion.data, portion.sha256) == ("stdin", data, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "typed", ["none", "none#1", "a/1.txt#", "*.none", "x" * 5000, "a\0b", "\udcff.txt"], ids=repr
)
def test_a_path_that_leads_nowhere_is_refused_at_once(typed: str) -> None:
    write("a/1.txt")
    with pytest.raises(SettingsError):
        find_inputs(["a", typed], PLAIN, None)


def test_a_file_that_cannot_be_read_is_a_problem_of_its_own() -> None:
    write("a/1.txt")
    Path("a/0.txt").write_bytes(b"\x00\xff" * 10)
    Path("a/2.bin").write_bytes(b"\x7fELF" + bytes(range(256)))
    found = [read_portion(portion) for portion in portions_of("a")]
    assert [portion.problem for portion in found] == [
        "`a/0.txt` holds nothing but blanks.",
        None,
        "`a/2.bin` is a program, which cannot be read.",
    ]


def test_a_file_of_summaries_is_no_source(tmp_path: Path) -> None:
    line = Summary(source="a.txt", record=None, sha256="0", language="en").to_line()
    (tmp_path / "old.jsonl").write_text(f"{line}\n", encoding="utf-8")
    (given,) = find_inputs([str(tmp_path)], StudySettings(), None)
    (portion,) = cut(open_input(given), count(), whole_files=True, at_a_time=50)
    assert (portion.documents, portion.skipped) == ((), (Skipped("", "a file of summaries"),))
