"""Measure what asking a model takes, against a perfect reader on this machine: `make bench-llm`.

    python -m evals.bench.llm                                tokens, pace and the estimate's error
    python -m evals.bench.llm --only tokens --corpora en-bank
    python -m evals.bench.llm --langextract PYTHON           an interpreter that has `langextract[openai]`

The reader (`journeyai.evaluation.oracle`) knows the labels and answers every prompt with the same content, so that only
the way of asking differs.  No model is needed, and nothing leaves the machine.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from journeyai.app import Study
from journeyai.drafting.frame import make_frame
from journeyai.engines.llm.address import find_address
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.asking import Failure, Question
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.client import LLMClient
from journeyai.engines.llm.forecast import forecast
from journeyai.engines.llm.money import Budget, Estimate, Range
from journeyai.engines.llm.steps import observe
from journeyai.evaluation import makers
from journeyai.evaluation.gold import load, read_documents, sources_folder
from journeyai.evaluation.oracle import Manner, Oracle
from journeyai.evaluation.oracle_server import OracleServer, Served
from journeyai.evaluation.runner import choose_corpora
from journeyai.evaluation.typed_quotes import Library
from journeyai.knowledge.templates import load_template
from journeyai.settings import LLMSettings

ROOT: Final = Path(__file__).resolve().parents[2]
#: Development corpora; nothing is ever tuned on those held back.
CORPORA: Final = ("en-bank", "es-viajes", "en-broadband")
CALLS, CONCURRENCY, MILLISECONDS = 400, 16, 200

#: Goals.
MOST_OUT, MOST_PACE, MOST_CPU = 0.5, 1.1, 15.0


@dataclass(frozen=True, slots=True)
class Took:
    """What a way of asking took for one corpus.

    Attributes:
        way: ours, the plain prompt, or langextract.
        calls: to the server.
        tokens_in: sent.
        tokens_out: received.
        quotes: that the model typed; 0 where it types none.
        invented: of these, in no source.
        wrong_mouth: of these, not where or by whom it says.
    """

    way: str
    calls: int
    tokens_in: int
    tokens_out: int
    quotes: int = 0
    invented: int = 0
    wrong_mouth: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """An estimate beside what was used.

    Attributes:
        what: calls, tokens in or tokens out.
        told: the estimate's range.
        used: what it was.
    """

    what: str
    told: Range
    used: int

    @property
    def outside(self) -> float:
        """Share by which the use lies outside the range; 0 inside."""
        if self.used < self.told.low:
            return (self.told.low - self.used) / self.used
        return max(0.0, (self.used - self.told.high) / max(self.used, 1))


def tokens(folder: Path, langextract: str) -> tuple[list[Took], list[Guess], str]:
    """Draw one corpus every way; return what each took, how good the estimate was, and why a way was left out."""
    gold = load(folder)
    sources = sources_folder(folder)
    manner = Manner()
    oracle = Oracle.of([folder], manner)
    took: list[Took] = []
    with TemporaryDirectory() as home:
        study = Study.create(Path(home) / "study", language=gold.language, sources=sources)
        with _served(oracle, manner) as server:
            estimate = estimated(study, folder)
            makers.llm(study)
            took.append(_took("ours", server.served))
            used = server.served
        study.folder.map_path.unlink()
        with _served(oracle, manner) as server:
            quotes = makers.plain(study).quotes
            took.append(
                replace(
                    _took("plain prompt", server.served),
                    quotes=quotes["given"],
                    invented=quotes["invented"],
                    wrong_mouth=quotes["wrong_mouth"],
                )
            )
        with _served(oracle, manner) as server:
            found, why = extracted(folder, server.base_url, langextract)
            if found is not None:
                took.append(_with_quotes(_took("langextract", server.served), found, folder))
    guesses = [
        Guess("calls", estimate.calls, used.calls),
        Guess("tokens in", estimate.tokens_in, used.tokens_in),
        Guess("tokens out", estimate.tokens_out, used.tokens_out),
    ]
    return took, guesses, why


def estimated(study: Study, folder: Path) -> Estimate:
    """Return what a draft of *folder* is told to take before it begins."""
    documents = read_documents(sources_folder(folder))
    settings = study.settings
    frame = make_frame(load_template(settings.template), settings.language, [], documents)
    return forecast(
        documents,
        frame,
        passage_tokens=settings.llm.passage_tokens,
        repeats=0,
        is_kept=lambda question: False,
        price=None,
    )


def extracted(folder: Path, base_url: str, python: str) -> tuple[list[tuple[int, str]] | None, str]:
    """Return (document, quote) of all that langextract finds; or None, and why it could not be asked."""
    texts = [document.text for document in read_documents(sources_folder(folder))]
    asked = json.dumps({"base_url": base_url, "texts": texts})
    script = Path(__file__).with_name("langextract_run.py")
    try:
        known = subprocess.run([python, "-c", "import langextract, openai"], check=False, capture_output=True)
    except OSError:
        return None, f"langextract was left out: `{python}` cannot be run."
    if known.returncode:
        return None, f"langextract was left out: `{python}` has no `langextract[openai]`."
    told = subprocess.run(
        [python, str(script)], input=asked, check=False, capture_output=True, text=True, encoding="utf-8"
    )
    if told.returncode:
        return None, f"langextract was left out: {told.stderr.strip().splitlines()[-1][:200]}"
    return [(number, quote) for number, quote in json.loads(told.stdout)], ""


def _with_quotes(took: Took, found: Sequence[tuple[int, str]], folder: Path) -> Took:
    documents = read_documents(sources_folder(folder))
    here = [Library([document]) for document in documents]
    everywhere = Library(documents)
    lost = [(number, quote) for number, quote in found if not here[number].places(quote)]
    elsewhere = sum(bool(everywhere.places(quote)) for _, quote in lost)
    return replace(took, quotes=len(found), invented=len(lost) - elsewhere, wrong_mouth=elsewhere)


def _took(way: str, served: Served) -> Took:
    return Took(way, served.calls, served.tokens_in, served.tokens_out)


@contextmanager
def _served(oracle: Oracle, manner: Manner) -> Iterator[OracleServer]:
    """Serve *oracle*, and let the environment name its address meanwhile."""
    before = os.environ.get("OPENAI_BASE_URL")
    with OracleServer(oracle, manner) as server:
        os.environ["OPENAI_BASE_URL"] = server.base_url
        try:
            yield server
        finally:
            os.environ.pop("OPENAI_BASE_URL")
            if before is not None:
                os.environ["OPENAI_BASE_URL"] = before


# Pace


def questions(folders: Sequence[Path], count: int) -> list[Question[Any]]:
    """Return *count* different questions, as a draft of *folders* would ask them."""
    asked: list[Question[Any]] = []
    for folder in folders:
        documents = read_documents(sources_folder(folder))
        frame = make_frame(load_template("cx-lifecycle"), load(folder).language, [], documents)
        asked += observe.plan(documents, frame, LLMSettings().passage_tokens)
    again = enumerate(islice(cycle(asked), count))
    return [replace(question, repeat=number // len(asked)) for number, question in again]


def pace(folders: Sequence[Path], calls: int, concurrency: int, milliseconds: float) -> dict[str, float]:
    """Return seconds for *calls* at a server of *milliseconds*, against the ideal; and our processor time a call."""
    command = [sys.executable, "-m", "evals.bench.llm", "--serve", *map(str, folders)]
    command += ["--milliseconds", str(milliseconds)]
    settings = LLMSettings(concurrency=concurrency)
    asked = questions(folders, calls + 1)
    with (
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server,
        TemporaryDirectory() as home,
    ):
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            address = find_address(settings.model_copy(update={"base_url": url}), environment={})
            with AnswerStore(Path(home) / "cache.sqlite") as store:
                budget = Budget(store.open_job("bench"), None)
                log = CallLog(Path(home) / "calls.jsonl")
                with LLMClient(address, settings, store, budget, None, log) as client:
                    # What is imported and found out once is no part of a call.
                    client.ask_all(asked[:1], _silent)
                    began, cpu = time.perf_counter(), _cpu()
                    answers = client.ask_all(asked[1:], _silent)
                    seconds, spent = time.perf_counter() - began, _cpu() - cpu
        finally:
            # It ends with its standard input.
            if server.stdin is not None:
                server.stdin.close()
    failed = sum(isinstance(answer, Failure) for answer in answers)
    ideal = calls * milliseconds / 1000 / concurrency
    return {
        "calls": calls,
        "failed": failed,
        "seconds": seconds,
        "ideal": ideal,
        "ratio": seconds / ideal if ideal else 0.0,
        "cpu_ms": spent * 1000 / calls,
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def serve(folders: Sequence[Path], milliseconds: float) -> None:
    """Serve an oracle until standard input ends; its address is the first line of output."""
    manner = Manner(milliseconds=milliseconds, letters=True)
    with OracleServer(Oracle.of(folders, manner), manner) as server:
        say(server.base_url)
        sys.stdin.read()


# Telling


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell_tokens(folder: Path, langextract: str) -> dict[str, Any]:
    """Measure one corpus, write its table, and return what it says."""
    took, guesses, why = tokens(folder, langextract)
    plain = next(one for one in took if one.way == "plain prompt")
    say(
        f"\n{folder.name}\n| way | calls | tokens in | tokens out | ÷ plain | quotes typed | invented | wrong mouth |"
    )
    say("|---|---|---|---|---|---|---|---|")
    for one in took:
        share = one.tokens_out / plain.tokens_out
        say(
            f"| {one.way} | {one.calls} | {one.tokens_in:,} | {one.tokens_out:,} | {share:.2f} "
            f"| {one.quotes} | {one.invented} | {one.wrong_mouth} |"
        )
    if why:
        say(why)
    ours = took[0].tokens_out / plain.tokens_out
    say(f"goal: ours at most {MOST_OUT:.2f} of the plain prompt's tokens out: {_met(ours <= MOST_OUT)}")
    say("| estimate | from | to | used | outside |\n|---|---|---|---|---|")
    for guess in guesses:
        low, high = guess.told.low, guess.told.high
        say(f"| {guess.what} | {low:,} | {high:,} | {guess.used:,} | {guess.outside:.0%} |")
    return {
        "took": [{name: getattr(one, name) for name in Took.__slots__} for one in took],
        "estimate": {g.what: [g.told.low, g.told.high, g.used] for g in guesses},
    }


def tell_pace(folders: Sequence[Path]) -> dict[str, float]:
    """Measure the pace, write it, and return it."""
    best = min(
        (pace(folders, CALLS, CONCURRENCY, MILLISECONDS) for _ in range(2)), key=lambda one: one["ratio"]
    )
    say(
        f"\n{CALLS} calls of {MILLISECONDS} ms, {CONCURRENCY} at a time: {best['seconds']:.2f} s, "
        f"ideal {best['ideal']:.2f} s\n"
        f"ratio {best['ratio']:.2f} (goal {MOST_PACE}: {_met(best['ratio'] <= MOST_PACE)})\n"
        f"our processor time a call {best['cpu_ms']:.1f} ms (goal {MOST_CPU:.0f}: {_met(best['cpu_ms'] <= MOST_CPU)})"
    )
    return best


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.llm", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=["tokens", "pace"])
    parser.add_argument("--corpora", nargs="+", default=list(CORPORA))
    parser.add_argument("--langextract", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--serve", nargs="+", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--milliseconds", type=float, default=0.0, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        serve(chosen.serve, chosen.milliseconds)
        return
    folders = choose_corpora(chosen.corpora)
    raw: dict[str, Any] = {}
    if chosen.only != "tokens":
        raw["pace"] = tell_pace(folders)
    if chosen.only != "pace":
        raw["tokens"] = {folder.name: tell_tokens(folder, chosen.langextract) for folder in folders}
    if chosen.json:
        chosen.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
