"""The map as a workbook: the grid, and everything behind it as tables to filter, sort and count in.

This is a full record: rejected cards stand there too, with their status, and every quote of the map.
"""

import io
from typing import Any, Final

from journeyai.export.elements import Element, Entry
from journeyai.export.material import Material
from journeyai.export.office.card_sheets import CardSheets
from journeyai.export.office.package import sealed
from journeyai.export.office.sheets import Column, Sheet, book
from journeyai.export.office.style import DOUBT_WASH, feeling_tone, lane_tone
from journeyai.export.office.telling import Telling, capital, clean
from journeyai.model.journey import JourneyMap, Persona
from journeyai.model.vocabulary import SOLICITED

#: Titles in a cell of the grid; Excel shows no more than 409 points of a row.
_IN_CELL: Final = 8
_MOST_CARDS: Final = 50


class WorkbookExporter:
    """Writes a workbook for Excel and what reads its files."""

    suffix = ".xlsx"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the workbook."""
        telling = Telling(journey, material)
        return sealed(_Book(telling).written(), telling)


class _Book:
    """The workbook of one map, sheet by sheet."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.journey = telling.journey
        self.words = telling.words
        self.say = telling.talk.say
        self.file: Any = book()

    def written(self) -> bytes:
        self._about()
        self._grid()
        sheets = CardSheets(self.file, self.telling)
        sheets.add_cards()
        sheets.add_quotes()
        self._personas()
        self._stages()
        self._others()
        self._sources()
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _about(self) -> None:
        sheet = Sheet(self.file, self.say("sheet_about"), (22, 100))
        sheet.next()
        sheet.put(1, self.telling.kicker, "Kicker")
        sheet.next()
        sheet.put(1, self.telling.title, "Heading")
        sheet.next()
        for name, body in self.telling.about():
            sheet.next()
            sheet.put(1, name, "Label")
            sheet.put(2, body)
        sheet.next()
        for number, sentence in enumerate([*self.telling.key(), self.say("promise"), self.say("key_links")]):
            sheet.next()
            sheet.put(1, self.say("key_title") if number == 0 else None, "Label")
            sheet.put(2, sentence)

    def _grid(self) -> None:
        points = self.telling.points
        sheet = Sheet(self.file, self.say("sheet_map"), (20, *([32] * len(points))))
        names = [
            f"{number}. {self.telling.stage_name(point.stage)}" for number, point in enumerate(points, 1)
        ]
        sheet.table([Column(self.words.phrase("stage"), 20), *(Column(name, 32) for name in names)])
        sheet.next()
        sheet.put(1, capital(self.words.phrase("feels")), "Label")
        for number, point in enumerate(points, 2):
            tone = feeling_tone(point.valence)
            value = point.valence if point.valence is not None else self.telling.feeling(point)
            cell = sheet.put(number, value, "Strong", ground=tone.wash, ink=tone.ink)
            cell.number_format = '+0.0;"−"0.0;0.0'
        for row in self.telling.rows:
            sheet.next()
            sheet.put(1, capital(clean(row.name)), "Label", ink=lane_tone(row.lane).ink)
            for number, entries in enumerate(row.cells, 2):
                self._grid_cell(sheet, number, row, entries)

    def _grid_cell(self, sheet: Sheet, column: int, row: Element, entries: tuple[Entry, ...]) -> None:
        if not entries:
            sheet.put(column, self.words.phrase("no_evidence"), "Soft")
            return
        told = []
        for entry in entries[:_IN_CELL]:
            note = self.telling.entry_note(entry, row)
            told.append(f"{self.telling.entry_title(entry)}" + (f"  {note}" if note else ""))
        if len(entries) > _IN_CELL:
            told.append(self.words.phrase("more_short", n=len(entries) - _IN_CELL))
        first = entries[0].card
        wash = DOUBT_WASH if first is not None and first.assumption else lane_tone(row.lane).wash
        plain = row.lane is None or lane_tone(row.lane).ink == lane_tone(None).ink
        sheet.put(column, "\n".join(told), ground="" if plain and wash != DOUBT_WASH else wash)

    def _personas(self) -> None:
        names = ("persona", "people", "confirmed", "summary")
        lists = ("goals", "motivations", "frustrations", "behaviours", "channels")
        columns = [
            Column(self.say(f"column_{name}"), width)
            for name, width in zip(names, (24, 9, 14, 50), strict=True)
        ]
        columns += [Column(self.words.phrase(name), 40) for name in lists]
        columns += [Column(self.say(name), 40) for name in ("says", "thinks", "does", "feels")]
        sheet = Sheet(self.file, self.words.phrase("personas"), [column.width for column in columns])
        sheet.table(columns)
        for persona in self.journey.personas:
            sheet.next()
            members = len({(member.source, member.speaker) for member in persona.members})
            confirmed = self.say("yes" if persona.confirmed else "no")
            values = (self.telling.persona_name(persona), members, confirmed, persona.summary)
            styles = ("Strong", "Number", "Text", "Text")
            for number, (value, style) in enumerate(zip(values, styles, strict=True), 1):
                sheet.put(number, value, style)
            for number, entries in enumerate(self._lists(persona), len(values) + 1):
                told = "\n".join(entries[:_MOST_CARDS])
                sheet.put(number, told or self.words.phrase("no_evidence"), "Text" if told else "Soft")
        sheet.filtered(len(columns))

    def _lists(self, persona: Persona) -> list[list[str]]:
        channels = [self.words.channel(channel) for channel in persona.channels]
        found = [entries for _, entries in self.telling.persona_lists(persona)]
        return [*found, channels, *(entries for _, entries in self.telling.empathy(persona))]

    def _stages(self) -> None:
        names = (
            ("number", 7, "Number"),
            ("stage", 24, "Strong"),
            ("moment", 20, "Text"),
            ("valence", 10, "Decimal"),
            ("people", 9, "Number"),
            ("cards", 9, "Number"),
            ("facts", 60, "Text"),
            ("summary", 60, "Text"),
            ("no_evidence", 50, "Soft"),
        )
        columns = [Column(self.say(f"column_{name}"), width, style) for name, width, style in names]
        sheet = Sheet(self.file, self.words.phrase("stages"), [column.width for column in columns])
        sheet.table(columns)
        for index, point in enumerate(self.telling.points):
            sheet.next()
            tone = feeling_tone(point.valence)
            values = (
                index + 1,
                self.telling.stage_name(point.stage),
                self.words.phrase("moment_of_truth") if point.stage.moment_of_truth else None,
                point.valence if point.valence is not None else self.telling.feeling(point),
                point.people,
                len(self.telling.cards_at(point.stage)),
                " · ".join(self.telling.stage_facts(point)),
                point.stage.summary,
                ", ".join(self.telling.empty_rows(index)),
            )
            for number, (value, column) in enumerate(zip(values, columns, strict=True), 1):
                felt = column.style == "Decimal"
                sheet.put(
                    number,
                    value,
                    column.style,
                    ground=tone.wash if felt else "",
                    ink=tone.ink if felt else "",
                )
        sheet.filtered(len(columns))

    def _others(self) -> None:
        if not self.telling.others:
            return
        sheet = Sheet(self.file, self.say("sheet_others"), (30, 60, 30, 70, 30))
        names = ("element", "entry", "remark", "quote", "place")
        sheet.table([Column(self.say(f"column_{name}"), 30) for name in names])
        for element in self.telling.others:
            entries = [entry for cell in element.cells for entry in cell]
            for entry in entries:
                heard = self.telling.heard(entry.quotes[0]) if entry.quotes else None
                sheet.next()
                sheet.put(1, capital(clean(element.name)), "Strong")
                sheet.put(2, self.telling.entry_title(entry))
                sheet.put(3, self.telling.entry_note(entry, element))
                sheet.put(4, heard.text if heard else None, "Said")
                sheet.put(5, heard.where if heard else None)
            if not entries:
                sheet.next()
                sheet.put(1, capital(clean(element.name)), "Strong")
                sheet.put(2, self.words.phrase("no_evidence"), "Soft")
        sheet.filtered(len(names))

    def _sources(self) -> None:
        names = (
            ("source", 40, "Strong"),
            ("kind", 16, "Text"),
            ("came", 22, "Text"),
            ("language", 14, "Text"),
            ("said", 12, "Number"),
            ("quoted", 10, "Number"),
            ("speakers", 60, "Text"),
            ("sha256", 68, "Text"),
        )
        columns = [Column(self.say(f"column_{name}"), width, style) for name, width, style in names]
        sheet = Sheet(self.file, self.say("sources"), [column.width for column in columns])
        sheet.table(columns)
        quoted = self.telling.quoted()
        for source in self.journey.sources:
            sheet.next()
            people = ", ".join(f"{clean(one.name)} ({self.words.role(one.role)})" for one in source.speakers)
            values = (
                source.source,
                self.words.kind(source.kind),
                self.say("asked" if source.kind in SOLICITED else "unasked"),
                self.words.name_of_language(source.language),
                source.utterances,
                quoted.get(source.source, 0),
                people,
                source.sha256,
            )
            for number, (value, column) in enumerate(zip(values, columns, strict=True), 1):
                sheet.put(number, value, column.style)
        sheet.filtered(len(columns))
