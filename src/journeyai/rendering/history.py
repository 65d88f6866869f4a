"""What was done to a map, step by step; and its branches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import shortened, visible
from journeyai.knowledge.talk import Talk, talk
from journeyai.operations.history import Step
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, as_they_are, joined, wrap
from journeyai.study.branches import Branch

#: A longer request is cut.
_REQUEST_CHARS: Final = 160
#: Changes of one step that are told before the rest is counted.
_CHANGES: Final = 6


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """A step of the history, ready to be told.

    Attributes:
        step: the step.
        says: what each of its changes did, one line each, in the map's language.
        marks: what else is to be said of it: that the map stands here, that the chat began here.
    """

    step: Step
    says: Sequence[str] = ()
    marks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LogView:
    """Steps, newest first, laid out for the console's width when they are printed."""

    steps: Sequence[LoggedStep]
    language: str
    earlier: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield them line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the steps, and how many came before."""
        spoken = talk("understand", self.language)
        if not self.steps:
            return wrap(Text(spoken.say("log_empty")), width)
        lines = [line for step in self.steps for line in step_lines(step, spoken, width)]
        if self.earlier:
            told = spoken.say("log_earlier", n=self.earlier, all=len(self.steps) + self.earlier)
            lines += wrap(Text(told, style="dim"), width)
        return lines


def render_log(steps: Sequence[LoggedStep], language: str, *, earlier: int = 0) -> LogView:
    """Return *steps*, to be printed by a console.

    Args:
        steps: newest first.
        language: of the map.
        earlier: how many steps came before them.
    """
    return LogView(tuple(steps), language, earlier)


def step_lines(logged: LoggedStep, spoken: Talk, width: int) -> Lines:
    """Lay out one step: number, time, the person's words, and what it did."""
    step = logged.step
    kinds = {"draft": spoken.say("step_draft"), "outside": spoken.say("step_outside")}
    what = kinds.get(step.kind, "")
    if step.request:
        request = spoken.say("quoted", text=shortened(visible(step.request), _REQUEST_CHARS))
        what = f"{what}: {request}" if what else request
    at = step.at[:16].replace("T", " ")
    by = "" if step.by in {"", "user"} else step.by
    first = joined([Text(at, style="dim"), safe(step.branch), safe(by), safe(what)])
    side = f"#{step.step}"
    lines = wrap(Text(f"{side}  ", style="bold").append_text(first), width, "", "     ")
    shown = logged.says[:_CHANGES] if len(logged.says) > _CHANGES + 1 else logged.says
    for told in shown:
        lines += wrap(Text("· ").append_text(safe(told)), width, "     ", "       ")
    if len(shown) < len(logged.says):
        lines += wrap(Text(f"… +{len(logged.says) - len(shown)}", style="dim"), width, "     ")
    for mark in logged.marks:
        lines += wrap(Text(f"▸ {mark}", style="cyan"), width, "     ", "       ")
    return lines


@dataclass(frozen=True, slots=True)
class BranchesView:
    """All branches with how many steps lead there and what their maps show, the current one marked."""

    branches: Sequence[Branch]
    language: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield them line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return a line a branch."""
        say = talk("understand", self.language).say
        lines = wrap(Text(say("branches"), style="dim"), width)
        for branch in self.branches:
            line = Text("▸ " if branch.is_current else "  ")
            line.append_text(safe(branch.name, "bold" if branch.is_current else ""))
            told = [Text(say("branch_steps", n=branch.steps), style="dim")]
            if branch.state is not None:
                told.append(
                    Text(say(f"branch_{branch.state}"), style="" if branch.state == "future" else "dim")
                )
            lines += wrap(joined([line, *told]), width, "", "  ")
        return lines


def render_branches(branches: Sequence[Branch], language: str) -> BranchesView:
    """Return the branches, to be printed by a console."""
    return BranchesView(tuple(branches), language)
