"""Blocks of lines: wrapped by words, set side by side, under headings.

Everything on screen is a list of `Text`, one a line and none wider than it may be, so that what is tested is
what is printed, and nothing is padded with spaces at the end of a line.
"""

from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import pairwise
from typing import Final, TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

Lines = list[Text]
Item = TypeVar("Item")

#: Wrapping needs a console to ask, though its answer does not depend on it.
_ANY_CONSOLE: Final = Console(file=StringIO(), width=80, color_system=None)

#: A space at which no line is broken; nothing from a source can hold it (`visible` takes it out).
GLUE: Final = "\ue000"

#: Narrower than this a column cannot hold a wide character and its neighbour.
_NARROWEST: Final = 4


def wrap(text: Text, width: int, indent: str = "", hang: str | None = None) -> Lines:
    """Wrap *text* by words to *width* cells; only a word longer than a line is broken.

    Args:
        text: one paragraph; no lines if there is nothing in it.
        width: cells, with the indent.
        indent: stands before the first line.
        hang: stands before the others; the same as *indent* if None.
    """
    if not text.plain.strip():
        return []
    hang = indent if hang is None else hang
    room = max(width - max(cell_len(indent), cell_len(hang)), _NARROWEST)
    lines: Lines = []
    for number, line in enumerate(text.wrap(_ANY_CONSOLE, room, overflow="fold")):
        line.rstrip()
        line.plain = line.plain.replace(GLUE, " ")
        lines.append(Text(hang if number else indent).append_text(line) if line or not number else Text())
    return lines


def beside(blocks: Sequence[Lines], widths: Sequence[int], gap: int = 0) -> Lines:
    """Set *blocks* side by side, each as wide as *widths* says, with *gap* cells between."""
    rows: Lines = []
    for number in range(max((len(block) for block in blocks), default=0)):
        row = Text()
        edge = 0
        for block, width in zip(blocks, widths, strict=True):
            cell = block[number] if number < len(block) else Text()
            if cell:
                row.append(" " * (edge - row.cell_len)).append_text(cell)
            edge += width + gap
        rows.append(row)
    return rows


def rule(left: Text, width: int, right: Text | None = None, line: str = "─") -> Text:
    """Return a heading: *left*, a faint line to the margin, *right*.  *left* must fit."""
    used = left.cell_len + (right.cell_len + 1 if right else 0)
    text = Text().append_text(left)
    if width - used >= 3:
        text.append(" " + line * (width - used - 1), style="dim")
    if right and width - used >= 1:
        text.append(" ").append_text(right)
    return text


def heading(title: Text, width: int, note: Text | None = None) -> Lines:
    """Return the heading of a part: a blank line, the title in bold, a line to the margin, a faint note."""
    title = title.copy()
    title.stylize("bold")
    first, *rest = wrap(title, width)
    lines = [Text(), first if rest else rule(first, width, line="━"), *rest]
    if note:
        lines += wrap(note, width)
    return lines


def labelled(label: str, body: Text, width: int, label_width: int, style: str = "dim") -> Lines:
    """Return *body* with *label* in a column at its left; above it where there is no room for columns."""
    if width - label_width < 24:
        return [*wrap(Text(label, style=style), width), *wrap(body, width, "  ")]
    return beside(
        [[Text(label, style=style)], wrap(body, width - label_width)], [label_width, width - label_width]
    )


def joined(parts: Iterable[Text | str], separator: str = " · ") -> Text:
    """Join the parts that say something."""
    line = Text()
    for part in parts:
        if part:
            if line:
                line.append(separator, style="dim")
            line.append_text(part if isinstance(part, Text) else Text(part))
    return line


def who_speaks(speaker: str, role: str) -> str:
    """Return who speaks, with the role behind the name unless the name says it already."""
    if not speaker:
        return role
    known = speaker.casefold()
    return (
        speaker
        if known == role.casefold() or known.endswith(f"({role.casefold()})")
        else f"{speaker} ({role})"
    )


def longest_word(text: str) -> int:
    """Return the width of the widest word of *text*, in cells."""
    return max((cell_len(word) for word in text.split()), default=0)


def column_widths(names: Sequence[str], available: int, least: int) -> list[int] | None:
    """Return a width for each column so that no name is broken inside a word; None if they do not fit.

    Args:
        names: the columns' headings.
        available: cells for all of them.
        least: the narrowest a column may be, with the space between columns.
    """
    widths = [max(least, longest_word(name) + 1) for name in names]
    spare = available - sum(widths)
    if spare < 0:
        return None
    # The narrow ones grow first, so that the stages stand as evenly as their names allow.
    for _ in range(spare):
        widths[widths.index(min(widths))] += 1
    return widths


def blocks(items: Sequence[Item], most: int) -> list[Sequence[Item]]:
    """Split *items* into the fewest runs of at most *most*, of nearly the same length."""
    if not items:
        return []
    count = -(-len(items) // max(most, 1))
    edges = [round(number * len(items) / count) for number in range(count + 1)]
    return [items[start:end] for start, end in pairwise(edges)]


def as_they_are(lines: Lines) -> Lines:
    """Tell rich to print *lines* as they are: they fit already."""
    for line in lines:
        line.no_wrap = True
        line.overflow = "ignore"
    return lines
