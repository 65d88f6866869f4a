"""Elements about people: the personas, their empathy maps, and what their members say of themselves."""

from collections.abc import Iterable, Sequence
from typing import Final

from journeyai.export.elements.gathered import MOST_QUOTES, Gathered, proofs
from journeyai.export.elements.parts import Cells, Entry
from journeyai.export.plain import cut, visible
from journeyai.export.reading import GLANCE_CHARS
from journeyai.knowledge.templates import ElementTemplate
from journeyai.model.journey import Evidence, Persona

_EMPATHY: Final = ("says", "thinks", "does", "feels")
#: What a person says where the map's empathy map holds nothing of it.
_SAYINGS: Final = 2
#: Quotes of a persona about one thing.
_OF_ITSELF: Final = 5


def personas(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the personas, each in a line."""
    found = []
    for persona in map_.personas:
        said = map_.of(persona)
        members = len({(member.source, member.speaker) for member in persona.members})
        name, summary = _name(persona), visible(persona.summary)
        notes = [map_.say("people", n=members)] if members else []
        notes += [] if persona.confirmed else [map_.words.phrase("not_confirmed")]
        text = map_.say("persona", name=name, summary=summary) if summary else name
        known = map_.reading.quotes(persona.evidence) or said
        found.append(map_.figure(text, known, " · ".join(notes)))
    return (tuple(found),)


def empathy(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what the people of each persona say, think, do and feel, word for word."""
    found: list[Entry] = []
    for persona in map_.personas:
        said = map_.of(persona)
        by_words = {_words(item.quote): item for item in reversed(said)}
        told = {
            part: [entry for entry in getattr(persona.empathy, part) if visible(entry)] for part in _EMPATHY
        }
        if not told["says"]:
            # Whatever somebody said, they said; what stands among thoughts, deeds and feelings is not said twice.
            used = {_words(entry) for entries in told.values() for entry in entries}
            rest = [item for item in said if _words(item.quote) not in used and item.lane != "measure"]
            told["says"] = [item.quote for item in proofs(rest) if len(item.quote) <= GLANCE_CHARS][:_SAYINGS]
        for part, entries in told.items():
            note = map_.say(part, name=_name(persona))
            for entry in entries:
                proof = by_words.get(_words(entry))
                if proof is not None:
                    found.append(Entry(entry, quotes=(proof,), note=note))
    return (tuple(found),)


def persona_said(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what the members of each persona say of themselves; without personas, what anybody does."""
    found: list[Entry] = []
    shown: set[str] = set()
    for persona in map_.personas:
        mine = [item for item in map_.said(asked.which, map_.of(persona)) if item.id not in shown]
        shown |= {item.id for item in mine}
        found += _named(map_, mine, _name(persona), _OF_ITSELF)
    if not map_.personas:
        found += map_.quoted(map_.said(asked.which, map_.said_by_customers))
    return (tuple(found),)


def said(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what customers say of something; of being handed on, what everybody says."""
    items = map_.evidence if asked.which == "handed_on" else map_.said_by_customers
    return (map_.quoted(map_.said(asked.which, items), most=MOST_QUOTES),)


def _named(map_: Gathered, items: Sequence[Evidence], name: str, most: int) -> Iterable[Entry]:
    for entry in map_.quoted(items, most=most):
        note = " · ".join(filter(None, (name, entry.note)))
        yield Entry(entry.text, quotes=entry.quotes, note=note)


def _name(persona: Persona) -> str:
    return cut(visible(persona.name)) or visible(persona.id)


def _words(text: str) -> str:
    return " ".join(text.split())
