"""Small studies to index, and an encoder that needs no weights."""

import re
from collections.abc import Sequence
from hashlib import blake2b, sha256

import numpy as np

from journeyai.model.aliases import Vectors
from journeyai.model.source import Document, SourceFile, Turn, Utterance
from journeyai.model.vocabulary import Kind, Role
from journeyai.retrieval.store import FileState

#: (speaker, role, sentences)
Said = tuple[str, Role, Sequence[str]]


class WordEncoder:
    """Adds up a fixed random vector for each word: the same words, the same direction.

    Attributes:
        asked: every list of texts it was asked for.
    """

    def __init__(self, id: str = "words/1", dimensions: int = 32) -> None:
        self.id = id
        self.dimensions = dimensions
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not query:
            self.asked.append(list(texts))
        rows = np.array([self._row(text) for text in texts], dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows.reshape(len(texts), self.dimensions)

    def _row(self, text: str) -> Vectors:
        words = re.findall(r"\w+", text.lower()) or [""]
        row: Vectors = np.sum([self._word(word) for word in words], axis=0, dtype=np.float32)
        return row

    def _word(self, word: str) -> Vectors:
        seed = int.from_bytes(blake2b(f"{self.id} {word}".encode(), digest_size=8).digest(), "big")
        return np.random.default_rng(seed).normal(size=self.dimensions).astype(np.float32)


def document(
    source: str, *said: Said, record: str | None = None, kind: Kind = "interview", language: str = "en"
) -> Document:
    """A document in which each entry of *said* is a turn on its own line, its sentences apart by a blank."""
    text = ""
    turns: list[Turn] = []
    utterances: list[Utterance] = []
    for speaker, role, sentences in said:
        text += f"{speaker}: "
        start = len(text)
        for sentence in sentences:
            if len(text) > start:
                text += " "
            span = (len(text), len(text) + len(sentence))
            utterances.append(Utterance(len(utterances), len(turns), *span, sentence, language))
            text += sentence
        person = f"{source}#{speaker}" if role == "customer" else None
        turns.append(Turn(speaker, role, person, None, start, len(text)))
        text += "\n"
    return Document(source, record, kind, language, text, tuple(turns), tuple(utterances))


def source_file(source: str, *documents: Document, kind: Kind = "interview") -> SourceFile:
    """A file of *documents*."""
    digest = sha256(repr((source, documents)).encode("utf-8", "surrogatepass")).hexdigest()
    return SourceFile(source, digest, kind, "test", documents)


def read(file: SourceFile, fingerprint: str = "1") -> tuple[SourceFile, FileState]:
    """*file* as `Index.update` takes it."""
    return file, FileState(file.sha256, 10, 1_700_000_000_000_000_000, fingerprint)


def note(source: str, *sentences: str) -> tuple[SourceFile, FileState]:
    """A file in which one customer says *sentences*."""
    return read(source_file(source, document(source, ("P1", "customer", sentences))))
