"""The map of one study with its history, on disk: read together, finished together, changed together."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from journeyai.errors import SettingsError, StudyBusyError
from journeyai.knowledge.talk import talk
from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.delta import difference
from journeyai.operations.history import Given, History, Move, Step
from journeyai.study.edit_log import EditLog, hash_of
from journeyai.study.folder import StudyFolder, read_map
from journeyai.study.lost_map import MapLostError, set_aside, why_lost
from journeyai.study.replay import Replay


class MapMovedError(StudyBusyError):
    """Somebody else has changed the map; it has been read anew, and nothing was written."""


class MapHistory:
    """A study's map and history as this process knows them.

    Attributes:
        history: what was done.
        log: the files.
    """

    def __init__(self, folder: StudyFolder, log: EditLog | None = None) -> None:
        """Read both; what a killed process had begun to write is finished.

        Raises:
            SettingsError: one of them cannot be read.
        """
        self._folder = folder
        self.log = log or EditLog(folder)
        self.history = History()
        self._data = b""
        self._journey: JourneyMap | None = None
        self.refresh()

    @property
    def journey(self) -> JourneyMap:
        """The map as it stands.

        Raises:
            SettingsError: there is none.
        """
        if self._journey is None:
            # Says what is missing.
            self._journey = self._folder.read_map()
        return self._journey

    @property
    def has_map(self) -> bool:
        """Whether there is a map."""
        return bool(self._data)

    def refresh(self) -> None:
        """Read again what another process, or a person, may have written.

        Raises:
            MapLostError: there was a map, and there is none now; what was known of it stays.
            SettingsError: it cannot be read.
        """
        with self._unless_lost():
            if not self._folder.root.is_dir():
                # To wait for the lock would make the folder again that a person has deleted.
                self._check_there()
            history, data = self.log.read()
            if not _is_settled(history, data) or (self._journey is not None and not data):
                try:
                    with self.log.locked():
                        history, data = self._finished(*self.log.read())
                except (StudyBusyError, MapLostError):
                    raise
                except SettingsError:
                    # Who may only read sees what would be written.
                    history, data = self._finished(history, data, write=False)
        self._stand(history, data)

    def restore(self) -> Path | None:
        """Write the map as it last was, if its file is gone or is no map any more.

        Where the log is gone, too, a new history begins with that map.

        Returns:
            Where the broken file now is, or the map's own path where there was no file; None if the map is well: then
            nothing is done.

        Raises:
            StudyBusyError: another process does not let go of the map.
            SettingsError: the study cannot be written to.
        """
        path = self._folder.map_path
        if self._journey is None or why_lost(path) is None:
            return None
        with self.log.locked():
            aside = set_aside(path)
            try:
                self._write_again()
            except BaseException:
                # Else the log would be taken for read, and the file not be missed any more.
                self.log.forget()
                raise
        return aside

    def add_step(
        self,
        kind: Literal["change", "draft"],
        after: JourneyMap,
        *,
        changes: Sequence[Change] = (),
        request: str = "",
        by: str = "",
        session: str = "",
    ) -> Step:
        """Write *after* as the map, as a step on where we stand.

        Raises:
            MapMovedError: log or map are not as this process knows them; they are read anew.
            StudyBusyError: another process does not let go of them.
            SettingsError: the study cannot be written to.
        """
        with self._unchanged():
            delta = None
            if kind == "change":
                delta = difference(self.journey, after)
                # What is written is what would be read back: every part that changed is checked here.
                after = delta.forward(self.journey)
            data = after.to_json().encode()
            before = self._journey if self._data else None
            step = Step(
                step=len(self.history.steps) + 1,
                parent=self.history.head,
                branch=self.history.branch,
                at=_now(),
                by=by,
                session=session,
                request=_clean(request),
                kind=kind,
                changes=tuple(_clean_change(change) for change in changes),
                before=hash_of(self._data),
                after=hash_of(data),
                delta=delta,
                given=_given(self.history.given(), before, after),
            )
            if self._data and (kind == "draft" or self.history.last is None):
                # From a whole map the deltas lead to every other.
                self.log.keep(self._data)
            if kind == "draft":
                self.log.keep(data)
            self.log.commit(step, data)
            self._stand(self.history.and_then(step), data, after)
        return step

    def move(
        self, kind: Literal["undo", "redo", "branch", "switch"], head: int, branch: str, session: str = ""
    ) -> None:
        """Go to the step *head* and stand on *branch*.

        Raises:
            MapMovedError: log or map are not as this process knows them; they are read anew.
            StudyBusyError: another process does not let go of them.
            SettingsError: the study cannot be written to, or its history is damaged.
        """
        with self._unchanged():
            journey, data = self._state(self.history, head)
            move = Move(
                move=kind,
                head=head,
                branch=branch,
                at=_now(),
                session=session,
                before=hash_of(self._data),
                after=hash_of(data),
            )
            history = self.history.and_then(move)
            if self.history.last is None:
                self.log.keep(self._data)
            self.log.commit(move, data if data != self._data else None)
            self._stand(history, data, journey)

    def map_at(self, step: int) -> JourneyMap:
        """Return the map as it was after *step*; 0 for before the first.

        Raises:
            SettingsError: there is no such step, there was no map, or the history is damaged.
        """
        if step and step not in self.history.steps:
            raise SettingsError(self._say("no_step", step=step))
        if not (self.history.root if self.history.last else self._data) and not step:
            raise SettingsError(self._say("no_map_then"))
        return self._state(self.history, step)[0]

    def given(self) -> Given:
        """Return the ids that parts of the map have, or ever had."""
        return _given(self.history.given(), self._journey)

    # Inside

    def _write_again(self) -> None:
        history, _ = self.log.read()
        if _goes_on(history, self.history):
            # Another process may have gone on before the file was lost.
            journey, data = self._state(history, history.head, start=self.history.head)
            self.log.write_map(data)
            self._stand(history, data, journey)
        else:
            self.log.write_map(self._data)
            self._stand(*self._finished(history, self._data))

    def _say(self, key: str, **values: object) -> str:
        return talk("history", self._journey.language if self._journey else "en").say(key, **values)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Let nobody else write; refuse if somebody has."""
        with self.log.locked():
            if not self.log.is_as_read():
                before = self.history.head, self.history.branch, hash_of(self._data)
                with self._unless_lost():
                    found = self._finished(*self.log.read())
                self._stand(*found)
                if before != (self.history.head, self.history.branch, hash_of(self._data)):
                    raise MapMovedError(self._say("changed_meanwhile"), self._say("changed_meanwhile_hint"))
            try:
                yield
            except BaseException:
                # Whatever stopped us, Ctrl-C included, may have come between the log and the map.
                self.log.forget()
                raise

    @contextmanager
    def _unless_lost(self) -> Iterator[None]:
        """Read both inside; if what cannot be read is a map that was there before, say so."""
        try:
            yield
        except (StudyBusyError, MapLostError):
            raise
        except SettingsError:
            self._check_there()
            raise

    def _check_there(self) -> None:
        """Refuse if the map that was known is there no more.

        Raises:
            MapLostError: its file is gone, or is no map.
        """
        path = self._folder.map_path
        why = why_lost(path) if self._journey is not None else None
        if why is not None:
            # Else the next change would go through, over what a person has done to the file.
            self.log.forget()
            key = "map_broken" if why else "map_gone"
            raise MapLostError(self._say(key, path=path, why=why), self._say(f"{key}_hint"))

    def _stand(self, history: History, data: bytes, journey: JourneyMap | None = None) -> None:
        if journey is None and data:
            same = self._journey is not None and data == self._data
            journey = self._journey if same else _read(data, self._folder)
        self.history, self._data, self._journey = history, data, journey

    def _finished(self, history: History, data: bytes, *, write: bool = True) -> tuple[History, bytes]:
        """Return both as they should be: the map brought up to the log, or the log up to a map changed by hand."""
        if not data and (history.last is None or history.last.before):
            self._check_there()
            return history, data
        if _is_settled(history, data) or history.last is None:
            return history, data
        if hash_of(data) == history.last.before:
            self._stand(history, data)
            _, data = self._state(history, history.head, start=history.came_from)
            if write:
                self.log.write_map(data)
            return history, data
        found = _read(data, self._folder)
        step = Step(
            step=len(history.steps) + 1,
            parent=history.head,
            branch=history.branch,
            at=_now(),
            kind="outside",
            before=history.last.after,
            after=hash_of(data),
            given=_given(history.given(), found),
        )
        if write:
            self.log.keep(data)
            self.log.append([step])
        return history.and_then(step), data

    def _state(self, history: History, end: int, start: int | None = None) -> tuple[JourneyMap, bytes]:
        """Return the map after the step *end* and its bytes, on the way from *start*, where `_journey` stands."""
        return Replay(self.log, history, self._journey, self._data).to(end, start)


