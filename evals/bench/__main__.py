"""Measure speed and size on a made-up study and hold them against the goals: `make bench`.

    python -m evals.bench                     the whole table (about ten minutes)
    python -m evals.bench --quick             small studies, one round: is it still sane?
    python -m evals.bench --sizes 5000 20000 50000 --rounds 3 --json figures.json

Every figure that has a goal is a ratio to what the bare libraries need for the same work on the same machine in the
same run, or to another size.  Ours and theirs take turns, each in a process of its own, and the fastest round counts.
Wall time decides on an idle machine; where other programs took the processor, processor time does.  Not for Windows.
"""

import argparse
import json
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from evals.bench.corpus import write_corpus
from journeyai.app import Study

ROOT: Final = Path(__file__).resolve().parents[2]
#: The size that the goals speak of.
MAIN_SIZE: Final = 20_000
#: Less of a core than this for work in one thread: the machine is busy with something else.
_IDLE: Final = 0.9

Measured = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes:
        what: was measured.
        goal: the most it may be.
        figure: what decides.
        unit: of both.
        detail: where it comes from.
    """

    what: str
    goal: float
    figure: float
    unit: str
    detail: str

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.figure <= self.goal


class Bench:
    """One run of all measurements."""

    def __init__(self, home: Path, rounds: int, questions: int) -> None:
        self._home = home
        self._rounds = rounds
        self._questions = questions
        self.lines: list[Line] = []
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}

    def run(self, sizes: Sequence[int]) -> None:
        """Measure everything; the goals of one size are held at `MAIN_SIZE`, or the nearest to it."""
        main = min(sizes, key=lambda size: abs(math.log(size / MAIN_SIZE)))
        firsts = {main: self._main(main)}
        for size in sizes:
            if size != main:
                firsts[size] = measure("first", self._study(size))
                self.raw[f"first {size}"] = firsts[size]
        if len(sizes) > 1:
            self._growth([firsts[size] for size in sorted(sizes)])
        self._after(max(sizes))
        self._reading(min(sizes))
        self._help()

    def _study(self, size: int) -> Path:
        folder = self._home / f"study-{size}"
        if not folder.exists():
            say(f"writing {size:,} utterances")
            study = Study.create(folder)
            # All sizes are read the same way, or the growth would be that of a change of ways.
            settings = study.folder.root / "journey.toml"
            settings.write_text(f'reading = "quick"\n{settings.read_text("utf-8")}', "utf-8")
            write_corpus(folder / "sources", size)
        (folder / "map.json").unlink(missing_ok=True)
        shutil.rmtree(folder / ".journeyai", ignore_errors=True)
        return folder

    def _main(self, size: int) -> Measured:
        """Index, draft, and search one study, turn by turn with the bare libraries."""
        ours, encoded, added, again = [], [], [], []
        threads = 0
        for number in range(self._rounds):
            study = self._study(size)
            ours.append(measure("first", study))
            threads = threads or self._best_threads(study)
            encoded.append(measure("encode", study, threads))
            bare = self._home / f"bare-{size}-{number}"
            added.append(measure("chroma", study, bare))
            again.append(measure("again", study))
        first = self._fastest(ours)
        bare_times = {
            unit: min(m["encode"][unit] for m in encoded) + min(m["add"][unit] for m in added)
            for unit in ("wall", "cpu")
        }
        searched = measure("search", study, bare, threads, self._questions)
        self.raw.update(
            main={"size": size, "threads": threads, "ours": ours, "encode": encoded, "chroma": added},
            again=again,
            search=searched,
        )
        self._judge_main(first, bare_times, again, encoded[0]["encode"] if threads == 1 else None)
        self.notes.append(
            f"The bare encoder ran with {threads} of the 1 or 2 threads tried, the faster here."
        )
        ratio = searched["ours"]["p95"] / searched["bare"]["p95"]
        told = " · ".join(
            f"{name} p50 {times['p50'] * 1e3:.1f} p95 {times['p95'] * 1e3:.1f} ms"
            for name, times in (("ours", searched["ours"]), ("bare", searched["bare"]))
        )
        self.lines.append(Line("search, 95th percentile ÷ bare", 1.5, ratio, "×", told))
        return first

    def _judge_main(
        self,
        first: Measured,
        bare: dict[str, float],
        again: Sequence[Measured],
        alone: dict[str, float] | None,
    ) -> None:
        whole = {unit: first["index"][unit] + first["draft"][unit] for unit in ("wall", "cpu")}
        busy = alone is not None and alone["cpu"] < _IDLE * alone["wall"]
        unit = "cpu" if busy else "wall"
        if busy:
            self.notes.append("The machine was busy with something else: ratios are of processor time.")
        ratios = {kind: whole[kind] / bare[kind] for kind in whole}
        detail = (
            f"{first['utterances']:,} utterances, {first['sentences']:,} distinct · "
            f"wall {whole['wall']:.1f} s ÷ {bare['wall']:.1f} s = {ratios['wall']:.2f} · "
            f"processor {whole['cpu']:.1f} s ÷ {bare['cpu']:.1f} s = {ratios['cpu']:.2f}"
        )
        self.lines.append(Line("first index + draft ÷ bare encoder + Chroma", 1.5, ratios[unit], "×", detail))
        second = min(m["index"][unit] for m in again)
        self.lines.append(
            Line("index again, nothing changed", 3.0, 100 * second / whole[unit], "%", f"{second:.2f} s")
        )
        self.lines.append(Line("peak memory of index + draft", 600, first["peak_mb"], "MB", ""))

    def _best_threads(self, study: Path) -> int:
        """Return with how many threads the bare encoder is faster here: two fight for the core on a busy machine."""
        speeds = {threads: measure("encode", study, threads, 1000)["encode"]["wall"] for threads in (2, 1)}
        return min(speeds, key=lambda threads: speeds[threads])

    def _growth(self, firsts: Sequence[Measured]) -> None:
        small, large = firsts[0], firsts[-1]
        sizes = [m["utterances"] for m in (small, large)]

        def power(unit: str) -> float:
            return math.log(large["draft"][unit] / small["draft"][unit]) / math.log(sizes[1] / sizes[0])

        told = " · ".join(
            f"{m['utterances']:,}: {m['draft']['cpu']:.1f} s, {m['peak_mb']:.0f} MB" for m in firsts
        )
        self.lines.append(Line("growth of the draft, n to the power of", 1.2, power("cpu"), "", told))

    def _after(self, size: int) -> None:
        """Tell, without a goal, how long the map of the largest study takes to use."""
        found = measure("after", self._home / f"study-{size}")
        self.raw["after"] = found
        times = " · ".join(f"{name} {t['cpu']:.1f} s" for name, t in found.items() if isinstance(t, dict))
        self.notes.append(f"A map of {found['quotes']:,} quotes ({found['map_mb']:.1f} MB): {times}.")

    def _reading(self, size: int) -> None:
        """Tell, without a goal, what the two ways of reading take."""
        found = measure("reading", self._home / f"study-{size}")
        self.raw["reading"] = found
        quick, thorough = (1e3 * found[name]["wall"] / found["passages"] for name in ("quick", "thorough"))
        self.notes.append(
            f"Reading 1,000 passages: quick {quick:.2f} s, thorough {thorough:.2f} s ({thorough / quick:.0f} ×)."
        )

    def _help(self) -> None:
        """Compare the processor time of `journeyai --help` with an empty program's that can parse arguments."""
        ours, bare = [], []
        for _ in range(15):
            ours.append(_cpu_seconds("-m", "journeyai", "--help"))
            bare.append(_cpu_seconds("-c", "import argparse"))
        detail = f"{min(ours) * 1e3:.0f} ÷ {min(bare) * 1e3:.0f} ms of processor time"
        self.lines.append(Line("journeyai --help ÷ import argparse", 4.0, min(ours) / min(bare), "×", detail))

    @staticmethod
    def _fastest(found: Sequence[Measured]) -> Measured:
        """Return the measurements' best times and highest peak, each for itself."""
        best = dict(found[0])
        for step in ("index", "draft"):
            best[step] = {unit: min(m[step][unit] for m in found) for unit in ("wall", "cpu")}
        best["peak_mb"] = max(m["peak_mb"] for m in found)
        return best


