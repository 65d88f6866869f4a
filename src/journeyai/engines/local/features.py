"""What the heads see of an utterance: its vector, its letters and words, and a few plain signs.

Letters and words are hashed into fixed buckets (Weinberger et al. 2009, "Feature hashing"), so the heads need no
vocabulary file and any language written in Latin letters fits.  The length of an utterance is left out on purpose:
in labelled sentences complaints run longer than small talk, and a head that learns that calls every long sentence
a pain point.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.knowledge.polarity import load_polarity
from journeyai.model.vocabulary import Role

LETTER_BUCKETS: Final = 1 << 14
WORD_BUCKETS: Final = 1 << 13
LETTER_ORDERS: Final = (2, 3, 4, 5)

#: Letters first, then words.
SPARSE_WIDTH: Final = LETTER_BUCKETS + WORD_BUCKETS

_SIGNS: Final = (
    "asks",
    "exclaims",
    "has a number",
    "names money",
    "shouts",
    "trails off",
    "said by a researcher",
    "said by an agent",
    "praises",
    "praises, twice or more",
    "complains",
    "complains, twice or more",
    "praises after a not",
    "complains after a not",
    "praises and complains",
    "has a not",
)
SIGN_WIDTH: Final = len(_SIGNS)

_MONEY = re.compile(r"[€$£]|\b(?:euros?|pounds?|dollars?|quid|pesos?|soles|libras)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:twice|three|four|five|six|seven|eight|nine|ten|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)\b",
    re.I,
)
_SHOUT = re.compile(r"\b[A-ZÁÉÍÓÚÑ]{4,}\b")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of a sparse matrix: for each entry its row, column and value; sorted by row.

    Attributes:
        rows: which row (int32).
        columns: which column, below `SPARSE_WIDTH` (int32).
        values: rows have unit length within letters and within words (float32).
        count: number of rows.
    """

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]
    count: int

    def dot(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return rows @ *weights* (`SPARSE_WIDTH` × k), as count × k."""
        out = np.zeros((self.count, weights.shape[1]), dtype=np.float32)
        edges = np.searchsorted(self.rows, np.arange(self.count + 1))
        # Row by row: the gathered weights of one row stay in the processor's cache.
        for row, (start, end) in enumerate(pairwise(edges)):
            out[row] = self.values[start:end] @ weights.take(self.columns[start:end], axis=0)
        return out


def plain(text: str) -> str:
    """Return *text* in lower case, without accents, with digits as 0: people on phones type no accents."""
    return unicodedata.normalize("NFKD", text.lower()).translate(_PLAIN)


class _Plain(dict[int, str]):
    """Character → what is left of it, found out when it is first met: `str.translate` then does the rest at once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = "" if unicodedata.combining(char) else "0" if char.isdecimal() else char
        return self[code]


_PLAIN: Final = _Plain()


def tokens(text: str) -> list[str]:
    """Return the words of *text*, plain."""
    return _WORD.findall(plain(text))


def signs(texts: Sequence[str], roles: Sequence[Role]) -> NDArray[np.float32]:
    """Return the plain signs of each text, n × `SIGN_WIDTH`, 0 or 1."""
    out = np.zeros((len(texts), SIGN_WIDTH), dtype=np.float32)
    polarity = load_polarity()
    for row, (text, role) in enumerate(zip(texts, roles, strict=True)):
        words = tokens(text)
        good, bad, not_good, not_bad = polarity.count(words)
        out[row] = (
            "?" in text,
            "!" in text,
            bool(_NUMBER.search(text)),
            bool(_MONEY.search(text)),
            bool(_SHOUT.search(text)),
            text.rstrip().endswith(("...", "…", "-", "–")),
            role == "researcher",
            role == "agent",
            good > 0,
            good > 1,
            bad > 0,
            bad > 1,
            not_good > 0,
            not_bad > 0,
            good > 0 and bad > 0,
            not polarity.negators.isdisjoint(words),
        )
    return out


def letters_and_words(texts: Sequence[str]) -> SparseRows:
    """Return hashed counts of letter runs (inside words) and of words and word pairs."""
    words = [tokens(text) for text in texts]
    letter_rows, letter_columns = _letter_runs(words)
    word_rows, word_columns = _word_runs(words)
    parts = [
        _weigh(letter_rows, letter_columns, LETTER_BUCKETS),
        _weigh(word_rows, word_columns, WORD_BUCKETS),
    ]
    rows = np.concatenate([parts[0][0], parts[1][0]])
    columns = np.concatenate([parts[0][1], parts[1][1] + LETTER_BUCKETS])
    values = np.concatenate([parts[0][2], parts[1][2]])
    order = np.argsort(rows, kind="stable")
    return SparseRows(rows[order], columns[order], values[order], len(texts))


def in_chunks(count: int, size: int) -> Iterator[slice]:
    """Yield slices that cover range(*count*), *size* at a time."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _letter_runs(texts: Sequence[Sequence[str]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Hash runs of 2–5 letters within words, each word between two blanks, for all texts at once."""
    joined = "".join(f"\n {' '.join(words)} " for words in texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
    row_of = np.cumsum(codes == ord("\n"), dtype=np.int32) - 1
    blank = (codes == ord(" ")) | (codes == ord("\n"))
    rows, columns = [], []
    state = np.zeros(len(codes), dtype=np.uint32)
    inner_blank = np.zeros(len(codes), dtype=bool)
    for order in range(1, max(LETTER_ORDERS) + 1):
        width = len(codes) - order + 1
        if width <= 0:
            break
        # A polynomial rolling hash, mod 2**32; multiplied out by Knuth's constant before the bucket is taken.
        state = state[:width] * np.uint32(16777619) + codes[order - 1 :]
        inner_blank = inner_blank[:width]
        if order > 2:
            inner_blank = inner_blank | blank[order - 2 : order - 2 + width]
        if order not in LETTER_ORDERS:
            continue
        both_blank = blank[:width] & blank[order - 1 :]
        newline = (codes[:width] == ord("\n")) | (codes[order - 1 :] == ord("\n"))
        keep = ~inner_blank & ~both_blank & ~newline
        mixed = (state[keep] + np.uint32(order)) * np.uint32(2654435761)
        rows.append(row_of[:width][keep])
        columns.append((mixed >> np.uint32(32 - 14)).astype(np.int32))
    if not rows:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    return np.concatenate(rows), np.concatenate(columns)


def _word_runs(texts: Sequence[Sequence[str]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Hash words and pairs of neighbours."""
    hashes: list[int] = []
    lengths: list[int] = []
    for words in texts:
        coded = [word.encode() for word in words]
        singles = [zlib.crc32(word) for word in coded]
        hashes += singles
        # "a b": the sum of "a", carried on over " b".
        hashes += [zlib.crc32(b" " + word, before) for word, before in zip(coded[1:], singles, strict=False)]
        lengths.append(max(0, 2 * len(words) - 1))
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    return rows, (np.asarray(hashes, np.uint32) % WORD_BUCKETS).astype(np.int32)


def _weigh(
    rows: NDArray[np.int32], columns: NDArray[np.int32], buckets: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Count equal (row, column) entries, dampen (1 + ln count), and scale each row to unit length."""
    if not len(rows):
        return rows, columns, np.empty(0, np.float32)
    keys, counts = np.unique(rows.astype(np.int64) * buckets + columns, return_counts=True)
    values = (1 + np.log(counts)).astype(np.float32)
    out_rows = (keys // buckets).astype(np.int32)
    lengths = np.sqrt(np.bincount(out_rows, weights=values.astype(np.float64) ** 2))
    values /= lengths[out_rows].astype(np.float32)
    return out_rows, (keys % buckets).astype(np.int32), values
