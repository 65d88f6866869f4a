"""How fast a server is asked: many questions at once, never more than it lets in; when it is busy, everybody waits."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiolimiter import AsyncLimiter

from journeyai.settings import LLMSettings

_FIRST_WAIT_SECONDS: Final = 1.0
_LONGEST_WAIT_SECONDS: Final = 60.0
#: So many questions in a row without an answer, each tried as often as it may be, and the server is given up.
_GIVE_UP_AFTER: Final = 3
_SECONDS: Final = 60.0


class StoppedError(Exception):
    """The run is ending: nothing further is sent.  Never leaves the client."""


class Pace:
    """One for all questions under way; lives on one event loop.

    Args:
        settings: concurrency and the limits a minute.
        first_wait_seconds: the first wait after a fault; it doubles with each further one.
    """

    def __init__(self, settings: LLMSettings, first_wait_seconds: float = _FIRST_WAIT_SECONDS) -> None:
        self._places = asyncio.Semaphore(settings.concurrency)
        self._concurrency = settings.concurrency
        self._requests = _requests_limiter(settings.requests_per_minute)
        self._tokens = (
            AsyncLimiter(settings.tokens_per_minute, _SECONDS) if settings.tokens_per_minute else None
        )
        self._first_wait = first_wait_seconds
        # Drawn anew each run from the same seed: waits differ from one another, not from run to run.
        self._random = random.Random(0)
        self._opens_at = 0.0
        self._unanswered = 0
        self._stopped = False
        self._waiting: set[asyncio.Task[object]] = set()
        self.has_answered = False

    @asynccontextmanager
    async def turn(self, tokens: int) -> AsyncIterator[None]:
        """Wait until a question of *tokens* (sent and received) may be sent.

        Raises:
            StoppedError: the run is ending.
        """
        if self._stopped:
            raise StoppedError
        task = asyncio.current_task()
        if task is not None:
            self._waiting.add(task)
        try:
            await self._places.acquire()
            try:
                await self._wait(tokens)
            except BaseException:
                self._places.release()
                raise
        finally:
            if task is not None:
                self._waiting.discard(task)
        try:
            yield
        finally:
            self._places.release()

    async def _wait(self, tokens: int) -> None:
        if self._requests is not None:
            await self._requests.acquire()
        if self._tokens is not None:
            # What is larger than a whole minute's limit goes when the minute is free.
            await self._tokens.acquire(min(tokens, self._tokens.max_rate))
        loop = asyncio.get_running_loop()
        while (left := self._opens_at - loop.time()) > 0:
            await asyncio.sleep(left)
        if self._stopped:
            raise StoppedError

    def back_off(self, again: int, wait_seconds: float | None = None) -> None:
        """Let everybody wait: *wait_seconds*, if the server said so, else longer with each try of a question.

        Args:
            again: which retry of its question is to come, from 1.
            wait_seconds: the server's `Retry-After`.
        """
        longest = min(_LONGEST_WAIT_SECONDS, self._first_wait * 2 ** (again - 1))
        seconds = longest * self._random.uniform(0.75, 1.0) if wait_seconds is None else wait_seconds
        self._opens_at = max(self._opens_at, asyncio.get_running_loop().time() + seconds)

    def answered(self) -> None:
        """Note that the server answers."""
        self.has_answered = True
        self._unanswered = 0

    def gave_up(self) -> bool:
        """Note a question that got no answer for all its tries; return whether to give the server up."""
        self._unanswered += 1
        # Later on, as many as are under way together may fail of one and the same fault.
        most = max(_GIVE_UP_AFTER, self._concurrency) if self.has_answered else _GIVE_UP_AFTER
        return self._unanswered >= most

    def stop(self) -> None:
        """Send nothing further; those who wait are let go, those already sent are not touched."""
        self._stopped = True
        for task in self._waiting:
            task.cancel()

    def resume(self) -> None:
        """Begin a new run: what stopped or failed in the last one is forgotten."""
        self._stopped = False
        self._unanswered = 0


def _requests_limiter(per_minute: int | None) -> AsyncLimiter | None:
    """Return a limiter that lets no more than a tenth of a minute's requests go at once: servers count finer, too."""
    if per_minute is None:
        return None
    burst = max(1, per_minute // 10)
    return AsyncLimiter(burst, burst * _SECONDS / per_minute)
