import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.engines.local.features import (
    SIGN_WIDTH,
    SPARSE_WIDTH,
    in_chunks,
    letters_and_words,
    plain,
    signs,
    tokens,
)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_the_sparse_product_is_the_dense_one(texts: list[str]) -> None:
    rows = letters_and_words(texts)
    dense = np.zeros((len(texts), SPARSE_WIDTH), dtype=np.float32)
    np.add.at(dense, (rows.rows, rows.columns), rows.values)
    weights = np.random.default_rng(0).normal(size=(SPARSE_WIDTH, 3)).astype(np.float32)
    assert np.allclose(rows.dot(weights), dense @ weights, atol=1e-4)
    assert rows.count == len(texts)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5), st.data())
def test_a_texts_features_do_not_depend_on_its_neighbours(texts: list[str], data: st.DataObject) -> None:
    weights = np.random.default_rng(0).normal(size=(SPARSE_WIDTH, 2)).astype(np.float32)
    together = letters_and_words(texts).dot(weights)
    index = data.draw(st.integers(0, len(texts) - 1))
    assert np.allclose(together[index], letters_and_words([texts[index]]).dot(weights)[0], atol=1e-5)


def test_words_without_accents_and_with_are_the_same() -> None:
    assert tokens("La FACTURACIÓN llegó 2 días tarde") == ["la", "facturacion", "llego", "0", "dias", "tarde"]
    assert plain("Ñandú 1987") == "nandu 0000"


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("Why?", {"asks"}),
        ("It cost 40 €!", {"exclaims", "number", "money"}),
        ("ABSURD", {"shouts"}),
        ("and then…", {"trails"}),
    ],
)
def test_plain_signs(text: str, on: set[str]) -> None:
    names = ["asks", "exclaims", "number", "money", "shouts", "trails"]
    row = signs([text], ["customer"])[0]
    assert row.shape == (SIGN_WIDTH,)
    assert {name for name, value in zip(names, row, strict=False) if value} == on


def test_chunks_cover_everything_once() -> None:
    assert [(part.start, part.stop) for part in in_chunks(5, 2)] == [(0, 2), (2, 4), (4, 5)]
    assert list(in_chunks(0, 2)) == []
