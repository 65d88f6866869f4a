"""Grouping of points by likeness, in time that grows with their number and not its square.

Few rows are joined pairwise by average linkage (Sokal & Michener 1958; nearest-neighbour chain, Murtagh 1983) until
no two groups are alike enough.  Many rows are first gathered round `MOST_ROWS` centres (spherical k-means), and only
the centres are joined.  Rows must come in an order that does not depend on the order of files.
"""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

#: Largest number of rows that are compared pairwise.
MOST_ROWS: Final = 1200
_ROUNDS: Final = 4
#: Rows compared with the centres at a time.
_CHUNK: Final = 4096


def group(rows: Rows, least_likeness: float) -> NDArray[np.int64]:
    """Return a group number for each of *rows* (unit length), numbered by first appearance.

    Two groups are joined while the mean likeness (cosine) between their members is at least *least_likeness*.
    """
    if len(rows) <= MOST_ROWS:
        return _numbered(_join(rows, np.ones(len(rows)), least_likeness))
    centre_of, centres = gather(rows, MOST_ROWS)
    sizes = np.bincount(centre_of, minlength=len(centres)).astype(float)
    return _numbered(_join(centres, sizes, least_likeness)[centre_of])


def gather(rows: Rows, count: int) -> tuple[NDArray[np.int64], Rows]:
    """Gather *rows* round *count* centres; return each row's centre and the centres (mean rows, not unit length).

    Centres start at rows evenly spread through the given order, so the outcome is the same every time.
    """
    centres = rows[np.linspace(0, len(rows) - 1, count).astype(int)].copy()
    nearest = np.zeros(len(rows), dtype=np.int64)
    for _ in range(_ROUNDS):
        for start in range(0, len(rows), _CHUNK):
            nearest[start : start + _CHUNK] = (rows[start : start + _CHUNK] @ centres.T).argmax(axis=1)
        sums = _sums(rows, nearest, count)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres).astype(np.float32)
    kept, nearest = np.unique(nearest, return_inverse=True)
    sums = _sums(rows, nearest, len(kept))
    # Means, not unit vectors: the likeness of two means is the mean likeness of their members.
    means: Rows = (sums / np.bincount(nearest)[:, None]).astype(np.float32)
    return nearest, means


def _sums(rows: Rows, home: NDArray[np.int64], count: int) -> Rows:
    """Return, for each of *count* groups, the sum of the rows whose *home* it is; `np.add.at` takes far longer."""
    order = np.argsort(home, kind="stable")
    edges = np.searchsorted(home[order], np.arange(count + 1))
    sums = np.zeros((count, rows.shape[1]), dtype=np.float32)
    for number, (start, end) in enumerate(pairwise(edges)):
        if end > start:
            sums[number] = rows[order[start:end]].sum(axis=0)
    return sums


def _join(rows: Rows, sizes: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """Average linkage by nearest-neighbour chain; return a group label for each row."""
    count = len(rows)
    label = np.arange(count)
    if count < 2:
        return label
    likeness = (rows @ rows.T).astype(np.float64)
    np.fill_diagonal(likeness, -np.inf)
    open_rows = np.ones(count, dtype=bool)
    weight = sizes.copy()
    parent = np.arange(count)
    chain: list[int] = []
    while open_rows.any():
        if not chain:
            chain = [int(open_rows.argmax())]
        here = chain[-1]
        best = int(likeness[here].argmax())
        # On a tie go back along the chain, so that it ends.
        if len(chain) > 1 and likeness[here, chain[-2]] >= likeness[here, best]:
            best = chain[-2]
        if likeness[here, best] < least:
            # Nothing is alike enough, and no later join can bring anything nearer (the linkage is reducible).
            _close(here, likeness, open_rows)
            chain.pop()
        elif len(chain) > 1 and best == chain[-2]:
            keep, gone = min(here, best), max(here, best)
            total = weight[keep] + weight[gone]
            mixed = (weight[keep] * likeness[keep] + weight[gone] * likeness[gone]) / total
            weight[keep] = total
            likeness[keep], likeness[:, keep] = mixed, mixed
            likeness[keep, keep] = -np.inf
            _close(gone, likeness, open_rows)
            parent[gone] = keep
            del chain[-2:]
        else:
            chain.append(best)
    return np.array([_root(parent, row) for row in range(count)])


def _close(row: int, likeness: NDArray[np.float64], open_rows: NDArray[np.bool_]) -> None:
    """Take *row* out of the search."""
    likeness[row], likeness[:, row] = -np.inf, -np.inf
    open_rows[row] = False


def _root(parent: NDArray[np.int64], row: int) -> int:
    while parent[row] != row:
        row = int(parent[row])
    return row


def _numbered(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number groups 0, 1, 2 … by the first row of each."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    out: NDArray[np.int64] = rank[inverse]
    return out
