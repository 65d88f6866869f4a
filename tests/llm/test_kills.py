"""Killed twenty times in the middle, a draft asks nothing twice that was kept, and ends as if never disturbed.

It needs no weights, for a perfect reader of labelled material answers; it stands here, and not in `make test`, for the
minutes that it takes.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from tests.engines.llm.servers import Asked, ModelServer, Told, says
from tests.repository import ROOT
from tests.studies import copy_study, environment

from journeyai.app import Study
from journeyai.evaluation.oracle import Manner, Oracle
from journeyai.evaluation.oracle_server import MODEL

pytestmark = [
    pytest.mark.llm_server,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows"),
]

CORPUS: Final = ROOT / "evals" / "data" / "en-bank"
SEED: Final = 20260701
KILLS: Final = 20
LEAST_QUESTIONS: Final = 200
#: A kill comes after so many questions of a run, fewest and most: twenty times that is less than a whole draft.
QUESTIONS_OF_A_RUN: Final = (4, 14)
LATENCY_SECONDS: Final = 0.03
#: So many are under way at once, and when a kill comes, nobody hears their answers.
CONCURRENCY: Final = 4
#: Of one run, on a machine that does much else besides.
MOST_SECONDS: Final = 300


class Reader:
    """Answers as the oracle does, slowly; the n-th question ever asked is told to have taken n tokens and one.

    So each answer that is kept and each call that is booked is known by its size.
    """

    def __init__(self) -> None:
        self._oracle = Oracle.of([CORPUS], Manner(letters=True))
        self._lock = threading.Lock()
        self.asked: list[str] = []

    def __call__(self, asked: Asked) -> Told:
        question = sha256(json.dumps(asked.body, sort_keys=True).encode()).hexdigest()
        schema = asked.body["response_format"]["json_schema"]["schema"]
        reply = self._oracle.answer(asked.body["messages"], schema)
        with self._lock:
            self.asked.append(question)
            serial = len(self.asked)
        return says(reply, usage=(serial, 1), wait=LATENCY_SECONDS)


@dataclass(frozen=True)
class Kept:
    """What a study's store holds: the serial numbers of the calls.

    Attributes:
        answers: of those whose answer is kept.
        booked: of those that count as spent.
        jobs: drafts that they were booked for.
    """

    answers: frozenset[int]
    booked: frozenset[int]
    jobs: int


def kept_by(root: Path, copy: Path) -> Kept:
    """Look into the store of a killed draft: into a *copy* of it, so that the next run finds it as the kill left it."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in (root / ".journeyai").glob("cache.sqlite*"):
        shutil.copyfile(path, copy / path.name)
    with closing(sqlite3.connect(copy / "cache.sqlite")) as store:

        def numbers(column: str) -> frozenset[int]:
            return frozenset(int(row[0]) for row in store.execute(column))

        (jobs,) = store.execute("SELECT count(*) FROM jobs").fetchone()
        return Kept(
            numbers("SELECT tokens_in FROM answers"), numbers("SELECT tokens_in FROM spending"), int(jobs)
        )


def start(root: Path, server: ModelServer) -> "subprocess.Popen[str]":
    """Start `journeyai draft` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "journeyai", "draft", "--engine", "llm", "--study", str(root)],
        env={**environment(), "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finish(root: Path, server: ModelServer) -> None:
    """Draft to the end."""
    with start(root, server) as process:
        try:
            _, told = process.communicate(timeout=MOST_SECONDS)
        except BaseException:
            process.kill()
            raise
    assert process.returncode == 0, told


def kill_after(root: Path, server: ModelServer, reader: Reader, questions: int, seconds: float) -> None:
    """Draft until so many *questions* more were asked, and kill it so many *seconds* later."""
    until = len(reader.asked) + questions
    deadline = time.monotonic() + MOST_SECONDS
    with start(root, server) as process:
        try:
            while len(reader.asked) < until and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(seconds)
            ended = process.poll()
        finally:
            process.kill()
        assert ended is None, f"It ended by itself: {process.communicate()[1]}"
    assert len(reader.asked) >= until


def without_time(root: Path) -> dict[str, Any]:
    journey: dict[str, Any] = json.loads((root / "map.json").read_bytes())
    del journey["made_by"]["at"]
    return journey


def test_a_draft_that_is_killed_again_and_again_pays_for_nothing_twice(tmp_path: Path) -> None:
    lot = random.Random(SEED)
    study = Study.create(tmp_path / "killed", title="The bank", language="en", sources=CORPUS / "sources")
    root = study.folder.root
    with (root / "journey.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[llm]\nconcurrency = {CONCURRENCY}\n")
    study.index()
    other = copy_study(root, tmp_path / "undisturbed")

    undisturbed = Reader()
    with ModelServer(undisturbed, models=(MODEL,)) as server:
        finish(other, server)
    assert len(undisturbed.asked) >= LEAST_QUESTIONS

    reader = Reader()
    #: At each kill: how many questions had been asked by then, and what was kept.
    kills: list[tuple[int, Kept]] = []
    with ModelServer(reader, models=(MODEL,)) as server:
        for _ in range(KILLS):
            kill_after(
                root, server, reader, lot.randint(*QUESTIONS_OF_A_RUN), lot.uniform(0, LATENCY_SECONDS * 2)
            )
            kills.append((len(reader.asked), kept_by(root, tmp_path / "copy")))
            assert not (root / "map.json").exists()
        finish(root, server)
        asked_in_all = len(reader.asked)
        finish(root, server)
        assert len(reader.asked) == asked_in_all

    for number, (asked_before, kept) in enumerate(kills, 1):
        # All but what was under way is kept.
        assert len(kept.answers) >= asked_before - number * CONCURRENCY
        questions = {reader.asked[serial - 1] for serial in kept.answers}
        assert questions.isdisjoint(reader.asked[asked_before:])
        assert kept.answers <= kept.booked
        assert kept.jobs == 1
    # No kept answer is ever lost, either.
    assert all(early.answers <= late.answers for (_, early), (_, late) in pairwise(kills))
    last = kept_by(root, tmp_path / "copy")
    assert kills[-1][1].answers <= last.answers <= last.booked
    # What is asked twice was under way at a kill.
    assert set(reader.asked) == set(undisturbed.asked)
    assert asked_in_all <= len(undisturbed.asked) + KILLS * CONCURRENCY
    assert without_time(root) == without_time(other)
