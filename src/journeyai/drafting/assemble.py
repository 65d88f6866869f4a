"""Themes and groups become the map of contract 1.  Every number on it is counted by code, none is an engine's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from journeyai.drafting.evidence import (
    EvidenceBook,
    commonest,
    confidence_of,
    mean_by_person,
    shared_emotion,
)
from journeyai.drafting.measures import find_ratings, measure_cards, stage_measures
from journeyai.drafting.opportunities import find_opportunities
from journeyai.drafting.personas import Group
from journeyai.drafting.portraits import Titled, draw_persona
from journeyai.drafting.second_look import checked, summed_up
from journeyai.drafting.stages import draw_stages, find_transitions
from journeyai.drafting.themes import Theme
from journeyai.engines.engine import Engine, Frame
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Card, Evidence, Persona, Stage, Transition
from journeyai.model.source import Document


@dataclass(frozen=True, slots=True)
class Draft:
    """What assembly makes of themes and groups; the pipeline adds where it all came from."""

    stages: tuple[Stage, ...]
    personas: tuple[Persona, ...]
    cards: tuple[Card, ...]
    evidence: tuple[Evidence, ...]
    transitions: tuple[Transition, ...]


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
    standing = sorted(
        (_titled(theme, engine, frame) for theme in themes), key=lambda item: _card_order(item, frame)
    )
    people = len({point.person for item in standing for point in item.theme.points if point.person})
    book = EvidenceBook(frame)
    for item in standing:
        # Before any of them is entered as speaking against another theme, which may stand at another stage.
        for point in item.theme.points:
            book.add(point, item.theme.stage)
    cards = [_card(item, persona_of, frame, book) for item in standing]
    cards += find_opportunities(cards, book.items, frame, engine)
    ratings = find_ratings(documents, themes)
    measures = stage_measures(ratings, frame, book)
    if "measure" in frame.lanes:
        cards += measure_cards(measures, ratings, frame)
    # Opportunities and measures stand behind the rest of their stage, as they do on a map that was drawn again.
    order = {stage.id: number for number, stage in enumerate(frame.stages)}
    cards.sort(key=lambda card: order[card.stage])
    cards = [card.model_copy(update={"id": f"c{number}"}) for number, card in enumerate(cards, 1)]
    return Draft(
        stages=summed_up(draw_stages(themes, frame, measures), cards, frame, engine),
        personas=_told_apart(
            [
                draw_persona(number, group, standing, frame, engine, book, people=people)
                for number, group in enumerate(groups, 1)
            ]
        ),
        cards=checked(cards, book.items, frame, engine),
        transitions=find_transitions(themes, frame, book),
        evidence=book.items,
    )


def _told_apart(personas: Sequence[Persona]) -> tuple[Persona, ...]:
    """Return *personas* with a number after a name that an earlier one has."""
    seen: Counter[str] = Counter()
    named = []
    for persona in personas:
        seen[persona.name] += 1
        again = seen[persona.name]
        named.append(
            persona.model_copy(update={"name": f"{persona.name} ({again})"}) if again > 1 else persona
        )
    return tuple(named)


def _titled(theme: Theme, engine: Engine, frame: Frame) -> Titled:
    """Name *theme*; a point that the title is taken from comes first, so that the first quote shown bears it out."""
    if theme.title is not None:
        return Titled(theme, theme.title)
    title = engine.title([point.quote for point in theme.points], theme.lane, frame.language)
    words_of_title = " ".join(title.rstrip("…").split()).casefold()
    points = sorted(
        theme.points, key=lambda point: words_of_title not in " ".join(point.quote.split()).casefold()
    )
    return Titled(replace(theme, points=tuple(points)), title)


def _card_order(item: Titled, frame: Frame) -> tuple[object, ...]:
    """Stage by stage, lane by lane; touchpoints as they were told, the rest by how many said it."""
    theme = item.theme
    lane = frame.lanes.index(theme.lane) if theme.lane in frame.lanes else len(frame.lanes)
    told = theme.points[0].turn.step or 0
    first = min(point.place for point in theme.points)
    if theme.lane == "touchpoint" and told:
        return (theme.stage, lane, 0, told, first)
    return (theme.stage, lane, 1, -theme.people, -len(theme.points), first)


def _card(item: Titled, persona_of: Mapping[str, str], frame: Frame, book: EvidenceBook) -> Card:
    """Return the card of one theme; its id is given when all cards stand in order."""
    theme = item.theme
    valence = mean_by_person(theme.points)
    return Card(
        id="",
        lane=theme.lane,
        stage=frame.stages[theme.stage].id,
        personas=tuple(
            sorted({persona_of[person] for p in theme.points if (person := p.person or "") in persona_of})
        ),
        title=item.title,
        valence=round(valence, 2),
        emotion=shared_emotion(theme.points),
        severity=severity(theme) if theme.lane == "pain_point" else None,
        channel=commonest(theme.points, lambda point: point.observation.channel),
        people=theme.people,
        documents=theme.documents,
        mentions=len(theme.points),
        against=tuple(book.add(point, theme.stage) for point in theme.against),
        confidence=confidence_of(theme.points),
        evidence=tuple(book.add(point, theme.stage) for point in theme.points),
    )


def severity(theme: Theme) -> Literal[1, 2, 3]:
    """Return how grave a pain point is, by `ANNOTATION`'s scale.

    3: people lose money, days or safety, or leave (half of the people say so), or are very angry; 2: real effort, or
    annoyance that several people meet; 1: a nuisance.
    """
    grave = load_cues().grave
    losing = {point.person for point in theme.points if grave.search(fold(point.quote))}
    strength = -mean_by_person(theme.points)
    if (len(losing) * 2 >= max(1, theme.people) and strength >= 1.0) or strength >= 1.7:
        return 3
    return 2 if theme.people >= 2 or strength >= 1.1 or losing else 1
