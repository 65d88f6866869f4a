"""A slide a stage: what is counted there, its strongest cards as boxes to move about, and all quotes in the notes."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

from journeyai.export.office.deck import Deck, Page, Text, height_of
from journeyai.export.office.layouts import BOTTOM, EDGE, LEAST, ROOM
from journeyai.export.office.measure import LEADING, lines, width
from journeyai.export.office.style import (
    DOUBT,
    DOUBT_WASH,
    LINE,
    OF_DOUBT,
    PLAIN,
    SOFT,
    WHITE,
    Tone,
    feeling_tone,
    lane_tone,
)
from journeyai.export.office.telling import STAR, Heard, Telling, capital, clean
from journeyai.export.reading import Point
from journeyai.model.journey import Card

#: Slides of stages; a method of the field has up to a dozen.
_MOST: Final = 24
_CARDS: Final = 6
_ACROSS: Final = 3
_GAP: Final = 12
_CARDS_TOP: Final = 128
#: Quotes of a card in the notes: for it, against it.
_QUOTES: Final = 3
_AGAINST: Final = 2


def add_stages(deck: Deck, telling: Telling) -> None:
    """Add a slide for each stage."""
    page: Page | None = None
    for number, point in enumerate(telling.points[:_MOST]):
        page = _add_stage(deck, telling, number, point)
    if page and len(telling.points) > _MOST:
        deck.note(page, [telling.talk.say("stages_more", n=len(telling.points) - _MOST)])


def _add_stage(deck: Deck, telling: Telling, index: int, point: Point) -> Page:
    name = telling.stage_name(point.stage)
    kicker = telling.talk.say("stage_of", n=index + 1, total=len(telling.points))
    page = deck.add(name, kicker)
    _chips(deck, page, telling, point)
    cards = telling.cards_at(point.stage)
    shown = _chosen(telling, cards, index)
    for place, card in enumerate(shown):
        _card(deck, page, telling, card, _place(place, len(shown)))
    extras = [
        (row, telling.entry_title(entry))
        for row in telling.rows
        for entry in row.cells[index]
        if entry.card is None
    ]
    if not shown:
        deck.box(
            page,
            (EDGE, _CARDS_TOP, ROOM, 120),
            [Text(telling.words.phrase("no_evidence"), 20, italic=True, ink=SOFT)],
            dashed=True,
            edge=SOFT,
            anchor=MSO_ANCHOR.MIDDLE,
            align=PP_ALIGN.CENTER,
        )
    _foot(deck, page, telling, index, len(cards) - len(shown))
    if clean(point.stage.summary):
        deck.note(page, [clean(point.stage.summary)])
    deck.note(page, [f"{capital(clean(row.name))}: {text}" for row, text in extras])
    deck.note(page, _card_notes(telling, [*shown, *(card for card in cards if card not in shown)]))
    return page


def _chips(deck: Deck, page: Page, telling: Telling, point: Point) -> None:
    """Put what is counted at the stage in a line of labels under its title."""
    tone = feeling_tone(point.valence)
    feels = telling.feeling(point)
    told: list[tuple[str, Tone]] = [
        (f"{capital(telling.words.phrase('feels'))} {feels}" if point.valence is not None else feels, tone)
    ]
    if point.stage.moment_of_truth:
        told.append((f"{STAR} {telling.words.phrase('moment_of_truth')}", OF_DOUBT))
    told += [(fact, PLAIN) for fact in telling.stage_facts(point)]
    left: float = EDGE
    for text, look in told:
        wide = min(width(text, 13, bold=True) + 20, 300)
        if left + wide > EDGE + ROOM:
            deck.note(page, [text])
            continue
        deck.box(
            page,
            (left, 94, wide, 24),
            [Text(text, 13, bold=True, ink=look.ink)],
            fill=look.wash,
            edge=look.wash,
            name=text[:60],
            anchor=MSO_ANCHOR.MIDDLE,
            align=PP_ALIGN.CENTER,
            pad_across=6,
        )
        left += wide + 8


def _chosen(telling: Telling, cards: Sequence[Card], index: int) -> list[Card]:
    """Return the cards to show: the strongest of each row first, so that a stage is not all of one kind.

    Measures stand under the title already, and opportunities on a slide of their own: they come last.
    """
    order = {card.id: number for number, card in enumerate(cards)}
    first = [cell[0].card for row in telling.rows if row.lane for cell in [row.cells[index]] if cell]
    tops = {card.id for card in first if card is not None}
    told = [card for card in cards if card.lane not in {"measure", "opportunity"}]
    told.sort(key=lambda card: (card.id not in tops, order[card.id]))
    return [*told, *(card for card in cards if card.lane == "opportunity")][:_CARDS]


def _place(number: int, count: int) -> tuple[float, float, float, float]:
    across = min(_ACROSS, count)
    down = -(-count // across)
    wide = (ROOM - _GAP * (across - 1)) / across
    room = BOTTOM - 24 - _CARDS_TOP
    high = min(190.0, (room - _GAP * (down - 1)) / down)
    return (
        EDGE + (number % across) * (wide + _GAP),
        _CARDS_TOP + (number // across) * (high + _GAP),
        wide,
        high,
    )


def _card(
    deck: Deck, page: Page, telling: Telling, card: Card, place: tuple[float, float, float, float]
) -> None:
    """Add a card: row, title, strength, what weakens it, a quote with who said it."""
    room = place[2] - 24
    tone = OF_DOUBT if card.assumption else lane_tone(card.lane)
    title = telling.card_title(card)
    title_lines = min(3, len(lines(title[:300], room, 16, bold=True)))
    doubts = telling.reading.doubts(card)
    texts = [
        Text(telling.words.lane(card.lane, 1).upper(), LEAST, bold=True, ink=tone.ink),
        Text(title, 16, bold=True, lines=title_lines, space=2),
        Text(telling.strength(card), 13, bold=True, ink=DOUBT if card.assumption else SOFT, space=3),
    ]
    if doubts:
        texts.append(Text(capital(" · ".join(doubts)), LEAST, bold=True, ink=DOUBT))
    if heard := telling.telling_quote(card):
        texts += _quote(heard, room, place[3] - 18 - height_of(texts))
    deck.box(
        page,
        place,
        texts,
        bar=SOFT if tone == PLAIN else tone.ink,
        fill=DOUBT_WASH if card.assumption else WHITE,
        edge=DOUBT if card.assumption else LINE,
        dashed=card.assumption,
        name=f"{card.id}: {title}"[:80],
        about=f"{telling.words.lane(card.lane, 1)}: {title}. {telling.strength(card)}",
    )


def _quote(heard: Heard, room: float, left: float) -> list[Text]:
    """Return a quote and who said it, in letters as large as there is room for; nothing if there is none."""
    where = f"— {heard.where}"
    where_lines = min(2, len(lines(where[:300], room, LEAST)))
    for size in (14, LEAST):
        free = int((left - 4 - where_lines * LEAST * LEADING) // (size * LEADING))
        count = len(lines(heard.text[:600], room, size))
        if count <= free or (size == LEAST and free > 0):
            words = Text(
                heard.text, size, italic=True, lines=min(count, free), space=4, language=heard.language
            )
            return [words, Text(where, LEAST, ink=SOFT, lines=where_lines)]
    return []


def _foot(deck: Deck, page: Page, telling: Telling, index: int, more: int) -> None:
    """Say what nobody told of at this stage, and how many cards are in the notes alone."""
    told: list[Any] = []
    right = telling.talk.say("in_notes", n=more) if more > 0 else ""
    wide = width(right, LEAST, bold=True) + 8 if right else 0
    if empty := telling.empty_rows(index):
        text = telling.words.phrase("nothing_for", lanes=", ".join(empty))
        told.append(Text(text, LEAST, italic=True, ink=SOFT))
        deck.text(page, EDGE, BOTTOM - 16, ROOM - wide - 12, 16, told)
    if right:
        deck.text(
            page,
            EDGE + ROOM - wide,
            BOTTOM - 16,
            wide,
            16,
            [Text(right, LEAST, bold=True, ink=SOFT)],
            align=PP_ALIGN.RIGHT,
        )


def _card_notes(telling: Telling, cards: Sequence[Card]) -> Iterator[str]:
    """Yield every card of the stage with its facts and its best quotes."""
    for card in cards:
        facts = " · ".join([telling.strength(card), *telling.facts(card)])
        yield f"{telling.words.lane(card.lane, 1).upper()}: {telling.card_title(card)}"
        yield f"    {facts}"
        if clean(card.detail):
            yield f"    {clean(card.detail)[:4000]}"
        quotes, left = telling.quotes(card, _QUOTES, _AGAINST)
        for heard in quotes:
            against = f"{telling.words.phrase('against')}: " if heard.against else ""
            yield f"    {against}{heard.text} — {heard.where}"
        if left:
            yield f"    {telling.talk.say('quotes_more', n=left)}"
