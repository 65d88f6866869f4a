"""The map's cards as TheyDo imports them: insights, and opportunities in a file of their own (JSON, version 1).

A record is known by its `importKey`: imported again it is updated, not doubled.  Fields that are left out keep what the
team has set in TheyDo.  Descriptions are Markdown; everything from sources is escaped.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from journeyai.export.elements import elements
from journeyai.export.interchange.writing import Keys, cards_of, legible, titled
from journeyai.export.markdown import escaped
from journeyai.export.material import Material
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.vocabulary import Lane

#: Lanes that draw TheyDo's curve; its help asks not to score others.
_FELT: Final[frozenset[Lane]] = frozenset({"pain_point", "delight"})
#: Quotes in one description; how many more there are is said.
_MOST_QUOTES: Final = 8
#: A tag is a word or two; a stage's or persona's name can be anything.
_TAG_CHARS: Final = 80


class TheyDoExporter:
    """Writes `THEYDO_INSIGHTS_V1`: every card but the opportunities."""

    suffix = ".json"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the file."""
        records = _Records(journey, material)
        insights = [records.insight(card) for card in records.cards if card.lane != "opportunity"]
        return _file({"format": "THEYDO_INSIGHTS_V1", "insights": insights})


class TheyDoOpportunitiesExporter:
    """Writes `THEYDO_OPPORTUNITIES_V1`: the opportunities."""

    suffix = ".json"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the file."""
        records = _Records(journey, material)
        found = [records.record(card) for card in records.cards if card.lane == "opportunity"]
        return _file({"format": "THEYDO_OPPORTUNITIES_V1", "opportunities": found})


def _file(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


class _Records:
    """The cards of one map as records."""

    def __init__(self, journey: JourneyMap, material: Material) -> None:
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("interchange", journey.language)
        self.keys = Keys(journey)
        self.stages = {stage.id: legible(stage.name) for stage in self.reading.stages}
        self.cards = cards_of(elements(self.reading, material.template))

    def insight(self, card: Card) -> dict[str, Any]:
        # A multiplication factor of the curve in TheyDo: each person weighs the same, what nobody said weighs nothing.
        record = {**self.record(card), "weight": card.people}
        if card.lane in _FELT and card.valence is not None:
            record["empathyScore"] = round(card.valence, 1) + 0.0
        return record

    def record(self, card: Card) -> dict[str, Any]:
        """Return what insights and opportunities share."""
        return {
            "importKey": self.keys.uuid("theydo", card.id),
            "title": titled(card.title) or self.words.phrase("untitled"),
            "description": "\n\n".join(self._description(card)),
            "type": self.words.lane(card.lane, 1),
            "groupTags": [
                {"tagGroup": group, "tag": legible(tag, _TAG_CHARS)}
                for group, tag in dict.fromkeys(self._tags(card))
                if tag
            ],
        }

    def _tags(self, card: Card) -> Iterator[tuple[str, str]]:
        yield self.words.phrase("stage"), self.stages.get(card.stage, "")
        for name in self.reading.persona_names(card):
            yield self.words.phrase("personas"), legible(name)
        yield self.say.say("emotion"), self.words.emotion(card.emotion) if card.emotion else ""
        yield self.say.say("channel"), self.words.channel(card.channel) if card.channel else ""
        if card.assumption:
            yield "JourneyAI", self.words.phrase("assumed")

    def _description(self, card: Card) -> Iterator[str]:
        """Paragraphs of Markdown."""
        if detail := escaped(card.detail):
            yield detail
        facts = [self.reading.backing(card), *self.reading.doubts(card), *self.reading.plan(card)]
        if card.severity:
            facts.append(self.words.phrase("severity", n=card.severity))
        if card.owner:
            facts.append(self.words.phrase("owner", name=titled(card.owner)))
        yield " · ".join(escaped(fact) for fact in facts if fact)
        yield from self._quotes(self.reading.quotes(card.evidence))
        if against := self.reading.quotes(card.against):
            yield f"**{self.words.phrase('against')}**"
            yield from self._quotes(against)

    def _quotes(self, items: list[Evidence]) -> Iterator[str]:
        for item in items[:_MOST_QUOTES]:
            yield f"> {escaped(item.quote)}\n>\n> — {escaped(_said_by(item))}"
        if (more := len(items) - _MOST_QUOTES) > 0:
            yield self.say.say("more_quotes", n=more)


def _said_by(item: Evidence) -> str:
    return ", ".join(_told([item.speaker, item.source, item.record, item.at]))


def _told(parts: Iterable[str | None]) -> list[str]:
    """Return *parts* in order, without those that say nothing or what was said before."""
    return list(dict.fromkeys(part for part in parts if part and legible(part)))
