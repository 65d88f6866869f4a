"""The page part by part: personas, curve, grid, stages with their cards, what else the method asks for, evidence."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from journeyai.export.elements import Element, Entry, elements, lane_row
from journeyai.export.markdown.escaping import escaped
from journeyai.export.markdown.pieces import Pieces, name_of
from journeyai.export.plain import cut, shortened, visible
from journeyai.export.plot import scale
from journeyai.export.reading import (
    READING_ORDER,
    UNSURE,
    Point,
    Reading,
    coverage_line,
    engine_line,
    scope_line,
    sources_line,
    unsure_quote,
)
from journeyai.knowledge.templates import Template
from journeyai.model.journey import Card, JourneyMap, Persona

#: Entries in a cell of the grid.
_TITLES: Final = 3
#: Characters of a quote or a figure in a cell.
_GLIMPSE: Final = 80


class Page:
    """The page of one map, part by part."""

    def __init__(self, journey: JourneyMap, template: Template | None) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self._pieces = Pieces(journey, self.reading)
        self._has_method = template is not None
        if template is None:
            self._elements = tuple(lane_row(self.reading, lane) for lane in READING_ORDER)
        else:
            self._elements = elements(self.reading, template)
        self._told: set[str] = set()
        self._rows = [element for element in self._elements if element.by_stage]

    def text(self) -> str:
        """Return the whole page; parts with nothing to say are left out."""
        parts: list[Iterable[str]] = [self._heading(), self._personas()]
        first = next((at for at, element in enumerate(self._elements) if element.by_stage), 0)
        if self.reading.cards:
            parts += [self._sections(self._elements[:first]), self._curve(), self._grid(), self._stages()]
            parts.append(self._sections(self._elements[first:]))
        else:
            parts.append([self.words.phrase("empty")])
        parts += [] if self._has_method else [self._transitions(), self._opportunities()]
        parts.append(self._evidence())
        return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))

    def _heading(self) -> Iterator[str]:
        yield f"# {escaped(cut(visible(self.journey.title))) or self.words.phrase('untitled')}"
        yield ""
        rows = [
            ("goal", self.journey.goal),
            ("scope", scope_line(self.journey, self.words)),
            ("drawn_from", sources_line(self.journey, self.words)),
            ("drawn_by", engine_line(self.journey, self.words)),
            ("coverage", coverage_line(self.journey, self.words)),
        ]
        for name, body in rows:
            if visible(body):
                yield f"- **{self.words.phrase(name)}:** {escaped(body)}"

    def _personas(self) -> Iterator[str]:
        if not self.journey.personas:
            return
        yield f"## {self.words.phrase('personas')}"
        for persona in self.journey.personas:
            yield from self._persona(persona)

    def _persona(self, persona: Persona) -> Iterator[str]:
        members = len({(member.source, member.speaker) for member in persona.members})
        about = [self.words.count("people", members)] if members else []
        about += [] if persona.confirmed else [self.words.phrase("not_confirmed")]
        yield ""
        yield f"### {escaped(cut(visible(persona.name))) or escaped(persona.id)}"
        yield ""
        if about:
            yield f"*{' · '.join(about)}*"
            yield ""
        if visible(persona.summary):
            yield escaped(persona.summary)
            yield ""
        channels = [", ".join(self.words.channel(channel) for channel in persona.channels)]
        for name, entries in (
            ("goals", persona.goals),
            ("motivations", persona.motivations),
            ("frustrations", persona.frustrations),
            ("behaviours", persona.behaviours),
            ("channels", channels),
        ):
            shown = [escaped(entry) for entry in entries if visible(entry)]
            if shown:
                yield f"- **{self.words.phrase(name)}:** {'; '.join(shown)}"
        if quote := self.reading.typical(persona):
            yield ""
            yield self._pieces.quote(quote)

    def _curve(self) -> Iterator[str]:
        """The curve turned on its side: a line of the table a stage, a mark between bad and good."""
        words = self.words
        yield f"## {words.phrase('curve')}"
        yield ""
        yield f"*{words.phrase('curve_key')}*"
        yield ""
        ends = f"{words.phrase('bad')} −2 … +2 {words.phrase('good')}"
        yield f"| {words.phrase('stage')} | {ends} | {words.phrase('mean')} | {words.phrase('people')} |"
        yield "| --- | --- | ---: | ---: |"
        for number, point in enumerate(self.reading.curve(), 1):
            star = " ★" if point.stage.moment_of_truth else ""
            name = f"{number}. {name_of(point.stage)}{star}"
            if point.valence is None:
                people = point.people or "–"
                yield f"| {name} | {self.reading.gap(point)} | – | {people} |"
            else:
                mark = f"`{scale(point.valence)}`"
                yield f"| {name} | {mark} | {words.signed(point.valence)} | {point.people} |"
        if any(stage.moment_of_truth for stage in self.reading.stages):
            yield ""
            yield words.phrase("star")

    def _grid(self) -> Iterator[str]:
        stages = self.reading.stages
        yield f"## {self.words.phrase('grid')}"
        yield ""
        yield f"*{self.words.phrase('grid_key_titles')}*"
        yield ""
        yield "| | " + " | ".join(name_of(stage) for stage in stages) + " |"
        yield "| --- |" + " --- |" * len(stages)
        for row in self._rows:
            # Without a method nobody asked for a lane that holds nothing.
            if self._has_method or not row.is_empty:
                yield f"| **{self._pieces.name(row)}** | " + " | ".join(map(self._cell, row.cells)) + " |"

    def _cell(self, entries: Sequence[Entry]) -> str:
        if not entries:
            return "–"
        shown = []
        for entry in entries[:_TITLES]:
            card = entry.card
            if card:
                people = self.words.phrase("assumed") if card.assumption else str(card.people)
                shown.append(f"{self._pieces.linked(card)} ({people})")
            else:
                shown.append(escaped(shortened(visible(entry.text), _GLIMPSE)))
        if len(entries) > _TITLES:
            shown.append(self.words.phrase("more_short", n=len(entries) - _TITLES))
        return "<br>".join(shown)

    def _stages(self) -> Iterator[str]:
        yield f"## {self.words.phrase('stages')}"
        if any(map(self.reading.unsure, self.reading.cards)):
            yield ""
            yield f"*{self.words.phrase('unsure_key')}*"
        for number, point in enumerate(self.reading.curve(), 1):
            yield ""
            yield from self._stage(number, point)

    def _stage(self, number: int, point: Point) -> Iterator[str]:
        words, stage = self.words, point.stage
        yield f"### {number}. {name_of(stage)}"
        yield ""
        about = [words.phrase("star")] if stage.moment_of_truth else []
        if point.valence is None:
            about.append(self.reading.gap(point))
            about += [words.count("people", point.people)] if point.people else []
        else:
            about.append(f"{words.phrase('feels')} {words.signed(point.valence)}")
            about.append(words.count("people", point.people))
        about += [f"{words.measure(item.kind)} {words.decimal(item.value)}" for item in stage.measures]
        yield f"*{' · '.join(about)}*"
        if visible(stage.summary):
            yield ""
            yield escaped(stage.summary)
        for row in self._rows:
            if entries := row.cells[number - 1]:
                yield ""
                yield f"#### {self._pieces.name(row, len(entries))}"
                yield from self._entries(entries)
        nothing = [row for row in self._rows if row.asked and not row.cells[number - 1]]
        if nothing and (self._has_method or len(nothing) < len(self._rows)):
            lanes = ", ".join(escaped(row.name) for row in nothing)
            yield ""
            yield f"*{words.phrase('nothing_for', lanes=lanes)}*"

    def _entries(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            # A card stands between blank lines, for it has paragraphs of its own; others stand in one list.
            if entry.card:
                yield ""
                yield from self._card(entry.card)
        others = [entry for entry in entries if not entry.card]
        if others:
            yield ""
            yield from (f"- {self._pieces.entry(entry)}" for entry in others)

    def _card(self, card: Card) -> Iterator[str]:
        """Yield *card*; where it stands in a second row, a link to it: an anchor stands once."""
        if card.id in self._told:
            yield f"- {self._pieces.linked(card)}"
        else:
            self._told.add(card.id)
            yield from self._pieces.card(card)

    def _sections(self, parts: Sequence[Element]) -> Iterator[str]:
        """Yield what the method asks for beside its rows, each under its heading."""
        for element in parts:
            if element.by_stage:
                continue
            entries = [entry for cell in element.cells for entry in cell]
            yield f"## {escaped(element.name)}"
            yield ""
            if visible(element.about):
                yield f"*{escaped(element.about)}*"
                yield ""
            yield from [f"- {self._pieces.entry(entry)}" for entry in entries] or [
                self.words.phrase("no_evidence")
            ]
            yield ""

    def _transitions(self) -> Iterator[str]:
        detours = self.reading.detours()
        if not detours:
            return
        yield f"## {self.words.phrase('transitions')}"
        yield ""
        for detour in detours:
            people = self.words.count("people", detour.people)
            links = self._pieces.links(item.id for item in detour.quotes)
            told = [people, detour.how, *([links] if links else [])]
            yield f"- **{name_of(detour.origin)} → {name_of(detour.target)}** · {' · '.join(told)}"

    def _opportunities(self) -> Iterator[str]:
        ranked, name = self.reading.opportunities(), "opportunities"
        if not ranked:
            ranked, name = self.reading.heaviest_pains(), "start_here"
        if not ranked:
            return
        yield f"## {self.words.phrase(name)}"
        yield ""
        for number, card in enumerate(ranked, 1):
            stage = self.reading.stage(card.stage)
            about = [name_of(stage)] if stage else []
            about.append(self.reading.backing(card))
            about += [self.words.phrase("owner", name=escaped(card.owner))] if card.owner else []
            about += self.reading.plan(card)
            yield f"{number}. {self._pieces.linked(card)} · {' · '.join(about)}"

    def _evidence(self) -> Iterator[str]:
        if not self.journey.evidence:
            return
        yield f"## {self.words.phrase('evidence')}"
        yield ""
        if any(map(unsure_quote, self.journey.evidence)):
            yield f"*{self.words.phrase('unsure_key')}*"
            yield ""
        for number, item in enumerate(self.journey.evidence, 1):
            quote = self.words.phrase("quoted", text=escaped(item.quote))
            at = f", {escaped(item.at)}" if item.at else ""
            place = f"{self._pieces.where(item)}, {item.start}–{item.end}{at}"
            mark = f"{UNSURE} " if unsure_quote(item) else ""
            yield f'{number}. <a id="{self._pieces.anchor(item)}"></a>{mark}{quote} — {place}'
