"""The map as slides to show to a room: what is on them can be edited, and what they cut stands whole in the notes."""

from collections.abc import Sequence
from typing import Any, Final

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Pt

from journeyai.export.material import Material
from journeyai.export.office.deck import Deck, Page, Text, height_of
from journeyai.export.office.layouts import BOTTOM, EDGE, HEIGHT, LEAST, ROOM, TOP, WIDTH
from journeyai.export.office.map_slides import add_curve, add_grid, add_others, add_overview
from journeyai.export.office.measure import LEADING, fitted, lines
from journeyai.export.office.package import sealed
from journeyai.export.office.stage_slides import add_stages
from journeyai.export.office.style import ACCENT, ACCENT_WASH, DOUBT, INK, PAPER, SOFT, WHITE, feeling_tone
from journeyai.export.office.telling import Telling, clean, passage
from journeyai.export.plain import cut
from journeyai.export.reading import Reading
from journeyai.model.journey import Card, JourneyMap, Persona
from journeyai.model.vocabulary import CRITERIA

#: Slides of personas; start with at most three, the field says.
_MOST_PERSONAS: Final = 12
#: The line of feelings at the foot of a persona's slide.
_STRIP: Final = 62
#: Rows of a table of priorities, of people who did not go straight on; and slides of them.
_ROWS: Final = 7
_MOST_TABLES: Final = 3


