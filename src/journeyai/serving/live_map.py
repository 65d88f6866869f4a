"""The map that the page shows and changes: one for all its windows, brought up to date whenever somebody looks.

Every state of the map has a number, counted from 1 as long as the server runs.  A window says which one it shows, and
nothing is done to another: who clicks has seen what they click at.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from journeyai.app import Study
from journeyai.editor import Editor
from journeyai.errors import JourneyAIError, ReadOnlyError, StudyBusyError
from journeyai.export.html.page import Live, Parts, whole_page
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.history import Step
from journeyai.serving.drawing import Drawing
from journeyai.serving.telling import tell_changes, tell_error, tell_step
from journeyai.serving.tools import tools_of
from journeyai.study.lost_map import MapLostError
from journeyai.study.map_history import MapMovedError

#: Who the steps of the page are by.
BY: Final = "page"
#: How long one try waits for another process that writes the map; the other windows wait as long.
_TRY_SECONDS: Final = 0.25
#: Between two tries the other windows get their turn.
_PAUSE_SECONDS: Final = 0.1
#: For how long it is tried: another process ends its own change in well below a second.
_PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a window is told.

    Attributes:
        number: the state of the map now.
        is_done: whether what was asked for is done.
        said: what happened or why not, for people; mostly one sentence, and what to do next.
        journey: the map now, if the window shows another state.
        parts: the page's parts, drawn from that.
        tools: what can be done to the map, if the window shows another state.
        is_lost: whether the map's file is gone or broken; `restore` writes it again.
    """

    number: int
    is_done: bool = True
    said: str = ""
    journey: JourneyMap | None = None
    parts: Parts | None = None
    tools: dict[str, Any] | None = None
    is_lost: bool = False

    def as_json(self, quotes: str) -> dict[str, Any]:
        """Return it as the page's script reads it.

        Args:
            quotes: names those that the window has; they are not told again.
        """
        told: dict[str, Any] = {
            "number": self.number, "done": self.is_done, "said": self.said, "lost": self.is_lost,
        }  # fmt: skip
        if self.parts is not None:
            names = ["title", "main", "data", "quotes_name"]
            names += ["quotes"] if quotes != self.parts.quotes_name else []
            told |= {name: getattr(self.parts, name) for name in names}
        if self.tools is not None:
            told["tools"] = self.tools
        return told


