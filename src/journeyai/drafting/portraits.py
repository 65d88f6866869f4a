"""Personas in words and quotes: what a group of people wants, meets and does, each line from its own evidence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from journeyai.drafting.evidence import EvidenceBook
from journeyai.drafting.grounding import Point, speaker_of
from journeyai.drafting.personas import Group
from journeyai.drafting.themes import Theme
from journeyai.engines.engine import Attribute, Engine, Frame, PersonaFacts, Statement
from journeyai.knowledge.words import words
from journeyai.model.journey import Empathy, Member, Persona
from journeyai.model.vocabulary import Channel, Lane

_MOST_FACTS: Final = 5
_MOST_SAYINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Titled:
    """A theme with its title; the point that the title is taken from comes first."""

    theme: Theme
    title: str


def draw_persona(
    number: int,
    group: Group,
    standing: Sequence[Titled],
    frame: Frame,
    engine: Engine,
    book: EvidenceBook,
    *,
    people: int,
) -> Persona:
    """Return the persona of *group*, drawn from the themes that its people take part in.

    Args:
        number: its place: persona p*number*.
        group: its people.
        standing: all themes of the map.
        frame: stages and language.
        engine: for its words.
        book: of evidence.
        people: in the whole study.
    """
    inside = set(group.people)
    own = [(item, [p for p in item.theme.points if p.person in inside]) for item in standing]
    own = [(item, points) for item, points in own if points]
    own.sort(key=lambda pair: -len({point.person for point in pair[1]}))
    channels = _typical(_channel_users(standing), inside)
    stages = _typical(_stage_speakers(standing), inside)
    spoken = words(frame.language)
    facts = PersonaFacts(
        language=frame.language,
        size=len(inside),
        goals=_titles(own, "need"),
        frustrations=_titles(own, "pain_point"),
        delights=_titles(own, "delight"),
        motivations=_titles(own, "motivation"),
        stages=tuple(frame.stages[stage].name for stage in stages),
        channels=tuple(spoken.channel(channel) for channel in channels),
        keywords=group.keywords,
        behaviours=_titles(own, "action"),
        statements=_statements(own, group.people),
        people=people,
    )
    named = engine.describe(facts)
    evidence = [
        book.add(points[0], item.theme.stage)
        for item, points in own
        if item.theme.lane in {"need", "pain_point", "delight"}
    ][: _MOST_FACTS * 2]
    drawn = named.portrait
    if drawn is not None:
        said = [(item, point) for item, points in own for point in points]
        lines = (*drawn.goals, *drawn.motivations, *drawn.frustrations, *drawn.behaviours)
        evidence = [book.add(said[n][1], said[n][0].theme.stage) for line in lines for n in line.cites]
    return Persona(
        id=f"p{number}",
        name=named.name,
        summary=named.summary,
        goals=_texts(drawn.goals) if drawn else facts.goals,
        motivations=_texts(drawn.motivations) if drawn else facts.motivations,
        frustrations=_texts(drawn.frustrations) if drawn else facts.frustrations,
        behaviours=_texts(drawn.behaviours) if drawn else facts.behaviours,
        channels=channels,
        empathy=_empathy(own),
        members=_members([point for _, points in own for point in points]),
        evidence=tuple(dict.fromkeys(evidence)),
    )


_Own = Sequence[tuple[Titled, list[Point]]]


def _titles(own: _Own, lane: Lane) -> tuple[str, ...]:
    """Return the group's titles in *lane*, most people first."""
    titles = [item.title for item, _ in own if item.theme.lane == lane]
    return tuple(dict.fromkeys(titles))[:_MOST_FACTS]


def _statements(own: _Own, people: Sequence[str]) -> tuple[Statement, ...]:
    """Return what the group's people say, theme by theme."""
    number = {person: index for index, person in enumerate(people)}
    return tuple(
        Statement(number[point.person or ""], point.lane, point.observation.gist)
        for _, points in own
        for point in points
    )


def _texts(lines: Sequence[Attribute]) -> tuple[str, ...]:
    return tuple(line.text for line in lines)


Key = TypeVar("Key", int, Channel)


def _stage_speakers(standing: Sequence[Titled]) -> dict[int, set[str]]:
    """Return who speaks of each stage."""
    speakers: dict[int, set[str]] = defaultdict(set)
    for item in standing:
        speakers[item.theme.stage] |= {p.person for p in item.theme.points if p.person is not None}
    return speakers


def _channel_users(standing: Sequence[Titled]) -> dict[Channel, set[str]]:
    """Return who speaks of, or through, each channel."""
    users: dict[Channel, set[str]] = defaultdict(set)
    for item in standing:
        for point in item.theme.points:
            channel = point.observation.channel or point.document.channel
            if channel is not None and point.person is not None:
                users[channel].add(point.person)
    return users


def _typical(users: Mapping[Key, set[str]], people: set[str]) -> tuple[Key, ...]:
    """Return the keys of the group's people, those it uses more than everybody does first.

    By the group's share (smoothed by half a person) over everybody's, weighted by the share itself.
    """
    everybody = len(set().union(*users.values())) if users else 1

    def worth(key: Key) -> float:
        inside = (len(users[key] & people) + 0.5) / (len(people) + 1)
        return inside**2 / ((len(users[key]) + 0.5) / (everybody + 1))

    used = [key for key in users if users[key] & people]
    return tuple(sorted(used, key=lambda key: (-round(worth(key), 6), str(key))))[:_MOST_FACTS]


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
    """Return the speakers behind *points*; behind a researcher's report, the participant it is about."""
    named = {(point.document.source, speaker_of(point.document, point.turn)) for point in points}
    return tuple(Member(source=source, speaker=speaker) for source, speaker in sorted(named) if speaker)
