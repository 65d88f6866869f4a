"""A batch in the terminal: how far it is, and what it came to."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from journeyai.knowledge.words import words
from journeyai.model.batch import MOST_COMPARED, State, Totals
from journeyai.model.proof import SummaryProof
from journeyai.rendering.console import make_console, safe

#: Seconds between two plain lines, where nobody sees a bar.
_EVERY: Final = 10.0
#: Pain points that are told where each was met once.
_MOST_SINGLE: Final = 5


class BatchProgress:
    """A bar on a terminal; elsewhere a plain line every ten seconds; nothing at all when quiet."""

    def __init__(
        self, quiet: bool = False, console: Console | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Draw on *console* (stderr if None), unless *quiet*."""
        self._console = console or make_console(stderr=True)
        self._quiet = quiet
        self._clock = clock
        self._said_at = clock()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if self._console.is_terminal and not quiet:
            self._bar = Progress(
                BarColumn(bar_width=20, complete_style="default", finished_style="green", pulse_style="dim"),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar:
            self._bar.stop()

    def tell(self, state: State) -> None:
        """Say how far the batch is."""
        if self._bar is not None:
            total = None if state.left is None else _finished(state) + state.left
            if self._task is None:
                self._task = self._bar.add_task("", total=total)
            self._bar.update(
                self._task, completed=_finished(state), total=total, description=state_line(state)
            )
        elif not self._quiet and self._clock() - self._said_at >= _EVERY:
            self._said_at = self._clock()
            self._console.print(Text(state_line(state)))


def state_line(state: State) -> str:
    """Return how far a batch is, in one line."""
    parts = [f"{state.done:,} done"]
    if state.kept:
        parts.append(f"{state.kept:,} from earlier runs")
    if state.failed:
        parts.append(f"{state.failed:,} failed")
    if state.left is not None:
        parts.append(f"{state.left:,} left")
    if state.per_second:
        parts.append(f"{state.per_second:.3g} a second")
    if state.tokens is not None:
        parts.append(f"{state.tokens:,} tokens")
    # A model at no charge needs no word on money.
    if state.usd or state.usd_projected:
        projected = "" if state.usd_projected is None else f" of about {_money(state.usd_projected)}"
        parts.append(f"{_money(state.usd)}{projected}")
    if state.seconds_left is not None and state.left:
        parts.append(f"about {duration(state.seconds_left)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a time as people say it: `12 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def render_totals(totals: Totals, kept: int = 0) -> RenderableType:
    """Return what a batch came to.

    Args:
        totals: of the run.
        kept: items that an earlier run had done.
    """
    noun = "summary" if totals.items == 1 else "summaries"
    earlier = f", {kept:,} of them from earlier runs" if kept else ""
    parts: list[RenderableType] = [Text(f"{totals.items:,} {noun}{earlier} ({_cost(totals)}).", style="bold")]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    told = [f"{outcome} {number:,}" for outcome, number in totals.outcomes.items() if number]
    if told:
        table.add_row("Outcome", Text(", ".join(told)))
    # What was met once is common to nobody, unless that is all there is.
    pains = [pain for pain in totals.pains if pain.items > 1] or totals.pains[:_MOST_SINGLE]
    if pains:
        compared = pains[0].looked_at
        lines = [Text.assemble(f"{pain.items:>5,} × ", safe(pain.title)) for pain in pains]
        if compared == MOST_COMPARED:
            lines.append(Text(f"(among {compared:,} drawn by lot)", style="dim"))
        table.add_row("Commonest pains", Group(*lines))
    if totals.worst:
        spoken = words("en")
        lines = [
            Text.assemble(
                f"{one.valence:+.1f} ".replace("-", "−"),
                safe(one.source + (f"#{one.record}" if one.record is not None else "")),
                f", ends in {spoken.emotion(one.emotion)}",
            )
            for one in totals.worst[:5]
        ]
        table.add_row("Worst feelings", Group(*lines))
    if totals.failed:
        table.add_row(f"Failed ({totals.failed:,})", Group(*_failures(totals)))
    if totals.left_out:
        parts_of = "part of a file that holds" if totals.left_out == 1 else "parts of files that hold"
        table.add_row("Left out", Text(f"{totals.left_out:,} {parts_of} nothing to summarise"))
    parts.append(table)
    return Group(*parts)


def render_proof(found: SummaryProof) -> RenderableType:
    """Return the proof of a file of summaries, or what does not hold."""
    summaries = "1 summary" if found.summaries == 1 else f"{found.summaries:,} summaries"
    checked = ("1 quote" if found.quotes == 1 else f"{found.quotes:,} quotes") + f" of {summaries}"
    if found.failed:
        checked += f" ({found.failed:,} more only {'says' if found.failed == 1 else 'say'} why there is none)"
    if found.proved:
        return Text.assemble(
            ("Proved: ", "bold green"),
            f"{checked} {'stands' if found.quotes == 1 else 'stand'} in the files, word for word.",
        )
    lines: list[RenderableType] = [
        Text.assemble(
            (f"line {one.line} ", "bold"),
            safe(one.source + (f"#{one.record}" if one.record is not None else "")),
            ": ",
            safe(one.problem),
        )
        for one in found.findings
    ]
    more = found.wrong - len(found.findings)
    if more:
        lines.append(Text(f"… and {more:,} more"))
    lines.append(
        Text.assemble(
            ("Not proved: ", "bold red"),
            f"{found.wrong:,} {'thing does' if found.wrong == 1 else 'things do'} not hold, of {checked}.",
        )
    )
    return Group(*lines)


def _failures(totals: Totals) -> list[Text]:
    lines = [
        Text.assemble(
            safe(one.source + (f"#{one.record}" if one.record is not None else "")), ": ", safe(one.message)
        )
        for one in totals.failures
    ]
    more = totals.failed - len(totals.failures)
    if more:
        lines.append(Text(f"… and {more:,} more"))
    return lines


def _cost(totals: Totals) -> str:
    parts = [duration(totals.seconds)]
    if totals.tokens is not None:
        parts.append(f"{totals.tokens:,} tokens")
    if totals.usd is not None:
        parts.append(_money(totals.usd) if totals.usd else "no charge")
    return ", ".join(parts)


def _money(usd: float | None) -> str:
    """Return a sum as people say it; a sum that rounds to nothing is still one."""
    return "under $0.01" if usd and usd < 0.005 else f"${usd or 0:,.2f}"


def _finished(state: State) -> int:
    return state.done + state.kept + state.failed
