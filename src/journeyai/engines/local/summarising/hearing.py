"""Who of a document's speakers is the customer, who is staff, and what each says."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from journeyai.engines.engine import Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.summarising.cues import Marks, load_outcome_cues
from journeyai.engines.local.summarising.seeing import Point, see
from journeyai.model.source import Document, Turn, Utterance
from journeyai.model.vocabulary import Kind, Lane, Role

Side = Literal["customer", "agent", "other"]

#: Kinds in which two sides settle something.
TALKS: Final[frozenset[Kind]] = frozenset({"chat", "call", "ticket"})


@dataclass(frozen=True, slots=True)
class Passage:
    """One utterance with all that is known of it.

    Attributes:
        utterance: where it stands.
        role: its speaker's, as the source tells it.
        side: for whom it counts.
        marks: what its words tell of promises and of how things stand.
        point: what the engine sees in it; None if it is no evidence: staff's small talk, a fragment.
    """

    utterance: Utterance
    role: Role
    side: Side
    marks: Marks
    point: Point | None

    @property
    def number(self) -> int:
        """The utterance's number."""
        return self.utterance.number

    @property
    def lane(self) -> Lane | None:
        """What it does for a map, if anything."""
        return None if self.point is None else self.point.lane

    @property
    def valence(self) -> float:
        """How it feels, −2 … 2."""
        return 0.0 if self.point is None else self.point.valence

    @property
    def weight(self) -> float:
        """How sure its lane is, 0 … 1."""
        return 0.0 if self.point is None else self.point.weight


@dataclass(frozen=True, slots=True)
class Heard:
    """A document as two sides' words, without internal notes and ratings.

    Attributes:
        document: which.
        passages: in order; those of bystanders (an interviewer) are `other`.
        customer: what the customer says.
        agent: what staff say.
        is_talk: whether two sides speak with each other to settle something.
    """

    document: Document
    passages: tuple[Passage, ...]
    customer: tuple[Passage, ...]
    agent: tuple[Passage, ...]
    is_talk: bool


def hear(document: Document, engine: LocalEngine, frame: Frame) -> Heard:
    """Return what each side says, and what *engine* sees in it.

    Raises:
        EngineError: the encoder cannot be asked.
    """
    cues, strangers = load_outcome_cues(), not _knows_customer(document)
    said = [utterance for utterance in document.utterances if _is_said(document.turn_of(utterance))]
    marks = {utterance.number: cues.read(utterance.text) for utterance in said}
    roles = {document.turn_of(utterance).role for utterance in said}
    is_talk = document.kind in TALKS and "agent" in roles
    points = see(_for_reading(document), engine, frame, marks, is_talk=is_talk)
    passages = []
    for utterance in said:
        role = document.turn_of(utterance).role
        side = _side(role, document.kind, strangers=strangers)
        number = utterance.number
        passages.append(Passage(utterance, role, side, marks[number], points.get(number)))
    return Heard(
        document,
        tuple(passages),
        tuple(passage for passage in passages if passage.side == "customer"),
        tuple(passage for passage in passages if passage.side == "agent"),
        is_talk,
    )


def _for_reading(document: Document) -> Document:
    """Return *document* so that the engine reads all of it.

    A copy of another document has a summary of its own; and where nobody is known to be the customer, who is not known
    to be anybody else is taken for the customer, as in captions without names.
    """
    turns = document.turns
    if not _knows_customer(document):
        turns = tuple(replace(turn, role="customer") if turn.role == "unknown" else turn for turn in turns)
    return replace(document, duplicate_of=None, turns=turns)


def _is_said(turn: Turn) -> bool:
    """Whether somebody says it to the other: no rating, no internal note, no machine."""
    return turn.measure is None and not turn.private and turn.role != "system"


def _knows_customer(document: Document) -> bool:
    return any(turn.role == "customer" and turn.measure is None for turn in document.turns)


def _side(role: Role, kind: Kind, *, strangers: bool) -> Side:
    if role == "customer" or (role == "researcher" and kind == "note") or (role == "unknown" and strangers):
        return "customer"
    return "agent" if role == "agent" else "other"
