"""What a person has decided, by the changes on one line of its history, and no map shows; a re-draft keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from journeyai.model.changes import Change, ChangeKind
from journeyai.model.vocabulary import Lane
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
class RemovedCard:
    """A card that a person deleted.

    Attributes:
        lanes: those it was in, the last one and those before a person changed it.
        evidence: ids of its quotes; they stay on the map.
    """

    lanes: frozenset[Lane]
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person has decided.

    Attributes:
        title: whether the map's title is theirs.
        goal: whether the goal is.
        scope: the fields of the scope that are.
        stages: whether the stages are.
        joined: stage → the stages that were made part of it, those of those included.
        removed: the cards they deleted, in turn.
        detached: card → ids of quotes they took off it.
        lanes: card → the lanes it was in before they put it into another.
    """

    title: bool = False
    goal: bool = False
    scope: frozenset[str] = frozenset()
    stages: bool = False
    joined: Mapping[str, tuple[FormerStage, ...]] = field(default_factory=dict)
    removed: tuple[RemovedCard, ...] = ()
    detached: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lanes: Mapping[str, frozenset[Lane]] = field(default_factory=dict)

    @property
    def set_aside(self) -> frozenset[str]:
        """Ids of quotes that were taken off a card, or deleted with it."""
        return frozenset().union(*self.detached.values(), *(card.evidence for card in self.removed))


def decisions_of(line: Iterable[Step]) -> Decisions:
    """Return what was decided on *line*, the steps from the root to where we stand."""
    kinds: set[ChangeKind] = set()
    scope: set[str] = set()
    joined: dict[str, tuple[FormerStage, ...]] = {}
    cards = _Cards()
    for step in line:
        gone = _gone(step, "stages")
        for change in step.changes:
            kinds.add(change.kind)
            if change.kind == "set_scope" and change.to:
                scope.add(change.to)
            target = _taker(change)
            if target is not None:
                for id_ in change.targets:
                    if id_ != target and id_ in gone:
                        former = (FormerStage(id_, str(gone[id_]["name"])), *joined.pop(id_, ()))
                        joined[target] = (*joined.get(target, ()), *former)
        cards.heed(step)
    return Decisions(
        title="set_map_title" in kinds,
        goal="set_goal" in kinds,
        scope=frozenset(scope),
        stages=bool(kinds & _STAGE_CHANGES),
        joined=joined,
        removed=tuple(cards.removed),
        detached={id_: frozenset(quotes) for id_, quotes in cards.detached.items() if quotes},
        lanes={id_: frozenset(lanes) for id_, lanes in cards.lanes.items() if lanes},
    )


class _Cards:
    """What was done to cards so far; what is known of one goes where its quotes go."""

    def __init__(self) -> None:
        self.removed: list[RemovedCard] = []
        self.detached: dict[str, set[str]] = {}
        self.lanes: dict[str, set[Lane]] = {}

    def heed(self, step: Step) -> None:
        """Add what the changes of *step* did."""
        listed = step.delta.lists.get("cards") if step.delta else None
        before = {element.id: element.before for element in listed.elements} if listed else {}
        made = [element.id for element in listed.elements if element.before is None] if listed else []
        gone = _gone(step, "cards")
        for change in step.changes:
            first, *more = change.targets or ("",)
            if change.kind == "detach_evidence":
                self.detached.setdefault(first, set()).update(more)
            elif change.kind == "attach_evidence":
                self.detached.get(first, set()).difference_update(more)
            elif change.kind == "set_lane":
                for id_ in change.targets:
                    lane = (before.get(id_) or {}).get("lane")
                    if lane is not None:
                        self.lanes.setdefault(id_, set()).add(cast(Lane, lane))
            elif change.kind == "split_card":
                for id_ in made:
                    self.lanes.setdefault(id_, set()).update(self.lanes.get(first, ()))
            elif change.kind == "merge_cards":
                self._merge(change.to or first, change.targets)
            elif change.kind == "remove_card":
                for id_ in change.targets:
                    self._remove(id_, gone.get(id_))

    def _merge(self, target: str, ids: Iterable[str]) -> None:
        for id_ in ids:
            if id_ != target:
                self.detached.setdefault(target, set()).update(self.detached.pop(id_, ()))
                self.lanes.setdefault(target, set()).update(self.lanes.pop(id_, ()))

    def _remove(self, id_: str, card: Mapping[str, Any] | None) -> None:
        former = self.lanes.pop(id_, set())
        self.detached.pop(id_, None)
        if card and card["evidence"]:
            lanes = frozenset({cast(Lane, card["lane"]), *former})
            self.removed.append(RemovedCard(lanes, frozenset(card["evidence"])))


def _taker(change: Change) -> str | None:
    """Return the stage that takes what stands in the others; None if there is none."""
    if change.kind == "merge_stages":
        return change.to or change.targets[0]
    return change.to if change.kind == "remove_stage" else None


def _gone(step: Step, part: str) -> dict[str, Mapping[str, Any]]:
    """Return id → fields of the elements of the list *part* that *step* took off the map."""
    listed = step.delta.lists.get(part) if step.delta else None
    return {
        element.id: element.before
        for element in (listed.elements if listed else ())
        if element.before is not None and element.after is None
    }
