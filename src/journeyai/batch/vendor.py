"""Summaries through a vendor's batches, at half the price and within a day: a run like any other, but for how it asks.

Every run goes through the items with what is answered by now.  What has no answer yet is noted, and sent at the end;
its item waits, which is neither a result nor a failure, and the next run takes it up.  A summary does not wait for
what is asked for the map besides.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from journeyai.batch.items import Portion, read_portion
from journeyai.batch.ledger import Ledger
from journeyai.batch.method import Method
from journeyai.batch.outbox import SETTLED_SECONDS, Outbox
from journeyai.batch.run import Batch, Order, Result, method_for
from journeyai.batch.selecting import Choice, Selection
from journeyai.batch.spool import Limits, Spool
from journeyai.batch.work import Outcome, Told, summarise_with
from journeyai.batch.workers import Here, Spending, usage_told
from journeyai.engines.llm.asking import Failure, Reason
from journeyai.engines.llm.batch_session import BatchSession, Noted, WaitingError, open_batches
from journeyai.engines.llm.money import Reservation, Usage
from journeyai.engines.llm.session import Wish
from journeyai.engines.llm.sheet import Sheet
from journeyai.engines.recap import Recap
from journeyai.errors import BudgetError, EngineError, JourneyAIError, SettingsError
from journeyai.model.batch import Mailing, State
from journeyai.model.source import Document

#: Folder, inside of ours, of questions that are on their way.
SPOOL_FOLDER: Final = "outbox"


@dataclass(frozen=True, slots=True)
class Round:
    """How a run through a vendor's batches ended.

    Attributes:
        result: of the run; its state's `left` are the items that wait.
        mailing: what became of the questions.
    """

    result: Result
    mailing: Mailing


class Vendor:
    """The door to summaries through a vendor's batches."""

    def __init__(
        self,
        order: Order,
        *,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
        settled_seconds: float = SETTLED_SECONDS,
    ) -> None:
        """Prepare to do what *order* says.

        Args:
            order: its `jobs` do not matter.
            limits: of one file of questions; None for the vendor's.
            clock: gives seconds since 1970.
            settled_seconds: after so long, a batch that the vendor does not list was never begun.

        Raises:
            SettingsError: the order asks no language model.
        """
        if not order.asks_a_model:
            raise SettingsError(
                "--batch-api sends questions to a language model, and the local engine would read here.",
                "Set OPENAI_API_KEY, and add `--engine llm` if `journey.toml` says otherwise.",
            )
        self._order = order
        self._limits = limits or Limits()
        self._clock = clock
        self._settled_seconds = settled_seconds

    def run(
        self, tell: Callable[[State], None], announce: Callable[[str], None], *, sends: bool = True
    ) -> Round:
        """Fetch what is answered, summarise what can be, and send what is to be asked yet.

        Args:
            tell: told how far the run is.
            announce: told in a sentence what the questions will take, before they are sent.
            sends: whether anything is sent; else nothing is spent.

        Raises:
            SettingsError: as for `Batch.run`.
            StudyBusyError: as for `Batch.run`.
            EngineError: the server does not tell which models it has.
        """
        made: list[VendorWorkers] = []

        @contextmanager
        def workers(method: Method) -> Iterator[VendorWorkers]:
            with self._opened() as (session, outbox), Spool(self._spool, self._limits) as spool:
                one = VendorWorkers(session, outbox, spool, method, sends=sends)
                made.append(one)
                one.begin()
                yield one
                one.end(self._order, announce)

        result = Batch(workers).run(self._order, tell)
        (worked,) = made
        return Round(replace(result, error=result.error or worked.error), worked.mailing())

    def plan(self) -> str:
        """Return in a sentence or two what `run` would send now; nothing is changed and nobody is asked.

        Raises:
            SettingsError: as for `run`.
            EngineError: the server does not tell which models it has.
        """
        method = method_for(self._order)
        with self._opened() as (session, outbox):
            documents = Batch().unfinished(self._order)
            return session.sentence(
                session.estimate(documents, method.frame_of, method.map_frame, outbox.is_under_way)
            )

    @property
    def _spool(self) -> Path:
        return self._order.inner / SPOOL_FOLDER

    @contextmanager
    def _opened(self) -> Iterator[tuple[BatchSession, Outbox]]:
        order = self._order
        with (
            open_batches(order.settings, order.inner, order.wish or Wish()) as session,
            Ledger(order.ledger) as ledger,
        ):
            yield session, Outbox(session, ledger, self._clock, self._settled_seconds)


