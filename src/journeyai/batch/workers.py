"""Who does the work: this process, threads that ask a model, or a cluster; to the run they all look the same."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, Protocol, TypeVar

from journeyai.batch.groups import TOGETHER, Groups
from journeyai.batch.items import CUT_DOCUMENTS, Portion
from journeyai.batch.method import Method
from journeyai.batch.work import Outcome, Told, summarise_portion, summarise_with
from journeyai.engines.recap import Recap
from journeyai.model.source import Document, DocumentKey
from journeyai.model.summary import SummaryUsage
from journeyai.settings import StudySettings

if TYPE_CHECKING:
    from journeyai.cluster import ClusterExecutor
    from journeyai.engines.llm.batch_session import NotingAsker
    from journeyai.engines.llm.session import Wish
    from journeyai.engines.llm.shared import ItemAsker
    from journeyai.engines.llm.summary_session import SummarySession

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Spending:
    """What asking a model has taken.

    Attributes:
        tokens: sent and received now.
        usd: what the job has cost, earlier runs of it included; None if the price is not known.
        usd_now: what it has cost now.
    """

    tokens: int
    usd: float | None
    usd_now: float | None


class Workers(Protocol):
    """Where portions are worked on."""

    whole_files: bool
    """Whether small files are handed over unread."""
    at_a_time: int
    """Documents of a portion where files are read here."""

    @property
    def notices(self) -> Sequence[str]:
        """What a person should know in the end; each a sentence."""
        ...

    @property
    def width(self) -> int:
        """How many portions can be worked on at the same time."""
        ...

    def submit(self, portion: Portion) -> "Future[list[Outcome]]":
        """Have *portion* worked on; it may wait for company until `flush`."""
        ...

    def flush(self) -> None:
        """Hear that no further portion comes for now."""
        ...

    def stop(self, *, at_once: bool) -> None:
        """Begin nothing further, and return at once.

        Args:
            at_once: what is under way is given up after a few seconds; else it goes on to its end.
        """
        ...

    def spent(self) -> Spending | None:
        """Return what has been spent; None where no model is asked."""
        ...

    def finish(self) -> None:
        """Hear that everything is done."""
        ...


class Here(Executor):
    """Does everything at once, in the thread that asks for it; Ctrl-C goes through."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Do it, and return its future, which is done."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # As every executor: whoever asks for the result gets it.
            future.set_exception(error)
        return future


class LocalWorkers:
    """The local engine, in this process or on a cluster."""

    whole_files = True
    at_a_time: int = CUT_DOCUMENTS
    notices: Sequence[str] = ()

    def __init__(self, executor: "Here | ClusterExecutor", method: Method) -> None:
        self._executor = executor
        self._method = method
        self._groups = None if isinstance(executor, Here) else Groups(executor, method)

    @property
    def width(self) -> int:
        """How many portions can be worked on at the same time."""
        return 1 if isinstance(self._executor, Here) else self._executor.workers * TOGETHER

    def submit(self, portion: Portion) -> "Future[list[Outcome]]":
        """Have *portion* worked on."""
        if self._groups is not None:
            return self._groups.submit(portion)
        return self._executor.submit(summarise_portion, portion, self._method)

    def flush(self) -> None:
        """Send what waits for company."""
        if self._groups is not None:
            self._groups.flush()

    def stop(self, *, at_once: bool) -> None:
        """Begin nothing further."""
        if self._groups is not None:
            self._groups.drop()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def spent(self) -> Spending | None:
        """Return None: nobody is asked."""
        return None

    def finish(self) -> None:
        """Do nothing."""


