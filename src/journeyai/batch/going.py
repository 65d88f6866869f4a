"""The loop of a run: portions out to workers, outcomes into the ledger, lines into the output.

At most twice as many portions as there are workers are under way, so that memory does not grow with the number of
files.
"""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final

from journeyai.batch.course import Course
from journeyai.batch.ledger import Ledger
from journeyai.batch.method import Method
from journeyai.batch.output import Output
from journeyai.batch.selecting import Step
from journeyai.batch.work import Outcome, lost_with
from journeyai.batch.workers import Workers
from journeyai.cluster import PortionLostError
from journeyai.engines.llm.pacing import StoppedError
from journeyai.errors import JourneyAIError
from journeyai.model.batch import State

#: Portions under way for each that can be worked on: the next one is there when a worker is free.
_AHEAD: Final = 2
#: How often a run tells how far it is while nothing happens.
_TELL_SECONDS: Final = 1.0
#: How often a run that ends looks for what is finished.
_DRAIN_LOOK_SECONDS: Final = 0.2
#: How long portions under way may take to come to an end after Ctrl-C.
_DRAIN_SECONDS: Final = 5.0

_Work = Future[list[Outcome]]


class EndedError(Exception):
    """The run cannot go on; what is done is kept.

    Attributes:
        error: why.
    """

    def __init__(self, error: JourneyAIError) -> None:
        super().__init__(error.message)
        self.error = error


class Going:
    """One run under way.

    Attributes:
        waiting: items whose questions are not answered yet.
    """

    def __init__(
        self,
        ledger: Ledger,
        output: Output,
        method: Method,
        workers: Workers,
        course: Course,
        tell: Callable[[State], None],
    ) -> None:
        self.waiting = 0
        self._ledger = ledger
        self._output = output
        self._method = method
        self._workers = workers
        self._course = course
        self._tell = tell
        self._told_at = monotonic()
        self._under_way: dict[_Work, Step] = {}
        self._finished: SimpleQueue[_Work] = SimpleQueue()
        #: Of files not at their end yet: portions under way; and those whose last portion is given out.
        self._portions: Counter[str] = Counter()
        self._all_given_out: set[str] = set()

    def go(self, steps: Iterable[Step]) -> None:
        """Do all of *steps*.

        Raises:
            EndedError: no further item can be summarised.
            Exception: a bug in a worker.
        """
        for step in steps:
            if step.portion is None:
                self._pass_over(step)
                continue
            work = self._workers.submit(step.portion)
            self._under_way[work] = step
            self._portions[step.file] += 1
            if step.portion.is_last:
                self._all_given_out.add(step.file)
            work.add_done_callback(self._finished.put)
            self._take_finished(wait=False)
            while len(self._under_way) >= _AHEAD * self._workers.width:
                self._take_finished(wait=True)
        self._workers.flush()
        while self._under_way:
            self._take_finished(wait=True)

    def drain(self, *, at_once: bool = False) -> None:
        """Take no further step; keep what is still finished of what is under way.

        Args:
            at_once: wait a few seconds only; else until all that was asked is answered.

        Raises:
            Exception: a bug in a worker, when the others have ended.
        """
        self._workers.stop(at_once=at_once)
        until = monotonic() + _DRAIN_SECONDS
        bug: Exception | None = None
        while self._under_way:
            # Not only what the queue tells of: Ctrl-C may have come just after something was taken from it.
            for work in [work for work in self._under_way if work.done()]:
                try:
                    outcomes = work.result()
                except (JourneyAIError, StoppedError, CancelledError):
                    del self._under_way[work]
                except Exception as error:  # Raised below: the others' work is kept first.
                    bug = bug or error
                    del self._under_way[work]
                else:
                    self._keep(work, outcomes)
            if at_once and monotonic() >= until:
                break
            if self._under_way:
                with suppress(Empty):
                    self._finished.get(timeout=_DRAIN_LOOK_SECONDS)
        if bug:
            raise bug

    def _pass_over(self, step: Step) -> None:
        with _undisturbed():
            counts = self._ledger.pass_over(step.number, step.file, step.most)
            self._output.add(step.number)
            if step.is_whole:
                self._output.read_whole(step.source)
        self._course.met(counts.items + counts.left_out)
        self._course.add(counts)
        if monotonic() - self._told_at >= _TELL_SECONDS:
            self._tell_state()

    def _take_finished(self, *, wait: bool) -> None:
        """Keep what is finished; wait for something, at most as long as one may be silent, if *wait*."""
        try:
            work = self._finished.get(timeout=_TELL_SECONDS) if wait else self._finished.get_nowait()
        except Empty:
            if wait:
                self._tell_state()
            return
        try:
            outcomes = work.result()
        except PortionLostError as error:
            portion = self._under_way[work].portion
            assert portion is not None
            outcomes = lost_with(portion, error.message, self._method)
        except JourneyAIError as error:
            del self._under_way[work]
            raise EndedError(error) from error
        except Exception:
            del self._under_way[work]
            raise
        self._keep(work, outcomes)
        self._tell_state()

    def _keep(self, work: _Work, outcomes: list[Outcome]) -> None:
        with _undisturbed():
            step = self._under_way.pop(work)
            portion = step.portion
            assert portion is not None
            counts = self._ledger.record(portion, outcomes, self._method.fingerprint, step.file)
            self.waiting += sum(outcome.waiting for outcome in outcomes)
            self._output.add(step.number)
            is_unread = len(outcomes) == 1 and outcomes[0].fault == "source" and outcomes[0].record is None
            if step.is_whole and not is_unread:
                self._output.read_whole(step.source)
            self._portions[step.file] -= 1
            if not self._portions[step.file]:
                del self._portions[step.file]
                if step.file in self._all_given_out:
                    self._all_given_out.remove(step.file)
                    if portion.records is None:
                        self._ledger.forget_outdated(portion.source, step.file)
        if step.is_first:
            self._course.met(len(outcomes) if portion.total is None else portion.total)
        self._course.add(counts)

    def _tell_state(self) -> None:
        self._told_at = monotonic()
        self._tell(self._course.state(self._workers.spent()))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until what is inside is done: ledger and output must never stop in the middle of a portion."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(signal.SIGINT)
