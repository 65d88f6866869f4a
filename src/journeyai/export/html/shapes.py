"""The parts of the page as the templates see them: plain values, text visible and cut to size, nothing escaped yet."""

from dataclasses import dataclass
from typing import Final

from journeyai.export.html.curve import Line

#: Cards of a cell that are shown before "more" is chosen.
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Tag:
    """A short remark on a card: `kind` is its class, `text` what it says, `about` the long form."""

    kind: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A card, or another entry of an element, as it lies on the map.

    Attributes:
        card: its id; empty for an entry that is no card.
        entry: number of an entry that is no card but has quotes, else None.
        classes: how it looks: feeling, assumption.
        place: whether it is beyond what a cell shows (`s`) or prints (`p`).
        by: who stands behind it.
        strength: 0 … 4.
        letters: the personas it belongs to.
        glimpse: its leading quote, cut.
        language: of that quote, for `lang`; empty where it is the page's own.
    """

    title: str
    classes: str = ""
    place: str = ""
    card: str = ""
    entry: int | None = None
    by: str = ""
    strength: int = 0
    tags: tuple[Tag, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    glimpse: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What an element holds at one stage, or as a whole."""

    slips: tuple[Slip, ...]
    printed: int

    @property
    def beyond(self) -> int:
        """Slips that show only after "more"."""
        return max(0, len(self.slips) - SHOWN)

    @property
    def beyond_print(self) -> int:
        """Slips that do not go on paper."""
        return max(0, len(self.slips) - self.printed)


@dataclass(frozen=True, slots=True)
class Row:
    """An element: its name, what it is, and its cells."""

    id: str
    name: str
    about: str
    tone: str
    asked: bool
    is_empty: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A stage: its heading and how it feels."""

    number: int
    id: str
    name: str
    summary: str
    moment: bool
    feeling: str
    mood: str
    people: str
    emotions: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A curve with whose it is."""

    id: str
    name: str
    letter: str
    line: Line
    values: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A persona as a card."""

    id: str
    letter: str
    name: str
    about: str
    confirmed: bool
    summary: str
    traits: tuple[tuple[str, tuple[str, ...]], ...]
    empathy: tuple[tuple[str, str, tuple[str, ...]], ...]
    quote: str
    said_by: str
    language: str
