"""Conversations on disk, as they happen: `.journeyai/chats/ID.jsonl`, a line an event, each line safe before the next.

A file begins with the first turn, so that nothing is kept of a chat in which nothing was said.  Where nothing can be
written, a chat goes on without being kept, and `trouble` says so.  Whoever kills the
program may leave half a last line: it is passed over on reading, and the next event begins on a line of its own.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from journeyai.errors import SettingsError
from journeyai.model.changes import CHANGE_KINDS, Change
from journeyai.model.journey import Evidence

CHATS_FOLDER: Final = "chats"
VERSION: Final = 1

#: Says what time it is.
Clock = Callable[[], datetime]

#: What a line tells of: the chat itself; a turn begun; what it proposed; what was decided; an answer; a turn done.
What = str
_KNOWN: Final = ("chat", "turn", "proposed", "decided", "answer", "done")


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal that was shown and not decided when the program ended.

    Attributes:
        request: the person's words.
        changes: what they asked for.
        step: the step of the map's history at which it was proposed.
    """

    request: str
    changes: tuple[Change, ...]
    step: int


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One turn of an earlier conversation.

    Attributes:
        input: what was typed.
        text: what was said to it; no tables, no maps.
        targets: ids of the parts that a change was proposed to.
        quotes: ids of the map's quotes that an answer cited.
        places: what an answer cited, as it was shown: `e12 · reviews.csv R07`; not the guide.
    """

    input: str
    text: str
    targets: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a conversation left behind.

    Attributes:
        turns: in order.
        found: passages of the last search by name.
        last: ids of the cards that were shown last.
        started_at: the step of the map's history at which it began.
        pending: what was proposed and not decided; mostly None.
        notes: what commands keep, such as a place in a review.
    """

    turns: tuple[PastTurn, ...] = ()
    found: Mapping[str, Evidence] | None = None
    last: tuple[str, ...] = ()
    started_at: int = 0
    pending: Pending | None = None
    notes: Mapping[str, Any] | None = None


class ChatStore:
    """Keeps one conversation."""

    def __init__(self, folder: Path, id_: str = "", clock: Clock = utc_now) -> None:
        """Keep a conversation in *folder*.

        Args:
            folder: `.journeyai/chats` of the study; made when first needed.
            id_: of a conversation that goes on; empty for a new one, which gets its id with its first event.
            clock: what says the time.
        """
        self.folder: Final = folder
        self._clock = clock
        self._id = id_
        self._turn = 0
        self.started_at = 0
        self._trouble = ""
        self._is_trouble_told = False

    @property
    def id(self) -> str:
        """What the conversation is called: the second of its first turn, such as `20261122-105812`."""
        if not self._id:
            self._begin()
        return self._id

    @property
    def is_begun(self) -> bool:
        """Whether anything is kept yet, and it can be gone on with."""
        return bool(self._id) and not self._trouble

    def trouble(self) -> str:
        """Return why the conversation is not kept (any further), in the system's words; once, then nothing."""
        told, self._is_trouble_told = self._is_trouble_told, bool(self._trouble)
        return "" if told else self._trouble

    @property
    def path(self) -> Path:
        """The conversation's file."""
        return self.folder / f"{self.id}.jsonl"

    def turn(self, text: str) -> None:
        """Keep that a turn began with *text*."""
        self._turn += 1
        self.keep("turn", input=text)

    def proposed(self, request: str, changes: Sequence[Change], step: int) -> None:
        """Keep what is about to be asked of the person."""
        self.keep("proposed", request=request, step=step, changes=[as_json(change) for change in changes])

    def decided(self, said: str, step: int | None = None) -> None:
        """Keep what became of the proposal: `yes` (and the step it is), `no` or `refused`."""
        self.keep("decided", said=said, step=step)

    def answer(self, text: str, citations: Sequence[Mapping[str, Any]], *, whole: bool = True) -> None:
        """Keep an answer; not *whole* when it was stopped."""
        self.keep("answer", text=text, citations=list(citations), whole=whole)

    def done(
        self,
        text: str,
        code: int,
        found: Mapping[str, Evidence],
        last: Sequence[str],
        notes: Mapping[str, Any],
    ) -> None:
        """Keep how a turn ended, and what the next one builds on."""
        self.keep(
            "done",
            text=text,
            code=code,
            found={name: item.model_dump(mode="json") for name, item in found.items()},
            last=list(last),
            notes=dict(notes),
        )

    def keep(self, what: What, /, **data: Any) -> None:
        """Write one event and wait until the disk has it; where that cannot be, nothing is kept from here on."""
        path = self.path
        if not self._trouble:
            self._write(path, {"what": what, "turn": self._turn, "at": self._now(), **data})

    # Inside

    def _now(self) -> str:
        return self._clock().replace(microsecond=0).isoformat()

    def _begin(self) -> None:
        """Take a name that nobody has, even if two chats begin in the same second."""
        name = self._clock().strftime("%Y%m%d-%H%M%S")
        number = 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while True:
                self._id = name if number == 1 else f"{name}-{number}"
                try:
                    os.close(os.open(self.folder / f"{self._id}.jsonl", os.O_CREAT | os.O_EXCL, 0o600))
                    break
                except FileExistsError:
                    number += 1
        except OSError as error:
            self._id, self._trouble = name, error.strerror or str(error)
            return
        self.keep("chat", version=VERSION, started_at=self.started_at)

    def _write(self, path: Path, event: Mapping[str, Any]) -> None:
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        try:
            with path.open("a+b") as file:
                # After half a line that a crash left, the next begins on its own.
                if file.seek(0, os.SEEK_END):
                    file.seek(-1, os.SEEK_END)
                    if file.read(1) != b"\n":
                        line = b"\n" + line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._trouble = error.strerror or str(error)


