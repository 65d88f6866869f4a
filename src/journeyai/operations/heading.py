"""What can be done to the map as a whole: its title, its goal, what it covers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from journeyai.model.changes import Change, ChangeKind
from journeyai.operations.bench import Bench


def _set_map_title(bench: Bench, change: Change) -> None:
    if change.text == bench.title:
        raise bench.idle("same_map_title", title=bench.title)
    bench.title = change.text or ""


def _set_goal(bench: Bench, change: Change) -> None:
    if change.text == bench.goal:
        raise bench.idle("same_goal")
    bench.goal = change.text or ""


def _set_scope(bench: Bench, change: Change) -> None:
    field = change.to or ""
    if getattr(bench.scope, field) == change.text:
        raise bench.idle("same_scope", part=field)
    bench.scope = bench.scope.model_copy(update={field: change.text})


HEADING_CHANGES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {"set_map_title": _set_map_title, "set_goal": _set_goal, "set_scope": _set_scope}
)
