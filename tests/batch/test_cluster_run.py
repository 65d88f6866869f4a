"""A batch on worker processes: the same lines as alone, whoever dies meanwhile."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from tests.batch.standins import StandIn, chats, silent, tickets

from journeyai.batch.items import Portion
from journeyai.batch.ledger import Ledger
from journeyai.batch.method import Method
from journeyai.batch.run import Batch, Order
from journeyai.batch.work import Outcome, summarise_with
from journeyai.batch.workers import LocalWorkers
from journeyai.cluster import ClusterExecutor, open_cluster
from journeyai.model.batch import FailedItem, State
from journeyai.model.summary import Summary

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")

FILES, ROWS = 280, 20


def material(folder: Path) -> None:
    """Write 300 items."""
    chats(folder / "chats", FILES)
    tickets(folder / "reviews.csv", range(ROWS))


def order(cluster: str = "") -> Order:
    return Order(
        ("chats", "reviews.csv"), engine="local", out=Path("out.jsonl"), ordered=True, cluster=cluster
    )


def workers_here() -> list[psutil.Process]:
    """Return the worker processes that this one has started."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if any("spawn_main" in word for word in child.cmdline())]


def test_a_worker_killed_in_the_middle_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    for folder in (alone, together):
        material(folder)
    monkeypatch.chdir(alone)
    assert Batch().run(order(), silent).state.done == FILES + ROWS

    killed: list[tuple[int, int]] = []

    def tell(state: State) -> None:
        if state.done >= 60 and not killed:
            victim = workers_here()[0]
            killed.append((state.done, len(workers_here())))
            victim.send_signal(signal.SIGKILL)

    monkeypatch.chdir(together)
    result = Batch().run(order("local:2"), tell)
    ((done, workers),) = killed
    assert (done < FILES, workers) == (True, 2)
    assert (result.state.done, result.state.failed, result.exit_code) == (FILES + ROWS, 0, 0)
    assert (together / "out.jsonl").read_bytes() == (alone / "out.jsonl").read_bytes()


def summarise_or_die(portion: Portion, method: Method) -> list[Outcome]:
    """Do the work of a stand-in, but die of what nobody survives."""
    if portion.source.endswith("chat-003.txt"):
        os._exit(1)
    return summarise_with(StandIn(), portion, method)


class MortalWorkers(LocalWorkers):
    """Workers of a cluster that one file kills."""

    def __init__(self, executor: ClusterExecutor, method: Method) -> None:
        super().__init__(executor, method)
        self._cluster = executor

    def submit(self, portion: Portion) -> Future[list[Outcome]]:
        return self._cluster.submit(summarise_or_die, portion, self._method)


@contextmanager
def mortal(method: Method) -> Iterator[MortalWorkers]:
    with open_cluster("local:2") as executor:
        yield MortalWorkers(executor, method)


def test_a_file_that_no_worker_survives_fails_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = chats(tmp_path / "chats", 8)
    wanted = Order(("chats",), engine="local", out=Path("out.jsonl"), ordered=True)
    result = Batch(mortal).run(wanted, silent)
    assert result.error is None
    assert (result.state.done, result.source_faults, result.exit_code) == (7, 1, 3)
    with Ledger(result.ledger) as ledger:
        assert list(ledger.failures()) == [
            FailedItem(
                "chats/chat-003.txt", None, "source", "Every worker that took this piece of work died."
            )
        ]
    lines = [Summary.model_validate_json(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert [(line.source, line.error is None) for line in lines] == [
        (f"chats/{name}", name != "chat-003.txt") for name in names
    ]
