from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.retrieval.studies import WordEncoder, note

from journeyai.retrieval.store import Store
from journeyai.retrieval.vector_cache import BATCH


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


def test_rows_stand_in_the_order_of_the_texts(store: Store) -> None:
    texts = ["late bill", "a", "late bill", "", "b"]
    expected = WordEncoder().encode(texts)
    for _ in range(2):
        np.testing.assert_array_equal(store.vectors.vectors(WordEncoder(), texts), expected)


def test_only_distinct_texts_that_are_not_known_are_embedded_in_their_own_order(store: Store) -> None:
    encoder = WordEncoder()
    store.vectors.vectors(encoder, ["c", "a", "c"])
    store.vectors.vectors(encoder, ["d", "c", "b", "a"])
    assert encoder.asked == [["a", "c"], ["b", "d"]]


def test_each_encoder_has_vectors_of_its_own(store: Store) -> None:
    small, large = WordEncoder("words/1", 8), WordEncoder("words/2", 16)
    assert store.vectors.vectors(small, ["a"]).shape == (1, 8)
    assert store.vectors.vectors(large, ["a"]).shape == (1, 16)
    assert store.vectors.vectors(small, ["a", "b"]).shape == (2, 8)


def test_no_texts_give_no_rows(store: Store) -> None:
    assert store.vectors.vectors(WordEncoder(), []).shape == (0, 32)


def test_texts_that_differ_only_in_what_no_encoder_can_take_share_a_vector(store: Store) -> None:
    encoder = WordEncoder()
    store.vectors.vectors(encoder, ["a\x00b", "a b", "x\ud800", "x\ufffd"])
    assert encoder.asked == [["a b", "x\ufffd"]]


class Stopped(Exception):
    pass


def test_what_was_embedded_before_an_interruption_is_kept(store: Store) -> None:
    texts = [f"sentence {number:05}" for number in range(2 * BATCH + 10)]
    encoder = WordEncoder(dimensions=4)
    seen: list[tuple[int, int]] = []

    def stop_after_the_second(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        store.vectors.vectors(encoder, texts, stop_after_the_second)
    assert seen == [(BATCH, len(texts)), (2 * BATCH, len(texts))]
    encoder.asked.clear()
    assert store.vectors.vectors(encoder, texts).shape == (len(texts), 4)
    assert encoder.asked == [texts[2 * BATCH :]]


def test_vectors_of_texts_nobody_says_are_forgotten_when_asked(store: Store) -> None:
    encoder = WordEncoder()
    store.put(*note("a.txt", "kept"))
    store.vectors.vectors(encoder, ["kept", "gone"])
    assert store.prune() == 1
    encoder.asked.clear()
    store.vectors.vectors(encoder, ["kept", "gone"])
    assert encoder.asked == [["gone"]]
