"""What was said, by whom, and exactly where.

All offsets are half-open, in characters (code points) of `Document.text`, the document's canonical text.
A document is the smallest thing that is read by itself: a transcript, a chat, or **one record** of a file
that holds many (a review's row, a ticket), so its offsets do not move when other records come or go.

Slotted dataclasses, not pydantic: a study holds them by the hundred thousand.
"""

from dataclasses import dataclass

from journeyai.model.vocabulary import Channel, Kind, MeasureKind, Role

#: (source, record): names a document within a study.
DocumentKey = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with which a customer rated the experience.

    Attributes:
        kind: what was asked (`nps` is 0–10; `stars` 1–5; `csat` and `ces` as the source scales them).
        value: the number as given.
        low: worst possible value.
        high: best possible value.
    """

    kind: MeasureKind
    value: float
    low: float
    high: float

    @property
    def valence(self) -> float:
        """The rating on the map's scale, −2 (worst) … +2 (best)."""
        return 4 * (self.value - self.low) / (self.high - self.low) - 2


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence, or one clause where praise stands beside complaint, inside one turn.

    Attributes:
        number: its place in the document, from 0.
        turn: the index of its turn in `Document.turns`.
        start: first character.
        end: one past the last character.
        text: `Document.text[start:end]`.
        language: ISO 639-1 code, or `und` when it cannot be told.
    """

    number: int
    turn: int
    start: int
    end: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said in one go, one field of a record, or one entry of notes.

    Attributes:
        speaker: the name as the source gives it; a review's record id; None if nobody is named.
        role: who the speaker is to the study.
        person: the key under which the speaker counts as one person; None if not a customer.
            The same in several documents when the sources show them to be the same.
        at: when it was said, as the source tells it (ISO 8601 date or time, or `HH:MM:SS` into a recording).
        start: first character of the words (a speaker's label stands outside).
        end: one past the last.
        measure: the rating this turn gives, if it is a rating field.
        private: an internal note, never shown to the customer.
        step: its number in a story told in numbered steps.
    """

    speaker: str | None
    role: Role
    person: str | None
    at: str | None
    start: int
    end: int
    measure: Measure | None = None
    private: bool = False
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    r"""A transcript, a chat, a ticket, a review: one thing that is read by itself.

    Attributes:
        source: path of the file inside `sources/`, with `/`.
        record: the row, ticket or message inside the file; None if the file is one document.
        kind: what sort of material it is.
        language: its main language (ISO 639-1, or `und`).
        text: the canonical text; newlines are `\n`.
        turns: in order, not overlapping.
        utterances: in order, each inside one turn; numbered from 0.
        channel: the channel the conversation itself used, if known (a chat, a call).
        duplicate_of: the earlier document that says nearly the same, if there is one; its people count
            as this one's.
    """

    source: str
    record: str | None
    kind: Kind
    language: str
    text: str
    turns: tuple[Turn, ...]
    utterances: tuple[Utterance, ...]
    channel: Channel | None = None
    duplicate_of: DocumentKey | None = None

    @property
    def key(self) -> DocumentKey:
        """What names this document in its study."""
        return (self.source, self.record)

    def turn_of(self, utterance: Utterance) -> Turn:
        """Return the turn that *utterance* stands in."""
        return self.turns[utterance.turn]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of a file that was left out, and why.

    Attributes:
        where: `row 12`, `record 4711`, `line 3`; empty if it is the whole file.
        reason: one clause, for people.
    """

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as it was read.

    Attributes:
        source: path inside `sources/`, with `/`.
        sha256: hex digest of the raw bytes.
        kind: what sort of material it is.
        loader: the name of the loader that read it.
        documents: what is in it, in the file's order; empty if nothing could be used.
        skipped: parts left out.
        warnings: things a person should check; each a sentence.
    """

    source: str
    sha256: str
    kind: Kind
    loader: str
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
