"""The words around a quote: the sentence before it and the one after it, and whose they are."""

from dataclasses import dataclass

from journeyai.model.source import Document, Utterance
from journeyai.model.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A sentence beside a quote.

    Attributes:
        text: its words.
        speaker: who says it, if it is not the quote's own speaker and somebody is named.
        role: who that is to the study; None where it is the quote's own speaker.
    """

    text: str
    speaker: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a quote; None at the document's ends, or where the source no longer holds the quote."""

    before: Neighbour | None = None
    after: Neighbour | None = None


def surroundings(document: Document, start: int, end: int) -> Surroundings:
    """Return the sentences around the characters *start* … *end* of *document*.

    Where the quote takes up a part of a sentence only, that sentence's rest is what stands beside it.
    """
    within = [item for item in document.utterances if item.end > start and item.start < end]
    if not within:
        return Surroundings()
    first, last = within[0], within[-1]
    return Surroundings(
        _rest(document, first.start, start) or _neighbour(document, first.number - 1, first),
        _rest(document, end, last.end) or _neighbour(document, last.number + 1, last),
    )


def _rest(document: Document, start: int, end: int) -> Neighbour | None:
    text = document.text[start:end].strip() if start < end else ""
    return Neighbour(text) if any(char.isalnum() for char in text) else None


def _neighbour(document: Document, number: int, beside: Utterance) -> Neighbour | None:
    if not 0 <= number < len(document.utterances):
        return None
    item = document.utterances[number]
    turn, own = document.turn_of(item), document.turn_of(beside)
    if (turn.speaker, turn.role) == (own.speaker, own.role):
        return Neighbour(item.text)
    return Neighbour(item.text, turn.speaker, turn.role)
