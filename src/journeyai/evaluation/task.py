"""What a task of the benchmark is, and what it is given to work with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from journeyai.evaluation.scoring import Figure
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one thing that was looked at.

    Attributes:
        subject: a corpus, a control, a kind of hostile passage, an outside set: a line of the report.
        figures: in the order of the report.
        notes: sentences for the reader of the report: what was missed, what must not be concluded.
    """

    subject: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A map and what it was drawn from."""

    journey: JourneyMap
    documents: tuple[Document, ...]
    seconds: float


class Drafter(Protocol):
    """Drafts a study with the engine that is looked at."""

    def __call__(self, sources: Path, language: str, *, name: str) -> Drafted:
        """Draft the folder *sources* in a study of its own, kept under *name*; kept drafts are used again."""
        ...


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a task is given.

    Attributes:
        data: our own corpora (`evals/data`).
        outside: the folder of public sets (`--data`), or None.
        scratch: an empty folder of the task's own.
        draft: drafts a folder of sources with the engine that is looked at.
        seed: for whatever is drawn by lot.
        say: tells the user how far the task is.
        corpora: the folders of the corpora that were asked for, in the order of a report.
        engine: name of the engine that is looked at, for what it does besides drafting.
    """

    data: Path
    outside: Path | None
    scratch: Path
    draft: Drafter
    seed: int
    say: Callable[[str], None]
    corpora: tuple[Path, ...] = ()
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the benchmark.

    Attributes:
        name: as `journeyai eval` takes it.
        title: of its table in the report.
        about: a sentence or two on what its figures mean.
        run: yields rows as they are ready.
        needs_outside: whether it is left out without `--data`.
        of_corpora: whether its rows are corpora, one each, named as the corpora are.
    """

    name: str
    title: str
    about: str
    run: Callable[[Workplace], Iterator[Row]]
    needs_outside: bool = False
    of_corpora: bool = False


def one(figures: Sequence[Figure], name: str) -> Figure | None:
    """Return the figure called *name*, if there is one."""
    return next((figure for figure in figures if figure.name == name), None)
