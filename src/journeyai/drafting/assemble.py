"""Themes and groups become the map of contract 1.  Every number on it is counted here, none is an engine's."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, TypeVar

from journeyai.drafting.grounding import Point
from journeyai.drafting.personas import Group
from journeyai.drafting.themes import Theme
from journeyai.engines.engine import Engine, Frame, PersonaFacts
from journeyai.knowledge.cues import fold, load_cues
from journeyai.knowledge.words import words
from journeyai.model.journey import (
    Card,
    Empathy,
    Evidence,
    Member,
    Persona,
    Stage,
    StageMeasure,
    Transition,
)
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Turn
from journeyai.model.vocabulary import Channel, Lane, MeasureKind

#: Lanes whose points say how somebody felt.
FELT: Final[frozenset[Lane]] = frozenset({"pain_point", "delight"})
#: Most opportunities, and least severity times people for one.
MOST_OPPORTUNITIES: Final = 7
#: A stage is a moment of truth when its load comes this near to the heaviest.
NEAR_HEAVIEST: Final = 0.9
_MOST_FACTS: Final = 5
_MOST_SAYINGS: Final = 3


class EvidenceBook:
    """Numbers the points that stand on the map: e1, e2 …, each point once."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._ids: dict[tuple[str, str | None, int, int], str] = {}
        self._items: list[Evidence] = []

    def add(self, point: Point, stage: int, lane: Lane | None = None) -> str:
        """Return the id of *point*, entering it if it is new; an entered point keeps its stage and lane."""
        key = (point.document.source, point.document.record, point.start, point.end)
        if key not in self._ids:
            self._ids[key] = f"e{len(self._items) + 1}"
            observation = point.observation
            self._items.append(
                Evidence(
                    id=self._ids[key],
                    source=point.document.source,
                    record=point.document.record,
                    start=point.start,
                    end=point.end,
                    quote=point.quote,
                    speaker=point.turn.speaker,
                    role=point.turn.role,
                    at=point.turn.at,
                    stage=self._frame.stages[stage].id,
                    lane=lane or point.lane,
                    valence=observation.valence,
                    emotion=observation.emotion,
                    channel=observation.channel or point.document.channel,
                )
            )
        return self._ids[key]

    @property
    def items(self) -> tuple[Evidence, ...]:
        """All entries, in the order they came."""
        return tuple(self._items)


@dataclass(frozen=True, slots=True)
class Draft:
    """What assembly makes of themes and groups; the pipeline adds where it all came from."""

    stages: tuple[Stage, ...]
    personas: tuple[Persona, ...]
    cards: tuple[Card, ...]
    evidence: tuple[Evidence, ...]
    transitions: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class _Rating:
    """A stated measure and where in the journey it belongs."""

    point: Point
    stage: int
    kind: MeasureKind
    value: float


@dataclass(slots=True)
class _Standing:
    """A theme on its way to a card."""

    theme: Theme
    title: str
    personas: tuple[str, ...] = field(default=())


def assemble(
    themes: Sequence[Theme],
    groups: Sequence[Group],
    documents: Iterable[Document],
    frame: Frame,
    engine: Engine,
) -> Draft:
    """Put the map together.

    Args:
        themes: those that are to stand on the map.
        groups: of people; persona p1 is the first.
        documents: all, for their stated measures.
        frame: stages, lanes and language.
        engine: for titles and personas' words.
    """
    persona_of = {person: f"p{number}" for number, group in enumerate(groups, 1) for person in group.people}
    standing = [
        _Standing(theme, engine.title([p.quote for p in theme.points], theme.lane, frame.language))
        for theme in themes
    ]
    for item in standing:
        item.personas = tuple(
            sorted({persona_of[p.person] for p in item.theme.points if p.person in persona_of})
        )
    standing.sort(key=lambda item: _card_order(item, frame))
    book = EvidenceBook(frame)
    cards: list[Card] = []
    for item in standing:
        cards.append(_card(item, f"c{len(cards) + 1}", frame, book))
    cards += _opportunities(cards, frame)
    ratings = _ratings(documents, [point for theme in themes for point in theme.points], themes)
    measures = _measures(ratings, frame, book)
    if "measure" in frame.lanes:
        cards += _measure_cards(measures, ratings, frame)
    cards = [card.model_copy(update={"id": f"c{number}"}) for number, card in enumerate(cards, 1)]
    return Draft(
        stages=_stages(themes, frame, measures),
        personas=tuple(
            _persona(number, group, standing, frame, engine, book) for number, group in enumerate(groups, 1)
        ),
        cards=tuple(cards),
        transitions=_transitions(themes, frame, book),
        evidence=book.items,
    )


