"""The reader at work: documents in, what it makes of each utterance out.

`make reader` trains it (`evals/reader/`); here it is only applied.  The encoder runs on onnxruntime, which Chroma
brings along; the heads are matrices.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.local.heads import softmax
from journeyai.engines.local.reader.windows import Window, windows
from journeyai.errors import ResourceError
from journeyai.model.aliases import Vectors
from journeyai.model.source import Document
from journeyai.resources import folder

Question = Literal["lane", "stage", "valence", "emotion"]
QUESTIONS: Final[tuple[Question, ...]] = ("lane", "stage", "valence", "emotion")

#: Tokens read at a time, padding included.
_BATCH_TOKENS: Final = 2400
#: Windows whose vectors are kept (about 50 MB).
MOST_KNOWN: Final = 4000
#: Tells padding from words.
_PAD: Final = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of the utterances of some documents.

    Attributes:
        place: (place of the document in the call, number of the utterance) → row.
        lane: n × lanes, probabilities.
        stage: n × 7, probabilities of the lifecycle's parts.
        valence: n, −2 … 2.
        emotion: n × emotions, probabilities.
        vectors: n × 384; passages that tell of the same thing lie near each other.
    """

    place: dict[tuple[int, int], int]
    lane: NDArray[np.float32]
    stage: NDArray[np.float32]
    valence: NDArray[np.float32]
    emotion: NDArray[np.float32]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Reader:
    """The encoder with its heads.

    Attributes:
        labels: question → its answers, in the order of columns.
        weights: question → 384 × columns.
        biases: question → columns.
        mean: 384, of the vectors the heads were trained on.
        spread: 384, likewise.
        tokenizer: splits texts.
        session: the encoder.
        known: vectors of windows read lately: who drafts again in one sitting does not wait again.
    """

    labels: dict[Question, tuple[str, ...]]
    weights: dict[Question, NDArray[np.float32]]
    biases: dict[Question, NDArray[np.float32]]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    tokenizer: Any
    session: Any
    known: OrderedDict[bytes, NDArray[np.float32]] = field(default_factory=OrderedDict)

    def read(self, documents: Sequence[Document]) -> Reading:
        """Read every utterance of *documents* that is no rating."""
        places: list[tuple[int, int]] = []
        found: list[Window] = []
        for number, document in enumerate(documents):
            for window in windows(document, self._tokenise):
                found.append(window)
                places += [(number, utterance) for utterance, _, _ in window.spans]
        rows = [self.known.get(window.key) for window in found]
        unknown = [number for number, row in enumerate(rows) if row is None]
        for batch in _batches(found, unknown):
            for number, vectors in zip(batch, self._encode([found[n] for n in batch]), strict=True):
                rows[number] = vectors
                self.known[found[number].key] = vectors
        while len(self.known) > MOST_KNOWN:
            self.known.popitem(last=False)
        told = [row for row in rows if row is not None]
        nothing = np.zeros((0, len(self.mean)), np.float32)
        return self._answers(places, np.concatenate(told or [nothing]))

    def _tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        return [item.ids for item in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def _encode(self, batch: Sequence[Window]) -> Iterator[NDArray[np.float32]]:
        """Yield each window's vectors, one a span: the mean over the span's tokens."""
        length = max(len(window.ids) for window in batch)
        ids = np.full((len(batch), length), _PAD, np.int64)
        mask = np.zeros((len(batch), length), np.int64)
        for row, window in enumerate(batch):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        tokens = self.session.run(None, {"ids": ids, "mask": mask})[0]
        for row, window in enumerate(batch):
            yield np.stack([tokens[row, start:end].mean(axis=0) for _, start, end in window.spans])

    def _answers(self, places: Sequence[tuple[int, int]], rows: NDArray[np.float32]) -> Reading:
        scaled: NDArray[np.float32] = (rows - self.mean) / self.spread
        out: dict[Question, NDArray[np.float32]] = {
            name: scaled @ self.weights[name] + self.biases[name] for name in QUESTIONS
        }
        return Reading(
            place={place: row for row, place in enumerate(places)},
            lane=softmax(out["lane"]),
            stage=softmax(out["stage"]),
            valence=np.clip(out["valence"][:, 0], -2, 2),
            emotion=softmax(out["emotion"]),
            vectors=scaled,
        )


def _batches(found: Sequence[Window], unknown: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers *unknown*, windows of like length together, `_BATCH_TOKENS` at a time."""
    order = sorted(unknown, key=lambda number: (len(found[number].ids), number))
    batch: list[int] = []
    for number in order:
        if batch and (len(batch) + 1) * len(found[number].ids) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


@cache
def load_reader() -> Reader:
    """Return the shipped reader.

    Raises:
        ResourceError: its files are missing.
    """
    place = folder("knowledge").joinpath("reader")
    files = {name: place.joinpath(name) for name in ("reader.onnx", "reader.npz", "tokenizer.json")}
    if not all(path.is_file() for path in files.values()):
        raise ResourceError(
            "The local engine's reader is missing.", "Run `make reader`, or install JourneyAI again."
        )
    from tokenizers import Tokenizer

    with np.load(BytesIO(files["reader.npz"].read_bytes()), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return Reader(
        labels={name: tuple(map(str, arrays[f"labels_{name}"])) for name in ("lane", "stage", "emotion")},
        weights={name: arrays[f"{name}_weight"] for name in QUESTIONS},
        biases={name: arrays[f"{name}_bias"] for name in QUESTIONS},
        mean=arrays["mean"],
        spread=arrays["spread"],
        tokenizer=Tokenizer.from_str(files["tokenizer.json"].read_text(encoding="utf-8")),
        session=_session(files["reader.onnx"].read_bytes(), arrays),
    )


def _session(graph: bytes, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return the encoder, its matrices unpacked and handed in."""
    import onnxruntime

    names = [name for name in arrays if f"{name}_scales" in arrays]
    values = []
    for name in names:
        scales = arrays[f"{name}_scales"]
        whole = arrays[name].astype(np.float32) * scales if scales.size else arrays[name]
        values.append(onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(whole)))
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_external_initializers(names, values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
