"""The evidence of a map: points under their numbers, and what is counted over people rather than mentions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from journeyai.drafting.grounding import Point
from journeyai.engines.engine import Frame
from journeyai.model.journey import Evidence
from journeyai.model.vocabulary import Lane


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


def mean_by_person(points: Sequence[Point]) -> float:
    """Return the mean valence, each person weighing the same however much they say."""
    return mean_over_people((point.person, point.observation.valence) for point in points)


def mean_over_people(stated: Iterable[tuple[str | None, float]]) -> float:
    """Return the mean over people of each one's mean, from (person, value) pairs; there must be one."""
    by_person: dict[str | None, list[float]] = defaultdict(list)
    for person, value in stated:
        by_person[person].append(value)
    return sum(sum(values) / len(values) for values in by_person.values()) / len(by_person)


Label = TypeVar("Label", bound=str)


def commonest(points: Sequence[Point], of: Callable[[Point], Label | None]) -> Label | None:
    """Return the commonest label, counted over people; ties go to the alphabet."""
    counts: Counter[Label] = Counter(
        value for value, _ in {(of(point), point.person) for point in points} if value
    )
    return min(counts, key=lambda value: (-counts[value], str(value))) if counts else None
