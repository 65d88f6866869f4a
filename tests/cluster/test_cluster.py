"""Real schedulers and real workers, on this machine only."""

import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, as_completed, wait
from pathlib import Path

import numpy as np
import pytest
from tests.cluster.machines import Machines, machines
from tests.repository import ROOT

from journeyai.cluster import PortionLostError, check_address, open_cluster
from journeyai.cluster.sameness import check_equal
from journeyai.errors import EngineError, SettingsError
from journeyai.model.aliases import Vectors
from journeyai.retrieval.cluster_encoder import ClusterEncoder, embed
from journeyai.settings import SearchSettings

SENTENCES = [f"Bill number {n} came {n % 13} days late, and nobody wrote." for n in range(300)]

# Signals that end a process at once are not to be had on Windows.
posix = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Machines]:
    with machines(tmp_path) as both:
        yield both


@posix
def test_a_worker_killed_in_the_middle_costs_no_result_and_changes_none(started: Machines) -> None:
    settings = SearchSettings()
    alone = [embed([sentence], settings, query=False) for sentence in SENTENCES]
    came: list[int] = []
    found: dict[int, Vectors] = {}
    with open_cluster(started.address) as executor:
        asked: dict[Future[Vectors], int] = {
            executor.submit(embed, [sentence], settings, query=False): n
            for n, sentence in enumerate(SENTENCES)
        }
        for future in as_completed(asked, timeout=120):
            came.append(asked[future])
            found[asked[future]] = future.result()
            if len(came) == 100:
                started.workers[0].send_signal(signal.SIGKILL)
    assert sorted(came) == list(range(300))
    assert all(np.array_equal(found[n], alone[n]) for n in range(300))


@posix
def test_what_kills_workers_is_given_up_and_nothing_beside_it() -> None:
    with open_cluster("local:2") as executor:
        before = [executor.submit(operator.mul, n, n) for n in range(20)]
        killer = executor.submit(os._exit, 1)
        after = [executor.submit(operator.mul, n, n) for n in range(20, 40)]
        wait([*before, killer, *after], timeout=240)
        assert [future.result(0) for future in (*before, *after)] == [n * n for n in range(40)]
        assert isinstance(killer.exception(0), PortionLostError)


@posix
def test_a_scheduler_that_goes_ends_everything_with_one_sentence(started: Machines) -> None:
    address = started.address
    with open_cluster(address) as executor:
        futures = [executor.submit(time.sleep, 0.5) for _ in range(20)]
        futures[0].result(60)
        started.scheduler.send_signal(signal.SIGKILL)
        errors = [future.exception(60) for future in futures[5:]]
        late = executor.submit(time.sleep, 0).exception(60)
    for error in (*errors, late):
        assert isinstance(error, EngineError)
        assert error.message == f"The connection to the cluster at `{address}` is lost."
        assert "run the same command again" in error.hint


def test_what_the_work_raises_comes_back_as_it_was(started: Machines) -> None:
    with open_cluster(started.address) as executor:
        with pytest.raises(ZeroDivisionError):
            executor.submit(operator.truediv, 1, 0).result(60)
        with pytest.raises(SettingsError, match="not the address of a cluster") as told:
            executor.submit(check_address, "here").result(60)
        assert told.value.hint.startswith("Write `local:4`")
        assert list(executor.map(operator.neg, range(5))) == [0, -1, -2, -3, -4]


def test_work_not_begun_can_be_cancelled(started: Machines) -> None:
    with open_cluster(started.address) as executor:
        futures = [executor.submit(time.sleep, 0.2) for _ in range(10)]
        assert futures[9].cancel()
        executor.shutdown(wait=True, cancel_futures=True)
        assert all(future.done() for future in futures)
        with pytest.raises(RuntimeError, match="after shutdown"):
            executor.submit(time.sleep, 0)


def test_workers_of_another_version_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "journeyai").mkdir(parents=True)
    (other / "journeyai" / "__init__.py").write_text('__version__ = "0.0.1"\n', encoding="utf-8")
    with machines(tmp_path, workers=0) as started:
        started.add_worker(PYTHONPATH=str(other))
        with pytest.raises(SettingsError, match=r"The worker at tcp://.* runs journeyai 0\.0\.1"):
            open_cluster(started.address).__enter__()


