"""Fields of a map in JSON: which of them can be edited, and how much two maps differ in them."""

from collections.abc import Sequence
from typing import Any, Final

from journeyai.importing.cells import FOREIGN, VERDICTS
from journeyai.model.journey import JourneyMap, Judged
from journeyai.model.vocabulary import CRITERIA

#: Fields of the map that changes can set; of the scope, its fields.
MAP_FIELDS: Final = ("title", "goal", "scope")
STAGE_FIELDS: Final = frozenset({"name", "order"})
PERSONA_FIELDS: Final = frozenset({"name", "confirmed"})
#: Fields of a card that changes can set, in the order in which they are made.
CARD_FIELDS: Final = (
    *("lane", "stage", "title", "detail", "severity", "emotion", "owner", "judged", "progress"),
    *("evidence", "status", "locked"),
)
#: What a new card may say besides.
OF_NEW: Final = frozenset({*CARD_FIELDS, "id", "personas", "assumption"})
PARTS: Final = ("stages", "personas", "cards")
_EDITABLE: Final = {
    "stages": STAGE_FIELDS,
    "personas": PERSONA_FIELDS,
    "cards": frozenset(CARD_FIELDS),
}


def by_id(parts: Sequence[Any]) -> dict[str, Any]:
    """Return id → part."""
    return {part.id: part for part in parts}


def grade_of(judged: Judged | None, name: str) -> str:
    """Return a grade of an opportunity; where nobody graded it, it is unknown."""
    return "unknown" if judged is None else str(getattr(judged, name))


def apart_from(edited: JourneyMap, version: JourneyMap) -> int:
    """Return how much speaks against *edited* having been written from *version*.

    A field that somebody can have edited counts one, one that follows from the sources or from others much more.
    """
    fields = [name for name in JourneyMap.model_fields if name not in PARTS]
    apart: int = sum(getattr(edited, name) != getattr(version, name) for name in fields)
    for name in PARTS:
        mine, theirs = by_id(getattr(edited, name)), by_id(getattr(version, name))
        apart += FOREIGN * len(mine.keys() ^ theirs.keys())
        for id_ in mine.keys() & theirs.keys():
            if mine[id_] != theirs[id_]:
                first, second = dict(mine[id_]), dict(theirs[id_])
                apart += sum(
                    _weight(name, key, first[key], second[key]) for key in first if first[key] != second[key]
                )
    return apart


def _weight(part: str, key: str, mine: Any, theirs: Any) -> int:
    cannot_ask = (key == "status" and mine not in VERDICTS) or (key == "confirmed" and not mine)
    if key not in _EDITABLE[part] or cannot_ask:
        return FOREIGN
    if key != "judged":
        return 1
    is_moved = mine is None or (theirs is not None and mine.priority != theirs.priority)
    grades = sum(grade_of(mine, name) != grade_of(theirs, name) for name in CRITERIA)
    return grades + (FOREIGN if is_moved else 0)
