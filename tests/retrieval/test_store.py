import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.retrieval.studies import WordEncoder, document, note, read, source_file

from journeyai.errors import SettingsError
from journeyai.model.source import Document, Measure, Skipped, SourceFile, Turn, Utterance
from journeyai.model.vocabulary import CHANNELS, KINDS, ROLES
from journeyai.retrieval.database import SCHEMA_VERSION
from journeyai.retrieval.document_json import dump_document, load_document
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.store import Place, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


#: Any text a file may hold: NUL, lone surrogates, emoji and all.
texts = st.text(st.characters(codec=None, categories=None), max_size=12)
measures = st.builds(
    Measure,
    st.sampled_from(["stars", "nps", "csat", "ces"]),
    st.floats(0, 10),
    st.just(0.0),
    st.floats(1, 10),
)


@st.composite
def documents(draw: st.DrawFn, source: str = "a.txt") -> Document:
    text = ""
    turns: list[Turn] = []
    utterances: list[Utterance] = []
    for turn in range(draw(st.integers(0, 4))):
        text += draw(texts)
        start = len(text)
        for _ in range(draw(st.integers(0, 3))):
            text += draw(st.sampled_from(["", " ", "\n"]))
            said = draw(texts)
            span = (len(text), len(text) + len(said))
            language = draw(st.sampled_from(["en", "es", "und"]))
            utterances.append(Utterance(len(utterances), turn, *span, said, language))
            text += said
        turns.append(
            Turn(
                draw(st.none() | texts),
                draw(st.sampled_from(ROLES)),
                draw(st.none() | texts),
                draw(st.none() | texts),
                start,
                len(text),
                draw(st.none() | measures),
                draw(st.booleans()),
                draw(st.none() | st.integers(0, 99)),
            )
        )
    return Document(
        source,
        draw(st.none() | texts),
        draw(st.sampled_from(KINDS)),
        draw(st.sampled_from(["en", "es", "und"])),
        text,
        tuple(turns),
        tuple(utterances),
        draw(st.none() | st.sampled_from(CHANNELS)),
        draw(st.none() | st.tuples(texts, st.none() | texts)),
    )


@given(documents())
def test_a_document_comes_back_from_its_body_as_it_was(before: Document) -> None:
    assert load_document(before.source, before.record, dump_document(before)) == before


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_files_come_back_from_the_store_as_they_were(store: Store, data: st.DataObject) -> None:
    files = []
    for source in data.draw(st.lists(texts, unique=True, max_size=3)):
        found = tuple(data.draw(st.lists(documents(source), max_size=3)))
        notes = data.draw(st.lists(texts, max_size=2))
        skipped = tuple(Skipped(where, "why") for where in notes)
        files.append(SourceFile(source, "0" * 64, "review", "csv", found, skipped, tuple(notes)))
    for gone in store.files():
        store.drop(gone)
    for file in files:
        store.put(*read(file))
    assert list(store.source_files()) == sorted(files, key=lambda file: file.source)


def test_documents_come_by_source_and_then_in_the_files_order(store: Store) -> None:
    late = source_file("b.csv", *(document("b.csv", record=record) for record in ("R2", "R10", "R1")))
    store.put(*read(late))
    store.put(*note("a.txt", "One."))
    keys = [found.key for found in store.documents()]
    assert keys == [("a.txt", None), ("b.csv", "R2"), ("b.csv", "R10"), ("b.csv", "R1")]


def test_files_tell_what_they_were_read_from(store: Store) -> None:
    file, state = note("a.txt", "One.")
    store.put(file, state)
    assert store.files() == {"a.txt": state}


def test_a_changed_file_takes_the_place_of_what_it_was(store: Store) -> None:
    store.put(*note("a.txt", "The bill was wrong.", "Nobody answered."))
    store.put(*note("a.txt", "The bill was right.", "Nobody answered."))
    assert [u.text for d in store.documents() for u in d.utterances] == [
        "The bill was right.",
        "Nobody answered.",
    ]
    assert store.keyword_hits('"wrong"', 10) == []
    assert store.sentence_count() == 2


def test_a_sentence_stays_as_long_as_somebody_says_it(store: Store) -> None:
    store.put(*note("a.txt", "Nobody answered."))
    store.put(*note("b.txt", "Nobody answered."))
    before = store.keyword_hits('"nobody"', 10)
    store.drop("a.txt")
    assert store.keyword_hits('"nobody"', 10) == before
    store.drop("b.txt")
    assert store.keyword_hits('"nobody"', 10) == []


