"""Slides of the whole map: at a glance, row by row, the emotion curve, and what the method asks for beside it."""

from collections.abc import Iterator, Sequence
from typing import Final

from pptx.util import Pt

from journeyai.export.elements import Element, Entry
from journeyai.export.office.chart import MOST_STAGES, add_chart, chart_key
from journeyai.export.office.deck import Deck, Text, height_of
from journeyai.export.office.layouts import BOTTOM, EDGE, LEAST, ROOM, TOP
from journeyai.export.office.measure import LEADING, lines, width
from journeyai.export.office.style import (
    DOUBT,
    DOUBT_WASH,
    INK,
    PAPER,
    SOFT,
    WHITE,
    feeling_tone,
    lane_tone,
    strength,
)
from journeyai.export.office.telling import Telling, capital, clean

#: Stages side by side: a column of less than 100 points holds no title.
_ACROSS: Final = 7
_LABEL: Final = 112
#: The names of the rows stand in one line at a glance, where they are no wider than this.
_MOST_LABEL: Final = 176.0
#: Slides of each kind; a method of the field needs up to one, four and two.
_MOST_OVERVIEWS: Final = 3
_MOST_GRIDS: Final = 16
_MOST_OTHERS: Final = 8
_TITLE_LINES: Final = 4
_NOTE_LINES: Final = 3
_LINE: Final = LEAST * LEADING
#: Entries of an element that has no stages.
_MOST_ENTRIES: Final = 4


def add_overview(deck: Deck, telling: Telling) -> None:
    """Add the map at a glance: every row and stage, with how many people are behind the strongest card of each."""
    title = telling.words.phrase("grid")
    rows = [row for row in telling.rows if row.lane][:14] or list(telling.rows[:14])
    columns = _columns(telling)
    names = [capital(clean(row.name))[:200] for row in rows]
    wide = max((width(name, LEAST, bold=True) + 12 for name in names), default=0.0)
    label = min(max(_LABEL, wide), _MOST_LABEL)
    for start, end in columns[:_MOST_OVERVIEWS]:
        page = deck.add(_part(title, columns, (start, end), telling), telling.kicker)
        widths = _widths(end - start, label)
        cells = [_stage_heads(telling, start, end, widths[1] - 10), _feelings(telling, start, end)]
        cells += [[_label(row), *_glances(telling, row, start, end)] for row in rows]
        grounds = [[PAPER] * len(widths), [WHITE, *_feeling_grounds(telling, start, end)]]
        grounds += [[WHITE, *(_ground(row, cell) for cell in row.cells[start:end])] for row in rows]
        head = _head_height(cells[0], widths[1] - 10)
        high = min(26.0, (BOTTOM - TOP - 24 - head) / (len(cells) - 1))
        heights = [head, *([high] * (len(cells) - 1))]
        about = telling.talk.say("about_overview", stages=end - start, rows=len(rows))
        deck.table(page, TOP, widths, cells, heights, grounds=grounds, name=title, about=about)
        deck.text(
            page, EDGE, BOTTOM - 16, ROOM, 16, [Text(telling.talk.say("key_overview"), LEAST, ink=SOFT)]
        )
        deck.note(page, [telling.talk.say("key_overview"), *telling.key()])