class SlidesExporter:
    """Writes a presentation for PowerPoint and what reads its files."""

    suffix = ".pptx"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the presentation."""
        telling = Telling(journey, material)
        deck = Deck(telling)
        _add_title(deck, telling)
        if telling.reading.cards:
            add_overview(deck, telling)
            add_curve(deck, telling)
            add_grid(deck, telling)
        _add_personas(deck, telling)
        add_stages(deck, telling)
        add_others(deck, telling)
        _add_priorities(deck, telling)
        _add_detours(deck, telling)
        _add_method(deck, telling)
        return sealed(deck.saved(), telling)


def _add_title(deck: Deck, telling: Telling) -> None:
    page = deck.add(telling.title, layout="Title Slide")
    deck.box(page, (0, 0, 18, HEIGHT), [], fill=ACCENT, edge=ACCENT)
    left, room = EDGE + 18, 780
    deck.text(page, left, 118, room, 20, [Text(telling.kicker.upper(), 13, bold=True, ink=ACCENT)])
    title, subtitle = page.slide.shapes.title, page.slide.placeholders[1]
    _headline(title, MSO_ANCHOR.TOP)
    high = min(3, len(lines(telling.title[:300], room, 38, bold=True)))
    deck.write(title, page, [Text(telling.title, 38, bold=True, lines=3)], room)
    _headline(subtitle, MSO_ANCHOR.TOP)
    at = 142 + high * 38 * LEADING + 14
    _move(title, left, 142, room, high * 38 * LEADING + 6)
    goal = passage(telling.journey.goal)
    goal_lines = min(3, len(lines(goal[:400], room, 20)))
    _move(subtitle, left, at, room, goal_lines * 20 * LEADING + 6)
    subtitle.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    deck.write(
        subtitle, page, [Text(goal or clean(telling.journey.made_by.at[:10]), 20, ink=SOFT, lines=3)], room
    )
    facts = [(name, body) for name, body in telling.about() if body != goal]
    texts = []
    for name, body in facts:
        told = f"{name}: {body}"
        texts.append(Text(told, 14, ink=INK, lines=min(2, len(lines(told[:300], room, 14))), space=5))
    room_below = height_of(texts)
    deck.text(page, left, HEIGHT - 44 - room_below, room, room_below, texts)
    deck.note(page, [f"{name}: {body}" for name, body in telling.about()])


def _headline(shape: Any, anchor: Any) -> None:
    shape.text_frame.vertical_anchor = anchor
    shape.text_frame.word_wrap = True
    shape.text_frame.margin_left = shape.text_frame.margin_top = shape.text_frame.margin_bottom = 0


def _move(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(width), Pt(height)


def _add_personas(deck: Deck, telling: Telling) -> None:
    personas = telling.journey.personas
    for number, persona in enumerate(personas[:_MOST_PERSONAS], 1):
        kicker = telling.talk.say("persona_of", n=number, total=len(personas))
        page = deck.add(telling.persona_name(persona), kicker)
        _persona_side(deck, page, telling, persona)
        _persona_lists(deck, page, telling, persona)
        _persona_strip(deck, page, telling, persona)
        deck.note(page, _persona_notes(telling, persona))
        if number == _MOST_PERSONAS < len(personas):
            deck.note(page, [telling.talk.say("personas_more", n=len(personas) - _MOST_PERSONAS)])


def _persona_side(deck: Deck, page: Page, telling: Telling, persona: Persona) -> None:
    """Who they are, at the left: how many, what they are like, where they are met, and one of them speaking."""
    wide, high = 270.0, BOTTOM - TOP - _STRIP - 12
    room = wide - 18
    texts = [Text(telling.persona_about(persona), 14, bold=True, ink=SOFT, lines=2)]
    if summary := passage(persona.summary):
        texts.append(Text(summary, 16, lines=min(7, len(lines(summary[:600], room, 16))), space=8))
    if persona.channels:
        channels = ", ".join(telling.words.channel(channel) for channel in persona.channels)
        told = f"{telling.words.phrase('channels')}: {channels}"
        texts.append(Text(told, 14, ink=SOFT, lines=min(3, len(lines(told, room, 14))), space=8))
    if heard := telling.typical(persona):
        used = sum(one.size * LEADING * one.lines + one.space for one in texts)
        count = max(
            1, min(9, int((high - used - 60) // (16 * LEADING)), len(lines(heard.text[:600], room, 16)))
        )
        count = min(count, len(lines(heard.text[:600], room, 16)))
        quote = Text(heard.text, 16, italic=True, ink=ACCENT, lines=count, space=14, language=heard.language)
        where, _ = fitted(f"— {heard.where}", room, 2, LEAST, lambda words: " …")
        texts += [quote, Text(where, LEAST, ink=SOFT, lines=2, space=2)]
    deck.box(page, (EDGE, TOP, wide, high), texts, fill=ACCENT_WASH, edge=ACCENT_WASH)


def _persona_lists(deck: Deck, page: Page, telling: Telling, persona: Persona) -> None:
    """What they want and do, at the right: four boxes, each told to be empty where nothing was said."""
    left, gap = EDGE + 270 + 14, 12
    wide, high = (WIDTH - EDGE - left - gap) / 2, (BOTTOM - TOP - _STRIP - 2 * gap) / 2
    room = wide - 18
    for number, (name, entries) in enumerate(telling.persona_lists(persona)):
        texts = [Text(name, 14, bold=True, ink=ACCENT)]
        space = high - 18 - 14 * LEADING - 16
        shown = 0
        for entry in entries:
            count = min(3, len(lines(f"• {entry}"[:400], room, 13)))
            if space < count * 13 * LEADING + 4:
                break
            space -= count * 13 * LEADING + 4
            texts.append(Text(f"• {entry}", 13, lines=count, space=4))
            shown += 1
        if shown < len(entries):
            texts.append(Text(telling.talk.say("in_notes", n=len(entries) - shown), LEAST, ink=SOFT, space=3))
        if not entries:
            texts.append(Text(telling.words.phrase("no_evidence"), 13, italic=True, ink=SOFT, space=4))
        place = (left + (number % 2) * (wide + gap), TOP + (number // 2) * (high + gap), wide, high)
        deck.box(page, place, texts, dashed=not entries, name=name)


def _persona_strip(deck: Deck, page: Page, telling: Telling, persona: Persona) -> None:
    """How each stage feels to them, at the foot: as many stages as can be read side by side."""
    points = Reading(telling.journey, persona).curve()[:9]
    if not any(point.valence is not None for point in points):
        return
    widths = [ROOM / len(points)] * len(points)
    names = [[Text(telling.stage_name(point.stage), LEAST, ink=SOFT, lines=2)] for point in points]
    feels = [
        [
            Text(
                telling.words.signed(point.valence) if point.valence is not None else "–",
                14,
                bold=True,
                ink=feeling_tone(point.valence).ink,
            )
        ]
        for point in points
    ]
    grounds = [[PAPER] * len(points), [feeling_tone(point.valence).wash for point in points]]
    name = telling.words.phrase("curve")
    about = "; ".join(f"{telling.stage_name(point.stage)}: {telling.feeling(point)}" for point in points)
    deck.table(
        page, BOTTOM - _STRIP, widths, [names, feels], [36.0, 26.0], grounds=grounds, name=name, about=about
    )


def _persona_notes(telling: Telling, persona: Persona) -> list[str]:
    notes = [passage(persona.summary)]
    for name, entries in [*telling.persona_lists(persona), *telling.empathy(persona)]:
        notes.append(f"{name}: {'; '.join(entries) or telling.words.phrase('no_evidence')}")
    for item in telling.reading.quotes(persona.evidence)[:20]:
        heard = telling.heard(item)
        notes.append(f"{heard.text} — {heard.where}")
    return notes


def _add_priorities(deck: Deck, telling: Telling) -> None:
    title, ranked = telling.priorities()
    judged = any(card.judged for card in ranked)
    begun = any(card.progress for card in ranked)
    # Name and width of each column; what more columns need, the title gives.
    columns = [("priority_number", 34.0), ("what", 420.0), ("where", 130.0), ("behind", 180.0)]
    columns += [("judged", 112.0)] if judged else []
    columns += [("progress", 92.0)] if begun else []
    columns[1] = ("what", 420.0 - 90 * judged - 104 * begun)
    names = [*(name for name, _ in columns), "owner"]
    widths = [width for _, width in columns]
    widths.append(ROOM - sum(widths))
    rows = [
        _priority(telling, number, card, judged=judged, begun=begun) for number, card in enumerate(ranked, 1)
    ]
    # What is graded are three words: they take two lines.
    head = [
        [Text(telling.talk.say(name), LEAST, ink=SOFT, lines=2 if name == "judged" else 1)] for name in names
    ]
    notes = [_why(telling, card) for card in ranked]
    _tables(deck, telling, title, head, widths, rows, 2, notes)


def _priority(telling: Telling, number: int, card: Card, *, judged: bool, begun: bool) -> list[list[Text]]:
    stage = telling.reading.stage(card.stage)
    cells = [
        [Text(str(number), 16, bold=True, ink=ACCENT)],
        [Text(telling.card_title(card), 14, bold=True, lines=2)],
        [Text(telling.stage_name(stage) if stage else "–", LEAST, lines=2)],
        [Text(telling.strength(card), LEAST, ink=DOUBT if card.assumption else INK, lines=2)],
    ]
    if judged:
        cells.append([Text(_grades(telling, card), LEAST, lines=3)])
    if begun:
        cells.append([Text(telling.words.progress(card.progress) if card.progress else "–", LEAST, lines=2)])
    owner = cut(clean(card.owner or ""))
    return [
        *cells,
        [
            Text(
                owner or telling.talk.say("no_owner"),
                LEAST,
                italic=not owner,
                ink=INK if owner else SOFT,
                lines=2,
            )
        ],
    ]


def _grades(telling: Telling, card: Card) -> str:
    if card.judged is None:
        return "–"
    grades = (telling.words.grade(getattr(card.judged, name)) for name in CRITERIA)
    return " / ".join(grades)


def _why(telling: Telling, card: Card) -> str:
    facts = " · ".join([telling.strength(card), *telling.facts(card)])
    told = [f"{telling.card_title(card)} ({facts})", passage(card.detail)]
    quotes, _ = telling.quotes(card, 2, 1)
    told += [f"{heard.text} — {heard.where}" for heard in quotes]
    return " | ".join(part for part in told if part)


def _tables(
    deck: Deck,
    telling: Telling,
    title: str,
    head: list[list[Text]],
    widths: Sequence[float],
    rows: Sequence[list[list[Text]]],
    deep: int,
    notes: Sequence[str],
) -> None:
    """Add as many slides as *rows* take, up to a bound; the rest is counted."""
    most = _ROWS * _MOST_TABLES
    parts = [(start, rows[start : start + _ROWS]) for start in range(0, min(len(rows), most), _ROWS)]
    for number, (start, part) in enumerate(parts, 1):
        name = (
            title if len(parts) == 1 else f"{title} ({telling.talk.say('part', n=number, total=len(parts))})"
        )
        page = deck.add(name, telling.kicker)
        high = deep * 14 * LEADING + 12
        head_lines = max(text.lines for cell in head for text in cell)
        heights = [7 + head_lines * LEAST * LEADING, *([high] * len(part))]
        grounds = [[PAPER] * len(widths), *([WHITE] * len(widths) for _ in part)]
        about = telling.talk.say("about_table", name=title, n=len(part))
        deck.table(page, TOP, widths, [head, *part], heights, grounds=grounds, name=title, about=about)
        deck.note(page, notes[start : start + len(part)])
        if number == len(parts) and len(rows) > most:
            told = telling.talk.say("rows_more", n=len(rows) - most)
            deck.text(page, EDGE, BOTTOM - 16, ROOM, 16, [Text(told, LEAST, bold=True, ink=SOFT)])


def _add_detours(deck: Deck, telling: Telling) -> None:
    rows = [
        [[Text(f"{origin} → {target}", 16, bold=True)], [Text(how, 14)], [Text(people, 14)]]
        for origin, target, how, people in telling.detours()
    ]
    head = [[Text(telling.talk.say(name), LEAST, ink=SOFT)] for name in ("from_to", "how", "who")]
    _tables(
        deck,
        telling,
        telling.words.phrase("transitions"),
        head,
        [476.0, 200.0, 200.0],
        rows,
        1,
        [""] * len(rows),
    )


def _add_method(deck: Deck, telling: Telling) -> None:
    """What the map stands on: the sources by kind, how it was made, how to read its marks."""
    page = deck.add(telling.talk.say("method"), telling.kicker)
    kinds = telling.sources_by_kind()
    head = [[Text(telling.talk.say(name), LEAST, ink=SOFT)] for name in ("kind", "files", "said", "quoted")]
    rows = [[[Text(cell, 14, bold=place == 0)] for place, cell in enumerate(row)] for row in kinds]
    widths = [184.0, 72.0, 84.0, 66.0]
    name, about = telling.talk.say("sources"), telling.talk.say("about_sources")
    deck.table(page, TOP, widths, [head, *rows], [22.0, *([28.0] * len(rows))], name=name, about=about)
    left = EDGE + sum(widths) + 20
    wide = EDGE + ROOM - left
    texts = []
    for title, body in telling.about()[1 if passage(telling.journey.goal) else 0 :]:
        told = f"{title}: {body}"
        texts.append(Text(told, 14, lines=min(3, len(lines(told[:300], wide - 18, 14))), space=5))
    texts.append(Text(telling.talk.say("promise"), 13, bold=True, ink=ACCENT, lines=4, space=6))
    texts.append(Text(telling.talk.say("key_title"), 13, bold=True, lines=1, space=8))
    for told in telling.key():
        count = min(2, len(lines(told, wide - 18, LEAST)))
        texts.append(Text(told, LEAST, lines=count, space=3))
    deck.box(page, (left, TOP, wide, min(BOTTOM - TOP, height_of(texts) + 18)), texts, fill=PAPER, edge=PAPER)
    deck.note(page, [f"{title}: {body}" for title, body in telling.about()])
    for source in telling.journey.sources[:200]:
        kind = telling.words.kind(source.kind)
        deck.note(
            page, [f"{clean(source.source)} · {kind} · {telling.words.name_of_language(source.language)}"]
        )
    if len(telling.journey.sources) > 200:
        deck.note(page, [telling.talk.say("rows_more", n=len(telling.journey.sources) - 200)])
