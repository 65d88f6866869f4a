"""Batches under way at a vendor: sent once, remembered, fetched whenever somebody asks.

What one could get wrong: a process may be killed between any two lines.  What is meant to be sent is remembered, and
its worst case booked, before anything leaves; then the file goes up, which asks nobody anything; then it is remembered
that a batch over it is being begun, and it is begun, under a token of ours.  The next run looks for that token in the
vendor's list, so that no batch is paid twice and none is lost.  Fetching may be done over and over: answers are kept
by their key, and what a batch took is written in place of its worst case.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from journeyai.batch.ledger import Ledger
from journeyai.batch.parcel import Parcel, parcels
from journeyai.batch.spool import Part
from journeyai.engines.llm.asking import Reason
from journeyai.engines.llm.batch_api import NotThereError, UnknownEndError, VendorBatch
from journeyai.engines.llm.batch_session import BatchSession
from journeyai.engines.llm.money import Usage
from journeyai.errors import EngineError

#: After so long a batch that the vendor does not list was never begun; its list may lag behind a little.
SETTLED_SECONDS: Final = 60.0
#: After so long a batch that the vendor does not know any more has come to its end: it has 24 hours.
_GONE_SECONDS: Final = 48 * 3600.0


@dataclass
class Fetched:
    """What fetching brought.

    Attributes:
        answers: that came.
        tokens: that they took.
        unanswered: why questions came back without one → how many.
        refused: why batches were refused as a whole.
        notices: what a person should know besides.
    """

    answers: int = 0
    tokens: int = 0
    unanswered: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Outbox:
    """The batches of one study or folder.

    Attributes:
        fetched: what `collect` brought.
        sent: the parcels that `send` has sent.
    """

    def __init__(
        self, session: BatchSession, ledger: Ledger, clock: Callable[[], float], settled_seconds: float
    ) -> None:
        """Read what is remembered.

        Args:
            session: asks the vendor.
            ledger: remembers.
            clock: gives seconds since 1970.
            settled_seconds: after so long, a batch that the vendor does not list was never begun.
        """
        self.fetched = Fetched()
        self.sent: list[Parcel] = []
        self._session = session
        self._ledger = ledger
        self._clock = clock
        self._settled_seconds = settled_seconds
        self._parcels = parcels(ledger)
        self._under_way: set[str] | None = None

    def is_under_way(self, key: str) -> bool:
        """Return whether the question of this key is waiting in a batch."""
        if self._under_way is None:
            self._under_way = {
                key for parcel in self.under_way() for keys in parcel.keys.values() for key in keys
            }
        return key in self._under_way

    def under_way(self) -> list[Parcel]:
        """Return the batches that are waited for, in the order in which they were sent."""
        return [parcel for parcel in self._parcels.values() if parcel.is_under_way]

    def reserved(self) -> Decimal:
        """Return the US dollars that are booked for what is under way and may turn out to be less."""
        return sum(
            (parcel.usd(Usage(*parcel.worst)) or Decimal(0) for parcel in self.under_way()), Decimal(0)
        )

    def failure(self, key: str) -> tuple[Reason, str] | None:
        """Return why the question of this key came back without an answer, for good; None if it did not."""
        return next((parcel.failed[key] for parcel in self._parcels.values() if key in parcel.failed), None)

    def forgive(self, keys: Iterable[str]) -> None:
        """Let questions that came to nothing be asked again: the item that they belong to has failed."""
        gone = set(keys)
        for key in gone:
            self._session.store.drop(key)
        for parcel in list(self._parcels.values()):
            left = {key: why for key, why in parcel.failed.items() if key not in gone}
            if len(left) < len(parcel.failed):
                self._remember(replace(parcel, failed=left))

    # Fetching

    def collect(self) -> None:
        """Fetch what is answered, and find out what became of what a killed run was sending.

        Raises:
            EngineError: the vendor cannot be asked; what came before is kept.
        """
        for parcel in [parcel for parcel in self._parcels.values() if parcel.state == "uploading"]:
            self._forget(parcel)
        elsewhere = sum(parcel.kind != self._session.kind for parcel in self.under_way())
        if elsewhere:
            self.fetched.notices.append(
                f"{_batches(elsewhere)} at another address than `{self._session.host}` cannot be fetched from here."
            )
        self._find()
        for parcel in self.under_way():
            if parcel.state == "sent" and parcel.kind == self._session.kind:
                self._look(parcel)

    def _find(self) -> None:
        """Find out which of the batches that were being begun the vendor has."""
        begun = {
            parcel.token: parcel
            for parcel in self.under_way()
            if parcel.state == "submitting" and parcel.kind == self._session.kind
        }
        if not begun:
            return
        since = min(parcel.at for parcel in begun.values())
        settled = self._settled_seconds
        try:
            found = self._session.api.find(begun, since)
        except NotThereError:
            # A server without a list never says.
            found, settled = {}, _GONE_SECONDS
        for token, parcel in begun.items():
            if token in found:
                self._remember(replace(parcel, state="sent", batch=found[token].id))
            elif self._clock() - parcel.at >= settled:
                self._forget(parcel)
            else:
                self.fetched.notices.append(
                    f"Whether a batch of {_questions(parcel.questions)} has reached `{self._session.host}` is not "
                    "known yet; run the same command again in a minute."
                )

    def _look(self, parcel: Parcel) -> None:
        try:
            batch = self._session.api.look(parcel.batch)
        except NotThereError as error:
            if self._clock() - parcel.at < _GONE_SECONDS:
                self.fetched.notices.append(f"{error.message} {error.hint}")
                return
            batch = VendorBatch(parcel.batch, parcel.token, "expired", (), parcel.answered, ())
        if not batch.is_over:
            self._remember(replace(parcel, answered=batch.answered))
            return
        self._take(parcel, batch)
        if batch.status == "failed":
            said = " ".join(f"{problem.rstrip('.')}." for problem in batch.problems)
            self.fetched.refused.append(
                f"The server `{self._session.host}` refused a batch of {_questions(parcel.questions)}, and nothing of "
                f"it was asked{': ' + said if said else '.'}"
            )

    def _take(self, parcel: Parcel, batch: VendorBatch) -> None:
        """Keep everything that a batch which is over says."""
        steps = {key: step for step, keys in parcel.keys.items() for key in keys}
        mean = parcel.worst[0] // max(1, len(steps))
        seen: set[str] = set()
        failed: dict[str, tuple[Reason, str]] = {}
        took, answers, is_lost = Usage(0, 0), 0, False
        for file in batch.files:
            try:
                for line in self._session.api.lines(file):
                    if line is None or line.key not in steps or line.key in seen:
                        continue
                    seen.add(line.key)
                    if line.told is not None:
                        usage = line.told.usage
                        # A server that counts no tokens: what was sent is not here any more.
                        took += replace(usage, tokens_in=mean) if usage.estimated else usage
                    problem = self._session.keep(line, steps[line.key])
                    answers += problem is None
                    if problem is not None:
                        self.fetched.unanswered[problem.what] += 1
                        if problem.reason is not None:
                            failed[line.key] = (problem.reason, problem.message)
            except NotThereError:
                is_lost = True
        if is_lost:
            # Paid, and gone: nobody can say any more what it took.
            share = max(0, batch.answered - answers) / max(1, len(steps))
            sent, received = (round(tokens * share) for tokens in parcel.worst)
            took += Usage(sent, received, estimated=True)
        self._count_rest(batch, len(steps) - len(seen), is_lost=is_lost)
        self.fetched.answers += answers
        self.fetched.tokens += took.tokens
        self._session.job.book(parcel.token, took, parcel.usd(took))
        self._remember(replace(parcel, state="collected", keys={}, failed=failed))

    def _count_rest(self, batch: VendorBatch, number: int, *, is_lost: bool) -> None:
        """Count the questions that nothing was said of."""
        if number and batch.status != "failed":
            why = {"expired": "not answered in time", "cancelled": "cancelled there"}
            self.fetched.unanswered[
                "lost with a file that the server does not have any more"
                if is_lost
                else why.get(batch.status, "passed over by the server")
            ] += number

    # Sending

    def send(self, parts: Iterable[Part]) -> None:
        """Send files of questions, each as a batch of its own.

        Raises:
            EngineError: the vendor does not take one; the others before it are under way.
        """
        for part in parts:
            self._send(part)

    def _send(self, part: Part) -> None:
        price = self._session.price
        parcel = Parcel(
            token=part.token,
            state="uploading",
            kind=self._session.kind,
            at=self._clock(),
            keys=dict(part.keys),
            worst=(part.worst.tokens_in, part.worst.tokens_out),
            price=(str(max(price.sent, price.written or price.sent)), str(price.received)) if price else None,
        )
        self._remember(parcel)
        self._session.job.book(parcel.token, part.worst, parcel.usd(part.worst))
        try:
            file = self._session.api.upload(part.path)
            parcel = replace(parcel, state="submitting", at=self._clock())
            self._remember(parcel)
            batch = self._session.api.submit(file, parcel.token)
        except UnknownEndError:
            found: dict[str, VendorBatch] = {}
            with suppress(EngineError):
                found = self._session.api.find({parcel.token}, parcel.at)
            if parcel.token not in found:
                raise
            batch = found[parcel.token].id
        except EngineError:
            self._forget(parcel)
            raise
        parcel = replace(parcel, state="sent", batch=batch)
        self._remember(parcel)
        self.sent.append(parcel)

    # Remembering

    def _remember(self, parcel: Parcel) -> None:
        self._under_way = None
        if parcel.state == "collected" and not parcel.failed:
            self._ledger.forget_batch(parcel.token)
            self._parcels.pop(parcel.token, None)
            return
        self._ledger.put_batch(parcel.token, parcel.as_values())
        self._parcels[parcel.token] = parcel

    def _forget(self, parcel: Parcel) -> None:
        """Forget a batch that was never begun."""
        # First what it might have cost: forgotten the other way round, that would stand for ever.
        self._session.store.unbook(parcel.token)
        self._ledger.forget_batch(parcel.token)
        self._parcels.pop(parcel.token, None)
        self._under_way = None


def _questions(number: int) -> str:
    return "1 question" if number == 1 else f"{number:,} questions"


def _batches(number: int) -> str:
    return "1 batch" if number == 1 else f"{number:,} batches"
