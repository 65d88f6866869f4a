"""Who understands free words: the grammar of this machine, or a language model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from journeyai.engines.conversation import Answer, Proposed, Sentence
from journeyai.model.aliases import Vectors
from journeyai.model.changes import Change
from journeyai.model.journey import Evidence, JourneyMap

if TYPE_CHECKING:
    from journeyai.app import Study
    from journeyai.chat.store import PastTurn
    from journeyai.engines.llm.session import Wish
    from journeyai.retrieval.encoders import Encoder

#: Is given an answer piece by piece, citations included, as it comes.
Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of, as it stands at the moment of asking.

    Attributes:
        study: its sources and settings.
        journey: gives the map.
        last: gives the ids of the cards that were shown last.
        found: gives the passages of the last search by the name they were shown under.
        refusal: says why changes cannot be made to the map; None if they can.
    """

    study: "Study"
    journey: Callable[[], JourneyMap]
    last: Callable[[], Sequence[str]]
    found: Callable[[], Mapping[str, Evidence]]
    refusal: Callable[[Sequence[Change]], str | None]


class Assistant(Protocol):
    """Makes changes or answers of free words.  It changes nothing itself."""

    @property
    def engine(self) -> Literal["local", "llm"]:
        """Which engine draws where this assistant answers."""
        ...

    @property
    def wish(self) -> "Wish | None":
        """With which model and which caps; None for the local engine."""
        ...

    @property
    def name(self) -> str:
        """What `/model` says of it; `local` for the engine of this machine."""
        ...

    def propose(self, text: str) -> Proposed:
        """Return the changes that *text* asks for, a question back, or nothing."""
        ...

    def answer(self, text: str, heard: Heard) -> Answer:
        """Answer *text* from the sources, the map and the guide, each sentence with what it rests on."""
        ...

    def take_up(self, turns: Sequence["PastTurn"]) -> None:
        """Go on from *turns*, the oldest first, in place of what was said until now."""
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
    engine: Literal["local", "llm"] = "local"
    wish: "Wish | None" = None

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._encoder: Encoder | None = None

    def propose(self, text: str) -> Proposed:
        """Return the changes that *text* asks for, a question back, or nothing."""
        from journeyai.engines.local.proposing import propose

        return propose(text, self._subject.journey(), last=self._subject.last())

    def answer(self, text: str, heard: Heard) -> Answer:
        """Answer with the words of sources, map and guide."""
        from journeyai.engines.local.answering import answer

        journey = self._subject.journey()
        search = self._subject.study.search
        said = answer(text, journey, search=search, language=journey.language, encode=self._encode)
        for number, sentence in enumerate(said.sentences):
            heard(("\n" if number else "") + with_citations(sentence, said))
        return said

    def take_up(self, turns: Sequence["PastTurn"]) -> None:
        """Do nothing: a request is read by itself, and `Subject.last` tells what is on the screen."""

    def cost(self) -> Sequence[str]:
        """Return nothing: it costs nothing."""
        return ()

    def close(self) -> None:
        """Do nothing: nothing is kept open."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of this machine's own encoder, whatever the study searches with: nothing leaves."""
        if self._encoder is None:
            from journeyai.retrieval.encoders import make_encoder
            from journeyai.settings import SearchSettings

            self._encoder = make_encoder(SearchSettings())
        return self._encoder.encode(texts)


def make_assistant(subject: Subject, engine: str = "", model: str = "") -> Assistant:
    """Return who understands free words.

    Args:
        subject: what is spoken of.
        engine: `local`, `llm`, `auto`; empty for what `journey.toml` says.
        model: a model's name; empty for the settings'.

    Raises:
        SettingsError: a model is wanted, and it has no address or no key.
    """
    if engine == "local":
        return LocalAssistant(subject)
    from journeyai.engines.llm.session import Wish

    wish = Wish(model)
    wanted = "llm" if model and not engine else engine or None
    if not subject.study.asks_a_model(wanted, wish):
        return LocalAssistant(subject)
    from journeyai.chat.model_assistant import ModelAssistant

    return ModelAssistant(subject, wish)
