"""A batch: everything that paths name is summarised, once; killed anywhere, the same command goes on.

Results reach the ledger portion by portion, and the output after it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from filelock import FileLock, Timeout

from journeyai.batch.course import Course
from journeyai.batch.going import EndedError, Going
from journeyai.batch.items import STDIN, Input, find_inputs, read_portion
from journeyai.batch.ledger import LEDGER_FILE, LOCK_FILE, Ledger
from journeyai.batch.method import Method, frames_for, local_method, model_method
from journeyai.batch.output import open_output, set_aside
from journeyai.batch.selecting import Choice, Selection
from journeyai.batch.work import item_key
from journeyai.batch.workers import Workers, local_workers, model_workers
from journeyai.drafting.frame import make_frame
from journeyai.engines.engine import Frame
from journeyai.errors import JourneyAIError, SettingsError, StudyBusyError
from journeyai.knowledge.templates import load_template
from journeyai.model.batch import State
from journeyai.model.source import Document
from journeyai.settings import STUDY_FILE, StudySettings
from journeyai.study.folder import INNER_FOLDER

if TYPE_CHECKING:
    from journeyai.app import Study
    from journeyai.engines.llm.session import Wish

#: Makes workers of a method for as long as a run lasts.
WorkersMaker = Callable[[Method], AbstractContextManager[Workers]]


def _unheard(sentence: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be summarised, and how.

    Attributes:
        paths: files, folders, globs, `-`, `FILE#RECORD`.
        study: None outside of a study.
        engine: `auto` for `llm` if a model is configured, else `local`; None for what the study says (`auto` outside).
        out: a file of JSON lines that is appended to, a binary stream that gets every line of the run, or None for no
            lines at all (the ledger has them).
        home: folder that `.journeyai/` is kept in; None for the study, else the folder of *out*, else the current one.
        jobs: questions under way at the same time; None for what the settings say.  The local engine takes one item
            at a time here, whatever this says.
        limit: at most so many items, in input order; None for all.
        fresh: forget the results of these items first.  The old output is kept aside as `NAME.before-1` (-2 …).
            Answers that a model was paid for are kept: another prompt or model is another method anyway.  A run that
            was killed goes on without this.
        retry_failed: only items that failed before.
        ordered: the output in input order.
        wish: which model and which caps, in place of what `journey.toml` says.
        cluster: address of a Dask scheduler, or `local:N`; empty for none.
        no_map: do not read items for the map besides.
        template: a method's id; None for the study's (outside of a study: the default one).
    """

    paths: tuple[str, ...]
    study: "Study | None" = None
    engine: Literal["auto", "local", "llm"] | None = None
    out: Path | BinaryIO | None = None
    home: Path | None = None
    jobs: int | None = None
    limit: int | None = None
    fresh: bool = False
    retry_failed: bool = False
    ordered: bool = False
    wish: "Wish | None" = None
    cluster: str = ""
    no_map: bool = False
    template: str | None = None

    @property
    def settings(self) -> StudySettings:
        """Of the study; plain ones outside of a study."""
        return self.study.settings if self.study else StudySettings()

    @property
    def inner(self) -> Path:
        """The folder of ours: ledger, lock, a model's answers."""
        if self.home is not None:
            return self.home / INNER_FOLDER
        if self.study is not None:
            return self.study.folder.inner
        return (self.out.parent if isinstance(self.out, Path) else Path()) / INNER_FOLDER

    @property
    def ledger(self) -> Path:
        """Where the ledger is."""
        return self.inner / LEDGER_FILE

    @property
    def asks_a_model(self) -> bool:
        """Whether the `llm` engine reads."""
        if self.study is not None:
            return self.study.asks_a_model(self.engine, self.wish)
        from journeyai.engines.llm.address import is_configured

        name = self.engine or "auto"
        model = self.wish.model if self.wish else ""
        return name == "llm" or (name == "auto" and is_configured(self.settings.llm, model))

    def inputs(self) -> Iterator[Input]:
        """Return the files that the paths name, in input order.

        Raises:
            SettingsError: a path leads nowhere.
        """
        own = [self.out] if isinstance(self.out, Path) else []
        if self.study is not None:
            own += [self.study.folder.root / STUDY_FILE, self.study.folder.map_path]
        return find_inputs(self.paths, self.settings, self.study.folder.sources if self.study else None, own)


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
        _check(order)
        inputs = order.inputs()
        files = None if "-" in order.paths or order.retry_failed else sum(1 for _ in order.inputs())
        with ExitStack() as stack:
            stack.enter_context(_alone(order.inner))
            ledger = stack.enter_context(Ledger(order.ledger))
            method = method_for(order)
            workers = stack.enter_context(self._open(order, method))
            if workers.first_line:
                announce(workers.first_line)
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
            error, interrupted, is_complete = None, False, False
            try:
                try:
                    going.go(selection.steps(inputs))
                    is_complete = True
                except EndedError as ended:
                    error = ended.error
                    going.drain()
            except KeyboardInterrupt:
                interrupted = True
                going.drain(at_once=True)
            finally:
                # A line of before stands until what is waiting takes its place.
                output.close(is_complete=is_complete and not going.waiting)
            counts = course.counts
            if is_complete and not going.waiting:
                course.end()
                if not counts.model_faults:
                    # Else the next run asks for the rest, under the same cap.
                    workers.finish()
            state = course.state(workers.spent())
            tell(state)
        return Result(
            state,
            number,
            order.ledger,
            counts.source_faults,
            counts.model_faults,
            error,
            interrupted,
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

        method = method_for(order)
        with open_summaries(order.settings, order.inner, order.wish or Wish(), order.jobs) as session:
            return session.first_line(
                *session.estimate(self.unfinished(order), method.frame_of, map_frame=method.map_frame)
            )

    def unfinished(self, order: Order) -> Iterator[Document]:
        """Yield the documents that `run` would summarise now, in input order; nothing is changed and nobody is asked.

        For estimates (`--dry-run`) and for batches sent to a vendor.

        Raises:
            SettingsError: as for `run`.
            EngineError: the server does not tell which models it has.
        """
        _check(order)
        inputs = order.inputs()
        method = method_for(order)
        choice = Choice(order.limit, order.fresh, order.retry_failed)
        with ExitStack() as stack:
            ledger = stack.enter_context(Ledger(order.ledger)) if order.ledger.exists() else None
            selection = Selection(ledger, method, choice, whole_files=False, at_a_time=1)
            for step in selection.steps(inputs):
                if step.portion is None:
                    continue
                for document in read_portion(step.portion).documents or ():
                    if item_key(document, method) not in step.portion.known:
                        yield document

    def _open(self, order: Order, method: Method) -> AbstractContextManager[Workers]:
        if self._workers is not None:
            return self._workers(method)
        if method.engine == "local":
            return local_workers(method, order.cluster)
        from journeyai.engines.llm.session import Wish

        return model_workers(order.settings, order.inner, order.wish or Wish(), method, order.jobs)


def method_for(order: Order) -> Method:
    """Return how the summaries of *order* are made.

    Raises:
        SettingsError: no such template, no model, or no key.
        EngineError: the server does not tell which models it has.
        StudyBusyError: the study's sources must be looked at, and another process has it open.
    """
    settings = order.settings
    study = order.study

    def frame(language: str) -> Frame:
        if study is not None:
            return study.frame(order.template, language=language)
        return make_frame(load_template(order.template or settings.template), language, (), ())

    frames = frames_for(settings.language, frame)
    if not order.asks_a_model:
        return local_method(frames, settings.reading)
    from journeyai.engines.llm.address import find_address

    wish = order.wish
    address = find_address(wish.over(settings.llm) if wish else settings.llm, wish.model if wish else "")
    map_frame = study.frame(order.template) if study is not None and not order.no_map else None
    return model_method(frames, address, settings.llm, map_frame)


def _check(order: Order) -> None:
    """Refuse what does not fit together.

    Raises:
        SettingsError: two wishes exclude each other.
    """
    if order.fresh and order.retry_failed:
        raise SettingsError("--fresh and --retry-failed exclude each other.", "Name the one that you mean.")
    if order.cluster and order.asks_a_model:
        raise SettingsError(
            "A cluster is of use to the local engine alone: a model is asked from one machine, many times at once.",
            "Use --jobs with a model, or --engine local with a cluster.",
        )
    if "-" in order.paths and len(set(order.paths)) < len(order.paths):
        raise SettingsError(f"`{STDIN}` can be read once only.", "Name `-` once.")


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
