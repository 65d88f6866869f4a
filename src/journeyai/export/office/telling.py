"""What the three documents say of a map, in its language, as text that their file formats can hold."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from journeyai.export.elements import Element, Entry, elements
from journeyai.export.material import Material
from journeyai.export.office.style import dots
from journeyai.export.plain import TITLE_CHARS, cut, visible
from journeyai.export.reading import (
    UNSURE,
    Point,
    Reading,
    coverage_line,
    engine_line,
    says_title,
    scope_line,
    sources_line,
    strongest,
    unsure_quote,
)
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import Words
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Stage
from journeyai.model.vocabulary import KINDS

#: Characters that are no characters: XML cannot hold them.
_IMPOSSIBLE: Final = re.compile("[\ufffe\uffff]")
#: A text over so many characters is cut in report and notes: no person says that in one breath, some files do.
_LONGEST: Final = 4_000

STAR: Final = "★"


def clean(text: str) -> str:
    """Return *text* as one line of visible characters that XML can hold."""
    return _IMPOSSIBLE.sub("", visible(text))


@dataclass(frozen=True, slots=True)
class Heard:
    """A quote as it is shown.

    Attributes:
        text: the words, in the language's quotation marks.
        where: who said it and where it stands.
        language: of the words, ISO 639-1; they are never translated.
        against: whether it says the opposite of the card.
    """

    text: str
    where: str
    language: str
    against: bool = False


class Telling:
    """A map put into words for a document."""

    def __init__(self, journey: JourneyMap, material: Material) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words: Words = self.reading.words
        self.talk: Talk = talk("office", journey.language)
        self.elements: tuple[Element, ...] = elements(self.reading, material.template)
        self.points: list[Point] = self.reading.curve()
        self._languages = {source.source: source.language for source in journey.sources}

    @property
    def title(self) -> str:
        """Of the map; never empty."""
        return cut(clean(self.journey.title)) or self.words.phrase("untitled")

    @property
    def kicker(self) -> str:
        """What the document is: a journey map, as it is or as it should be."""
        return self.talk.say(f"kind_{self.journey.scope.state}")

    @property
    def rows(self) -> tuple[Element, ...]:
        """What the method asks for at each stage."""
        return tuple(element for element in self.elements if element.by_stage)

    @property
    def others(self) -> tuple[Element, ...]:
        """What it asks for beside the stages."""
        return tuple(element for element in self.elements if not element.by_stage)

    def about(self) -> list[tuple[str, str]]:
        """Return what stands at the head of a document: what it is called, and what it is."""
        found = [
            ("goal", self.journey.goal),
            ("scope", scope_line(self.journey, self.words)),
            ("drawn_from", sources_line(self.journey, self.words)),
            ("drawn_by", engine_line(self.journey, self.words)),
            ("coverage", coverage_line(self.journey, self.words)),
        ]
        return [(self.words.phrase(name), passage(body)) for name, body in found if clean(body)]

    def key(self) -> list[str]:
        """Return how to read the marks, a sentence each."""
        return [
            self.talk.say(name) for name in ("key_dots", "key_star", "key_assumed", "key_empty", "key_unsure")
        ]

    def persona_name(self, persona: Persona) -> str:
        """Return its name, or its id where nothing of the name can be seen."""
        return cut(clean(persona.name)) or clean(persona.id)

    def persona_about(self, persona: Persona) -> str:
        """Return how many belong to it, and whether somebody confirmed it."""
        members = len({(member.source, member.speaker) for member in persona.members})
        told = [self.words.count("people", members)] if members else []
        return " · ".join([*told, *([] if persona.confirmed else [self.words.phrase("not_confirmed")])])

    def persona_lists(self, persona: Persona) -> list[tuple[str, list[str]]]:
        """Return its goals, motivations, frustrations and habits: what each is called, and what was found."""
        found = [
            (name, getattr(persona, name)) for name in ("goals", "motivations", "frustrations", "behaviours")
        ]
        return [(self.words.phrase(name), self._seen(entries)) for name, entries in found]

    def empathy(self, persona: Persona) -> list[tuple[str, list[str]]]:
        """Return its empathy map: says, thinks, does, feels, and the quotes of each."""
        return [
            (
                self.talk.say(name),
                [
                    self.words.phrase("quoted", text=text)
                    for text in self._seen(getattr(persona.empathy, name))
                ],
            )
            for name in ("says", "thinks", "does", "feels")
        ]

    def _seen(self, texts: Iterable[str]) -> list[str]:
        return [cut for text in texts if (cut := _short(clean(text)))]

    def stage_name(self, stage: Stage) -> str:
        """Return its name, with a star where it is a moment of truth."""
        name = cut(clean(stage.name)) or clean(stage.id)
        return f"{name} {STAR}" if stage.moment_of_truth else name

    def feeling(self, point: Point) -> str:
        """Return how a stage feels: a signed figure, or why there is none."""
        return self.reading.gap(point) if point.valence is None else self.words.signed(point.valence)

    def stage_facts(self, point: Point) -> list[str]:
        """Return what is counted at a stage: people, measures, duration, what was felt most."""
        words, stage = self.words, point.stage
        found = [words.count("people", point.people)] if point.people else []
        found += [clean(stage.duration)] if stage.duration and clean(stage.duration) else []
        found += [f"{words.measure(item.kind)} {words.decimal(item.value)}" for item in stage.measures]
        felt = sorted(stage.emotions.items(), key=lambda item: -item[1])[:2]
        return [*found, *(f"{words.emotion(name)} ({people})" for name, people in felt)]

    def ends(self) -> str:
        """Return which stage feels worst and which best; empty where fewer than two tell."""
        told = [
            (point.valence, self.stage_name(point.stage))
            for point in self.points
            if point.valence is not None
        ]
        if len(told) < 2:
            return ""
        low, high = min(told, key=lambda item: item[0]), max(told, key=lambda item: item[0])
        return " ".join(
            self.talk.say(name, stage=stage, value=self.words.signed(value))
            for name, (value, stage) in (("lowest", low), ("highest", high))
        )

    def card_title(self, card: Card, limit: int = TITLE_CHARS) -> str:
        """Return its title, marked where the engine is unsure; its id where nothing of the title can be seen."""
        mark = f"{UNSURE} " if self.reading.unsure(card) else ""
        return mark + (cut(clean(card.title), limit) or clean(card.id))

    def entry_title(self, entry: Entry) -> str:
        """Return what an entry of an element says."""
        if entry.card:
            return self.card_title(entry.card)
        text = _short(clean(entry.text))
        return self.words.phrase("quoted", text=text) if entry.is_quote else text

    def entry_note(self, entry: Entry, element: Element) -> str:
        """Return in short what stands behind an entry: of a row of cards its strength, of others what is remarked."""
        if entry.card and (element.lane or not clean(entry.note)):
            return self.mark(entry.card)
        return cut(clean(entry.note))

    def mark(self, card: Card) -> str:
        """Return the strength of *card* in short: dots and the number of people, or what stands in their place."""
        if card.assumption:
            return f"□ {self.words.phrase('assumed')}"
        if not card.people:
            told = self.words.count("quotes", len(card.evidence))
            return told if card.evidence else self.words.phrase("no_evidence")
        return f"{dots(card.people)} {card.people}"

    def strength(self, card: Card) -> str:
        """Return the strength of *card* in full: dots, people and documents."""
        backing = self.reading.backing(card)
        return f"□ {backing}" if card.assumption else f"{dots(card.people)} {backing}"

    def facts(self, card: Card) -> list[str]:
        """Return what else is known of *card*: doubts, severity, feeling, channel, personas, owner, plan, marks."""
        reading, words = self.reading, self.words
        found = list(reading.doubts(card))
        found += [words.phrase("severity", n=card.severity)] if card.severity else []
        found += [feeling] if (feeling := reading.feeling(card)) else []
        found += [words.channel(card.channel)] if card.channel else []
        found += [cut(clean(name)) for name in reading.persona_names(card) if clean(name)]
        if card.owner and clean(card.owner):
            found.append(words.phrase("owner", name=cut(clean(card.owner))))
        found += [*reading.plan(card), *filter(None, [reading.firmness(card)])]
        return [_short(fact) for fact in [*found, *reading.marks(card)]]

    def heard(self, item: Evidence, *, against: bool = False) -> Heard:
        """Return *item* as it is shown."""
        mark = f"{UNSURE} " if unsure_quote(item) else ""
        text = mark + self.words.phrase("quoted", text=_short(clean(item.quote)))
        return Heard(
            text, _short(self.where(item)), self._languages.get(item.source, self.journey.language), against
        )

    def where(self, item: Evidence) -> str:
        """Return who said *item*, and where it stands: `P1, interviews/int-01.md`."""
        speaker, role = clean(item.speaker or ""), self.words.role(item.role)
        if item.role != "customer" and role not in speaker.casefold():
            speaker = f"{speaker} ({role})" if speaker else role
        record = "" if item.record == item.speaker else clean(item.record or "")
        return ", ".join(part for part in (speaker, f"{clean(item.source)} {record}".strip()) if part)

    def quotes(self, card: Card, most: int, most_against: int) -> tuple[list[Heard], int]:
        """Return the best quotes for *card* and those against it, and how many of both are left out."""
        good = self.reading.quotes(card.evidence)
        best = self.reading.best(card)
        if best is not None:
            good = [best, *(item for item in good if item.id != best.id)]
        bad = self.reading.quotes(card.against)
        shown = [self.heard(item) for item in good[:most]]
        shown += [self.heard(item, against=True) for item in bad[:most_against]]
        return shown, len(good) + len(bad) - len(shown)

    def telling_quote(self, card: Card) -> Heard | None:
        """Return the quote that stands for *card*; where the title is that quote, only that it is word for word."""
        item = self.reading.best(card)
        if item is None:
            return None
        heard = self.heard(item)
        return replace(heard, text=f"({self.words.phrase('own_words')})") if says_title(card, item) else heard

    def typical(self, persona: Persona) -> Heard | None:
        """Return a quote that stands for *persona*."""
        item = self.reading.typical(persona)
        return self.heard(item) if item else None

    def cards_at(self, stage: Stage) -> list[Card]:
        """Return the cards of a stage that stand, strongest first."""
        return strongest(card for card in self.reading.cards if card.stage == stage.id)

    def empty_rows(self, index: int) -> list[str]:
        """Return the names of the rows that hold nothing at the stage of that index."""
        return [clean(row.name) for row in self.rows if row.asked and not row.cells[index]]

    def priorities(self) -> tuple[str, Sequence[Card]]:
        """Return what to do first, and what that list is called: opportunities, or else the heaviest pain points."""
        ranked = self.reading.opportunities()
        if ranked:
            ranked.sort(key=lambda card: card.judged.priority if card.judged else len(ranked) + 1)
            return self.words.phrase("opportunities"), ranked
        return self.words.phrase("start_here"), self.reading.heaviest_pains()

    def quoted(self) -> Counter[str]:
        """Return how many quotes of each source stand on the map."""
        return Counter(item.source for item in self.journey.evidence)

    def sources_by_kind(self) -> list[list[str]]:
        """Return a row a kind of source: what it is called, files, things said in them, quotes on the map."""
        kinds = {source.source: source.kind for source in self.journey.sources}
        quoted = Counter(kinds.get(item.source) for item in self.journey.evidence)
        found = []
        for kind in KINDS:
            mine = [source for source in self.journey.sources if source.kind == kind]
            if mine:
                said = sum(source.utterances for source in mine)
                name = capital(self.words.kind(kind, len(mine)))
                found.append([name, str(len(mine)), str(said), str(quoted[kind])])
        return found

    def detours(self) -> list[tuple[str, str, str, str]]:
        """Return who did not go straight on: from, to, how, how many people; most people first.

        Nothing where the method asks for it: it stands among `others` then.
        """
        if any(element.id == "turning_points" for element in self.others):
            return []
        return [
            (
                self.stage_name(one.origin),
                self.stage_name(one.target),
                one.how,
                self.words.count("people", one.people),
            )
            for one in self.reading.detours()
        ]


def passage(text: str) -> str:
    """Return *text* as one clean line, cut where it is beyond reading."""
    return _short(clean(text))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} […]"


def capital(text: str) -> str:
    """Return *text* with its first letter large."""
    return text[:1].upper() + text[1:]
