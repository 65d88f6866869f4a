"""What an element of a method is once it is filled."""

from dataclasses import dataclass

from journeyai.model.journey import Card, Evidence
from journeyai.model.vocabulary import Lane


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that an element holds.

    Attributes:
        text: in plain words, not escaped: a card's title, a quote, a figure.
        card: the card it is, if it is one.
        quotes: what proves it, the best one first; a card's own quotes are not repeated here.
        note: who stands behind it, or another remark; empty if there is none.
    """

    text: str
    card: Card | None = None
    quotes: tuple[Evidence, ...] = ()
    note: str = ""

    @property
    def is_quote(self) -> bool:
        """Whether the text is word for word what the first quote says, and belongs between quotation marks."""
        return self.card is None and bool(self.quotes) and _words(self.text) == _words(self.quotes[0].quote)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a method asks for.

    Attributes:
        id: as in the template.
        name: in the map's language, as the method calls it.
        about: what it is, one sentence; may be empty.
        lane: the lane that fills it, for a row of the grid; None for every other element.
        by_stage: whether there is a cell for each stage, in the stages' order; else there is one cell.
        cells: what was found; an empty cell means that there is no evidence.
        asked: whether the method asks for it; False for cards in a lane it does not ask for, which are shown all the
            same: nothing on a map is hidden.
    """

    id: str
    name: str
    about: str
    lane: Lane | None
    by_stage: bool
    cells: tuple[tuple[Entry, ...], ...]
    asked: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether there is no evidence for it at all."""
        return not any(self.cells)


#: What fills an element: one cell a stage, or a single one.
Cells = tuple[tuple[Entry, ...], ...]


def _words(text: str) -> str:
    return " ".join(text.split())
