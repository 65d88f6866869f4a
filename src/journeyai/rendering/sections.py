"""What a method asks for beside the rows of the map: each under its heading, with what was found, or "no evidence"."""

from typing import Final

from rich.text import Text

from journeyai.export.elements import Element, Entry
from journeyai.export.plain import visible
from journeyai.export.reading import Reading
from journeyai.model.journey import Card
from journeyai.rendering.cards import CAUTION, card_lines
from journeyai.rendering.console import safe
from journeyai.rendering.layout import GLUE, Lines, heading, joined, wrap
from journeyai.rendering.opportunities import opportunity_lines
from journeyai.rendering.stages import entry_lines

#: Entries before the rest is counted; all of them with every quote.
_LISTED: Final = 40


def section_lines(reading: Reading, element: Element, width: int, *, evidence: bool, ids: bool) -> Lines:
    """Lay out one element that is no row; with *evidence* every quote, with *ids* each card under its id."""
    about = Text(visible(element.about), style="dim")
    lines = heading(Text(visible(element.name)), width, about)
    entries = [entry for cell in element.cells for entry in cell]
    if not entries:
        return [*lines, *wrap(Text(reading.words.phrase("no_evidence"), style=CAUTION), width)]
    if not evidence and _is_of_opportunities(element):
        cards = [entry.card for entry in entries if entry.card]
        return [*lines, Text(), *opportunity_lines(reading, cards, width, ids=ids)]
    most = len(entries) if evidence or len(entries) <= _LISTED + 1 else _LISTED
    for entry in entries[:most]:
        lines += _entry(reading, entry, width, evidence=evidence, ids=ids)
    if len(entries) > most:
        lines += wrap(Text(reading.words.count("more", len(entries) - most), style="dim"), width, "  ")
    return lines


def _is_of_opportunities(element: Element) -> bool:
    """Whether *element* shows opportunities and nothing else: they stand in a table."""
    entries = [entry for cell in element.cells for entry in cell]
    return all(entry.card and entry.card.lane == "opportunity" for entry in entries)


def _entry(reading: Reading, entry: Entry, width: int, *, evidence: bool, ids: bool) -> Lines:
    if entry.card is None:
        return entry_lines(reading, entry, width, evidence=evidence, ids=ids)
    if evidence:
        return card_lines(reading, entry.card, width, evidence=True, ids=ids)
    note = safe(entry.note)
    note.stylize("dim")
    return wrap(joined([_named(entry.card, ids=ids), note]), width, "", "  ")


def _named(card: Card, *, ids: bool) -> Text:
    bullet = Text("• ")
    if ids:
        bullet.append(f"{card.id}{GLUE}", style="cyan")
    return bullet.append_text(safe(card.title, "bold"))
