"""The ratings that stages list, and the cards that show them."""

from collections.abc import Collection, Sequence

from journeyai.model.journey import StageMeasure
from journeyai.operations.bench import Bench


def list_ratings_at(bench: Bench, ids: Sequence[str], stage: str) -> None:
    """Let *stage* list those of the ratings *ids* that other stages list; their means are counted in the end."""
    for other in list(bench.stages):
        if other.id == stage:
            continue
        for measure in other.measures:
            moved = tuple(id_ for id_ in measure.evidence if id_ in ids)
            if moved:
                unlist_ratings(bench, moved)
                _list(bench, StageMeasure(kind=measure.kind, value=measure.value, evidence=moved), stage)


def _list(bench: Bench, measure: StageMeasure, stage: str) -> None:
    home = bench.stage(stage)
    measures = list(home.measures)
    for number, old in enumerate(measures):
        if old.kind == measure.kind:
            united = tuple(dict.fromkeys((*old.evidence, *measure.evidence)))
            measures[number] = old.model_copy(update={"evidence": united})
            break
    else:
        measures = sorted([*measures, measure], key=lambda item: item.kind)
    bench.put_stage(home, measures=tuple(measures))


def unlist_ratings(bench: Bench, ids: Collection[str]) -> None:
    """Let no stage list the ratings *ids*."""
    for stage in list(bench.stages):
        left = [
            measure.model_copy(update={"evidence": tuple(id_ for id_ in measure.evidence if id_ not in ids)})
            for measure in stage.measures
        ]
        if tuple(left) != stage.measures:
            bench.put_stage(stage, measures=tuple(measure for measure in left if measure.evidence))
