"""Things that a belief and customers both name, by whatever word, in either language: fee, charge, cargo."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.knowledge.stopwords import content_words
from journeyai.knowledge.taxonomy import read_taxonomy

#: What is rarer than this (as a logarithm) counts no more than this.
_RAREST: Final = 3.0


def shared_things(
    claims: Sequence[str], quotes: Sequence[str], matters: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """Return for each claim and each matter how much the thing they most share tells them apart from the rest.

    That is the share of the matter's quotes which name the thing, times how rare it is in all quotes.

    Args:
        claims: what is believed.
        quotes: of a whole map.
        matters: the numbers of each one's quotes.
    """
    told, believed = _names(quotes), _names(claims)
    rarity = np.minimum(_RAREST, np.log((len(quotes) + 1) / (told.sum(axis=0) + 1)))
    shares = np.array([told[list(rows)].mean(axis=0) for rows in matters]).reshape(-1, told.shape[1])
    weights = shares * rarity
    return np.array([(weights * named).max(axis=1, initial=0.0) for named in believed]).reshape(
        len(claims), len(matters)
    )


def _names(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return texts × things: which text names which."""
    rows = np.zeros((len(texts), len(_things())), bool)
    for row, text in enumerate(texts):
        for word in content_words(text):
            rows[row, list(_named_by(word))] = True
    return rows


# The same few thousand words come again and again.
@lru_cache(maxsize=1 << 14)
def _named_by(word: str) -> tuple[int, ...]:
    return tuple(number for number, is_name in enumerate(_things()) if is_name(word))


@cache
def _things() -> tuple[Callable[[str], bool], ...]:
    """Return the matchers of `knowledge/taxonomy/concepts.yaml`: only names count, for what is near says too little."""
    return tuple(_matcher(raw["names"].split()) for raw in read_taxonomy("concepts").values())


def _matcher(entries: Sequence[str]) -> Callable[[str], bool]:
    whole = frozenset(entry for entry in entries if not entry.endswith("*"))
    beginnings = tuple(entry[:-1] for entry in entries if entry.endswith("*"))
    return lambda word: word in whole or word.startswith(beginnings)
