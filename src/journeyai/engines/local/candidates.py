"""Which utterances may be evidence at all."""

import re
from dataclasses import dataclass
from typing import Final

from journeyai.engines.local.features import tokens
from journeyai.knowledge.polarity import load_polarity
from journeyai.model.source import Document, Turn, Utterance

#: Fewer words than this are a fragment ("the app"), no claim, unless one of them praises or complains.
LEAST_WORDS: Final = 3

#: E-mail and web addresses, long numbers and codes: they tell who somebody is, not what they met.
#: Each looks back before it begins, or a word of a megabyte would be read once for each of its letters.
_PARTICULARS: Final = re.compile(
    r"(?<!\S)\S*@\S+|https?://\S+|www\.\S+|\b\w*\d{5,}\w*|(?<![^\W\d])[^\W\d]+\d+\w*"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An utterance that may be evidence, where it stands."""

    document: Document
    utterance: Utterance
    turn: Turn


def candidates(document: Document) -> list[Candidate]:
    """Return the utterances of *document* that may be evidence.

    Customers' words always; an agent's for what happens back stage; a researcher's only in notes, where they report
    what the participant did, never the questions of an interview.  A near-duplicate says nothing new.
    """
    if document.duplicate_of is not None:
        return []
    allowed = {"customer", "agent", *(["researcher"] if document.kind == "note" else [])}
    found = []
    for utterance in document.utterances:
        turn = document.turn_of(utterance)
        if turn.role in allowed and turn.measure is None and not _is_fragment(utterance.text):
            found.append(Candidate(document, utterance, turn))
    return found


def _is_fragment(text: str) -> bool:
    """Whether *text* is too little to be a claim: two words, or an address and a code beside them."""
    words = tokens(_PARTICULARS.sub(" ", text))
    return len(words) < LEAST_WORDS and not any(load_polarity().count(words))
