"""The map as a report in Word's format: to be read, printed, commented on and gone on with."""

from collections.abc import Sequence
from typing import Final

from journeyai.export.elements import Element, Entry
from journeyai.export.material import Material
from journeyai.export.office.package import sealed
from journeyai.export.office.paper import Cell, Paper, Run, cell
from journeyai.export.office.report_chart import add_curve
from journeyai.export.office.style import DOUBT, DOUBT_WASH, SOFT, feeling_tone, lane_tone, strength
from journeyai.export.office.telling import Telling, capital, clean, passage
from journeyai.export.plain import cut
from journeyai.export.reading import Point, strongest
from journeyai.model.journey import Card, JourneyMap, Persona
from journeyai.model.vocabulary import SOLICITED

#: Quotes shown for a card and against it; the workbook holds all.
_QUOTES: Final = 3
_AGAINST: Final = 2
#: Cards of one row at one stage, entries of a cell of the grid, rows of other tables, columns of the grid.
_MOST_CARDS: Final = 40
_IN_CELL: Final = 2
_MOST_ROWS: Final = 400
_STAGES: Final = 8
_MOST_PERSONAS: Final = 40
_SHORTLIST: Final = 3


class ReportExporter:
    """Writes a text document for Word and what reads its files."""

    suffix = ".docx"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the document."""
        telling = Telling(journey, material)
        return sealed(_Report(telling).written(), telling)


class _Report:
    """The report of one map, part by part."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.words = telling.words
        self.say = telling.talk.say
        self.paper = Paper(telling)

    def written(self) -> bytes:
        self._title()
        if self.telling.reading.cards:
            self._in_short()
        self._personas()
        if self.telling.reading.cards:
            self._curve()
            self._grid()
            self._stages()
        else:
            self.paper.text("NoEvidence", self.words.phrase("no_evidence"))
        self._others()
        self._priorities()
        self._detours()
        self._sources()
        return self.paper.saved()

    def _title(self) -> None:
        paper = self.paper
        paper.text("Kicker", self.telling.kicker)
        paper.text("Title", self.telling.title)
        paper.text("Subtitle", passage(self.telling.journey.goal))
        for name, body in self.telling.about():
            if body != passage(self.telling.journey.goal):
                paper.text("Normal", Run(f"{name}: ", bold=True), body)
        paper.contents()
        paper.text("TOCHeading", self.say("key_title"))
        for sentence in [*self.telling.key(), self.say("promise")]:
            paper.text("ListBullet", sentence)

    def _in_short(self) -> None:
        """What a reader who stops here takes along."""
        reading = self.telling.reading
        self.paper.heading(1, self.say("in_short"), new_page=True)
        self.paper.text("Normal", self.telling.ends())
        moments = [self.telling.stage_name(stage) for stage in reading.stages if stage.moment_of_truth]
        if moments:
            self.paper.text("Normal", Run(f"{self.say('moments')}: ", bold=True), ", ".join(moments))
        delights = strongest(card for card in reading.cards if card.lane == "delight" and card.people)
        assumed = [card for card in reading.cards if card.assumption]
        for name, cards in (
            ("hurts_most", reading.heaviest_pains(_SHORTLIST)),
            ("pleases_most", delights[:_SHORTLIST]),
            ("to_check", assumed[:_SHORTLIST]),
        ):
            if cards:
                self.paper.heading(3, self.say(name))
            for card in cards:
                stage = reading.stage(card.stage)
                where = f" ({self.telling.stage_name(stage)})" if stage else ""
                told = Run(f" · {self.telling.strength(card)}", ink=DOUBT if card.assumption else SOFT)
                self.paper.text("ListBullet", Run(self.telling.card_title(card), bold=True), where, told)

    def _personas(self) -> None:
        personas = self.telling.journey.personas
        if not personas:
            return
        self.paper.heading(1, self.words.phrase("personas"))
        for persona in personas[:_MOST_PERSONAS]:
            self._persona(persona)
        if len(personas) > _MOST_PERSONAS:
            self.paper.text("Remark", self.say("personas_more", n=len(personas) - _MOST_PERSONAS))

    def _persona(self, persona: Persona) -> None:
        paper, telling = self.paper, self.telling
        paper.heading(2, telling.persona_name(persona))
        paper.text("CardFacts", telling.persona_about(persona), kept=True)
        paper.text("Normal", passage(persona.summary), kept=True)
        lists = telling.persona_lists(persona)
        channels = ", ".join(self.words.channel(channel) for channel in persona.channels)
        lists.append((self.words.phrase("channels"), [channels] if channels else []))
        lists += [item for item in telling.empathy(persona) if any(item[1])]
        rows = [
            [
                cell(name, bold=True),
                Cell([[Run(entry)] for entry in entries])
                if entries
                else cell(self.words.phrase("no_evidence"), italic=True, ink=SOFT),
            ]
            for name, entries in lists
        ]
        name = telling.persona_name(persona)
        head = [self.say("what"), self.say("found")]
        paper.table(head, rows, [1, 4], caption=name, about=self.say("about_persona", name=name))
        if heard := telling.typical(persona):
            paper.quote(heard)

    def _curve(self) -> None:
        self.paper.heading(1, self.words.phrase("curve"), new_page=True)
        add_curve(self.paper, self.telling)
        words = self.words
        rows = []
        for number, point in enumerate(self.telling.points[:_MOST_ROWS], 1):
            tone = feeling_tone(point.valence)
            silent = point.valence is None
            feels = cell(
                self.telling.feeling(point), bold=not silent, italic=silent, ink=tone.ink, ground=tone.wash
            )
            facts = " · ".join(self.telling.stage_facts(point)) or "–"
            rows.append([cell(f"{number}. {self.telling.stage_name(point.stage)}"), feels, cell(facts)])
        head = [words.phrase("stage"), capital(words.phrase("feels")), self.say("behind")]
        caption = f"{words.phrase('curve')}: {words.phrase('curve_key')}"
        self.paper.table(head, rows, [2, 1, 4], caption=caption, about=f"{caption}. {self.telling.ends()}")

    def _grid(self) -> None:
        """The whole map across a lying page, so many stages at a time as can be read."""
        points = self.telling.points
        self.paper.turn(landscape=True)
        self.paper.heading(1, self.words.phrase("grid"))
        parts = max(1, -(-len(points) // _STAGES))
        each = -(-len(points) // parts)
        for start in range(0, len(points), each):
            end = min(start + each, len(points))
            head = [self.words.phrase("stage")]
            head += [f"{n + 1}. {self.telling.stage_name(points[n].stage)}" for n in range(start, end)]
            rows = [self._feelings(points[start:end])]
            rows += [self._grid_row(row, start, end) for row in self.telling.rows]
            caption = self.words.phrase("grid_key_titles")
            about = self.say("about_grid", rows=", ".join(clean(row.name) for row in self.telling.rows))
            shares = [1.0, *([1.25] * (end - start))]
            self.paper.table(head, rows, shares, caption=capital(caption), about=about, small=True)
        self.paper.turn(landscape=False)

    def _feelings(self, points: Sequence[Point]) -> list[Cell]:
        found = [cell(capital(self.words.phrase("feels")), bold=True)]
        for point in points:
            tone = feeling_tone(point.valence)
            found.append(cell(self.telling.feeling(point), bold=True, ink=tone.ink, ground=tone.wash))
        return found

    def _grid_row(self, row: Element, start: int, end: int) -> list[Cell]:
        label = cell(capital(clean(row.name)), bold=True, ink=lane_tone(row.lane).ink)
        if row.is_empty:
            return [label, *([cell(self.words.phrase("no_evidence"), italic=True, ink=SOFT)] * (end - start))]
        return [label, *(self._grid_cell(row, entries) for entries in row.cells[start:end])]

    def _grid_cell(self, row: Element, entries: tuple[Entry, ...]) -> Cell:
        if not entries:
            return cell("–", ink=SOFT)
        found = []
        for entry in entries[:_IN_CELL]:
            assumed = entry.card is not None and entry.card.assumption
            note = self.telling.entry_note(entry, row)
            told = Run(f" {note}", bold=True, ink=DOUBT if assumed else SOFT)
            found.append(
                [Run(self.telling.entry_title(entry)), told]
                if note
                else [Run(self.telling.entry_title(entry))]
            )
        if len(entries) > _IN_CELL:
            found.append([Run(self.words.phrase("more_short", n=len(entries) - _IN_CELL), ink=SOFT)])
        first = entries[0].card
        if first is not None and first.assumption:
            return Cell(found, DOUBT_WASH)
        strong = first is None or strength(first.people) > 1
        return Cell(found, lane_tone(row.lane).wash if strong and row.lane else "")

    def _stages(self) -> None:
        self.paper.heading(1, self.words.phrase("stages"))
        for index, point in enumerate(self.telling.points):
            self._stage(index, point)

    def _stage(self, index: int, point: Point) -> None:
        paper, telling = self.paper, self.telling
        paper.heading(2, f"{index + 1}. {telling.stage_name(point.stage)}")
        tone = feeling_tone(point.valence)
        feels = telling.feeling(point)
        if point.valence is not None:
            feels = f"{capital(self.words.phrase('feels'))} {feels}"
        moment = f"{self.words.phrase('star')} · " if point.stage.moment_of_truth else ""
        facts = "".join(f" · {fact}" for fact in telling.stage_facts(point))
        paper.text(
            "CardFacts",
            Run(moment, bold=True, ink=DOUBT),
            Run(feels, bold=True, ink=tone.ink),
            facts,
            kept=True,
        )
        paper.text("Normal", passage(point.stage.summary))
        for row in telling.rows:
            self._entries(row, row.cells[index])
        if empty := telling.empty_rows(index):
            paper.text("NoEvidence", self.words.phrase("nothing_for", lanes=", ".join(empty)))

    def _entries(self, element: Element, entries: Sequence[Entry]) -> None:
        """The entries of one row at one stage, under its name."""
        if not entries:
            return
        self.paper.heading(3, capital(clean(element.name)))
        for entry in entries[:_MOST_CARDS]:
            if entry.card is not None:
                self._card(entry.card)
            else:
                self._entry(entry, element)
        if len(entries) > _MOST_CARDS:
            self.paper.text("Remark", self.say("rows_more", n=len(entries) - _MOST_CARDS))

    def _card(self, card: Card) -> None:
        paper, telling = self.paper, self.telling
        if card.assumption:
            paper.text("Assumption", telling.card_title(card))
        else:
            paper.heading(4, telling.card_title(card))
        told = Run(telling.strength(card), bold=True, ink=DOUBT if card.assumption else "")
        quotes, left = telling.quotes(card, _QUOTES, _AGAINST)
        detail = passage(card.detail)
        facts = "".join(f" · {fact}" for fact in telling.facts(card))
        # A card stays on one page as far as that goes; a long detail may part it.
        paper.text("CardFacts", told, facts, kept=bool(detail or quotes))
        paper.text("Normal", detail)
        for number, heard in enumerate(quotes, 1):
            paper.quote(heard, kept=number < len(quotes) or left > 0)
        if left:
            paper.text("Remark", self.say("quotes_more", n=left))

    def _entry(self, entry: Entry, element: Element) -> None:
        note = self.telling.entry_note(entry, element)
        # A quote stands in full under it.
        title = "" if entry.is_quote and note else self.telling.entry_title(entry)
        told = Run(f" · {note}" if title else note, ink=SOFT)
        quotes = entry.quotes[:_QUOTES]
        self.paper.text("ListBullet", *([title, told] if note else [title]), kept=bool(quotes))
        for number, item in enumerate(quotes, 1):
            self.paper.quote(self.telling.heard(item), kept=number < len(quotes))

    def _others(self) -> None:
        if not self.telling.others:
            return
        self.paper.heading(1, self.say("others"))
        for element in self.telling.others:
            self.paper.heading(2, capital(clean(element.name)))
            self.paper.text("CardFacts", clean(element.about))
            entries = [entry for found in element.cells for entry in found]
            for entry in entries[:_MOST_CARDS]:
                self._entry(entry, element)
            if not entries:
                self.paper.text("NoEvidence", self.words.phrase("no_evidence"))
            if len(entries) > _MOST_CARDS:
                self.paper.text("Remark", self.say("rows_more", n=len(entries) - _MOST_CARDS))

    def _priorities(self) -> None:
        title, ranked = self.telling.priorities()
        if not ranked:
            return
        self.paper.heading(1, title)
        rows = []
        for number, card in enumerate(ranked[:_MOST_ROWS], 1):
            stage = self.telling.reading.stage(card.stage)
            owner = cut(clean(card.owner or ""))
            rows.append(
                [
                    cell(str(number), bold=True),
                    cell(self.telling.card_title(card), bold=True),
                    cell(self.telling.stage_name(stage) if stage else "–"),
                    cell(" · ".join([self.telling.strength(card), *self.telling.reading.plan(card)])),
                    cell(owner or self.say("no_owner"), italic=not owner, ink="" if owner else SOFT),
                ]
            )
        head = [self.say(name) for name in ("priority_number", "what", "where", "behind", "owner")]
        self._table(head, rows, [0.35, 3, 1.2, 1.7, 1], title, len(ranked))

    def _table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        shares: Sequence[float],
        title: str,
        total: int,
    ) -> None:
        self.paper.table(
            head, rows, shares, caption=title, about=self.say("about_table", name=title, n=len(rows))
        )
        if total > len(rows):
            self.paper.text("Remark", self.say("rows_more", n=total - len(rows)))

    def _detours(self) -> None:
        found = self.telling.detours()
        if not found:
            return
        title = self.words.phrase("transitions")
        self.paper.heading(1, title)
        rows = [
            [cell(f"{origin} → {target}", bold=True), cell(how), cell(people)]
            for origin, target, how, people in found[:_MOST_ROWS]
        ]
        self._table(
            [self.say(name) for name in ("from_to", "how", "who")], rows, [3, 2, 1], title, len(found)
        )

    def _sources(self) -> None:
        self.paper.heading(1, self.say("method"))
        for name, body in self.telling.about():
            self.paper.text("Normal", Run(f"{name}: ", bold=True), body)
        quoted = self.telling.quoted()
        rows = []
        sources = self.telling.journey.sources
        for source in sources[:_MOST_ROWS]:
            asked = self.say("asked" if source.kind in SOLICITED else "unasked")
            language = self.words.name_of_language(clean(source.language))
            figures = (str(source.utterances), str(quoted.get(source.source, 0)))
            texts = (clean(source.source), self.words.kind(source.kind), asked, language, *figures)
            rows.append([cell(text) for text in texts])
        if rows:
            head = [self.say(name) for name in ("file", "kind", "came", "language", "said", "quoted")]
            self._table(head, rows, [2.6, 1, 1.3, 0.9, 0.8, 0.8], self.say("sources"), len(sources))