def measure(name: str, *arguments: object) -> Measured:
    """Run one measurement in a process of its own."""
    say(f"{name} {' '.join(Path(str(argument)).name for argument in arguments)}")
    command = [sys.executable, "-m", "evals.bench.measures", name, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    return found


def say(what: str) -> None:
    """Tell on stderr how far it is."""
    print(f"… {what}", file=sys.stderr, flush=True)


def _cpu_seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def table(lines: Sequence[Line], notes: Sequence[str]) -> str:
    """Return the table as text."""
    wide = max(len(line.what) for line in lines)
    rows = [f"{'':{wide}}   {'goal':>9}   {'figure':>9}"]
    for line in lines:
        goal, figure = (f"{value:.4g} {line.unit}".strip() for value in (line.goal, round(line.figure, 2)))
        verdict = "met   " if line.met else "MISSED"
        rows.append(f"{line.what:{wide}}   {'≤ ' + goal:>9}   {figure:>9}   {verdict}   {line.detail}")
    return "\n".join([*rows, "", *notes])


def main() -> int:
    """Measure, print the table, and return 0 if every goal is met, else 6."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure speed and size.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, MAIN_SIZE, 50_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="the fastest of so many counts")
    parser.add_argument("--quick", action="store_true", help="1,000 and 5,000 utterances, one round")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the studies in DIR and use them again")
    chosen = parser.parse_args()
    sizes, rounds = ([1_000, 5_000], 1) if chosen.quick else (chosen.sizes, chosen.rounds)
    with TemporaryDirectory(prefix="journeyai-bench-") as folder:
        home = chosen.keep or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        bench = Bench(home, rounds, 100 if chosen.quick else 200)
        bench.run(sorted(set(sizes)))
    print(table(bench.lines, bench.notes))
    if chosen.json:
        about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
        told = {"about": about, "table": [asdict(line) | {"met": line.met} for line in bench.lines]}
        chosen.json.write_text(
            json.dumps({**told, "notes": bench.notes, "raw": bench.raw}, indent=1) + "\n", encoding="utf-8"
        )
    return 0 if all(line.met for line in bench.lines) else 6


if __name__ == "__main__":
    sys.exit(main())
