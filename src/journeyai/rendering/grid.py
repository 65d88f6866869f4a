"""The map at a glance: stages across, lanes down.

With room, a cell holds the titles of its strongest cards; without, a mark for each card and the most
people behind one.
"""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from journeyai.export.reading import Reading
from journeyai.model.journey import Card, Stage
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


def grid_lines(reading: Reading, width: int) -> Lines:
    """Lay out the grid for *width* cells, in as many runs of stages as it needs."""
    if not reading.cards:
        return []
    names = {lane: _capital(reading.words.lane(lane)) for lane in reading.lanes}
    side = 1 + max(longest_word(name) for name in names.values())
    if width >= WIDE:
        runs = blocks(range(len(reading.stages)), (width - side) // _TITLE_CELLS)
        pages = [_wide(reading, run, names, side, width - side) for run in runs]
        return [line for page in pages for line in (*page, Text())][:-1]
    stages = [safe(stage.name).plain for stage in reading.stages]
    whole = 1 + max(len(name) for name in names.values())
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


def _wide(reading: Reading, run: Sequence[int], names: dict[Lane, str], side: int, room: int) -> Lines:
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
    for lane, name in names.items():
        lines.append(Text("─" * (side + room), style="dim"))
        label = wrap(Text(name, style=LANE_STYLES.get(lane, "")), side)
        lines += beside([label, *(_titles(reading, stage, lane, column - 2) for stage in stages)], widths)
    return lines


def _titles(reading: Reading, stage: Stage, lane: Lane, width: int) -> Lines:
    """Return the strongest cards of a cell, each with its people, and how many more there are."""
    cards = reading.at(stage, lane)
    if not cards:
        return [Text("·", style="dim")]
    lines: Lines = []
    for card in cards[:_TITLES]:
        people = reading.words.phrase("assumed") if card.assumption else card.people
        title = safe(card.title)
        lines += wrap(title.append(f"{GLUE}({people})", style="bold") if people else title, width, "", "  ")
    if len(cards) > _TITLES:
        lines.append(Text(reading.words.phrase("more_short", n=len(cards) - _TITLES), style="dim"))
    return lines


def _compact(
    reading: Reading,
    run: Sequence[int],
    names: dict[Lane, str],
    *,
    side: int,
    widths: Sequence[int],
    named: bool,
) -> Lines:
    """Lay out one run of stages with marks in the cells, under the stages' names or numbers."""
    titles = [reading.stages[index].name if named else str(index + 1) for index in run]
    heads = [wrap(safe(title, "bold"), width - 1) for title, width in zip(titles, widths, strict=True)]
    lines = beside([[], *heads], [side, *widths])
    for lane, name in names.items():
        style = LANE_STYLES.get(lane, "")
        cells = [[_marks(reading.at(reading.stages[index], lane), style)] for index in run]
        lines += beside([wrap(Text(name, style=style), side), *cells], [side, *widths])
    return lines


def _marks(cards: Sequence[Card], style: str) -> Text:
    """Return a mark a card and the most people behind one of them."""
    if not cards:
        return Text("·", style="dim")
    each = ["□" if card.assumption else "■" for card in cards]
    marks = "".join(each) if len(cards) <= _MARKS else "".join(each[: _MARKS - 1]) + "+"
    people = max(card.people for card in cards)
    return Text(marks, style=style).append(f" {people}" if people else "", style="bold")


def _capital(name: str) -> str:
    """Return *name* with its first letter upper case and the rest as it is."""
    return name[:1].upper() + name[1:]
