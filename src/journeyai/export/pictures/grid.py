"""The whole map as a picture: the stages across, the curve above, and the method's elements down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.export import geometry
from journeyai.export.elements import Element, Entry, elements
from journeyai.export.geometry import Frame
from journeyai.export.pictures import look
from journeyai.export.pictures.drawing import Drawing, Picture, clean
from journeyai.export.pictures.lettering import LEADING, wrapped
from journeyai.export.pictures.slips import GAP, Slip, slip
from journeyai.export.reading import Point, Reading, coverage_line, engine_line, scope_line, sources_line
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import Template
from journeyai.model.journey import JourneyMap

#: What the names of the rows stand in.
_NAMES: Final = 148
#: A stage's column is this wide at least.
_COLUMN: Final = 186
#: Entries shown of a cell.
_SHOWN: Final = 2
#: Columns of an element that has no stages.
_ACROSS: Final = 4
#: Of a title where it is only named, at most.
_TITLE_CHARS: Final = 200
_CURVE_HEIGHT: Final = 92
_PAD: Final = 8


@dataclass(frozen=True, slots=True)
class _Pile:
    """Slips that lie in one column of a row, and what is not shown of the cell they are of."""

    slips: Sequence[Slip]
    more: Sequence[str] = ()

    @property
    def height(self) -> float:
        return sum(one.height + GAP for one in self.slips) + (20 if self.more else 0)


def draw_grid(journey: JourneyMap, template: Template | None) -> Picture:
    """Return the picture of *journey* with what *template* asks for."""
    return _GridPicture(journey, template).draw()


def _rows(found: Sequence[Element]) -> list[Element]:
    """Return what belongs in a picture of the grid: the elements with a cell for each stage.

    Others tell the same cards once more, as a list to be worked through; those that do not, are kept.
    """
    shown = {id_ for element in found if element.by_stage for id_ in _cards(element)}
    return [element for element in found if element.by_stage or not _cards(element) <= shown]


def _cards(element: Element) -> set[str]:
    return {entry.card.id for cell in element.cells for entry in cell if entry.card}


class _GridPicture:
    """The picture being drawn, from its head to its foot."""

    def __init__(self, journey: JourneyMap, template: Template | None) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("pictures", journey.language)
        self.drawing = Drawing()
        self.points = self.reading.curve()
        self.elements = _rows(elements(self.reading, template))
        self.width = max(look.WIDTH, 2 * look.MARGIN + _NAMES + len(self.points) * _COLUMN)
        left = look.MARGIN + _NAMES
        self.frame = Frame(left, 0, self.width - left - look.MARGIN, _CURVE_HEIGHT, len(self.points))

    def draw(self) -> Picture:
        """Draw everything, and return it."""
        y = self._feelings(self._stages(self._head()))
        for element in self.elements:
            y = self._element(element, y)
        height = self._foot(y)
        title = clean(self.journey.title) or self.words.phrase("untitled")
        about = self.say.say(
            "grid_about",
            stages=self.words.count("stages", len(self.points)),
            rows=self.say.say("rows", n=len(self.elements)),
            lines=" ".join(map(self._told, self.elements)),
        )
        name = self.say.say("grid_title", title=title)
        return self.drawing.picture("grid", self.width, round(height), name, about, self.words.language)

    def _head(self) -> float:
        room = self.width - 2 * look.MARGIN
        title = clean(self.journey.title) or self.words.phrase("untitled")
        y = look.MARGIN + 30.0
        lines = wrapped(title, room, 36, 2, bold=True)
        y += self.drawing.text(look.MARGIN, y, lines, 36, font_weight="bold", fill=look.INK)
        told = [
            self.journey.goal,
            scope_line(self.journey, self.words),
            sources_line(self.journey, self.words),
        ]
        for text in filter(None, map(clean, told)):
            y += self.drawing.text(look.MARGIN, y, wrapped(text, room, 18, 2), 18, fill=look.SOFT)
        return y + 2

    def _stages(self, y: float) -> float:
        """Draw the stages as a chain of arrows; return where it ends."""
        frame, point = self.frame, 12.0
        names = [clean(stage.name) or stage.id for stage in self.reading.stages]
        rooms = [frame.column - (70 if stage.moment_of_truth else 44) for stage in self.reading.stages]
        lines = [wrapped(name, room, 17, 3, bold=True) for name, room in zip(names, rooms, strict=True)]
        high = max([len(one) for one in lines], default=0) * 17 * LEADING + 22
        for number, (stage, written) in enumerate(zip(self.reading.stages, lines, strict=True)):
            left, right, middle = frame.edge(number) + 2, frame.edge(number + 1) - 2, y + high / 2
            corners = [
                (left, y),
                (right - point, y),
                (right + 2, middle),
                (right - point, y + high),
                (left, y + high),
            ]
            if number:
                corners.append((left + point, middle))
            self.drawing.begin(
                f"{names[number]} · {self.words.phrase('moment_of_truth')}" if stage.moment_of_truth else ""
            )
            self.drawing.shape(corners, fill=look.INK, stroke=look.INK, stroke_linejoin="round")
            if stage.moment_of_truth:
                self.drawing.shape(look.star_at((left + 22, middle), 17), fill=look.STAR_WASH)
            top = middle - len(written) * 17 * LEADING / 2 + 17
            across = (left + right) / 2 + (14 if stage.moment_of_truth else 8 if number else 0)
            self.drawing.text(
                across, top, written, 17, font_weight="bold", fill=look.WHITE, text_anchor="middle"
            )
            self.drawing.end()
        return y + high

    def _feelings(self, y: float) -> float:
        """Draw the curve of everyone over the columns; return where it ends."""
        frame = self.frame = Frame(self.frame.left, y + 34, self.frame.width, _CURVE_HEIGHT, len(self.points))
        self._row_name(self.words.phrase("curve"), frame.top + frame.height / 2 - 10)
        zero = frame.level(0)
        self.drawing.line(
            (frame.left, zero), (frame.left + frame.width, zero), stroke=look.LINE, stroke_width=1.5
        )
        valences = [point.valence for point in self.points]
        found = geometry.places(valences, frame)
        for run in geometry.runs(found):
            self.drawing.path(
                geometry.smooth(run), fill="none", stroke=look.INK, stroke_width=4, stroke_linecap="round"
            )
        for number, (place, point) in enumerate(zip(found, self.points, strict=True)):
            if place is None:
                at = (frame.centre(number), zero + 5)
                lines = wrapped(self.reading.gap(point), frame.column - 20, 14, 1)
                self.drawing.text(*at, lines, 14, fill=look.SOFT, text_anchor="middle", **look.HALO)
            else:
                self._feeling(place, point, lower=geometry.is_low(valences, number))
        return frame.top + frame.height + 38

    def _feeling(self, place: geometry.Place, point: Point, *, lower: bool) -> None:
        x, y = place
        self.drawing.rect(x - 7, y - 7, 14, 14, rx=7, fill=look.WHITE, stroke=look.INK, stroke_width=3.5)
        at = y + (26 if lower else -14)
        told = self.words.signed(point.valence or 0)
        people = f" · {self.words.count('people', point.people)}" if point.people else ""
        self.drawing.text(x, at, f"{told}{people}", 14, fill=look.INK, text_anchor="middle", **look.HALO)

    def _row_name(self, name: str, y: float) -> float:
        capital = name[:1].upper() + name[1:]
        lines = wrapped(clean(capital), _NAMES - 14, 16, 4, bold=True)
        return self.drawing.text(look.MARGIN, y + 16, lines, 16, font_weight="bold", fill=look.INK)

    def _element(self, element: Element, y: float) -> float:
        """Draw one row; return where it ends."""
        self.drawing.line((look.MARGIN, y), (self.width - look.MARGIN, y), stroke=look.LINE)
        y += _PAD
        named = self._row_name(element.name, y)
        if element.is_empty or not self.points:
            text = self.words.phrase("no_evidence")
            self.drawing.text(self.frame.left + 6, y + 16, text, 15, fill=look.SOFT)
            return y + max(named, 20) + _PAD
        if element.by_stage:
            return self._across(element.cells, self.frame, element, y, named)
        # Not in the stages' columns, to which it does not belong.
        wide = Frame(self.frame.left, 0, self.frame.width, 0, _ACROSS)
        entries = [entry for cell in element.cells for entry in cell]
        shown, over = entries[: _SHOWN * _ACROSS], entries[_SHOWN * _ACROSS :]
        cells = [tuple(shown[n::_ACROSS]) for n in range(_ACROSS)]
        return self._across([*cells[:-1], (*cells[-1], *over)], wide, element, y, named)

    def _across(
        self, cells: Sequence[tuple[Entry, ...]], frame: Frame, element: Element, y: float, named: float
    ) -> float:
        """Lay out a pile of slips in each column of *frame*; return where the row ends."""
        room = frame.column - 8
        piles = [
            _Pile(
                [slip(entry, element, self.reading, room) for entry in cell[:_SHOWN]],
                [clean(entry.text)[:_TITLE_CHARS] for entry in cell[_SHOWN:]],
            )
            for cell in cells
        ]
        for number, pile in enumerate(piles):
            self._pile(pile, frame.edge(number) + 4, y, is_told=element.by_stage)
        return y + max([named, *(pile.height for pile in piles)]) + _PAD

    def _pile(self, pile: _Pile, x: float, y: float, *, is_told: bool) -> None:
        if not pile.slips and is_told:
            self.drawing.text(x + 2, y + 16, self.say.say("nothing"), 14, fill=look.SOFT)
        for one in pile.slips:
            one.draw(self.drawing, x, y)
            y += one.height + GAP
        if pile.more:
            self.drawing.begin(" · ".join(pile.more))
            more = self.say.say("more", n=len(pile.more))
            self.drawing.text(x + 2, y + 13, more, 14, fill=look.SOFT, font_weight="bold")
            self.drawing.end()

    def _foot(self, y: float) -> float:
        room = self.width - 2 * look.MARGIN
        self.drawing.line((look.MARGIN, y), (self.width - look.MARGIN, y), stroke=look.LINE)
        keys = [
            self.words.phrase("moment_of_truth"),
            *(self.say.say(key) for key in ("key_assumption", "key_unsure", "key_nothing", "key_more")),
        ]
        told = [coverage_line(self.journey, self.words), engine_line(self.journey, self.words)]
        y += 24
        self.drawing.shape(look.star_at((look.MARGIN + 7, y - 5), 15), fill=look.STAR)
        y += self.drawing.text(
            look.MARGIN + 20, y, wrapped(" · ".join(keys), room - 20, 14, 2), 14, fill=look.SOFT
        )
        foot = wrapped(" · ".join(map(clean, told)), room, 14, 2)
        y += self.drawing.text(look.MARGIN, y, foot, 14, fill=look.SOFT)
        return y + 20

    def _told(self, element: Element) -> str:
        count = sum(map(len, element.cells))
        titles = "; ".join(clean(entry.text)[:_TITLE_CHARS] for cell in element.cells for entry in cell[:1])
        return f"{element.name} ({count}): {titles or self.words.phrase('no_evidence')}."
