"""Asks questions of a model: masked, paced, paid for once, read by us, and kept.

What one could get wrong: a `Failure` costs its question alone and is never kept; an `EngineError` or a `BudgetError`
ends the run, but whatever was already sent is waited for and kept, since it is paid for.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final, NoReturn, Self, TypeVar, cast
from weakref import WeakValueDictionary

from langchain_core.messages import BaseMessage
from langsmith import tracing_context

from journeyai.engines.llm.address import Address, chat_model
from journeyai.engines.llm.answers import Answer, AnswerStore
from journeyai.engines.llm.asking import Failure, Question, R, Reason
from journeyai.engines.llm.call_log import Call, CallLog
from journeyai.engines.llm.dialect import Dialect, effort_for, kept_dialect
from journeyai.engines.llm.faults import Fault, diagnose, status_of, text_of, wait_of
from journeyai.engines.llm.money import Budget, Reservation, Usage
from journeyai.engines.llm.pacing import Pace, StoppedError
from journeyai.engines.llm.schema import UnreadableError, read_broken_off, read_reply
from journeyai.engines.llm.sheet import MaskerFactory, Messages, Sheet, most_sent, write_sheet
from journeyai.engines.llm.told import Told, Tried, quoted, told, usage_of, words_of
from journeyai.errors import EngineError, JourneyAIError
from journeyai.model.aliases import Progress
from journeyai.prompting import StepPrompts, load_prompts
from journeyai.settings import LLMSettings

#: How much of a bad reply is shown to the model again.
_BAD_REPLY_CHARS: Final = 4000
#: Temperature of re-runs, at least: what most services use where nobody says.
_WARM: Final = 0.7
#: A server may refuse a form, a temperature, a seed and a limit, one at a time.
_MOST_ADAPTING: Final = 6

#: Faults that may mean no more than that a server does not know something in the request.
_ADAPTABLE: Final = frozenset({"refused-request", "server", "address"})
#: Faults of which the server's own words tell the person more than ours.
_TELLING: Final = frozenset({"refused-request", "model", "used-up", "forbidden"})

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """What a client has done so far.

    Attributes:
        requests: sent, tries that failed included.
        answered: questions that a model answered now.
        cached: questions answered from the study, at no cost.
        failed: questions without an answer.
        tokens_in: sent, as far as the server told.
        tokens_out: received.
        estimated: replies whose tokens the server did not tell.
    """

    requests: int = 0
    answered: int = 0
    cached: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: int = 0


class _EndedError(Exception):
    """A question that has come to a failure.  Never leaves the client."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class LLMClient:
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
        self.tally = Tally()
        self._address = address
        self._settings = settings
        self._store = store
        self._budget = budget
        self._masker = masker
        self._log = log
        self._prompts = prompts
        self._server = f"{address.kind}/{address.model}"
        self._dialect = kept_dialect(store.dialect(self._server), address)
        self._runner = asyncio.Runner()
        self._pace = Pace(settings, first_wait_seconds)
        self._first = asyncio.Lock()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._models: dict[int, Any] = {}
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
                self._run(self._disconnect())
            self._models = {}
        self._runner.close()

    async def _disconnect(self) -> None:
        for model in self._models.values():
            for name in ("http_async_client", "http_client"):
                http = getattr(model, name, None)
                if http is not None:
                    await http.aclose() if name == "http_async_client" else http.close()

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order.

        Raises:
            EngineError: every further question would fail, too (key refused, no such model, nobody there).
            BudgetError: the next question might cost more than is left; what is answered is kept.
            SettingsError: the provider's package or key is missing, or the log cannot be written.
        """
        if not questions:
            return []
        return self._run(self._ask_all(questions, progress))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
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
        return self._store.get(self._sheet(question).key) is not None

    async def ask(self, question: Question[R]) -> R | Failure:
        """Return the answer to one question; only on the client's own loop.

        Raises:
            EngineError: as for `ask_all`.
            BudgetError: as for `ask_all`.
        """
        sheet = self._sheet(question)
        # The same question asked twice at the same time is paid for once.
        lock = self._locks.setdefault(sheet.key, asyncio.Lock())
        async with lock:
            kept = self._look_up(sheet)
            if kept is not None:
                return kept
            try:
                if not self._dialect.is_settled:
                    # The first one goes alone: what it finds out about the server the others need not pay for.
                    async with self._first:
                        if not self._dialect.is_settled:
                            return await self._converse(sheet)
                return await self._converse(sheet)
            except _EndedError as ended:
                self.tally.failed += 1
                return ended.failure

    def _sheet(self, question: Question[R]) -> Sheet[R]:
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

    async def _converse(self, sheet: Sheet[R]) -> R | Failure:
        """Ask, and once more if the reply is no use.

        An answer that broke off after something of use is kept and not asked for again: the step asks for the rest.

        Raises:
            _EndedError: there is no answer.
        """
        further: list[tuple[str, str]] = []
        chances = 2
        while True:
            back = await self._send(sheet, further)
            if back.has_refused:
                self._note(sheet, "refused", back)
                raise _EndedError(Failure("refused", "the model would not answer", sheet.question.about))
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
                if not chances:
                    what = "broke its answer off" if back.broke_off else "gave no answer that can be read"
                    raise _EndedError(Failure(reason, f"the model {what}", sheet.question.about)) from None
                problem = "It broke off: make it shorter." if back.broke_off else error.problem
                shown = back.text[:_BAD_REPLY_CHARS] or "(nothing)"
                further = [("assistant", shown), ("user", sheet.prompts.retry.render({"error": problem}))]
                continue
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

    def _settle(self) -> None:
        if not self._dialect.is_settled:
            self._dialect = replace(self._dialect, is_settled=True)
            self._store.set_dialect(self._server, self._dialect.as_values())

    async def _send(self, sheet: Sheet[R], further: Sequence[tuple[str, str]]) -> Told:
        """Send a request until it is answered.

        Raises:
            _EndedError: it was not, for all its tries.
            EngineError: no other would be, either.
            BudgetError: it might cost more than is left.
            StoppedError: the run is ending.
        """
        question = sheet.question
        began = time.perf_counter()
        tries = again = adapted = 0
        while True:
            dialect = self._dialect
            system = dialect.system(sheet.system, question.reply)
            messages = (("system", system), ("user", sheet.user), *further)
            request = self._request(dialect, question)
            reservation = await self._budget.reserve_in_turn(
                most_sent(messages, question), dialect.most_tokens(question.room)
            )
            try:
                async with self._pace.turn(reservation.worst.tokens):
                    tries += 1
                    try:
                        message = await self._paid(request, messages, reservation)
                    except JourneyAIError:
                        raise
                    except Exception as error:
                        trouble = error
                        fault = diagnose(error)
                        other = dialect.after_refusal(status_of(error), text_of(error))
                        if fault is None and other is None:
                            raise
                    else:
                        self._pace.answered()
                        return told(message, Tried(tries, _since(began), messages))
            finally:
                # Nothing is left of it if it was booked.
                self._budget.release(reservation)
            if other is not None and adapted < _MOST_ADAPTING and (fault is None or fault.name in _ADAPTABLE):
                adapted += 1
                # Another question may have found out more in the meantime.
                if self._dialect == dialect:
                    self._dialect = other
                continue
            if fault is not None and fault.again and again < self._tries_left(fault):
                again += 1
                self._pace.back_off(again, wait_of(trouble))
                continue
            assert fault is not None
            self._give_up(sheet, fault, trouble, Tried(tries, _since(began), messages))

    async def _paid(self, request: Any, messages: Messages, reservation: Reservation) -> BaseMessage:
        """Send one request and book what it took."""
        self.tally.requests += 1
        try:
            # The client's own limit is for each piece of an answer; a server may drip for ever.
            async with asyncio.timeout(self._settings.timeout_seconds):
                message: BaseMessage = await request.ainvoke(list(messages))
        except BaseException as error:
            fault = diagnose(error)
            if isinstance(error, asyncio.CancelledError) or (fault is not None and fault.may_cost):
                # Nobody knows what the server made of it: a cap must count the worst.
                self._book(reservation, replace(reservation.worst, estimated=True))
            raise
        self._book(reservation, usage_of(message, messages))
        return message

    def _book(self, reservation: Reservation, usage: Usage) -> None:
        self._budget.book(reservation, usage)
        self.tally.tokens_in += usage.tokens_in
        self.tally.tokens_out += usage.tokens_out
        self.tally.estimated += usage.estimated

    def _request(self, dialect: Dialect, question: Question[R]) -> Any:
        """Return LangChain's runnable for one request."""
        is_openai = self._address.provider == "openai"
        # Packages of other vendors take the room only when the model is made.
        room = 0 if is_openai else dialect.most_tokens(question.room)
        if room not in self._models:
            self._models[room] = chat_model(self._address, self._settings, dialect.most_tokens(question.room))
        model = self._models[room]
        if not is_openai:
            return model
        # Not `response_format=`: LangChain then has openai parse the answer, which throws away what was written (and
        # paid for) when it broke off.  Not `max_tokens=`: LangChain always renames it.
        body = dialect.parameters(
            question.reply,
            question.room,
            _warmth(self._settings.temperature, question.repeat),
            question.repeat,
            effort_for(self._address, self._settings.effort),
        )
        return model.bind(extra_body=body)

    def _tries_left(self, fault: Fault) -> int:
        if fault.reason is None and not self._pace.has_answered:
            # An address that nobody has ever answered at is more likely mistyped than down.
            return 0
        retries = self._settings.retries
        return retries if fault.most_again is None else min(retries, fault.most_again)

    def _give_up(self, sheet: Sheet[R], fault: Fault, error: Exception, tried: Tried) -> NoReturn:
        """Raise what becomes of a question that met *fault* for the last time."""
        self._note(sheet, fault.name, tried)
        about = sheet.question.about
        said = quoted(self._address.hide(words_of(error))) if fault.name in _TELLING else ""
        if fault.reason is None:
            raise EngineError(f"The model server `{self._address.host}` {fault.what}{said}.", fault.advice)
        failure = Failure(fault.reason, f"the model server {fault.what}{said}", about)
        if fault.reason in {"server", "timeout", "busy"} and self._pace.gave_up():
            raise EngineError(
                f"The model server `{self._address.host}` {fault.what}{said}; question after question got no answer.",
                fault.advice,
            )
        raise _EndedError(failure)

    def _note(
        self, sheet: Sheet[R], outcome: str, call: Tried | None = None, *, cached: bool = False
    ) -> None:
        usage = call.usage if isinstance(call, Told) else Usage(0, 0)
        line = Call(
            step=sheet.question.step,
            prompt=sheet.prompts.hash,
            model=self._address.model,
            host=self._address.host,
            dialect=self._dialect.form,
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            estimated=usage.estimated,
            milliseconds=call.milliseconds if call else 0,
            outcome=outcome,
            tries=call.tries if call else 0,
            cached=cached,
        )
        self._log.write(line, call.messages if call else (), call.text if isinstance(call, Told) else "")


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


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _warmth(temperature: float, repeat: int) -> float:
    """Return the temperature of a question: a re-run at 0 would say the same again and measure nothing."""
    return max(temperature, _WARM) if repeat else temperature


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
