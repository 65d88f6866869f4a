"""Finding a cluster, or starting one here; refusing one whose results would differ."""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Final

from journeyai import __version__
from journeyai.cluster.executor import ClusterExecutor
from journeyai.cluster.sameness import INSTALL, check_equal, not_installed, what_runs_here
from journeyai.errors import SettingsError

if TYPE_CHECKING:
    from distributed import Client

_LOCAL: Final = re.compile(r"local:([1-9]\d{0,2})")
_REMOTE: Final = re.compile(r"(?:tcp|tls)://(?:[^\s/:@\[\]]+|\[[0-9a-fA-F:]+\]):\d{1,5}")

#: How long to wait for a scheduler to answer, and for its first worker.
_CONNECT_SECONDS: Final = 8
_FIRST_WORKER_SECONDS: Final = 30
_CLOSE_SECONDS: Final = 5

#: Above every level that a log knows.
_SILENT: Final = 60
#: What a worker keeps of memory that it has used, for the next document.
_KEPT_BYTES: Final = str(1 << 28)
_LOGGERS: Final = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application")


def check_address(address: str) -> None:
    """Refuse what `open_cluster` would not take, without going there.

    Raises:
        SettingsError: *address* is not one, or the extra `cluster` is not installed.
    """
    if not _LOCAL.fullmatch(address) and not _REMOTE.fullmatch(address):
        raise SettingsError(
            f"`{address}` is not the address of a cluster.",
            "Write `local:4` for four worker processes on this machine, or `tcp://HOST:8786` for a Dask scheduler.",
        )
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise SettingsError("What a cluster needs is not installed.", f"Run `{INSTALL}`.")


@contextmanager
def open_cluster(address: str) -> Iterator[ClusterExecutor]:
    """Give the workers of a cluster as an executor, and let go of them afterwards.

    Args:
        address: `tcp://HOST:PORT` or `tls://HOST:PORT` of a Dask scheduler, whose workers stay when this ends; or
            `local:N` for N worker processes here, which end with this.

    Raises:
        SettingsError: no such cluster, no workers, or they run another JourneyAI than this process.
    """
    check_address(address)
    local = _LOCAL.fullmatch(address)
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        if local:
            client, mend = stack.enter_context(_started_here(int(local[1])))
        else:
            client, mend = stack.enter_context(_reached(address)), _nothing
        _check_same(client)
        executor = ClusterExecutor(client, address, mend)
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        yield executor


def _check_same(client: "Client") -> None:
    """Refuse workers that would give other results, before anything of the study is sent to them."""
    from pkgutil import resolve_name

    # Asked with a function of the standard library: ours are not known where JourneyAI is missing, or may be others.
    asked = resolve_name, "journeyai:__version__"
    found = {f"the worker at {where}": a for where, a in client.run(*asked, on_error="return").items()}
    found["the scheduler"] = None
    with suppress(ImportError, AttributeError):
        found["the scheduler"] = client.run_on_scheduler(*asked)
    missing = [where for where, answer in found.items() if not isinstance(answer, str)]
    if missing:
        raise not_installed(missing)
    for where in sorted(found):
        check_equal(where, {"journeyai": found[where]}, {"journeyai": __version__})
    for where, facts in sorted(client.run(what_runs_here).items()):
        check_equal(f"the worker at {where}", facts, what_runs_here())


@contextmanager
def _reached(address: str) -> Iterator["Client"]:
    from distributed import Client

    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise SettingsError(
            f"No Dask scheduler answers at `{address}`.",
            "Start one there with `dask scheduler`, and workers with `dask worker` (docs/scale.md). "
            "One that was started with TLS is reached at tls:// and needs its certificates here too.",
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=_FIRST_WORKER_SECONDS)
        except TimeoutError:
            raise SettingsError(
                f"The scheduler at `{address}` has no workers.",
                f"Start them on each machine: `dask worker {address} --nworkers auto --nthreads 1`.",
            ) from None
        yield client
    finally:
        client.close(timeout=_CLOSE_SECONDS)


@contextmanager
def _started_here(workers: int) -> Iterator[tuple["Client", Callable[[], None]]]:
    """Start a scheduler in this process and *workers* processes.

    They listen on this machine only, and talk with certificates made for this run: without, every other account of
    the machine could have them run what it likes.
    """
    from tempfile import TemporaryDirectory

    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    set_here = {
        # Who is blamed is tried once more alone (`ClusterExecutor`), so three deaths are enough to be blamed.
        "distributed.scheduler.allowed-failures": 2,
        "distributed.deploy.lost-worker-timeout": "5s",
        # Nobody looks at what they note, and looking up to a thousand times a second takes time from the work.
        "distributed.worker.profile.enabled": False,
        "distributed.admin.system-monitor.gil.enabled": False,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.nanny.pre-spawn-environ": {
            **dask.config.get("distributed.nanny.pre-spawn-environ"),
            "DASK_LOGGING__DISTRIBUTED": "critical",
            # Dask has memory given back at every chance; the encoder then waits for it anew with each document.
            "MALLOC_TRIM_THRESHOLD_": _KEPT_BYTES,
            "MALLOC_MMAP_THRESHOLD_": _KEPT_BYTES,
        },
    }
    security = Security.temporary()
    with ExitStack() as stack:
        private = stack.enter_context(TemporaryDirectory(prefix="journeyai-", ignore_cleanup_errors=True))
        stack.enter_context(dask.config.set(set_here))
        with _workers_deaf_to_ctrl_c():
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    protocol="tls",
                    security=security,
                    local_directory=private,
                    memory_limit=0,
                    # Port 0: else a warning where somebody has 8787 already.  There are no pages to see.
                    scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                    silence_logs=_SILENT,
                )
            )
        client = stack.enter_context(Client(cluster, security=security, set_as_default=False))
        # Dask leaves a process dead that dies before it has told that it is there; asked again, it starts another.
        yield client, partial(cluster.scale, workers)


def _nothing() -> None:
    """Do nothing: others look after their workers."""


@contextmanager
def _workers_deaf_to_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back while processes are started, and for good in what they are started by.

    A terminal sends it to every process.  This one ends the others; by themselves each would print where it was.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Started by the first process else, and lets Ctrl-C through again as it does so.
    resource_tracker.ensure_running()
    # The threads and processes made meanwhile inherit it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Have Dask tell nobody: what a person should know is said by our own errors."""
    import logging
    import warnings

    import dask
    import distributed  # noqa: F401 - sets the levels of its loggers, once

    before = {name: logging.getLogger(name).level for name in _LOGGERS}
    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"}),
        warnings.catch_warnings(),
    ):
        # Of what Dask only warns, versions that differ, we refuse; the rest is of no use to a researcher.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"(distributed|dask)\b")
        try:
            for name in _LOGGERS:
                logging.getLogger(name).setLevel(_SILENT)
            yield
        finally:
            for name, level in before.items():
                logging.getLogger(name).setLevel(level)
