"""Contract 1: the map, as it stands in `map.json` and as `journeyai schema map` describes it.

Frozen, and closed to unknown keys: a map that validates is a map that every part of JourneyAI understands.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from journeyai.model.preview import map_as_html
from journeyai.model.vocabulary import Channel, Emotion, Headway, Judgement, Kind, Lane, MeasureKind, Role

MAP_VERSION: Final = "1.0"

Valence = Annotated[float, Field(ge=-2, le=2)]
Confidence = Annotated[float, Field(ge=0, le=1)]


class Value(BaseModel):
    """A frozen part of a map."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(Value):
    """What the map covers."""

    start: str = ""
    """Where the journey begins, in the user's words."""
    end: str = ""
    """Where it ends."""
    state: Literal["current", "future"] = "current"
    """The journey as it is, or as it should be."""
    focus: str = ""
    """A narrow flow the map looks at; empty for the whole journey."""


class MadeBy(Value):
    """What drew the map."""

    engine: str
    model: str | None = None
    version: str
    """JourneyAI's version."""
    prompts: dict[str, str] = {}
    """Prompt name → short hash of its text."""
    at: str
    """When, ISO 8601 in UTC; a draft that changes nothing else keeps the earlier time."""


class SpeakerRole(Value):
    """Somebody who speaks in a source."""

    name: str
    role: Role


class Source(Value):
    """A file the map was drawn from."""

    source: str
    sha256: str
    kind: Kind
    solicited: bool
    language: str
    utterances: int
    speakers: tuple[SpeakerRole, ...]
    """Named speakers; for files of many records (reviews, surveys) only those the map quotes."""


class StageMeasure(Value):
    """A rating customers gave, averaged over people."""

    kind: MeasureKind
    value: float
    """Mean over people, on the measure's own scale."""
    evidence: tuple[str, ...]


class Stage(Value):
    """One part of the journey."""

    id: str
    name: str
    order: int
    """From 1."""
    summary: str = ""
    valence: Valence | None = None
    """Mean feeling, each person weighing the same; None without evidence."""
    emotions: dict[Emotion, int] = {}
    """Emotion → number of people who showed it here."""
    moment_of_truth: bool = False
    duration: str | None = None
    measures: tuple[StageMeasure, ...] = ()


class Empathy(Value):
    """The empathy map; each entry is a quote from evidence."""

    says: tuple[str, ...] = ()
    thinks: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    feels: tuple[str, ...] = ()


class Member(Value):
    """A speaker who belongs to a persona."""

    source: str
    speaker: str


class Persona(Value):
    """A group of people who behave alike."""

    id: str
    name: str
    summary: str = ""
    goals: tuple[str, ...] = ()
    motivations: tuple[str, ...] = ()
    frustrations: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    empathy: Empathy = Empathy()
    members: tuple[Member, ...] = ()
    confirmed: bool = False
    evidence: tuple[str, ...] = ()


class Judged(Value):
    """What is thought of an opportunity, from the cards it rests on."""

    desirable: Judgement
    """How much customers would want it."""
    viable: Judgement
    """How much the business would gain."""
    feasible: Judgement
    """How easily it could be done."""
    priority: Annotated[int, Field(ge=1)]
    """1 comes first: the engine's order, and once a person has graded one, what follows from all grades."""


class Card(Value):
    """One claim on the map."""

    id: str
    lane: Lane
    stage: str
    personas: tuple[str, ...] = ()
    title: str
    detail: str = ""
    valence: Valence | None = None
    emotion: Emotion | None = None
    """None where the engine is not sure enough to say more than the valence does."""
    severity: Literal[1, 2, 3] | None = None
    """Pain points only: 3 people lose money, days, safety, or leave; 2 real effort; 1 a nuisance."""
    channel: Channel | None = None
    people: int = 0
    documents: int = 0
    mentions: int = 0
    against: tuple[str, ...] = ()
    """Evidence that says the opposite."""
    status: Literal["draft", "accepted", "edited", "rejected"] = "draft"
    locked: bool = False
    assumption: bool = False
    """Typed in by the user, without evidence yet."""
    stability: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of re-runs of the engine that found it again; None when nobody asked for re-runs."""
    supported: bool | None = None
    """Whether the engine, asked again, finds that the quotes bear out the title; None when it was not asked."""
    judged: Judged | None = None
    """Opportunities only, where an engine or a person judges them."""
    confidence: Confidence | None = None
    """How sure the engine is that anybody says this: 1 − Π(1 − c) over people, c each one's surest quote; at most 0.99.
    None when nothing is known of it, as when a person typed the card in."""
    owner: str | None = None
    progress: Headway | None = None
    """Opportunities only: how far it has got; None where nobody said."""
    evidence: tuple[str, ...] = ()


class Evidence(Value):
    """A quote, sliced from a source."""

    id: str
    source: str
    record: str | None
    start: int
    end: int
    quote: str
    speaker: str | None
    role: Role
    at: str | None
    stage: str
    lane: Lane
    valence: Valence
    emotion: Emotion
    """The likeliest one."""
    channel: Channel | None
    confidence: Confidence | None = None
    """How sure the engine is of the lane; None when nothing is known of it, as when a person chose the lane."""


class Transition(Value):
    """People who did not go straight on: from one stage to one that is not the next."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    people: int
    evidence: tuple[str, ...]


class Coverage(Value):
    """How much of the material reached the map, in utterances."""

    utterances: int
    customer: int
    """Spoken by customers."""
    used: int
    """Of those, quoted on the map."""


class JourneyMap(Value):
    """A customer journey map in which every claim points at its evidence."""

    format: Literal["journeyai/map"] = "journeyai/map"
    version: Literal["1.0"] = MAP_VERSION
    title: str = ""
    goal: str = ""
    scope: Scope = Scope()
    language: str
    template: str
    made_by: MadeBy
    sources: tuple[Source, ...]
    stages: tuple[Stage, ...]
    personas: tuple[Persona, ...] = ()
    cards: tuple[Card, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    transitions: tuple[Transition, ...] = ()
    coverage: Coverage

    def quotes(self, card: Card) -> tuple[Evidence, ...]:
        """Return the evidence for *card*, in the card's order; what the map does not hold, `verify` tells."""
        by_id = {item.id: item for item in self.evidence}
        return tuple(by_id[id_] for id_ in card.evidence if id_ in by_id)

    def to_json(self) -> str:
        """Return the map as the text of `map.json`: two spaces, keys in contract order, a final newline."""
        return self.model_dump_json(indent=2, by_alias=True, exclude_none=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "JourneyMap":
        """Read what `to_json` wrote.

        Raises:
            pydantic.ValidationError: it is not a map of this version.
        """
        return cls.model_validate_json(text)

    def _repr_html_(self) -> str:
        """Show the map in a notebook."""
        return map_as_html(self)
