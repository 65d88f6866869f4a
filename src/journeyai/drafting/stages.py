"""The stages of a map: how each feels, which one is the moment of truth, and where people went back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from journeyai.drafting.evidence import EvidenceBook
from journeyai.drafting.grounding import Point
from journeyai.drafting.themes import Theme
from journeyai.engines.engine import Frame
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Stage, StageMeasure, Transition
from journeyai.operations.figures import FELT, Feeling, stage_figures


def draw_stages(
    themes: Sequence[Theme], frame: Frame, measures: Mapping[int, list[StageMeasure]]
) -> tuple[Stage, ...]:
    """Return the stages as customers felt them; each person weighs the same."""
    felt: dict[str, list[Feeling]] = {stage.id: [] for stage in frame.stages}
    for theme in themes:
        felt[frame.stages[theme.stage].id] += [
            Feeling(point.person, point.observation.valence, point.observation.emotion)
            for point in theme.points
            # A step of a told visit has its feeling, whatever it is.
            if point.lane in FELT or point.turn.step is not None
        ]
    figures = stage_figures(felt)
    return tuple(
        Stage(
            id=stage.id,
            name=stage.name,
            order=number + 1,
            valence=figures[stage.id].valence,
            emotions=figures[stage.id].emotions,
            moment_of_truth=figures[stage.id].moment_of_truth,
            measures=tuple(measures.get(number, ())),
        )
        for number, stage in enumerate(frame.stages)
    )


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
