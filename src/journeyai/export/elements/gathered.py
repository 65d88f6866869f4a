"""A map looked up in the ways that elements need: cards by lane, quotes by stage, people, what was said."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from journeyai.export.elements.parts import Entry
from journeyai.export.plain import cut, visible
from journeyai.export.reading import GLANCE_CHARS, Reading, strongest
from journeyai.knowledge.channels import control_of
from journeyai.knowledge.letters import fold
from journeyai.knowledge.said import said_in
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import Template, known_stages
from journeyai.model.journey import Card, Evidence, Persona, Stage
from journeyai.model.vocabulary import LIFECYCLE, Lane

#: Quotes that stand for a figure, of many more.
PROOFS: Final = 5
#: Quotes of a list before the rest is counted.
MOST_QUOTES: Final = 8
#: The mark of reviews among channels: where the source was found, not a channel of the map.
REVIEWS: Final = "reviews"
#: From this feeling on something is good or bad, and not neither.
_LEAST_FEELING: Final = 0.5


class Gathered:
    """A reading of a map, and what it is looked up by; all of it lies within the reading's persona, if it has one."""

    def __init__(self, reading: Reading, template: Template) -> None:
        self.reading = reading
        self.template = template
        self.journey = reading.journey
        self.words = reading.words
        self.say = talk("elements", reading.journey.language).say
        self.stages = reading.stages
        self._kinds = {source.source: source.kind for source in self.journey.sources}
        members = {(one.source, one.speaker) for one in reading.persona.members} if reading.persona else None
        self.evidence = tuple(
            item
            for item in self.journey.evidence
            if visible(item.quote) and (members is None or (item.source, item.speaker) in members)
        )
        self.said_by_customers = tuple(item for item in self.evidence if item.role == "customer")

    @cached_property
    def personas(self) -> tuple[Persona, ...]:
        """The personas of the reading."""
        return (self.reading.persona,) if self.reading.persona else self.journey.personas

    @cached_property
    def _cards(self) -> dict[tuple[str, Lane], list[Card]]:
        found: dict[tuple[str, Lane], list[Card]] = defaultdict(list)
        for card in strongest(self.reading.cards):
            found[card.stage, card.lane].append(card)
        return found

    @cached_property
    def _by_stage(self) -> dict[str, list[Evidence]]:
        found: dict[str, list[Evidence]] = defaultdict(list)
        for item in self.evidence:
            found[item.stage].append(item)
        return found

    @cached_property
    def _by_person(self) -> dict[tuple[str, str | None], list[Evidence]]:
        found: dict[tuple[str, str | None], list[Evidence]] = defaultdict(list)
        for item in self.said_by_customers:
            found[item.source, item.speaker].append(item)
        return found

    def cards(self, stage: Stage, lanes: Iterable[Lane]) -> list[Card]:
        """Return the cards of *lanes* at *stage*, lane by lane, the strongest first."""
        return [card for lane in lanes for card in self._cards.get((stage.id, lane), ())]

    def entry(self, card: Card, *notes: str) -> Entry:
        """Return *card* as an entry; who stands behind it is told after *notes*."""
        return Entry(card.title, card, note=" · ".join(filter(None, (*notes, self.reading.backing(card)))))

    def at(self, stage: Stage, *, customers: bool = True) -> list[Evidence]:
        """Return what was said at *stage*: by customers, or by everybody."""
        items = self._by_stage.get(stage.id, [])
        return [item for item in items if item.role == "customer"] if customers else items

    def of(self, persona: Persona) -> list[Evidence]:
        """Return what the members of *persona* said, member by member."""
        places = dict.fromkeys((member.source, member.speaker) for member in persona.members)
        return [item for place in places for item in self._by_person.get(place, ())]

    def said(self, cue: str, items: Iterable[Evidence]) -> list[Evidence]:
        """Return those of *items* in which *cue* stands, each wording once, in the order of the stages."""
        order = {stage.id: number for number, stage in enumerate(self.stages)}
        found: dict[str, Evidence] = {}
        for item in items:
            if cue in said_in(item.quote):
                found.setdefault(" ".join(item.quote.split()).casefold(), item)
        return sorted(found.values(), key=lambda item: order.get(item.stage, len(order)))

    def quoted(self, items: Sequence[Evidence], note: str = "", most: int = MOST_QUOTES) -> tuple[Entry, ...]:
        """Return *items* as entries, word for word; beyond *most* the rest is counted."""
        shown = [Entry(item.quote, quotes=(item,), note=note or self.who(item)) for item in items[:most]]
        rest = items[most:]
        if rest:
            shown.append(Entry(self.say("more", n=len(rest)), quotes=tuple(rest[:PROOFS])))
        return tuple(shown)

    def who(self, item: Evidence) -> str:
        """Return who said *item*, and at which stage."""
        stage = self.reading.stage(item.stage)
        speaker = visible(item.speaker or "")
        role = "" if item.role == "customer" and speaker else self.words.role(item.role)
        return " · ".join(filter(None, (speaker, role, cut(visible(stage.name)) if stage else "")))

    def figure(self, text: str, items: Iterable[Evidence], note: str = "") -> Entry:
        """Return a figure with some of the quotes that it was counted on."""
        return Entry(text, quotes=proofs(items), note=note)

    def count_people(self, items: Iterable[Evidence]) -> str:
        """Return how many people said *items*."""
        return self.say("people", n=len(people(items)))

    def channel_of(self, item: Evidence) -> str | None:
        """Return the channel that *item* tells of, or `REVIEWS` where none is told in a published opinion."""
        return item.channel or (REVIEWS if self._kinds.get(item.source) == "review" else None)

    def channel_name(self, channel: str) -> str:
        """Return the name of a channel or of `REVIEWS`."""
        return self.say("reviews") if channel == REVIEWS else str(self.words.table["channels"][channel])

    def is_controlled(self, channel: str, sources: Iterable[str]) -> bool:
        """Whether the company controls *channel*, as it is met in *sources*."""
        control = control_of(channel)
        if control == "where_it_answers":
            return any(source in self._answered for source in sources)
        return control == "company"

    @cached_property
    def _answered(self) -> frozenset[str]:
        """Sources in which somebody of the company speaks."""
        return frozenset(
            source.source
            for source in self.journey.sources
            if any(speaker.role == "agent" for speaker in source.speakers)
        )

    def solicited(self, item: Evidence) -> bool:
        """Whether *item* was asked for by the study."""
        return item.source in self._solicited

    @cached_property
    def _solicited(self) -> frozenset[str]:
        return frozenset(source.source for source in self.journey.sources if source.solicited)

    def stages_of(self, parts: Iterable[str]) -> tuple[Stage, ...]:
        """Return the stages in which one of *parts* of the lifecycle has its place, by what the method says of them."""
        known = {stage.id: stage.lifecycle for stage in self.template.stages}
        named = known_stages()
        numbers = [LIFECYCLE.index(part) for part in parts]
        found = []
        for stage in self.stages:
            weights = known.get(stage.id)
            if weights is None and (same := named.get(fold(stage.name))):
                weights = same.lifecycle
            if weights and any(weights[n] and weights[n] >= max(weights) / 2 for n in numbers):
                found.append(stage)
        return tuple(found)


def people(items: Iterable[Evidence]) -> set[tuple[str, str | None]]:
    """Return the customers who said *items*."""
    return {(item.source, item.speaker or item.record) for item in items if item.role == "customer"}


def proofs(items: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return some of *items*, those felt most strongly and read at a glance first."""
    ranked = sorted(items, key=lambda item: (len(item.quote) > GLANCE_CHARS, -abs(item.valence)))
    return tuple(ranked[:PROOFS])


def mean_feeling(items: Iterable[Evidence]) -> float | None:
    """Return the mean valence of *items* over customers, each weighing the same; None if there is nobody."""
    felt: dict[tuple[str, str | None], list[float]] = defaultdict(list)
    for item in items:
        if item.role == "customer":
            felt[item.source, item.speaker or item.record].append(item.valence)
    means = [sum(values) / len(values) for values in felt.values()]
    return sum(means) / len(means) if means else None


def sign_of(card: Card) -> str:
    """Return whether *card* is `positive`, `neutral` or `negative`."""
    if card.lane in {"delight", "pain_point"}:
        return "positive" if card.lane == "delight" else "negative"
    if card.valence is None or abs(card.valence) < _LEAST_FEELING:
        return "neutral"
    return "positive" if card.valence > 0 else "negative"
