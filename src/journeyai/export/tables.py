"""The map as two tables for spreadsheets: a row a card, and a row a quote.

Both are full records: rejected cards stand there too, with their status, and everything that is counted.  A table is
written in the language of the map (headings, lanes, emotions, yes and no, the decimal point) and understood in either
language: `column` knows the headings of both, `label` the words.  Ids stand beside names, and ids count.

What comes back is what was written, up to what cannot be seen: line breaks and runs of spaces are one space in a cell
(`plain.visible`), and a text over 32,000 characters is cut with `[…]`.  So whoever reads a table back compares its
cells with those that `card_rows` makes of the map now; a cell that is the same was not edited, and the map's own value
stays as it is, to the last character.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from journeyai.export.material import Material
from journeyai.export.plain import visible
from journeyai.export.reading import READING_ORDER, Reading, strongest
from journeyai.export.spreadsheet import BOM, cell, decimal, row, uncell
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import words
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.vocabulary import CHANNELS, EMOTIONS, HEADWAYS, JUDGEMENTS, LANES, ROLES

_BETWEEN: Final = ", "
_LANGUAGES: Final = ("en", "es")
_STATUSES: Final = ("draft", "accepted", "edited", "rejected")
#: Column → which closed set of words its cells are of.
_SORTS: Final[Mapping[str, str]] = {
    "lane": "lane",
    "emotion": "emotion",
    "channel": "channel",
    "status": "status",
    "role": "role",
    "locked": "answer",
    "assumption": "answer",
    "supported": "answer",
    "desirable": "grade",
    "viable": "grade",
    "feasible": "grade",
    "progress": "progress",
}


class _Tables:
    """What both tables are written with."""

    def __init__(self, journey: JourneyMap) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.say: Talk = talk("tables", journey.language)
        self.stages = {stage.id: stage for stage in self.reading.stages}
        self.names = {persona.id: persona.name for persona in journey.personas}
        self.proves = _cards_of(journey, lambda card: card.evidence)
        self.denies = _cards_of(journey, lambda card: card.against)

    def word(self, sort: str, value: object) -> str:
        """Return what *value*, of a closed set of words, is called; nothing for None."""
        return "" if value is None else _called(self.say.language)[sort][str(value)]

    def stage(self, id_: str) -> str:
        return self.stages[id_].name if id_ in self.stages else ""

    def place(self, stage: str, lane: str) -> tuple[int, int]:
        order = self.stages[stage].order if stage in self.stages else len(self.stages) + 1
        return order, [str(one) for one in READING_ORDER].index(lane)

    def number(self, value: float | None) -> str:
        # Nobody writes a minus before a zero.
        return decimal(None if value is None else value + 0.0, self.say.language)


def _cards_of(journey: JourneyMap, ids: Callable[[Card], Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for card in journey.cards:
        for id_ in ids(card):
            found.setdefault(id_, []).append(card.id)
    return found


#: Column → what stands in it for a card.
CARD_COLUMNS: Final[Mapping[str, Callable[[_Tables, Card], object]]] = {
    "card_id": lambda of, card: card.id,
    "stage_id": lambda of, card: card.stage,
    "stage": lambda of, card: of.stage(card.stage),
    "lane": lambda of, card: of.word("lane", card.lane),
    "title": lambda of, card: card.title,
    "detail": lambda of, card: card.detail,
    "persona_ids": lambda of, card: _BETWEEN.join(card.personas),
    "personas": lambda of, card: _BETWEEN.join(of.names[id_] for id_ in card.personas if id_ in of.names),
    "severity": lambda of, card: card.severity or "",
    "emotion": lambda of, card: of.word("emotion", card.emotion),
    "valence": lambda of, card: of.number(card.valence),
    "channel": lambda of, card: of.word("channel", card.channel),
    "owner": lambda of, card: card.owner or "",
    "status": lambda of, card: of.word("status", card.status),
    "locked": lambda of, card: of.word("answer", card.locked),
    "assumption": lambda of, card: of.word("answer", card.assumption),
    "people": lambda of, card: card.people,
    "documents": lambda of, card: card.documents,
    "mentions": lambda of, card: card.mentions,
    "stability": lambda of, card: of.number(card.stability),
    "confidence": lambda of, card: of.number(card.confidence),
    "supported": lambda of, card: of.word("answer", card.supported),
    "desirable": lambda of, card: of.word("grade", card.judged.desirable) if card.judged else "",
    "viable": lambda of, card: of.word("grade", card.judged.viable) if card.judged else "",
    "feasible": lambda of, card: of.word("grade", card.judged.feasible) if card.judged else "",
    "priority": lambda of, card: card.judged.priority if card.judged else "",
    "progress": lambda of, card: of.word("progress", card.progress),
    "quotes": lambda of, card: _BETWEEN.join(card.evidence),
    "quotes_against": lambda of, card: _BETWEEN.join(card.against),
    "first_quote": lambda of, card: best.quote if (best := of.reading.best(card)) else "",
}

#: Column → what stands in it for a quote.
QUOTE_COLUMNS: Final[Mapping[str, Callable[[_Tables, Evidence], object]]] = {
    "quote_id": lambda of, item: item.id,
    "cards_for": lambda of, item: _BETWEEN.join(of.proves.get(item.id, ())),
    "cards_against": lambda of, item: _BETWEEN.join(of.denies.get(item.id, ())),
    "source": lambda of, item: item.source,
    "record": lambda of, item: item.record or "",
    "start": lambda of, item: item.start,
    "end": lambda of, item: item.end,
    "quote": lambda of, item: item.quote,
    "speaker": lambda of, item: item.speaker or "",
    "role": lambda of, item: of.word("role", item.role),
    "at": lambda of, item: item.at or "",
    "stage_id": lambda of, item: item.stage,
    "stage": lambda of, item: of.stage(item.stage),
    "lane": lambda of, item: of.word("lane", item.lane),
    "valence": lambda of, item: of.number(item.valence),
    "emotion": lambda of, item: of.word("emotion", item.emotion),
    "channel": lambda of, item: of.word("channel", item.channel),
    "confidence": lambda of, item: of.number(item.confidence),
}


def card_rows(journey: JourneyMap) -> tuple[dict[str, str], ...]:
    """Return the rows of the table of cards as they are read back: by stage, by lane, the strongest card first."""
    of = _Tables(journey)
    cards = sorted(strongest(journey.cards), key=lambda card: of.place(card.stage, card.lane))
    return tuple({key: _read(write(of, card)) for key, write in CARD_COLUMNS.items()} for card in cards)


def quote_rows(journey: JourneyMap) -> tuple[dict[str, str], ...]:
    """Return the rows of the table of quotes as they are read back, in the map's order."""
    of = _Tables(journey)
    return tuple(
        {key: _read(write(of, item)) for key, write in QUOTE_COLUMNS.items()} for item in journey.evidence
    )


