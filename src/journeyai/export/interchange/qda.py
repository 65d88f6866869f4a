"""The map's evidence as a REFI-QDA project (`.qdpx`), for NVivo, MAXQDA, ATLAS.ti, QualCoder and others.

A zip archive: `project.qde` (XML) and the text of every quoted document in `sources/`.  **The words of the sources are
in it**, whole where they are at hand: who gets the file can read them.

Quotations stand at the very positions of the map and have the codes of their cards, their stage and their speaker's
personas.  The people quoted are the cases.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from journeyai import __version__
from journeyai.export.elements import Element, elements
from journeyai.export.interchange.qda_codes import CodeBook
from journeyai.export.interchange.qda_documents import QuotedDocument, quoted_documents
from journeyai.export.interchange.writing import (
    Distinct,
    Keys,
    about_lines,
    added,
    archive,
    legible,
    made_at,
    title_of,
    titled,
    told,
    xml_file,
)
from journeyai.export.material import Material
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Evidence, JourneyMap

#: Longest name of a quotation.
_QUOTE_CHARS: Final = 80
#: Variables of documents and of cases, by key of the words; some programs keep one list of names for both.
_OF_DOCUMENTS: Final = {"kind": "Text", "solicited": "Boolean", "language": "Text", "whole": "Boolean"}
_OF_CASES: Final = {"persona": "Text"}


class QdaExporter:
    """Writes a REFI-QDA project, version 1.0 of its XML."""

    suffix = ".qdpx"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the archive."""
        project = _Project(journey, material)
        entries = [("project.qde", xml_file(project.root()))]
        entries += [
            (f"sources/{guid}.txt", text.encode("utf-8", "replace")) for guid, text in project.texts()
        ]
        return archive(entries)


