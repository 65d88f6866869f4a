"""One study's map and its history: propose, commit, undo, redo, branches.  Nothing changes but by `commit`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from journeyai.errors import SettingsError
from journeyai.knowledge.talk import talk
from journeyai.model.changes import Change
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.source import Document
from journeyai.operations.comparison import Comparison, compare
from journeyai.operations.ground import Ground
from journeyai.operations.history import Step
from journeyai.study.branches import BRANCH_NAME, FUTURE_NAMES, Branch, list_branches
from journeyai.study.edit_log import LOCK_SECONDS, EditLog
from journeyai.study.folder import StudyFolder
from journeyai.study.map_history import MapHistory, MapMovedError

_NOTHING_FOUND: Final[Mapping[str, Evidence]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What changes would do; nothing is done yet.

    Attributes:
        changes: in order; together one step.
        before: the map they were tried on.
        after: the map they make.
        comparison: what differs, for people.
    """

    changes: tuple[Change, ...]
    before: JourneyMap
    after: JourneyMap
    comparison: Comparison


class Editor:
    """A study's map, its history, and every change to it.

    Several may be open on one study: each commit looks whether the map is still the one that it knows.

    Attributes:
        session: the chat in which the map is changed; empty outside one.
    """

    def __init__(
        self,
        folder: StudyFolder,
        documents: Callable[[], Sequence[Document]],
        lock_seconds: float = LOCK_SECONDS,
    ) -> None:
        """Open the map of a study, finishing what a killed process had begun.

        Args:
            folder: the study.
            documents: reads the indexed sources; called when they are first needed.
            lock_seconds: how long to wait for another process that writes the map.

        Raises:
            SettingsError: there is no map, or its history cannot be read.
        """
        self.session = ""
        self._record = MapHistory(folder, EditLog(folder, lock_seconds))
        self._documents = documents
        self._ground: Ground | None = None
        _ = self._record.journey

    @property
    def journey(self) -> JourneyMap:
        """The map as it stands."""
        return self._record.journey

    @property
    def head(self) -> int:
        """The step we stand on; 0 before the first."""
        return self._record.history.head

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of all branches, in the order they were made."""
        return tuple(self._record.history.heads)

    @property
    def current_branch(self) -> str:
        """The name of the branch we stand on; `main` at first."""
        return self._record.history.branch

    @property
    def is_current(self) -> bool:
        """Whether nobody else has changed the map or its history since they were last read or written here."""
        return self._record.log.is_as_read()

    def ground(self, found: Mapping[str, Evidence] = _NOTHING_FOUND) -> Ground:
        """Return what changes to the map stand on; the sources are read when this is first asked.

        Raises:
            StudyBusyError: another process has the index open.
        """
        # Whoever only looks at a map needs none of it.
        from journeyai.drafting.ground import ground_of

        if self._ground is None:
            self._ground = ground_of(self._documents())
        given = self._record.given()
        return replace(
            self._ground,
            found=found,
            next_card=given.card + 1,
            next_evidence=given.evidence + 1,
            past_stages=frozenset(given.stages),
        )

    def refresh(self) -> None:
        """Read again what others may have changed: the map now, the sources when they are next needed.

        Raises:
            MapLostError: the map's file is gone, or is no map any more; the map stays known as it last was.
            SettingsError: its history cannot be read.
        """
        self._ground = None
        self._record.refresh()

    def restore(self) -> Path | None:
        """Write the map as it last was, if its file is gone or is no map any more.

        Returns:
            Where the broken file now is, or the map's own path where there was no file; None if the map is well.

        Raises:
            StudyBusyError: another process does not let go of the map.
            SettingsError: the study cannot be written to.
        """
        return self._record.restore()

    def propose(self, changes: Sequence[Change], found: Mapping[str, Evidence] = _NOTHING_FOUND) -> Proposal:
        """Try *changes* on the map; nothing is written.

        Args:
            changes: in order; all of them are done, or none.
            found: passages of the last search by the name they were shown under: they can be attached.

        Raises:
            RefusedError: one of them cannot be done.
            StudyBusyError: the sources are needed for the first time, and another process has the index open.
        """
        from journeyai.operations.apply import apply

        before = self.journey
        after = apply(before, changes, self.ground(found))
        return Proposal(tuple(changes), before, after, compare(before, after, same_numbers=True))

    def commit(self, proposal: Proposal, *, request: str = "", by: str = "user") -> Step:
        """Write what was proposed, as one step of the history.

        Args:
            proposal: made on the map as it stands.
            request: the person's own words.
            by: who wanted it.

        Raises:
            StudyBusyError: the map has changed meanwhile; it is read anew.
            MapLostError: the map's file is gone, or is no map any more; `restore` writes it again.
            SettingsError: the map is another than it was proposed for, or the study cannot be written to.
        """
        if proposal.before is not self.journey and proposal.before != self.journey:
            raise SettingsError(self._say("stale"), self._say("stale_hint"))
        with self._forgetting_if_moved():
            return self._record.add_step(
                "change",
                proposal.after,
                changes=proposal.changes,
                request=request,
                by=by,
                session=self.session,
            )

    def undo(self, n: int = 1) -> Comparison:
        """Take back the last *n* steps of this line; return what that changed.

        Raises:
            SettingsError: there are not so many, or one of them cannot be taken back; nothing is done then.
        """
        history = self._record.history
        line, undoable = history.line(), history.undoable()
        if not line or n < 1:
            raise SettingsError(self._say("nothing_to_undo"))
        if n > len(undoable):
            if len(undoable) == len(line):
                raise SettingsError(self._say("fewer_to_undo", n=len(line)))
            barrier = line[-1 - len(undoable)]
            key = "undo_outside" if barrier.kind == "outside" else "undo_first"
            raise SettingsError(self._say(key, step=barrier.step))
        return self._go("undo", undoable[n - 1].parent, history.branch)

    def redo(self, n: int = 1) -> Comparison:
        """Do *n* steps again that were taken back; return what that changed.

        Raises:
            SettingsError: there are not so many; nothing is done then.
        """
        history = self._record.history
        again = history.redoable()
        if not again or n < 1:
            raise SettingsError(self._say("nothing_to_redo"))
        if n > len(again):
            raise SettingsError(self._say("fewer_to_redo", n=len(again)))
        return self._go("redo", again[n - 1].step, history.branch)

    def branch(self, name: str, *, future: bool = False) -> None:
        """Begin the branch *name* here, and stand on it.

        Args:
            name: letters, digits, `-` and `_`.
            future: whether its map shows the journey as it should be; so does that of a branch called `future`.  That
                is a change like any other, and the branch's first step.

        Raises:
            SettingsError: the name cannot be one, or is taken.
        """
        if not BRANCH_NAME.fullmatch(name):
            raise SettingsError(self._say("branch_unnamed"))
        if name in self.branches:
            raise SettingsError(self._say("branch_taken", name=name))
        wished = (future or name.casefold() in FUTURE_NAMES) and self.journey.scope.state != "future"
        # Tried before the branch is there, so that whatever is refused leaves nothing behind.
        proposal = self.propose([Change("set_scope", to="state", text="future")]) if wished else None
        with self._forgetting_if_moved():
            self._record.move("branch", self.head, name, self.session)
        if proposal is not None:
            self.commit(proposal)

    def list_branches(self) -> tuple[Branch, ...]:
        """Return all branches, in the order they were made."""
        return list_branches(self._record)

    def map_of(self, branch: str) -> JourneyMap:
        """Return the map of a branch, as it stands there.

        Raises:
            SettingsError: there is no such branch, it has no map, or the history is damaged.
        """
        return self.map_at(self._head_of(branch))

    def switch(self, name: str) -> Comparison:
        """Go to where the branch *name* stands; return what that changed.

        Raises:
            SettingsError: there is no such branch, or we stand on it.
        """
        head = self._head_of(name)
        if name == self.current_branch:
            raise SettingsError(self._say("branch_here", name=name))
        return self._go("switch", head, name)

    def undoable(self) -> tuple[Step, ...]:
        """Return the steps that can be taken back, the last one first."""
        return self._record.history.undoable()

    def redoable(self) -> tuple[Step, ...]:
        """Return the steps that can be done again, in turn."""
        return self._record.history.redoable()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps from the root to where we stand."""
        return self._record.history.line()

    def map_at(self, step: int) -> JourneyMap:
        """Return the map as it was after *step*; 0 for before the first.

        Raises:
            SettingsError: there is no such step, or there was no map.
        """
        return self._record.map_at(step)

    def last_draft(self) -> JourneyMap | None:
        """Return the map as JourneyAI last drafted it on this line, or as it was before the first step we know of.

        None if there was none then.
        """
        drafts = [step.step for step in self.steps() if step.kind == "draft"]
        try:
            return self.map_at(drafts[-1] if drafts else 0)
        except SettingsError:
            return None

    def blame(self, card: str) -> tuple[Step, ...]:
        """Return the steps of this line that touched *card*, oldest first."""
        return tuple(step for step in self.steps() if self._touches(step, card))

    # Inside

    def _head_of(self, branch: str) -> int:
        heads = self._record.history.heads
        if branch not in heads:
            raise SettingsError(self._say("no_branch", name=branch, branches=", ".join(heads)))
        return heads[branch]

    @contextmanager
    def _forgetting_if_moved(self) -> Iterator[None]:
        """Whoever has changed the map may have read new sources, too: what changes stand on is made anew."""
        try:
            yield
        except MapMovedError:
            self._ground = None
            raise

    def _go(self, kind: Literal["undo", "redo", "switch"], head: int, branch: str) -> Comparison:
        before = self.journey
        taken_back, done_again = self._record.history.path(self.head, head)
        by_changes = all(step.kind == "change" for step in (*taken_back, *done_again))
        with self._forgetting_if_moved():
            self._record.move(kind, head, branch, self.session)
        return compare(before, self.journey, same_numbers=by_changes)

    def _touches(self, step: Step, card: str) -> bool:
        if step.delta is not None:
            return card in step.delta.touched("cards")
        before = self.map_at(step.parent).cards if step.before else ()
        now = next((found for found in self.map_at(step.step).cards if found.id == card), None)
        return now != next((found for found in before if found.id == card), None)

    def _say(self, key: str, **values: object) -> str:
        return talk("history", self.journey.language).say(key, **values)
