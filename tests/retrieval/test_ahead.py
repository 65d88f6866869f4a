"""Vectors reach Chroma while the next are computed; whatever does not is added afterwards."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.retrieval.studies import WordEncoder, note

from journeyai.errors import EngineError
from journeyai.model.aliases import Vectors
from journeyai.retrieval.index import Index
from journeyai.retrieval.store import Store
from journeyai.retrieval.vector_cache import BATCH, text_hash
from journeyai.retrieval.vector_index import VectorIndex
from journeyai.settings import SearchSettings

SENTENCES = [f"Sentence {number} of {number * 7 % 13} words." for number in range(2 * BATCH + 100)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store.sqlite")
    store.put(*note("a.txt", *SENTENCES))
    return store


def kept(store: Store, encoder: WordEncoder) -> list[tuple[list[bytes], Vectors]]:
    waiting = store.sentences_without_vector(encoder.id)
    return list(store.vectors.embed(encoder, waiting))


def ids(index: VectorIndex, store: Store, encoder: WordEncoder, texts: Sequence[str]) -> list[int]:
    return [index.query(row, 1)[0][0] for row in encoder.encode(texts, query=True)]


@pytest.mark.parametrize("ahead", [0, 1, 3], ids=["none", "the first batch", "every batch"])
def test_every_vector_is_there_however_many_were_added_ahead(
    store: Store, tmp_path: Path, ahead: int
) -> None:
    encoder = WordEncoder()
    index = VectorIndex(store, encoder.id, tmp_path, None)
    batches = kept(store, encoder)
    with index.ahead() as add:
        for hashes, rows in batches[:ahead]:
            add(hashes, rows)
    index.sync()

    asked = SENTENCES[::500]
    known = store.ids_of_hashes([text_hash(text) for text in asked])
    assert ids(index, store, encoder, asked) == [known[text_hash(text)] for text in asked]
    index.close()
    store.close()


def test_what_cannot_be_added_ahead_is_added_by_the_next_sync(store: Store, tmp_path: Path) -> None:
    encoder = WordEncoder()
    index = VectorIndex(store, encoder.id, tmp_path, None)
    batches = kept(store, encoder)
    with index.ahead() as add:
        hashes, rows = batches[0]
        add(
            hashes, rows[:, : rows.shape[1] // 2]
        )  # Chroma takes the first vectors' length for all that follow
        for batch in batches[1:]:
            add(*batch)
    index.sync()

    assert len(index.query(encoder.encode(["Sentence 3 of 8 words."])[0], len(SENTENCES))) == len(SENTENCES)
    index.close()
    store.close()


def test_a_server_that_does_not_answer_stops_nothing_before_the_sync(store: Store, tmp_path: Path) -> None:
    encoder = WordEncoder()
    index = VectorIndex(store, encoder.id, tmp_path, "nonsense://")
    with index.ahead() as add:
        for batch in kept(store, encoder):
            add(*batch)
    assert not store.sentences_without_vector(encoder.id)
    store.close()


class UnpluggedEncoder(WordEncoder):
    """Answers twice."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if len(self.asked) == 2:
            raise EngineError("Unplugged.")
        return super().encode(texts, query=query)


def test_an_encoder_that_fails_meanwhile_is_heard_of_and_the_next_update_goes_on(tmp_path: Path) -> None:
    index = Index.open(tmp_path, SearchSettings(), UnpluggedEncoder())
    with pytest.raises(EngineError, match="Unplugged"):
        index.update([note("a.txt", *SENTENCES)])
    index.close()
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        assert index.update().embedded == len(SENTENCES) - 2 * BATCH
        assert index.search(SENTENCES[-1], 1)[0].text.endswith(SENTENCES[-1])
