"""The map in the terminal: heading, personas, emotion curve, grid, stages with their cards, next steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.elements import Element, elements, lane_row
from journeyai.export.plain import visible
from journeyai.export.reading import (
    READING_ORDER,
    Reading,
    coverage_line,
    engine_line,
    scope_line,
    sources_line,
    unsure_quote,
)
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import Template
from journeyai.model.journey import JourneyMap, Persona
from journeyai.rendering.cards import CAUTION, quote_lines
from journeyai.rendering.choice import Choice, choose
from journeyai.rendering.console import safe
from journeyai.rendering.curve import curve_lines
from journeyai.rendering.ends import rejected, transitions, what_next, where_to_start
from journeyai.rendering.grid import WIDE, grid_lines, is_figure
from journeyai.rendering.layout import (
    Lines,
    as_they_are,
    beside,
    blocks,
    heading,
    joined,
    labelled,
    wrap,
)
from journeyai.rendering.opportunities import opportunity_section
from journeyai.rendering.sections import section_lines
from journeyai.rendering.stages import stage_lines

#: Entries of a persona's list before the rest is counted; all of them when the persona is chosen.
_ENTRIES: Final = 3

#: Wider than this, lines are too long to read and the page stays where it is.
_WIDEST: Final = 200

#: A column of personas.
_PERSONA_CELLS: Final = 46


@dataclass(frozen=True)
class MapView:
    """A map, or a part of it, that lays itself out for the console's width when it is printed."""

    reading: Reading
    choice: Choice
    evidence: bool
    in_chat: bool = False
    template: Template | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the page line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the page, no line wider than *width* cells."""
        width = min(width, _WIDEST)
        if self.choice.stage or self.choice.lane:
            return [line for part in self._part(width) for line in part]
        return [line for part in self._whole(width) for line in part]

    @cached_property
    def _elements(self) -> tuple[Element, ...]:
        """What is shown, in order: what the method asks for; without one, or of one lane, the rows of lanes."""
        if self.choice.lane:
            return (lane_row(self.reading, self.choice.lane),)
        if self.template is None:
            return tuple(lane_row(self.reading, lane) for lane in READING_ORDER)
        return elements(self.reading, self.template)

    @cached_property
    def _rows(self) -> list[Element]:
        return [element for element in self._elements if element.by_stage]

    def _whole(self, width: int) -> Iterator[Lines]:
        words = self.reading.words
        yield _title(self.reading, width)
        yield _heading(self.reading, width)
        if personas := [self.reading.persona] if self.reading.persona else self.reading.journey.personas:
            yield heading(Text(words.phrase("personas")), width)
            yield _personas(self.reading, list(personas), width)
        if not self.reading.cards and not self.reading.rejected:
            yield [Text(), *wrap(Text(words.phrase("empty")), width)]
            return
        first = next((at for at, element in enumerate(self._elements) if element.by_stage), 0)
        yield from self._sections(self._elements[:first], width)
        yield from self._curve_and_grid(width)
        yield [*heading(Text(words.phrase("stages")), width), *self._doubt(width)]
        yield from self._stages(width)
        yield from self._sections(self._elements[first:], width)
        if self.template is None:
            yield transitions(self.reading, width)
            if not self.reading.opportunities():
                yield where_to_start(self.reading, width)
            yield opportunity_section(self.reading, width, ids=self.in_chat)
        yield rejected(self.reading, self.evidence, width, in_chat=self.in_chat)
        if not self.in_chat:
            yield what_next(self.reading, width)

    def _curve_and_grid(self, width: int) -> Iterator[Lines]:
        words = self.reading.words
        who = safe(self.reading.persona.name) if self.reading.persona else Text(words.phrase("curve_all"))
        note = joined([who, words.phrase("curve_key")])
        note.stylize("dim")
        yield heading(Text(words.phrase("curve")), width, note)
        yield [Text(), *curve_lines(self.reading, width)]
        if self.reading.cards:
            key = words.phrase("grid_key_titles" if width >= WIDE else "grid_key_counts")
            if width < WIDE and any(map(_has_plain_marks, self._rows)):
                key = f"{key} · {talk('elements', self.reading.journey.language).say('grid_mark')}"
            yield heading(Text(words.phrase("grid")), width, Text(key, style="dim"))
            # Without a method nobody asked for a lane that holds nothing.
            rows = [row for row in self._rows if self.template is not None or not row.is_empty]
            yield [Text(), *grid_lines(self.reading, rows, width)]

    def _sections(self, parts: Sequence[Element], width: int) -> Iterator[Lines]:
        """Yield what the method asks for beside its rows."""
        for element in parts:
            if not element.by_stage:
                yield section_lines(self.reading, element, width, evidence=self.evidence, ids=self.in_chat)

    def _part(self, width: int) -> Iterator[Lines]:
        yield [*_title(self.reading, width), *self._doubt(width)]
        yield from self._stages(width)
        yield rejected(self.reading, self.evidence, width, self.choice, in_chat=self.in_chat)

    def _stages(self, width: int) -> Iterator[Lines]:
        """Yield the stages; the chosen one alone, where one is."""
        whole = self.evidence or self.choice.stage is not None or self.choice.lane is not None
        for number, point in enumerate(self.reading.curve(), 1):
            if self.choice.stage in (None, point.stage):
                yield stage_lines(
                    self.reading,
                    number,
                    point,
                    self._rows,
                    width,
                    whole=whole,
                    evidence=self.evidence,
                    ids=self.in_chat,
                )

    def _doubt(self, width: int) -> Lines:
        """Return what the mark of the unsure means, if one stands on the page."""
        reading, choice = self.reading, self.choice
        cards = [
            card
            for card in (*reading.cards, *(reading.rejected if self.evidence else ()))
            if (choice.stage is None or card.stage == choice.stage.id) and choice.lane in (None, card.lane)
        ]
        quoted = reading.quotes(id_ for card in cards for id_ in (*card.evidence, *card.against))
        if any(map(reading.unsure, cards)) or (self.evidence and any(map(unsure_quote, quoted))):
            return wrap(Text(reading.words.phrase("unsure_key"), style="dim"), width)
        return []


def render_map(
    journey: JourneyMap,
    template: Template | None = None,
    *,
    persona: str | None = None,
    stage: str | None = None,
    lane: str | None = None,
    evidence: bool = False,
    in_chat: bool = False,
) -> MapView:
    """Return *journey*, or the part of it that was asked for, to be printed by a console.

    Args:
        journey: the map.
        template: its method, whose elements are shown in their order; None where it is not known: every lane is.
        persona: id or name; that persona's cards and curve.
        stage: id, name or number; only that stage, with all its cards.
        lane: id or name; only that lane, with all its cards.
        evidence: every quote for and against each card, and the rejected cards.
        in_chat: each card under its id, and no commands of the command line in the end.

    Raises:
        SettingsError: the map has no such persona, stage or lane.
    """
    choice = choose(journey, persona, stage, lane)
    return MapView(Reading(journey, choice.persona), choice, evidence, in_chat, template)


def _has_plain_marks(row: Element) -> bool:
    """Whether a mark of *row* stands for a quote or a figure, and not for a card."""
    return any(not is_figure(cell) and any(not entry.card for entry in cell) for cell in row.cells)


def _title(reading: Reading, width: int) -> Lines:
    title = safe(reading.journey.title)
    lines = wrap(title if title else Text(reading.words.phrase("untitled")), width)
    for line in lines:
        line.stylize("bold")
    if reading.persona:
        lines += wrap(safe(reading.persona.name), width)
    return lines


def _heading(reading: Reading, width: int) -> Lines:
    """Return goal, scope, sources, engine, coverage: a line each, or more where they are long."""
    journey, words = reading.journey, reading.words
    rows = [
        ("goal", journey.goal),
        ("scope", scope_line(journey, words)),
        ("drawn_from", sources_line(journey, words)),
        ("drawn_by", engine_line(journey, words)),
        ("coverage", coverage_line(journey, words)),
    ]
    side = 2 + max(len(words.phrase(name)) for name, _ in rows)
    return [
        line for name, body in rows if body for line in labelled(words.phrase(name), safe(body), width, side)
    ]


def _personas(reading: Reading, personas: list[Persona], width: int) -> Lines:
    """Return the personas, side by side where there is room."""
    columns = max(1, min(len(personas), width // _PERSONA_CELLS)) if width >= WIDE else 1
    lines: Lines = []
    for row in blocks(personas, columns):
        cells = width // columns
        texts = [_persona(reading, persona, cells - (3 if columns > 1 else 0)) for persona in row]
        lines += [Text(), *beside(texts, [cells] * len(row))]
    return lines


def _persona(reading: Reading, persona: Persona, width: int) -> Lines:
    words = reading.words
    members = len({(member.source, member.speaker) for member in persona.members})
    size = words.count("people", members) if members else ""
    unsure = Text("" if persona.confirmed else words.phrase("not_confirmed"), style=CAUTION)
    lines = wrap(joined([safe(persona.name, "bold"), size, unsure]), width)
    if persona.summary:
        lines += wrap(safe(persona.summary), width)
    rows = [
        ("goals", persona.goals),
        ("motivations", persona.motivations),
        ("frustrations", persona.frustrations),
        ("behaviours", persona.behaviours),
        ("channels", [", ".join(words.channel(channel) for channel in persona.channels)]),
    ]
    side = 2 + max(len(words.phrase(name)) for name, _ in rows)
    for name, entries in rows:
        shown = [safe(entry) for entry in entries if visible(entry)]
        most = _ENTRIES if reading.persona is None else len(shown)
        if len(shown) > most + 1:
            shown[most:] = [Text(words.count("more", len(shown) - most), style="dim")]
        for number, entry in enumerate(shown):
            lines += labelled("" if number else words.phrase(name), entry, width, side)
    if quote := reading.typical(persona):
        lines += quote_lines(reading, quote, width, indent="")
    return lines