def _card_order(item: _Standing, frame: Frame) -> tuple[object, ...]:
    """Stage by stage, lane by lane; touchpoints as they were told, the rest by how many said it."""
    theme = item.theme
    lane = frame.lanes.index(theme.lane) if theme.lane in frame.lanes else len(frame.lanes)
    told = theme.points[0].turn.step or 0
    first = min(point.place for point in theme.points)
    if theme.lane == "touchpoint" and told:
        return (theme.stage, lane, 0, told, first)
    return (theme.stage, lane, 1, -theme.people, -len(theme.points), first)


def _card(item: _Standing, id_: str, frame: Frame, book: EvidenceBook) -> Card:
    theme = item.theme
    valence = _mean_by_person(theme.points)
    return Card(
        id=id_,
        lane=theme.lane,
        stage=frame.stages[theme.stage].id,
        personas=item.personas,
        title=item.title,
        valence=round(valence, 2),
        emotion=_commonest(theme.points, lambda point: point.observation.emotion),
        severity=severity(theme) if theme.lane == "pain_point" else None,
        channel=_commonest(theme.points, lambda point: point.observation.channel),
        people=theme.people,
        documents=theme.documents,
        mentions=len(theme.points),
        against=tuple(book.add(point, theme.stage) for point in theme.against),
        evidence=tuple(book.add(point, theme.stage) for point in theme.points),
    )


def severity(theme: Theme) -> Literal[1, 2, 3]:
    """Return how grave a pain point is, by `ANNOTATION`'s scale.

    3: people lose money, days or safety, or leave (half of the people say so), or are very angry; 2: real effort, or
    annoyance that several people meet; 1: a nuisance.
    """
    grave = load_cues().grave
    losing = {point.person for point in theme.points if grave.search(fold(point.quote))}
    strength = -_mean_by_person(theme.points)
    if (len(losing) * 2 >= max(1, theme.people) and strength >= 1.0) or strength >= 1.7:
        return 3
    return 2 if theme.people >= 2 or strength >= 1.1 or losing else 1


def _mean_by_person(points: Sequence[Point]) -> float:
    """Return the mean valence, each person weighing the same however much they say."""
    by_person: dict[str | None, list[float]] = defaultdict(list)
    for point in points:
        by_person[point.person].append(point.observation.valence)
    return sum(sum(values) / len(values) for values in by_person.values()) / len(by_person)


Label = TypeVar("Label", bound=str)


def _commonest(points: Sequence[Point], of: Callable[[Point], Label | None]) -> Label | None:
    """Return the commonest label, counted over people; ties go to the alphabet."""
    counts: Counter[Label] = Counter(
        value for value, _ in {(of(point), point.person) for point in points} if value
    )
    return min(counts, key=lambda value: (-counts[value], str(value))) if counts else None


def _stages(
    themes: Sequence[Theme], frame: Frame, measures: Mapping[int, list[StageMeasure]]
) -> tuple[Stage, ...]:
    by_stage: dict[int, list[Point]] = defaultdict(list)
    for theme in themes:
        by_stage[theme.stage] += [point for point in theme.points if point.lane in FELT]
    loads = {stage: load(points) for stage, points in by_stage.items()}
    heaviest = max(loads.values(), default=0.0)
    stages = []
    for number, stage in enumerate(frame.stages):
        points = by_stage.get(number, [])
        felt = Counter(
            emotion
            for emotion, _ in {(p.observation.emotion, p.person) for p in points}
            if emotion != "neutral"
        )
        people = len({point.person for point in points})
        stages.append(
            Stage(
                id=stage.id,
                name=stage.name,
                order=number + 1,
                valence=round(_mean_by_person(points), 2) if points else None,
                emotions=dict(sorted(felt.items(), key=lambda item: (-item[1], item[0]))),
                moment_of_truth=people >= 2 and loads[number] >= NEAR_HEAVIEST * heaviest,
                measures=tuple(measures.get(number, ())),
            )
        )
    return tuple(stages)


