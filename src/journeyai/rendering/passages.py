"""The passages that a search found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.knowledge.words import words
from journeyai.model.vocabulary import Kind, Role
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, as_they_are, beside, joined, who_speaks, wrap


class Passage(Protocol):
    """What a search finds: an utterance, or the words around one, and where they stand."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def record(self) -> str | None: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def speaker(self) -> str | None: ...  # noqa: D102
    @property
    def role(self) -> Role: ...  # noqa: D102
    @property
    def at(self) -> str | None: ...  # noqa: D102
    @property
    def kind(self) -> Kind: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class PassagesView:
    """Passages, best first, laid out for the console's width."""

    passages: Sequence[Passage]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the passages line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return each passage with its number, its words, and where they stand."""
        text = words("en")
        lines: Lines = []
        side = len(str(len(self.passages))) + 2
        for number, item in enumerate(self.passages, 1):
            label = Text(str(number).rjust(side - 2), style="bold")
            quote = wrap(safe(item.text), width - side)
            speaker = visible(item.speaker or "")
            role = text.role(item.role)
            place = visible(item.source)
            if item.record and visible(item.record) != speaker:
                place += f" {visible(item.record)}"
            about = joined(
                [
                    who_speaks(speaker, role),
                    place,
                    f"characters {item.start}–{item.end}",
                    visible(item.at or ""),
                ]
            )
            about.stylize("dim")
            block = [*quote, *wrap(about, width - side)]
            lines += [*beside([[label], block], [side, width - side]), Text()]
        return lines[:-1] if lines else [Text("Nothing was found.")]


def render_passages(passages: Sequence[Passage]) -> PassagesView:
    """Return search results, best first, each with its citation."""
    return PassagesView(tuple(passages))
