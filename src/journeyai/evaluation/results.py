"""What a run found, as it is kept: one JSON file a run, the maps in a folder beside it.

    OUT/local.json             the figures, and all that tells how they were made
    OUT/local/en-bank.json     a map as it was drafted

From the maps alone every figure can be computed again (`journeyai eval --rescore`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from journeyai.errors import SettingsError
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row
from journeyai.study.folder import write_whole

#: Changes when the form of the file does.
RESULTS_VERSION: Final = "1.0"

_LANGUAGES: Final = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """A corpus that was looked at.

    Attributes:
        name: its folder's.
        language: ISO 639-1 code.
        held_back: whether nothing was ever trained or tuned on it.
        files: how many could be read.
        segments: how many passages are labelled.
    """

    name: str
    language: str
    held_back: bool
    files: int
    segments: int


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task found.

    Attributes:
        name: of the task.
        title: of its table.
        about: what its figures mean.
        of_corpora: whether its rows are corpora.
        seconds: it took.
        rows: its lines.
    """

    name: str
    title: str
    about: str
    of_corpora: bool
    seconds: float
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """How the maps came about.

    Attributes:
        engine: the maker's name.
        model: that it asked; None if none.
        version: JourneyAI's.
        revision: of the checkout, with a `+` if files were changed; None outside a checkout.
        prompts: prompt → short hash of its text.
        at: when it began, ISO 8601 in UTC.
        platform: system, processor, Python.
        tokens: sent to and received from a model.
        usd: paid for them.
        drafts: map → seconds that drafting it took.
        quotes: what became of quotes that a model typed itself, all maps together; empty where it typed none.
    """

    engine: str
    model: str | None
    version: str
    revision: str | None
    prompts: dict[str, str]
    at: str
    platform: str
    tokens: int
    usd: float
    drafts: dict[str, float]
    quotes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        making: how the maps were drawn.
        scored_by: JourneyAI's version and revision that computed the figures; another than the maps' after `--rescore`.
        seed: of whatever was drawn by lot.
        corpora: that were looked at.
        tasks: that were run.
    """

    making: Making
    scored_by: str
    seed: int
    corpora: tuple[CorpusInfo, ...]
    tasks: tuple[TaskResult, ...]

    def task(self, name: str) -> TaskResult | None:
        """Return what the task called *name* found, if it was run."""
        return next((task for task in self.tasks if task.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Return the run as plain values that JSON can hold."""
        return {"format": "journeyai/eval", "version": RESULTS_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return the run that `to_json` gave."""
        return cls(
            making=Making(**kept["making"]),
            scored_by=kept["scored_by"],
            seed=kept["seed"],
            corpora=tuple(CorpusInfo(**corpus) for corpus in kept["corpora"]),
            tasks=tuple(
                TaskResult(**{**task, "rows": tuple(_row(row) for row in task["rows"])})
                for task in kept["tasks"]
            ),
        )


def _row(kept: dict[str, Any]) -> Row:
    return Row(kept["subject"], tuple(Figure(**figure) for figure in kept["figures"]), tuple(kept["notes"]))


def write_run(path: Path, run: Run) -> None:
    """Write *run* to *path* in one step.

    Raises:
        SettingsError: the place cannot be written to.
    """
    write_whole(path, (json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n").encode())


def read_run(path: Path) -> Run:
    """Read the run that was written to *path*.

    Raises:
        SettingsError: it cannot be read, or is no run of this version.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if (kept["format"], kept["version"]) != ("journeyai/eval", RESULTS_VERSION):
            raise KeyError("version")
        return Run.from_json(kept)
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SettingsError(
            f"`{path}` holds no results of this version.",
            "Delete it; `journeyai eval` writes it again, with --rescore from the maps beside it.",
        ) from None


def means(run: Run, task: TaskResult) -> tuple[Row, ...]:
    """Return the mean of every figure over groups of corpora: held back or not, by language; empty groups are left out.

    Each corpus weighs the same.  The interval takes the corpora as independent: its arms are the root of the sum of
    the squared arms, divided by their number.  A figure that some corpus cannot tell is the mean of the others'; `n`
    is the sum of theirs.
    """
    if not task.of_corpora:
        return ()
    info = {corpus.name: corpus for corpus in run.corpora}
    out = []
    for held_back in (True, False):
        for language in (*sorted({corpus.language for corpus in run.corpora}), None):
            rows = [
                row
                for row in task.rows
                if (corpus := info.get(row.subject)) is not None
                and corpus.held_back is held_back
                and language in {None, corpus.language}
            ]
            if rows:
                out.append(Row(group_name(held_back, language), _mean_figures(rows)))
    return tuple(out)


def group_name(held_back: bool, language: str | None) -> str:
    """Return what a group of corpora is called; None for all languages."""
    kind = "held back" if held_back else "development"
    return f"{kind}, {_LANGUAGES.get(language, language)}" if language else kind


def _mean_figures(rows: Sequence[Row]) -> tuple[Figure, ...]:
    names = dict.fromkeys(figure.name for row in rows for figure in row.figures)
    by_name = {name: [f for row in rows for f in row.figures if f.name == name] for name in names}
    return tuple(_mean_figure(name, figures) for name, figures in by_name.items())


def _mean_figure(name: str, figures: Sequence[Figure]) -> Figure:
    told = [(figure, figure.value) for figure in figures if figure.value is not None]
    n = sum(figure.n for figure in figures)
    if not told:
        return Figure(name, None, n, None, None)
    value = sum(value for _, value in told) / len(told)
    low = high = None
    if all(figure.low is not None and figure.high is not None for figure, _ in told):
        below = [value - (figure.low or 0.0) for figure, value in told]
        above = [(figure.high or 0.0) - value for figure, value in told]
        low = value - sum(arm * arm for arm in below) ** 0.5 / len(told)
        high = value + sum(arm * arm for arm in above) ** 0.5 / len(told)
    return Figure(name, value, n, low, high)


def with_tasks(run: Run, tasks: Sequence[TaskResult]) -> Run:
    """Return *run* with other results."""
    return replace(run, tasks=tuple(tasks))
