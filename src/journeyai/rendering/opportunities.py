"""The opportunities of a map as a table: priority, title, stage, people, grades, owner, progress.

A column in which nothing stands is left out; where the columns do not fit, each opportunity has lines of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card
from journeyai.model.vocabulary import CRITERIA
from journeyai.rendering.console import safe
from journeyai.rendering.layout import GLUE, Lines, beside, heading, joined, longest_word, wrap

#: The narrowest column of titles in which they can be read.
_TITLE_CELLS: Final = 24
#: Wider than this, the eye loses the line.
_WIDEST_TITLE: Final = 64
#: The widest columns of stages and owners; longer names are set in lines.
_NAME_CELLS: Final = 18
#: Between columns: as wide as there is room for.
_GAPS: Final = (2, 1)
_NO_SIGNS: Final[Mapping[str, str]] = {}


def opportunity_section(reading: Reading, width: int, *, ids: bool = False) -> Lines:
    """Return the opportunities under their heading; no lines without any.

    Args:
        reading: of the map.
        width: cells.
        ids: whether each is called by its id, too.
    """
    cards = reading.opportunities()
    if not cards:
        return []
    is_graded = any(card.judged for card in cards)
    key = talk("opportunities", reading.journey.language).say("key") if is_graded else ""
    title = Text(reading.words.phrase("opportunities"))
    return [
        *heading(title, width, Text(key, style="dim")),
        Text(),
        *opportunity_lines(reading, cards, width, ids=ids),
    ]


def opportunity_lines(
    reading: Reading,
    cards: Sequence[Card],
    width: int,
    *,
    ids: bool = False,
    signs: Mapping[str, str] = _NO_SIGNS,
) -> Lines:
    """Return *cards* as a table, no line wider than *width* cells.

    Args:
        reading: of the map they are on.
        cards: in the order in which they are shown.
        width: cells.
        ids: whether each is called by its id, too.
        signs: id \u2192 what stands before its title.
    """
    table = _Table(reading, cards, ids, signs)
    columns = table.columns()
    for gap in _GAPS:
        if (widths := _widths(columns, width, gap)) is not None:
            return _laid(columns, widths, gap)
    return table.listed(width)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table.

    Attributes:
        name: its heading.
        cells: what stands in it, a text a row.
        most: cells it takes at most; 0 for what the others leave.
    """

    name: str
    cells: Sequence[Text]
    most: int


@dataclass(frozen=True, slots=True)
class _Table:
    """Opportunities to be laid out; the attributes are the arguments of `opportunity_lines`."""

    reading: Reading
    cards: Sequence[Card]
    ids: bool
    signs: Mapping[str, str]

    def columns(self) -> list[_Column]:
        """Return the columns in which anything stands."""
        say, words = talk("opportunities", self.reading.journey.language).say, self.reading.words
        found = [
            _Column(say("number"), [Text(number) for number in self._numbers()], _NAME_CELLS),
            _Column(say("what"), [self._title(card) for card in self.cards], 0),
            _Column(say("stage"), [safe(self._stage(card)) for card in self.cards], _NAME_CELLS),
            _Column(say("people"), [Text(str(card.people or "")) for card in self.cards], _NAME_CELLS),
        ]
        for name in CRITERIA:
            grades = [
                words.grade(getattr(card.judged, name)) if card.judged is not None else ""
                for card in self.cards
            ]
            found.append(_Column(words.criterion(name), [Text(grade) for grade in grades], _NAME_CELLS))
        found.append(_Column(say("owner"), [safe(card.owner or "") for card in self.cards], _NAME_CELLS))
        progress = [words.progress(card.progress) if card.progress else "" for card in self.cards]
        found.append(_Column(say("progress"), [Text(told) for told in progress], _NAME_CELLS))
        return [column for column in found if any(column.cells)]

    def listed(self, width: int) -> Lines:
        """Return each opportunity in lines of its own."""
        lines: Lines = []
        for number, card in zip(self._numbers(), self.cards, strict=True):
            title = Text(f"{number:>2}{GLUE}{GLUE}").append_text(self._title(card, "bold"))
            about = joined(
                [
                    safe(self._stage(card)),
                    self.reading.backing(card),
                    # The number in front is the priority.
                    *(f"{name}: {grade}" for name, grade in self._grades(card)),
                    safe(self.reading.words.phrase("owner", name=card.owner)) if card.owner else "",
                    self.reading.progress(card),
                ]
            )
            about.stylize("dim")
            lines += [*wrap(title, width, "", "    "), *wrap(about, width, "    ")]
        return lines

    def _numbers(self) -> list[str]:
        """Return the priority of each; where nobody has graded any, just its place."""
        if not any(card.judged for card in self.cards):
            return [str(number) for number, _ in enumerate(self.cards, 1)]
        return [str(card.judged.priority) if card.judged else "\u2013" for card in self.cards]

    def _title(self, card: Card, style: str = "") -> Text:
        text = Text()
        if sign := self.signs.get(card.id):
            text.append(f"{sign}{GLUE}")
        if self.ids:
            text.append(f"{card.id}{GLUE}", style="cyan")
        return text.append_text(safe(card.title, style))

    def _stage(self, card: Card) -> str:
        stage = self.reading.stage(card.stage)
        return stage.name if stage else ""

    def _grades(self, card: Card) -> list[tuple[str, str]]:
        if card.judged is None:
            return []
        words = self.reading.words
        return [(words.criterion(name), words.grade(getattr(card.judged, name))) for name in CRITERIA]


def _widths(columns: Sequence[_Column], width: int, gap: int) -> list[int] | None:
    """Return a width for each column; None where the titles would be left too little."""
    widths = [
        0
        if not column.most
        else max(longest_word(column.name), min(column.most, max(map(_cells, column.cells))))
        for column in columns
    ]
    left = width - sum(widths) - gap * (len(columns) - 1)
    if left < _TITLE_CELLS:
        return None
    left = min(left, _WIDEST_TITLE)
    return [left if not column.most else cells for column, cells in zip(columns, widths, strict=True)]


def _cells(text: Text) -> int:
    return cell_len(text.plain)


def _laid(columns: Sequence[_Column], widths: Sequence[int], gap: int) -> Lines:
    heads = [
        wrap(Text(column.name, style="dim"), cells) for column, cells in zip(columns, widths, strict=True)
    ]
    lines = beside(heads, widths, gap)
    for row in range(len(columns[0].cells)):
        cells = [
            wrap(column.cells[row], cells, "", "" if column.most else "  ")
            for column, cells in zip(columns, widths, strict=True)
        ]
        lines += beside(cells, widths, gap)
    return lines
