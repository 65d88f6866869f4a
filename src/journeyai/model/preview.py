"""A plain HTML table of a map, for notebooks.  Everything that comes from sources is escaped."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeyai.model.journey import JourneyMap


def map_as_html(journey: "JourneyMap") -> str:
    """Return a table of stages × lanes; each card with the number of people behind it."""
    lanes = sorted({card.lane for card in journey.cards})
    head = "".join(f"<th>{escape(stage.name)}</th>" for stage in journey.stages)
    rows = []
    for lane in lanes:
        cells = []
        for stage in journey.stages:
            cards = [card for card in journey.cards if card.lane == lane and card.stage == stage.id]
            items = "".join(f"<li>{escape(card.title)} ({card.people})</li>" for card in cards)
            cells.append(f"<td><ul>{items}</ul></td>" if items else "<td>–</td>")
        rows.append(f"<tr><th>{escape(lane.replace('_', ' '))}</th>{''.join(cells)}</tr>")
    title = escape(journey.title or "Journey map")
    return f"<table><caption>{title}</caption><tr><th></th>{head}</tr>{''.join(rows)}</table>"