class LiveMap:
    """One study's map, for all windows; what they ask is done one after the other."""

    def __init__(self, study: Study, page_secret: str) -> None:
        """Open the map of *study*.

        Args:
            study: with a map.
            page_secret: what the page has to bring with every change.

        Raises:
            SettingsError: there is no map, its history cannot be read, or the study's own method is broken.
        """
        self._lock: Final = threading.Lock()
        self._study: Final = study
        self._secret: Final = page_secret
        self._editor: Final = Editor(study.folder, study.documents, _TRY_SECONDS)
        self._editor.session = f"page-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        self._number = 1
        #: The threads whose change is begun and not yet answered.
        self._writing: Final[set[int]] = set()
        #: How the map came to be as it is, for windows that did not do it.
        self._told = ""
        #: Why nothing can be done to the map; mostly empty.
        self._trouble = ""
        self._is_lost = False
        #: Whether the last try met another process.
        self._is_busy = False
        self._drawing: Final = Drawing(study, self._editor.journey)

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the page, in the map's language."""
        return self._talk.say(key, **values)

    @property
    def is_writing(self) -> bool:
        """Whether a change is begun and not yet answered."""
        return bool(self._writing)

    def draw(self) -> None:
        """Draw the page of the map as it is now, before anybody asks for it."""
        self._drawing.parts(self._editor.journey)

    def page(self) -> str:
        """Return the whole page, as the map is now."""
        with self._lock:
            self._catch_up()
            journey, live = self._editor.journey, Live(self._secret, self._number)
        return whole_page(self._drawing.parts(journey), live)

    def tools(self, number: int) -> Reply:
        """Return what can be done to the map, for a window that shows the state *number*."""
        with self._lock:
            self._catch_up()
            reply = replace(self._reply(number, said=self._trouble), tools=self._tools())
        return self._drawn(reply)

    def news(self, number: int) -> Reply:
        """Return what a window that shows the state *number* has to know."""
        with self._lock:
            self._catch_up()
            is_behind = number != self._number
            reply = self._reply(number, said=self._trouble or (self._told if is_behind else ""))
        return self._drawn(reply)

    def change(self, number: int, changes: Sequence[Change]) -> Reply:
        """Do *changes* as one step, if the window that asks shows the map as it is."""

        def do() -> str:
            proposal = self._editor.propose(changes)
            self._editor.commit(proposal, by=BY)
            return self._talk.say("done", what=tell_changes(changes, proposal.before, self._talk))

        return self._do(number, do)

    def undo(self, number: int) -> Reply:
        """Take the last step back, whoever made it."""

        def do() -> str:
            what = self._undoable()
            self._editor.undo()
            return self._talk.say("undone", what=what)

        return self._do(number, do)

    def redo(self, number: int) -> Reply:
        """Do the step again that was last taken back."""

        def do() -> str:
            what = self._redoable()
            self._editor.redo()
            return self._talk.say("redone", what=what)

        return self._do(number, do)

    def restore(self, number: int) -> Reply:
        """Write the map as it last was, if its file is gone or broken."""
        return self._patiently(lambda: self._restore(number))

    # Inside

    def _drawn(self, reply: Reply) -> Reply:
        """Return *reply* with what the window is to show.  Not under the lock: it takes longer than all else."""
        return replace(reply, parts=self._drawing.parts(reply.journey)) if reply.journey else reply

    def _do(self, number: int, do: Callable[[], str]) -> Reply:
        return self._patiently(lambda: self._try(number, do))

    def _patiently(self, attempt: Callable[[], Reply]) -> Reply:
        """Return what *attempt* answers; while another process is busy, the other windows get their turns between."""
        own, until = threading.get_ident(), time.monotonic() + _PATIENCE_SECONDS
        try:
            while True:
                with self._lock:
                    self._writing.add(own)
                    self._is_busy = False
                    reply = attempt()
                    is_over = not self._is_busy or time.monotonic() > until
                if is_over:
                    return self._drawn(reply)
                time.sleep(_PAUSE_SECONDS)
        finally:
            self._writing.discard(own)

    # Under the lock

    @property
    def _talk(self) -> Talk:
        return talk("live", self._editor.journey.language)

    def _try(self, number: int, do: Callable[[], str]) -> Reply:
        self._catch_up()
        if self._trouble:
            return self._reply(number, is_done=False, said=self._trouble)
        if number != self._number:
            return self._reply(number, is_done=False, said=self._talk.say("stale"))
        head = self._editor.head
        try:
            said = do()
        except MapMovedError:
            self._step_on(self._elsewhere(head))
            return self._reply(number, is_done=False, said=self._talk.say("stale"))
        except MapLostError as error:
            self._set_trouble(error)
            return self._reply(number, is_done=False, said=self._trouble)
        except JourneyAIError as error:
            return self._reply(number, is_done=False, said=self._refusal(error))
        self._step_on(self._talk.say("other_window", what=said))
        return self._reply(number, said=said)

    def _restore(self, number: int) -> Reply:
        steps, journey = self._editor.steps(), self._editor.journey
        try:
            aside = self._editor.restore()
        except JourneyAIError as error:
            return self._reply(number, is_done=False, said=self._refusal(error))
        self._catch_up()
        now = self._editor.steps()
        path = self._study.folder.map_path
        if aside is None:
            said = self._talk.say("restored_needless")
        elif steps and not now:
            said = self._talk.say("restored_anew", path=path)
        elif aside == path:
            said = self._talk.say("restored")
        else:
            said = self._talk.say("restored_aside", path=aside)
        if (steps, journey) != (now, self._editor.journey):
            # Another process had gone on before the file was lost, or there is nothing to take back any more.
            self._step_on(self._talk.say("other_window", what=said))
        return self._reply(number, said=said)

    def _catch_up(self) -> None:
        """Read what others have written, if they have."""
        if self._editor.is_current:
            self._set_trouble(None)
            return
        before = self._editor.head, self._editor.journey
        try:
            self._editor.refresh()
        except StudyBusyError:
            # Somebody is writing at this moment: the next look finds it.
            return
        except JourneyAIError as error:
            self._set_trouble(error)
            return
        self._set_trouble(None)
        if before != (self._editor.head, self._editor.journey):
            self._step_on(self._elsewhere(before[0]))

    def _set_trouble(self, error: JourneyAIError | None) -> None:
        self._is_lost = isinstance(error, MapLostError)
        if error is None:
            self._trouble = ""
        elif self._is_lost:
            # The hint of the error speaks of the chat.
            is_there = self._study.folder.root.is_dir()
            what_next = self._talk.say("lost" if is_there else "lost_folder")
            self._trouble = f"{error.message} {what_next}"
        else:
            self._trouble = tell_error(error)

    def _step_on(self, told: str) -> None:
        self._number += 1
        self._told = told

    def _reply(self, number: int, *, is_done: bool = True, said: str = "") -> Reply:
        told = Reply(self._number, is_done, said, is_lost=self._is_lost)
        if number == self._number:
            return told
        return replace(told, journey=self._editor.journey, tools=self._tools())

    def _tools(self) -> dict[str, Any]:
        return tools_of(self._editor.journey, self._undoable(), self._redoable())

    def _undoable(self) -> str:
        """Return what undo takes back; empty if there is nothing."""
        return self._tell(self._editor.undoable()[:1])

    def _redoable(self) -> str:
        return self._tell(self._editor.redoable()[:1])

    def _tell(self, steps: Sequence[Step]) -> str:
        return tell_step(steps[0], self._editor.journey, self._talk) if steps else ""

    def _elsewhere(self, head: int) -> str:
        """Return what to tell of a change that did not come from the page; *head* is the step we knew."""
        last = self._editor.steps()[-1:]
        if not last or last[0].step <= head:
            # Somebody took something back: what stands last now is no news.
            return self._talk.say("elsewhere")
        return self._talk.say("elsewhere_what", what=self._tell(last))

    def _refusal(self, error: JourneyAIError) -> str:
        """Return *error* in words; those about the folder itself in the map's language, too."""
        if type(error) is StudyBusyError:
            self._is_busy = True
            return self._talk.say("busy")
        if type(error) is ReadOnlyError:
            return self._talk.say("read_only", folder=self._study.folder.root)
        return tell_error(error)
