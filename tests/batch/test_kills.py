"""Killed fifty times in the middle, a batch ends as if never disturbed, and nothing paid for is asked again."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Final, Self

import pytest
from tests.batch.standins import chats, tickets
from tests.engines.llm.servers import Asked, ModelServer, Told, says
from tests.repository import ROOT
from tests.studies import environment

from journeyai.model.summary import Summary

DRIVER: Final = Path(__file__).with_name("driver.py")
ITEMS: Final = 300
KILLS: Final = 50

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="this system has no kill that cannot be caught"
)


def material(folder: Path) -> Path:
    """Write 300 items: small files, a small table, and one so big that it is cut."""
    chats(folder / "chats", 210)
    tickets(folder / "reviews.csv", range(30))
    rows = [f'{n},"The app crashed {n} times. {"And then again, " * 300}"' for n in range(1000, 1060)]
    (folder / "big.csv").write_text("id,review\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert (folder / "big.csv").stat().st_size > 256 * 1024
    return folder


class Driver:
    """Runs of a batch, one after the other, each in a process of its own."""

    def __init__(self, folder: Path, *arguments: str, url: str = "") -> None:
        around = environment(PYTHONPATH=str(ROOT), **({"OPENAI_BASE_URL": url} if url else {}))
        command = [sys.executable, str(DRIVER), *arguments]
        self._process = subprocess.Popen(
            command, cwd=folder, env=around, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._pid = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def begin(self, seconds: float = 0.0) -> None:
        """Begin a run in which an item takes so many *seconds*."""
        assert self._process.stdin
        self._process.stdin.write(f"{seconds}\n".encode())
        self._process.stdin.flush()
        word, pid = self._told()
        assert word == "begun"
        self._pid = int(pid)

    def finish(self) -> tuple[int, ...]:
        """Wait for the run's end, and return how many items were done, kept and failed."""
        word, *numbers = self._told()
        assert word == "result"
        assert self._told() == ["ended", "0"]
        return tuple(map(int, numbers))

    def kill(self, grown: Callable[[], int], much: int, wait: float) -> bool:
        """Kill the run so many seconds after something has *grown* by *much*; return whether it was at work."""
        before = grown()
        while grown() - before < much and self._is_there():
            time.sleep(0.0005)
        time.sleep(wait)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        word, *numbers = self._told()
        return numbers == [str(-signal.SIGKILL)] if word == "ended" else self._told() == []

    def _is_there(self) -> bool:
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _told(self) -> list[str]:
        assert self._process.stdout
        return self._process.stdout.readline().decode().split()


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize("manner", ["local", "threads ordered"])
def test_a_killed_run_ends_as_an_undisturbed_one(manner: str, tmp_path: Path) -> None:
    undisturbed, killed = material(tmp_path / "undisturbed"), material(tmp_path / "killed")
    with Driver(undisturbed, *manner.split()) as driver:
        driver.begin()
        assert driver.finish() == (ITEMS, 0, 0)
    whole = (undisturbed / "out.jsonl").read_bytes()

    chance = random.Random(6)
    out = killed / "out.jsonl"
    a_few = 6 * whole.index(b"\n")
    kills = 0
    with Driver(killed, *manner.split()) as driver:
        for _ in range(KILLS):
            driver.begin(0.02 if "threads" in manner else 0.002)
            kills += driver.kill(partial(size, out), chance.randint(1, a_few), chance.uniform(0, 0.006))
        driver.begin()
        done, kept, failed = driver.finish()
    assert kills > KILLS * 0.8
    assert (done + kept, failed) == (ITEMS, 0)
    assert kept > 0
    assert out.read_bytes() == whole


def topic(text: str) -> str:
    """Return what a question, or the answer to it, is about."""
    found = re.search(r"order \d+|crashed \d+ times", text)
    assert found
    return found[0]


def answered(asked: Asked) -> Told:
    """Answer what a summary is made by: the same words, the same answer."""
    reply = {
        "issue": topic(asked.last), "what_happened": "It did not come.", "customer_goal": "Get it",
        "outcome": "partly", "emotion_start": "anger", "emotion_end": "neutral", "valence_path": [-2, 0],
        "stages": [], "pain_points": [], "promises": [], "key_quotes": [0],
    }  # fmt: skip
    return says(reply, wait=0.005)


def kept_answers(folder: Path) -> set[str]:
    """Return what the answers are about that have been kept."""
    path = folder / ".journeyai" / "cache.sqlite"
    if not path.exists():
        return set()
    with closing(sqlite3.connect(path)) as store:
        tables = store.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchall()
        rows = store.execute("SELECT text FROM answers").fetchall() if tables else []
    return {topic(text.decode()) for (text,) in rows}


@pytest.mark.parametrize("times", [10, pytest.param(KILLS, marks=pytest.mark.llm_server)])
def test_a_model_is_asked_nothing_twice_that_it_has_answered(times: int, tmp_path: Path) -> None:
    undisturbed, killed = material(tmp_path / "undisturbed"), material(tmp_path / "killed")
    with ModelServer(answered) as server:
        with Driver(undisturbed, "llm", url=server.url) as driver:
            driver.begin()
            assert driver.finish() == (ITEMS, 0, 0)
        questions = Counter(topic(asked.last) for asked in server.requests)
        assert questions.total() == len(questions) == ITEMS
        whole = sorted((undisturbed / "out.jsonl").read_bytes().splitlines())
        assert all(Summary.model_validate_json(line).usage for line in whole)

        chance = random.Random(7)
        kills = 0
        with Driver(killed, "llm", url=server.url) as driver:
            for _ in range(times):
                kept = kept_answers(killed)
                server.requests.clear()
                driver.begin()
                asked_now = partial(len, server.requests)
                kills += driver.kill(asked_now, chance.randint(4, 600 // times), chance.uniform(0, 0.006))
                assert kept.isdisjoint(topic(asked.last) for asked in server.requests)
            kept = kept_answers(killed)
            server.requests.clear()
            driver.begin()
            done, finished, failed = driver.finish()
            assert {topic(asked.last) for asked in server.requests} == questions.keys() - kept
        assert kills > times * 0.8
        assert (done + finished, failed) == (ITEMS, 0)
    assert sorted((killed / "out.jsonl").read_bytes().splitlines()) == whole
