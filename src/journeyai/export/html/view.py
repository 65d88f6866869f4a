"""What the page shows, laid out: header, curves, personas, columns of cells, sections; all text visible, cut to size.

The templates only put it in its place.  Nothing here is escaped: the templates escape everything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final

from journeyai.export.elements import Element, Entry, elements
from journeyai.export.html.curve import height_of, line_through
from journeyai.export.html.shapes import SHOWN, Cell, Column, Profile, Row, Series, Slip, Tag
from journeyai.export.html.text import GLIMPSE_CHARS, LINE_CHARS, TITLE_CHARS, cut, language_tag
from journeyai.export.material import Material
from journeyai.export.reading import (
    Point,
    Reading,
    coverage_line,
    engine_line,
    says_title,
    scope_line,
    sources_line,
)
from journeyai.knowledge.fillings import Fill
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.journey import Card, JourneyMap, Persona
from journeyai.model.vocabulary import CRITERIA, KINDS, Lane

#: Cards of a cell that are printed: the most that keep all rows and other elements on two pages.
PRINTED: Final = (6, 5, 4, 3, 2, 1)
#: Lines (`rem` of the print style) of two pages without the heading, the curve and the key; of a card; of a row without
#: its cards; of a row at least; of an element's heading.
_PAPER, _CARD, _ROW, _LEAST_ROW, _HEADING = 112.0, 3.4, 1.0, 2.4, 4.5
#: Other elements that stand beside each other on paper.
_BESIDE: Final = 5
#: People behind a card from which on it has one, two, three, four marks.
_STRENGTHS: Final = (1, 2, 4, 8)
#: Feelings from which on a card is coloured, and coloured strongly.
_MILD, _STRONG = 0.3, 1.0
#: Of whoever takes care of an opportunity, so many letters stand on its card.
_OWNER_CHARS: Final = 40
#: Which lanes are coloured, each as what it is about.
_TONES: Final[dict[Lane, str]] = {"pain_point": "bad", "delight": "good", "opportunity": "next"}


class View:
    """Everything the templates ask for."""

    high, low = height_of(2), height_of(-2)

    @staticmethod
    def mood(level: float) -> str:
        """Return the class of a feeling."""
        return mood(level)

    def __init__(self, journey: JourneyMap, material: Material) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.talk: Talk = talk("page", self.words.language)
        self.letters = {persona.id: _letter(number) for number, persona in enumerate(journey.personas)}
        self.entries: list[Entry] = []
        self._languages = {source.source: source.language for source in journey.sources}
        found = elements(self.reading, material.template)
        asked = material.template.elements if material.template else ()
        self._fills: frozenset[Fill] = frozenset(item.fill for item in asked)
        self._printed = _fitting(found)
        self.rows = tuple(self._row(item) for item in found if item.by_stage)
        self.sections = tuple(self._row(item) for item in found if not item.by_stage)

    @property
    def title(self) -> str:
        """The map's title, never empty."""
        return cut(self.journey.title, TITLE_CHARS) or self.words.phrase("untitled")

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield name and body of what the header tells."""
        journey, words = self.journey, self.words
        lines = (
            ("scope", scope_line(journey, words)),
            ("drawn_from", sources_line(journey, words)),
            ("drawn_by", engine_line(journey, words)),
            ("coverage", coverage_line(journey, words)),
        )
        for name, body in lines:
            if told := cut(body, LINE_CHARS):
                yield words.phrase(name), told

    def goal(self) -> str:
        """What the map is for."""
        return cut(self.journey.goal, LINE_CHARS)

    def columns(self) -> tuple[Column, ...]:
        """Return the stages in order."""
        return tuple(self._column(number, point) for number, point in enumerate(self.reading.curve(), 1))

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """Everyone's curve, then one a persona."""
        found = [self._series("all", self.words.phrase("curve_all"), "", self.reading)]
        for persona in self.journey.personas:
            name = cut(persona.name, 80) or cut(persona.id, 20)
            theirs = Reading(self.journey, persona, self.reading)
            found.append(self._series(persona.id, name, self.letters[persona.id], theirs))
        return tuple(found)

    def profiles(self) -> tuple[Profile, ...]:
        """Return the personas."""
        return tuple(self._profile(persona) for persona in self.journey.personas)

    def sources(self) -> list[tuple[str, str, str, int]]:
        """Return path, kind, whether it was asked for, and number of quotes, a source a row."""
        quotes: dict[str, int] = {}
        for item in self.journey.evidence:
            quotes[item.source] = quotes.get(item.source, 0) + 1
        return [
            (
                cut(item.source, 160),
                self.words.kind(item.kind),
                self.talk.say("asked" if item.solicited else "unasked"),
                quotes.get(item.source, 0),
            )
            for item in self.journey.sources
        ]

    def kinds(self) -> list[tuple[str, str]]:
        """Return the kinds of source there are, as the filter offers them."""
        here = {source.kind for source in self.journey.sources}
        return [(kind, _capital(self.words.kind(kind, 2))) for kind in KINDS if kind in here]

    def statuses(self) -> list[tuple[str, str]]:
        """Return what can be asked of a card's standing."""
        names = ("draft", "accepted", "edited", "locked", "assumption", "against", "unsure")
        return [(name, self.talk.say(f"status_{name}")) for name in names]

    def has_row(self, fill: Fill) -> bool:
        """Whether the method has an element of its own for *fill*; the stages' headings do not tell it again."""
        return fill in self._fills

    def curve_about(self) -> str:
        """Return the curve in words: how many stages, the lowest and the highest."""
        known = [(point.valence, point) for point in self.reading.curve() if point.valence is not None]
        told = {"lowest": "", "highest": ""}
        if known:
            for name, choose in (("lowest", min), ("highest", max)):
                value, point = choose(known, key=lambda pair: pair[0])
                stage = cut(point.stage.name, 80)
                told[name] = self.talk.say(f"curve_{name}", stage=stage, value=self.words.signed(value))
        stages = self.words.count("stages", len(self.reading.stages))
        return self.talk.say("curve_about", stages=stages, **told).strip()

    def _column(self, number: int, point: Point) -> Column:
        stage, words = point.stage, self.words
        measures = () if self.has_row("measures") else stage.measures
        facts = [f"{words.measure(item.kind)}\u00a0{words.decimal(item.value)}" for item in measures]
        facts += [cut(stage.duration, 60)] if stage.duration else []
        felt = sorted(((-n, name) for name, n in stage.emotions.items() if name != "neutral"))[:2]
        return Column(
            number=number,
            id=stage.id,
            name=cut(stage.name, 80) or stage.id,
            summary=cut(stage.summary, LINE_CHARS),
            moment=stage.moment_of_truth,
            feeling=self.reading.gap(point) if point.valence is None else words.signed(point.valence),
            mood=mood(point.valence),
            people=words.count("people", point.people) if point.people else "",
            emotions=", ".join(f"{words.emotion(name)} {-n}" for n, name in felt),
            facts=tuple(facts),
        )

    def _series(self, id_: str, name: str, letter: str, reading: Reading) -> Series:
        points = reading.curve()
        values = tuple(
            reading.gap(point) if point.valence is None else self.words.signed(point.valence)
            for point in points
        )
        people = tuple(self.words.count("people", point.people) for point in points)
        return Series(id_, name, letter, line_through([point.valence for point in points]), values, people)

    def _profile(self, persona: Persona) -> Profile:
        words = self.words
        members = len({(member.source, member.speaker) for member in persona.members})
        channels = tuple(words.channel(channel) for channel in persona.channels)
        traits = [
            (words.phrase(name), _cut_all(body))
            for name, body in (
                ("goals", persona.goals),
                ("motivations", persona.motivations),
                ("frustrations", persona.frustrations),
                ("behaviours", persona.behaviours),
                ("channels", (", ".join(channels),)),
            )
        ]
        empathy = [
            (name, self.talk.say(name), _cut_all(getattr(persona.empathy, name)))
            for name in ("says", "thinks", "does", "feels")
        ]
        quote = self.reading.typical(persona)
        return Profile(
            id=persona.id,
            letter=self.letters[persona.id],
            name=cut(persona.name, 80) or cut(persona.id, 20),
            about=words.count("people", members) if members else words.phrase("no_evidence"),
            confirmed=persona.confirmed,
            summary=cut(persona.summary, LINE_CHARS),
            traits=tuple((name, body) for name, body in traits if body),
            empathy=tuple(empathy) if any(body for _, _, body in empathy) else (),
            quote=cut(quote.quote, LINE_CHARS) if quote else "",
            said_by=cut(quote.speaker or words.role(quote.role), 60) if quote else "",
            language=self._language(quote.source) if quote else "",
        )

    def _row(self, element: Element) -> Row:
        lane = element.lane
        return Row(
            id=element.id,
            name=_capital(cut(element.name, 80)),
            about=cut(element.about, LINE_CHARS),
            tone=_TONES.get(lane, "") if lane else "",
            asked=element.asked,
            is_empty=element.is_empty,
            cells=tuple(self._cell(cell) for cell in element.cells),
        )

    def _cell(self, entries: tuple[Entry, ...]) -> Cell:
        slips = []
        for number, entry in enumerate(entries):
            place = ("s " if number >= SHOWN else "") + ("p" if number >= self._printed else "")
            slip = self._slip(entry.card) if entry.card else self._plain_slip(entry)
            slips.append(replace(slip, place=place.strip()))
        return Cell(tuple(slips), self._printed)

    def _plain_slip(self, entry: Entry) -> Slip:
        number = None
        if entry.quotes:
            number = len(self.entries)
            self.entries.append(entry)
        return Slip(cut(entry.text, TITLE_CHARS), entry=number, by=cut(entry.note, LINE_CHARS))

    def _slip(self, card: Card) -> Slip:
        reading = self.reading
        best = reading.best(card)
        glimpse = "" if best is None or says_title(card, best) else cut(best.quote, GLIMPSE_CHARS)
        # What agents tell is counted in quotes, not in people: it is evidence all the same.
        strength = sum(card.people >= step for step in _STRENGTHS) or int(bool(card.evidence))
        return Slip(
            title=cut(card.title, TITLE_CHARS) or card.id,
            classes=f"{mood(card.valence)}{' assumed' if card.assumption else ''}",
            card=card.id,
            by=self._by(card),
            strength=0 if card.assumption else strength,
            tags=tuple(self._tags(card)),
            letters=tuple((self.letters[id_], id_) for id_ in card.personas if id_ in self.letters),
            glimpse=glimpse,
            language=self._language(best.source) if best else "",
        )

    def _by(self, card: Card) -> str:
        """Return who stands behind *card* in as few letters as a narrow column has room for."""
        if card.assumption or not card.people:
            return self.reading.backing(card)
        people = self.words.count("people", card.people)
        return f"{people} · {self.talk.say('documents', n=card.documents)}"

    def _tags(self, card: Card) -> Iterator[Tag]:
        words, say = self.words, self.talk.say
        if card.against:
            yield Tag(
                "against",
                say("tag_against", n=len(card.against)),
                words.count("contradicted", len(card.against)),
            )
        if card.supported is False:
            yield Tag("against", say("tag_unsupported"), words.phrase("unsupported"))
        if self.reading.unsure(card):
            yield Tag("unsure", say("tag_unsure"), words.phrase("unsure_key").removeprefix("? "))
        if card.severity:
            yield Tag(
                "severity", say("tag_severity", n=card.severity), words.phrase("severity", n=card.severity)
            )
        yield from self._plan(card)
        if card.status in {"accepted", "edited"}:
            yield Tag(card.status, words.status(card.status))
        if card.locked:
            yield Tag("locked", words.status("locked"))

    def _plan(self, card: Card) -> Iterator[Tag]:
        """Yield how an opportunity is graded, how far it has got, and who takes care of it."""
        if card.lane != "opportunity":
            return
        if card.judged is not None:
            grades = " / ".join(self.words.grade(getattr(card.judged, name)) for name in CRITERIA)
            yield Tag("plan", f"{card.judged.priority} · {grades}", self.reading.judgement(card))
        if card.progress is not None:
            yield Tag("plan", self.words.progress(card.progress), self.reading.progress(card))
        if owner := cut(card.owner or "", _OWNER_CHARS):
            yield Tag("plan", owner, self.words.phrase("owner", name=owner))

    def _language(self, source: str) -> str:
        code = language_tag(self._languages.get(source, ""))
        return "" if code == self.words.language else code


