"""What is missing on a map, with the interview questions that would fill it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.drafting.gaps import Gap
from journeyai.knowledge.talk import talk
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, as_they_are, heading, wrap


@dataclass(frozen=True, slots=True)
class GapsView:
    """Gaps, laid out for the console's width when they are printed."""

    gaps: Sequence[Gap]
    language: str
    most: int | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield them line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return each gap with its number and its questions."""
        spoken = talk("gaps", self.language)
        if not self.gaps:
            return wrap(Text(spoken.say("none")), width)
        note = Text(spoken.say("count", n=len(self.gaps)), style="dim")
        lines = heading(Text(spoken.say("heading")), width, note)
        # One more gap is as short as saying that there is one more.
        cut = self.most is not None and len(self.gaps) > self.most + 1
        shown = self.gaps[: self.most] if cut else self.gaps
        side = len(str(len(shown))) + 2
        for number, gap in enumerate(shown, 1):
            label = Text(f"{number}".rjust(side - 2) + "  ").append_text(safe(gap.says, "bold"))
            lines += [Text(), *wrap(label, width, "", " " * side)]
            for question in gap.questions:
                lines += wrap(
                    Text("? ", style="dim").append_text(safe(question)), width, " " * side, " " * (side + 2)
                )
        if len(shown) < len(self.gaps):
            more = spoken.say("more", n=len(self.gaps) - len(shown))
            lines += [Text(), *wrap(Text(more, style="dim"), width)]
        return lines


def render_gaps(gaps: Sequence[Gap], language: str, *, most: int | None = None) -> GapsView:
    """Return *gaps*, to be printed by a console.

    Args:
        gaps: the widest first.
        language: of the map.
        most: so many are shown before the rest is counted; None for all of them.
    """
    return GapsView(tuple(gaps), language, most)
