"""The evidence of a map: points under their numbers, and what is counted over people rather than mentions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Final, TypeVar

from journeyai.drafting.grounding import Point
from journeyai.engines.engine import Frame
from journeyai.model.journey import Evidence
from journeyai.model.vocabulary import Emotion, Lane

#: Nothing that an engine has read is more certain than this: people of one study use the same words, so the mistakes an
#: engine makes with them are not as independent as `combined_confidence` takes them to be.
MOST_CONFIDENCE: Final = 0.99
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
                    confidence=_rounded(observation.confidence),
                )
            )
        return self._ids[key]

    @property
    def items(self) -> tuple[Evidence, ...]:
        """All entries, in the order they came."""
        return tuple(self._items)


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 2)


def mean_by_person(points: Sequence[Point]) -> float:
    """Return the mean valence, each person weighing the same however much they say."""
    return mean_over_people((point.person, point.observation.valence) for point in points)


def mean_over_people(stated: Iterable[tuple[str | None, float]]) -> float:
    """Return the mean over people of each one's mean, from (person, value) pairs; there must be one."""
    by_person: dict[str | None, list[float]] = defaultdict(list)
    for person, value in stated:
        by_person[person].append(value)
    return sum(sum(values) / len(values) for values in by_person.values()) / len(by_person)


def combined_confidence(stated: Iterable[tuple[str | None, float | None]]) -> float | None:
    """Return how likely it is that at least one person says what a card says, from (person, confidence) pairs.

    1 − Π(1 − c), where c is a person's surest point: who repeats something makes it no surer, who else says it does.
    At most `MOST_CONFIDENCE`; None if nothing is known of any point.
    """
    surest: dict[str | None, float] = {}
    for person, value in stated:
        if value is not None:
            surest[person] = max(surest.get(person, 0.0), value)
    if not surest:
        return None
    return round(min(MOST_CONFIDENCE, 1 - prod(1 - surest[person] for person in surest)), 2)


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
