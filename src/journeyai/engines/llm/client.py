"""Asks questions of a model: masked, paced, paid for once, read by us, and kept.

What one could get wrong: a `Failure` costs its question alone and is never kept; an `EngineError` or a `BudgetError`
ends the run, but whatever was already sent is waited for and kept, since it is paid for.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar, cast
from weakref import WeakValueDictionary

from langsmith import tracing_context

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.answers import Answer, AnswerStore
from journeyai.engines.llm.asking import Failure, Question, R, Reason
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.money import Budget
from journeyai.engines.llm.pacing import StoppedError
from journeyai.engines.llm.schema import UnreadableError, read_broken_off, read_reply
from journeyai.engines.llm.sending import EndedError, Line, Tally
from journeyai.engines.llm.sheet import MaskerFactory, Sheet, write_sheet
from journeyai.engines.llm.streaming import Ear, ListenerError
from journeyai.engines.llm.told import Told
from journeyai.errors import JourneyAIError
from journeyai.model.aliases import Progress
from journeyai.prompting import StepPrompts, load_prompts
from journeyai.settings import LLMSettings

__all__ = ["LLMClient", "Tally"]

T = TypeVar("T")


class LLMClient(Line):
    """An `Asker` over any model; a context manager, or to be closed.

    Args:
        address: whom to ask.
        settings: how.
        store: the study's paid answers.
        budget: the caps; asked before every request.
        masker: makes a masker for a question; None sends names and numbers as they are.
        log: the log of calls.
        prompts: step → its prompts.
        first_wait_seconds: the first wait when a server is busy.
    """

    def __init__(
        self,
        address: Address,
        settings: LLMSettings,
        store: AnswerStore,
        budget: Budget,
        masker: MaskerFactory | None,
        log: CallLog,
        *,
        prompts: Callable[[str], StepPrompts] = load_prompts,
        first_wait_seconds: float = 1.0,
    ) -> None:
        super().__init__(address, settings, store, budget, log, first_wait_seconds)
        self._masker = masker
        self._prompts = prompts
        self._runner = asyncio.Runner()
        self._first = asyncio.Lock()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ending: JourneyAIError | None = None

    @property
    def model(self) -> str:
        """The model's name, as the map tells it."""
        return self._address.model

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go; nothing can be asked any more."""
        if self._models:
            with suppress(RuntimeError):
                self.run(self._disconnect())
        self._runner.close()

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order.

        Raises:
            EngineError: every further question would fail, too (key refused, no such model, nobody there).
            BudgetError: the next question might cost more than is left; what is answered is kept.
            SettingsError: the provider's package or key is missing, or the log cannot be written.
        """
        if not questions:
            return []
        return self.run(self._ask_all(questions, progress))

    def ask_streaming(self, question: Question[R], heard: Callable[[R], None]) -> R | Failure:
        """Return the answer of *question*, and hand on what stands whole in it while it comes.

        Args:
            question: its reply must have `entries`, or nothing is handed on before the end.
            heard: given the reply so far, whenever a further entry stands whole; not for a kept answer, and not where
                the server cannot answer bit by bit.

        Raises:
            KeyboardInterrupt: the person's Ctrl-C; the server has been let go, and the worst is booked.
            EngineError: as for `ask_all`.
            BudgetError: as for `ask_all`.
        """
        return self.run(self._ask_streaming(question, heard))

    async def _ask_streaming(self, question: Question[R], heard: Callable[[R], None]) -> R | Failure:
        self._ending = None
        self._pace.resume()
        try:
            with tracing_context(enabled=False):
                return await self.ask(question, heard)
        except ListenerError as error:
            raise error.error from None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do *work* on the client's own loop, in this thread; not while another does."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._runner.run(work)
        # In a notebook a loop is running already, and no other may run beside it in this thread.
        with ThreadPoolExecutor(1) as beside:
            running = beside.submit(self._runner.run, work)
            try:
                return running.result()
            except KeyboardInterrupt:
                # Only this thread hears of it; without a word from us the other would ask and pay to the end.
                loop = self._runner.get_loop()
                loop.call_soon_threadsafe(_cancel_all, loop)
                raise

    async def _ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        found: list[R | Failure | None] = [None] * len(questions)
        queue = iter(range(len(questions)))
        done = 0
        self._ending = None
        self._pace.resume()

        async def work() -> None:
            nonlocal done
            for place in queue:
                try:
                    found[place] = await self.ask(questions[place])
                except StoppedError:
                    return
                except JourneyAIError as error:
                    self._ending = self._ending or error
                    self._pace.stop()
                    return
                except asyncio.CancelledError:
                    # Let go while waiting, because the run is ending; otherwise it is the person's Ctrl-C.
                    if self._ending is None:
                        raise
                    return
                done += 1
                progress(done, len(questions))
                # Kept answers never wait for anything; Ctrl-C must be heard all the same.
                await asyncio.sleep(0)

        workers = [
            asyncio.create_task(work()) for _ in range(min(self._settings.concurrency, len(questions)))
        ]
        try:
            # What is asked must reach nobody but the model, even where LangChain's tracing is switched on.
            with tracing_context(enabled=False):
                await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        if self._ending is not None:
            raise self._ending
        return cast("list[R | Failure]", found)

    def is_kept(self, question: Question[R]) -> bool:
        """Return whether *question* would be answered from the study, at no cost."""
        return self.kept(self.sheet(question)) is not None

    def kept(self, sheet: Sheet[R]) -> Answer | None:
        """Return what is kept of the answer to *sheet*; from any thread."""
        return self._store.get(sheet.key)

    def steps_kept(self) -> frozenset[str]:
        """Return the steps of which any answer is kept."""
        return self._store.steps()

    def stop(self) -> None:
        """Send nothing further; only on the client's own loop.  What is under way is not touched."""
        self._pace.stop()

    async def ask(self, question: Question[R], heard: Callable[[R], None] | None = None) -> R | Failure:
        """Return the answer to one question; only on the client's own loop.

        Args:
            question: what is asked.
            heard: as for `ask_streaming`; None to wait for the whole answer.

        Raises:
            EngineError: as for `ask_all`.
            BudgetError: as for `ask_all`.
        """
        return await self.answer(self.sheet(question), heard)

    async def answer(self, sheet: Sheet[R], heard: Callable[[R], None] | None = None) -> R | Failure:
        """Return the answer to a question that is written out already; otherwise as `ask`.

        Raises:
            StoppedError: nothing further is sent.
        """
        # The same question asked twice at the same time is paid for once.
        lock = self._locks.setdefault(sheet.key, asyncio.Lock())
        async with lock:
            kept = self._look_up(sheet)
            if kept is not None:
                return kept
            ear = None if heard is None else Ear(sheet, heard)
            try:
                if not self._dialect.is_settled:
                    # The first one goes alone: what it finds out about the server the others need not pay for.
                    async with self._first:
                        if not self._dialect.is_settled:
                            return await self._converse(sheet, ear)
                return await self._converse(sheet, ear)
            except EndedError as ended:
                self.tally.failed += 1
                if ear is None or ear.reply is None or ended.failure.rescued is not None:
                    return ended.failure
                return replace(ended.failure, rescued=ear.reply)
            except asyncio.CancelledError:
                if ear is not None:
                    self._note(sheet, "stopped")
                raise

    def sheet(self, question: Question[R]) -> Sheet[R]:
        """Return *question* as it is sent, masked; from any thread."""
        prompts = self._prompts(question.step)
        question = replace(question, room=min(question.room, self._settings.answer_tokens))
        return write_sheet(question, prompts, self._address, self._settings, self._masker)

    def _look_up(self, sheet: Sheet[R]) -> R | Failure | None:
        kept = self._store.get(sheet.key)
        if kept is None:
            return None
        reply: R | Failure | None
        try:
            reply = read_reply(kept.text, sheet.question.reply, sheet.tidy)
        except UnreadableError:
            reply = _rescued(sheet, kept.text)
            if reply is None:
                # Only those of some use are kept; this one was kept by another version.
                return None
        self.tally.cached += 1
        self._note(sheet, "answered", cached=True)
        return reply

    async def _converse(self, sheet: Sheet[R], ear: Ear[R] | None = None) -> R | Failure:
        """Ask, and once more if the reply is no use, or does not pass the question's own check.

        An answer that broke off after something of use is kept and not asked for again: the step asks for the rest.
        Nor is one of which an *ear* has heard something.

        Raises:
            EndedError: there is no answer.
        """
        further: list[tuple[str, str]] = []
        chances = 2
        unfit: tuple[R, Told] | None = None
        while True:
            back = await self._send(sheet, further, ear)
            if back.has_refused:
                self._note(sheet, "refused", back)
                raise EndedError(Failure("refused", "the model would not answer", sheet.question.about))
            try:
                reply = read_reply(back.text, sheet.question.reply, sheet.tidy)
            except UnreadableError as error:
                reason: Reason = "truncated" if back.broke_off else "unreadable"
                self._note(sheet, reason, back)
                rescued = _rescued(sheet, back.text) if back.broke_off else None
                if rescued is not None:
                    self._keep(sheet, back)
                    return rescued
                if back.broke_off and not self._dialect.thinks and _is_only_thought(back.text):
                    # Its thoughts have used up the room, and the answer had none.
                    self._dialect = replace(self._dialect, thinks=True)
                    continue
                simpler = self._dialect.stepped_down() if self._has_passed_over_schema(error, back) else None
                if simpler is not None:
                    # Asked in a way it does not understand, it had no chance.
                    self._dialect = simpler
                    further = []
                    continue
                chances -= 1
                if unfit is not None:
                    return self._taken(sheet, *unfit)
                if not chances or (ear is not None and ear.reply is not None):
                    what = "broke its answer off" if back.broke_off else "gave no answer that can be read"
                    raise EndedError(Failure(reason, f"the model {what}", sheet.question.about)) from None
                problem = "It broke off: make it shorter." if back.broke_off else error.problem
                further = sheet.objection(back.text, problem)
                continue
            problem = sheet.question.check(reply) if sheet.question.check else ""
            if problem and chances > 1:
                # It can be read, and is no use as it is: the better of two is taken.
                chances -= 1
                unfit = reply, back
                self._settle()
                self._note(sheet, "unfit", back)
                further = sheet.objection(back.text, sheet.hidden(problem))
                continue
            return self._taken(sheet, reply, back)

    def _taken(self, sheet: Sheet[R], reply: R, back: Told) -> R:
        """Return *reply* as the answer, kept and counted."""
        self._keep(sheet, back)
        self.tally.answered += 1
        self._note(sheet, "answered", back)
        return reply

    def _keep(self, sheet: Sheet[R], back: Told) -> None:
        # Committed before it is used: a run that dies now does not pay for it again.
        self._store.put(sheet.key, Answer(back.text, back.usage, back.model, sheet.question.step))
        self._settle()

    def _has_passed_over_schema(self, error: UnreadableError, back: Told) -> bool:
        """Return whether an unknown server answers as if it had been told of no schema."""
        return error.is_shapeless and not back.broke_off and not self._dialect.is_settled


def _rescued(sheet: Sheet[R], text: str) -> Failure | None:
    """Return what an answer that broke off is good for; None if nothing of it stands whole."""
    found = read_broken_off(text, sheet.question.reply, sheet.tidy)
    if found is None:
        return None
    return Failure("truncated", "the model broke its answer off", sheet.question.about, found)


def _is_only_thought(text: str) -> bool:
    """Return whether a broken-off answer holds nothing but a model's thoughts, which most servers do not even show."""
    said = text.strip().casefold()
    return not said or (said.startswith("<think") and "</think" not in said)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
