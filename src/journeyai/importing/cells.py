"""Cells of a table of cards: which of them can be edited, and whether two of them say the same."""

import re
from collections.abc import Mapping
from typing import Final

from journeyai.export.tables import label
from journeyai.knowledge.letters import fold
from journeyai.model.vocabulary import CRITERIA

Cells = Mapping[str, str]

#: Columns that can be edited, in the order in which their changes are made.
EDITABLE: Final = (
    *("locked", "lane", "stage_id", "stage", "title", "detail", "severity", "emotion", "owner"),
    *(*CRITERIA, "progress", "status"),
)
#: What is typed into the status of a card that is to go.
REMOVE: Final = frozenset(
    {
        "remove",
        "removed",
        "delete",
        "deleted",
        "quitar",
        "quitada",
        "eliminar",
        "eliminada",
        "borrar",
        "borrada",
    }
)
#: Verdicts that a table can ask for.
VERDICTS: Final = frozenset({"accepted", "rejected"})
#: A cell that nobody can have edited tells of another version as much as so many that somebody can.
FOREIGN: Final = 8
#: A figure that a spreadsheet has rounded is the same figure.
_ROUNDED: Final = 0.005
_LABELS: Final = frozenset(
    {"lane", "emotion", "channel", "status", "locked", "assumption", "supported", "progress"}
)
_WORDED: Final = frozenset({"title", "detail", "owner", "stage", "personas", "first_quote"})


def asks_removal(cells: Cells) -> bool:
    """Whether the card of a row is to go."""
    return fold(cells.get("status", "")) in REMOVE


def weight(key: str, value: str) -> int:
    """Return how much a cell that differs from a version of the map speaks against that version."""
    can_ask = key in EDITABLE
    if key == "status":
        can_ask = label(key, value) in VERDICTS or fold(value) in REMOVE
    return 1 if can_ask else FOREIGN


def is_same(key: str, value: str, was: str) -> bool:
    """Whether two cells of a column say the same; spreadsheets write figures and labels in their own way."""
    if value == was:
        return True
    if key in CRITERIA:
        return _grade(key, value) is not None and _grade(key, value) == _grade(key, was)
    if key in _LABELS and value and was:
        return label(key, value) is not None and label(key, value) == label(key, was)
    if key in _WORDED:
        return "?" in value and _lost_letters(value, was)
    one, other = _figure(value), _figure(was)
    return one is not None and other is not None and abs(one - other) <= _ROUNDED


def whole(text: str) -> str:
    """Return *text* without the decimals that a spreadsheet gives a whole number."""
    figure = _figure(text)
    return str(int(figure)) if figure is not None and figure.is_integer() else text


def _grade(key: str, value: str) -> str | None:
    """Return the grade that a cell says; where nobody graded, it is unknown."""
    return label(key, value) if value else "unknown"


def _lost_letters(value: str, was: str) -> bool:
    """Whether *value* is *was* saved in an old encoding, which has question marks for the letters it lacks."""
    kept = "".join(char for char in was if char.encode("cp1252", "ignore"))
    if kept == was:
        return False
    # A spreadsheet counts an emoji as two.
    pattern = "".join(re.escape(char) if char.encode("cp1252", "ignore") else r"\?{1,2}" for char in was)
    return re.fullmatch(pattern, value) is not None


def _figure(text: str) -> float | None:
    try:
        return float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
