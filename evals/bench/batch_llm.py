"""Measure what a batch of summaries takes with a model, against a server of fixed latency: `make bench-batch-llm`.

    python -m evals.bench.batch_llm                          pace, beside langchain's `abatch`, and tokens
    python -m evals.bench.batch_llm --only tokens

The server runs in a process of its own, and so does each way of asking; no model is needed, and nothing leaves the
machine.  Tokens are those of a perfect reader (`evals.bench.summary_reader`), who says the same both ways.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from evals.bench.llm import CORPORA, ROOT, say
from evals.bench.summary_reader import read
from journeyai.drafting.frame import make_frame
from journeyai.engines.engine import Frame
from journeyai.engines.llm.steps.summarise import plan, summarise
from journeyai.engines.recap import Recap
from journeyai.evaluation.gold import load
from journeyai.evaluation.loopback import LoopbackServer, Spoken
from journeyai.evaluation.oracle_server import tokenizer
from journeyai.evaluation.runner import choose_corpora
from journeyai.knowledge.templates import load_template
from journeyai.model.source import Document
from journeyai.settings import LLMSettings

ITEMS, JOBS, MILLISECONDS = 1000, 32, 300.0
#: Each way is measured so often, in turns, and the best is taken: other work on the machine only ever adds.
ROUNDS: Final = 3
MODEL: Final = "reader"

#: Goals: wall time against the ideal, ours against abatch, tokens out against retyped quotes, processor time an item.
MOST_PACE, MOST_OF_ABATCH, MOST_OUT, MOST_CPU = 1.1, 1.0, 0.6, 9.0


def conversations(folders: Sequence[Path], count: int) -> list[tuple[Document, Frame]]:
    """Return *count* different conversations, each with the frame of its study: the labelled ones, told apart."""
    known: list[tuple[Document, Frame]] = []
    for folder in folders:
        documents = [told.document for told in read([folder])]
        frame = make_frame(load_template("cx-lifecycle"), load(folder).language, [], documents)
        known += [(document, frame) for document in documents]
    found = []
    for number, (document, frame) in enumerate(islice(cycle(known), count)):
        first, *others = document.utterances
        marked = replace(first, text=f"{first.text} ({number})")
        found.append((replace(document, utterances=(marked, *others)), frame))
    return found


# Ways of asking, each in a process of its own


def ours(url: str, folders: Sequence[Path], count: int, jobs: int) -> dict[str, float]:
    """Summarise *count* conversations as a batch does; return what it took."""
    from journeyai.engines.llm.address import find_address
    from journeyai.engines.llm.answers import AnswerStore
    from journeyai.engines.llm.call_log import CallLog
    from journeyai.engines.llm.client import LLMClient
    from journeyai.engines.llm.money import Budget
    from journeyai.engines.llm.prices import FREE
    from journeyai.engines.llm.shared import SharedAsker

    settings = LLMSettings(concurrency=jobs, base_url=url)
    address = find_address(settings, environment={})
    warm, *items = conversations(folders, count + 1)
    with TemporaryDirectory() as home, AnswerStore(Path(home) / "cache.sqlite") as store:
        budget = Budget(store.open_job("summaries"), FREE)
        log = CallLog(Path(home) / "calls.jsonl")
        with (
            LLMClient(address, settings, store, budget, None, log) as client,
            SharedAsker(client, FREE) as shared,
        ):

            def one(item: tuple[Document, Frame]) -> bool:
                asker = shared.item()
                recap = summarise(*item, settings.passage_tokens, asker)
                return isinstance(recap, Recap) and asker.usage() is not None

            # What is imported and found out once is no part of an item.
            one(warm)
            with ThreadPoolExecutor(jobs) as pool:
                began, cpu = time.perf_counter(), time.process_time()
                done = sum(pool.map(one, items))
                seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    return {"seconds": seconds, "cpu_ms": spent * 1000 / count, "failed": count - done}


def abatch(url: str, folders: Sequence[Path], count: int, jobs: int) -> dict[str, float]:
    """Send the same prompts by LangChain's `abatch`, which keeps, counts and reads nothing; return what it took."""
    import asyncio

    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    from journeyai.prompting import load_prompts

    prompts = load_prompts("summarise")
    asked: list[Any] = []
    for document, frame in conversations(folders, count + 1):
        for question in plan(document, frame, LLMSettings().passage_tokens):
            values = {**question.values, **question.data}
            asked.append([("system", prompts.system.text), ("user", prompts.user.render(values))])
    model = ChatOpenAI(model=MODEL, base_url=url, api_key=SecretStr("none"), temperature=0)

    async def run() -> tuple[float, float, int]:
        await model.ainvoke(asked[0])
        began, cpu = time.perf_counter(), time.process_time()
        found = await model.abatch(asked[1:], config={"max_concurrency": jobs})
        return time.perf_counter() - began, time.process_time() - cpu, len(found)

    seconds, spent, done = asyncio.run(run())
    return {"seconds": seconds, "cpu_ms": spent * 1000 / count, "failed": len(asked) - 1 - done}


