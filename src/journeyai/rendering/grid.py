"""The map at a glance: stages across, lanes down.

With room, a cell holds the titles of its strongest cards; without, a mark for each card and the most
people behind one.
"""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from journeyai.export.elements import Element, Entry
from journeyai.export.plain import shortened, visible
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.vocabulary import Lane
from journeyai.rendering.console import safe
from journeyai.rendering.curve import stage_legend
from journeyai.rendering.layout import GLUE, Lines, beside, blocks, column_widths, longest_word, wrap

#: From this width on a cell has room for titles.
WIDE: Final = 140

#: The narrowest column of titles, and of counts (`■■■+ 12` and a space).
_TITLE_CELLS: Final = 17
_COUNT_CELLS: Final = 8

#: Marks drawn in a cell; more cards than this are a `+`.
_MARKS: Final = 4

#: Titles in a cell.
_TITLES: Final = 2

LANE_STYLES: Final[dict[Lane, str]] = {"pain_point": "red", "delight": "green"}


#: Cells of a row's name: a longer one is set in lines.
_NAME_CELLS: Final = 24
#: Characters of a quote or a figure in a cell.
_GLIMPSE: Final = 80

Names = Sequence[tuple[Element, str]]


def grid_lines(reading: Reading, rows: Sequence[Element], width: int) -> Lines:
    """Lay out *rows* for *width* cells, in as many runs of stages as it needs."""
    if not rows or not reading.stages:
        return []
    names = [(row, _capital(row_name(reading, row))) for row in rows]
    side = 1 + max(min(longest_word(name), _NAME_CELLS) for _, name in names)
    if width >= WIDE:
        runs = blocks(range(len(reading.stages)), (width - side) // _TITLE_CELLS)
        pages = [_wide(reading, run, names, side, width - side) for run in runs]
        return [line for page in pages for line in (*page, Text())][:-1]
    stages = [safe(stage.name).plain for stage in reading.stages]
    whole = 1 + max(min(len(name), _NAME_CELLS) for _, name in names)
    if _fits(stages, width - whole) or (not _fits(stages, width - side) and width - whole >= 40):
        side = whole
    lines: Lines = []
    unnamed: list[int] = []
    for run in blocks(range(len(stages)), (width - side) // _COUNT_CELLS):
        fitted = column_widths([stages[index] for index in run], width - side, _COUNT_CELLS)
        widths = fitted or [(width - side) // len(run)] * len(run)
        lines += _compact(reading, run, names, side=side, widths=widths, named=bool(fitted))
        lines.append(Text())
        unnamed += [] if fitted else run
    return [*lines, *stage_legend(reading, unnamed, width)] if unnamed else lines[:-1]


def _fits(names: Sequence[str], room: int) -> bool:
    return column_widths(names, room, _COUNT_CELLS) is not None


def _wide(reading: Reading, run: Sequence[int], names: Names, side: int, room: int) -> Lines:
    """Lay out one run of stages with titles in the cells."""
    column = room // len(run)
    widths = [side, *[column] * len(run)]
    stages = [reading.stages[index] for index in run]
    heads = [
        wrap(Text(f"{i + 1} ").append_text(safe(s.name)), column - 2)
        for i, s in zip(run, stages, strict=True)
    ]
    for head in heads:
        for line in head:
            line.stylize("bold")
    lines = beside([[], *heads], widths)
    for row, name in names:
        lines.append(Text("─" * (side + room), style="dim"))
        label = wrap(Text(name, style=_style(row)), side - 1)
        lines += beside([label, *(_titles(reading, row.cells[index], column - 2) for index in run)], widths)
    return lines


def _style(row: Element) -> str:
    return LANE_STYLES.get(row.lane, "") if row.lane else ""


def _titles(reading: Reading, cell: Sequence[Entry], width: int) -> Lines:
    """Return the strongest entries of a cell, each card with its people, and how many more there are."""
    if not cell:
        return [Text("·", style="dim")]
    lines: Lines = []
    for entry in cell[:_TITLES]:
        card = entry.card
        text = safe(card.title if card else shortened(visible(entry.text), _GLIMPSE))
        people: str | int = 0
        if card:
            people = reading.words.phrase("assumed") if card.assumption else card.people
        lines += wrap(text.append(f"{GLUE}({people})", style="bold") if people else text, width, "", "  ")
    if len(cell) > _TITLES:
        lines.append(Text(reading.words.phrase("more_short", n=len(cell) - _TITLES), style="dim"))
    return lines


def _compact(
    reading: Reading,
    run: Sequence[int],
    names: Names,
    *,
    side: int,
    widths: Sequence[int],
    named: bool,
) -> Lines:
    """Lay out one run of stages with marks in the cells, under the stages' names or numbers."""
    titles = [reading.stages[index].name if named else str(index + 1) for index in run]
    heads = [wrap(safe(title, "bold"), width - 1) for title, width in zip(titles, widths, strict=True)]
    lines = beside([[], *heads], [side, *widths])
    for row, name in names:
        cells = [[_marks(row.cells[index], _style(row))] for index in run]
        lines += beside([wrap(Text(name, style=_style(row)), side - 1), *cells], [side, *widths])
    return lines


def _marks(cell: Sequence[Entry], style: str) -> Text:
    """Return a mark an entry and the most people behind one of the cards; a short figure stands there itself."""
    if not cell:
        return Text("·", style="dim")
    if is_figure(cell):
        return safe(cell[0].text)
    each = ["□" if entry.card and entry.card.assumption else "■" if entry.card else "▪" for entry in cell]
    marks = "".join(each) if len(cell) <= _MARKS else "".join(each[: _MARKS - 1]) + "+"
    people = max((entry.card.people for entry in cell if entry.card), default=0)
    return Text(marks, style=style).append(f" {people}" if people else "", style="bold")


def is_figure(cell: Sequence[Entry]) -> bool:
    """Whether *cell* holds one figure that is short enough for the narrowest column."""
    return (
        len(cell) == 1
        and not cell[0].card
        and not cell[0].is_quote
        and 0 < cell_len(visible(cell[0].text)) < _COUNT_CELLS
    )


def _capital(name: str) -> str:
    """Return *name* with its first letter upper case and the rest as it is."""
    return name[:1].upper() + name[1:]


def row_name(reading: Reading, row: Element, n: int = 2) -> str:
    """Return what a row is called over *n* entries: as the method calls it, or by its lane."""
    words = reading.words
    if not row.asked and row.lane:
        return talk("elements", reading.journey.language).say("also", lane=words.lane(row.lane, n))
    return words.lane(row.lane, n) if row.lane and row.name == words.lane(row.lane) else visible(row.name)
