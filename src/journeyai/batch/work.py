"""The item function: a portion in, outcomes out.  The same here, in threads and on a cluster.

Module-level, with arguments and results that can be pickled.  What a worker needs (the engine) is made once a process
and method.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from journeyai import __version__
from journeyai.batch.grounding import failed, ground
from journeyai.batch.items import Portion, read_portion
from journeyai.batch.method import Method
from journeyai.engines.llm.asking import Failure
from journeyai.engines.recap import Recap
from journeyai.errors import ResourceError
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.model.source import Document
from journeyai.model.summary import Fault, SummaryUsage
from journeyai.retrieval.document_json import dump_document

if TYPE_CHECKING:
    from journeyai.engines.local.engine import LocalEngine


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item, or of a part of a file that is left out.

    Attributes:
        record: the record inside the portion's file, or the place of a part that is left out; None if the file is one
            item, or as a whole.
        key: of the item: what was said, where, and the method.
        line: the summary as JSON, for a failure the line with `error`; None if the summary of an earlier run stands
            (`kept`), or if there is nothing to summarise (neither `fault` nor `kept`).
        fault: what failed; None if nothing did.
        message: why it failed or is left out; empty otherwise.
        kept: whether what an earlier run found stands.
        waiting: whether its questions are not answered yet: nothing has become of it, and nothing is recorded.
    """

    record: str | None
    key: str
    line: str | None
    fault: Fault | None = None
    message: str = ""
    kept: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a summariser says of one document.

    Attributes:
        recap: the recap; why there is none; or None if nobody says anything.
        usage: what asking took; None if nobody was asked.
        is_waiting: whether its questions are not answered yet, so that nothing can be said.
    """

    recap: Recap | Failure | None
    usage: SummaryUsage | None = None
    is_waiting: bool = False


class Summariser(Protocol):
    """Summarises one document at a time; may be called from many threads at once."""

    def __call__(self, document: Document, *, is_own: bool) -> Told:
        """Return what became of *document*.

        Args:
            document: what was said.
            is_own: whether it is of the study's own sources.

        Raises:
            EngineError: every further question would fail, too.
            BudgetError: the next question might cost more than is left.
        """
        ...


def summarise_portion(portion: Portion, method: Method) -> list[Outcome]:
    """Summarise the items of *portion* with the local engine; one outcome an item, in order.

    Raises:
        ResourceError: this worker's JourneyAI is not the one that the run was started with.
    """
    return summarise_with(_local(method), portion, method)


def summarise_with(summariser: Summariser, portion: Portion, method: Method) -> list[Outcome]:
    """Do with *summariser* what `summarise_portion` does with the local engine."""
    read = read_portion(portion)
    if read.problem is not None:
        return [_failure(read, None, read.problem, method)]
    outcomes = [_summarised(document, summariser, read, method) for document in read.documents or ()]
    for part in read.skipped:
        key = _key(method, read.source, read.sha256, "left out", part.where, part.reason)
        outcomes.append(Outcome(part.where, key, None, message=part.reason))
    outcomes += [
        _failure(read, record, f"`{read.source}` has no record `{record}`.", method)
        for record in read.missing
    ]
    return outcomes


def lost_with(portion: Portion, message: str, method: Method) -> list[Outcome]:
    """Return the outcomes of a portion that no worker survives; it is not looked into again."""
    documents = portion.documents or ()
    if not documents:
        return [_failure(portion, None, message, method)]
    return [_failure(portion, document.record, message, method) for document in documents]


def item_key(document: Document, method: Method) -> str:
    """Return what tells the item: source, record, everything that was said and by whom, and the method."""
    said = hashlib.sha256(dump_document(document)).hexdigest()
    return _key(method, document.source, document.record, said)


def _summarised(document: Document, summariser: Summariser, portion: Portion, method: Method) -> Outcome:
    key = item_key(document, method)
    if key in portion.known:
        return Outcome(document.record, key, None, kept=True)
    told = summariser(document, is_own=portion.is_own)
    if told.is_waiting:
        return Outcome(document.record, key, None, waiting=True)
    if told.recap is None:
        return Outcome(document.record, key, None, message="nobody says anything in it")
    if isinstance(told.recap, Failure):
        sentence = _sentence(told.recap.message)
        line = failed(document.source, document.record, portion.sha256, "model", sentence).to_line()
        return Outcome(document.record, key, line, "model", sentence)
    summary = ground(told.recap, document, portion.sha256, method.made_by, told.usage)
    return Outcome(document.record, key, summary.to_line())


def _failure(portion: Portion, record: str | None, message: str, method: Method) -> Outcome:
    line = failed(portion.source, record, portion.sha256, "source", message).to_line()
    key = _key(method, portion.source, portion.sha256, "failed", record, message)
    return Outcome(record, key, line, "source", message)


def _key(method: Method, *what: str | None) -> str:
    return hashlib.sha256(repr((method.fingerprint, what)).encode("utf-8", "surrogatepass")).hexdigest()


def _sentence(clause: str) -> str:
    """Return a clause for people as a sentence."""
    clause = " ".join(clause.split())
    return clause[:1].upper() + clause[1:] + ("" if clause.endswith((".", "!", "?")) else ".")


class LocalSummariser:
    """The local engine over one document at a time: what stands beside it in a portion changes nothing."""

    def __init__(self, method: Method, engine: "LocalEngine", vectors: "DocumentVectors") -> None:
        self._method = method
        self._engine = engine
        self._vectors = vectors

    def __call__(self, document: Document, *, is_own: bool) -> Told:
        """Return what became of *document*."""
        from journeyai.engines.local.summarising import summarise

        self._vectors.forget()
        return Told(summarise(document, self._engine, self._method.frame_of(document)))


class DocumentVectors:
    """The encoder's vectors; what was asked of one document before is not computed again.

    No more than one document's: a vector may differ in its last bits by the company it was computed in.
    """

    def __init__(self, encode: VectorSource) -> None:
        self._encode = encode
        self._known: dict[str, NDArray[np.float32]] = {}

    def forget(self) -> None:
        """Begin another document."""
        self._known = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of *texts*."""
        if texts and all(text in self._known for text in texts):
            return np.stack([self._known[text] for text in texts])
        rows = self._encode(texts)
        self._known.update(zip(texts, rows, strict=True))
        return rows


@lru_cache(maxsize=2)
def _local(method: Method) -> Summariser:
    """Return the local engine of this process for *method*.

    Raises:
        ResourceError: this worker's JourneyAI is not the one that the run was started with.
    """
    from journeyai.engines.local.engine import LocalEngine
    from journeyai.engines.local.heads import load_heads
    from journeyai.retrieval.encoders import make_encoder
    from journeyai.settings import SearchSettings

    encoder = make_encoder(SearchSettings())
    wanted = (method.version, method.encoder, method.encoder)
    if (__version__, load_heads().encoder, encoder.id) != wanted:
        raise ResourceError(
            f"A worker has JourneyAI {__version__} with the encoder `{encoder.id}`; the run was started with "
            f"JourneyAI {method.version} for `{method.encoder}`.",
            "Install the same JourneyAI wherever workers run.",
        )
    vectors = DocumentVectors(encoder.encode)
    return LocalSummariser(method, LocalEngine(vectors, method.reading), vectors)
