"""Themes: the same complaint, praise or wish told by several people is one card.

Points of one lane are grouped by what they are about, across sources, stages and languages; then the theme's points
vote for its stage, each person once.  Counting is done here and nowhere else.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.drafting.clustering import Rows, group
from journeyai.drafting.grounding import Point
from journeyai.knowledge.stopwords import content_words
from journeyai.model.vocabulary import Lane

#: Dimensions that content words are hashed into, beside the sentence vector.
_WORD_DIMENSIONS: Final = 512
#: Share of likeness that comes from shared words; the rest from the sentence vector.  Both numbers chosen on the
#: sample studies' labelled themes (docs/decisions/0007).
WORD_SHARE: Final = 0.45
LEAST_LIKENESS: Final = 0.23
#: Least likeness between a complaint and a praise that contradicts it.
LEAST_OPPOSITION: Final = 0.42
#: Most points shown against a theme.
MOST_AGAINST: Final = 5
#: Words are told apart by their first letters: a crude stem that serves English and Spanish alike.
_STEM_LETTERS: Final = 6

_OPPOSITE: Final[dict[Lane, Lane]] = {"pain_point": "delight", "delight": "pain_point"}


@dataclass(frozen=True, slots=True)
class Theme:
    """Points that say the same.

    Attributes:
        lane: of all its points.
        stage: index into the frame's stages.
        points: most typical first.
        against: points of the opposite lane about the same thing, likest first.
    """

    lane: Lane
    stage: int
    points: tuple[Point, ...]
    against: tuple[Point, ...] = ()

    @property
    def people(self) -> int:
        """Number of different people."""
        return len({point.person for point in self.points if point.person is not None})

    @property
    def documents(self) -> int:
        """Number of different files."""
        return len({point.document.source for point in self.points})


def find_themes(points: Sequence[Point], vectors: Rows) -> list[Theme]:
    """Group *points* into themes.

    Args:
        points: in any order.
        vectors: one unit row a point.

    Returns:
        Themes in a fixed order: lane by lane, most people first.
    """
    order = sorted(range(len(points)), key=lambda index: (points[index].quote, points[index].place))
    points = [points[index] for index in order]
    likeness_rows = with_words(points, vectors[order])
    themes: list[Theme] = []
    homes: dict[Lane, list[tuple[Theme, NDArray[np.float32]]]] = defaultdict(list)
    for lane in sorted({point.lane for point in points}):
        members = np.array([index for index, point in enumerate(points) if point.lane == lane])
        groups = _grouped([points[index] for index in members], likeness_rows[members])
        for number in range(int(groups.max()) + 1):
            inside = members[groups == number]
            theme, centre = _theme(lane, [points[index] for index in inside], likeness_rows[inside])
            homes[lane].append((theme, centre))
    for lane, found in homes.items():
        against = _opposing(found, points, likeness_rows, _OPPOSITE.get(lane))
        themes += [
            Theme(theme.lane, theme.stage, theme.points, others)
            for (theme, _), others in zip(found, against, strict=True)
        ]
    return sorted(
        themes, key=lambda theme: (theme.lane, -theme.people, -len(theme.points), theme.points[0].place)
    )


def _grouped(points: Sequence[Point], rows: Rows) -> NDArray[np.int64]:
    """Return a group number for each of one lane's *points*; the steps of a told story stay apart."""
    groups = group(rows, LEAST_LIKENESS)
    steps: dict[tuple[str, str, int], int] = {}
    for index, point in enumerate(points):
        if point.lane == "touchpoint" and point.turn.step is not None:
            key = (point.document.source, point.document.record or "", point.turn.step)
            groups[index] = steps.setdefault(key, len(points) + len(steps))
    numbered: NDArray[np.int64] = np.unique(groups, return_inverse=True)[1]
    return numbered


def with_words(points: Sequence[Point], vectors: Rows) -> Rows:
    """Return unit rows whose cosine mixes the likeness of sentence vectors and of content words."""
    stems = [_stems(point.quote) for point in points]
    weights = _word_weights(stems)
    rows = np.zeros((len(points), vectors.shape[1] + _WORD_DIMENSIONS), dtype=np.float32)
    rows[:, : vectors.shape[1]] = vectors * np.float32((1 - WORD_SHARE) ** 0.5)
    for index, found in enumerate(stems):
        part = rows[index, vectors.shape[1] :]
        for stem in found:
            code = zlib.crc32(stem.encode())
            part[code % _WORD_DIMENSIONS] += weights[stem] * (1 if code & 0x10000 else -1)
        length = float(np.linalg.norm(part))
        if length:
            part *= WORD_SHARE**0.5 / length
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def stage_votes(points: Sequence[Point]) -> NDArray[np.float64]:
    """Return the weight of each stage among *points*: each person's mean, weighted by how sure the lane is."""
    by_person: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    for point in points:
        by_person[point.person or ""].append(
            np.array(point.observation.stages) * point.observation.confidence
        )
    means = [np.mean(rows, axis=0) for _, rows in sorted(by_person.items())]
    out: NDArray[np.float64] = np.sum(means, axis=0)
    return out


def _stems(text: str) -> list[str]:
    """Return the different stems of *text*, in order: sums of their weights must not depend on a set's order."""
    return list(dict.fromkeys(word[:_STEM_LETTERS] for word in content_words(text)))


def _word_weights(stems: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return a weight for each of the texts' *stems*: rare ones tell more (smoothed inverse document frequency)."""
    counts = Counter(stem for found in stems for stem in found)
    return {stem: log((1 + len(stems)) / (1 + count)) + 1 for stem, count in counts.items()}


def _theme(lane: Lane, points: Sequence[Point], rows: Rows) -> tuple[Theme, NDArray[np.float32]]:
    centre = rows.mean(axis=0)
    # A point that the engine is sure of speaks for the theme rather than one at its edge.
    sure = np.array([point.observation.confidence for point in points])
    typical = (rows @ centre) * sure
    order = sorted(
        range(len(points)), key=lambda index: (-round(float(typical[index]), 5), points[index].place)
    )
    stage = int(stage_votes(points).argmax())
    return Theme(lane, stage, tuple(points[index] for index in order)), centre


def _opposing(
    found: Sequence[tuple[Theme, NDArray[np.float32]]],
    points: Sequence[Point],
    rows: Rows,
    opposite: Lane | None,
) -> list[tuple[Point, ...]]:
    """Return, for each theme, the points of the opposite lane that are about the same thing.

    Each opposing point speaks against the one theme it is likest to.
    """
    against: list[list[tuple[float, int]]] = [[] for _ in found]
    others = [index for index, point in enumerate(points) if point.lane == opposite]
    if others and found:
        centres = np.stack([centre / max(float(np.linalg.norm(centre)), 1e-9) for _, centre in found])
        for index in others:
            alike = centres @ rows[index]
            home = int(alike.argmax())
            if alike[home] >= LEAST_OPPOSITION:
                against[home].append((-float(alike[home]), index))
    return [tuple(points[index] for _, index in sorted(items)[:MOST_AGAINST]) for items in against]
