"""The stages of a map one by one: how each feels, what was measured, and what the map's rows hold there."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from journeyai.export.elements import Element, Entry
from journeyai.export.plain import shortened, visible
from journeyai.export.reading import GLANCE_CHARS, Point, Reading
from journeyai.model.vocabulary import Lane
from journeyai.rendering.cards import card_lines, quote_lines
from journeyai.rendering.console import safe
from journeyai.rendering.curve import tone
from journeyai.rendering.grid import LANE_STYLES, WIDE, row_name
from journeyai.rendering.layout import Lines, beside, joined, rule, wrap

#: Entries of a row at a stage before the rest is counted; all of them when a part is chosen.
_STRONGEST: Final[dict[Lane, int]] = {"pain_point": 3, "delight": 2, "need": 2}
_STRONGEST_ELSEWHERE: Final = 1
#: The same of a row of several lanes, and of quotes and figures.
_STRONGEST_OF_MANY: Final = 2


def stage_lines(
    reading: Reading,
    number: int,
    point: Point,
    rows: Sequence[Element],
    width: int,
    *,
    whole: bool,
    evidence: bool,
    ids: bool,
) -> Lines:
    """Lay out one stage.

    Args:
        reading: of the map.
        number: of the stage, from 1.
        point: how it feels.
        rows: what stands in its lines, in order.
        width: cells.
        whole: all entries, not the strongest alone.
        evidence: every quote of each.
        ids: each card under its id.
    """
    words, stage = reading.words, point.stage
    lines = [Text(), *_heading(reading, number, point, width)]
    if stage.summary and reading.persona is None:
        lines += wrap(safe(stage.summary), width)
    if reading.persona is None:
        lines += _feelings(reading, point, width)
    columns = 2 if width >= WIDE else 1
    cells = width // columns - (3 if columns > 1 else 0)
    parts = [
        _row(reading, row, point, number - 1, cells, whole=whole, evidence=evidence, ids=ids)
        for row in rows
        if row.cells[number - 1]
    ]
    lines += _flowed(parts, width) if columns > 1 else [line for part in parts for line in part]
    nothing = [row for row in rows if row.asked and not row.cells[number - 1]]
    if 1 < len(rows) == len(nothing):
        lines += wrap(Text(words.phrase("no_evidence").capitalize() + ".", style="dim"), width)
    elif nothing:
        names = ", ".join(visible(row.name) for row in nothing)
        lines += [Text(), *wrap(Text(words.phrase("nothing_for", lanes=names), style="dim"), width)]
    return lines


def entry_lines(reading: Reading, entry: Entry, width: int, *, evidence: bool, ids: bool) -> Lines:
    """Lay out a quote or a figure; with *evidence* the quotes behind a figure, too."""
    if entry.is_quote:
        text = entry.text if evidence else shortened(visible(entry.text), GLANCE_CHARS)
        body = Text(reading.words.phrase("quoted", text=visible(text)))
    else:
        body = safe(entry.text)
    note = safe(entry.note)
    note.stylize("dim")
    lines = wrap(Text("• ").append_text(joined([body, note])), width, "", "  ")
    if evidence:
        for item in entry.quotes:
            lines += quote_lines(reading, item, width, whole=True, ids=ids)
    return lines


def _heading(reading: Reading, number: int, point: Point, width: int) -> Lines:
    words = reading.words
    name = Text(f"{number}  ").append_text(safe(point.stage.name))
    name.stylize("bold")
    if point.stage.moment_of_truth:
        name.append("  ★ ", style="bold").append(words.phrase("moment_of_truth"))
    if point.valence is None:
        right = Text(reading.gap(point), style="dim")
        if point.people:
            right.append(f" · {words.count('people', point.people)}")
    else:
        right = Text(words.signed(point.valence), style=f"bold {tone(point.valence)}".strip())
        if point.people:
            right.append(f" · {words.count('people', point.people)}", style="not bold default")
    if name.cell_len + right.cell_len + 1 <= width:
        return [rule(name, width, right)]
    return [*wrap(name, width, "", "   "), *wrap(right, width, "   ")]


def _feelings(reading: Reading, point: Point, width: int) -> Lines:
    """Return the emotions most people showed, and the ratings they gave."""
    words = reading.words
    felt = sorted(point.stage.emotions.items(), key=lambda item: (-item[1], item[0]))
    names = [f"{words.emotion(name)} {people}" for name, people in felt if name != "neutral"][:3]
    rated = []
    for item in point.stage.measures:
        quotes = words.count("quotes", len(item.evidence))
        rated.append(f"{words.measure(item.kind)} {words.decimal(item.value)} ({quotes})")
    parts = [
        f"{words.phrase(label)}: {', '.join(items)}"
        for label, items in (("lead_emotions", names), ("measures", rated))
        if items
    ]
    return wrap(Text(" · ".join(parts), style="dim"), width) if parts else []


def _row(
    reading: Reading,
    row: Element,
    point: Point,
    index: int,
    width: int,
    *,
    whole: bool,
    evidence: bool,
    ids: bool,
) -> Lines:
    """Return a row's name and its strongest entries at a stage; all of them if *whole*."""
    entries = row.cells[index]
    style = LANE_STYLES.get(row.lane, "") if row.lane else ""
    lines = [Text(), *wrap(Text(row_name(reading, row, len(entries)).upper(), style=style), width)]
    most = _STRONGEST.get(row.lane, _STRONGEST_ELSEWHERE) if row.lane else _STRONGEST_OF_MANY
    most = len(entries) if whole else most
    for entry in entries[:most]:
        if entry.card:
            lines += card_lines(reading, entry.card, width, evidence, ids=ids)
        else:
            lines += entry_lines(reading, entry, width, evidence=evidence, ids=ids)
    if len(entries) > most:
        stage = visible(point.stage.id)
        hint = f"/stage {stage}" if ids else reading.words.phrase("see_stage", stage=stage)
        more = Text(reading.words.count("more", len(entries) - most))
        lines += wrap(more.append(f" ({hint})", style="dim"), width, "  ")
    return lines


def _flowed(parts: Sequence[Lines], width: int) -> Lines:
    """Return *parts* one under the other, or where there is room in two columns of about the same height."""
    column = width // 2
    heights = [len(part) for part in parts]
    split = min(range(1, len(parts) + 1), key=lambda n: max(sum(heights[:n]), sum(heights[n:])), default=0)
    halves = [[line for part in half for line in part] for half in (parts[:split], parts[split:])]
    return beside(halves, [column, column])