def _is_settled(history: History, data: bytes) -> bool:
    """Whether the map is the one that the log leads to."""
    return history.last is None or hash_of(data) == history.last.after


def _goes_on(history: History, known: History) -> bool:
    """Whether *history*, read anew, still holds the step on which *known* stands."""
    head = known.head
    return not head or (head in history.steps and history.hash_at(head) == known.hash_at(head))


def _read(data: bytes, folder: StudyFolder) -> JourneyMap:
    try:
        return JourneyMap.from_json(data)
    except ValidationError:
        # Says what is wrong with it.
        return read_map(folder.map_path)


def _given(known: Given, *maps: JourneyMap | None) -> Given:
    """Return *known* and the ids on the maps."""
    cards, evidence, stages = [known.card], [known.evidence], set(known.stages)
    for journey in maps:
        if journey is not None:
            cards += [_number(card.id) for card in journey.cards]
            evidence += [_number(item.id) for item in journey.evidence]
            stages |= {stage.id for stage in journey.stages}
    return Given(card=max(cards), evidence=max(evidence), stages=tuple(sorted(stages)))


def _number(id_: str) -> int:
    digits = id_[1:]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def _clean(text: str) -> str:
    """Return *text* without halves of characters, which a terminal may send and no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _clean_change(change: Change) -> Change:
    return Change(
        change.kind,
        tuple(_clean(target) for target in change.targets),
        None if change.to is None else _clean(change.to),
        None if change.text is None else _clean(change.text),
    )
