"""The evidence of a map: points under their numbers, and what is counted over people rather than mentions."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from journeyai.drafting.grounding import Point
from journeyai.engines.engine import Frame
from journeyai.model.journey import Evidence
from journeyai.model.vocabulary import Emotion, Lane
from journeyai.operations.figures import combined_confidence, mean_over_people, rounded

#: Least share of a card's people who, as far as the engine can tell, show an emotion that the card names.  Below one
#: half, for the local engine is surer than it says: of emotions it gave .4 to .5, 54 % were right.  From this share on,
#: half of the labelled quotes bore the card's emotion out on 38 cards of 47; below it, on 16 of 43
#: (docs/decisions/0012).
LEAST_SHARE_OF_EMOTION: Final = 0.4


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
                    confidence=rounded(observation.confidence),
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


def confidence_of(points: Iterable[Point]) -> float | None:
    """Return how sure it is that anybody says what *points* say, from their confidences as the map has them."""
    return combined_confidence((point.person, rounded(point.observation.confidence)) for point in points)


def shared_emotion(points: Sequence[Point]) -> Emotion | None:
    """Return the commonest emotion; None if it is not likely enough that half of the people show it.

    A person counts for the emotion as far as the engine is sure that they show it.
    """
    found: Counter[Emotion] = Counter(
        emotion for emotion, _ in {(point.observation.emotion, point.person) for point in points}
    )
    emotion = min(found, key=lambda label: (-found[label], label), default=None)
    if emotion is None or emotion == "neutral":
        return emotion
    shown: dict[str | None, float] = {}
    for point in points:
        sure = point.observation.emotion_confidence if point.observation.emotion == emotion else 0.0
        shown[point.person] = max(shown.get(point.person, 0.0), sure)
    return emotion if sum(shown.values()) >= LEAST_SHARE_OF_EMOTION * len(shown) else None


Label = TypeVar("Label", bound=str)


def commonest(points: Sequence[Point], of: Callable[[Point], Label | None]) -> Label | None:
    """Return the commonest label, counted over people; ties go to the alphabet."""
    counts: Counter[Label] = Counter(
        value for value, _ in {(of(point), point.person) for point in points} if value
    )
    return min(counts, key=lambda value: (-counts[value], str(value))) if counts else None
