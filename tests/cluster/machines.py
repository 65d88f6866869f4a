"""A scheduler and workers, started on this machine as a person starts them on several."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.repository import ROOT


class Machines:
    """A scheduler on loopback and its workers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """Where the scheduler is reached."""
        import json

        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                return str(json.loads(self._file.read_text(encoding="utf-8"))["address"])
            except (OSError, ValueError):
                time.sleep(0.05)
        raise AssertionError("The scheduler did not start.")

    def add_worker(self, **environment: str) -> None:
        """Start one more worker, a process that nobody starts again."""
        folder = str(self._folder / f"worker-{len(self.workers)}")
        self.workers.append(
            self._start(
                "worker",
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--local-directory",
                folder,
                **environment,
            )
        )

    def _start(self, what: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                sys.executable, "-m", f"distributed.cli.dask_{what}",
                "--host", "127.0.0.1", "--scheduler-file", str(self._file), *options,
            ],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
            # Nobody reads it; what goes wrong shows in the test.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process


@contextmanager
def machines(folder: Path, workers: int = 2) -> Iterator[Machines]:
    """Start a scheduler and *workers* workers, and end them."""
    with ExitStack() as stack:
        started = Machines(folder, stack)
        _ = started.address
        for _ in range(workers):
            started.add_worker()
        yield started
