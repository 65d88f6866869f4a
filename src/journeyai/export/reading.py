"""A map as people read it: cards in order of strength, the curve as points, their strength in words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from journeyai.export.plain import visible
from journeyai.knowledge.words import Words, words
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Stage
from journeyai.model.vocabulary import KINDS, Kind, Lane
from journeyai.operations.opportunities import in_order

#: The order in which lanes are read: what hurts and what pleases first, then what explains it.
READING_ORDER: Final[tuple[Lane, ...]] = (
    "pain_point",
    "delight",
    "need",
    "expectation",
    "question",
    "thought",
    "motivation",
    "action",
    "touchpoint",
    "technical_limit",
    "back_stage",
    "measure",
    "opportunity",
)

#: A quote up to this many characters is read at a glance; a longer one stands for a card if all are long.
GLANCE_CHARS: Final = 240

#: A quote whose confidence is below this is marked.  On four labelled corpora (docs/decisions/0012) 42 % of such quotes
#: of the local engine were in their lane, and 90 % of the others.
LEAST_SURE_QUOTE: Final = 0.6
#: The same for a card: 62 % of such cards had a quote that was in its lane, and 97 % of the others.
LEAST_SURE_CARD: Final = 0.8
#: A card is firm when at least so many re-runs of the engine find it again: two in three.
LEAST_FIRM: Final = 0.66
#: The mark of what the engine is not sure of; its legend is the phrase `unsure_key`.
UNSURE: Final = "?"
#: A feeling from this strength on is told by its sign where no emotion is.
_LEAST_FEELING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Point:
    """How one stage feels.

    Attributes:
        stage: the stage.
        valence: −2 … +2; None when nobody told a feeling.
        people: customers heard on it.
        silent: whether nothing at all is known of it, neither a feeling nor a card.
    """

    stage: Stage
    valence: float | None
    people: int
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Detour:
    """People who did not go straight on, from one stage to the next.

    Attributes:
        origin: where they were.
        target: where they went.
        people: how many they are.
        how: how many stages they skipped or went back, in words.
        quotes: what proves it, the best one first.
    """

    origin: Stage
    target: Stage
    people: int
    how: str
    quotes: tuple[Evidence, ...]


class Reading:
    """A map, or one persona's part of it, ready to be laid out.

    Rejected cards are left out of everything but `rejected`.
    """

    def __init__(
        self, journey: JourneyMap, persona: Persona | None = None, whole: "Reading | None" = None
    ) -> None:
        """Read *journey*; with *persona*, only the cards its members speak in.

        Args:
            journey: the map.
            persona: None for everybody.
            whole: everybody's reading of the same map, where there is one: on a large map, what is looked up in all of
                it is then looked up once.
        """
        self.journey = journey
        self.persona = persona
        self.words: Words = words(journey.language)
        self.stages = tuple(sorted(journey.stages, key=lambda stage: stage.order))
        mine = [card for card in journey.cards if persona is None or persona.id in card.personas]
        self.rejected = tuple(card for card in mine if card.status == "rejected")
        self.cards = tuple(card for card in mine if card.status != "rejected")
        self._whole = whole or self
        self._members = {(member.source, member.speaker) for member in persona.members} if persona else None

    @cached_property
    def _evidence(self) -> dict[str, Evidence]:
        return {item.id: item for item in self.journey.evidence}

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """Lanes that hold a card, in reading order."""
        used = {card.lane for card in self.cards}
        return tuple(lane for lane in READING_ORDER if lane in used)

    def at(self, stage: Stage, lane: Lane) -> list[Card]:
        """Return the cards of one cell, strongest first."""
        return strongest(card for card in self.cards if card.stage == stage.id and card.lane == lane)

    def quotes(self, ids: Iterable[str]) -> list[Evidence]:
        """Return the evidence named, in order; what the map does not hold is passed over (`verify` tells)."""
        return [self._evidence[id_] for id_ in ids if id_ in self._evidence]

    def best(self, card: Card) -> Evidence | None:
        """Return the quote that stands for *card*: the first that is read at a glance.

        The map puts the quote that bears the title out first, so what is shown under a title proves it.
        """
        quotes = self.quotes(card.evidence)
        if self._members is not None:
            quotes = [item for item in quotes if (item.source, item.speaker) in self._members] or quotes
        short = [item for item in quotes if len(item.quote) <= GLANCE_CHARS] or quotes
        return next(iter(short), None)

    def typical(self, persona: Persona) -> Evidence | None:
        """Return a quote that stands for *persona*: of its members, on the strongest card."""
        members = {(member.source, member.speaker) for member in persona.members}
        for card in strongest(card for card in self.journey.cards if persona.id in card.personas):
            for item in self.quotes(card.evidence):
                if (item.source, item.speaker) in members and 20 <= len(item.quote) <= GLANCE_CHARS:
                    return item
        return next(iter(self.quotes(persona.evidence)), None)

    def backing(self, card: Card) -> str:
        """Return who stands behind *card*: `5 people · 4 documents`, or that it is an assumption."""
        if card.assumption:
            return self.words.phrase("assumption")
        if not card.people:
            # What agents tell is evidence, but nobody to count: people are customers.
            told = self.words.count("not_customers", len(card.evidence))
            return told if card.evidence else self.words.phrase("no_evidence")
        people = self.words.count("people", card.people)
        if self._members is not None:
            mine = {
                (item.source, item.speaker)
                for item in self.quotes(card.evidence)
                if (item.source, item.speaker) in self._members
            }
            if 0 < len(mine) < card.people:
                people += f" ({self.words.count('of_persona', len(mine))})"
        return f"{people} · {self.words.count('documents', card.documents)}"

    def doubts(self, card: Card) -> list[str]:
        """Return what weakens *card*: only one person says it, or others say the opposite."""
        found = []
        if card.people == 1 and not card.assumption:
            found.append(self.words.phrase("one_voice"))
        if card.against:
            found.append(self.words.count("contradicted", len(card.against)))
        if card.supported is False:
            found.append(self.words.phrase("unsupported"))
        return found

    def judgement(self, card: Card) -> str:
        """Return what is thought of an opportunity; empty for other cards, and where nobody judged it."""
        if card.judged is None:
            return ""
        grades = {
            name: self.words.grade(getattr(card.judged, name)) for name in ("desirable", "viable", "feasible")
        }
        return self.words.phrase("judged", priority=card.judged.priority, **grades)

    def progress(self, card: Card) -> str:
        """Return how far an opportunity has got; empty where nobody said."""
        if card.progress is None:
            return ""
        return self.words.phrase("progress", progress=self.words.progress(card.progress))

    def plan(self, card: Card) -> list[str]:
        """Return what is thought of an opportunity and how far it has got; nothing where nobody said either."""
        return [told for told in (self.judgement(card), self.progress(card)) if told]

    def firmness(self, card: Card) -> str:
        """Return how often re-runs found *card* again; empty if nobody asked for any."""
        if card.stability is None:
            return ""
        name = "firm" if card.stability >= LEAST_FIRM else "shaky"
        return self.words.phrase(name, percent=round(100 * card.stability))

    def unsure(self, card: Card) -> bool:
        """Whether the engine is unsure of *card*, and no reviewer has decided on it."""
        return (
            card.confidence is not None
            and card.confidence < LEAST_SURE_CARD
            and card.status == "draft"
            and not (card.locked or card.assumption)
        )

    def feeling(self, card: Card) -> str:
        """Return the emotion of *card* in a word; where it is not known, only whether it is a good one or a bad one."""
        if card.emotion is not None:
            return "" if card.emotion == "neutral" else self.words.emotion(card.emotion)
        if card.valence is None or abs(card.valence) < _LEAST_FEELING or card.lane == "measure":
            return ""
        return self.words.phrase("pleased" if card.valence > 0 else "upset")

    def marks(self, card: Card) -> list[str]:
        """Return what the reviewer did with *card*: accepted, edited, locked."""
        done = [] if card.status == "draft" else [self.words.status(card.status)]
        return [*done, *([self.words.status("locked")] if card.locked else [])]

    def persona_names(self, card: Card) -> list[str]:
        """Return the names of the personas *card* belongs to, in the map's order."""
        return [persona.name for persona in self.journey.personas if persona.id in card.personas]

    def curve(self) -> list[Point]:
        """Return a point a stage: the map's own for everyone, or the mean of the persona's people."""
        return [self._point(stage) for stage in self.stages]

    def _point(self, stage: Stage) -> Point:
        silent = all(card.stage != stage.id for card in self.cards)
        heard = self._whole._heard.get(stage.id, {})
        if self._members is None:
            # The map counts people across sources better than names do; never show fewer than a card has.
            on_cards = max((card.people for card in self.cards if card.stage == stage.id), default=0)
            return Point(stage, stage.valence, max(len(heard), on_cards), silent)
        means = [sum(values) / len(values) for person, values in heard.items() if person in self._members]
        return Point(stage, sum(means) / len(means) if means else None, len(means), silent)

    @cached_property
    def _heard(self) -> dict[str, dict[tuple[str, str | None], list[float]]]:
        """Stage → customer → what they felt in each quote there."""
        found: dict[str, dict[tuple[str, str | None], list[float]]] = {}
        for item in self.journey.evidence:
            person = (item.source, item.speaker or item.record)
            if item.role == "customer":
                found.setdefault(item.stage, {}).setdefault(person, []).append(item.valence)
        return found

    def gap(self, point: Point) -> str:
        """Return why *point* has no feeling: there is no evidence, or what was said tells no feeling."""
        return self.words.phrase("no_evidence" if point.silent else "no_feeling")

    def detours(self) -> list[Detour]:
        """Return who did not go straight on, most people first; between stages that the map does not have, nobody."""
        place = {stage.id: number for number, stage in enumerate(self.stages)}
        found = []
        for item in sorted(self.journey.transitions, key=lambda item: -item.people):
            origin, target = self.stage(item.from_), self.stage(item.to)
            if origin is None or target is None:
                continue
            steps = place[target.id] - place[origin.id]
            how = self.words.count("goes_back", -steps) if steps < 0 else self.words.count("skips", steps - 1)
            found.append(Detour(origin, target, item.people, how, tuple(self.quotes(item.evidence))))
        return found

    def opportunities(self) -> list[Card]:
        """Return the opportunity cards in their order: as they are graded, else strongest first."""
        return in_order(strongest(card for card in self.cards if card.lane == "opportunity"))

    def heaviest_pains(self, n: int = 5) -> list[Card]:
        """Return the *n* pain points that weigh most: people times severity."""
        pains = strongest(card for card in self.cards if card.lane == "pain_point" and card.people)
        return sorted(pains, key=lambda card: -card.people * (card.severity or 1))[:n]

    def stage(self, id_: str) -> Stage | None:
        """Return the stage *id_*, if the map has it."""
        return next((stage for stage in self.stages if stage.id == id_), None)


