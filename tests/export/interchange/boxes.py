"""Boxes on a board."""

from collections.abc import Sequence
from itertools import combinations


def overlaps(boxes: Sequence[dict[str, float]]) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Return the pairs of *boxes* that lie over one another."""
    return [pair for pair in combinations(boxes, 2) if not _apart(*pair)]


def _apart(a: dict[str, float], b: dict[str, float]) -> bool:
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    return beside or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
