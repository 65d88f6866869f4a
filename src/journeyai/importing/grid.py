"""Tables of a team's own: stages across and lanes down, lanes across and stages down, or a row a card."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.export.plain import visible
from journeyai.importing.believed import Belief, Believed
from journeyai.importing.feelings import read_feelings
from journeyai.importing.names import (
    Column,
    StageNames,
    column_named,
    is_feelings,
    lane_named,
    looks_like_stage,
)
from journeyai.importing.sheets import Row
from journeyai.model.vocabulary import Lane

#: What stands between the cards of one cell.
_BETWEEN: Final = re.compile(r"\n|<br\s*/?>|[•▪●◦‣·]\s|;\s+", re.IGNORECASE)
_BULLET: Final = re.compile(r"^\s*(?:[-*+–—•▪●◦‣]\s+|\d+[.)]\s+|\[[ xX]?\]\s+)+")
_NOTHING: Final = frozenset({"", "-", "–", "—", "n/a", "na", "n.a.", "tbd", "?", "…", "..."})


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a table is read: a row a card; else whether stages stand across."""

    columns: dict[Column, int] | None
    across: bool = True
    sure: bool = True


def read_grid(
    rows: Sequence[Row], names: StageNames, believed: Believed, persona: str = "", stage: str = ""
) -> bool:
    """Add what a table says to *believed*; return whether it was understood as a map.

    Args:
        rows: the headings first.
        names: of the stages that are known.
        believed: takes what is found.
        persona: whom it is about.
        stage: under whose heading it stands; empty if under none.
    """
    if stage and _read_of_stage(rows, names, believed, persona, stage):
        return True
    if len(rows) < 2 or max(len(row.cells) for row in rows) < 2:
        return False
    shape = _shape(rows, names)
    if shape is None:
        return False
    if not shape.sure:
        believed.tell("table_guessed", row=rows[0].number)
    if shape.columns is not None:
        _read_list(rows, shape.columns, believed, persona)
    elif shape.across:
        _read_across(rows, believed, persona)
    else:
        _read_across(_turned(rows), believed, persona)
    return True


def parts_of(cell: str) -> Iterator[str]:
    """Yield what stands in a cell, or behind a label, each as one card."""
    for part in _BETWEEN.split(cell):
        text = visible(_BULLET.sub("", part))
        if text.casefold() not in _NOTHING:
            yield text


def _shape(rows: Sequence[Row], names: StageNames) -> _Shape | None:
    head = rows[0].cells
    columns: dict[Column, int] = {}
    for place, cell in enumerate(head):
        kind = column_named(cell)
        if kind is not None:
            columns.setdefault(kind, place)
    if "text" in columns and ("stage" in columns or "lane" in columns):
        return _Shape(columns)
    first = [row.cells[0] for row in rows[1:] if row.cells and row.cells[0].strip()]

    def stages(cells: Sequence[str]) -> int:
        return sum(bool(names.find(cell)) or looks_like_stage(cell) for cell in cells if cell.strip())

    def lanes(cells: Sequence[str]) -> int:
        return sum(bool(lane_named(cell)) or is_feelings(cell) for cell in cells if cell.strip())

    across = 2 * stages(head[1:]) + 2 * lanes(first)
    down = 2 * lanes(head[1:]) + 2 * stages(first)
    if not across and not down:
        # A table of a team's own names: whatever it is, nothing in it is lost.
        return _Shape(None, across=True, sure=False) if len(head) > 2 else None
    return _Shape(None, across=across >= down)


def _read_of_stage(
    rows: Sequence[Row], names: StageNames, believed: Believed, persona: str, stage: str
) -> bool:
    """Read a table that stands under a stage and names only lanes, down or across; return whether it does."""
    head = [visible(cell) for cell in rows[0].cells]
    if any(names.find(cell) or column_named(cell) == "stage" for cell in head[1:]):
        return False
    if any(lane_named(row.cells[0]) or is_feelings(row.cells[0]) for row in rows[1:] if row.cells):
        width = max(len(row.cells) for row in rows)
        _read_across([Row(rows[0].number, ("", *[stage] * (width - 1))), *rows[1:]], believed, persona)
        return True
    if not any(lane_named(cell) for cell in head):
        return False
    for place, name in enumerate(head):
        cells = [Row(row.number, (name, _cell(row, place))) for row in rows[1:]]
        _read_across([Row(rows[0].number, ("", stage)), *cells], believed, persona)
    return True


def _turned(rows: Sequence[Row]) -> list[Row]:
    width = max(len(row.cells) for row in rows)
    return [Row(rows[0].number, tuple(_cell(row, place) for row in rows)) for place in range(width)]


def _read_across(rows: Sequence[Row], believed: Believed, persona: str) -> None:
    """Read a table with stages across; a row without a name goes on with the lane above it."""
    stages = [visible(cell) for cell in rows[0].cells]
    for stage in stages[1:]:
        believed.add_stage(stage)
    name = ""
    for row in rows[1:]:
        name = visible(_cell(row, 0)) or name
        cells = [_cell(row, place) for place in range(1, max(len(stages), len(row.cells)))]
        places = [stages[place] if place < len(stages) else "" for place in range(1, len(cells) + 1)]
        lane = lane_named(name)
        if lane is None and is_feelings(name):
            _read_feelings(row, name, cells, places, believed, persona)
            continue
        for cell, stage in zip(cells, places, strict=True):
            for text in parts_of(cell):
                taken = lane or believed.lane_for(name)
                detail = "" if lane else name
                believed.add(Belief(text, taken, stage, row.number, detail, persona))


def _read_feelings(
    row: Row, name: str, cells: Sequence[str], places: Sequence[str], believed: Believed, persona: str
) -> None:
    feelings, guessed = read_feelings([visible(cell) for cell in cells])
    if guessed:
        believed.tell("scale_guessed", row=row.number)
    for feeling, stage in zip(feelings, places, strict=True):
        if feeling.valence is not None:
            believed.add_feeling(stage, feeling.valence)
        for text in parts_of(feeling.words):
            believed.add(
                Belief(text, "thought", stage, row.number, name, persona, feeling.valence, feeling.emotion)
            )


def _read_list(rows: Sequence[Row], columns: dict[Column, int], believed: Believed, persona: str) -> None:
    """Read a table with a row a card."""

    def value(row: Row, column: Column) -> str:
        return visible(_cell(row, columns[column])) if column in columns else ""

    feelings, guessed = read_feelings([value(row, "score") for row in rows[1:]])
    if guessed:
        believed.tell("scale_guessed", row=rows[0].number)
    for row, feeling in zip(rows[1:], feelings, strict=True):
        stage, name = value(row, "stage"), value(row, "lane")
        lane: Lane | None = lane_named(name)
        text = visible(_cell(row, columns["text"]))
        if lane is None and is_feelings(name):
            _read_feelings(row, name, [text], [stage], believed, persona)
            continue
        believed.add_stage(stage)
        if text.casefold() in _NOTHING:
            continue
        detail = value(row, "detail")
        if lane is None:
            lane = believed.lane_for(name, feeling.valence)
            detail = ". ".join(part for part in (name, detail) if part)
        believed.add(
            Belief(
                text,
                lane,
                stage,
                row.number,
                detail,
                value(row, "persona") or persona,
                feeling.valence,
                feeling.emotion,
            )
        )


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""
