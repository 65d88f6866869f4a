"""Themes: the same complaint, praise or wish told by several people is one card.

Points of one lane are grouped by what they are about, across sources, stages and languages; then the theme's points
vote for its stage, each person once.  Counting is done here and nowhere else.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.drafting.clustering import Rows, group
from journeyai.drafting.grounding import Point
from journeyai.drafting.likeness import likeness_rows, topic_rows, weights_for
from journeyai.model.aliases import VectorSource
from journeyai.model.vocabulary import Lane

#: Least likeness between a complaint and a praise that contradicts it.
LEAST_OPPOSITION: Final = 0.42
#: Most points shown against a theme.
MOST_AGAINST: Final = 5

_OPPOSITE: Final[dict[Lane, Lane]] = {"pain_point": "delight", "delight": "pain_point"}


@dataclass(frozen=True, slots=True)
class Theme:
    """Points that say the same.

    Attributes:
        lane: of all its points.
        stage: index into the frame's stages.
        points: most typical first.
        against: points of the opposite lane about the same thing, likest first.
        title: what an engine that gathers themes itself calls it; None if it is still to be named.
    """

    lane: Lane
    stage: int
    points: tuple[Point, ...]
    against: tuple[Point, ...] = ()
    title: str | None = None

    @property
    def people(self) -> int:
        """Number of different people."""
        return len({point.person for point in self.points if point.person is not None})

    @property
    def documents(self) -> int:
        """Number of different files."""
        return len({point.document.source for point in self.points})


def find_themes(points: Sequence[Point], vectors: VectorSource) -> list[Theme]:
    """Group *points* into themes.

    Args:
        points: in any order; at least one.
        vectors: sentences → unit rows.

    Returns:
        Themes in a fixed order: lane by lane, most people first.
    """
    points = sorted(points, key=lambda point: (point.quote, point.place))
    rows, topics = likeness_rows(points, vectors), topic_rows(points, vectors)
    least = weights_for(points).least
    themes: list[Theme] = []
    homes: dict[Lane, list[tuple[Theme, NDArray[np.float32]]]] = defaultdict(list)
    for lane in sorted({point.lane for point in points}):
        members = np.array([index for index, point in enumerate(points) if point.lane == lane])
        groups = _grouped([points[index] for index in members], rows[members], least)
        for number in range(int(groups.max()) + 1):
            inside = members[groups == number]
            theme = _theme(lane, [points[index] for index in inside], rows[inside])
            homes[lane].append((theme, topics[inside].mean(axis=0)))
    for lane, found in homes.items():
        against = _opposing(found, points, topics, _OPPOSITE.get(lane))
        themes += [
            Theme(theme.lane, theme.stage, theme.points, others)
            for (theme, _), others in zip(found, against, strict=True)
        ]
    return sorted(
        themes, key=lambda theme: (theme.lane, -theme.people, -len(theme.points), theme.points[0].place)
    )


def _grouped(points: Sequence[Point], rows: Rows, least: float) -> NDArray[np.int64]:
    """Return a group number for each of one lane's *points*; the steps of a told story stay apart."""
    groups = group(rows, least)
    steps: dict[tuple[str, str, int], int] = {}
    for index, point in enumerate(points):
        if point.lane == "touchpoint" and point.turn.step is not None:
            key = (point.document.source, point.document.record or "", point.turn.step)
            groups[index] = steps.setdefault(key, len(points) + len(steps))
    numbered: NDArray[np.int64] = np.unique(groups, return_inverse=True)[1]
    return numbered


def stage_votes(points: Sequence[Point]) -> NDArray[np.float64]:
    """Return the weight of each stage among *points*: each person's mean, weighted by how sure the lane is."""
    by_person: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    for point in points:
        by_person[point.person or ""].append(np.array(point.observation.stages) * point.observation.weight)
    means = [np.mean(rows, axis=0) for _, rows in sorted(by_person.items())]
    out: NDArray[np.float64] = np.sum(means, axis=0)
    return out


def _theme(lane: Lane, points: Sequence[Point], rows: Rows) -> Theme:
    centre = rows.mean(axis=0)
    # A point that the engine is sure of speaks for the theme rather than one at its edge.
    sure = np.array([point.observation.weight for point in points])
    typical = (rows @ centre) * sure
    order = sorted(
        range(len(points)), key=lambda index: (-round(float(typical[index]), 5), points[index].place)
    )
    stage = int(stage_votes(points).argmax())
    return Theme(lane, stage, tuple(points[index] for index in order))


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
