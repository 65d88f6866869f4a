"""What the heads are trained on: the exemplars, and the customers' utterances of the development corpora.

Corpora that are held back are never read (`development_corpora`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from evals.heads.exemplars import Exemplar, fingerprint, read_exemplars
from evals.reader.material import (
    DATA,
    EMOTIONS,
    LANES,
    ROOT,
    STAGES,
    Corpus,
    Label,
    development_corpora,
    exemplar_label,
    read_corpora,
)
from journeyai.engines.local.candidates import Candidate, candidates
from journeyai.engines.local.features import SPARSE_WIDTH, letters_and_words, signs
from journeyai.engines.local.heads import HeadName
from journeyai.engines.local.surroundings import nowhere, read_surroundings
from journeyai.model.aliases import VectorSource
from journeyai.model.vocabulary import Role

VALENCES: Final = ("-2", "-1", "0", "1", "2")
CLASSES: Final[dict[HeadName, tuple[str, ...]]] = {
    "lane": LANES,
    "stage": STAGES,
    "valence": VALENCES,
    "emotion": EMOTIONS,
}
#: The corpus of an exemplar.
EXEMPLAR: Final = ""

#: How loud each group of features is before the regularised fit; found by cross-validation (docs/decisions/0006).
VECTOR_SCALE, AROUND_SCALE, SIGN_SCALE = 2.0, 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Material:
    """Labelled sentences as the heads see them, n rows.

    Attributes:
        corpus: name of each row's corpus; `EXEMPLAR` for exemplars.
        read: whether the engine would look at it at all: fragments it leaves out.
        dense: vector, vectors around, signs, place, each at its scale; and, last, whether it is an exemplar. That
            column takes up what sets invented single sentences apart from running text, and is then dropped.
        sparse: letters and words.
        targets: head → index into its `CLASSES`; −1 where nothing is known.
    """

    corpus: NDArray[np.str_]
    read: NDArray[np.bool_]
    dense: NDArray[np.float32]
    sparse: Any
    targets: dict[HeadName, NDArray[np.int64]]


def read_material(vectors: VectorSource) -> Material:
    """Read all exemplars and development corpora."""
    exemplars = read_exemplars()
    parts = [_exemplar_part(exemplars, vectors)]
    parts += [_corpus_part(corpus, vectors) for corpus in read_corpora()]
    texts = [text for part in parts for text in part.texts]
    roles = [role for part in parts for role in part.roles]
    labels = [label for part in parts for label in part.labels]
    sparse = letters_and_words(texts)
    dense = np.hstack(
        [
            np.vstack([part.vectors for part in parts]) * VECTOR_SCALE,
            np.vstack([part.around for part in parts]) * AROUND_SCALE,
            signs(texts, roles) * SIGN_SCALE,
            np.vstack([part.place for part in parts]) * SIGN_SCALE,
            np.concatenate([np.full(len(part.texts), part.corpus == EXEMPLAR) for part in parts])[:, None],
        ]
    )
    return Material(
        np.array([part.corpus for part in parts for _ in part.texts]),
        np.array([read for part in parts for read in part.read]),
        dense.astype(np.float32),
        csr_matrix((sparse.values, (sparse.rows, sparse.columns)), shape=(len(texts), SPARSE_WIDTH)),
        {head: np.array([_target(head, label) for label in labels]) for head in CLASSES},
    )


def training_fingerprint(data: Path = DATA) -> str:
    """Return a short hash of all exemplars, and of the labels and files of all development corpora."""
    parts: list[object] = [fingerprint(read_exemplars())]
    for name in development_corpora(data):
        gold = json.loads((data / name / "gold.json").read_text(encoding="utf-8"))
        sources = data / name / "sources"
        if not sources.is_dir():
            sources = ROOT / "knowledge" / "samples" / gold["language"] / "sources"
        asked = ("source", "record", "quote", "lane", "stage", "valence", "emotion")
        parts.append([name, [[segment[key] for key in asked] for segment in gold["segments"]]])
        files = {path.relative_to(sources).as_posix(): path for path in sources.rglob("*") if path.is_file()}
        parts.extend([file, sha256(files[file].read_bytes()).hexdigest()] for file in sorted(files))
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Part:
    corpus: str
    read: Sequence[bool]
    texts: Sequence[str]
    roles: Sequence[Role]
    labels: Sequence[Label]
    vectors: NDArray[np.float32]
    around: NDArray[np.float32]
    place: NDArray[np.float32]


def _exemplar_part(exemplars: Sequence[Exemplar], vectors: VectorSource) -> _Part:
    texts = [item.text for item in exemplars]
    rows = vectors(texts)
    around = nowhere(*rows.shape)
    labels = [exemplar_label(item) for item in exemplars]
    roles = [item.role for item in exemplars]
    return _Part(EXEMPLAR, [True] * len(texts), texts, roles, labels, rows, around.around, around.place)


def _corpus_part(corpus: Corpus, vectors: VectorSource) -> _Part:
    """Return the utterances of *corpus* that are known to be something, or nothing."""
    passages, labels, read = [], [], []
    for place, document in enumerate(corpus.documents):
        looked_at = {item.utterance.number for item in candidates(document)}
        for utterance in document.utterances:
            label = corpus.labels.get((place, utterance.number))
            if label is not None:
                passages.append(Candidate(document, utterance, document.turn_of(utterance)))
                labels.append(label)
                read.append(utterance.number in looked_at)
    rows, near = read_surroundings(passages, vectors)
    texts = [item.utterance.text for item in passages]
    roles = [item.turn.role for item in passages]
    return _Part(corpus.name, read, texts, roles, labels, rows, near.around, near.place)


def _target(head: HeadName, label: Label) -> int:
    """Return the class; an utterance that nobody labelled is nothing, felt neutrally, in no stage."""
    match head:
        case "lane":
            return label.lane if label.lane >= 0 else LANES.index("none")
        case "stage":
            return label.stage
        case "valence":
            return VALENCES.index(str(round(label.valence or 0)))
        case "emotion":
            return max(label.emotion, EMOTIONS.index("neutral"))