def load(points: Sequence[Point]) -> float:
    """Return a stage's emotional load: each person's strongest feeling there (0 … 2), squared, added up.

    Squared, so that a few people in despair outweigh many who are mildly pleased.
    """
    strongest: dict[str | None, float] = {}
    for point in points:
        strongest[point.person] = max(strongest.get(point.person, 0.0), abs(point.observation.valence))
    return sum(value**2 for value in strongest.values())


def _opportunities(cards: Sequence[Card], frame: Frame) -> list[Card]:
    """Return the pain points most worth mending as opportunities, by severity times people."""
    if "opportunity" not in frame.lanes:
        return []
    pains = [
        card for card in cards if card.lane == "pain_point" and card.people >= 2 and (card.severity or 0) >= 2
    ]
    pains.sort(key=lambda card: (-(card.severity or 0) * card.people, card.id))
    spoken = words(frame.language)
    return [
        card.model_copy(
            update={
                "id": f"o{number}",
                "lane": "opportunity",
                "title": spoken.phrase("mend", title=card.title),
                "detail": spoken.phrase(
                    "mend_why", people=spoken.count("people", card.people), severity=card.severity
                ),
                "severity": None,
                "against": (),
            }
        )
        for number, card in enumerate(pains[:MOST_OPPORTUNITIES], 1)
    ]


def _ratings(
    documents: Iterable[Document], points: Sequence[Point], themes: Sequence[Theme]
) -> list[_Rating]:
    """Return stated ratings, each placed at the stage that most of its document's points are about."""
    stage_of: dict[object, Counter[int]] = defaultdict(Counter)
    for theme in themes:
        for point in theme.points:
            stage_of[point.document.key][theme.stage] += 1
    ratings = []
    for document in documents:
        votes = stage_of.get(document.key)
        if not votes or document.duplicate_of is not None:
            continue
        stage = min(votes, key=lambda number: (-votes[number], number))
        for index, turn in enumerate(document.turns):
            if turn.measure is not None:
                ratings.append(
                    _Rating(
                        _rating_point(document, turn, index), stage, turn.measure.kind, turn.measure.value
                    )
                )
    return ratings


def _rating_point(document: Document, turn: Turn, index: int) -> Point:
    numbers = tuple(utterance.number for utterance in document.utterances if utterance.turn == index)
    valence = turn.measure.valence if turn.measure else 0.0
    observation = Observation(document.key, numbers, "measure", (), round(valence, 2), "neutral", None, 1.0)
    return Point(
        observation, document, turn, turn.start, turn.end, document.text[turn.start : turn.end], turn.person
    )


def _measures(ratings: Sequence[_Rating], frame: Frame, book: EvidenceBook) -> dict[int, list[StageMeasure]]:
    """Return each stage's measures: the mean over people of what they stated."""
    grouped: dict[tuple[int, MeasureKind], list[_Rating]] = defaultdict(list)
    for rating in ratings:
        grouped[rating.stage, rating.kind].append(rating)
    out: dict[int, list[StageMeasure]] = defaultdict(list)
    for (stage, kind), items in sorted(grouped.items()):
        by_person: dict[str | None, list[float]] = defaultdict(list)
        for item in items:
            by_person[item.point.person].append(item.value)
        mean = sum(sum(values) / len(values) for values in by_person.values()) / len(by_person)
        ids = tuple(book.add(item.point, stage, "measure") for item in items)
        out[stage].append(StageMeasure(kind=kind, value=round(mean, 2), evidence=ids))
    return out


def _measure_cards(
    measures: Mapping[int, list[StageMeasure]], ratings: Sequence[_Rating], frame: Frame
) -> list[Card]:
    spoken = words(frame.language)
    cards = []
    for stage, items in sorted(measures.items()):
        for item in items:
            behind = [rating for rating in ratings if rating.stage == stage and rating.kind == item.kind]
            people = len({rating.point.person for rating in behind})
            title = spoken.phrase(
                "measured", kind=spoken.measure(item.kind), value=spoken.decimal(item.value)
            )
            cards.append(
                Card(
                    id="m",
                    lane="measure",
                    stage=frame.stages[stage].id,
                    title=title,
                    valence=round(_mean_by_person([rating.point for rating in behind]), 2),
                    people=people,
                    documents=len({rating.point.document.source for rating in behind}),
                    mentions=len(behind),
                    evidence=item.evidence,
                )
            )
    return cards


