"""The whole map as a picture: the stages across, the curve above, and the method's elements down."""

from collections.abc import Sequence
from math import log
from typing import Final

from journeyai.export import geometry
from journeyai.export.elements import Element, elements
from journeyai.export.geometry import Frame
from journeyai.export.pictures import look
from journeyai.export.pictures.drawing import Picture, clean, named
from journeyai.export.pictures.lettering import LEADING, wrapped
from journeyai.export.pictures.piles import Cell, Plan, Row, cells_of, filled
from journeyai.export.pictures.sheet import Sheet
from journeyai.export.pictures.slips import GAP
from journeyai.export.reading import Point, coverage_line, engine_line, scope_line, sources_line
from journeyai.knowledge.templates import Template
from journeyai.model.journey import JourneyMap

#: What the names of the rows stand in.
_NAMES: Final = 148
#: A stage's column is this wide at least.
_COLUMN: Final = 156
#: How wide slips on the wall can be.
_SLIPS: Final = (196, 240)
#: Columns of an element that has no stages are about so wide.
_BESIDE: Final = 390
_CURVE_HEIGHT: Final = 70
_PAD: Final = 5
#: Letters of the names of the rows.
_NAME: Final = 16
#: How high the foot is, at most.
_FOOT: Final = 24 + 4 * 14 * LEADING + 10
#: A slide is a third wider than high; no picture for it is higher, if that can be had.
_SLIDE: Final = 3 / 4
#: How much wider than high the picture for a wall is, if that can be had: paper of the A sizes, lying.
_WALL: Final = 1.41
#: Pictures for a slide, the first that has room for everything: how wide, and lines of a slip's title.  No letters are
#: smaller than 13.8 units, which are 11 pixels where 2,000 units are shown as 1,600 pixels.
_FOR_SLIDES: Final = ((look.WIDTH, 4), (1800, 4), (2000, 3), (2000, 2))
#: Slips beside each other in a cell on the wall, at most.
_ABREAST: Final = 8


def draw_grid(journey: JourneyMap, template: Template | None, *, whole: bool = False) -> Picture:
    """Return the picture of *journey* with what *template* asks for.

    Args:
        journey: the map.
        template: its method; None for a row a lane.
        whole: draw every entry, for a wall; else as many as a slide holds, and how many there are more.
    """
    stages = len(journey.stages)
    around = 2 * look.MARGIN + _NAMES
    if whole:
        sizes = [
            (n, max(look.WIDTH, around + stages * n * wide))
            for n in range(1, _ABREAST + 1)
            for wide in _SLIPS
        ]
        plans = [Plan(width, 10, across=n, whole=True) for n, width in sizes]
    else:
        least = around + stages * _COLUMN
        plans = [Plan(max(width, least), lines) for width, lines in _FOR_SLIDES]
    drawn: list[_GridPicture] = []
    for plan in plans:
        drawn.append(_GridPicture(journey, template, plan))
        if drawn[-1].is_whole and drawn[-1].fits and not whole:
            return drawn[-1].picture
    if whole:
        return min(drawn, key=lambda one: abs(log(one.picture.width / one.picture.height / _WALL))).picture
    # No plan has room for everything: the widest then, with long titles if they fit.
    return next((one for one in drawn[-2:] if one.fits), drawn[-1]).picture


def _rows(found: Sequence[Element]) -> list[Element]:
    """Return what belongs in a picture of the grid: the elements with a cell for each stage.

    Others tell the same cards once more, as a list to be worked through; those that do not, are kept.
    """
    shown = {id_ for element in found if element.by_stage for id_ in _cards(element)}
    return [element for element in found if element.by_stage or not _cards(element) <= shown]


def _cards(element: Element) -> set[str]:
    return {entry.card.id for cell in element.cells for entry in cell if entry.card}


