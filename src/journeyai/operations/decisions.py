"""What a person has decided about a map as a whole, by the changes on one line of its history; a re-draft keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from journeyai.model.changes import Change, ChangeKind
from journeyai.operations.history import Step

_STAGE_CHANGES: Final[frozenset[ChangeKind]] = frozenset(
    {"rename_stage", "add_stage", "remove_stage", "merge_stages", "move_stage"}
)


@dataclass(frozen=True, slots=True)
class FormerStage:
    """A stage that a person took off the map, giving its cards to another."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person has decided.

    Attributes:
        title: whether the map's title is theirs.
        goal: whether the goal is.
        scope: the fields of the scope that are.
        stages: whether the stages are.
        joined: stage → the stages that were made part of it, those of those included.
    """

    title: bool = False
    goal: bool = False
    scope: frozenset[str] = frozenset()
    stages: bool = False
    joined: Mapping[str, tuple[FormerStage, ...]] = field(default_factory=dict)


def decisions_of(line: Iterable[Step]) -> Decisions:
    """Return what was decided on *line*, the steps from the root to where we stand."""
    kinds: set[ChangeKind] = set()
    scope: set[str] = set()
    joined: dict[str, tuple[FormerStage, ...]] = {}
    for step in line:
        gone = _gone_stages(step)
        for change in step.changes:
            kinds.add(change.kind)
            if change.kind == "set_scope" and change.to:
                scope.add(change.to)
            target = _taker(change)
            if target is not None:
                for id_ in change.targets:
                    if id_ != target and id_ in gone:
                        former = (FormerStage(id_, gone[id_]), *joined.pop(id_, ()))
                        joined[target] = (*joined.get(target, ()), *former)
    return Decisions(
        title="set_map_title" in kinds,
        goal="set_goal" in kinds,
        scope=frozenset(scope),
        stages=bool(kinds & _STAGE_CHANGES),
        joined=joined,
    )


def _taker(change: Change) -> str | None:
    """Return the stage that takes what stands in the others; None if there is none."""
    if change.kind == "merge_stages":
        return change.to or change.targets[0]
    return change.to if change.kind == "remove_stage" else None


def _gone_stages(step: Step) -> dict[str, str]:
    """Return id → name of the stages that *step* took off the map."""
    listed = step.delta.lists.get("stages") if step.delta else None
    if listed is None:
        return {}
    return {
        element.id: str(element.before["name"])
        for element in listed.elements
        if element.before is not None and element.after is None
    }