def test_an_id_never_comes_to_mean_another_sentence(store: Store) -> None:
    store.put(*note("a.txt", "Nobody answered."))
    before = store.sentence_ids()
    store.drop("a.txt")
    store.put(*note("a.txt", "Somebody answered."))
    assert set(before).isdisjoint(store.sentence_ids())


def test_dropping_what_is_not_there_does_nothing(store: Store) -> None:
    store.drop("no such file.txt")
    assert store.files() == {}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(Utterance(0, 0, 0, 3, "two", "en"), id="another text"),
        pytest.param(Utterance(1, 0, 0, 3, "one", "en"), id="wrong number"),
    ],
)
def test_an_utterance_that_is_no_slice_is_refused_and_nothing_is_kept(
    store: Store, broken: Utterance
) -> None:
    turn = Turn("P1", "customer", "P1", None, 0, 3)
    bad = Document("a.txt", None, "note", "en", "one", (turn,), (broken,))
    with pytest.raises(ValueError, match="not the slice"):
        store.put(*read(source_file("a.txt", document("a.txt"), bad)))
    assert store.files() == {}
    assert list(store.documents()) == []


def test_a_state_of_other_bytes_is_refused(store: Store) -> None:
    file, state = note("a.txt", "One.")
    with pytest.raises(ValueError, match="other bytes"):
        store.put(file, replace(state, sha256="f" * 64))


def test_stages_are_found_again_and_replaced(store: Store) -> None:
    store.put(*note("a.txt", "The bill was wrong.", "The bill was late."))
    store.set_stages({(("a.txt", None), 0): "use", (("gone.txt", None), 4): "use"})
    (wrong,) = store.keyword_hits('"wrong"', 10)
    assert store.keyword_hits('"bill"', 10, Filters(stage="use")) == [wrong]
    store.set_stages({(("a.txt", None), 1): "use"})
    (late,) = store.keyword_hits('"late"', 10)
    assert store.keyword_hits('"bill"', 10, Filters(stage="use")) == [late]


def test_equal_scores_cut_by_the_limit_are_left_out_whole_unless_all_are_equal(store: Store) -> None:
    store.put(*note("a.txt", "bill bill bill", "bill one", "bill two", "bill six"))
    best = store.keyword_hits('"bill"', 1)
    assert store.keyword_hits('"bill"', 2) == best
    assert len(store.keyword_hits('"bill"', 4)) == 4
    store.put(*note("a.txt", "bill one", "bill two", "bill six"))
    assert len(store.keyword_hits('"bill"', 2)) == 2


def test_places_name_every_utterance_of_a_sentence(store: Store) -> None:
    store.put(*note("b.txt", "Fine.", "Thanks."))
    store.put(*note("a.txt", "Thanks."))
    ids = store.keyword_hits('"thanks"', 10)
    places = store.places(ids)
    assert [(store.body(place.document_id)[0], place.number) for place in places] == [
        (("a.txt", None), 0),
        (("b.txt", None), 1),
    ]
    assert isinstance(places[0], Place)


def test_another_schema_version_starts_anew_but_keeps_the_vectors(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    encoder = WordEncoder()
    store = Store(path)
    store.put(*note("a.txt", "One.", "Two."))
    store.vectors.vectors(encoder, ["One.", "Two."])
    store.close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()

    store = Store(path)
    assert store.notice == "The index was of another version and is made anew: every file is read again."
    assert store.files() == {}
    assert store.is_empty()
    store.put(*note("a.txt", "One.", "Two."))
    store.vectors.vectors(encoder, ["One.", "Two."])
    store.close()
    assert encoder.asked == [["One.", "Two."]]


@pytest.mark.parametrize("size", [0, 50, 4096, 100_000], ids=lambda size: f"{size} bytes")
def test_a_damaged_store_is_made_anew(tmp_path: Path, size: int) -> None:
    path = tmp_path / "store.sqlite"
    store = Store(path)
    store.put(*note("a.txt", *(f"Sentence {number}." for number in range(200))))
    store.close()
    path.write_bytes(b"\xff" * size)
    store = Store(path)
    assert store.files() == {}
    store.put(*note("a.txt", "One."))
    assert list(store.files()) == ["a.txt"]
    store.close()


def test_a_store_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").mkdir()
    with pytest.raises(SettingsError, match=r"store\.sqlite` cannot be opened"):
        Store(tmp_path / "store.sqlite")


def test_deleted_words_leave_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = Store(path)
    store.put(*note("a.txt", "Everything is fine here."))
    store.put(*note("b.txt", "My name is Zebulonia Quetzalmarsh."))
    store.drop("b.txt")
    store.erase_deleted_words()
    store.prune()
    store.close()
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
    assert b"fine here" in left
    assert b"zebulonia" not in left
    assert b"quetzalmarsh" not in left
