"""Measure batches of summaries by the local engine: `make bench-batch`.

    python -m evals.bench.batch              the engine beside the bare encoder, a cluster of two beside one process
    python -m evals.bench.batch --soak       20,000 transcripts beside 1,000: memory and time

Every measurement runs in a process of its own; ways that are compared take turns, and the best of each counts: other
work on the machine only ever adds.  Transcripts are put together from fragments, so nothing is learnt about quality.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from evals.bench.__main__ import ROOT, Line, say, table
from evals.bench.corpus import SPANISH, make_voice

#: Goals: share of the bare encoder's speed; how much faster two workers are; memory and time an item at 20 × the size.
LEAST_OF_BARE, LEAST_OF_ONE, MOST_MEMORY, MOST_GROWTH = 0.7, 1.6, 1.3, 1.1
SMALL, LARGE, ITEMS, ROUNDS = 1_000, 20_000, 2_000, 3
#: Files of a folder: some systems are slow with more.
_A_FOLDER: Final = 1000

Measured = dict[str, Any]


def write_chats(folder: Path, count: int) -> None:
    """Write *count* chats of 6 to 24 short turns, about a third Spanish; the same count gives the same bytes."""
    dice = random.Random(f"batch {count}")
    voices = {language: make_voice(language, dice) for language in ("en", "es")}
    for number in range(count):
        voice = voices["es" if dice.random() < SPANISH else "en"]
        agent, customer = voice.words["labels"]["agent"], voice.words["labels"]["customer"]
        stage = voice.stage()
        lines = []
        for turn in range(dice.randint(6, 24)):
            said = voice.answer() if turn % 2 else voice.talk(dice.randint(1, 2), stage)
            lines.append(f"{agent if turn % 2 else customer}: {said}")
        path = folder / f"{number // _A_FOLDER:03}" / f"chat-{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def bare(folder: str) -> Measured:
    """Turn every sentence into a vector, as many at a time as the encoder likes, on one core."""
    from journeyai.retrieval.encoders import UseEncoder, _use_model
    from journeyai.settings import SourceSettings
    from journeyai.sources import find_files, read_file

    texts = [
        utterance.text
        for source, path in find_files(Path(folder))[0]
        for document in read_file(path, source, SourceSettings()).documents
        for utterance in document.utterances
    ]
    UseEncoder().encode(["ready"])
    model = _use_model()
    with _clock() as took:
        for start in range(0, len(texts), 256):
            model.encode(texts[start : start + 256])
    return {**took, "sentences": len(texts)}


def engine(folder: str) -> Measured:
    """Summarise documents that were read already, one by one, in this process."""
    from journeyai.batch.work import _local
    from journeyai.settings import SourceSettings
    from journeyai.sources import find_files, read_file

    documents = [
        document
        for source, path in find_files(Path(folder))[0]
        for document in read_file(path, source, SourceSettings()).documents
    ]
    summarise = _local(_method())
    summarise(documents[0], is_own=False)
    with _clock() as took:
        for document in documents:
            summarise(document, is_own=False)
    return {**took, "items": len(documents), "sentences": sum(len(one.utterances) for one in documents)}


def whole(folder: str, cluster: str = "") -> Measured:
    """Run the whole batch, from files to lines; loading what is needed belongs to it."""
    from journeyai.batch.order import Order
    from journeyai.batch.run import Batch

    with TemporaryDirectory(prefix="journeyai-bench-") as home:
        order = Order((folder,), engine="local", out=Path(home) / "out.jsonl", cluster=cluster)
        with _clock() as took:
            result = Batch().run(order, lambda state: None)
        return {**took, "items": result.state.done, "peak_mb": _peak_mb(), "failed": result.state.failed}


@contextmanager
def _clock() -> Iterator[Measured]:
    took: Measured = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield took
    took |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def _method() -> Any:
    from journeyai.batch.method import frames_for, local_method
    from journeyai.drafting.frame import make_frame
    from journeyai.knowledge.templates import load_template

    template = load_template("cx-lifecycle")
    return local_method(frames_for("auto", lambda code: make_frame(template, code, (), ())), "auto")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_WAYS: Final[dict[str, Callable[..., Measured]]] = {"bare": bare, "engine": engine, "whole": whole}


def measure(way: str, *arguments: str) -> Measured:
    """Run one measurement in a process of its own."""
    say(f"{way} {' '.join(Path(argument).name for argument in arguments)}")
    command = [sys.executable, "-m", "evals.bench.batch", "--child", way, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    return found


def pace(home: Path, items: int, rounds: int) -> tuple[list[Line], list[str]]:
    """Measure the engine beside the bare encoder, and two workers beside one process."""
    folder = home / f"chats-{items}"
    write_chats(folder, items)
    found: dict[str, list[Measured]] = {"bare": [], "engine": [], "one": [], "two": []}
    for _ in range(rounds):
        found["bare"].append(measure("bare", str(folder)))
        found["engine"].append(measure("engine", str(folder)))
        found["one"].append(measure("whole", str(folder)))
        found["two"].append(measure("whole", str(folder), "local:2"))
    best = {name: min(runs, key=lambda run: run["wall"]) for name, runs in found.items()}
    sentences = best["bare"]["sentences"]
    lines = [
        Line(
            "bare encoder ÷ local engine, the same sentences",
            1 / LEAST_OF_BARE,
            best["engine"]["wall"] / best["bare"]["wall"],
            "×",
            f"{sentences / best['bare']['wall']:,.0f} and {sentences / best['engine']['wall']:,.0f} sentences a second",
        ),
        Line(
            "--cluster local:2 ÷ one process, whole command",
            1 / LEAST_OF_ONE,
            best["two"]["wall"] / best["one"]["wall"],
            "×",
            f"{items / best['one']['wall']:.1f} and {items / best['two']['wall']:.1f} items a second, start included",
        ),
    ]
    notes = [
        f"{name}: {json.dumps([round(run['wall'], 2) for run in runs])} s" for name, runs in found.items()
    ]
    return lines, [f"{items:,} chats, {sentences / items:.1f} sentences each", *notes]


def soak(home: Path, small: int, large: int) -> tuple[list[Line], list[str]]:
    """Measure memory and time of many transcripts beside few."""
    found = {}
    for count in (small, large):
        write_chats(home / f"chats-{count}", count)
        found[count] = measure("whole", str(home / f"chats-{count}"))
        # Now and then fragments fall so that a file is read as several records.
        if found[count]["items"] < count or found[count]["failed"]:
            raise SystemExit(f"{count} transcripts, but {found[count]['items']} summaries")
    each = {count: run["cpu"] / run["items"] for count, run in found.items()}
    memory = [found[count]["peak_mb"] for count in (small, large)]
    lines = [
        Line(
            f"memory of {large:,} ÷ {small:,} transcripts",
            MOST_MEMORY,
            memory[1] / memory[0],
            "×",
            f"{memory[1]:.0f} ÷ {memory[0]:.0f} MB",
        ),
        Line(
            "processor time an item, the same",
            MOST_GROWTH,
            each[large] / each[small],
            "×",
            f"{each[large] * 1e3:.1f} ÷ {each[small] * 1e3:.1f} ms",
        ),
    ]
    return lines, [f"{count:,}: {run['wall']:.0f} s" for count, run in found.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return 0 if every goal is met, else 6."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.batch", description=__doc__)
    parser.add_argument("--soak", action="store_true", help="20,000 transcripts beside 1,000")
    parser.add_argument("--items", type=int, default=ITEMS, metavar="N")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    parser.add_argument("--child", nargs="+", metavar="WAY", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.child:
        way, *rest = chosen.child
        print(json.dumps(_WAYS[way](*rest)))
        return 0
    with TemporaryDirectory(prefix="journeyai-bench-") as name:
        home = Path(name)
        lines, notes = soak(home, SMALL, LARGE) if chosen.soak else pace(home, chosen.items, chosen.rounds)
    print(table(lines, notes))
    return 0 if all(line.met for line in lines) else 6


if __name__ == "__main__":
    sys.exit(main())
