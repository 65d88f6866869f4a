"""One model asked from many threads at once: one pace, one budget, one store of answers, one event loop of its own.

What one could get wrong: whoever waits must hear of it, whatever happens.  An error that every further question would
meet reaches all who ask, each when its own questions that are already sent are answered and kept; a stop, the loop's
own end or a thread that is interrupted leaves nobody waiting.
"""

import asyncio
import copy
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self

from langsmith import tracing_context

from journeyai.engines.llm.asking import Asker, Failure, Question, R
from journeyai.engines.llm.client import LLMClient
from journeyai.engines.llm.money import Usage
from journeyai.engines.llm.pacing import StoppedError
from journeyai.engines.llm.prices import Price
from journeyai.engines.llm.sheet import Sheet
from journeyai.errors import JourneyAIError
from journeyai.model.aliases import Progress

__all__ = ["ItemAsker", "SharedAsker", "StoppedError"]

#: How long what is under way may still be answered after a stop: it is paid for.
GRACE_SECONDS: Final = 3.0


class SharedAsker(Asker):
    """Asks for many threads; a context manager, for one run.

    Every question may be asked from any thread, also from the one that made it.
    """

    def __init__(
        self, client: LLMClient, price: Price | None = None, *, grace_seconds: float = GRACE_SECONDS
    ) -> None:
        """Share *client*, which nobody else may ask meanwhile.

        Args:
            client: asks; it is not closed with this.
            price: of the model; None if it is not known.
            grace_seconds: how long what is under way may still be answered after a stop.
        """
        self._client = client
        self._price = price
        self._grace = grace_seconds
        #: What earlier runs may have answers to.
        self._steps = client.steps_kept()
        self._thread = threading.Thread(target=self._work, name="journeyai-model", daemon=True)
        self._lock = threading.Lock()
        self._begun = threading.Event()
        # Behind the lock: the loop while it takes questions, and who waits.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[Future[Any]] = set()
        # The loop's thread alone writes these.
        self._ending: JourneyAIError | None = None
        self._died: BaseException | None = None
        self._is_stopped = False

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def model(self) -> str:
        """The model's name."""
        return self._client.model

    def item(self) -> "ItemAsker":
        """Return an asker for the questions of one item, which knows what they took."""
        return ItemAsker(self, self._client, self._price, self._steps)

    def is_kept(self, question: Question[Any]) -> bool:
        """Return whether *question* is answered already, so that asking costs nothing."""
        return self._client.is_kept(question)

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order; *progress* is told when all of them are there.

        Raises:
            StoppedError: the run was stopped: the questions are neither answered nor failed.
            KeyboardInterrupt: in the thread that hears of it; its own questions are let go.
            EngineError: every further question would fail, too; so for every thread that asks.
            BudgetError: the next question, of whichever thread, might cost more than is left.
        """
        return self.ask_written([self._client.sheet(question) for question in questions], progress)

    def ask_written(self, sheets: Sequence[Sheet[R]], progress: Progress) -> list[R | Failure]:
        """Return the answers to questions that are written out already; otherwise as `ask_all`."""
        if not sheets:
            return []
        with self._lock:
            if self._loop is None:
                raise self._reason()
            future = asyncio.run_coroutine_threadsafe(self._answers(sheets), self._loop)
            self._waiting.add(future)
        try:
            found = future.result()
        except (StoppedError, CancelledError):
            reason = self._reason()
            raise reason from reason.__cause__
        except BaseException:
            # This thread is interrupted, or there is a bug: what it asked for is of no use to anybody.
            future.cancel()
            raise
        finally:
            with self._lock:
                self._waiting.discard(future)
        progress(len(found), len(found))
        return found

    def stop(self) -> None:
        """Send nothing further, and return at once; for any thread.

        What is under way has a few seconds to be answered and kept, then it is let go and booked at its worst.
        """
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._stop)

    def close(self) -> None:
        """Stop, and wait for the end of it; a second time does nothing."""
        self.stop()
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._closing.set)
        if self._thread.ident is not None:
            self._thread.join()

    # In the thread of the loop

    def _work(self) -> None:
        try:
            self._client.run(self._serve())
        except BaseException as error:
            self._died = error
        finally:
            with self._lock:
                self._loop = None
                left = list(self._waiting)
            for future in left:
                future.cancel()
            self._begun.set()

    async def _serve(self) -> None:
        """Keep the loop running until it is closed; what is under way then has its grace."""
        self._closing = asyncio.Event()
        self._serving = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._begun.set()
        try:
            await self._closing.wait()
        finally:
            with self._lock:
                self._loop = None
            # What was handed over a moment ago becomes a task now.
            await asyncio.sleep(0)
            if tasks := self._under_way():
                await asyncio.wait(tasks, timeout=self._grace)
            for task in (tasks := self._under_way()):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answers(self, sheets: Sequence[Sheet[R]]) -> list[R | Failure]:
        # What is asked must reach nobody but the model, even where LangChain's tracing is switched on.
        with tracing_context(enabled=False):
            if len(sheets) == 1:
                return [await self._answer(sheets[0])]
            told = await asyncio.gather(*map(self._answer, sheets), return_exceptions=True)
        found: list[R | Failure] = []
        for answer in told:
            if isinstance(answer, BaseException):
                raise answer
            found.append(answer)
        return found

    async def _answer(self, sheet: Sheet[R]) -> R | Failure:
        if self._is_stopped:
            raise StoppedError
        try:
            return await self._client.answer(sheet)
        except JourneyAIError as error:
            self._ending = self._ending or error
            self._halt()
            raise StoppedError from None

    def _halt(self) -> None:
        """Send nothing further; those who wait for their turn are let go."""
        self._is_stopped = True
        self._client.stop()

    def _stop(self) -> None:
        self._halt()
        asyncio.get_running_loop().call_later(self._grace, self._let_go)

    def _let_go(self) -> None:
        # Not the futures: who waits shall hear of it when it is booked.
        for task in self._under_way():
            task.cancel()

    def _under_way(self) -> list[asyncio.Task[Any]]:
        return [task for task in asyncio.all_tasks(asyncio.get_running_loop()) if task is not self._serving]

    # In the thread that asks

    def _reason(self) -> Exception:
        """Return why there is no answer, an exception of this thread's own."""
        if self._ending is not None:
            return copy.copy(self._ending)
        if self._died is not None:
            error = RuntimeError("The thread that asks the model has died.")
            error.__cause__ = self._died
            return error
        return StoppedError("The run was stopped.")