class _GridPicture(Sheet):
    """The picture being drawn, from its head to its foot."""

    sizes = (34, 16, 14)
    top = 22

    def __init__(self, journey: JourneyMap, template: Template | None, plan: Plan) -> None:
        super().__init__(journey)
        self.plan = plan
        self.width = plan.width
        left = look.MARGIN + _NAMES
        self.frame = Frame(left, 0, self.width - left - look.MARGIN, _CURVE_HEIGHT, len(self.points))
        # What has no stages does not stand in their columns, to which it does not belong.
        self.beside = Frame(left, 0, self.frame.width, 0, max(2, round(self.frame.width / _BESIDE)))
        self.rows = tuple(map(self._row, _rows(elements(self.reading, template))))
        self.picture = self._draw()

    @property
    def is_whole(self) -> bool:
        """Whether every entry is drawn."""
        return not any(row.hidden for row in self.rows)

    @property
    def fits(self) -> bool:
        """Whether the picture is no higher than a slide as wide."""
        return self.picture.height <= self.width * _SLIDE

    def _row(self, element: Element) -> Row:
        frame = self.frame if element.by_stage else self.beside
        name = wrapped(_capital(element.name), _NAMES - 14, _NAME, 4, bold=True)
        named = len(name) * _NAME * LEADING
        if element.is_empty or not self.points:
            return Row(element, (), named, 0)
        cells, shown = cells_of(element, self.reading, frame.column, self.plan, frame.columns)
        return Row(element, cells, named, shown)

    def _draw(self) -> Picture:
        y = self._feelings(self._stages(self._head()))
        if not self.plan.whole:
            self.rows = filled(self.rows, self.width * _SLIDE - y - 2 * _PAD * len(self.rows) - _FOOT)
        for row in self.rows:
            y = self._across(row, y)
        height = self._foot(y)
        about = self.say.say(
            "grid_about",
            stages=self.words.count("stages", len(self.points)),
            rows=self.say.say("rows", n=len(self.rows)),
            lines=" ".join(self._told(row.element) for row in self.rows),
        )
        name = self.say.say("grid_title", title=self.title)
        return self.drawing.picture("grid", self.width, round(height), name, about, self.words.language)

    def _head(self) -> float:
        told = [
            self.journey.goal,
            scope_line(self.journey, self.words),
            sources_line(self.journey, self.words),
        ]
        return self.head(told, 2) - 8

    def _stages(self, y: float) -> float:
        """Draw the stages as a chain of arrows; return where it ends."""
        frame, point = self.frame, 12.0
        names = [named(stage.name) or stage.id for stage in self.reading.stages]
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

    def _row_name(self, name: str, y: float) -> None:
        lines = wrapped(_capital(name), _NAMES - 14, _NAME, 4, bold=True)
        self.drawing.text(look.MARGIN, y + _NAME, lines, _NAME, font_weight="bold", fill=look.INK)

    def _across(self, row: Row, y: float) -> float:
        """Draw one row, a pile of slips in each column; return where it ends."""
        self.rule(y)
        y += _PAD
        self._row_name(row.element.name, y)
        if not row.cells:
            text = self.words.phrase("no_evidence")
            self.drawing.text(self.frame.left + 6, y + 16, text, 15, fill=look.SOFT)
        frame = self.frame if row.element.by_stage else self.beside
        for number, cell in enumerate(row.cells):
            self._pile(cell, row, frame.edge(number) + GAP / 2, y, frame.column)
        return y + row.height(row.shown) + _PAD

    def _pile(self, cell: Cell, row: Row, x: float, y: float, room: float) -> None:
        if not cell.texts and row.element.by_stage:
            self.drawing.text(x + 2, y + 16, self.say.say("nothing"), 14, fill=look.SOFT)
        left, top = x, y
        for one, (column, down) in zip(cell.slips, cell.places(row.shown), strict=False):
            left, top = x + column * room / cell.across, y + down
            one.draw(self.drawing, left, top)
        if texts := cell.more(row.shown):
            self.drawing.begin(" · ".join(texts))
            cell.slips[row.shown - 1].count(self.drawing, left, top, self.say.say("more", n=len(texts)))
            self.drawing.end()

    def _foot(self, y: float) -> float:
        self.rule(y)
        keys = [
            self.words.phrase("moment_of_truth"),
            *(self.say.say(key) for key in ("key_assumption", "key_unsure", "key_nothing")),
        ]
        hidden = sum(row.hidden for row in self.rows)
        keys += [self.say.say("key_more", n=hidden)] if hidden else []
        y += 24
        self.drawing.shape(look.star_at((look.MARGIN + 7, y - 5), 15), fill=look.STAR)
        key = wrapped(" · ".join(keys), self.room - 20, 14, 2)
        y += self.drawing.text(look.MARGIN + 20, y, key, 14, fill=look.SOFT)
        told = [coverage_line(self.journey, self.words), engine_line(self.journey, self.words)]
        return self.foot(y, told) + 10

    def _told(self, element: Element) -> str:
        count = sum(map(len, element.cells))
        titles = "; ".join(named(entry.text) for cell in element.cells for entry in cell[:1])
        return f"{element.name} ({count}): {titles or self.words.phrase('no_evidence')}."


def _capital(name: str) -> str:
    shown = clean(name)
    return shown[:1].upper() + shown[1:]
