"""The report, `RESULTS.md`: the same results, the same bytes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from journeyai.evaluation.goals import GOALS
from journeyai.evaluation.makers import MAKERS
from journeyai.evaluation.results import Making, Run, TaskResult, group_name, means
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row, one

#: A task's rows stand in one table as long as it has no more columns than this.
_COLUMNS: Final = 8

_HEAD: Final = """\
# Results

Written by `make eval` (`journeyai eval --baselines`); changes made by hand are lost. What each figure means, how it is
computed and what must not be concluded from it stands in `evals/README.md`.
"""

_MEANING: Final = """\
## How to read it

- Figures run from 0 to 1 and 1 is best, except MAE (0 is best) and cards per theme (1 is best). In brackets: 95 %
  intervals from resampled files. They tell how far other files *of the same corpus* could move a figure, not how it is
  in your trade.
- *Held back*: nothing was ever trained or tuned on these corpora. On *development* corpora numbers were chosen and the
  engine itself may have been trained, so that it has seen their labels: their figures, and how far they lie above the
  baselines', say nothing of new files. Goals are for held-back corpora only.
- Goals are compared before rounding.
- Evidence counts if it stands on a card of the lane and shares half of the shorter with a labelled passage, one to one.
- Stages, feelings, emotions, themes and people are compared only where a passage was found: read them beside the
  recall of evidence. An engine that finds little can look good in all of them.
- *majority* calls every customer's sentence a pain point in the commonest stage; *prototypes* takes the nearest of a
  few descriptions; *lexicon* counts words. All share the drafting, so quotes, counts and attribution are alike.
- Every corpus was written for this benchmark and labelled by its writer alone: how well two people agree is not known.
"""


def render(runs: Sequence[Run]) -> str:
    """Return the report in Markdown.

    Args:
        runs: the engine that is looked at, then what it is compared with.
    """
    run = runs[0]
    parts = [_HEAD]
    maps = run.task("maps")
    if maps is not None:
        parts += [_headline(run, maps), _corpora(run, maps)]
        if len(runs) > 1:
            parts.append(_side_by_side(runs))
    parts += [_task(run, task) for task in run.tasks if task.name != "maps"]
    parts += [_MEANING, _making(runs)]
    if maps is not None:
        parts.append(_everything(run, maps))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def best_groups(run: Run, task: TaskResult) -> list[tuple[str, Row]]:
    """Return (language, the mean that stands for it): over held-back corpora, or if there are none, over the others."""
    rows = {row.subject: row for row in means(run, task)}
    out = []
    for language in sorted({corpus.language for corpus in run.corpora}):
        names = (group_name(held_back, language) for held_back in (True, False))
        out += [(language, rows[name]) for name in names if name in rows][:1]
    return out


def spell(figure: Figure | None, *, interval: bool = True) -> str:
    """Return a figure as a cell: "0.62 (0.55–0.70)"; "–" for what cannot be told."""
    if figure is None or figure.value is None:
        return "–"
    if not interval or figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{_number(figure.value)} ({_number(figure.low)}–{_number(figure.high)})"


def _number(value: float) -> str:
    # Rounded to −0.00 it is 0.
    return f"{value:.2f}".replace("-", "−") if abs(value) >= 0.005 else "0.00"


def _headline(run: Run, maps: TaskResult) -> str:
    groups = best_groups(run, maps)
    # A goal is for corpora that nobody tuned on: on others it can be neither reached nor missed.
    unseen = {group_name(True, language) for language, _ in groups}
    heads = ["figure"]
    for _, row in groups:
        heads += [row.subject, "goal", ""]
    lines = []
    for goal in GOALS:
        cells = [goal.words]
        for language, row in groups:
            figure = one(row.figures, goal.figure)
            judged = figure is not None and row.subject in unseen
            reached = goal.is_reached(figure, language) if figure is not None and judged else None
            word = {True: "reached", False: "**missed**", None: ""}[reached]
            cells += [spell(figure), goal.told(language), word]
        lines.append(cells)
    text = f"## Engine `{run.making.engine}` against its goals\n\n{_table(heads, lines)}"
    if any(row.subject not in unseen for _, row in groups):
        text += (
            "\n**Where no corpus is held back, nothing is said of a goal:** on development corpora numbers were\n"
            "chosen, and the engine may have been trained on their labels: they do not tell of new files.\n"
        )
    return text


def _corpora(run: Run, maps: TaskResult) -> str:
    info = {corpus.name: corpus for corpus in run.corpora}
    heads = ["corpus", "passages", *(goal.short for goal in GOALS)]
    lines = []
    for row in _with_means(run, maps):
        corpus = info.get(row.subject)
        name = f"*{row.subject}*" if corpus is None else row.subject
        if corpus is not None and corpus.held_back:
            name += " (held back)"
        figures = [spell(one(row.figures, goal.figure), interval=False) for goal in GOALS]
        lines.append([name, "" if corpus is None else str(corpus.segments), *figures])
    return f"## All corpora\n\nIn italics: means, each corpus weighing the same.\n\n{_table(heads, lines)}"


def _side_by_side(runs: Sequence[Run]) -> str:
    parts = ["## Beside the baselines\n"]
    tables = {other.making.engine: maps for other in runs if (maps := other.task("maps")) is not None}
    by_engine = {
        other.making.engine: dict(best_groups(other, tables[other.making.engine]))
        for other in runs
        if other.making.engine in tables
    }
    for language, row in best_groups(runs[0], tables[runs[0].making.engine]):
        lines = [
            [goal.words]
            + [
                spell(one(groups[language].figures, goal.figure) if language in groups else None)
                for groups in by_engine.values()
            ]
            for goal in GOALS
        ]
        parts.append(
            f"{row.subject[:1].upper()}{row.subject[1:]}:\n\n{_table(['figure', *by_engine], lines)}"
        )
    return "\n".join(parts)


def _task(run: Run, task: TaskResult) -> str:
    rows = _with_means(run, task)
    parts = [f"## {task.title}\n\n{task.about}\n"]
    if names := columns(rows):
        counted = [[row.subject, *(_with_n(one(row.figures, name)) for name in names)] for row in rows]
        parts.append(_table(["", *names], counted))
    else:
        listed = [
            [row.subject, figure.name, spell(figure), str(figure.n)] for row in rows for figure in row.figures
        ]
        parts.append(_table(["", "figure", "value", "n"], listed))
    if notes := list(_notes(task.rows)):
        told = "\n".join(notes)
        parts.append(f"<details><summary>Remarks: {len(notes)}</summary>\n\n{told}\n\n</details>\n")
    return "\n".join(parts)


def _with_means(run: Run, task: TaskResult) -> tuple[Row, ...]:
    """Return the task's rows and, if there are several, their means."""
    return (*task.rows, *(means(run, task) if len(task.rows) > 1 else ()))


