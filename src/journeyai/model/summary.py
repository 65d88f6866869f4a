"""Contract 2: what one transcript came to, as `journeyai schema summary` describes it; one JSON object a line.

Quotes are sliced from the source: `quote` is `text[start:end]` of the canonical text that `journeyai source` prints.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from journeyai.model.journey import Valence, Value
from journeyai.model.vocabulary import Emotion, Role

SUMMARY_VERSION: Final = "1.0"

#: How a conversation ended for the customer, as its words show it.
Outcome = Literal["resolved", "unresolved", "partly", "unknown"]
#: Who can promise something.
Promiser = Literal["agent", "customer"]
#: What failed: the file or record, the model, or the cap on what may be spent.
Fault = Literal["source", "model", "budget"]


class Participant(Value):
    """Somebody who takes part."""

    name: str
    role: Role


class SaidQuote(Value):
    """Words of the source, and where they stand in its canonical text."""

    quote: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    speaker: str | None
    """The name as the source gives it; None if nobody is named."""


class SummaryPain(Value):
    """Something that went badly for the customer."""

    title: str
    evidence: tuple[SaidQuote, ...]
    """At least one."""


class SummaryPromise(Value):
    """What one side said it would do."""

    who: Promiser
    what: str
    evidence: SaidQuote


class SummaryMadeBy(Value):
    """What made the summary."""

    engine: str
    model: str | None = None
    version: str
    """JourneyAI's version."""
    prompts: dict[str, str] = Field(default_factory=dict)
    """Prompt name → short hash of its text."""


class SummaryUsage(Value):
    """What asking a model took, when it was asked."""

    tokens_in: int
    tokens_out: int
    estimated: bool
    """Whether the server told no counts of some, so that they are estimates."""
    usd: float | None
    """None if the price is not known."""


class SummaryError(Value):
    """Why there is no summary; the item is tried again on the next run."""

    fault: Fault
    message: str
    """One sentence."""


class Summary(Value):
    """One transcript, chat, call, ticket or review in short."""

    source: str
    """Its path, with `/`: inside `sources/` for a study's own files, else as it was typed."""
    record: str | None
    """The row, ticket or message inside the file; None if the file is one document."""
    sha256: str
    """Of the file's raw bytes."""
    language: str
    """Of what was said: ISO 639-1, or `und`."""
    participants: tuple[Participant, ...] = ()
    issue: str = ""
    """What it was about."""
    what_happened: str = ""
    """The story, in a few sentences; from the local engine, words of the source in order."""
    customer_goal: str = ""
    outcome: Outcome = "unknown"
    emotion_start: Emotion = "neutral"
    """The customer's, at the beginning."""
    emotion_end: Emotion = "neutral"
    valence_path: tuple[Valence, ...] = ()
    """How the customer felt from beginning to end."""
    stages: tuple[str, ...] = ()
    """Ids of the stages it touches, in their order."""
    pain_points: tuple[SummaryPain, ...] = ()
    promises: tuple[SummaryPromise, ...] = ()
    key_quotes: tuple[SaidQuote, ...] = ()
    """The words that tell most, in order; at most five."""
    made_by: SummaryMadeBy | None = None
    """None only where there is an error."""
    usage: SummaryUsage | None = None
    """None from the local engine, which asks nobody."""
    error: SummaryError | None = None

    def to_line(self) -> str:
        """Return the summary as one line of JSON, without a line end."""
        return self.model_dump_json()


def begins_summaries(data: bytes) -> bool:
    """Return whether *data* begins as a file of summaries does."""
    head = data[: 1 << 20].split(b"\n", 1)[0]
    return head.startswith(b'{"source":') and b'"key_quotes":' in head