class VendorWorkers:
    """Works with what is answered, in this thread, and notes what is not.

    Attributes:
        error: why not everything could be fetched or sent; None if it could.
    """

    whole_files = False
    at_a_time: int = 1
    width: int = 1
    notices: Sequence[str] = ()

    def __init__(
        self, session: BatchSession, outbox: Outbox, spool: Spool, method: Method, *, sends: bool
    ) -> None:
        self.error: JourneyAIError | None = None
        self._session = session
        self._outbox = outbox
        self._spool = spool
        self._method = method
        self._sends = sends
        self._noted = Noted()
        #: Keys of what is noted in this run.
        self._wanted: set[str] = set()
        self._reservation: Reservation | None = None
        self._is_stopped = self._is_done = self._waits = False

    def begin(self) -> None:
        """Fetch what is answered."""
        try:
            self._outbox.collect()
        except EngineError as error:
            self._hear(error)
        if self._outbox.fetched.refused:
            # Sent again at once, it would be refused again, and nobody would have read why.
            refused = " ".join(self._outbox.fetched.refused)
            self._hear(
                EngineError(
                    refused,
                    "Run the same command again to send its questions once more; `--limit N` sends fewer.",
                )
            )
        # Made when everything is booked that is known by now.
        self._budget = self._session.budget()

    def end(self, order: Order, announce: Callable[[str], None]) -> None:
        """Note what is asked for the map, and send everything that is noted, unless the run was ended."""
        if self._is_stopped:
            return
        self._read_for_map(order)
        self._spool.close()
        can_send = self.error is None or isinstance(self.error, BudgetError)
        if self._sends and can_send and self._spool.parts:
            announce(self._session.sentence(self._session.forecast(self._noted)))
            try:
                self._outbox.send(self._spool.parts)
            except EngineError as error:
                self._hear(error)
        if self._is_done and not self._waits and not self._outbox.under_way():
            self._session.job.finish()

    def mailing(self) -> Mailing:
        """Return what became of the questions."""
        fetched, under_way = self._outbox.fetched, self._outbox.under_way()
        sent = sum(parcel.questions for parcel in self._outbox.sent)
        notices = [self._session.notice] if self._session.notice else []
        return Mailing(
            model=self._session.model,
            host=self._session.host,
            fetched=fetched.answers,
            unanswered=dict(sorted(fetched.unanswered.items())),
            refused=tuple(fetched.refused),
            sent=sent,
            sent_batches=len(self._outbox.sent),
            waiting=sum(parcel.questions for parcel in under_way),
            waiting_batches=len(under_way),
            answered=sum(parcel.answered for parcel in under_way),
            further=len(self._wanted) - sent,
            most_usd=None if self._session.price is None else float(self._outbox.reserved()),
            notices=(*notices, *fetched.notices),
        )

    # As `Workers`

    def submit(self, portion: Portion) -> "Future[list[Outcome]]":
        """Work on *portion* at once."""
        return Here().submit(summarise_with, self._summarise, portion, self._method)

    def flush(self) -> None:
        """Do nothing: nothing waits for company."""

    def stop(self, *, at_once: bool) -> None:
        """Send nothing."""
        self._is_stopped = True

    def spent(self) -> Spending:
        """Return what is spent for certain."""
        usd = self._budget.usd
        sure = None if usd is None else max(0.0, float(usd - self._outbox.reserved()))
        return Spending(tokens=self._outbox.fetched.tokens, usd=sure, usd_now=None)

    def finish(self) -> None:
        """Hear that every item is done."""
        self._is_done = True

    # As `Mail`

    def want(self, sheet: Sheet[Any]) -> None:
        """Note *sheet* if it is not under way; once the cap is reached, nothing further is."""
        self._waits = True
        if sheet.key in self._wanted or self._outbox.is_under_way(sheet.key):
            return
        self._wanted.add(sheet.key)
        if not self._sends or self.error is not None:
            return
        worst = self._session.worst(sheet)
        if self._has_room(worst):
            self._spool.add(self._session.line(sheet), sheet.key, sheet.question.step, worst)
            self._noted.add(sheet)

    def failure(self, key: str) -> tuple[Reason, str] | None:
        """Return why the question of this key came back without an answer, for good."""
        return self._outbox.failure(key)

    # Inside

    def _summarise(self, document: Document, *, is_own: bool) -> Told:
        from journeyai.engines.llm.steps.summarise import summarise

        asker = self._session.item(self)
        frame = self._method.frame_of(document)
        try:
            recap = summarise(document, frame, self._session.passage_tokens, asker)
        except WaitingError:
            return Told(None, is_waiting=True)
        if isinstance(recap, Failure):
            self._outbox.forgive(asker.failed)
        return Told(recap, usage_told(asker) if isinstance(recap, Recap) else None)

    def _read_for_map(self, order: Order) -> None:
        """Note what a draft asks of the study's own sources among the inputs, also of those that are summarised."""
        from journeyai.engines.llm.steps.observe import observe

        frame = self._method.map_frame
        if frame is None or order.retry_failed:
            return
        own = (given for given in order.inputs() if given.is_own)
        selection = Selection(None, self._method, Choice(order.limit), whole_files=False, at_a_time=1)
        for step in selection.steps(own):
            for document in (read_portion(step.portion).documents or ()) if step.portion else ():
                asker = self._session.item(self)
                try:
                    for _ in observe(
                        [document], frame, asker, _silent, passage_tokens=self._session.passage_tokens
                    ):
                        pass
                except WaitingError:
                    continue

    def _has_room(self, worst: Usage) -> bool:
        """Reserve room for *worst* beside what is noted; if it does not fit, hear of it."""
        try:
            further = self._budget.reserve(worst.tokens_in, worst.tokens_out)
        except BudgetError as error:
            self._hear(error)
            return False
        if self._reservation:
            # One for all: a budget adds up those that are open whenever it is asked.
            total = worst + self._reservation.worst
            self._budget.release(self._reservation)
            self._budget.release(further)
            further = self._budget.reserve(total.tokens_in, total.tokens_out)
        self._reservation = further
        return True

    def _hear(self, error: JourneyAIError) -> None:
        self.error = self.error or error


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