def _transitions(themes: Sequence[Theme], frame: Frame, book: EvidenceBook) -> tuple[Transition, ...]:
    """Return where people went back: about an earlier stage, told after a later one, with words of return.

    What people tell is rarely in order, so a jump alone proves nothing; "we had to start over" does.
    """
    cue = load_cues().going_back
    by_document: dict[tuple[str, str], list[tuple[int, Point]]] = defaultdict(list)
    for theme in themes:
        for point in theme.points:
            if point.person is not None:
                by_document[point.document.source, point.document.record or ""].append((theme.stage, point))
    moves: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for _, told in sorted(by_document.items()):
        ordered = sorted(told, key=lambda item: item[1].start)
        for (before, earlier), (stage, point) in pairwise(ordered):
            if stage < before and earlier.person == point.person and cue.search(fold(point.quote)):
                moves[before, stage].append(point)
    return tuple(
        Transition.model_validate(
            {
                "from": frame.stages[before].id,
                "to": frame.stages[after].id,
                "people": len({point.person for point in points}),
                "evidence": tuple(book.add(point, after) for point in points),
            }
        )
        for (before, after), points in sorted(moves.items())
    )


def _persona(
    number: int, group: Group, standing: Sequence[_Standing], frame: Frame, engine: Engine, book: EvidenceBook
) -> Persona:
    people = set(group.people)
    own = [(item, [p for p in item.theme.points if p.person in people]) for item in standing]
    own = [(item, points) for item, points in own if points]
    own.sort(key=lambda pair: -len({point.person for point in pair[1]}))
    stages = Counter(
        stage for stage, _ in {(item.theme.stage, p.person) for item, points in own for p in points}
    )
    channels = _channels([point for _, points in own for point in points])
    spoken = words(frame.language)
    facts = PersonaFacts(
        language=frame.language,
        size=len(people),
        goals=_titles(own, "need"),
        frustrations=_titles(own, "pain_point"),
        delights=_titles(own, "delight"),
        motivations=_titles(own, "motivation"),
        stages=tuple(
            frame.stages[stage].name for stage, _ in sorted(stages.items(), key=lambda s: (-s[1], s[0]))
        ),
        channels=tuple(spoken.channel(channel) for channel in channels),
        keywords=group.keywords,
    )
    named = engine.describe(facts)
    evidence = tuple(
        book.add(points[0], item.theme.stage)
        for item, points in own
        if item.theme.lane in {"need", "pain_point", "delight"}
    )
    return Persona(
        id=f"p{number}",
        name=named.name,
        summary=named.summary,
        goals=facts.goals,
        motivations=facts.motivations,
        frustrations=facts.frustrations,
        behaviours=_titles(own, "action"),
        channels=channels,
        empathy=_empathy(own),
        members=_members([point for _, points in own for point in points]),
        evidence=evidence[: _MOST_FACTS * 2],
    )


_Own = Sequence[tuple[_Standing, list[Point]]]


def _titles(own: _Own, lane: Lane) -> tuple[str, ...]:
    """Return the group's titles in *lane*, most people first."""
    titles = [item.title for item, _ in own if item.theme.lane == lane]
    return tuple(dict.fromkeys(titles))[:_MOST_FACTS]


def _channels(points: Sequence[Point]) -> tuple[Channel, ...]:
    counts = Counter(
        channel
        for channel, _ in {(p.observation.channel or p.document.channel, p.person) for p in points}
        if channel is not None
    )
    return tuple(sorted(counts, key=lambda channel: (-counts[channel], channel)))[:_MOST_FACTS]


def _empathy(own: _Own) -> Empathy:
    """Return sayings of the group's people, sorted by what they tell: words, thoughts, deeds, feelings."""

    def quotes(*lanes: Lane) -> tuple[str, ...]:
        found = [" ".join(points[0].quote.split()) for item, points in own if item.theme.lane in lanes]
        return tuple(dict.fromkeys(found))[:_MOST_SAYINGS]

    return Empathy(
        says=quotes("need", "expectation"),
        thinks=quotes("thought", "question", "motivation"),
        does=quotes("action"),
        feels=quotes("pain_point", "delight"),
    )


def _members(points: Sequence[Point]) -> tuple[Member, ...]:
    """Return the speakers behind *points*; in notes that is the participant, not the researcher."""
    named = {
        (point.document.source, point.turn.speaker or point.document.record or "")
        for point in points
        if point.turn.role == "customer"
    }
    return tuple(Member(source=source, speaker=speaker) for source, speaker in sorted(named))
