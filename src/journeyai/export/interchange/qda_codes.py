"""The code book of a REFI-QDA project: cards under their lanes, stages, personas, and what speaks against a card.

Names are unique over the whole book: some programs know a code by its name alone.  Codes have a description and no
note, since some programs pass over a code that has both.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from journeyai.export.elements import Element
from journeyai.export.interchange.writing import (
    LANE_COLOURS,
    NO_LANE_COLOUR,
    Distinct,
    Keys,
    added,
    cards_of,
    legible,
    titled,
)
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, Evidence, Persona, Stage

#: Longest name of a code.
_NAME_CHARS: Final = 120
_STAGE_COLOUR: Final = "#9FB3C8"
_PERSONA_COLOUR: Final = "#C8B39F"
_AGAINST_COLOUR: Final = "#B0B0B0"


class CodeBook:
    """The codes of one map, and which of them a quotation has."""

    def __init__(self, reading: Reading, found: tuple[Element, ...], keys: Keys) -> None:
        self.reading = reading
        self.words = reading.words
        self.say = talk("interchange", reading.journey.language)
        self._keys = keys
        self._names = Distinct()
        self._rows = _rows(found)
        self.cards = [card for _, cards in self._rows for card in cards]
        self._for = _codes_by_quote((card, card.evidence) for card in self.cards)
        self._against = _codes_by_quote((card, card.against) for card in self.cards)
        self._stages = {stage.id for stage in reading.stages}
        self._personas: dict[tuple[str, str], list[Persona]] = {}
        for persona in reading.journey.personas:
            for member in persona.members:
                self._personas.setdefault((member.source, member.speaker), []).append(persona)

    def guid(self, kind: str, id_: str) -> str:
        """Return the id of a code: *kind* is `card`, `stage`, `persona` or `against`."""
        return self._keys.uuid(f"code {kind}", id_)

    def personas(self, item: Evidence) -> list[Persona]:
        """Return the personas that the speaker of *item* belongs to."""
        return self._personas.get((item.source, item.speaker or ""), [])

    def codes(self, items: Iterable[Evidence]) -> list[str]:
        """Return the codes of a quotation that holds *items*, each once."""
        found: list[str] = []
        for item in items:
            found += [self.guid("card", card.id) for card in self._for.get(item.id, ())]
            found += [self.guid("against", card.id) for card in self._against.get(item.id, ())]
            found += [self.guid("stage", item.stage)] if item.stage in self._stages else []
            found += [self.guid("persona", persona.id) for persona in self.personas(item)]
        return list(dict.fromkeys(found))

    def write(self, project: ET.Element) -> None:
        """Add the code book to *project*; nothing if there is no code."""
        book = ET.Element("Codes")
        for element, cards in self._rows:
            self._lane(book, element, cards)
        if self.reading.stages:
            folder = self._folder(book, "stages")
            for stage in self.reading.stages:
                self._stage(folder, stage)
        if personas := self.reading.journey.personas:
            folder = self._folder(book, "personas")
            for persona in personas:
                self._persona(folder, persona)
        if contradicted := [card for card in self.cards if self.reading.quotes(card.against)]:
            folder = self._folder(book, "contradicts")
            for card in contradicted:
                name = f"≠ {titled(card.title)}"
                code = self._code(folder, "against", card.id, name, _AGAINST_COLOUR)
                added(code, "Description", self.say.say("contradicts_about"))
        if len(book):
            added(project, "CodeBook").append(book)

    def _lane(self, book: ET.Element, element: Element, cards: list[Card]) -> None:
        name = self._names.name(legible(element.name, _NAME_CHARS), element.id)
        colour = LANE_COLOURS[element.lane] if element.lane else NO_LANE_COLOUR
        guid = self._keys.uuid("codes of", element.id)
        folder = added(book, "Code", guid=guid, name=name, isCodable="false", color=colour)
        about = legible(element.about) or self.say.say("lane_about", lane=legible(element.name))
        empty = f" ({self.words.phrase('no_evidence')})" if element.is_empty else ""
        added(folder, "Description", about + empty)
        for card in cards:
            code = self._code(folder, "card", card.id, titled(card.title), LANE_COLOURS[card.lane])
            added(code, "Description", " · ".join(self._card(card)))

    def _card(self, card: Card) -> Iterator[str]:
        if detail := legible(card.detail):
            yield detail
        if stage := self.reading.stage(card.stage):
            yield f"{self.words.phrase('stage')}: {titled(stage.name)}"
        if names := self.reading.persona_names(card):
            yield f"{self.words.phrase('personas')}: {', '.join(map(titled, names))}"
        yield self.reading.backing(card)
        told = [self.reading.feeling(card), *self.reading.plan(card), self.reading.firmness(card)]
        yield from filter(None, told)
        if card.severity:
            yield self.words.phrase("severity", n=card.severity)
        if card.owner:
            yield self.words.phrase("owner", name=titled(card.owner))
        yield from self.reading.doubts(card)
        yield from self.reading.marks(card)

    def _stage(self, folder: ET.Element, stage: Stage) -> None:
        code = self._code(folder, "stage", stage.id, f"{stage.order}. {titled(stage.name)}", _STAGE_COLOUR)
        told = [legible(stage.summary)]
        told += [self.words.phrase("moment_of_truth")] if stage.moment_of_truth else []
        if stage.valence is None:
            told.append(self.words.phrase("no_feeling"))
        else:
            told.append(f"{self.words.phrase('mean')}: {self.words.signed(stage.valence)}")
        added(code, "Description", " · ".join(filter(None, told)))

    def _persona(self, folder: ET.Element, persona: Persona) -> None:
        name = titled(persona.name) or legible(persona.id)
        code = self._code(folder, "persona", persona.id, name, _PERSONA_COLOUR)
        told = [legible(persona.summary)]
        for key, entries in (
            ("goals", persona.goals),
            ("motivations", persona.motivations),
            ("frustrations", persona.frustrations),
            ("behaviours", persona.behaviours),
        ):
            told += [f"{self.words.phrase(key)}: {'; '.join(map(legible, entries))}"] if entries else []
        told += [] if persona.confirmed else [self.words.phrase("not_confirmed")]
        added(code, "Description", " · ".join(filter(None, told)))

    def _folder(self, book: ET.Element, key: str) -> ET.Element:
        name = self._names.name(self.say.say(key))
        folder = added(book, "Code", guid=self._keys.uuid("codes of", key), name=name, isCodable="false")
        added(folder, "Description", self.say.say(f"{key}_about"))
        return folder

    def _code(self, folder: ET.Element, kind: str, id_: str, name: str, colour: str) -> ET.Element:
        name = self._names.name(legible(name, _NAME_CHARS) or legible(id_) or "?", legible(id_, _NAME_CHARS))
        guid = self.guid(kind, id_)
        return added(folder, "Code", guid=guid, name=name, isCodable="true", color=colour)


def _rows(found: tuple[Element, ...]) -> list[tuple[Element, list[Card]]]:
    """Return the elements that hold cards, each card once, in the first row that has it; and rows without evidence."""
    first: dict[str, Element] = {}
    for element in sorted(found, key=lambda element: not element.by_stage):
        for card in cards_of([element]):
            first.setdefault(card.id, element)
    rows = []
    for element in found:
        cards = [card for card in cards_of([element]) if first[card.id] is element]
        if cards or (element.is_empty and element.lane):
            rows.append((element, cards))
    return rows


def _codes_by_quote(found: Iterable[tuple[Card, tuple[str, ...]]]) -> dict[str, list[Card]]:
    by_quote: dict[str, list[Card]] = {}
    for card, ids in found:
        for id_ in ids:
            by_quote.setdefault(id_, []).append(card)
    return by_quote
