"""The tables that end `eval`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.evaluation.goals import GOALS
from journeyai.evaluation.report import columns, spell
from journeyai.evaluation.results import Run, means
from journeyai.evaluation.task import Row, one
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, as_they_are, wrap

#: Cells between columns, the widest first column, and the narrowest of the others.
_GAP: Final = 2
_SUBJECT: Final = 22
_CELL: Final = 5


@dataclass(frozen=True, slots=True)
class RunView:
    """What a run found, laid out for the console's width.

    Attributes:
        run: what is shown.
        remarks: whether the remarks to single rows are shown, too; they may be hundreds.
    """

    run: Run
    remarks: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the tables line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return a table a task."""
        lines: Lines = []
        for task in self.run.tasks:
            if lines:
                lines.append(Text())
            lines += wrap(safe(task.title, "bold"), width)
            rows = (*task.rows, *(means(self.run, task) if len(task.rows) > 1 else ()))
            if not rows:
                continue
            if task.name == "maps":
                lines += _table(rows, [(goal.figure, goal.short) for goal in GOALS], width)
            elif names := columns(rows):
                lines += _table(rows, [(name, name.rpartition(".")[2]) for name in names], width)
            else:
                lines += _listed(rows, width)
            for row in task.rows if self.remarks else ():
                for note in row.notes:
                    lines += wrap(safe(f"{row.subject}: {note}"), width, "- ", "  ")
        return lines


def render_run(run: Run, *, remarks: bool) -> RunView:
    """Return what a run found, with or without the remarks to single rows."""
    return RunView(run, remarks)


def _table(rows: Sequence[Row], heads: Sequence[tuple[str, str]], width: int) -> Lines:
    """Return the figures, a line a row; in as many tables, one under the other, as the width asks for.

    Args:
        rows: the lines.
        heads: (figure's name, head) of each column.
        width: cells.
    """
    side = min(_SUBJECT, max(len(row.subject) for row in rows))
    lines: Lines = []
    left = list(heads)
    while left:
        taken = [left.pop(0)]
        room = width - side - _cells(taken[0][1])
        while left and room >= _cells(left[0][1]):
            room -= _cells(left[0][1])
            taken.append(left.pop(0))
        lines.append(_line("", [(head, head) for _, head in taken], side))
        for row in rows:
            lines.append(_line(row.subject, [(_cell(row, name), head) for name, head in taken], side))
    return lines


def _cell(row: Row, name: str) -> str:
    figure = one(row.figures, name)
    return "" if figure is None else spell(figure, interval=False)


def _cells(head: str) -> int:
    return _GAP + max(len(head), _CELL)


def _line(subject: str, cells: Sequence[tuple[str, str]], side: int) -> Text:
    name = safe(subject).plain
    name = name if len(name) <= side else name[: side - 1] + "…"
    told = "".join(text.rjust(_cells(head)) for text, head in cells)
    return Text(f"{name.ljust(side)}{told}".rstrip())


def _listed(rows: Sequence[Row], width: int) -> Lines:
    """Return rows whose figures are not the same: each row's in a line of its own."""
    lines: Lines = []
    for row in rows:
        told = " · ".join(f"{figure.name} {spell(figure)}" for figure in row.figures)
        lines += wrap(safe(f"{row.subject}: {told}"), width, "", "  ")
    return lines