def as_json(change: Change) -> dict[str, Any]:
    """Return *change* as JSON holds it."""
    return {"kind": change.kind, "targets": list(change.targets), "to": change.to, "text": change.text}


def chats(folder: Path) -> list[str]:
    """Return the ids of the conversations in *folder*, the one spoken in last first."""
    found = []
    for path in folder.glob("*.jsonl") if folder.is_dir() else ():
        at = ""
        for event in _events(path):
            at = str(event.get("at", at))
        found.append((at, path.stem))
    return [name for _, name in sorted(found, reverse=True)]


def recall(folder: Path, wanted: str = "", clock: Clock = utc_now) -> tuple[ChatStore, Remembered]:
    """Return the conversation *wanted* (empty for the last one), to go on with, and what it left behind.

    Raises:
        SettingsError: there is none, or none of that name.
    """
    known = chats(folder)
    if not known:
        raise SettingsError(
            "There is no earlier chat in this study.", "Begin one with `journeyai chat` and no `--resume`."
        )
    id_ = wanted.removesuffix(".jsonl") or known[0]
    if id_ not in known:
        raise SettingsError(f"There is no chat `{wanted}`.", f"There are: {', '.join(known[:10])}.")
    store = ChatStore(folder, id_, clock)
    remembered, turn = _replay(_events(folder / f"{id_}.jsonl"))
    store._turn = turn
    store.started_at = remembered.started_at
    return store, remembered


def _replay(events: Iterator[Mapping[str, Any]]) -> tuple[Remembered, int]:
    """Return what *events* left behind, and the number of the last turn."""
    turns: list[PastTurn] = []
    found: dict[str, Evidence] = {}
    last: tuple[str, ...] = ()
    notes: dict[str, Any] = {}
    started_at = number = 0
    pending: Pending | None = None
    for event in events:
        number = max(number, _count(event.get("turn")))
        match event.get("what"):
            case "chat":
                started_at = _count(event.get("started_at"))
            case "turn":
                turns.append(PastTurn(str(event.get("input", "")), ""))
                pending = None
            case "proposed":
                changes = tuple(_changes(event.get("changes")))
                pending = Pending(str(event.get("request", "")), changes, _count(event.get("step")))
                if turns:
                    targets = dict.fromkeys(id_ for change in changes for id_ in change.targets)
                    turns[-1] = replace(turns[-1], targets=tuple(targets))
            case "decided":
                pending = None
            case "answer" if turns:
                quotes, places = _cited(event.get("citations"))
                turns[-1] = replace(turns[-1], text=str(event.get("text", "")), quotes=quotes, places=places)
            case "done":
                pending = None
                if turns:
                    turns[-1] = replace(turns[-1], text=str(event.get("text", "")) or turns[-1].text)
                found = _found(event.get("found"))
                last = tuple(str(item) for item in event.get("last") or ())
                notes = dict(event.get("notes") or {})
    return Remembered(tuple(turns), found, last, started_at, pending, notes), number


def _events(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the events of a file; what is no event (half a line, say) is passed over."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be read: {error.strerror}.") from None
    for line in data.split(b"\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and event.get("what") in _KNOWN:
            yield event


def _changes(told: Any) -> Iterator[Change]:
    for item in told if isinstance(told, list) else ():
        if isinstance(item, dict) and item.get("kind") in CHANGE_KINDS:
            targets = tuple(str(target) for target in item.get("targets") or ())
            yield Change(item["kind"], targets, item.get("to"), item.get("text"))


def _cited(told: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the map's quotes among citations, and how they were shown; without those of the guide."""
    cited = [item for item in told if isinstance(item, dict)] if isinstance(told, list) else []
    places = dict.fromkeys(
        str(item["label"]) for item in cited if item.get("label") and not item.get("guide")
    )
    quotes = dict.fromkeys(str(item["evidence"]) for item in cited if item.get("evidence"))
    return tuple(quotes), tuple(places)


def _found(told: Any) -> dict[str, Evidence]:
    found = {}
    for name, item in told.items() if isinstance(told, dict) else ():
        try:
            found[str(name)] = Evidence.model_validate(item)
        except ValidationError:
            # Written by another version: what cannot be read cannot be attached.
            continue
    return found


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0
