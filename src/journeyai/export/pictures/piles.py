"""How the grid is laid out: which entries are drawn, how wide the picture is, and where each slip of paper lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.export.elements import Element, Entry
from journeyai.export.pictures.drawing import named
from journeyai.export.pictures.slips import GAP, Slip, slip
from journeyai.export.reading import Reading
from journeyai.model.vocabulary import Lane

#: Kept free beside a slip's remark, for how many more there are in the cell.
_ASIDE: Final = 34
#: Entries of a cell that a picture for a slide draws, at most.
_MOST: Final = 6
#: What is given room first where not everything has room.
_FIRST: Final[tuple[Lane, ...]] = ("pain_point", "delight", "opportunity", "need", "question", "action")


@dataclass(frozen=True, slots=True)
class Plan:
    """How large and how full a picture of the grid may be.

    Attributes:
        width: of the picture, in units.
        lines: of a slip's title, at most.
        across: slips that lie beside each other in a stage's cell.
        whole: whether every entry is drawn.
    """

    width: float
    lines: int
    across: int = 1
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What lies in one column of a row.

    Attributes:
        slips: in the order in which they are drawn.
        texts: of all entries of the cell, also of those that there is no slip of.
        across: slips beside each other.
    """

    slips: tuple[Slip, ...]
    texts: tuple[str, ...]
    across: int

    def places(self, shown: int) -> list[tuple[int, float]]:
        """Return where each of the first *shown* slips lies: in which column of the cell, and how far down."""
        ends = [0.0] * self.across
        found = []
        for one in self.slips[:shown]:
            # The column that ends first; of several, the one most to the left.
            column = ends.index(min(ends))
            found.append((column, ends[column]))
            ends[column] += one.height + GAP
        return found

    def height(self, shown: int) -> float:
        """Return how high the cell is with *shown* slips."""
        placed = zip(self.slips[:shown], self.places(shown), strict=True)
        return max((down + one.height for one, (_, down) in placed), default=0.0)

    def more(self, shown: int) -> tuple[str, ...]:
        """Return the texts of what is not drawn with *shown* slips."""
        return self.texts[min(shown, len(self.slips)) :]


@dataclass(frozen=True, slots=True)
class Row:
    """An element of the method, laid out.

    Attributes:
        element: what it is.
        cells: one a column.
        named: how high its name is.
        shown: slips of a cell that are drawn.
    """

    element: Element
    cells: tuple[Cell, ...]
    named: float
    shown: int

    def height(self, shown: int) -> float:
        """Return how high the row is with *shown* slips a cell."""
        return max([self.named, *(cell.height(shown) for cell in self.cells)])

    @property
    def hidden(self) -> int:
        """How many entries are not drawn."""
        return sum(len(cell.more(self.shown)) for cell in self.cells)


def cells_of(
    element: Element, reading: Reading, room: float, plan: Plan, columns: int
) -> tuple[tuple[Cell, ...], int]:
    """Return what lies in each column of the row of *element*, and how many slips of a cell are drawn.

    Args:
        element: a row of the method, or what it asks for beside the rows.
        reading: of the map.
        room: for one column of the row, in units.
        plan: how full the picture may be.
        columns: over which what has no stages is spread.
    """
    cells: Iterable[Sequence[Entry]] = element.cells
    across = plan.across if element.by_stage else 1
    if not element.by_stage:
        entries = [entry for cell in element.cells for entry in cell]
        drawn = entries if plan.whole else entries[: _MOST * columns]
        over = entries[len(drawn) :]
        parts = [drawn[n::columns] for n in range(columns)]
        cells = [*parts[:-1], [*parts[-1], *over]]
    laid = tuple(_cell(cell, element, reading, room, plan, across) for cell in cells)
    deepest = max((len(cell.slips) for cell in laid), default=0)
    return laid, deepest if plan.whole else min(deepest, 1)


def _cell(
    entries: Sequence[Entry], element: Element, reading: Reading, room: float, plan: Plan, across: int
) -> Cell:
    # A few slips share the whole width.
    across = max(1, min(across, len(entries)))
    wide = room / across - GAP
    drawn = entries if plan.whole else entries[:_MOST]
    aside = _ASIDE if len(entries) > 1 and not plan.whole else 0
    return Cell(
        slips=tuple(slip(entry, element, reading, wide, plan.lines, aside) for entry in drawn),
        texts=tuple(named(entry.text) for entry in entries),
        across=across,
    )


def filled(rows: Sequence[Row], room: float) -> tuple[Row, ...]:
    """Return *rows* with as many slips a cell as *room* units hold, the rows that tell most filled first.

    A round gives each row one more slip a cell, where that fits.
    """
    shown = [row.shown for row in rows]
    left = room - sum(row.height(n) for row, n in zip(rows, shown, strict=True))
    order = sorted(range(len(rows)), key=lambda at: (_rank(rows[at].element), at))
    given = True
    while given:
        given = False
        for at in order:
            row, more = rows[at], shown[at] + 1
            cost = row.height(more) - row.height(shown[at])
            if shown[at] < max((len(cell.slips) for cell in row.cells), default=0) and cost <= left:
                shown[at], left, given = more, left - cost, True
    return tuple(Row(row.element, row.cells, row.named, n) for row, n in zip(rows, shown, strict=True))


def _rank(element: Element) -> int:
    return _FIRST.index(element.lane) if element.lane in _FIRST else len(_FIRST)
