"""What the files for other tools are written with: clean text, names and ids that do not change, XML, archives."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from journeyai.export.elements import Element, Entry
from journeyai.export.plain import TITLE_CHARS, cut, visible
from journeyai.export.reading import (
    Reading,
    coverage_line,
    engine_line,
    scope_line,
    sources_line,
)
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.vocabulary import Lane

#: What every id of ours is derived from: two studies never share one, the same study always has the same.
_NAMESPACE: Final = uuid.UUID("5f1f9f0a-1c0b-5c39-9a0e-7a1d0f2b6c11")
#: Not allowed in XML, and nothing that anybody wrote; `visible` takes away the others that are not.
_NO_XML: Final = str.maketrans("", "", "\ufffe\uffff")
#: Zip files keep the time of each entry; ours have none.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
#: When a map does not say when it was made.
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: Fill colours, light enough for black text on them.
LANE_COLOURS: Final[dict[Lane, str]] = {
    "pain_point": "#F4B6B0",
    "delight": "#BFE3B4",
    "need": "#F6D99A",
    "expectation": "#F3E7A1",
    "question": "#C9D9F2",
    "thought": "#D9D2EE",
    "motivation": "#F3C9E0",
    "action": "#BFE0E6",
    "touchpoint": "#B9D3E8",
    "technical_limit": "#D5C7B8",
    "back_stage": "#D3D6DA",
    "measure": "#CDE6D8",
    "opportunity": "#C7EAC0",
}
NO_LANE_COLOUR: Final = "#E4E6E8"


def legible(text: str, limit: int | None = None) -> str:
    """Return *text* as one line that can be seen and stand in XML; cut at *limit* characters, with `…` at the end."""
    line = visible(text).translate(_NO_XML)
    return line if limit is None else cut(line, limit)


def titled(text: str) -> str:
    """Return *text* as the title or the name of something: legible, and no longer than such a thing is."""
    return legible(text, TITLE_CHARS)


class Keys:
    """Makes the ids of one map: the same parts give the same id, on every machine and every day."""

    def __init__(self, journey: JourneyMap) -> None:
        self._of = (journey.title, journey.scope.state, journey.template)

    def uuid(self, kind: str, *parts: str | int | None) -> str:
        """Return the id of the *kind* of thing that *parts* name."""
        return str(uuid.uuid5(_NAMESPACE, json.dumps([*self._of, kind, *parts])))


class Distinct:
    """Gives out names, none of them twice, whatever their case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, wanted: str, mark: str = "") -> str:
        """Return *wanted*; if it is taken, with *mark* or a number behind it."""
        name, n = wanted, 1
        while name.casefold() in self._taken:
            name = f"{wanted} ({mark})" if mark and n == 1 else f"{wanted} ({n + 1})"
            n += 1
        self._taken.add(name.casefold())
        return name


def made_at(journey: JourneyMap) -> str:
    """Return when *journey* was made, as `2026-11-21T10:00:00Z`."""
    try:
        at = datetime.fromisoformat(journey.made_by.at)
    except ValueError:
        at = _LONG_AGO
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def title_of(journey: JourneyMap, reading: Reading, limit: int = TITLE_CHARS) -> str:
    """Return the map's title, or what a map without one is called."""
    return legible(journey.title, limit) or reading.words.phrase("untitled")


def about_lines(journey: JourneyMap, reading: Reading) -> list[str]:
    """Return what the map is about and what it is made from, a line each."""
    words = reading.words
    told = [
        ("goal", journey.goal),
        ("scope", scope_line(journey, words)),
        ("drawn_from", sources_line(journey, words)),
        ("drawn_by", engine_line(journey, words)),
        ("coverage", coverage_line(journey, words)),
    ]
    return [f"{words.phrase(name)}: {line}" for name, body in told if (line := legible(body))]


def cards_of(found: Iterable[Element]) -> tuple[Card, ...]:
    """Return the cards in *found*, each once: those of the rows first, then what stands only beside the grid."""
    ordered = sorted(found, key=lambda element: not element.by_stage)
    shown = (entry.card for element in ordered for cell in element.cells for entry in cell)
    return tuple({card.id: card for card in shown if card is not None}.values())


def told(entry: Entry, reading: Reading) -> str:
    """Return what *entry* says, and in brackets its remark and what is planned; empty if nothing of it can be seen."""
    text = titled(entry.text) if entry.card else legible(entry.text)
    remarks = [entry.note, *(plan_of(entry.card, reading) if entry.card else ())]
    note = " · ".join(dict.fromkeys(line for remark in remarks if (line := titled(remark))))
    return f"{text} ({note})" if text and note else text


def plan_of(card: Card, reading: Reading) -> list[str]:
    """Return what is thought of an opportunity and how far it has got; of every card whose it is."""
    owner = titled(card.owner or "")
    return [*reading.plan(card), *([reading.words.phrase("owner", name=owner)] if owner else [])]


def added(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element to *parent*; its *text* must be legible already, or be data of ours."""
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def xml_file(root: ET.Element) -> bytes:
    """Return the whole XML file, UTF-8, indented."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def archive(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip archive of *entries*, in their order, without times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, body in entries:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            # Else it says on which system it was written.
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            file.writestr(entry, body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
