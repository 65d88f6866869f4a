"""The branches of a study's map: which there are, and a map by the name of its branch.

A name that is a branch of the study means that branch, wherever one stands; `./name` is always a file.  The names of
branches have no dot and no slash, so no file with an ending, and no path, can be taken for one.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from journeyai.errors import SettingsError
from journeyai.model.journey import JourneyMap
from journeyai.study.folder import StudyFolder, read_map
from journeyai.study.map_history import MapHistory

#: What a branch may be called.
BRANCH_NAME: Final = re.compile(r"[\w-]{1,60}")
#: A branch that is called so shows the journey as it should be.
FUTURE_NAMES: Final = frozenset({"future", "futuro"})


@dataclass(frozen=True, slots=True)
class Branch:
    """A version of a map.

    Attributes:
        name: of the branch; `main` is the first.
        steps: from the root to where it stands.
        state: whether its map shows the journey as it is, or as it should be; None where there is no map.
        is_current: whether we stand on it.
    """

    name: str
    steps: int
    state: Literal["current", "future"] | None
    is_current: bool


def list_branches(record: MapHistory) -> tuple[Branch, ...]:
    """Return all branches, in the order they were made."""
    history = record.history
    return tuple(
        Branch(name, len(history.line(head)), _state_at(record, head), name == history.branch)
        for name, head in history.heads.items()
    )


def _state_at(record: MapHistory, step: int) -> Literal["current", "future"] | None:
    try:
        return record.map_at(step).scope.state
    except SettingsError:
        # A branch stands before the first map where that was drawn on another one.
        return None


def map_named(folder: StudyFolder | None, text: str) -> JourneyMap:
    """Return the map called *text*: that of a branch of the study, else that in the file of this name.

    Args:
        folder: the study; None where there is none: then only files have names.
        text: a branch's name, or a path.

    Raises:
        SettingsError: there is neither, or the file is no map.
    """
    if folder is None or not BRANCH_NAME.fullmatch(text):
        return read_map(Path(text))
    record = MapHistory(folder)
    heads = record.history.heads
    if text in heads:
        return record.map_at(heads[text])
    if Path(text).is_file():
        return read_map(Path(text))
    raise SettingsError(
        f"There is no branch `{text}` in the study `{folder.root}`, and no file `{text}`.",
        f"The branches are: {', '.join(heads)}.",
    )
