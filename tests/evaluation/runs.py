"""Runs that were never run: figures made by hand."""

from collections.abc import Sequence

from journeyai.evaluation.results import CorpusInfo, Making, Run, TaskResult
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row


def figure(name: str, value: float | None, arm: float = 0.1, n: int = 10) -> Figure:
    """Return a figure whose interval reaches *arm* to both sides."""
    ends = (None, None) if value is None else (value - arm, value + arm)
    return Figure(name, value, n, *ends)


def corpus(name: str, *, held_back: bool = False) -> CorpusInfo:
    """Return a corpus whose name begins with its language."""
    return CorpusInfo(name, name[:2], held_back, 14, 200)


def result(name: str, *rows: Row, of_corpora: bool = True) -> TaskResult:
    """Return what a task found."""
    return TaskResult(name, name.title(), f"About {name}.", of_corpora, 1.5, rows)


def made_run(
    *tasks: TaskResult, corpora: Sequence[CorpusInfo] = (), engine: str = "local", revision: str = "0123abcd"
) -> Run:
    """Return a run."""
    making = Making(
        engine=engine, model=None, version="0.1.0", revision=revision, prompts={},
        at="2026-11-22T10:00:00+00:00", platform="Linux x86_64, 2 cores, Python 3.11.7", tokens=0, usd=0.0,
        drafts={"en-pool": 1.5},
    )  # fmt: skip
    return Run(making, f"0.1.0 {revision}", 7, tuple(corpora), tasks)
