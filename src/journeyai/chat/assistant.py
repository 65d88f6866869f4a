"""Who understands free words: the grammar of this machine, or a language model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from journeyai.engines.conversation import Answer, Proposed, Sentence
from journeyai.model.journey import JourneyMap

if TYPE_CHECKING:
    from journeyai.app import Study

#: Is given an answer piece by piece, citations included, as it comes.
Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of, as it stands at the moment of asking.

    Attributes:
        study: its sources and settings.
        journey: gives the map.
        last: gives the ids of the cards that were shown last.
    """

    study: "Study"
    journey: Callable[[], JourneyMap]
    last: Callable[[], Sequence[str]]


class Assistant(Protocol):
    """Makes changes or answers of free words.  It changes nothing itself."""

    name: str
    """What `/model` says of it."""

    def propose(self, text: str) -> Proposed:
        """Return the changes that *text* asks for, a question back, or nothing."""
        ...

    def answer(self, text: str, heard: Heard) -> Answer:
        """Answer *text* from the sources, the map and the guide, each sentence with what it rests on."""
        ...

    def cost(self) -> Sequence[str]:
        """Return in plain sentences what asking has taken so far; nothing where it costs nothing."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


def with_citations(sentence: Sentence, answer: Answer) -> str:
    """Return *sentence* as it is shown: `They wait for weeks. [e12 · reviews.csv R07] [chats/c1.txt]`."""
    labels = dict.fromkeys(answer.cited[number].label for number in sentence.cites)
    return " ".join([sentence.text, *(f"[{label}]" for label in labels)])


class LocalAssistant:
    """The grammar and the extractive answers of this machine: no key, no network."""

    name = "local"

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def propose(self, text: str) -> Proposed:
        """Return the changes that *text* asks for, a question back, or nothing."""
        from journeyai.engines.local.proposing import propose

        return propose(text, self._subject.journey(), last=self._subject.last())

    def answer(self, text: str, heard: Heard) -> Answer:
        """Answer with the words of sources, map and guide."""
        from journeyai.engines.local.answering import answer

        said = answer(text, self._subject.journey(), self._subject.study.search)
        for number, sentence in enumerate(said.sentences):
            heard(("\n" if number else "") + with_citations(sentence, said))
        return said

    def cost(self) -> Sequence[str]:
        """Return nothing: it costs nothing."""
        return ()

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


def make_assistant(subject: Subject, engine: str = "", model: str = "") -> Assistant:
    """Return who understands free words.

    Args:
        subject: what is spoken of.
        engine: `local`, `llm`, `auto`; empty for what `journey.toml` says.
        model: a model's name; empty for the settings'.
    """
    return LocalAssistant(subject)
