"""What was seen is found again under the very contents it was seen in, and under nothing else."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.drafting.material import FRAME, Said, document
from tests.retrieval.studies import WordEncoder, read, source_file

from journeyai.drafting import kept_reading
from journeyai.drafting.coverage import PointPlace, Sighting
from journeyai.engines.engine import FrameStage
from journeyai.model.source import Document
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings

TALK = document("a.md", Said("Ana", ["It broke twice.", "Hm.", "I waited an hour."]))
REVIEW = document("b.csv", Said("R1", ["Never again."]), kind="review", record="R1")
DOCUMENTS = [TALK, REVIEW]
SEEN: dict[PointPlace, Sighting] = {
    (TALK.key, TALK.utterances[0].start): Sighting("pain_point", 0.8123),
    (TALK.key, TALK.utterances[2].start): Sighting("need", 0.31),
    (REVIEW.key, REVIEW.utterances[0].start): Sighting("delight", 1.0),
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        index.update([read(source_file("a.md", TALK)), read(source_file("b.csv", REVIEW, kind="review"))])
        yield index


def test_nothing_is_recalled_before_anything_was_kept(index: Index) -> None:
    assert kept_reading.recall(index, DOCUMENTS, FRAME, "auto") is None


@pytest.mark.parametrize("documents", [DOCUMENTS, DOCUMENTS[::-1]], ids=["as read", "in another order"])
def test_what_was_seen_comes_back_as_it_was(index: Index, documents: Sequence[Document]) -> None:
    kept_reading.keep(index, DOCUMENTS, FRAME, "auto", SEEN)
    assert kept_reading.recall(index, documents, FRAME, "auto") == SEEN


def test_stages_under_other_names_do_not_matter(index: Index) -> None:
    kept_reading.keep(index, DOCUMENTS, FRAME, "auto", SEEN)
    other = replace(FRAME, stages=(FrameStage("all", "All of it", "", (0.0,) * 7),), language="es")
    assert kept_reading.recall(index, DOCUMENTS, other, "auto") == SEEN


def test_another_way_of_reading_or_other_lanes_know_nothing(index: Index) -> None:
    kept_reading.keep(index, DOCUMENTS, FRAME, "auto", SEEN)
    assert kept_reading.recall(index, DOCUMENTS, FRAME, "quick") is None
    assert kept_reading.recall(index, DOCUMENTS, replace(FRAME, lanes=("need",)), "auto") is None


def test_another_engine_knows_nothing(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_reading.keep(index, DOCUMENTS, FRAME, "auto", SEEN)
    monkeypatch.setattr(kept_reading, "engine_identity", lambda: "another")
    assert kept_reading.recall(index, DOCUMENTS, FRAME, "auto") is None


@pytest.mark.parametrize("change", ["a source is changed", "a source is gone", "a source is new"])
def test_other_sources_know_nothing(index: Index, change: str) -> None:
    kept_reading.keep(index, DOCUMENTS, FRAME, "auto", SEEN)
    changed = document("a.md", Said("Ana", ["It broke thrice.", "Hm.", "I waited an hour."]))
    new = document("c.md", Said("Eva", ["Fine."]))
    match change:
        case "a source is changed":
            index.update([read(source_file("a.md", changed))])
        case "a source is gone":
            index.update(removed=["a.md"])
        case _:
            index.update([read(source_file("c.md", new))])
    assert kept_reading.recall(index, list(index.documents()), FRAME, "auto") is None


def test_what_is_kept_holds_no_word_and_no_name(index: Index, tmp_path: Path) -> None:
    kept_reading.keep(index, DOCUMENTS, FRAME, "auto", SEEN)
    with closing(sqlite3.connect(tmp_path / ".journeyai" / "index" / "store.sqlite")) as database:
        ((text,),) = database.execute("SELECT value FROM meta WHERE key = 'reading'").fetchall()
    assert text.endswith('{"0":[[5,"pain_point",0.8123],[25,"need",0.31]],"1":[[4,"delight",1.0]]}')
    assert [word for word in ("Ana", "broke", "a.md", "R1") if word in text] == []
