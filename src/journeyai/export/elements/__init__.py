"""What a method asks for, filled from the map: its rows across the stages, and the parts beside them.

Nothing is made up here: each entry is a card, a quote, or a figure counted on the map.
"""

from collections.abc import Callable
from typing import Final

from journeyai.export.elements import moments, persons, plans, rows
from journeyai.export.elements.gathered import Gathered
from journeyai.export.elements.parts import Cells, Element, Entry
from journeyai.export.reading import READING_ORDER, Reading
from journeyai.knowledge.fillings import FILLINGS, Fill
from journeyai.knowledge.templates import ElementTemplate, Template
from journeyai.model.journey import Card
from journeyai.model.vocabulary import Lane

__all__ = ["Element", "Entry", "elements", "lane_row"]

_FILLERS: Final[dict[Fill, Callable[[Gathered, ElementTemplate], Cells]]] = {
    "cards": rows.cards,
    "contacts": rows.contacts,
    "feelings": rows.feelings,
    "stages": rows.stages,
    "timeline": rows.timeline,
    "measures": rows.measures,
    "own_words": rows.own_words,
    "quotes": rows.quotes,
    "asked": rows.asked_or_not,
    "people": rows.people_involved,
    "visibility": rows.visibility,
    "channels": rows.channels,
    "goal": plans.goal,
    "scope": plans.scope,
    "personas": persons.personas,
    "empathy": persons.empathy,
    "said": persons.said,
    "persona_said": persons.persona_said,
    "by_channel": plans.by_channel,
    "key_moments": moments.key_moments,
    "moment_measures": moments.moment_measures,
    "outcomes": plans.outcomes,
    "follow_ups": plans.follow_ups,
    "priorities": plans.priorities,
    "ideas": plans.ideas,
    "turning_points": moments.turning_points,
    "moment": moments.moment,
    "moment_needs": moments.moment_needs,
    "at": plans.at,
    "experience": moments.experience,
}


def elements(reading: Reading, template: Template | None) -> tuple[Element, ...]:
    """Return what *template* asks for, in its order, filled from *reading*; then the cards that stand in none of it.

    Without a template every lane that holds a card is a row, in reading order.
    """
    if template is None:
        return tuple(lane_row(reading, lane) for lane in reading.lanes)
    if template.elements:
        gathered = Gathered(reading, template)
        found = [_filled(gathered, asked) for asked in template.elements]
    else:
        found = [lane_row(reading, lane) for lane in template.lanes]
    shown = {entry.card.id for element in found for cell in element.cells for entry in cell if entry.card}
    stages = {stage.id for stage in reading.stages}
    rest = [card for card in reading.cards if card.id not in shown and card.stage in stages]
    lanes = [lane for lane in READING_ORDER if any(card.lane == lane for card in rest)]
    return (*found, *(_not_asked(reading, lane, rest) for lane in lanes))


def lane_row(reading: Reading, lane: Lane) -> Element:
    """Return the row of one lane, under the map's own name for it."""
    cells = tuple(
        tuple(_entry(reading, card) for card in reading.at(stage, lane)) for stage in reading.stages
    )
    return Element(lane, reading.words.lane(lane), "", lane, by_stage=True, cells=cells)


def _filled(gathered: Gathered, asked: ElementTemplate) -> Element:
    language = gathered.words.language
    lane = (
        asked.lanes[0] if asked.fill in {"cards", "contacts", "measures"} and len(asked.lanes) == 1 else None
    )
    return Element(
        id=asked.id,
        name=asked.names[language],
        about=asked.about[language],
        lane=lane,
        by_stage=FILLINGS[asked.fill].by_stage,
        cells=_FILLERS[asked.fill](gathered, asked),
    )


def _not_asked(reading: Reading, lane: Lane, rest: list[Card]) -> Element:
    ids = {card.id for card in rest}
    cells = tuple(
        tuple(_entry(reading, card) for card in reading.at(stage, lane) if card.id in ids)
        for stage in reading.stages
    )
    # Another id than the lane's: an element of the method may be called so.
    return Element(
        f"also_{lane}", reading.words.lane(lane), "", lane, by_stage=True, cells=cells, asked=False
    )


def _entry(reading: Reading, card: Card) -> Entry:
    return Entry(card.title, card, note=reading.backing(card))
