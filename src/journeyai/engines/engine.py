"""The questions that differ between engines.  Everything else on a map is counted by plain code."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane


@dataclass(frozen=True, slots=True)
class FrameStage:
    """A stage that passages are sorted into.

    Attributes:
        id: short lower-case id.
        name: in the study's language.
        description: what belongs here, in the study's language; may be empty for the user's own stages.
        lifecycle: weight of each of `LIFECYCLE`'s seven parts in this stage; all 0 if nothing is known.
    """

    id: str
    name: str
    description: str
    lifecycle: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What the map is drawn on: the stages in order, the lanes asked for, the language of its words."""

    template: str
    language: str
    stages: tuple[FrameStage, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class PersonaFacts:
    """What code has found out about a group of people, for an engine to put into words.

    Attributes:
        language: of the words wanted.
        size: number of people.
        goals: titles of the group's need cards, most people first.
        frustrations: titles of its pain points.
        delights: titles of its delights.
        motivations: titles of its motivations.
        stages: names of the stages it speaks of, those it speaks of more than others do first.
        channels: names (in the language) of its channels, those it uses more than others do first.
        keywords: words its people say and others do not, most telling first.
    """

    language: str
    size: int
    goals: tuple[str, ...]
    frustrations: tuple[str, ...]
    delights: tuple[str, ...]
    motivations: tuple[str, ...]
    stages: tuple[str, ...]
    channels: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonaWords:
    """A persona's name and one-line summary."""

    name: str
    summary: str


class Engine(Protocol):
    """An engine observes, names themes and describes personas."""

    name: str
    model: str | None

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the points made in *documents*, document by document, in order."""
        ...

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Name a theme from its quotes, most typical first: at most 12 words."""
        ...

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona and describe it in one line, from nothing but *facts*."""
        ...


#: Makes an engine, given a source of sentence vectors.
EngineMaker = Callable[[VectorSource], Engine]
