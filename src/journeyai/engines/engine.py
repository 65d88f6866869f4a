"""The questions that differ between engines.  Everything else on a map is counted by plain code."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import Judgement, Lane


@dataclass(frozen=True, slots=True)
class FrameStage:
    """A stage that passages are sorted into.

    Attributes:
        id: short lower-case id.
        name: in the study's language.
        description: what belongs here, in the study's language; may be empty for the user's own stages.
        lifecycle: weight of each of `LIFECYCLE`'s seven parts in this stage; all 0 if nothing is known.
        is_quoted: whether name and description are a source's words, as the steps of a told story are.
    """

    id: str
    name: str
    description: str
    lifecycle: tuple[float, ...]
    is_quoted: bool = False

    @property
    def told_name(self) -> str:
        """The name as it may be told where other documents are spoken of: the id, if the name is a source's words."""
        return self.id if self.is_quoted else self.name


@dataclass(frozen=True, slots=True)
class Frame:
    """What the map is drawn on: the stages in order, the lanes asked for, the language of its words."""

    template: str
    language: str
    stages: tuple[FrameStage, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Points that plain code holds to say the same; an engine may know better.

    Attributes:
        lane: of all its points.
        stage: name of the stage that they vote for.
        gists: one a point, most typical first; empty where the engine gave it none.
    """

    lane: Lane
    stage: str
    gists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regrouped:
    """One theme as an engine sees it.

    Attributes:
        title: at most 12 words, in the study's language.
        points: (candidate, place in it), each point in one theme only; all of one lane.
    """

    title: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person says.

    Attributes:
        said: (lane, gist), in the order of the sources; the gist is empty where the engine gave none.
    """

    said: tuple[tuple[Lane, str], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that somebody of a group says.

    Attributes:
        person: from 0; who says several things has one number.
        lane: what it does for the map.
        text: the gist; empty where the engine gave it none.
    """

    person: int
    lane: Lane
    text: str


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
        behaviours: titles of its actions.
        statements: what its people say, one by one.
        people: in the whole study.
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
    behaviours: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    people: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of a persona.

    Attributes:
        text: in the study's language.
        cites: indexes of the statements that it rests on.
    """

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A persona's lines, where an engine writes them itself; else they are titles of cards."""

    goals: tuple[Attribute, ...] = ()
    motivations: tuple[Attribute, ...] = ()
    frustrations: tuple[Attribute, ...] = ()
    behaviours: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonaWords:
    """A persona's name and one-line summary, and its lines if the engine writes them."""

    name: str
    summary: str
    portrait: Portrait | None = None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card, for an engine to think about.

    Attributes:
        lane: what it is.
        stage: name of its stage.
        title: what it says.
        people: how many say so.
        valence: how they feel, −2 … 2.
        severity: 1 … 3 for pain points.
    """

    lane: Lane
    stage: str
    title: str
    people: int
    valence: float
    severity: int | None


@dataclass(frozen=True, slots=True)
class Idea:
    """Something to change.

    Attributes:
        title: what.
        detail: why, and what for.
        cards: indexes of the cards that call for it; at least one.
        desirable: how much customers would want it.
        viable: how much the business could gain, as far as the cards show.
        feasible: how easily it could be done, as far as they show.
    """

    title: str
    detail: str
    cards: tuple[int, ...]
    desirable: Judgement
    viable: Judgement
    feasible: Judgement


@dataclass(frozen=True, slots=True)
class Claim:
    """A title and the quotes it stands on.

    Attributes:
        title: of the card.
        quotes: (document, quote).
    """

    title: str
    quotes: tuple[tuple[DocumentKey, str], ...]


class Engine(Protocol):
    """An engine observes, names themes and describes personas.

    The other questions have an answer already: None leaves the matter to plain code.  An engine that answers more of
    them names this class as its base.
    """

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

    def observe_again(
        self, documents: Sequence[Document], frame: Frame, progress: Progress, repeat: int
    ) -> Iterator[Observation] | None:
        """Yield what re-run *repeat* (from 1) finds; None from an engine that would say the same again."""
        return None

    @property
    def prompts(self) -> dict[str, str]:
        """Name of each prompt used → short hash of its text."""
        return {}

    def regroup(
        self, candidates: Sequence[Candidate], frame: Frame, progress: Progress
    ) -> Sequence[Regrouped] | None:
        """Merge, split and name themes; a point that stands in none of them stays with its candidate's rest."""
        return None

    def group_people(
        self, voices: Sequence[Voice], most: int, frame: Frame
    ) -> Sequence[Sequence[int]] | None:
        """Return at most *most* groups of people who behave alike, as indexes of *voices*."""
        return None

    def sum_up(self, stages: Sequence[Sequence[CardFacts]], language: str) -> Sequence[str] | None:
        """Return a sentence or two on each stage, from its cards; empty where there is nothing to say."""
        return None

    def find_ideas(self, cards: Sequence[CardFacts], language: str) -> Sequence[Idea] | None:
        """Return what to change, the most worthwhile first, each from its cards."""
        return None

    def check(self, claims: Sequence[Claim], language: str) -> Sequence[bool | None] | None:
        """Say of each claim whether its quotes bear it out; None where that cannot be said."""
        return None


#: Makes an engine, given a source of sentence vectors.
EngineMaker = Callable[[VectorSource], Engine]
