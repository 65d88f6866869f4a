"""The shipped encoder, keeping what it has encoded: for measures and tests that ask for the same texts again."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from journeyai.model.aliases import Vectors, VectorSource
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings


@cache
def shipped_vectors() -> VectorSource:
    """Return the shipped encoder as a source of vectors."""
    encoder = make_encoder(SearchSettings())
    known: dict[str, Vectors] = {}

    def vectors(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encoder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return vectors
