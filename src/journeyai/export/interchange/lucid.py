"""The map as a board that can be edited in Lucidchart and Lucidspark (Lucid Standard Import, `.lucid`).

A zip archive with `document.json`.  Lucid takes a document of one megabyte at most (newer pages of its manual say two),
so a board that would be larger is drawn with less on it, and says in words what it leaves out.
Text on a shape is HTML to Lucid: everything is escaped.  Whether a note is, is not documented: it has no angle
brackets, so that it is the same words either way, and neither markup nor `&lt;`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any, Final

from journeyai.export.elements import Element, Entry, elements
from journeyai.export.interchange.writing import (
    LANE_COLOURS,
    NO_LANE_COLOUR,
    about_lines,
    archive,
    legible,
    plan_of,
    title_of,
    titled,
    told,
)
from journeyai.export.material import Material
from journeyai.export.reading import Point, Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, JourneyMap, Persona

#: Bytes of `document.json` that Lucid takes.
MOST_BYTES: Final = 1_000_000
#: Stages beside each other on one page.
_STAGES: Final = 12
#: Boxes beside each other on the page of the personas.
_BESIDE: Final = 5
#: Longest text on a shape, and of a heading.
_TEXT: Final = 300
_HEADING: Final = 80
#: Pixels.
_HEAD_COLUMN: Final = 170
_COLUMN: Final = 240
_GAP: Final = 12
_HEAD_ROW: Final = 70
_CURVE: Final = 210
_DOT: Final = 12
#: Characters in a line of a card, and how high a line is.
_LINE_CHARS: Final = 36
_LINE: Final = 17
_INK: Final = "#333333"
#: Signs that look alike and are no markup.
_NO_MARKUP: Final = str.maketrans("<>", "‹›")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How much is drawn.

    Attributes:
        quotes: whether a card's best quote is put into its note.
        cards: most cards in a cell; None for all.
    """

    quotes: bool = True
    cards: int | None = None


#: From everything to least: the first that fits is taken.
_LEVELS: Final = (
    _Drawn(),
    _Drawn(quotes=False),
    *(_Drawn(quotes=False, cards=most) for most in (40, 20, 12, 8, 5, 3, 2, 1, 0)),
)


