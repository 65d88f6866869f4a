"""Work that may take its time, in threads of its own: one that hangs, on a drive that does not answer, holds up no end.

The threads of a pool, the interpreter's own and the web framework's, are all waited for when a process ends.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

#: So many at a time.
_MOST: Final = 40

Result = TypeVar("Result")


def begin(work: Callable[[], Result]) -> "Future[Result]":
    """Do *work* in a thread that no end waits for; the future has what it returns, or raises."""
    done: Future[Result] = Future()

    def run() -> None:
        # As in a pool: from now on nobody can take it back, and whoever waits hears of every error.
        if not done.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=run, name="journeyai-serve", daemon=True).start()
    return done


class Apart:
    """Does work beside the event loop, so much at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_MOST)

    async def do(self, work: Callable[[], Result]) -> Result:
        """Return what *work* returns, or raise what it raises; the loop goes on meanwhile."""
        async with self._free:
            return await asyncio.wrap_future(begin(work))
