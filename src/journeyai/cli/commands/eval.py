"""`journeyai eval`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from journeyai.cli.commands.stdio import print_exactly, print_json, print_result, remark
from journeyai.cli.scores import render_run
from journeyai.errors import CheckFailedError
from journeyai.evaluation.gold import load as load_gold
from journeyai.evaluation.gold import read_documents, sources_folder
from journeyai.evaluation.makers import BASELINES
from journeyai.evaluation.report import render
from journeyai.evaluation.results import Run, means
from journeyai.evaluation.runner import Request, choose_corpora
from journeyai.evaluation.runner import run as run_tasks
from journeyai.evaluation.task import Row
from journeyai.evaluation.tasks.maps import list_errors
from journeyai.evaluation.thresholds import load, misses
from journeyai.export.plain import visible
from journeyai.study.folder import read_map, write_whole

REPORT = "RESULTS.md"


def run(arguments: argparse.Namespace) -> int:
    """Measure; exit code 6 if a figure of the local engine misses its threshold."""
    thresholds = load() if arguments.engine == "local" else ()
    out = Path(arguments.out)
    with TemporaryDirectory(prefix="journeyai-eval-") as work:
        runs = _runs(arguments, out, Path(work))
    write_whole(out / REPORT, render(runs).encode())
    missed = misses(runs[0], thresholds)
    if arguments.json:
        print_json({"runs": [_told(one) for one in runs], "misses": missed})
    else:
        print_result(render_run(runs[0], remarks=arguments.errors))
        if arguments.errors:
            _print_errors(runs[0], out, arguments.corpus)
    for sentence in missed:
        remark(f"Missed: {sentence}")
    remark(f"The report: {out / REPORT}", quiet=arguments.quiet)
    return CheckFailedError.exit_code if missed else 0


def _runs(arguments: argparse.Namespace, out: Path, work: Path) -> list[Run]:
    def request(engine: str, tasks: tuple[str, ...]) -> Request:
        return Request(
            engine=engine,
            out=out,
            work=work,
            tasks=tasks,
            corpora=tuple(arguments.corpus),
            outside=Path(arguments.data) if arguments.data else None,
            seed=arguments.seed,
            rescore=arguments.rescore,
        )

    def measure(engine: str, tasks: tuple[str, ...]) -> Run:
        wanted = request(engine, tasks)
        return run_tasks(wanted, lambda text: remark(f"{engine} · {text}", quiet=arguments.quiet))

    runs = [measure(arguments.engine, tuple(arguments.tasks))]
    # The other tasks do not depend on the engine, or hold a baseline to what it cannot know.
    if arguments.baselines and runs[0].task("maps") is not None:
        runs += [measure(name, ("maps",)) for name in BASELINES if name != arguments.engine]
    return runs


def _print_errors(ran: Run, out: Path, names: Sequence[str]) -> None:
    """Print what each map missed and made up; nothing without the task `maps`."""
    if ran.task("maps") is None:
        return
    for folder in choose_corpora(names):
        gold = load_gold(folder)
        journey = read_map(out / ran.making.engine / f"{gold.name}.json")
        lines = list_errors(journey, gold, read_documents(sources_folder(folder)))
        print_exactly(visible(gold.name) + "\n" + "".join(f"  {visible(line)}\n" for line in lines))


def _told(one: Run) -> dict[str, object]:
    """Return a run as JSON, with the means over its corpora."""
    of_groups: dict[str, tuple[Row, ...]] = {task.name: means(one, task) for task in one.tasks}
    return {
        **one.to_json(),
        "means": {
            name: {row.subject: {f.name: f.value for f in row.figures} for row in rows}
            for name, rows in of_groups.items()
            if rows
        },
    }