class LucidExporter:
    """Writes a board: stages as columns, rows of cards, the curve, personas on a page of their own."""

    suffix = ".lucid"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the archive."""
        for level in _LEVELS:
            board = _Board(journey, material, level).document()
            document = json.dumps(board, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
            if len(document) <= MOST_BYTES:
                break
        return archive([("document.json", document)])


class _Page:
    """The shapes and lines of one page."""

    def __init__(self, title: str, numbers: "count[int]") -> None:
        self.title = title
        self._numbers = numbers
        self.shapes: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []

    def box(
        self, x: float, y: float, w: float, h: float, html: str, fill: str, *, note: str = "", round: int = 8
    ) -> None:
        shape = {
            "id": f"s{next(self._numbers)}",
            "type": "rectangle",
            "boundingBox": {"x": x, "y": y, "w": w, "h": h},
            "style": {
                "fill": {"type": "color", "color": fill},
                "stroke": {"color": _INK, "width": 1, "style": "solid"},
                "rounding": round,
            },
            "text": html,
        }
        self.shapes.append({**shape, "note": note.translate(_NO_MARKUP)} if note else shape)

    def text(self, x: float, y: float, w: float, h: float, html: str) -> None:
        box = {"x": x, "y": y, "w": w, "h": h}
        self.shapes.append(
            {"id": f"s{next(self._numbers)}", "type": "text", "boundingBox": box, "text": html}
        )

    def line(self, start: tuple[float, float], end: tuple[float, float], width: int, style: str) -> None:
        ends = [
            {"type": "positionEndpoint", "style": "none", "position": {"x": x, "y": y}}
            for x, y in (start, end)
        ]
        self.lines.append(
            {
                "id": f"l{next(self._numbers)}",
                "lineType": "straight",
                "endpoint1": ends[0],
                "endpoint2": ends[1],
                "stroke": {"color": _INK, "width": width, "style": style},
            }
        )

    def drawn(self) -> dict[str, Any]:
        return {
            "id": f"p{next(self._numbers)}",
            "title": self.title,
            "settings": {"infiniteCanvas": True},
            "shapes": self.shapes,
            "lines": self.lines,
        }


class _Board:
    """One map as a board."""

    def __init__(self, journey: JourneyMap, material: Material, level: _Drawn) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("interchange", journey.language)
        self.elements = elements(self.reading, material.template)
        self.level = level
        self._numbers = count(1)
        self._left_out = 0

    def document(self) -> dict[str, Any]:
        stages = self.reading.stages
        parts = [slice(n, n + _STAGES) for n in range(0, len(stages), _STAGES)]
        name = title_of(self.journey, self.reading, _HEADING)
        pages = []
        for n, part in enumerate(parts, 1):
            page = _Page(name if len(parts) == 1 else f"{name} {n}/{len(parts)}", self._numbers)
            self._grid(page, part)
            pages.append(page)
        beside = _Page(self.words.phrase("personas"), self._numbers)
        self._beside(beside)
        pages.append(beside)
        # Last: by now it is known what was left out.
        self._heading(pages[0], name)
        return {"version": 1, "pages": [page.drawn() for page in pages]}

    def _heading(self, page: _Page, name: str) -> None:
        lines = [legible(line, _TEXT) for line in about_lines(self.journey, self.reading)]
        if any(stage.moment_of_truth for stage in self.reading.stages):
            lines.append(self.words.phrase("star"))
        lines += [self.say.say("more_cards", n=self._left_out)] if self._left_out else []
        lines += [] if self.level.quotes else [self.say.say("without_quotes")]
        body = "".join(f"<br>{escape(line, quote=False)}" for line in lines)
        html = _left(f"<b>{escape(name, quote=False)}</b>{body}")
        high = _LINE * (len(lines) + 3)
        page.text(0, -high - _GAP, 4 * _COLUMN, high, html)

    def _grid(self, page: _Page, part: slice) -> None:
        stages = self.reading.stages[part]
        for n, stage in enumerate(stages):
            star = " ★" if stage.moment_of_truth else ""
            html = f"<b>{escape(legible(stage.name, _HEADING), quote=False)}{star}</b>"
            page.box(_left_of(n), 0, _COLUMN, _HEAD_ROW, html, "#FFFFFF", note=legible(stage.summary, _TEXT))
        self._curve(page, part)
        y: float = _HEAD_ROW + _CURVE + 3 * _GAP
        for element in self.elements:
            if element.by_stage:
                y = self._row(page, element, element.cells[part], y)

    def _curve(self, page: _Page, part: slice) -> None:
        """A point a stage, joined where the next stage has one, too; the dashed line is neither good nor bad."""
        top = _HEAD_ROW + _GAP
        key = f"{self.words.phrase('curve')}: {self.words.phrase('curve_key')}"
        page.box(0, top, _HEAD_COLUMN, _CURVE, escape(key, quote=False), "#FFFFFF")
        middle = top + _CURVE / 2
        points = self.reading.curve()[part]
        page.line((_left_of(0), middle), (_left_of(len(points)), middle), 1, "dashed")
        before: tuple[float, float] | None = None
        for n, point in enumerate(points):
            here = _place(point, n, middle)
            if here is None:
                page.text(
                    _left_of(n), middle, _COLUMN, 2 * _LINE, escape(self.reading.gap(point), quote=False)
                )
            else:
                if before is not None:
                    page.line(before, here, 3, "solid")
                self._dot(page, point, here)
            before = here

    def _dot(self, page: _Page, point: Point, at: tuple[float, float]) -> None:
        x, y = at
        page.box(x - _DOT / 2, y - _DOT / 2, _DOT, _DOT, "", _INK, round=_DOT)
        label = f"{self.words.signed(point.valence or 0.0)} · {self.words.count('people', point.people)}"
        page.text(x - _COLUMN / 2, y - _DOT - _LINE, _COLUMN, _LINE, escape(label, quote=False))

    def _row(self, page: _Page, element: Element, cells: tuple[tuple[Entry, ...], ...], y: float) -> float:
        """Draw one row and return where the next one begins."""
        colour = LANE_COLOURS[element.lane] if element.lane else NO_LANE_COLOUR
        bottom = y + _HEAD_ROW
        for n, cell in enumerate(cells):
            below = y
            shown = cell if self.level.cards is None else cell[: self.level.cards]
            for entry in shown:
                html, note = self._card(entry)
                high = _height(entry.text)
                fill = LANE_COLOURS[entry.card.lane] if entry.card else colour
                page.box(_left_of(n), below, _COLUMN, high, html, fill, note=note)
                below += high + _GAP
            hidden = len(cell) - len(shown)
            self._left_out += hidden
            said = self.say.say("more_in_cell", n=hidden) if hidden else ""
            if not element.is_empty and not cell:
                said = self.words.phrase("no_evidence")
            if said:
                page.text(_left_of(n), below, _COLUMN, 2 * _LINE, escape(said, quote=False))
                below += 2 * _LINE + _GAP
            bottom = max(bottom, below)
        if element.is_empty:
            page.text(
                _left_of(0), y, _COLUMN, _HEAD_ROW, escape(self.words.phrase("no_evidence"), quote=False)
            )
        name = f"<b>{escape(legible(element.name, _HEADING), quote=False)}</b>"
        page.box(0, y, _HEAD_COLUMN, bottom - y - _GAP / 2, name, colour, note=legible(element.about, _TEXT))
        return bottom + _GAP

    def _card(self, entry: Entry) -> tuple[str, str]:
        """Return the text of a card and its note."""
        html = f"<b>{escape(legible(entry.text, _TEXT), quote=False)}</b>"
        remarks = [entry.note, self.reading.feeling(entry.card) if entry.card else ""]
        if remark := legible(" · ".join(filter(None, remarks)), _TEXT):
            html += f"<br>{escape(remark, quote=False)}"
        return _left(html), legible(" · ".join(self._note(entry.card)), _TEXT) if entry.card else ""

    def _note(self, card: Card) -> Iterator[str]:
        yield from self.reading.doubts(card)
        yield from plan_of(card, self.reading)
        yield from self.reading.marks(card)
        best = self.reading.best(card) if self.level.quotes else None
        if best is not None and legible(best.quote):
            yield self.words.phrase("quoted", text=legible(best.quote))

    def _beside(self, page: _Page) -> None:
        """Draw the personas and what else the method asks for, one beside the other."""
        boxes = [self._persona(persona) for persona in self.journey.personas]
        boxes += [self._element(element) for element in self.elements if not element.by_stage]
        if not boxes:
            none = f"{self.words.phrase('personas')}: {self.words.phrase('no_evidence')}"
            page.text(0, 0, 2 * _COLUMN, _HEAD_ROW, escape(none, quote=False))
        wide, top, bottom = 1.5, 0, 0
        for n, lines in enumerate(boxes):
            if n % _BESIDE == 0:
                top = bottom
            shown = [legible(line, _TEXT) for line in lines]
            head, *body = [escape(line, quote=False) for line in shown]
            html = _left(f"<b>{head}</b>" + "".join(f"<br>{line}" for line in body))
            high = _LINE * (2 + sum(1 + len(line) // int(wide * _LINE_CHARS) for line in shown))
            page.box(n % _BESIDE * wide * (_COLUMN + _GAP), top, wide * _COLUMN, high, html, "#FFFFFF")
            bottom = max(bottom, top + high + _GAP)

    def _persona(self, persona: Persona) -> list[str]:
        members = len({(member.source, member.speaker) for member in persona.members})
        lines = [titled(persona.name) or legible(persona.id)]
        lines += [self.words.count("people", members)] if members else []
        lines += [] if persona.confirmed else [self.words.phrase("not_confirmed")]
        lines += [legible(persona.summary)]
        for name, entries in (
            ("goals", persona.goals),
            ("motivations", persona.motivations),
            ("frustrations", persona.frustrations),
            ("behaviours", persona.behaviours),
        ):
            lines += [f"{self.words.phrase(name)}: {'; '.join(map(legible, entries))}"] if entries else []
        return [line for line in lines if line]

    def _element(self, element: Element) -> list[str]:
        entries = [entry for cell in element.cells for entry in cell]
        texts = [told(entry, self.reading) for entry in entries]
        most = len(texts) if self.level.cards is None else self.level.cards
        self._left_out += max(0, len(texts) - most)
        return [legible(element.name), *(texts[:most] or [self.words.phrase("no_evidence")])]


def _left(html: str) -> str:
    return f'<p style="font-size: 9pt; text-align: left">{html}</p>'


def _left_of(n: int) -> float:
    return _HEAD_COLUMN + _GAP + n * (_COLUMN + _GAP)


def _place(point: Point, n: int, middle: float) -> tuple[float, float] | None:
    if point.valence is None:
        return None
    return _left_of(n) + _COLUMN / 2, middle - point.valence / 2 * (_CURVE / 2 - 2 * _LINE)


def _height(text: str) -> float:
    lines = 2 + min(len(text), _TEXT) // _LINE_CHARS
    return _LINE * (lines + 1)
