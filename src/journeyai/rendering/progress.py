"""Bars for long work, on stderr; nothing at all when nobody watches."""

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from journeyai.rendering.console import make_console, safe

#: Called with (done, total) as long work goes on.
Report = Callable[[int, int], None]

#: What the steps are called on screen.
_NAMES: Final = {
    "read": "Reading the files",
    "embed": "Indexing sentences",
    "observe": "Finding what people say",
    "themes": "Gathering themes",
    "regroup": "Naming themes",
    "group": "Grouping people",
    "persona": "Describing personas",
    "stage": "Summing up stages",
    "opportunity": "Looking for opportunities",
    "check": "Checking titles against quotes",
    "again": "Reading again",
    "personas": "Grouping people",
    "assemble": "Drawing the map",
}


class Steps:
    """The named steps of a command, each with its own bar.

    ```python
    with Steps(quiet=arguments.quiet) as steps:
        study.draw(progress=steps.tell)
    ```

    The bars are taken away at the end, so that what a command leaves on screen is its result.
    """

    def __init__(self, quiet: bool = False, console: Console | None = None) -> None:
        """Draw on *console* (stderr if None), unless *quiet* or it is not a terminal."""
        console = console or make_console(stderr=True)
        self._bars: dict[str, TaskID] = {}
        self._progress: Progress | None = None
        if console.is_terminal and not quiet:
            self._progress = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=30, complete_style="default", finished_style="green", pulse_style="dim"),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bars away, whether the work was finished or not."""
        if self._progress:
            self._progress.stop()

    def tell(self, step: str, done: int, total: int) -> None:
        """Say that *done* of *total* of *step* is finished; its bar appears with the first call."""
        if self._progress is None:
            return
        if step not in self._bars:
            self._bars[step] = self._progress.add_task(_NAMES.get(step, safe(step).plain), total=total)
        self._progress.update(self._bars[step], completed=done, total=total)

    def step(self, name: str) -> Report:
        """Return what work of one step calls with (done, total)."""
        return lambda done, total: self.tell(name, done, total)
