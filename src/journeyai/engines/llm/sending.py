"""One model at the other end of a line: in the way its server wants, at its pace, each request paid for and noted.

What one could get wrong: whatever was sent may cost, so every request is booked, at its worst where nobody knows how
it ended.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from langchain_core.messages import BaseMessage

from journeyai.engines.llm.address import Address, chat_model
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.asking import Failure, Question, R
from journeyai.engines.llm.call_log import Call, CallLog
from journeyai.engines.llm.dialect import Dialect, effort_for, kept_dialect
from journeyai.engines.llm.faults import Fault, diagnose, status_of, text_of, wait_of
from journeyai.engines.llm.money import Budget, Reservation, Usage
from journeyai.engines.llm.pacing import Pace
from journeyai.engines.llm.posting import posted
from journeyai.engines.llm.sheet import Messages, Sheet, most_sent
from journeyai.engines.llm.streaming import Ear, ListenerError, NotStreamedError, streamed
from journeyai.engines.llm.told import Told, Tried, quoted, told, usage_of, words_of
from journeyai.errors import EngineError, JourneyAIError
from journeyai.settings import LLMSettings

#: Temperature of re-runs, at least: what most services use where nobody says.
_WARM: Final = 0.7
#: A server may refuse a form, a temperature, a seed, a limit, an answer bit by bit, one at a time.
_MOST_ADAPTING: Final = 8

#: Faults that may mean no more than that a server does not know something in the request.
_ADAPTABLE: Final = frozenset({"refused-request", "server", "address"})
#: Faults of which the server's own words tell the person more than ours.
_TELLING: Final = frozenset({"refused-request", "model", "used-up", "forbidden"})


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


class EndedError(Exception):
    """A question that has come to a failure.  Never leaves the client."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Line:
    """What a client sends its questions through.

    Args:
        address: whom to ask.
        settings: how.
        store: keeps what is found out about the server.
        budget: the caps; asked before every request.
        log: the log of calls.
        first_wait_seconds: the first wait when a server is busy.
    """

    def __init__(
        self,
        address: Address,
        settings: LLMSettings,
        store: AnswerStore,
        budget: Budget,
        log: CallLog,
        first_wait_seconds: float,
    ) -> None:
        self.tally = Tally()
        self._address = address
        self._settings = settings
        self._store = store
        self._budget = budget
        self._log = log
        self._server = f"{address.kind}/{address.model}"
        self._dialect = kept_dialect(store.dialect(self._server), address)
        self._pace = Pace(settings, first_wait_seconds)
        self._models: dict[int, Any] = {}

    async def _disconnect(self) -> None:
        for model in self._models.values():
            for name in ("http_async_client", "http_client"):
                http = getattr(model, name, None)
                if http is not None:
                    await http.aclose() if name == "http_async_client" else http.close()
        self._models = {}

    def _settle(self) -> None:
        if not self._dialect.is_settled:
            self._dialect = replace(self._dialect, is_settled=True)
            self._store.set_dialect(self._server, self._dialect.as_values())

    async def _send(
        self, sheet: Sheet[R], further: Sequence[tuple[str, str]], ear: Ear[R] | None = None
    ) -> Told:
        """Send a request until it is answered; once an *ear* has heard something, no second time.

        Raises:
            EndedError: it was not, for all its tries.
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
            model = self._model(dialect, question)
            body = self._body(dialect, question)
            reservation = await self._budget.reserve_in_turn(
                most_sent(messages, question), dialect.most_tokens(question.room)
            )
            try:
                async with self._pace.turn(reservation.worst.tokens):
                    tries += 1
                    try:
                        message = await self._paid(model, body, messages, reservation, ear)
                    except (JourneyAIError, ListenerError):
                        raise
                    except Exception as error:
                        trouble = error
                        fault, other = _made_of(error, dialect)
                        if fault is None and other is None:
                            raise
                    else:
                        self._pace.answered()
                        return told(message, Tried(tries, _since(began), messages))
            finally:
                # Nothing is left of it if it was booked.
                self._budget.release(reservation)
            is_new = ear is None or ear.reply is None
            may_adapt = is_new and adapted < _MOST_ADAPTING and (fault is None or fault.name in _ADAPTABLE)
            if other is not None and may_adapt:
                adapted += 1
                # Another question may have found out more in the meantime.
                if self._dialect == dialect:
                    self._dialect = other
                continue
            if fault is not None and is_new and fault.again and again < self._tries_left(fault):
                again += 1
                self._pace.back_off(again, wait_of(trouble))
                continue
            assert fault is not None
            self._give_up(sheet, fault, trouble, Tried(tries, _since(began), messages))

    async def _paid(
        self,
        model: Any,
        body: Mapping[str, Any] | None,
        messages: Messages,
        reservation: Reservation,
        ear: Ear[R] | None,
    ) -> BaseMessage:
        """Send one request and book what it took."""
        self.tally.requests += 1
        try:
            # The client's own limit is for each piece of an answer; a server may drip for ever.
            async with asyncio.timeout(self._settings.timeout_seconds):
                message: BaseMessage
                if ear is not None and self._dialect.takes_stream:
                    # Not `response_format=`: LangChain then has openai parse the answer, which throws away what was
                    # written (and paid for) when it broke off.  Not `max_tokens=`: LangChain always renames it.
                    request = model if body is None else model.bind(extra_body=body)
                    message = await streamed(
                        request, messages, ear.take, self._dialect.streaming(self._address)
                    )
                elif body is None:
                    message = await model.ainvoke(list(messages))
                else:
                    message = await posted(model, messages, body)
        except BaseException as error:
            fault = diagnose(error)
            is_cut = isinstance(error, asyncio.CancelledError | ListenerError | NotStreamedError)
            has_begun = ear is not None and ear.reply is not None
            if is_cut or has_begun or (fault is not None and fault.may_cost):
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

    def _model(self, dialect: Dialect, question: Question[R]) -> Any:
        """Return LangChain's model for one request."""
        # Packages of other vendors take the room only when the model is made.
        room = 0 if self._address.provider == "openai" else dialect.most_tokens(question.room)
        if room not in self._models:
            self._models[room] = chat_model(self._address, self._settings, dialect.most_tokens(question.room))
        return self._models[room]

    def _body(self, dialect: Dialect, question: Question[R]) -> dict[str, Any] | None:
        """Return what goes into a request beside the messages; None where LangChain alone knows."""
        if self._address.provider != "openai":
            return None
        return dialect.parameters(
            question.reply,
            question.room,
            _warmth(self._settings.temperature, question.repeat),
            question.repeat,
            effort_for(self._address, self._settings.effort),
        )

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
        raise EndedError(failure)

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


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _warmth(temperature: float, repeat: int) -> float:
    """Return the temperature of a question: a re-run at 0 would say the same again and measure nothing."""
    return max(temperature, _WARM) if repeat else temperature


def _made_of(error: Exception, dialect: Dialect) -> tuple[Fault | None, Dialect | None]:
    """Return what *error* means, and how else the server may be asked; None for either that there is not."""
    if isinstance(error, NotStreamedError):
        return None, replace(dialect, takes_stream=False)
    return diagnose(error), dialect.after_refusal(status_of(error), text_of(error))