WAYS: Final = {"ours": ours, "abatch": abatch}


def serve(folders: Sequence[Path], milliseconds: float) -> None:
    """Give a reader's answer after *milliseconds* to every question until standard input ends; told by its address."""
    answers = [json.dumps(told.pointed, ensure_ascii=False) for told in read(folders)]

    def answer(request: Mapping[str, Any]) -> Spoken:
        due = time.monotonic() + milliseconds / 1000
        sent = sum(len(message["content"]) for message in request["messages"])
        text = answers[sent % len(answers)]
        time.sleep(max(0.0, due - time.monotonic()))
        return Spoken(text, sent // 4, len(text) // 4)

    with LoopbackServer(MODEL, answer) as server:
        say(server.base_url)
        sys.stdin.read()


@contextmanager
def _served(folders: Sequence[Path], milliseconds: float) -> Iterator[str]:
    command = [sys.executable, "-m", "evals.bench.batch_llm", "--serve", *map(str, folders)]
    command += ["--milliseconds", str(milliseconds)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            # It ends with its standard input.
            if server.stdin is not None:
                server.stdin.close()


def _measured(way: str, url: str, folders: Sequence[Path], count: int, jobs: int) -> dict[str, float]:
    command = [sys.executable, "-m", "evals.bench.batch_llm", "--way", way, "--url", url]
    command += ["--items", str(count), "--jobs", str(jobs), "--corpora", *(folder.name for folder in folders)]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


# Telling


def tell_pace(folders: Sequence[Path], count: int, jobs: int) -> dict[str, dict[str, float]]:
    """Measure both ways, write them, and return them."""
    took: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with _served(folders, MILLISECONDS) as url:
        for number in range(ROUNDS):
            for way in list(WAYS)[:: 1 if number % 2 == 0 else -1]:
                took[way].append(_measured(way, url, folders, count, jobs))
    best = {way: min(found, key=lambda one: one["seconds"]) for way, found in took.items()}
    ideal = count / jobs * MILLISECONDS / 1000
    say(f"\n{count} items of {MILLISECONDS:.0f} ms, {jobs} at a time: ideal {ideal:.2f} s")
    say("| way | s | ÷ ideal | processor ms an item | failed |\n|---|---|---|---|---|")
    for way, one in best.items():
        share = one["seconds"] / ideal
        say(f"| {way} | {one['seconds']:.2f} | {share:.3f} | {one['cpu_ms']:.1f} | {one['failed']:.0f} |")
    pace = best["ours"]["seconds"] / ideal
    beside = best["ours"]["seconds"] / best["abatch"]["seconds"]
    cpu = best["ours"]["cpu_ms"]
    say(f"÷ ideal {pace:.3f} (goal {MOST_PACE}: {_met(pace <= MOST_PACE)})")
    say(f"÷ abatch {beside:.3f} (goal {MOST_OF_ABATCH}: {_met(beside <= MOST_OF_ABATCH)})")
    say(f"processor ms an item {cpu:.1f} (goal {MOST_CPU:.0f}: {_met(cpu <= MOST_CPU)})")
    return best


def tell_tokens(folders: Sequence[Path]) -> dict[str, dict[str, float]]:
    """Count the tokens of a perfect reader's answers both ways, write them, and return them."""
    count = tokenizer()
    found: dict[str, dict[str, float]] = {}
    say("\n| corpus | conversations | tokens out, pointing | retyping quotes | ÷ |\n|---|---|---|---|---|")
    for folder in folders:
        told = list(read([folder]))
        pointed, typed = (
            sum(count(json.dumps(reply, ensure_ascii=False, separators=(",", ":"))) for reply in replies)
            for replies in ([one.pointed for one in told], [one.typed for one in told])
        )
        share = pointed / typed
        found[folder.name] = {"conversations": len(told), "pointed": pointed, "typed": typed, "share": share}
        say(
            f"| {folder.name} | {len(told)} | {pointed / len(told):.0f} | {typed / len(told):.0f} | {share:.2f} |"
        )
    worst = max(one["share"] for one in found.values())
    say(f"÷ retyped at most {worst:.2f} (goal {MOST_OUT:.2f}: {_met(worst <= MOST_OUT)})")
    return found


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench.batch_llm", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--only", choices=["tokens", "pace"])
    parser.add_argument("--corpora", nargs="+", default=list(CORPORA))
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--serve", nargs="+", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--milliseconds", type=float, default=MILLISECONDS, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        serve(chosen.serve, chosen.milliseconds)
        return
    folders = choose_corpora(chosen.corpora)
    if chosen.way:
        say(json.dumps(WAYS[chosen.way](chosen.url, folders, chosen.items, chosen.jobs)))
        return
    raw: dict[str, Any] = {}
    if chosen.only != "tokens":
        raw["pace"] = tell_pace(folders, chosen.items, chosen.jobs)
    if chosen.only != "pace":
        raw["tokens"] = tell_tokens(folders)
    if chosen.json:
        chosen.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