def _fitting(found: Iterable[Element]) -> int:
    """Return how many cards of each cell can be printed."""
    rows: list[int] = []
    others: list[int] = []
    for item in found:
        (rows if item.by_stage else others).append(max(map(len, item.cells), default=0))
    beside = [max(others[n : n + _BESIDE]) for n in range(0, len(others), _BESIDE)]
    for cards in PRINTED:
        heights = [max(_LEAST_ROW, _ROW + _CARD * min(n, cards)) for n in rows]
        heights += [_HEADING + _CARD * min(n, cards) for n in beside]
        # A row is not broken: where it does not fit at the foot of a page, its room there is lost.
        if sum(heights) + 0.6 * max(heights, default=0) <= _PAPER:
            return cards
    return PRINTED[-1]


def _cut_all(entries: Iterable[str]) -> tuple[str, ...]:
    return tuple(told for entry in entries if (told := cut(entry, TITLE_CHARS)))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _letter(number: int) -> str:
    """Return A … Z, then 27, 28, …."""
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def mood(valence: float | None) -> str:
    """Return the class of a feeling: from `v1` (very bad) over `v3` (neither) to `v5` (very good)."""
    if valence is None or abs(valence) < _MILD:
        return "v3"
    if valence < 0:
        return "v1" if valence <= -_STRONG else "v2"
    return "v5" if valence >= _STRONG else "v4"