def unsure_quote(item: Evidence) -> bool:
    """Whether the engine is unsure of what *item* says for the map."""
    return item.confidence is not None and item.confidence < LEAST_SURE_QUOTE


def says_title(card: Card, item: Evidence) -> bool:
    """Tell whether *item* says no more than the card's title, as it does when one quote named the card."""
    return _folded(card.title) == _folded(item.quote)


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", visible(text)).strip().casefold()


def strongest(cards: Iterable[Card]) -> list[Card]:
    """Sort *cards* by what stands behind them: people, documents, mentions, severity; then as on the map."""
    return sorted(
        cards, key=lambda card: (-card.people, -card.documents, -card.mentions, -(card.severity or 0))
    )


def sources_line(journey: JourneyMap, text: Words) -> str:
    """Return what the map is drawn from: `14 sources: 6 interviews, 3 chat files … · English, Spanish`."""
    counts: dict[str, int] = {}
    for source in journey.sources:
        counts[source.kind] = counts.get(source.kind, 0) + 1
    kinds = [f"{counts[kind]} {text.kind(kind, counts[kind])}" for kind in _kinds_in(journey)]
    languages = sorted({source.language for source in journey.sources})
    names = ", ".join(text.name_of_language(code) for code in languages)
    parts = [f"{text.count('sources', len(journey.sources))}: {', '.join(kinds)}" if kinds else ""]
    people = len(
        {(item.source, item.speaker or item.record) for item in journey.evidence if item.role == "customer"}
    )
    return " · ".join(
        part for part in (*parts, text.count("people_quoted", people) if people else "", names) if part
    )


