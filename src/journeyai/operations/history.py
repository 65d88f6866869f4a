"""The history of a map: a tree of steps, where we stand in it, and what can be undone.  Pure: a fold of log entries.

Step 0 is the map as it was before the first step.  Undoing goes to a step's parent; nothing is ever taken out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, Literal

from pydantic import Field

from journeyai.model.changes import Change
from journeyai.model.journey import Value
from journeyai.operations.delta import Delta

#: The branch that a history begins with.
MAIN: Final = "main"


class Given(Value):
    """Ids that were ever given; they are not given again."""

    card: int = 0
    """The highest number of a card."""
    evidence: int = 0
    """The highest number of a quote."""
    stages: tuple[str, ...] = ()
    """Ids of stages, sorted."""


class Step(Value):
    """Something that changed the map."""

    entry: Literal["step"] = "step"
    step: int
    """From 1, in the order of the log."""
    parent: int
    """The step it was made on; 0 for the map before the first."""
    branch: str
    at: str
    """When, ISO 8601 in UTC."""
    by: str = ""
    session: str = ""
    """The chat it was made in; empty outside one."""
    request: str = ""
    """The person's own words; empty where there were none."""
    kind: Literal["change", "draft", "outside"]
    """By changes; drafted by JourneyAI; or found changed in the file, by hand or by another program."""
    changes: tuple[Change, ...] = ()
    before: str
    """SHA-256 of `map.json` before; empty if there was none."""
    after: str
    delta: Delta | None = None
    """What differs; None where the whole maps are kept instead (draft, outside)."""
    given: Given = Given()


class Move(Value):
    """Going to another step of the tree, or naming where we stand; makes nothing new."""

    entry: Literal["move"] = "move"
    move: Literal["undo", "redo", "branch", "switch"]
    head: int
    """Where we stand afterwards."""
    branch: str
    """On which branch we stand afterwards."""
    at: str
    by: str = ""
    session: str = ""
    before: str
    after: str


Entry = Annotated[Step | Move, Field(discriminator="entry")]


@dataclass(frozen=True, slots=True)
class History:
    """Where a log leads to.

    Attributes:
        steps: number → step, in the order of the log.
        head: the step we stand on; 0 before the first.
        branch: the branch we stand on.
        heads: branch → the step it stands on, in the order they were made.
        undone: branch → steps that can be redone, the next one last.
        came_from: the step we stood on before the last entry.
        root: SHA-256 of `map.json` before the first entry; empty if there was none, or of an empty log.
        last: the last entry; None of an empty log.
    """

    steps: Mapping[int, Step] = field(default_factory=dict)
    head: int = 0
    branch: str = MAIN
    heads: Mapping[str, int] = field(default_factory=lambda: {MAIN: 0})
    undone: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    came_from: int = 0
    root: str = ""
    last: Step | Move | None = None

    def line(self, step: int | None = None) -> tuple[Step, ...]:
        """Return the steps from the root to *step* (the head if None).

        Raises:
            ValueError: there is no such step.
        """
        at = self.head if step is None else step
        if at and at not in self.steps:
            raise ValueError(f"There is no step {at}.")
        found: list[Step] = []
        while at:
            found.append(self.steps[at])
            at = self.steps[at].parent
        return tuple(reversed(found))

    def path(self, start: int, end: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Return the way from one step to another: the steps to take back, in turn, and then those to do again."""
        up, down = list(self.line(start)), list(self.line(end))
        shared = 0
        while shared < min(len(up), len(down)) and up[shared].step == down[shared].step:
            shared += 1
        return tuple(reversed(up[shared:])), tuple(down[shared:])

    def hash_at(self, step: int) -> str:
        """Return the SHA-256 of `map.json` after *step*; empty if there was none."""
        if step:
            return self.steps[step].after
        return self.root

    def undoable(self) -> tuple[Step, ...]:
        """Return the steps that can be taken back, the last one first, up to one that cannot."""
        found: list[Step] = []
        for step in reversed(self.line()):
            if step.kind == "outside" or not step.before:
                break
            found.append(step)
        return tuple(found)

    def redoable(self) -> tuple[Step, ...]:
        """Return the steps that can be done again, in turn."""
        return tuple(self.steps[number] for number in reversed(self.undone.get(self.branch, ())))

    def given(self) -> Given:
        """Return the ids that were ever given on a map of this history."""
        return self.steps[len(self.steps)].given if self.steps else Given()

    def and_then(self, entry: Step | Move) -> "History":
        """Return where this history and *entry* lead to.

        Raises:
            ValueError: the entry does not follow.
        """
        start = replace(self, root=entry.before) if self.last is None else self
        return _with_step(start, entry) if isinstance(entry, Step) else _with_move(start, entry)


def fold(entries: Iterable[Step | Move]) -> History:
    """Return where *entries* lead to.

    Raises:
        ValueError: they contradict each other.
    """
    history = History()
    for entry in entries:
        history = history.and_then(entry)
    return history


def _with_step(history: History, step: Step) -> History:
    if step.step != len(history.steps) + 1:
        raise ValueError(f"Step {step.step} follows step {len(history.steps)}.")
    if step.parent != history.head or step.branch != history.branch:
        raise ValueError(f"Step {step.step} was not made where the history stood.")
    return replace(
        history,
        steps={**history.steps, step.step: step},
        head=step.step,
        heads={**history.heads, step.branch: step.step},
        undone={**history.undone, step.branch: ()},
        came_from=history.head,
        last=step,
    )


def _with_move(history: History, move: Move) -> History:
    if move.head and move.head not in history.steps:
        raise ValueError(f"There is no step {move.head} to go to.")
    taken = history.undone.get(move.branch, ())
    if move.move == "undo":
        up, down = history.path(history.head, move.head)
        allowed = not down and move.branch == history.branch
        taken += tuple(step.step for step in up)
    elif move.move == "redo":
        allowed = move.head in taken and move.branch == history.branch
        taken = taken[: taken.index(move.head)] if allowed else taken
    elif move.move == "branch":
        allowed = move.branch not in history.heads and move.head == history.head
    else:
        allowed = history.heads.get(move.branch) == move.head
    if not allowed:
        raise ValueError(f"`{move.move}` does not lead to step {move.head} of `{move.branch}`.")
    return replace(
        history,
        head=move.head,
        branch=move.branch,
        heads={**history.heads, move.branch: move.head},
        undone={**history.undone, move.branch: taken},
        came_from=history.head,
        last=move,
    )
