"""Documents that say nearly the same: the later counts as the first one's people.

A review posted twice, a ticket exported into two files, an interview saved under two names.

Two texts are alike when at least `ALIKE` of their word triples are common (Jaccard), or when their words are
the same.  Candidates come from MinHash bands, so the work grows with the number of texts, not of pairs;
candidates are then compared exactly.  Hashes are stable: the same files give the same answer anywhere.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import Kind

#: Kinds in which one person may post twice, or many may post for one.
_POSTED: frozenset[Kind] = frozenset({"review", "survey"})

#: Shorter posts ("good app") are the same by chance.
FEWEST_WORDS = 4

#: Shorter conversations ("where is my order?") may be, too; a longer one that is the same is a copy of the file.
FEWEST_WORDS_TOLD = 30

#: Share of common word triples from which two texts say the same.
ALIKE = 0.8

#: 16 bands of 4 rows find a pair at 0.8 with a chance of 1 − (1 − 0.8⁴)¹⁶ ≈ 0.9998.
_BANDS, _ROWS = 16, 4

#: Candidates of one band bucket that a text is compared with; a bucket of a popular phrase stays cheap.
_MOST_COMPARED = 24

_WORD = re.compile(r"\w+")

#: Texts whose signatures are computed at once: bounds the memory, changes nothing else.
_CHUNK = 2000

Hashes = NDArray[np.uint64]


def find_duplicates(documents: Iterable[Document]) -> dict[DocumentKey, DocumentKey]:
    """Return the key of each document that says nearly the same as an earlier one → the earliest such key.

    Only the customers' words count: of reviews and survey answers with at least `FEWEST_WORDS`, of anything else with
    at least `FEWEST_WORDS_TOLD`.  Earlier means by file name, then record, numbers in them by value; the order of
    *documents* does not matter.
    """
    order: list[DocumentKey] = []
    texts: list[list[str]] = []
    for document in sorted(documents, key=lambda document: _place(document.key)):
        fewest = FEWEST_WORDS if document.kind in _POSTED else FEWEST_WORDS_TOLD
        if len(words := _words(document)) >= fewest:
            order.append(document.key)
            texts.append(words)
    return {order[later]: order[first] for later, first in _alike(texts).items()}


def with_duplicates(documents: Iterable[Document]) -> list[Document]:
    """Return *documents* in the same order, duplicates with `duplicate_of` and the first one's person."""
    held = list(documents)
    found = find_duplicates(held)
    if not found:
        return held
    by_key = {document.key: document for document in held}
    return [
        _as_duplicate(document, by_key[found[document.key]]) if document.key in found else document
        for document in held
    ]


def _as_duplicate(document: Document, first: Document) -> Document:
    known = {turn.speaker: turn.person for turn in first.turns if turn.person is not None}
    anybody = next(iter(known.values()), None)
    turns = tuple(
        replace(turn, person=known.get(turn.speaker, anybody))
        if anybody is not None and turn.person is not None
        else turn
        for turn in document.turns
    )
    return replace(document, turns=turns, duplicate_of=first.key)


def _place(key: DocumentKey) -> tuple[str, list[tuple[int, int, str]]]:
    """Return what documents are sorted by: `R2` stands before `R10`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", key[1] or "")
    return key[0], [
        (0, int(part), part) if part.isdigit() and len(part) < 19 else (1, 0, part) for part in parts
    ]


def _words(document: Document) -> list[str]:
    said = (
        document.text[turn.start : turn.end]
        for turn in document.turns
        if turn.role == "customer" and turn.measure is None
    )
    return _WORD.findall("\n".join(said).casefold())


def _alike(texts: list[list[str]]) -> dict[int, int]:
    """Return the index of each text that is like an earlier one → the earliest such index."""
    found: dict[int, int] = {}
    same: dict[str, int] = {}
    shingles: dict[int, frozenset[int]] = {}
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for chunk in range(0, len(texts), _CHUNK):
        hashed = [_shingles(words) for words in texts[chunk : chunk + _CHUNK]]
        bands = _bands(hashed)
        for index, (own, keys) in enumerate(zip(hashed, bands, strict=True), start=chunk):
            first = same.setdefault(" ".join(texts[index]), index)
            if first != index:
                found[index] = found.get(first, first)
                continue
            candidates = {other for key in keys for other in buckets.get(key, ())[:_MOST_COMPARED]}
            like = min(
                (other for other in candidates if _jaccard(own, shingles[other]) >= ALIKE), default=None
            )
            if like is not None:
                found[index] = like
                continue
            shingles[index] = own
            for key in keys:
                buckets.setdefault(key, []).append(index)
    return found


def _shingles(words: list[str]) -> frozenset[int]:
    return frozenset(zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _bands(shingles: list[frozenset[int]]) -> list[list[tuple[int, bytes]]]:
    """Return each text's bucket keys: its MinHash signature, cut into bands."""
    starts = np.cumsum([0, *map(len, shingles)])[:-1]
    flat: Hashes = np.fromiter((h for own in shingles for h in own), dtype=np.uint64)
    signatures = np.empty((len(shingles), _BANDS * _ROWS), dtype=np.uint32)
    for row, (factor, offset) in enumerate(_FUNCTIONS):
        # Multiply-shift: the upper half of the product, modulo 2⁶⁴ by overflow, is a random-like order.
        signatures[:, row] = np.minimum.reduceat((flat * factor + offset) >> np.uint64(32), starts)
    return [
        [(band, one[band * _ROWS : (band + 1) * _ROWS].tobytes()) for band in range(_BANDS)]
        for one in signatures
    ]


def _functions() -> list[tuple[np.uint64, np.uint64]]:
    """Return the hash functions, the same everywhere: an odd factor and an offset each."""
    drawn = [hashlib.blake2b(b"%d" % row, digest_size=16).digest() for row in range(_BANDS * _ROWS)]
    return [
        (np.uint64(int.from_bytes(two[:8], "big") | 1), np.uint64(int.from_bytes(two[8:], "big")))
        for two in drawn
    ]


_FUNCTIONS = _functions()
