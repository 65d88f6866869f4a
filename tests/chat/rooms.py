"""Chats on real studies, with an assistant that says what the test tells it to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from journeyai.app import Study
from journeyai.chat.asking import ScriptPerson
from journeyai.chat.output import JsonOutput
from journeyai.chat.session import Chat, Wanted, open_chat
from journeyai.chat.store import PastTurn
from journeyai.engines.conversation import Answer, Proposed, Sentence
from journeyai.engines.llm.session import Wish

MORNING = datetime(2026, 11, 22, 10, 58, 12, tzinfo=UTC)


@dataclass
class ScriptedAssistant:
    """Understands the requests it was given, and answers everything else in the pieces it was given."""

    requests: Mapping[str, Proposed] = field(default_factory=dict)
    pieces: Sequence[str | BaseException] = ("Nobody ", "says so.")
    asked: list[str] = field(default_factory=list)
    name: str = "scripted"
    engine: Literal["local", "llm"] = "local"
    wish: Wish | None = None
    is_closed: bool = False
    taken_up: tuple[PastTurn, ...] = ()

    def propose(self, text: str) -> Proposed:
        self.asked.append(text)
        return self.requests.get(text, Proposed(()))

    def answer(self, text: str, heard: Callable[[str], None]) -> Answer:
        for piece in self.pieces:
            if isinstance(piece, BaseException):
                raise piece
            heard(piece)
        return Answer(False, (Sentence("".join(map(str, self.pieces))),))

    def take_up(self, turns: Sequence[PastTurn]) -> None:
        self.taken_up = tuple(turns)

    def cost(self) -> Sequence[str]:
        return ()

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Picking:
    """A person who says yes and picks what the test tells."""

    picks: list[int | None] = field(default_factory=list)
    says: bool = True
    asked: list[str] = field(default_factory=list)

    def confirm(self, question: str, *, is_sure: bool = True) -> bool:
        self.asked.append(question)
        return self.says

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        self.asked.append(question)
        return self.picks.pop(0)

    def key(self, question: str, keys: Mapping[str, str]) -> str:
        return "q"

    def edit(self, question: str, text: str) -> str | None:
        return None


def room(
    root: Path, assistant: ScriptedAssistant | None = None, *, yes: bool = True, resume: str | None = None
) -> tuple[Chat, JsonOutput]:
    """Open a chat on the study in *root* at a fixed time, whose words are gathered."""
    out = JsonOutput()
    chat, _ = open_chat(
        Study.open(root),
        Wanted("local", resume=resume, clock=lambda: MORNING),
        out,
        lambda talk: ScriptPerson(out, talk, yes=yes),
    )
    if assistant is not None:
        chat.assistant = assistant
    return chat, out