def _kinds_in(journey: JourneyMap) -> Sequence[Kind]:
    return [kind for kind in KINDS if any(source.kind == kind for source in journey.sources)]


def scope_line(journey: JourneyMap, text: Words) -> str:
    """Return the scope in one line; empty if nothing was said about it."""
    scope = journey.scope
    parts = [
        text.phrase("scope_from", start=scope.start) if scope.start else "",
        text.phrase("scope_to", end=scope.end) if scope.end else "",
    ]
    reach = " ".join(part for part in parts if part)
    told = [part for part in (scope.focus, reach) if part]
    return " · ".join([*told, text.phrase(scope.state)]) if told or scope.state == "future" else ""


def coverage_line(journey: JourneyMap, text: Words) -> str:
    """Return how much of what customers said is quoted on the map."""
    coverage = journey.coverage
    if not coverage.customer:
        return text.phrase("coverage_none")
    percent = round(100 * coverage.used / coverage.customer)
    return text.phrase("coverage_line", used=coverage.used, customer=coverage.customer, percent=percent)


def engine_line(journey: JourneyMap, text: Words) -> str:
    """Return what drew the map, and when."""
    made = journey.made_by
    engine = f"{made.engine} ({made.model})" if made.model else made.engine
    return f"{text.phrase('engine', engine=engine, template=journey.template)} · {made.at[:10]}"
