"""The corpus that speed is measured on."""

from pathlib import Path

from evals.bench.corpus import write_corpus

from journeyai.app import Study
from journeyai.model.source import SourceFile


def written(folder: Path, seed: int) -> dict[str, bytes]:
    write_corpus(folder, 300, seed)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = written(tmp_path / "a", 1)
    assert written(tmp_path / "b", 1) == first
    assert written(tmp_path / "c", 2) != first


def test_every_file_is_read_as_what_it_is(tmp_path: Path) -> None:
    write_corpus(tmp_path / "sources", 300)
    study = Study.create(tmp_path / "study", sources=tmp_path / "sources")
    files: list[SourceFile] = [study.read(path.relative_to(tmp_path / "sources").as_posix())
                               for path in sorted((tmp_path / "sources").rglob("*.*"))]  # fmt: skip

    told = {(file.source.split("/")[0], file.kind) for file in files}
    assert told == {
        ("interviews", "interview"),
        ("chats", "chat"),
        ("reviews", "review"),
        ("tickets", "ticket"),
    }
    assert {document.language for file in files for document in file.documents} <= {"en", "es", "und"}
    assert all(
        {turn.role for document in file.documents for turn in document.turns} >= {"customer"}
        for file in files
    )