class _Project:
    """One map as a project."""

    def __init__(self, journey: JourneyMap, material: Material) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("interchange", journey.language)
        self.keys = Keys(journey)
        self.elements = elements(self.reading, material.template)
        self.book = CodeBook(self.reading, self.elements, self.keys)
        self.documents = quoted_documents(self._quoted(), material, self.keys)
        self.sources = {source.source: source for source in journey.sources}
        self.user = self.keys.uuid("user")
        self.at = made_at(journey)
        self.by = {"creatingUser": self.user, "creationDateTime": self.at}

    def _quoted(self) -> list[Evidence]:
        """Evidence of the cards that stand, for and against, and of the personas, as on the map."""
        used = {id_ for card in self.book.cards for id_ in (*card.evidence, *card.against)}
        used |= {id_ for persona in self.journey.personas for id_ in persona.evidence}
        return [item for item in self.journey.evidence if item.id in used]

    def texts(self) -> list[tuple[str, str]]:
        """Return the text of each document by its id, and the note's."""
        return [
            *((document.guid, document.text) for document in self.documents),
            (self._note_id, self._note()),
        ]

    def root(self) -> ET.Element:
        root = ET.Element(
            "Project",
            {
                "xmlns": "urn:QDA-XML:project:1.0",
                "name": title_of(self.journey, self.reading),
                "origin": f"JourneyAI {__version__}",
                "creatingUserGUID": self.user,
                "creationDateTime": self.at,
            },
        )
        added(added(root, "Users"), "User", guid=self.user, name="JourneyAI")
        self.book.write(root)
        variables = added(root, "Variables")
        for key, kind in {**_OF_DOCUMENTS, **_OF_CASES}.items():
            added(
                variables, "Variable", guid=self._variable(key), name=self.say.say(key), typeOfVariable=kind
            )
        self._cases(root)
        if self.documents:
            sources = added(root, "Sources")
            for document in self.documents:
                self._document(sources, document)
        note = added(added(root, "Notes"), "Note", guid=self._note_id, name=self.say.say("note"), **self.by)
        note.set("plainTextPath", f"internal://{self._note_id}.txt")
        self._sets(root)
        added(root, "Description", self.say.say("project_about", version=__version__))
        added(root, "NoteRef", targetGUID=self._note_id)
        return root

    @property
    def _note_id(self) -> str:
        return self.keys.uuid("note")

    def _variable(self, key: str) -> str:
        return self.keys.uuid("variable", key)

    def _cases(self, root: ET.Element) -> None:
        """A case a customer quoted, with the persona and the quotations."""
        people: dict[tuple[str, str], list[tuple[QuotedDocument, str, Evidence]]] = {}
        for document in self.documents:
            for quotation in document.quotations:
                for item in quotation.items:
                    if item.role == "customer":
                        person = (item.source, item.speaker or item.record or "")
                        people.setdefault(person, []).append((document, quotation.guid, item))
        if not people:
            return
        cases, names = added(root, "Cases"), Distinct()
        for (source, speaker), said in people.items():
            name = names.name(titled(f"{speaker or '?'} ({said[0][0].name})"))
            case = added(cases, "Case", guid=self.keys.uuid("case", source, speaker), name=name)
            personas = dict.fromkeys(p.id for _, _, item in said for p in self.book.personas(item))
            called = [titled(p.name) or legible(p.id) for p in self.journey.personas if p.id in personas]
            if called:
                self._value(case, "persona", "TextValue", "; ".join(called))
            for guid in dict.fromkeys(document.guid for document, _, _ in said):
                added(case, "SourceRef", targetGUID=guid)
            for guid in dict.fromkeys(quotation for _, quotation, _ in said):
                added(case, "SelectionRef", targetGUID=guid)

    def _value(self, parent: ET.Element, key: str, tag: str, text: str) -> None:
        value = added(parent, "VariableValue")
        added(value, "VariableRef", targetGUID=self._variable(key))
        added(value, tag, text)

    def _document(self, sources: ET.Element, document: QuotedDocument) -> None:
        element = added(sources, "TextSource", guid=document.guid, name=document.name, **self.by)
        element.set("plainTextPath", f"internal://{document.guid}.txt")
        place = legible(document.source)
        if document.record is not None:
            place = self.say.say("document_record", source=place, record=legible(document.record))
        key = "whole_text" if document.whole else "only_quotes"
        added(element, "Description", self.say.say(key, place=place))
        for quotation in document.quotations:
            self._quotation(element, quotation.guid, quotation.start, quotation.end, quotation.items)
        if source := self.sources.get(document.source):
            self._value(element, "kind", "TextValue", self.words.kind(source.kind))
            self._value(element, "solicited", "BooleanValue", _boolean(source.solicited))
            self._value(
                element, "language", "TextValue", self.words.name_of_language(legible(source.language))
            )
        self._value(element, "whole", "BooleanValue", _boolean(document.whole))

    def _quotation(
        self, document: ET.Element, guid: str, start: int, end: int, items: tuple[Evidence, ...]
    ) -> None:
        selection = added(document, "PlainTextSelection", guid=guid, **self.by)
        selection.set("name", legible(items[0].quote, _QUOTE_CHARS) or legible(items[0].id))
        selection.set("startPosition", str(start))
        selection.set("endPosition", str(end))
        added(selection, "Description", " | ".join(" · ".join(self._said(item)) for item in items))
        for code in self.book.codes(items):
            coding = added(selection, "Coding", guid=self.keys.uuid("coding", guid, code), **self.by)
            added(coding, "CodeRef", targetGUID=code)

    def _said(self, item: Evidence) -> Iterator[str]:
        if speaker := legible(item.speaker or ""):
            yield speaker
        yield self.words.role(item.role)
        if at := legible(item.at or ""):
            yield at
        yield f"{self.words.emotion(item.emotion)} {self.words.signed(item.valence)}"
        if item.channel:
            yield self.words.channel(item.channel)
        yield legible(item.id)

    def _sets(self, root: ET.Element) -> None:
        """A set a persona: the codes of its cards."""
        found = [
            (persona, [card for card in self.book.cards if persona.id in card.personas])
            for persona in self.journey.personas
        ]
        if not any(cards for _, cards in found):
            return
        sets, names = added(root, "Sets"), Distinct()
        for persona, cards in found:
            if cards:
                name = names.name(titled(persona.name) or legible(persona.id))
                part = added(sets, "Set", guid=self.keys.uuid("set", persona.id), name=name)
                for card in cards:
                    added(part, "MemberCode", targetGUID=self.book.guid("card", card.id))

    def _note(self) -> str:
        """What the map is, and how the codes are to be read; then what the method asks for besides cards."""
        lines = [title_of(self.journey, self.reading), *about_lines(self.journey, self.reading)]
        lines.append(self.say.say("reading"))
        lines += [line for element in self.elements if (line := self._beside(element))]
        return "\n\n".join(lines) + "\n"

    def _beside(self, element: Element) -> str:
        """Return in a line what *element* holds besides cards, which are codes; empty if it holds cards alone."""
        name = legible(element.name)
        if element.is_empty:
            return f"{name}: {self.words.phrase('no_evidence')}"
        parts = []
        for n, cell in enumerate(element.cells):
            if texts := [
                text for entry in cell if entry.card is None and (text := told(entry, self.reading))
            ]:
                where = f"{titled(self.reading.stages[n].name)}: " if element.by_stage else ""
                parts.append(where + "; ".join(texts))
        return f"{name}: {' | '.join(parts)}" if parts else ""


def _boolean(value: bool) -> str:
    return "true" if value else "false"
