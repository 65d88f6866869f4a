"""What is missing on a map, and the interview questions that would fill it.

Found on the map alone.  Rejected cards count for nothing.  The questions are open and are made of the names, titles and
quotes of the map: what others said is asked after what the person tells by themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from journeyai.errors import SettingsError
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.templates import Template, load_template
from journeyai.knowledge.words import Words, words
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Stage
from journeyai.model.vocabulary import Lane

GapKind = Literal[
    "silent_stage",
    "staff_stage",
    "few_voices",
    "few_people",
    "assumption",
    "one_source",
    "only_asked",
    "only_unasked",
    "silent_persona",
    "empty_cells",
]

#: A stage on which fewer customers speak is told by chance voices.
LEAST_VOICES: Final = 3
#: A persona of fewer people is a guess; with five, most of what matters to a group has been met at least once
#: (J. Nielsen and T. Landauer, "A mathematical model of the finding of usability problems", INTERCHI 1993).
LEAST_PEOPLE: Final = 5
#: A lane is told by one source only if it has so many quotes; fewer are no more than a cell that is nearly empty.
_LEAST_QUOTES: Final = 3

#: Lanes an empty cell of which is a gap, the most telling first; the template must ask for them.
_TELLING: Final[tuple[Lane, ...]] = (
    *("pain_point", "delight", "need", "expectation", "action", "touchpoint", "question"),
)
#: Lanes of which customers are asked.
_CUSTOMERS: Final[tuple[Lane, ...]] = (*_TELLING, "motivation", "thought")

#: Most questions under one gap.
_QUESTIONS: Final = 2
#: A longer quote is no question any more.
_QUOTE_CHARS: Final = 110


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing.

    Attributes:
        kind: what sort of gap.
        says: it in one sentence, in the map's language.
        questions: one or two questions for an interview, in the map's language.
        stages: ids of the stages concerned, in the map's order.
        lanes: the lanes concerned.
        persona: id of the persona concerned.
        card: id of the card concerned.
        source: the file concerned.
        n: how many people or quotes there are, where that is the gap.
    """

    kind: GapKind
    says: str
    questions: tuple[str, ...]
    stages: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()
    persona: str | None = None
    card: str | None = None
    source: str | None = None
    n: int = 0


def find_gaps(journey: JourneyMap, template: Template | None = None) -> tuple[Gap, ...]:
    """Return what is missing on *journey*, the widest gaps first.

    Args:
        journey: the map.
        template: its method; None for the one of ours that it names.
    """
    return tuple(_Search(journey, template).gaps()) if journey.stages else ()