class ItemAsker(Asker):
    """Asks the questions of one item, in one thread at a time, and knows what they took."""

    def __init__(
        self, shared: SharedAsker, client: LLMClient, price: Price | None, steps: frozenset[str]
    ) -> None:
        self._shared = shared
        self._steps = steps
        self._client = client
        self._price = price
        #: Questions of this item and how they are written out, by identity; they live as long as this.
        self._sheets: dict[int, tuple[Question[Any], Sheet[Any]]] = {}
        self._asked: dict[str, Sheet[Any]] = {}

    @property
    def model(self) -> str:
        """The model's name."""
        return self._shared.model

    def is_kept(self, question: Question[Any]) -> bool:
        """Return whether an earlier run has the answer of *question*, so that asking costs nothing.

        Where none has asked anything of its sort, it is not even written out: that takes time.
        """
        return question.step in self._steps and self._client.kept(self._sheet(question)) is not None

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order; errors are those of `SharedAsker.ask_all`."""
        sheets = [self._sheet(question) for question in questions]
        self._asked |= {sheet.key: sheet for sheet in sheets}
        return self._shared.ask_written(sheets, progress)

    def usage(self) -> Usage | None:
        """Return what the answers kept of this item's questions took when they were asked for; None if none is kept.

        It is the same on a run that is resumed, where they cost nothing more.
        """
        kept = [answer.usage for sheet in self._asked.values() if (answer := self._client.kept(sheet))]
        return sum(kept[1:], kept[0]) if kept else None

    def usd(self) -> Decimal | None:
        """Return the US dollars of `usage`, at most; None if nothing is kept or the price is not known."""
        usage = self.usage()
        if usage is None or self._price is None:
            return None
        return self._price.cost(usage.tokens_in, usage.tokens_out)

    def _sheet(self, question: Question[R]) -> Sheet[R]:
        """Return *question* written out: masking takes time and is done once, in the thread that asks."""
        known = self._sheets.get(id(question))
        if known is None:
            known = self._sheets[id(question)] = question, self._client.sheet(question)
        return known[1]
