"""Killed twenty times in the middle, a job pays for no answer twice that was kept, and ends as if never disturbed."""

import os
import random
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeyai.engines.llm.answers import AnswerStore

QUESTIONS = 200
KILLS = 20

#: Asks all questions, four at a time, and tells in a file what it was assured of.  The price of the n-th call ever
#: answered is n tokens, so that each booking is known by its size.
CHILD = """
import os, socket, sys, threading
from decimal import Decimal
from pathlib import Path
from journeyai.engines.llm.answers import Answer, AnswerStore
from journeyai.engines.llm.money import Budget, Usage

folder, port, questions = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
store = AnswerStore(folder / "cache.sqlite")
assert not store.notice, store.notice
job = store.open_job("draft")
budget = Budget(job, None, max_tokens=10**9)
told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
waiting = [f"q{number}" for number in reversed(range(questions))]

def work():
    with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rw", encoding="utf-8") as server:
        while True:
            try:
                key = waiting.pop()
            except IndexError:
                return
            if store.get(key) is not None:
                continue
            kept = budget.reserve(10**5, 0)
            server.write(key + "\\n")
            server.flush()
            serial, _, text = server.readline().rstrip("\\n").partition(" ")
            usage = Usage(int(serial), 0)
            budget.book(kept, usage)
            os.write(told, f"booked {serial}\\n".encode())
            store.put(key, Answer(text, usage, "m", "s"))
            os.write(told, f"stored {key}\\n".encode())

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
answers = [store.get(f"q{number}").text for number in range(questions)]
(folder / "result").write_text("\\n".join(answers), encoding="utf-8")
(folder / "spent").write_text(f"{job.spent.calls} {budget.tokens}", encoding="utf-8")
"""


class Server(socketserver.ThreadingTCPServer):
    """Answers each question the same way each time, and counts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.asked: list[str] = []
        self.lock = threading.Lock()


class Line(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        try:
            for line in self.rfile:
                key = line.decode().strip()
                with self.server.lock:
                    self.server.asked.append(key)
                    serial = len(self.server.asked)
                time.sleep(0.002)
                self.wfile.write(f"{serial} answer to {key}\n".encode())
        except ConnectionError:
            pass  # whoever asked was killed


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def start(folder: Path, server: Server) -> subprocess.Popen[bytes]:
    port = str(server.server_address[1])
    return subprocess.Popen([sys.executable, "-c", CHILD, str(folder), port, str(QUESTIONS)])


def told(folder: Path, word: str) -> list[str]:
    """Return what the child was assured of; a line that the kill cut off is none."""
    path = folder / "told"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line.split()[1] for line in text.split("\n")[:-1] if line.startswith(word)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill that cannot be caught")
def test_kept_answers_are_not_asked_for_again_and_spending_is_exact(server: Server, tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    undisturbed.mkdir()
    killed.mkdir()
    assert start(undisturbed, server).wait(timeout=60) == 0
    assert len(server.asked) == QUESTIONS

    server.asked.clear()
    chance = random.Random(4)
    for _ in range(KILLS):
        before, safe = len(server.asked), set(told(killed, "stored"))
        child = start(killed, server)
        until = before + chance.randint(1, 8)
        while len(server.asked) < until and child.poll() is None:
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.004))
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait(timeout=60) == -signal.SIGKILL
        assert not safe & set(server.asked[before:])

    before, safe = len(server.asked), set(told(killed, "stored"))
    assert start(killed, server).wait(timeout=60) == 0
    assert not safe & set(server.asked[before:])
    assert (killed / "result").read_bytes() == (undisturbed / "result").read_bytes()

    with AnswerStore(killed / "cache.sqlite") as store:
        rows = store._connection.execute("SELECT tokens_in FROM spending").fetchall()
    booked = [serial for (serial,) in rows]
    assert len(set(booked)) == len(booked)
    assert (
        {int(serial) for serial in told(killed, "booked")}
        <= set(booked)
        <= set(range(1, len(server.asked) + 1))
    )
    assert (killed / "spent").read_text(encoding="utf-8") == f"{len(booked)} {sum(booked)}"
    # No more is asked twice than was under way, four at a time, when it was killed.
    assert len(server.asked) <= QUESTIONS + 4 * KILLS
