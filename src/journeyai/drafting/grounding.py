"""Ids to quotes: the only door through which text reaches a map.

An engine points at utterances by number; here the words are sliced from the source.  Whatever does not point at
consecutive utterances of one turn of a speaker who may be evidence for that lane is refused, and counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey, Turn
from journeyai.model.vocabulary import Lane

#: What an agent's (or a system's) words can show; a pain or a delight is the customer's to tell.
STAFF_LANES: Final[frozenset[Lane]] = frozenset({"touchpoint", "back_stage"})


@dataclass(frozen=True, slots=True)
class Point:
    """An observation with its words: one piece of evidence before it stands on a map.

    Attributes:
        observation: the engine's labels.
        document: where it was said.
        turn: by whom and when.
        start: first character in `document.text`.
        end: one past the last.
        quote: `document.text[start:end]`.
        person: the key of the person it counts for; None for staff.
    """

    observation: Observation
    document: Document
    turn: Turn
    start: int
    end: int
    quote: str
    person: str | None

    @property
    def lane(self) -> Lane:
        """The observation's lane."""
        return self.observation.lane

    @property
    def place(self) -> tuple[str, str, int]:
        """Where it stands: sorts points the same way whatever order files are read in."""
        return (self.document.source, self.document.record or "", self.start)


@dataclass(frozen=True, slots=True)
class Grounded:
    """What came through.

    Attributes:
        points: in the order of the observations.
        refused: reason → how many observations were refused for it.
    """

    points: tuple[Point, ...]
    refused: dict[str, int] = field(default_factory=dict)


def ground(observations: Iterable[Observation], documents: Mapping[DocumentKey, Document]) -> Grounded:
    """Slice each observation's words from its document."""
    points: list[Point] = []
    refused: dict[str, int] = {}
    seen: set[tuple[DocumentKey, tuple[int, ...], Lane]] = set()
    for observation in observations:
        outcome = _ground_one(observation, documents)
        if isinstance(outcome, Point):
            said = (observation.document, observation.utterances, observation.lane)
            outcome = "said already" if said in seen else outcome
            seen.add(said)
        if isinstance(outcome, Point):
            points.append(outcome)
        else:
            refused[outcome] = refused.get(outcome, 0) + 1
    return Grounded(tuple(points), refused)


def _ground_one(observation: Observation, documents: Mapping[DocumentKey, Document]) -> Point | str:
    document = documents.get(observation.document)
    if document is None:
        return "no such document"
    numbers = observation.utterances
    if not numbers or list(numbers) != list(range(numbers[0], numbers[0] + len(numbers))):
        return "utterances are not consecutive"
    if numbers[0] < 0 or numbers[-1] >= len(document.utterances):
        return "no such utterance"
    spoken = [document.utterances[number] for number in numbers]
    if len({utterance.turn for utterance in spoken}) != 1:
        return "utterances of several turns"
    turn = document.turn_of(spoken[0])
    person = person_of(document, turn)
    if turn.role == "researcher":
        if person is None:
            return "a researcher's words"
    elif turn.role in {"agent", "system"}:
        if observation.lane not in STAFF_LANES:
            return "staff speak of a customer's feelings"
    elif turn.role != "customer":
        return "the speaker's role is unknown"
    start, end = spoken[0].start, spoken[-1].end
    return Point(observation, document, turn, start, end, document.text[start:end], person)


def person_of(document: Document, turn: Turn) -> str | None:
    """Return the person that *turn* counts for; None for staff, and for a researcher who reports on nobody."""
    return _reported_person(document) if turn.role == "researcher" else turn.person


def speaker_of(document: Document, turn: Turn) -> str:
    """Return the name under which personas know who is behind *turn*; empty if nobody is named.

    A record's own if it names nobody; behind a researcher's report, the participant it is about.
    """
    if turn.role == "customer":
        return turn.speaker or document.record or ""
    told = (other.speaker for other in document.turns if other.role == "customer" and other.speaker)
    return next(told, "")


def turn_at(document: Document, start: int, end: int) -> Turn | None:
    """Return the turn that the characters *start* … *end* stand in; None if they run over one turn's words."""
    return next((turn for turn in document.turns if turn.start <= start and end <= turn.end), None)


def _reported_person(document: Document) -> str | None:
    """Return the participant that a researcher's notes report on: the only customer in them, or the notes' own one.

    In an interview the researcher asks, so nothing the researcher says there is evidence.
    """
    if document.kind != "note":
        return None
    persons = {turn.person for turn in document.turns if turn.role == "customer"}
    if len(persons) > 1:
        return None
    return persons.pop() if persons else f"{document.source}#{document.record or ''}|"
