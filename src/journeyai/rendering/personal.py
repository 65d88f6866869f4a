"""What `journeyai privacy` shows: source by source the kinds, and each piece with its place and placeholder."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.privacy import KINDS
from journeyai.rendering.console import safe
from journeyai.rendering.layout import GLUE, Lines, as_they_are, heading, joined, wrap

#: Pieces of a kind shown for each source, unless all are asked for.
_SHOWN: Final = 5
_NAMES: Final = {
    "person": ("person's name", "people's names"),
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("telephone number", "telephone numbers"),
    "address": ("address", "addresses"),
    "card": ("payment card", "payment cards"),
    "account": ("bank account", "bank accounts"),
    "id": ("identity number", "identity numbers"),
    "reference": ("order or customer number", "order or customer numbers"),
    "birthdate": ("date of birth", "dates of birth"),
    "link": ("private link", "private links"),
    "ip": ("IP address", "IP addresses"),
    "handle": ("account on a network", "accounts on networks"),
    "plate": ("number plate", "number plates"),
    "word": ("word of your own", "words of your own"),
}


class Masked(Protocol):
    """A piece of personal data, its place and its placeholder."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def record(self) -> str | None: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def placeholder(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class PersonalView:
    """What would be masked, laid out for the console's width."""

    sources: Sequence[str]
    masked: Sequence[Masked]
    every: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the view line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return a part for each source that holds something, and the totals."""
        lines: Lines = []
        for source, group in groupby(self.masked, key=lambda one: one.source):
            lines += [*heading(safe(source), width), *self._source(list(group), width)]
        clean = len(self.sources) - len({one.source for one in self.masked})
        counts = Counter(one.kind for one in self.masked)
        told = [_counted(kind, counts[kind]) for kind in KINDS if counts[kind]]
        pieces = "1 piece" if len(self.masked) == 1 else f"{len(self.masked)} pieces"
        files = "1 file" if len(self.sources) == 1 else f"{len(self.sources)} files"
        total = f"{pieces} would be masked in {files}: {', '.join(told)}."
        if not told:
            total = f"Nothing would be masked in {files}."
        elif clean:
            total += " 1 file holds none." if clean == 1 else f" {clean} files hold none."
        closing = "Names that nobody introduces are not found; docs/privacy.md says what is."
        return [
            *lines,
            *([Text()] if lines else []),
            *wrap(Text(total), width),
            *wrap(Text(closing, style="dim"), width),
        ]

    def _source(self, masked: list[Masked], width: int) -> Lines:
        lines: Lines = []
        for kind in KINDS:
            own = [one for one in masked if one.kind == kind]
            if not own:
                continue
            lines += wrap(Text(_counted(kind, len(own)), style="bold"), width)
            # The same thing said again is one line with its places.
            again: dict[tuple[str, str], list[Masked]] = {}
            for one in own:
                again.setdefault((one.placeholder, visible(one.text)), []).append(one)
            shown = list(again.items()) if self.every else list(again.items())[:_SHOWN]
            for (placeholder, text), ones in shown:
                lines += wrap(_one(text, placeholder, ones), width, "  ", "    ")
            if left := len(again) - len(shown):
                lines += wrap(Text(f"and {left} more (--all shows them)", style="dim"), width, "  ")
        return lines


def _one(text: str, placeholder: str, ones: Sequence[Masked]) -> Text:
    first = ones[0]
    place = f"{visible(first.record)}, " if first.record else ""
    place += f"line{GLUE}{first.line}"
    times = f"{len(ones)} times" if len(ones) > 1 else ""
    about = joined([place, times])
    about.stylize("dim")
    return joined([Text.assemble(safe(text), " → ", (placeholder, "cyan")), about])


def _counted(kind: str, count: int) -> str:
    return f"{count} {_NAMES[kind][count != 1]}"


def render_personal(sources: Sequence[str], masked: Sequence[Masked], *, every: bool = False) -> PersonalView:
    """Return what would be masked in *sources*.

    Args:
        sources: every file that was read.
        masked: the pieces, file by file.
        every: show every piece, not the first few of each kind.
    """
    return PersonalView(tuple(sources), tuple(masked), every)