def test_workers_without_journeyai_are_told_what_to_install(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / "journeyai").mkdir(parents=True)
    (broken / "journeyai" / "__init__.py").write_text('raise ModuleNotFoundError("no")\n', encoding="utf-8")
    with machines(tmp_path, workers=0) as started:
        started.add_worker(PYTHONPATH=str(broken))
        with pytest.raises(
            SettingsError, match="JourneyAI is missing from the Python that runs the worker"
        ) as told:
            open_cluster(started.address).__enter__()
    assert 'pip install "journeyai[cluster]==' in told.value.hint


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            {"journeyai": "0.1.0", "the files of JourneyAI": "ab"},
            "has the files of JourneyAI in another state",
        ),
        (
            {"journeyai": "0.2.0", "the files of JourneyAI": "cd"},
            "runs journeyai 0.2.0, and here it is 0.1.0",
        ),
        ({"journeyai": "0.1.0"}, "has the files of JourneyAI in another state"),
    ],
    ids=["changed files", "another version", "nothing told"],
)
def test_whatever_differs_is_refused(found: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        check_equal("the worker at w", found, {"journeyai": "0.1.0", "the files of JourneyAI": "cd"})
    assert error.value.message.startswith(f"The worker at w {told}")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "local",
        "local:0",
        "local:-1",
        "local:two",
        "host:8786",
        "http://host:8786",
        "tcp://host",
        "tcp://:8786",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"is not the address of a cluster"):
        check_address(address)


@pytest.mark.parametrize("address", ["local:1", "local:64", "tcp://10.0.0.7:8786", "tls://[fe80::1]:8786"])
def test_an_address_is_taken(address: str) -> None:
    check_address(address)


def test_nobody_at_the_address_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match=r"No Dask scheduler answers at `tcp://127.0.0.1:9`"):
        open_cluster("tcp://127.0.0.1:9").__enter__()


SLEEPER = """
import time
from journeyai.cluster import open_cluster
if __name__ == "__main__":
    with open_cluster("local:2") as executor:
        futures = [executor.submit(time.sleep, 1) for _ in range(100)]
        futures[0].result()
        print("at work", flush=True)
        [future.result() for future in futures]
"""


@posix
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_processes_started_here_end_with_the_run(tmp_path: Path, stop: signal.Signals) -> None:
    import psutil

    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment, start_new_session=True,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        assert run.stdout.readline() == b"at work\n"
        children = psutil.Process(run.pid).children(recursive=True)
        assert len(children) >= 2
        # Ctrl-C goes to every process of the terminal, a kill to one.
        if stop is signal.SIGINT:
            os.killpg(run.pid, stop)
        else:
            os.kill(run.pid, stop)
        _, complaints = run.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []
    if stop is signal.SIGINT:
        # The script's own traceback, and nobody else's.
        assert complaints.count(b"Traceback") == 1
        assert complaints.rstrip().endswith(b"KeyboardInterrupt")
        assert [path.name for path in tmp_path.glob("journeyai-*")] == []


def test_nothing_that_is_started_here_listens_to_other_machines() -> None:
    import psutil

    with open_cluster("local:1"):
        here = psutil.Process()
        listening = [
            connection.laddr.ip
            for process in (here, *here.children(recursive=True))
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
    assert set(listening) == {"127.0.0.1"}


def test_the_encoder_on_workers_gives_the_same_bits_in_slices_as_one_process_does() -> None:
    from journeyai.retrieval.encoders import UseEncoder

    many = [f"{sentence} Again." for sentence in SENTENCES]
    here = UseEncoder()
    with ClusterEncoder(SearchSettings(), lambda: open_cluster("local:2")) as encoder:
        assert (encoder.id, encoder.dimensions) == (here.id, here.dimensions)
        parts = list(encoder.encode_parts([SENTENCES, [], many]))
    assert [part.tobytes() for part in parts] == [
        here.encode(part).tobytes() for part in (SENTENCES, [], many)
    ]
