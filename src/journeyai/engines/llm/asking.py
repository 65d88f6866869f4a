"""What a step asks a model, and what comes back: typed, bounded, and nothing of any vendor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from journeyai.model.aliases import Progress


class Reply(BaseModel):
    """What a model may say: numbers, labels of closed sets, short texts with a bound.

    Every field is required and unknown ones are refused, as strict schemas want it.

    Attributes:
        entries: name of the list whose whole entries are worth keeping when an answer breaks off; empty if a part of
            the answer is no use.
    """

    entries: ClassVar[str] = ""

    model_config = ConfigDict(frozen=True, extra="forbid")


R = TypeVar("R", bound=Reply)


@dataclass(frozen=True, slots=True)
class Question(Generic[R]):
    """One call to a model.

    Attributes:
        step: folder of its prompts.
        values: our own words, by placeholder of `user.md` (and of `system.md`, if it has any).
        data: words of sources, or words made from them, by placeholder of `user.md`: masked and cleaned before they
            leave.
        reply: what must come back.
        room: most tokens the answer may take.
        names: names of people that are masked wherever they stand in `data`.
        about: what is asked about, for people: `interviews/int-03.md`, `tickets.json#4711`, `12 pain points`.
        repeat: 0, or which re-run it is (a re-run is another call, though its words are the same).
        check: what is wrong with a reply that can be read, in a sentence that the model is told once; empty if
            nothing is.  None takes every reply.
    """

    step: str
    values: Mapping[str, str]
    data: Mapping[str, str]
    reply: type[R]
    room: int
    names: Sequence[str] = ()
    about: str = ""
    repeat: int = 0
    check: Callable[[R], str] | None = None


#: Why there is no answer: what came could not be read; it broke off; the model would not; the server has a fault, gives
#: no answer in time, or lets nobody in for now.
Reason = Literal["unreadable", "truncated", "refused", "server", "timeout", "busy"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A question without an answer; whatever else was asked is not touched by it.

    Attributes:
        reason: of what sort.
        message: one clause for people.
        about: what the question was about.
        rescued: what stood whole in an answer that broke off (`Reply.entries`); None if nothing did.
    """

    reason: Reason
    message: str
    about: str = ""
    rescued: Reply | None = None


class Asker(Protocol):
    """Asks questions, many at a time."""

    @property
    def model(self) -> str:
        """The model's name, as the map tells it."""
        ...

    def is_kept(self, question: Question[Any]) -> bool:
        """Return whether *question* is answered already, so that asking costs nothing."""
        ...

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order.

        Raises:
            EngineError: every further question would fail, too (key refused, no such model, nobody there).
            BudgetError: the next question might cost more than is left; what is answered is kept.
        """
        ...


class TalkingAsker(Asker, Protocol):
    """An asker that lets its answers be heard while they come."""

    def ask_streaming(self, question: Question[R], heard: Callable[[R], None]) -> R | Failure:
        """Return the answer of *question*, and hand on what stands whole in it while it comes.

        Args:
            question: its reply must have `entries`, or nothing is handed on before the end.
            heard: given the reply so far, whenever a further entry stands whole.  The answer returned may hold more.

        Raises:
            KeyboardInterrupt: the person's Ctrl-C, after which nothing is under way any more.
            EngineError: as for `ask_all`.
            BudgetError: as for `ask_all`.
        """
        ...
