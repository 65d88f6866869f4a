"""The guide in the terminal: one entry or a few, or the list of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.knowledge.guide import GuideEntry
from journeyai.knowledge.talk import talk
from journeyai.rendering.layout import GLUE, Lines, as_they_are, heading, joined, wrap

#: Wider than this, lines of prose are too long to read.
_WIDEST: Final = 96


@dataclass(frozen=True, slots=True)
class GuideView:
    """Entries of the guide, laid out for the console's width.

    Attributes:
        entries: whole, or only named.
        language: of the words around them.
        as_list: whether only their names are shown, by section.
    """

    entries: Sequence[GuideEntry]
    language: str
    as_list: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the page, no line wider than *width* cells."""
        width = min(width, _WIDEST)
        return [line for part in (self._list if self.as_list else self._whole)(width) for line in part]

    def _whole(self, width: int) -> Iterator[Lines]:
        say = talk("guide", self.language).say
        for entry in self.entries:
            yield heading(Text(entry.title), width)
            if entry.names:
                yield wrap(Text(say("also", names=", ".join(entry.names)), style="dim"), width)
            for paragraph in entry.text.split("\n\n"):
                yield [Text(), *self._paragraph(paragraph, width)]
            if entry.source:
                yield [Text(), *wrap(Text(say("source", source=entry.source), style="dim"), width)]

    def _paragraph(self, paragraph: str, width: int) -> Lines:
        """Return the lines of *paragraph*: of a list, an item each; of prose, as the width has it."""
        lines: Lines = []
        for line in paragraph.splitlines():
            mark = next((mark for mark in ("- ", "1. ") if line.startswith(mark)), "")
            lines += wrap(Text(line), width, hang=" " * len(mark))
        return lines

    def _list(self, width: int) -> Iterator[Lines]:
        say = talk("guide", self.language).say
        yield heading(Text(say("heading")), width)
        for section, entries in groupby(self.entries, key=lambda entry: entry.section):
            yield [Text(), Text(section, style="bold")]
            yield wrap(joined([entry.title.replace(" ", GLUE) for entry in entries]), width, indent="  ")
        yield [Text(), *wrap(Text(say("how"), style="dim"), width)]
