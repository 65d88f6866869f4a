"""The least a figure may be, by task, corpus and figure: what makes a check fail when the engine gets worse.

    [maps."*"]                          every corpus
    "quotes.exact" = 1.0
    [maps."held back, English"]         a mean of the report
    "evidence.pain_point.f1" = 0.6
    [maps.en-bank]                      one corpus (or a control, a kind of hostile passage …)
    "valence.mae" = { most = 0.9 }
    "themes.cards_per_theme" = { least = 0.8, most = 2.5 }

They hold for the local engine.  What was not run is not checked.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final

from journeyai.errors import SettingsError
from journeyai.evaluation.results import Run, means
from journeyai.evaluation.task import Row, one
from journeyai.resources import folder

#: Each row of a task.
EVERY: Final = "*"

#: Figures are computed from whole counts; what differs by less is rounding.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a figure must keep to.

    Attributes:
        task: its name.
        subject: a row of the task, a mean of corpora, or `EVERY`.
        figure: its name.
        least: None for no lower end.
        most: None for no upper end.
    """

    task: str
    subject: str
    figure: str
    least: float | None
    most: float | None


def load(path: Traversable | None = None) -> tuple[Threshold, ...]:
    """Read the thresholds.

    Args:
        path: the file; None for ours, `evals/thresholds.toml`.

    Raises:
        SettingsError: it cannot be read, or says something that is no threshold.
    """
    file = path if path is not None else folder("evals").joinpath("thresholds.toml")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"The thresholds `{file}` cannot be read: {error}.") from None
    return tuple(_read(table, str(file)))


def _read(table: dict[str, Any], file: str) -> Iterator[Threshold]:
    for task, subjects in table.items():
        for subject, figures in _table(subjects, file, task).items():
            for figure, said in _table(figures, file, f"{task}.{subject}").items():
                ends = said if isinstance(said, dict) else {"least": said}
                if not ends or not set(ends) <= {"least", "most"} or not all(map(_is_number, ends.values())):
                    raise SettingsError(
                        f"`{file}`: `{figure}` under `{task}.{subject}` is no threshold.",
                        "Write a number for the least, or { least = …, most = … }.",
                    )
                yield Threshold(task, subject, figure, ends.get("least"), ends.get("most"))


def _table(value: Any, file: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"`{file}`: `{where}` is no table.", "Write [task.corpus], then figures.")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def misses(run: Run, thresholds: Sequence[Threshold]) -> list[str]:
    """Return a sentence for each figure of *run* that does not keep to its threshold; of one that is not told, too.

    Raises:
        SettingsError: a threshold names a figure that its row does not have.
    """
    out = []
    for threshold in thresholds:
        task = run.task(threshold.task)
        if task is None:
            continue
        rows = task.rows
        if threshold.subject != EVERY:
            rows = tuple(row for row in (*rows, *means(run, task)) if row.subject == threshold.subject)
        out += [sentence for row in rows if (sentence := _miss(threshold, row))]
    return out


def _miss(threshold: Threshold, row: Row) -> str | None:
    figure = one(row.figures, threshold.figure)
    where = f"{threshold.figure} of {row.subject} ({threshold.task})"
    if figure is None:
        if threshold.subject == EVERY:
            # Rows of a task need not all have the same figures.
            return None
        raise SettingsError(
            f"There is no figure {where}, and `evals/thresholds.toml` names it.", "Mend its name there."
        )
    if figure.value is None:
        return f"{where} cannot be told: nothing was found to compute it from."
    if threshold.least is not None and figure.value < threshold.least - _ROUNDING:
        return f"{where} is {figure.value:.3f}; the least is {threshold.least:g}."
    if threshold.most is not None and figure.value > threshold.most + _ROUNDING:
        return f"{where} is {figure.value:.3f}; the most is {threshold.most:g}."
    return None