def _columns(telling: Telling) -> list[tuple[int, int]]:
    """Return the stages that stand on a slide together, as even as can be."""
    count = len(telling.points)
    slides = max(1, -(-count // _ACROSS))
    each = -(-count // slides)
    return [(start, min(start + each, count)) for start in range(0, count, each)] if count else []


def _part(title: str, parts: Sequence[object], part: object, telling: Telling) -> str:
    """Return *title* with which part it is, where there are several."""
    if len(parts) < 2:
        return title
    return f"{title} ({telling.talk.say('part', n=parts.index(part) + 1, total=len(parts))})"


def _widths(count: int, label: float = _LABEL) -> list[float]:
    return [label, *([(ROOM - label) / count] * count)]


def _stage_heads(telling: Telling, start: int, end: int, room: float) -> list[list[Text]]:
    """Return the names of the stages, with their numbers where no number stands on a line of its own."""
    plain = [telling.stage_name(telling.points[number].stage) for number in range(start, end)]
    names = [f"{number}. {name}" for number, name in enumerate(plain, start + 1)]
    if any(lines(name[:200], room, LEAST, bold=True)[0].endswith(".") for name in names):
        names = plain
    return [
        [Text(telling.words.phrase("stage"), LEAST, ink=SOFT)],
        *([Text(name, LEAST, bold=True, lines=2)] for name in names),
    ]


def _head_height(cells: Sequence[Sequence[Text]], room: float) -> float:
    heads = [texts[0].text[:200] for texts in cells[1:]]
    return min(2, max(len(lines(head, room, LEAST, bold=True)) for head in heads)) * _LINE + 8


def _feelings(telling: Telling, start: int, end: int) -> list[list[Text]]:
    points = telling.points[start:end]
    return [
        [Text(capital(telling.words.phrase("feels")), LEAST, bold=True)],
        *([Text(telling.feeling(p), LEAST, bold=True, ink=feeling_tone(p.valence).ink)] for p in points),
    ]


def _feeling_grounds(telling: Telling, start: int, end: int) -> list[str]:
    return [feeling_tone(point.valence).wash for point in telling.points[start:end]]


def _label(row: Element) -> list[Text]:
    return [Text(capital(clean(row.name)), LEAST, bold=True, ink=lane_tone(row.lane).ink)]


def _glances(telling: Telling, row: Element, start: int, end: int) -> list[list[Text]]:
    if row.is_empty:
        return [[_nothing(telling)]] * (end - start)
    return [_glance(telling, row, cell) for cell in row.cells[start:end]]


def _nothing(telling: Telling) -> Text:
    return Text(telling.words.phrase("no_evidence"), LEAST, italic=True, ink=SOFT)


def _glance(telling: Telling, row: Element, cell: tuple[Entry, ...]) -> list[Text]:
    if not cell:
        return [Text("–", LEAST, ink=SOFT)]
    first = cell[0]
    more = f"  +{len(cell) - 1}" if len(cell) > 1 else ""
    told = telling.entry_note(first, row) or telling.entry_title(first)
    assumed = first.card is not None and first.card.assumption
    return [Text(told + more, LEAST, ink=DOUBT if assumed else INK)]


def _ground(row: Element, cell: tuple[Entry, ...]) -> str:
    """Return the colour behind a cell: the row's where many say it, a warning's where nobody does."""
    if not cell:
        return WHITE
    card = cell[0].card
    if card is not None and card.assumption:
        return DOUBT_WASH
    return lane_tone(row.lane).wash if card is None or strength(card.people) > 1 else WHITE


def add_grid(deck: Deck, telling: Telling) -> None:
    """Add every row with the strongest card of each stage, so many rows a slide as can be read."""
    title = telling.talk.say("grid_rows")
    plans = [(span, rows) for span in _columns(telling) for rows in _pages(telling, span)]
    for number, ((start, end), rows) in enumerate(plans[:_MOST_GRIDS]):
        page = deck.add(_part(title, range(len(plans)), number, telling), telling.kicker)
        widths = _widths(end - start)
        cells = [_stage_heads(telling, start, end, widths[1] - 10)]
        cells += [[_label_of(row), *_row(telling, row, start, end)] for row in rows]
        grounds = [[PAPER] * len(widths)]
        grounds += [[WHITE, *(_ground(row, cell) for cell in row.cells[start:end])] for row in rows]
        heights = [
            _head_height(cells[0], widths[1] - 10),
            *(_height(telling, row, (start, end)) for row in rows),
        ]
        about = telling.talk.say("about_grid", rows=", ".join(clean(row.name) for row in rows))
        deck.table(page, TOP, widths, cells, heights, grounds=grounds, name=title, about=about)
        deck.note(page, _row_notes(telling, rows, start, end))
        if number + 1 == _MOST_GRIDS < len(plans):
            deck.note(page, [telling.talk.say("slides_more", n=len(plans) - _MOST_GRIDS)])


def _pages(telling: Telling, span: tuple[int, int]) -> list[list[Element]]:
    """Return the rows that go on a slide together: as few slides as can be, and none of them much emptier."""
    room = _widths(span[1] - span[0])[1] - 10
    most = BOTTOM - TOP - _head_height(_stage_heads(telling, *span, room), room)
    rows = [(row, _height(telling, row, span)) for row in telling.rows]
    fewest = _shared_out(rows, most)
    even = sum(high for _, high in rows) / max(len(fewest), 1)
    while even < most:
        if len(tried := _shared_out(rows, even)) <= len(fewest):
            return tried
        even += _LINE
    return fewest


def _shared_out(rows: Sequence[tuple[Element, float]], most: float) -> list[list[Element]]:
    """Return *rows*, each with its height, in pages that are no higher than *most* points."""
    pages: list[list[Element]] = []
    used = most
    for row, high in rows:
        if not pages or used + high > most:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += high
    return pages


def _height(telling: Telling, row: Element, span: tuple[int, int]) -> float:
    """Return how high a row becomes: its longest cell, or its name."""
    room = _widths(span[1] - span[0])[1] - 10
    name = len(lines(capital(clean(row.name))[:200], _LABEL - 10, LEAST, bold=True)) * _LINE
    cells = (height_of(_cell(telling, row, cell, room)) for cell in row.cells[span[0] : span[1]])
    return max([name, *cells]) + 8


def _label_of(row: Element) -> list[Text]:
    return [Text(capital(clean(row.name)), LEAST, bold=True, ink=lane_tone(row.lane).ink, lines=4)]


def _row(telling: Telling, row: Element, start: int, end: int) -> list[list[Text]]:
    if row.is_empty:
        return [[_nothing(telling)]] * (end - start)
    room = _widths(end - start)[1] - 10
    return [_cell(telling, row, cell, room) for cell in row.cells[start:end]]


def _cell(telling: Telling, row: Element, cell: tuple[Entry, ...], room: float) -> list[Text]:
    if not cell:
        return [Text("–", LEAST, ink=SOFT)]
    first = cell[0]
    title, note = telling.entry_title(first), telling.entry_note(first, row)
    assumed = first.card is not None and first.card.assumption
    told = f"{note}  +{len(cell) - 1}".strip() if len(cell) > 1 else note
    found = [Text(title, LEAST, lines=min(_TITLE_LINES, len(lines(title[:300], room, LEAST))))]
    if told:
        # The strength of a card is short; what is remarked on other entries may be longer.
        count = min(_NOTE_LINES, len(lines(told[:300], room, LEAST, bold=True)))
        found.append(Text(told, LEAST, bold=True, ink=DOUBT if assumed else SOFT, lines=count))
    return found


def _row_notes(telling: Telling, rows: Sequence[Element], start: int, end: int) -> Iterator[str]:
    """Yield every entry of the rows shown, with the best quote of each."""
    for row in rows:
        for number in range(start, end):
            for entry in row.cells[number]:
                stage = telling.stage_name(telling.points[number].stage)
                note = telling.entry_note(entry, row)
                head = " · ".join(part for part in (capital(clean(row.name)), stage, note) if part)
                yield head if entry.is_quote else f"{head}: {telling.entry_title(entry)}"
                if not entry.card and entry.quotes:
                    heard = telling.heard(entry.quotes[0])
                    yield f"    {heard.text} — {heard.where}"


def add_curve(deck: Deck, telling: Telling) -> None:
    """Add the emotion curve as a chart of Office, and the people behind it in the notes."""
    page = deck.add(telling.words.phrase("curve"), telling.kicker)
    deck.text(
        page, EDGE, 86, ROOM, 20, [Text(telling.ends() or telling.words.phrase("curve_key"), 14, ink=SOFT)]
    )
    frame = add_chart(page.slide, telling, Pt(EDGE), Pt(112), Pt(ROOM), Pt(364), size=LEAST)
    frame.name = telling.words.phrase("curve")
    deck.text(page, EDGE, BOTTOM - 18, ROOM, 16, [Text(chart_key(telling), LEAST, ink=SOFT)])
    for point in telling.points:
        facts = " · ".join([telling.feeling(point), *telling.stage_facts(point)])
        deck.note(page, [f"{telling.stage_name(point.stage)}: {facts}"])
    if len(telling.points) > MOST_STAGES:
        deck.note(page, [telling.talk.say("stages_more", n=len(telling.points) - MOST_STAGES)])


def add_others(deck: Deck, telling: Telling) -> None:
    """Add what the method asks for beside the stages: what was found of each, or that there is no evidence."""
    title = telling.talk.say("others")
    pages = list(_other_pages(telling))
    widths = [190.0, ROOM - 190.0]
    for number, found in enumerate(pages[:_MOST_OTHERS]):
        page = deck.add(_part(title, range(len(pages)), number, telling), telling.kicker)
        head = [[Text(telling.talk.say(name), LEAST, ink=SOFT)] for name in ("element", "found")]
        cells = [
            head,
            *([[Text(capital(clean(e.name)), 13, bold=True, lines=3)], texts] for e, texts in found),
        ]
        heights = [22.0, *(_texts_high(texts) for _, texts in found)]
        deck.table(page, TOP, widths, cells, heights, name=title, about=telling.talk.say("about_others"))
        for element, _ in found:
            deck.note(page, _other_notes(telling, element))
        if number + 1 == _MOST_OTHERS < len(pages):
            deck.note(page, [telling.talk.say("slides_more", n=len(pages) - _MOST_OTHERS)])


def _other_pages(telling: Telling) -> Iterator[list[tuple[Element, list[Text]]]]:
    page: list[tuple[Element, list[Text]]] = []
    used = 0.0
    for element in telling.others:
        texts = _found(telling, element)
        high = _texts_high(texts)
        if page and used + high > BOTTOM - TOP - 22:
            yield page
            page, used = [], 0.0
        page.append((element, texts))
        used += high
    if page:
        yield page


def _texts_high(texts: Sequence[Text]) -> float:
    return max(30.0, sum(one.size * LEADING * one.lines for one in texts) + 8)


def _found(telling: Telling, element: Element) -> list[Text]:
    entries = [entry for cell in element.cells for entry in cell]
    if not entries:
        return [Text(telling.words.phrase("no_evidence"), 13, italic=True, ink=SOFT)]
    texts = []
    for entry in entries[:_MOST_ENTRIES]:
        note = telling.entry_note(entry, element)
        told = f"• {telling.entry_title(entry)}" + (f" ({note})" if note else "")
        count = min(3, len(lines(told[:400], ROOM - 200, 13)))
        texts.append(Text(told, 13, lines=count))
    if len(entries) > _MOST_ENTRIES:
        texts.append(Text(telling.talk.say("in_notes", n=len(entries) - _MOST_ENTRIES), LEAST, ink=SOFT))
    return texts


def _other_notes(telling: Telling, element: Element) -> Iterator[str]:
    yield f"{capital(clean(element.name))}: {clean(element.about)}"
    for entry in (entry for cell in element.cells for entry in cell):
        note = telling.entry_note(entry, element)
        # A quote stands in full under it.
        title = "" if entry.is_quote else telling.entry_title(entry)
        yield f"  – {title or note}" + (f" ({note})" if title and note else "")
        for item in entry.quotes[:2]:
            heard = telling.heard(item)
            yield f"    {heard.text} — {heard.where}"
