import shutil
import subprocess
import sys
from collections import OrderedDict
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import Said, document

import journeyai
from journeyai.engines.local.reader.reader import MOST_KNOWN, Reader, Reading, load_reader
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import EMOTIONS, LANES, LIFECYCLE

SENTENCES = (
    "The refund never arrived.",
    "Me encantó lo fácil que fue darse de alta.",
    "I wish I could pay by card.",
    "ok",
    "…",
    "🙂🙂",
    "Tardó tres semanas y nadie llamó, ni un mensaje, nada. " * 12,
    "PÉSIMO SERVICIO!!!",
)

said = st.builds(
    Said,
    st.just("P"),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    st.sampled_from(["customer", "agent", "researcher"]),
)
studies = st.lists(st.lists(said, max_size=4).map(lambda told: document("a.md", *told)), max_size=4)


def fresh() -> Reader:
    """Return the shipped reader, remembering nothing that it has read."""
    return replace(load_reader(), known=OrderedDict())


def rows(reading: Reading, place: int) -> dict[int, np.ndarray]:
    """Return all that is told of each utterance of the document at *place*, side by side."""
    return {
        number: np.concatenate(
            [
                np.atleast_1d(getattr(reading, field.name)[row])
                for field in fields(Reading)
                if field.name != "place"
            ]
        )
        for (where, number), row in reading.place.items()
        if where == place
    }


@settings(deadline=None, max_examples=8)
@given(studies)
def test_everything_that_is_no_rating_is_read_once_and_on_its_scale(read: list[Document]) -> None:
    reading = fresh().read(read)
    wanted = [(place, item.number) for place, one in enumerate(read) for item in one.utterances]
    assert sorted(reading.place) == sorted(wanted)
    assert sorted(reading.place.values()) == list(range(len(wanted)))
    for shares in (reading.lane, reading.stage, reading.emotion):
        assert len(shares) == len(wanted)
        assert np.allclose(shares.sum(axis=1), 1, atol=1e-4)
    assert np.abs(reading.valence).max(initial=0) <= 2
    assert np.isfinite(reading.vectors).all()


@settings(deadline=None, max_examples=6)
@given(studies, st.data())
def test_a_document_is_read_the_same_alone_and_in_company(read: list[Document], data: st.DataObject) -> None:
    if not read:
        return
    place = data.draw(st.integers(0, len(read) - 1))
    together = rows(fresh().read(read), place)
    alone = rows(fresh().read([read[place]]), 0)
    assert together.keys() == alone.keys()
    for number, row in alone.items():
        assert together[number] == pytest.approx(row, abs=1e-4)


def test_the_same_documents_are_read_the_same_twice() -> None:
    read = [document(f"{n}.md", Said("P", [text, text])) for n, text in enumerate(SENTENCES)]
    first, second = fresh().read(read), fresh().read(read)
    assert first.place == second.place
    for name in ("lane", "stage", "valence", "emotion", "vectors"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


def test_what_was_read_before_is_remembered_as_it_was_read() -> None:
    reader = fresh()
    asked = document("a.md", Said("Mo", ["How was it?"], role="researcher"), Said("P", list(SENTENCES)))
    first = reader.read([asked])
    known = len(reader.known)
    assert known > 0
    for again in (asked, replace(asked, source="b.md")):
        second = reader.read([again])
        assert len(reader.known) == known
        assert np.array_equal(first.vectors, second.vectors)
    # The same words by another role are not the same window.
    reader.read([replace(asked, turns=(asked.turns[0], replace(asked.turns[1], role="agent")))])
    assert len(reader.known) > known


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    reader = fresh()
    reader.known.update(
        (bytes([n % 256, n // 256]), np.zeros((1, 384), np.float32)) for n in range(MOST_KNOWN)
    )
    item = document("a.md", Said("P", ["It broke."]))
    assert rows(reader.read([item]), 0)[0] == pytest.approx(rows(fresh().read([item]), 0)[0], abs=1e-6)
    assert len(reader.known) == MOST_KNOWN
    assert bytes([0, 0]) not in reader.known


def test_more_than_one_batch_is_read_in_the_documents_order() -> None:
    long, short = SENTENCES[6], SENTENCES[0]
    read = [document(f"{n}.md", Said("P", [long] if n % 8 else [short])) for n in range(30)]
    together = fresh().read(read)
    for place in (0, 1, 24, 29):
        alone = rows(fresh().read([read[place]]), 0)
        for number, row in rows(together, place).items():
            assert row == pytest.approx(alone[number], abs=1e-4)


def test_a_rating_is_not_read_and_weighs_on_what_is() -> None:
    words = Said("R1", ["It took four days to come."])

    def valence(stars: float) -> float:
        item = document(
            "r.csv", words, Said("R1", ["x"], measure=Measure("stars", stars, 1, 5)), kind="review"
        )
        reading = fresh().read([item])
        assert list(reading.place) == [(0, 0)]
        return float(reading.valence[0])

    assert valence(1) < valence(5)


def test_the_question_before_weighs_on_the_answer() -> None:
    def told(question: str) -> np.ndarray:
        item = document("a.md", Said("Mo", [question], role="researcher"), Said("P1", ["Three weeks."]))
        return rows(fresh().read([item]), 0)[1]

    assert not np.allclose(
        told("How long did the refund take?"), told("How long have you lived here?"), atol=1e-2
    )


def test_nothing_to_read_is_an_empty_reading() -> None:
    for read in (
        [],
        [document("a.md")],
        [document("a.md", Said("R", ["4"], measure=Measure("stars", 4, 1, 5)))],
    ):
        reading = fresh().read(read)
        assert reading.place == {}
        assert (len(reading.lane), len(reading.valence), len(reading.vectors)) == (0, 0, 0)


def test_near_duplicates_and_where_a_document_comes_from_change_nothing() -> None:
    item = document("a.md", Said("P1", list(SENTENCES[:3])))
    other = replace(item, source="z/other.md", record="R9", duplicate_of=("b.md", None))
    first, second = fresh().read([item]), fresh().read([other])
    assert np.array_equal(first.vectors, second.vectors)


def test_the_shipped_reader_answers_in_the_products_own_words() -> None:
    reader = load_reader()
    assert set(reader.labels["lane"]) <= {*LANES, "none"}
    assert {"pain_point", "delight", "need", "none"} <= set(reader.labels["lane"])
    assert set(reader.labels["stage"]) == set(LIFECYCLE)
    assert set(reader.labels["emotion"]) == set(EMOTIONS)
    for question, labels in reader.labels.items():
        assert reader.weights[question].shape == (len(reader.mean), len(labels))
        assert reader.biases[question].shape == (len(labels),)


@pytest.mark.parametrize("missing", ["reader.onnx", "reader.npz", "tokenizer.json"])
def test_a_missing_file_is_said_plainly(tmp_path: Path, missing: str) -> None:
    inside = tmp_path / "journeyai"
    shutil.copytree(
        Path(journeyai.__file__).parent, inside, ignore=shutil.ignore_patterns("__pycache__", "_data")
    )
    there = inside / "_data" / "knowledge" / "reader"
    there.mkdir(parents=True)
    for name in {"reader.onnx", "reader.npz", "tokenizer.json"} - {missing}:
        (there / name).write_bytes(b"")
    code = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
from journeyai.engines.local.reader.reader import load_reader
from journeyai.errors import ResourceError
try:
    load_reader()
except ResourceError as error:
    print(error.message, error.hint)
"""
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    assert told.strip() == (
        "The local engine's reader is missing. Run `make reader`, or install JourneyAI again."
    )