class ModelWorkers:
    """A language model, asked from one thread an item."""

    whole_files = False
    at_a_time: int = 1

    def __init__(self, session: "SummarySession", method: Method, passage_tokens: int, jobs: int) -> None:
        self.width: Final = jobs
        self.session: Final = session
        self._method = method
        self._summariser: Final = ModelSummariser(session, method, passage_tokens)
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="journeyai-item")
        self._begun_with = session.budget.usd

    @property
    def notices(self) -> Sequence[str]:
        """What could not be read for the map."""
        count = len(self._summariser.unread)
        if not count:
            return ()
        what = "1 transcript" if count == 1 else f"{count:,} transcripts"
        return (
            f"Of {what} not everything could be read for the map; the summaries stand, and a draft asks for the rest.",
        )

    def submit(self, portion: Portion) -> "Future[list[Outcome]]":
        """Have *portion* worked on."""
        return self._threads.submit(summarise_with, self._summariser, portion, self._method)

    def flush(self) -> None:
        """Do nothing: nothing waits for company."""

    def stop(self, *, at_once: bool) -> None:
        """Begin nothing further; what is under way may still be answered, for a few seconds if *at_once*."""
        if at_once:
            self.session.asker.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def spent(self) -> Spending:
        """Return what has been spent."""
        tally, usd, before = self.session.tally, self.session.budget.usd, self._begun_with
        return Spending(
            tokens=tally.tokens_in + tally.tokens_out,
            usd=None if usd is None else float(usd),
            usd_now=None if usd is None or before is None else float(usd - before),
        )

    def finish(self) -> None:
        """End the job: the next one's cap begins at zero."""
        self.session.finish()

    def close(self) -> None:
        """Wait for the threads to end."""
        self._threads.shutdown(wait=True, cancel_futures=True)


class ModelSummariser:
    """The `llm` engine over one document at a time, from any thread."""

    def __init__(self, session: "SummarySession", method: Method, passage_tokens: int) -> None:
        self._session = session
        self._method = method
        self._passage_tokens = passage_tokens
        #: Documents of which the model did not answer everything that a draft will ask.
        self.unread: Final[list[DocumentKey]] = []

    def __call__(self, document: Document, *, is_own: bool) -> Told:
        """Return what became of *document*; one of the study's own is read for the map, too."""
        from journeyai.engines.llm.steps.summarise import summarise

        asker = self._session.asker.item()
        recap = summarise(document, self._method.frame_of(document), self._passage_tokens, asker)
        usage = usage_told(asker) if isinstance(recap, Recap) else None
        if is_own and self._method.map_frame is not None:
            self._read_for_map(document)
        return Told(recap, usage)

    def _read_for_map(self, document: Document) -> None:
        """Ask what a draft asks of *document*, so that its answers are kept; what fails is the draft's to ask again."""
        from journeyai.engines.llm.steps.observe import Tally, observe

        frame = self._method.map_frame
        assert frame is not None
        asker, tally = self._session.asker.item(), Tally()
        for _ in observe([document], frame, asker, _silent, passage_tokens=self._passage_tokens, tally=tally):
            pass
        if tally.lost:
            self.unread.append(document.key)


def usage_told(asker: "ItemAsker | NotingAsker") -> SummaryUsage | None:
    """Return what the item's answers took when they were asked."""
    usage, usd = asker.usage(), asker.usd()
    if usage is None:
        return None
    return SummaryUsage(
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        estimated=usage.estimated,
        usd=None if usd is None else float(usd),
    )


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


@contextmanager
def local_workers(method: Method, cluster: str) -> Iterator[LocalWorkers]:
    """Give workers of the local engine.

    Args:
        method: how summaries are made.
        cluster: address of a scheduler, or `local:N`; empty for this process.

    Raises:
        SettingsError: the cluster cannot be used.
    """
    if not cluster:
        yield LocalWorkers(Here(), method)
        return
    from journeyai.cluster import open_cluster

    with open_cluster(cluster) as executor:
        yield LocalWorkers(executor, method)


@contextmanager
def model_workers(
    settings: StudySettings, inner: Path, wish: "Wish", method: Method, jobs: int | None
) -> Iterator[ModelWorkers]:
    """Give workers that ask a model.

    Args:
        settings: of the study.
        inner: the folder that answers and the log are kept in.
        wish: what the person asks for besides.
        method: how summaries are made.
        jobs: questions under way at the same time; None for what the settings say.

    Raises:
        SettingsError: no model, no key, a cap on money without a price, or the store cannot be used.
        EngineError: the server does not tell which models it has.
    """
    from journeyai.engines.llm.summary_session import open_summaries

    width = jobs or settings.llm.concurrency
    with open_summaries(settings, inner, wish=wish, jobs=width) as session:
        workers = ModelWorkers(session, method, settings.llm.passage_tokens, width)
        try:
            yield workers
        finally:
            workers.stop(at_once=True)
            workers.close()
