"""A batch: everything that paths name is summarised, once; killed anywhere, the same command goes on.

Results reach the ledger portion by portion, and the output after it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from journeyai.batch.course import Course
from journeyai.batch.going import EndedError, Going
from journeyai.batch.items import read_portion
from journeyai.batch.ledger import LOCK_FILE, Ledger
from journeyai.batch.method import Method
from journeyai.batch.order import Order, check, method_for
from journeyai.batch.output import Output, open_output, set_aside
from journeyai.batch.parcel import waiting
from journeyai.batch.selecting import Choice, Selection, Step
from journeyai.batch.work import item_key
from journeyai.batch.workers import ModelWorkers, Workers, local_workers, model_workers
from journeyai.errors import JourneyAIError, SettingsError, StudyBusyError
from journeyai.model.batch import State
from journeyai.model.source import Document

if TYPE_CHECKING:
    from journeyai.engines.llm.summary_session import SummarySession

__all__ = ["Batch", "Order", "Result", "WorkersMaker", "method_for"]

#: Makes workers of a method for as long as a run lasts.
WorkersMaker = Callable[[Method], AbstractContextManager[Workers]]


def _unheard(sentence: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended.

    Attributes:
        state: the last one.
        run: its number in the ledger (`Ledger.lines(run)`).
        ledger: where the ledger is.
        source_faults: items of this run without a summary because of their file or record.
        model_faults: items of this run without a summary because of the model.
        error: what ended the run before its end (the model cannot be asked, the cap is reached); None if nothing did.
        interrupted: whether the person ended it.
        notices: what a person should know; each a sentence.
    """

    state: State
    run: int
    ledger: Path
    source_faults: int = 0
    model_faults: int = 0
    error: JourneyAIError | None = None
    interrupted: bool = False
    notices: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all done, 3 some sources failed, 4 the model failed for some, 5 the budget, 130 interrupted."""
        if self.interrupted:
            return 130
        if self.error is not None:
            return self.error.exit_code
        if self.model_faults:
            return 4
        return 3 if self.source_faults else 0


class Batch:
    """The door to summaries of many items."""

    def __init__(self, workers: WorkersMaker | None = None) -> None:
        """Make a batch.

        Args:
            workers: who works, in place of the engine that the order names.
        """
        self._workers = workers

    def run(
        self, order: Order, tell: Callable[[State], None], announce: Callable[[str], None] = _unheard
    ) -> Result:
        """Summarise all that *order* names and is not summarised yet.

        Args:
            order: what, and how.
            tell: told how far the run is, after every portion and about every second; called in this thread.
            announce: told in one sentence who is asked, before anybody is.

        Raises:
            SettingsError: a path leads nowhere, the settings do not fit together, or the output is no file of
                summaries.
            StudyBusyError: another process makes summaries here.
            EngineError: the server does not tell which models it has.
        """
        check(order)
        inputs = order.inputs()
        files = None if "-" in order.paths or order.retry_failed else sum(1 for _ in order.inputs())
        with ExitStack() as stack:
            stack.enter_context(_alone(order.inner))
            ledger = stack.enter_context(Ledger(order.ledger))
            method = method_for(order)
            workers = stack.enter_context(self._open(order, method))
            if isinstance(workers, ModelWorkers):
                announce(self._estimate(order, method, workers.session))
                if sent := waiting(ledger):
                    announce(
                        f"{sent:,} questions sent with --batch-api are not fetched yet: what this run asks of the same "
                        "items is paid again. `--batch-api --collect` fetches them."
                    )
            notices = [ledger.notice] if ledger.notice else []
            if order.fresh and isinstance(order.out, Path) and (aside := set_aside(order.out)):
                notices.append(f"The summaries of before are kept in `{aside}`.")
            output = open_output(order.out, ledger, ordered=order.ordered)
            number = ledger.begin()
            selection = Selection(
                ledger,
                method,
                Choice(order.limit, order.fresh, order.retry_failed),
                whole_files=workers.whole_files,
                at_a_time=workers.at_a_time,
                forgets=True,
            )
            course = Course(files, order.limit)
            going = Going(ledger, output, method, workers, course, tell)
            end = _gone(going, selection.steps(inputs), output)
            counts = course.counts
            if end.is_complete and not going.waiting:
                course.end()
                if not counts.model_faults:
                    # Else the next run asks for the rest, under the same cap.
                    workers.finish()
            state = course.state(workers.spent())
            tell(state)
            notices += workers.notices
        return Result(
            state,
            number,
            order.ledger,
            counts.source_faults,
            counts.model_faults,
            end.error,
            end.interrupted,
            tuple(notices),
        )

    def plan(self, order: Order) -> str:
        """Return in a sentence or two what `run` would do now; nothing is changed and nobody is asked.

        Raises:
            SettingsError: as for `run`.
            EngineError: the server does not tell which models it has.
        """
        if not order.asks_a_model:
            items = sum(1 for _ in self.unfinished(order))
            what = "1 item is" if items == 1 else f"{items:,} items are"
            return (
                f"{what} to be summarised by the local engine: at no cost, and nothing leaves this machine."
            )
        from journeyai.engines.llm.session import Wish
        from journeyai.engines.llm.summary_session import open_summaries

        with open_summaries(order.settings, order.inner, order.wish or Wish(), order.jobs) as session:
            return self._estimate(order, method_for(order), session)

    def unfinished(self, order: Order, foreign: set[str] | None = None) -> Iterator[Document]:
        """Yield the documents that `run` would summarise now, in input order; nothing is changed and nobody is asked.

        For estimates (`--dry-run`) and for batches sent to a vendor.

        Args:
            order: what, and how.
            foreign: gets the names of the files that are none of the study's sources, each before its documents.

        Raises:
            SettingsError: as for `run`.
            EngineError: the server does not tell which models it has.
        """
        check(order)
        inputs = order.inputs()
        method = method_for(order)
        choice = Choice(order.limit, order.fresh, order.retry_failed)
        with ExitStack() as stack:
            ledger = stack.enter_context(Ledger(order.ledger)) if order.ledger.exists() else None
            selection = Selection(ledger, method, choice, whole_files=False, at_a_time=1)
            for step in selection.steps(inputs):
                if step.portion is None:
                    continue
                if foreign is not None and not step.portion.is_own:
                    foreign.add(step.source)
                for document in read_portion(step.portion).documents or ():
                    if item_key(document, method) not in step.portion.known:
                        yield document

    def _estimate(self, order: Order, method: Method, session: "SummarySession") -> str:
        """Return what a run by a model takes, in a sentence or two; standard input can be read but once."""
        if "-" in order.paths:
            hidden = "is masked" if session.is_masked else "is not masked"
            return f"Asking {session.model} at {session.host}. Personal data {hidden}."
        foreign: set[str] = set()
        return session.first_line(
            *session.estimate(
                self.unfinished(order, foreign),
                method.frame_of,
                map_frame=method.map_frame,
                is_own=lambda document: document.source not in foreign,
            )
        )

    def _open(self, order: Order, method: Method) -> AbstractContextManager[Workers]:
        if self._workers is not None:
            return self._workers(method)
        if method.engine == "local":
            return local_workers(method, order.cluster)
        from journeyai.engines.llm.session import Wish

        return model_workers(order.settings, order.inner, order.wish or Wish(), method, order.jobs)


@dataclass(frozen=True, slots=True)
class _End:
    """How the work ended."""

    error: JourneyAIError | None = None
    interrupted: bool = False

    @property
    def is_complete(self) -> bool:
        return self.error is None and not self.interrupted


def _gone(going: Going, steps: Iterator[Step], output: Output) -> _End:
    """Do all the work, and tell how it ended; whatever ends it, what is done is kept.

    Raises:
        SettingsError: the ledger or the output cannot be written.
        Exception: a bug in a worker.
    """
    end = _End(interrupted=True)
    try:
        try:
            going.go(steps)
            end = _End()
        except EndedError as ended:
            going.drain()
            end = _End(ended.error)
        except JourneyAIError:
            raise
        except Exception:
            # What the others have done meanwhile is kept; then the bug is told.
            going.drain()
            raise
    except KeyboardInterrupt:
        going.drain(at_once=True)
    finally:
        # A line of before stands until what is waiting takes its place.
        output.close(is_complete=end.is_complete and not going.waiting)
    return end


@contextmanager
def _alone(inner: Path) -> Iterator[None]:
    """Hold the lock on what is kept in *inner*.

    Raises:
        StudyBusyError: another process makes summaries here.
        SettingsError: the folder cannot be written to.
    """
    lock = FileLock(inner / LOCK_FILE, blocking=False)
    try:
        inner.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise StudyBusyError(
            f"Another JourneyAI process is making summaries in `{inner.parent}`.",
            "Wait until it ends, or end it: what it has done is kept.",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"`{inner}` cannot be written to: {error.strerror or error}.", "Check the folder's permissions."
        ) from error
    try:
        yield
    finally:
        lock.release()