class _Search:
    """One map, looked through."""

    def __init__(self, journey: JourneyMap, template: Template | None) -> None:
        self._journey = journey
        self._template = template
        self._talk: Talk = talk("gaps", journey.language)
        self._words: Words = words(journey.language)
        self._stages = sorted(journey.stages, key=lambda stage: stage.order)
        self._stage_of = {stage.id: stage for stage in journey.stages}
        self._cards = [card for card in journey.cards if card.status != "rejected"]
        self._evidence = {item.id: item for item in journey.evidence}
        self._voices: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
        self._quoted: dict[str, list[Evidence]] = defaultdict(list)
        for card in self._cards:
            for item in self._quotes(card):
                self._quoted[card.stage].append(item)
                if item.role == "customer":
                    self._voices[card.stage].add((item.source, item.speaker or item.record))

    def gaps(self) -> Iterator[Gap]:
        """Yield every gap, the widest first."""
        yield from self._quiet_stages()
        yield from self._few_people()
        yield from self._sorts_of_source()
        yield from self._assumptions()
        yield from self._one_source()
        yield from self._silent_personas()
        yield from self._empty_cells()

    # What is missing

    def _quiet_stages(self) -> Iterator[Gap]:
        for stage in self._stages:
            voices, quotes = self._heard(stage), len(self._quoted[stage.id])
            if voices >= LEAST_VOICES:
                continue
            kind: GapKind = "few_voices" if voices else "staff_stage" if quotes else "silent_stage"
            n = voices or quotes
            says = self._talk.say(f"is_{kind}", stage=self._name(stage), n=n)
            yield Gap(kind, says, self._about_stage(stage), (stage.id,), n=n)

    def _few_people(self) -> Iterator[Gap]:
        for persona in self._journey.personas:
            n = len({(member.source, member.speaker) for member in persona.members})
            if n < LEAST_PEOPLE:
                says = self._talk.say("is_few_people", persona=self._quote(persona.name), n=n)
                yield Gap("few_people", says, self._about_persona(persona), persona=persona.id, n=n)

    def _sorts_of_source(self) -> Iterator[Gap]:
        asked = {source.solicited for source in self._journey.sources}
        stage = self._worst()
        if len(asked) != 1 or stage is None:
            return
        if True in asked:
            questions = (self._talk.say("ask_unasked"), self._ask("told", stage))
            yield Gap("only_asked", self._talk.say("is_only_asked"), questions, (stage.id,))
        else:
            quote = self._probe("before_writing", self._heaviest(stage))
            yield Gap(
                "only_unasked",
                self._talk.say("is_only_unasked"),
                (self._ask("why", stage), *quote),
                (stage.id,),
            )

    def _assumptions(self) -> Iterator[Gap]:
        for card in self._cards:
            stage = self._stage_of.get(card.stage)
            if card.assumption and stage is not None:
                title = self._quote(card.title)
                yield Gap(
                    "assumption",
                    self._talk.say("is_assumption", card=card.id, title=title),
                    (self._ask("assumption", stage, title=title),),
                    (stage.id,),
                    (card.lane,),
                    card=card.id,
                )

    def _one_source(self) -> Iterator[Gap]:
        if len({item.source for item in self._journey.evidence}) < 2:
            return
        for lane in _CUSTOMERS:
            cards = [card for card in self._cards if card.lane == lane]
            quotes = [item for card in cards for item in self._quotes(card)]
            sources = {item.source for item in quotes}
            if len(sources) != 1 or len(quotes) < _LEAST_QUOTES:
                continue
            source = sources.pop()
            heaviest = max(cards, key=lambda card: card.mentions)
            stage = self._stage_of.get(heaviest.stage)
            questions = [self._lane_question(lane, stage)] if stage else []
            said = self._quotes(heaviest)[0].quote
            questions.append(self._talk.say("ask_elsewhere", source=source, quote=self._quote(said)))
            name = self._words.lane(lane)
            says = self._talk.say("is_one_source", lane=name[:1].upper() + name[1:], source=source)
            yield Gap("one_source", says, tuple(questions), lanes=(lane,), source=source)

    def _silent_personas(self) -> Iterator[Gap]:
        for persona in self._journey.personas:
            there = {card.stage for card in self._cards if persona.id in card.personas}
            silent = [stage for stage in self._stages if stage.id not in there and self._heard(stage)]
            if not there or not silent:
                continue
            name = self._quote(persona.name)
            says = self._talk.say(
                "is_silent_persona", persona=name, stages=", ".join(self._name(stage) for stage in silent)
            )
            questions = tuple(self._ask("there", stage, persona=name) for stage in silent[:_QUESTIONS])
            yield Gap(
                "silent_persona", says, questions, tuple(stage.id for stage in silent), persona=persona.id
            )

    def _empty_cells(self) -> Iterator[Gap]:
        """Yield a gap for each stage with empty cells, most of them first; silent stages are told already."""
        asked_for = self._asked_for()
        found = []
        for stage in self._stages:
            full = {card.lane for card in self._cards if card.stage == stage.id}
            empty = tuple(lane for lane in _TELLING if lane in asked_for and lane not in full)
            if empty and self._heard(stage):
                found.append((stage, empty))
        asked: Counter[Lane] = Counter()
        for stage, empty in sorted(found, key=lambda item: -len(item[1])):
            names = ", ".join(self._words.lane(lane) for lane in empty)
            says = self._talk.say("is_empty_cells", stage=self._name(stage), lanes=names)
            probe = self._probe("probe", self._heaviest(stage))
            # Of what is missing, what was asked least so far: the same question at every stage wearies.
            lanes = sorted(empty, key=lambda lane: asked[lane])[: _QUESTIONS - len(probe)]
            asked.update(lanes)
            questions = [*(self._lane_question(lane, stage) for lane in lanes), *probe]
            yield Gap("empty_cells", says, tuple(questions), (stage.id,), empty)

    # The questions

    def _about_stage(self, stage: Stage) -> tuple[str, ...]:
        """Return questions that make somebody tell of *stage*, from what came before it and after it."""
        place = self._stages.index(stage)
        told = [self._heard(other) > 0 for other in self._stages]
        before = next((self._stages[i] for i in range(place - 1, -1, -1) if told[i]), None)
        after = next((self._stages[i] for i in range(place + 1, len(told)) if told[i]), None)
        name = {"stage": self._name(stage)}
        if before:
            name["before"] = self._name(before)
        if after:
            name["after"] = self._name(after)
        key = "between" if before and after else "last" if before else "first" if after else "alone"
        staff = next((item for item in self._quoted[stage.id] if item.role == "agent"), None)
        second = (
            self._talk.say("ask_staff", quote=self._quote(staff.quote))
            if staff
            else self._ask("friend", stage)
        )
        return (self._talk.say(f"ask_{key}", **name), second)

    def _about_persona(self, persona: Persona) -> tuple[str, ...]:
        counts = Counter(card.stage for card in self._cards if persona.id in card.personas)
        stages = [stage for stage in self._stages if stage.id in counts]
        busiest = max(stages, key=lambda stage: counts[stage.id], default=self._worst())
        questions = [self._ask("persona", busiest)] if busiest else []
        saying = next(iter((*persona.frustrations, *persona.behaviours, *persona.goals)), "")
        if saying:
            questions.append(self._talk.say("ask_like_you", quote=self._quote(saying)))
        return tuple(questions)

    def _lane_question(self, lane: Lane, stage: Stage) -> str:
        if lane != "touchpoint":
            return self._ask(lane, stage)
        # The channels of the stage itself, or of the whole map.
        here = Counter(item.channel for item in self._quoted[stage.id] if item.channel)
        everywhere = Counter(item.channel for item in self._journey.evidence if item.channel)
        names = [self._words.channel(name) for name, _ in (here or everywhere).most_common(3)]
        return self._ask(lane, stage, channels=", ".join(names) or self._talk.say("channels_unknown"))

    def _probe(self, key: str, card: Card | None) -> list[str]:
        quotes = [item for item in self._quotes(card) if item.role == "customer"] if card else []
        return [self._talk.say(f"ask_{key}", quote=self._quote(quotes[0].quote))] if quotes else []

    def _ask(self, key: str, stage: Stage, **values: str) -> str:
        return self._talk.say(f"ask_{key}", stage=self._name(stage), **values)

    # The map

    def _heard(self, stage: Stage) -> int:
        """Return how many customers speak at *stage*; the map counts them across sources better than names do."""
        if not self._voices[stage.id]:
            return 0
        on_cards = max((card.people for card in self._cards if card.stage == stage.id), default=0)
        return max(len(self._voices[stage.id]), on_cards)

    def _worst(self) -> Stage | None:
        """Return the stage that feels worst; the first one where nothing is known of feelings."""
        felt = [stage for stage in self._stages if stage.valence is not None]
        return min(felt, key=lambda stage: stage.valence or 0.0) if felt else next(iter(self._stages), None)

    def _heaviest(self, stage: Stage) -> Card | None:
        pains = [card for card in self._cards if card.stage == stage.id and card.lane == "pain_point"]
        return max(pains, key=lambda card: (card.people, card.severity or 0), default=None)

    def _quotes(self, card: Card) -> list[Evidence]:
        return [self._evidence[id_] for id_ in card.evidence if id_ in self._evidence]

    def _asked_for(self) -> Sequence[Lane]:
        try:
            return (self._template or load_template(self._journey.template)).lanes
        except SettingsError:
            # A map may come from somebody with a template of their own.
            return _TELLING

    def _name(self, stage: Stage) -> str:
        return self._quote(stage.name)

    def _quote(self, text: str) -> str:
        one_line = " ".join(text.split()).removesuffix(".")
        if len(one_line) > _QUOTE_CHARS:
            end = one_line.rfind(" ", 0, _QUOTE_CHARS)
            one_line = one_line[: end if end > 0 else _QUOTE_CHARS].rstrip(" ,;:") + " …"
        return self._talk.say("quoted", text=one_line)