def _read(value: object) -> str:
    return uncell(cell(value))


def _written(columns: Iterable[str], found: Iterable[dict[str, str]], language: str) -> bytes:
    say = talk("tables", language)
    lines = [row([say.say(key) for key in columns], say.language)]
    lines += [row(list(cells.values()), say.language) for cells in found]
    return (BOM + "".join(lines)).encode("utf-8")


class CardsExporter:
    """A row a card."""

    suffix = ".csv"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the table as UTF-8 with its mark, parted as the map's language has it."""
        return _written(CARD_COLUMNS, card_rows(journey), journey.language)


class QuotesExporter:
    """A row a quote."""

    suffix = ".csv"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the table as UTF-8 with its mark, parted as the map's language has it."""
        return _written(QUOTE_COLUMNS, quote_rows(journey), journey.language)


def column(heading: str) -> str | None:
    """Return the key of the column that *heading* names, in either language; None if it is none of ours."""
    return _headings().get(_plain(heading))


def label(key: str, text: str) -> str | None:
    """Return which label the cell *text* of column *key* says, in either language or as the map itself has it.

    Only of columns whose cells are labels, as lane, emotion and status are; `true` and `false` for yes and no.  None if
    it says none.
    """
    return _labels()[_SORTS[key]].get(_plain(text))


def _plain(text: str) -> str:
    return visible(text).replace("_", " ").casefold()


@cache
def _headings() -> dict[str, str]:
    keys = dict.fromkeys([*CARD_COLUMNS, *QUOTE_COLUMNS])
    named = {_plain(talk("tables", code).say(key)): key for code in _LANGUAGES for key in keys}
    return {**{_plain(key): key for key in keys}, **named}


@cache
def _labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code in _LANGUAGES:
        for sort, called in _called(code).items():
            said = found.setdefault(sort, {})
            for value, word in called.items():
                said[_plain(word)] = value.lower()
                said[_plain(value)] = value.lower()
    return found


@cache
def _called(language: str) -> dict[str, dict[str, str]]:
    """Return what the labels of each sort are called in *language*."""
    spoken, say = words(language), talk("tables", language)
    return {
        "lane": {lane: spoken.lane(lane, 1) for lane in LANES},
        "emotion": {emotion: spoken.emotion(emotion) for emotion in EMOTIONS},
        "channel": {channel: spoken.channel(channel) for channel in CHANNELS},
        "role": {role: spoken.role(role) for role in ROLES},
        "status": {
            status: say.say("draft") if status == "draft" else spoken.status(status) for status in _STATUSES
        },
        "grade": {grade: spoken.grade(grade) for grade in JUDGEMENTS},
        "progress": {headway: spoken.progress(headway) for headway in HEADWAYS},
        "answer": {"True": say.say("yes"), "False": say.say("no")},
    }
