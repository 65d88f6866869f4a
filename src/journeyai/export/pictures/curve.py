"""The emotion curve as a picture: everyone's, and each persona's beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.export import geometry
from journeyai.export.geometry import Frame, Place
from journeyai.export.pictures import look
from journeyai.export.pictures.drawing import Picture, named
from journeyai.export.pictures.lettering import LEADING, width, wrapped
from journeyai.export.pictures.sheet import Sheet
from journeyai.export.reading import Point, Reading, engine_line, sources_line
from journeyai.model.journey import JourneyMap

_LEFT: Final = 150
_PLOT_HEIGHT: Final = 440
#: A stage's column is this wide at least.
_COLUMN: Final = 136
#: Between the marks of two personas on the same stage, and at most between the first and the last of them.
_SHIFT, _MOST_SHIFT = 9.0, 45.0
#: Half as wide and as high as a figure on the curve and a mark beside it take.
_LABEL: Final = (38, 19)


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """One line of the picture."""

    name: str
    people: int
    points: Sequence[Point]
    pen: look.Pen | None

    @property
    def valences(self) -> list[float | None]:
        return [point.valence for point in self.points]


def draw_curve(journey: JourneyMap) -> Picture:
    """Return the picture of how each stage of *journey* feels."""
    return _CurvePicture(journey).draw()


class _CurvePicture(Sheet):
    """The picture being drawn, from its head to its foot."""

    sizes = (36, 20, 15)
    top = look.MARGIN

    def __init__(self, journey: JourneyMap) -> None:
        super().__init__(journey)
        self.curves = self._curves()
        self.places: dict[_Curve, tuple[Place | None, ...]] = {}
        room = len(self.points) * _COLUMN + _LEFT + look.MARGIN
        self.width = max(look.WIDTH, room)
        self.frame = Frame(_LEFT, 0, self.width - _LEFT - look.MARGIN, _PLOT_HEIGHT, len(self.points))

    def _curves(self) -> list[_Curve]:
        everyone = {
            (item.source, item.speaker or item.record)
            for item in self.journey.evidence
            if item.role == "customer"
        }
        found = [_Curve(self.words.phrase("curve_all"), len(everyone), self.points, None)]
        for number, persona in enumerate(self.journey.personas):
            points = Reading(self.journey, persona).curve()
            name = named(persona.name) or persona.id
            found.append(_Curve(name, len(persona.members), points, look.pen(number)))
        return found

    def draw(self) -> Picture:
        """Draw everything, and return it."""
        y = self._legend(self._head())
        self.frame = Frame(self.frame.left, y + 84, self.frame.width, _PLOT_HEIGHT, len(self.points))
        self._ground()
        self.places = self._placed()
        self._lines()
        height = self._foot(self._axis())
        return self.drawing.picture(
            "curve",
            self.width,
            round(height),
            self.say.say("curve_title", title=self.title),
            self.say.say("curve_about", lines=" ".join(map(self._told, self.curves))),
            self.words.language,
        )

    def _head(self) -> float:
        return self.head([f"{self.words.phrase('curve')}: {self.words.phrase('curve_key')}"], 1)

    def _legend(self, y: float) -> float:
        """Write which line is whose, as many on a row as there is room for; return where the rows end."""
        x, y, size = float(look.MARGIN), y + 14.0, 19.0
        for curve in self.curves:
            people = self.words.count("people", curve.people)
            name = wrapped(curve.name, 420, size, 1, bold=curve.pen is None)[0]
            after = 62 + width(name, size, bold=curve.pen is None) + 9
            wide = after + width(people, size) + 34
            if x > look.MARGIN and x + wide > self.width - look.MARGIN:
                x, y = float(look.MARGIN), y + 34.0
            self._sample(curve, x, y - 6)
            weight = "bold" if curve.pen is None else None
            self.drawing.text(x + 62, y, name, size, fill=look.INK, font_weight=weight)
            self.drawing.text(x + after, y, people, size, fill=look.SOFT)
            x += wide
        return y + 16

    def _sample(self, curve: _Curve, x: float, y: float) -> None:
        if curve.pen is None:
            self.drawing.line((x, y), (x + 50, y), stroke=look.INK, stroke_width=5, stroke_linecap="round")
            self._dot(x + 25, y, 8)
            return
        pen = curve.pen
        self.drawing.line((x, y), (x + 50, y), stroke=pen.colour, stroke_width=3, stroke_dasharray=pen.dashes)
        self.drawing.shape(look.mark_at((x + 25, y), pen.mark, 14), fill=pen.colour)

    def _ground(self) -> None:
        frame, drawing = self.frame, self.drawing
        half = frame.height / 2
        for number, stage in enumerate(self.reading.stages):
            if stage.moment_of_truth:
                box = (frame.edge(number) + 4, frame.top - 70, frame.column - 8, frame.height + 84)
                drawing.rect(*box, rx=10, fill=look.STAR_WASH)
                self._moment(number)
        drawing.text(
            frame.left - 58,
            frame.level(1) + 6,
            self.words.phrase("good"),
            18,
            fill=look.SOFT,
            text_anchor="end",
        )
        drawing.text(
            frame.left - 58,
            frame.level(-1) + 6,
            self.words.phrase("bad"),
            18,
            fill=look.SOFT,
            text_anchor="end",
        )
        for level in (2, 1, 0, -1, -2):
            y = frame.top + (2 - level) * half / 2
            look_of_line = {
                "stroke": look.SOFT if level == 0 else look.LINE,
                "stroke_width": 2 if level == 0 else 1.2,
            }
            drawing.line((frame.left - 8, y), (frame.left + frame.width, y), **look_of_line)
            sign = "+" if level > 0 else "−" if level < 0 else ""
            drawing.text(frame.left - 18, y + 6, f"{sign}{abs(level)}", 18, fill=look.SOFT, text_anchor="end")

    def _moment(self, number: int) -> None:
        x, y = self.frame.centre(number), self.frame.top - 48
        words = wrapped(self.words.phrase("moment_of_truth"), self.frame.column - 44, 15, 2, bold=True)
        wide = max(width(line, 15, bold=True) for line in words)
        self.drawing.shape(look.star_at((x - wide / 2 - 4, y - 2), 19), fill=look.STAR)
        top = y + 4 - (len(words) - 1) * 15 * LEADING / 2
        self.drawing.text(x + 11, top, words, 15, fill=look.STAR, font_weight="bold", text_anchor="middle")

    def _lines(self) -> None:
        """Draw the lines of the personas, everyone's over them, then the marks over all lines."""
        for curve, found in self.places.items():
            for run in geometry.runs(found):
                path = geometry.smooth(run)
                if curve.pen is None:
                    self.drawing.path(
                        path, fill="none", stroke=look.WHITE, stroke_width=10, stroke_linecap="round"
                    )
                    self.drawing.path(
                        path, fill="none", stroke=look.INK, stroke_width=5.5, stroke_linecap="round"
                    )
                else:
                    pen = {"stroke": curve.pen.colour, "stroke_dasharray": curve.pen.dashes}
                    self.drawing.path(path, fill="none", stroke_width=2.6, **pen)
        for curve, found in self.places.items():
            for number, (place, point) in enumerate(zip(found, curve.points, strict=True)):
                if place is None:
                    if curve.pen is None:
                        self._gap(number, point)
                    continue
                self.drawing.begin(f"{curve.name} · {self._at(point)}")
                if curve.pen is None:
                    self._feeling(number, place, curve)
                else:
                    corners = look.mark_at(place, curve.pen.mark, 15)
                    edge = {"stroke": look.WHITE, "stroke_width": 2, "paint_order": "stroke"}
                    self.drawing.shape(corners, fill=curve.pen.colour, **edge)
                self.drawing.end()

    def _placed(self) -> dict[_Curve, tuple[Place | None, ...]]:
        """Return where each curve runs, everyone's last; personas' marks stand to its left and right."""
        among = max(len(self.curves) - 1, 1)
        step = min(_SHIFT, _MOST_SHIFT / among)
        found: dict[_Curve, tuple[Place | None, ...]] = {}
        for number, curve in enumerate(self.curves[1:]):
            shift = (number - (among - 1) / 2) * step
            shift += 14 if shift >= 0 else -14
            found[curve] = geometry.places(curve.valences, self.frame, shift)
        found[self.curves[0]] = geometry.places(self.curves[0].valences, self.frame)
        return found

    def _feeling(self, number: int, place: Place, everyone: _Curve) -> None:
        """Draw everyone's dot, and its figure above or below."""
        x, y = place
        self._dot(x, y, 10)
        value = self.words.signed(everyone.points[number].valence or 0)
        lower = self._is_below(place, prefer=geometry.is_low(everyone.valences, number))
        weight = {"font_weight": "bold", "text_anchor": "middle"}
        self.drawing.text(x, y + (38 if lower else -20), value, 22, fill=look.INK, **weight, **look.HALO)

    def _is_below(self, place: Place, *, prefer: bool) -> bool:
        """Whether the figure of a dot at *place* stands under it: where it hides fewer marks, else as preferred."""
        marks = [
            mark for curve, found in self.places.items() if curve.pen is not None for mark in found if mark
        ]
        hidden = {
            lower: sum(
                abs(x - place[0]) < _LABEL[0] and abs(y - place[1] - (30 if lower else -28)) < _LABEL[1]
                for x, y in marks
            )
            for lower in (True, False)
        }
        return prefer if hidden[True] == hidden[False] else hidden[True] < hidden[False]

    def _dot(self, x: float, y: float, radius: float) -> None:
        box = (x - radius, y - radius, 2 * radius, 2 * radius)
        self.drawing.rect(*box, rx=radius, fill=look.WHITE, stroke=look.INK, stroke_width=4.5)

    def _gap(self, number: int, point: Point) -> None:
        """Say why there is no line here."""
        frame = self.frame
        lines = wrapped(self.reading.gap(point), frame.column - 44, 16, 3)
        high = len(lines) * 16 * LEADING
        top = frame.level(0) - high / 2
        box = (frame.edge(number) + 12, top - 12, frame.column - 24, high + 22)
        self.drawing.rect(
            *box, rx=8, fill=look.WHITE, stroke=look.SOFT, stroke_dasharray="5 5", stroke_width=1.4
        )
        self.drawing.text(frame.centre(number), top + 14, lines, 16, fill=look.SOFT, text_anchor="middle")

    def _axis(self) -> float:
        """Write the stages under their columns; return where the longest of them ends."""
        frame = self.frame
        top = frame.top + frame.height + 66
        ends = [top]
        for number, point in enumerate(self.points):
            x, room = frame.centre(number), frame.column - 14
            name = named(point.stage.name) or point.stage.id
            lines = wrapped(name, room, 21, 3, bold=True)
            y = top + self.drawing.text(
                x, top, lines, 21, font_weight="bold", fill=look.INK, text_anchor="middle"
            )
            for told in self._under(point):
                y += self.drawing.text(
                    x, y, wrapped(told, room, 16, 2), 16, fill=look.SOFT, text_anchor="middle"
                )
            ends.append(y)
        return max(ends)

    def _under(self, point: Point) -> list[str]:
        found = [self.words.count("people", point.people)] if point.people else []
        felt = sorted(point.stage.emotions.items(), key=lambda item: (-item[1], item[0]))
        names = [self.words.emotion(name) for name, _ in felt if name != "neutral"]
        return [*found, *names[:1]]

    def _foot(self, y: float) -> float:
        self.rule(y + 8)
        told = [sources_line(self.journey, self.words), engine_line(self.journey, self.words)]
        return self.foot(y + 30, told) + 14

    def _at(self, point: Point) -> str:
        feeling = self.reading.gap(point) if point.valence is None else self.words.signed(point.valence)
        people = f" ({self.words.count('people', point.people)})" if point.people else ""
        return f"{named(point.stage.name) or point.stage.id}: {feeling}{people}"

    def _told(self, curve: _Curve) -> str:
        people = self.words.count("people", curve.people)
        return f"{curve.name} ({people}): {'; '.join(map(self._at, curve.points))}."
