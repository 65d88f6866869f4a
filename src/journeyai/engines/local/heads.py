"""The trained heads: linear layers over `features`, kept as one small file of weights.

`make heads` trains them (`evals/heads/train.py`); here they are only applied.  Each head is a multinomial logistic
regression: its logits are the sum of what the vector, the vectors around, letters and words, signs and place say,
each times its weights, and of the bias.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.local.features import SIGN_WIDTH, SPARSE_WIDTH, in_chunks, letters_and_words, signs
from journeyai.engines.local.surroundings import PLACE_WIDTH, Surroundings, nowhere
from journeyai.errors import ResourceError
from journeyai.model.aliases import Vectors
from journeyai.model.vocabulary import Role
from journeyai.resources import folder

HeadName = Literal["lane", "stage", "valence", "emotion"]
HEADS: Final[tuple[HeadName, ...]] = ("lane", "stage", "valence", "emotion")

#: Texts handled at a time: keeps the gathered sparse weights near 100 MB.
_CHUNK: Final = 512


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads side by side.

    Attributes:
        encoder: id of the encoder whose vectors they read.
        learnt: short hash of the exemplars and corpora they were trained on.
        labels: head → its classes, in the order of its columns.
        dense: d × k weights for the vector.
        around: d × k for the mean vector of the sentences around.
        sparse: `SPARSE_WIDTH` × k weights for letters and words.
        signs: `SIGN_WIDTH` × k.
        place: `PLACE_WIDTH` × k.
        bias: k.
    """

    encoder: str
    learnt: str
    labels: dict[HeadName, tuple[str, ...]]
    dense: NDArray[np.float32]
    around: NDArray[np.float32]
    sparse: NDArray[np.float32]
    signs: NDArray[np.float32]
    place: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(
        self,
        texts: Sequence[str],
        roles: Sequence[Role],
        vectors: Vectors,
        surroundings: Surroundings | None = None,
    ) -> dict[HeadName, NDArray[np.float32]]:
        """Return each head's logits, n × number of its classes; without *surroundings* the texts stand nowhere."""
        near = surroundings or nowhere(*vectors.shape)
        out = np.empty((len(texts), len(self.bias)), dtype=np.float32)
        for part in in_chunks(len(texts), _CHUNK):
            out[part] = (
                vectors[part] @ self.dense
                + near.around[part] @ self.around
                + letters_and_words(texts[part]).dot(self.sparse)
                + signs(texts[part], roles[part]) @ self.signs
                + near.place[part] @ self.place
                + self.bias
            )
        return {name: out[:, columns] for name, columns in self._columns().items()}

    def _columns(self) -> dict[HeadName, slice]:
        columns, start = {}, 0
        for name in HEADS:
            columns[name] = slice(start, start + len(self.labels[name]))
            start += len(self.labels[name])
        return columns


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn rows of logits into rows that sum to 1."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    out: NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
    return out


@cache
def load_heads() -> Heads:
    """Return the shipped heads.

    Raises:
        ResourceError: the file is missing or does not fit this version's features.
    """
    path = folder("knowledge").joinpath("heads", "heads.npz")
    if not path.is_file():
        raise ResourceError(
            "The local engine's heads are missing.", "Run `make heads`, or install JourneyAI again."
        )
    with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as stored:
        heads = _heads(stored) if "place" in stored else None
    if heads is None or not _fits(heads):
        raise ResourceError("The local engine's heads were made for other features.", "Run `make heads`.")
    return heads


def _heads(stored: Mapping[str, NDArray[Any]]) -> Heads:
    return Heads(
        encoder=str(stored["encoder"]),
        learnt=str(stored["learnt"]),
        labels={name: tuple(str(label) for label in stored[f"labels_{name}"]) for name in HEADS},
        dense=stored["dense"].astype(np.float32),
        around=stored["around"].astype(np.float32),
        sparse=stored["sparse"].astype(np.float32),
        signs=stored["signs"].astype(np.float32),
        place=stored["place"].astype(np.float32),
        bias=stored["bias"].astype(np.float32),
    )


def _fits(heads: Heads) -> bool:
    widths = (len(heads.sparse), len(heads.signs), len(heads.place))
    return widths == (SPARSE_WIDTH, SIGN_WIDTH, PLACE_WIDTH)