def columns(rows: Sequence[Row]) -> list[str]:
    """Return the names of the figures that make one table of *rows*; none if the rows have too little in common."""
    names = list(dict.fromkeys(figure.name for row in rows for figure in row.figures))
    filled = sum(len(row.figures) for row in rows)
    return names if len(names) <= _COLUMNS and 2 * filled > len(names) * len(rows) else []


def _with_n(figure: Figure | None) -> str:
    return "" if figure is None else f"{spell(figure)} n = {figure.n}"


def _notes(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for note in row.notes:
            yield f"- {row.subject}: {' '.join(note.split())}"


def _making(runs: Sequence[Run]) -> str:
    heads = [
        "engine",
        "model",
        "version",
        "revision",
        "drawn",
        "scored by",
        "seed",
        "seconds",
        "tokens",
        "USD",
    ]
    lines = []
    for run in runs:
        by = run.making
        known = by.engine in MAKERS or bool(by.version)
        lines.append(
            [
                by.engine,
                by.model or "none",
                by.version or "not known",
                by.revision or "not known",
                by.at[:10] or "not known",
                run.scored_by,
                str(run.seed),
                f"{sum(task.seconds for task in run.tasks):.0f}" if known else "",
                str(by.tokens),
                f"{by.usd:.2f}",
            ]
        )
    where = runs[0].making.platform
    prompts = sorted(runs[0].making.prompts.items())
    told = "".join(f"Prompt `{name}`: `{digest}`.\n" for name, digest in prompts)
    told += "".join(_typed(run.making) for run in runs if run.making.quotes)
    return (
        "## How it was made\n\n"
        + _table(heads, lines)
        + (f"\nOn {where}. A `+` after a revision: files had been changed since.\n" if where else "")
        + told
    )


def _typed(making: Making) -> str:
    """Return what became of the quotes that a model typed itself."""
    count = making.quotes.get
    return (
        f"\nOf {count('given', 0)} quotes that `{making.engine}` typed, {count('invented', 0)} stand in no source and "
        f"{count('wrong_mouth', 0)} in another place or mouth than it says.\n"
    )


def _everything(run: Run, maps: TaskResult) -> str:
    """Return every figure of every corpus."""
    names = list(dict.fromkeys(figure.name for row in maps.rows for figure in row.figures))
    lines = [
        [f"`{name}`", *(spell(one(row.figures, name), interval=False) for row in maps.rows)] for name in names
    ]
    heads = ["figure", *(row.subject for row in maps.rows)]
    return f"## Every figure\n\nIntervals and counts stand in the run's JSON.\n\n{_table(heads, lines)}"


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = "|---|" + "---:|" * (len(heads) - 1)
    return "\n".join([_cells(heads), rule, *map(_cells, lines)]) + "\n"


def _cells(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
