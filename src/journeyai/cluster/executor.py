"""The workers of a cluster as an executor of `concurrent.futures`."""

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from journeyai.cluster.sameness import carry_out, not_installed, what_runs_here
from journeyai.errors import EngineError, JourneyAIError

if TYPE_CHECKING:
    from distributed import Client

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: Seconds between two looks at who is there, and how long nobody may be there before the run is given up.
_LOOK_SECONDS: Final = 2.0
_NOBODY_SECONDS: Final = 120.0
#: Pieces of work at the scheduler for each that can be done at a time: nobody waits for the next to be sent.
_AHEAD: Final = 2

_KEPT: Final = "What is done is kept: run the same command again to go on."


class PortionLostError(JourneyAIError):
    """A piece of work killed every worker that took it, also when it had them to itself; no other is concerned."""

    exit_code = EngineError.exit_code


# Compared by who they are: two may ask for the same.
@dataclass(slots=True, eq=False)
class _Job:
    """A piece of work on its way."""

    outcome: Future[Any]
    work: Callable[..., Any]
    given: tuple[Any, ...]
    named: Mapping[str, Any]
    alone: bool = False
    """Workers died while they had it, among others: it is tried again with nothing beside it."""


class ClusterExecutor(Executor):
    """The workers of a cluster; may be used from many threads.

    A worker that dies has its work done elsewhere.  Dask blames everything that a dying worker held, what merely
    waited there too; so whatever is blamed is tried once more by itself before it is given up.
    """

    def __init__(self, client: "Client", address: str, mend: Callable[[], None] = lambda: None) -> None:
        """Begin to use a cluster.

        Args:
            client: connected to it.
            address: what the person calls it.
            mend: called every few seconds; starts again workers that are not started again by themselves.
        """
        self._client = client
        self._address = address
        self._mend = mend
        self._here = what_runs_here()
        self._inner: Executor = client.get_executor(pure=False)
        self._lock = Lock()
        self._waiting: deque[_Job] = deque()
        self._blamed: deque[_Job] = deque()
        self._under_way: dict[_Job, Future[Any] | None] = {}
        self._ended: JourneyAIError | None = None
        self._shut = False
        self._closed = Event()
        self._workers: int = max(1, sum(client.ncores().values()))
        self._lookout = Thread(target=self._look, name="journeyai-cluster", daemon=True)
        self._lookout.start()

    @property
    def workers(self) -> int:
        """How many pieces of work can be done at the same time, as of a moment ago; at least 1."""
        return self._workers

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have ``fn(*args, **kwargs)`` done by a worker.

        Args:
            fn: a function that can be imported.
            args: picklable.
            kwargs: picklable.

        Returns:
            Its future, which raises, besides what *fn* raises: `PortionLostError` (this piece of work kills workers),
            `EngineError` (the cluster is gone), `SettingsError` (a worker came that runs another JourneyAI).
        """
        job = _Job(Future(), fn, args, kwargs)
        with self._lock:
            if self._shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._waiting.append(job)
        self._send()
        return job.outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no further work.

        Args:
            wait: until everything is done; else what is under way is given up.
            cancel_futures: give up what is not under way yet.
        """
        with self._lock:
            self._shut = True
            dropped = [*self._waiting, *self._blamed] if cancel_futures else []
            if dropped:
                self._waiting.clear()
                self._blamed.clear()
            left = [job.outcome for job in (*self._waiting, *self._blamed, *self._under_way)]
        for job in dropped:
            if not job.outcome.cancel():
                _settle(job.outcome, error=CancelledError())
        if wait:
            _wait_for(left)
        self._closed.set()
        with self._lock:
            running = list(self._under_way.items())
            self._under_way.clear()
        for job, inner in running:
            _settle(job.outcome, error=CancelledError())
            if inner is not None:
                inner.cancel()
        self._lookout.join(1)

    def _send(self) -> None:
        """Hand over as much as may be under way."""
        while (job := self._next()) is not None:
            inner = self._inner.submit(carry_out, self._here, job.work, job.given, job.named)
            with self._lock:
                if job in self._under_way:
                    self._under_way[job] = inner
            inner.add_done_callback(partial(self._came_back, job))
        if self._ended:
            self._end(self._ended)

    def _next(self) -> _Job | None:
        """Take the next piece of work that may be handed over; None if nothing may."""
        with self._lock:
            if self._ended or self._closed.is_set():
                return None
            if self._blamed:
                # Nothing else may be under way, or again nobody could say which of them it was.
                if self._under_way:
                    return None
                self._under_way[job := self._blamed.popleft()] = None
                return job
            if any(job.alone for job in self._under_way):
                return None
            while self._waiting and len(self._under_way) < _AHEAD * self._workers:
                job = self._waiting.popleft()
                if job.outcome.set_running_or_notify_cancel():
                    self._under_way[job] = None
                    return job
            return None

    def _came_back(self, job: _Job, inner: Future[Any]) -> None:
        from distributed import KilledWorker

        with self._lock:
            if job not in self._under_way:
                return  # given up since
            del self._under_way[job]
        if inner.cancelled():
            # Dask cancels everything when its connection to the scheduler breaks.
            error: BaseException | None = self._gone()
            _settle(job.outcome, error=error)
            self._end(self._gone())
            return
        error = inner.exception()
        if isinstance(error, KilledWorker) and not job.alone:
            job.alone = True
            with self._lock:
                self._blamed.append(job)
        elif error is not None:
            _settle(job.outcome, error=_told(error))
        else:
            _settle(job.outcome, inner.result())
        self._send()

    def _end(self, error: JourneyAIError) -> None:
        """Let everybody who waits know that nothing more will come."""
        with self._lock:
            self._ended = self._ended or error
            jobs = [*self._waiting, *self._blamed, *self._under_way]
            self._waiting.clear()
            self._blamed.clear()
            self._under_way.clear()
        for job in jobs:
            _settle(job.outcome, error=self._ended)

    def _look(self) -> None:
        """See every few seconds who is there."""
        nobody = 0.0
        while not self._closed.wait(_LOOK_SECONDS):
            if self._client.status != "running":
                self._end(self._gone())
                return
            self._mend()
            try:
                cores = sum(self._client.ncores().values())
            except (OSError, RuntimeError):
                continue  # the next look tells whether it was for good
            self._workers = max(1, cores)
            nobody = 0.0 if cores else nobody + _LOOK_SECONDS
            if nobody >= _NOBODY_SECONDS:
                self._end(self._deserted())
                return
            self._send()

    def _gone(self) -> EngineError:
        return EngineError(
            f"The connection to the cluster at `{self._address}` is lost.",
            f"Look whether its scheduler still runs. {_KEPT}",
        )

    def _deserted(self) -> EngineError:
        return EngineError(
            f"The cluster at `{self._address}` has had no worker for {_NOBODY_SECONDS / 60:.0f} minutes.",
            f"Start workers again. {_KEPT}",
        )


def _wait_for(outcomes: list[Future[Any]]) -> None:
    wait(outcomes)


def _settle(outcome: Future[Any], result: object = None, error: BaseException | None = None) -> None:
    """Give *outcome* its end, unless it has one: it was cancelled, or the cluster was given up."""
    with suppress(InvalidStateError):
        if error is None:
            outcome.set_result(result)
        else:
            outcome.set_exception(error)


def _told(error: BaseException) -> BaseException:
    """Return what a worker's *error* is to whoever asked; what the work itself raised stays as it is."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return PortionLostError(
            "Every worker that took this piece of work died.",
            "It may need more memory than a worker has; the workers' own logs say more.",
        )
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "journeyai":
        return not_installed(["a worker that came later"])
    return error
