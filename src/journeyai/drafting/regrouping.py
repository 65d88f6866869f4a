"""Themes as an engine sees them, where it knows better than likeness: merged, split, named.

The engine says which points belong together and what they are to be called; whose points they are, how many people
say so, at which stage they stand and what speaks against them stays ours to count.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from journeyai.drafting.grounding import Point
from journeyai.drafting.themes import MOST_AGAINST, Theme, stage_votes
from journeyai.engines.engine import Candidate, Engine, Frame, Regrouped
from journeyai.model.aliases import Progress

#: Longest title: more is no title.
_TITLE_LETTERS: Final = 120


def regrouped(themes: Sequence[Theme], engine: Engine, frame: Frame, progress: Progress) -> list[Theme]:
    """Return *themes* as *engine* merges, splits and names them; as they are if it leaves that to us."""
    if not themes:
        return []
    candidates = [_candidate(theme, frame) for theme in themes]
    found = engine.regroup(candidates, frame, progress)
    if found is None:
        return list(themes)
    left = {(row, place) for row, theme in enumerate(themes) for place in range(len(theme.points))}
    made = []
    for group in found:
        places = _of_one_lane(group, themes, left)
        left -= set(places)
        if places:
            made.append(_merged(places, themes, group.title))
    # What the engine passed over stays where it was, under the title of its own words.
    for row, theme in enumerate(themes):
        rest = [(row, place) for place in range(len(theme.points)) if (row, place) in left]
        if rest:
            made.append(_merged(rest, themes, None))
    return sorted(
        made, key=lambda theme: (theme.lane, -theme.people, -len(theme.points), theme.points[0].place)
    )


def _candidate(theme: Theme, frame: Frame) -> Candidate:
    return Candidate(
        theme.lane,
        frame.stages[theme.stage].told_name,
        tuple(point.observation.gist for point in theme.points),
    )


def _of_one_lane(
    group: Regrouped, themes: Sequence[Theme], left: set[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the places of *group* that are there to be had, of the lane that its first one has."""
    there = [place for place in dict.fromkeys(group.points) if place in left]
    return [place for place in there if themes[place[0]].lane == themes[there[0][0]].lane]


def _merged(places: Sequence[tuple[int, int]], themes: Sequence[Theme], title: str | None) -> Theme:
    """Return one theme of the points at *places*; each candidate's most typical ones come first."""
    rows = list(dict.fromkeys(row for row, _ in places))
    columns = [
        [themes[row].points[place] for place in sorted(p for r, p in places if r == row)] for row in rows
    ]
    points = [point for level in zip_longest(*columns) for point in level if point is not None]
    against: dict[tuple[str, str, int], Point] = {
        point.place: point for row in rows for point in themes[row].against
    }
    name = " ".join((title or "").split())[:_TITLE_LETTERS]
    return replace(
        themes[rows[0]],
        stage=int(stage_votes(points).argmax()),
        points=tuple(points),
        against=tuple(against.values())[:MOST_AGAINST],
        title=name or None,
    )
