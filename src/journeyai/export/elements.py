"""What a method asks for, filled from the map: its rows across the stages, and the parts beside them."""

from dataclasses import dataclass

from journeyai.export.reading import READING_ORDER, Reading
from journeyai.knowledge.templates import Template
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


def elements(reading: Reading, template: Template | None) -> tuple[Element, ...]:
    """Return what *template* asks for, in its order, filled from *reading*; then lanes with cards it does not ask for.

    Without a template every lane that holds a card is a row, in reading order.
    """
    lanes = template.lanes if template else reading.lanes
    found = [_row(reading, lane, asked=True) for lane in lanes]
    return (*found, *(_row(reading, lane, asked=False) for lane in READING_ORDER if _more(reading, lane, lanes)))


def _more(reading: Reading, lane: Lane, lanes: tuple[Lane, ...]) -> bool:
    return lane not in lanes and lane in reading.lanes


def _row(reading: Reading, lane: Lane, *, asked: bool) -> Element:
    cells = tuple(
        tuple(Entry(card.title, card, note=reading.backing(card)) for card in reading.at(stage, lane))
        for stage in reading.stages
    )
    return Element(lane, reading.words.lane(lane), "", lane, by_stage=True, cells=cells, asked=asked)
