"""Vectors of texts, computed once a run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from journeyai.model.aliases import Vectors, VectorSource
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings


@contextmanager
def kept_vectors() -> Iterator[VectorSource]:
    """Give the vectors that `diff` compares by, and forget them afterwards."""
    encoder = make_encoder(SearchSettings())
    known: dict[str, Vectors] = {}

    def vectors(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encoder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    yield vectors
    known.clear()
