"""Measures that customers stated (stars, NPS, CSAT): where in the journey they belong, and their means over people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from journeyai.drafting.evidence import EvidenceBook, confidence_of, mean_by_person
from journeyai.drafting.grounding import Point
from journeyai.drafting.themes import Theme
from journeyai.engines.engine import Frame
from journeyai.model.journey import Card, StageMeasure
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Turn
from journeyai.model.vocabulary import MeasureKind
from journeyai.operations.figures import mean_over_people, measure_title


@dataclass(frozen=True, slots=True)
class Rating:
    """A stated measure and where in the journey it belongs."""

    point: Point
    stage: int
    kind: MeasureKind
    value: float


def find_ratings(documents: Iterable[Document], themes: Sequence[Theme]) -> list[Rating]:
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
                    Rating(_rating_point(document, turn, index), stage, turn.measure.kind, turn.measure.value)
                )
    return ratings


def _rating_point(document: Document, turn: Turn, index: int) -> Point:
    numbers = tuple(utterance.number for utterance in document.utterances if utterance.turn == index)
    valence = turn.measure.valence if turn.measure else 0.0
    observation = Observation(document.key, numbers, "measure", (), round(valence, 2), "neutral", None, 1.0)
    return Point(
        observation, document, turn, turn.start, turn.end, document.text[turn.start : turn.end], turn.person
    )


def stage_measures(
    ratings: Sequence[Rating], frame: Frame, book: EvidenceBook
) -> dict[int, list[StageMeasure]]:
    """Return each stage's measures: the mean over people of what they stated."""
    grouped: dict[tuple[int, MeasureKind], list[Rating]] = defaultdict(list)
    for rating in ratings:
        grouped[rating.stage, rating.kind].append(rating)
    out: dict[int, list[StageMeasure]] = defaultdict(list)
    for (stage, kind), items in sorted(grouped.items()):
        mean = mean_over_people((item.point.person, item.value) for item in items)
        ids = tuple(book.add(item.point, stage, "measure") for item in items)
        out[stage].append(StageMeasure(kind=kind, value=round(mean, 2), evidence=ids))
    return out


def measure_cards(
    measures: Mapping[int, list[StageMeasure]], ratings: Sequence[Rating], frame: Frame
) -> list[Card]:
    """Return a card for each stage and kind of measure: its mean, and how many people stated it."""
    cards = []
    for stage, items in sorted(measures.items()):
        for item in items:
            behind = [rating for rating in ratings if rating.stage == stage and rating.kind == item.kind]
            people = len({rating.point.person for rating in behind})
            cards.append(
                Card(
                    id="",
                    lane="measure",
                    stage=frame.stages[stage].id,
                    title=measure_title(item.kind, item.value, frame.language),
                    valence=round(mean_by_person([rating.point for rating in behind]), 2),
                    people=people,
                    documents=len({rating.point.document.source for rating in behind}),
                    mentions=len(behind),
                    confidence=confidence_of(rating.point for rating in behind),
                    evidence=item.evidence,
                )
            )
    return cards
