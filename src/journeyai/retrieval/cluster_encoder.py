"""An encoder whose sentences are embedded by an executor's workers: other processes, or other machines.

The vectors are those of one process, to the last bit on machines of one kind: what is computed together is the same.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from types import TracebackType
from typing import Final, Self

import numpy as np

from journeyai.errors import SettingsError
from journeyai.model.aliases import Vectors
from journeyai.retrieval.encoders import TOGETHER, Encoder, make_encoder
from journeyai.settings import SearchSettings

#: Slices handed to the executor for each of its workers: enough that none waits while results are written.
_AHEAD: Final = 3


class ClusterEncoder:
    """The encoder that the settings name, on workers; a context manager, which lets go of them."""

    def __init__(
        self, settings: SearchSettings, workers: Callable[[], AbstractContextManager[Executor]]
    ) -> None:
        """Make an encoder that asks nobody yet.

        Args:
            settings: which encoder; the workers make it for themselves.
            workers: opens the executor, when the first sentence is to be embedded.

        Raises:
            SettingsError: the encoder is a service, or cannot be used here.
        """
        if settings.encoder == "openai":
            raise SettingsError(
                'With `encoder = "openai"` a service embeds the sentences, so there is nothing for a cluster to do.',
                "Run `journeyai index` without `--cluster`.",
            )
        self._settings = settings
        self._make_workers = workers
        self._executor: Executor | None = None
        self._open = ExitStack()
        here = make_encoder(settings)
        self.id: Final = here.id
        self.dimensions: Final = here.dimensions

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return one unit row a text, in order.

        Raises:
            SettingsError: the cluster cannot be used.
            EngineError: it is lost.
        """
        return next(self._encoded([texts], query))

    def encode_parts(self, parts: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """Yield for each of *parts* one unit row a text, in order, while the workers are busy with the next ones.

        Raises:
            SettingsError: the cluster cannot be used.
            EngineError: it is lost.
        """
        return self._encoded(parts, query=False)

    def _encoded(self, parts: Iterable[Sequence[str]], query: bool) -> Iterator[Vectors]:
        asked: deque[list[Future[Vectors]]] = deque()
        under_way = 0
        try:
            for texts in parts:
                workers = self._workers()
                slices = [list(texts[at : at + TOGETHER]) for at in range(0, len(texts), TOGETHER)]
                asked.append([workers.submit(embed, part, self._settings, query) for part in slices])
                under_way += len(slices)
                while under_way - len(asked[0]) >= _AHEAD * getattr(workers, "workers", 1):
                    under_way -= len(asked[0])
                    yield self._rows(asked.popleft())
            while asked:
                yield self._rows(asked.popleft())
        finally:
            for future in (future for futures in asked for future in futures):
                future.cancel()

    def _workers(self) -> Executor:
        if self._executor is None:
            self._executor = self._open.enter_context(self._make_workers())
        return self._executor

    def _rows(self, futures: Sequence[Future[Vectors]]) -> Vectors:
        rows = [future.result() for future in futures]
        return np.concatenate(rows) if rows else np.empty((0, self.dimensions), dtype=np.float32)


def embed(texts: Sequence[str], settings: SearchSettings, query: bool) -> Vectors:
    """Return one unit row a text, in order: what runs on a worker."""
    return _encoder(settings.encoder).encode(texts, query=query)


@cache
def _encoder(name: str) -> Encoder:
    return make_encoder(SearchSettings.model_validate({"encoder": name}))
