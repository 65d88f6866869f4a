"""The stages of a map: how each feels, which one is the moment of truth, and where people went back."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from journeyai.drafting.evidence import EvidenceBook, mean_by_person
from journeyai.drafting.grounding import Point
from journeyai.drafting.themes import Theme
from journeyai.engines.engine import Frame
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Stage, StageMeasure, Transition
from journeyai.model.vocabulary import Lane

#: Lanes whose points say how somebody felt.
FELT: Final[frozenset[Lane]] = frozenset({"pain_point", "delight"})
#: A stage is a moment of truth when its load comes this near to the heaviest.
NEAR_HEAVIEST: Final = 0.9


def draw_stages(
    themes: Sequence[Theme], frame: Frame, measures: Mapping[int, list[StageMeasure]]
) -> tuple[Stage, ...]:
    """Return the stages as customers felt them; each person weighs the same."""
    by_stage: dict[int, list[Point]] = defaultdict(list)
    for theme in themes:
        # A step of a told visit has its feeling, whatever it is.
        by_stage[theme.stage] += [
            point for point in theme.points if point.lane in FELT or point.turn.step is not None
        ]
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
                valence=round(mean_by_person(points), 2) if points else None,
                emotions=dict(sorted(felt.items(), key=lambda item: (-item[1], item[0]))),
                moment_of_truth=people >= 2 and loads[number] >= NEAR_HEAVIEST * heaviest > 0,
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


def find_transitions(themes: Sequence[Theme], frame: Frame, book: EvidenceBook) -> tuple[Transition, ...]:
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
