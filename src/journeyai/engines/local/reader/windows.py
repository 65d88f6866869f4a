"""Windows: stretches of a document, short enough for the encoder, in which every utterance is read once.

An utterance alone often says too little ("It took three weeks." – the delivery, or the refund?), so the encoder gets it
between its neighbours: who speaks, what was asked before, which rating the review gave.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from journeyai.model.source import Document, Utterance

#: Most tokens of a window.
MOST_TOKENS: Final = 192
#: What stood before is repeated at the head of the next window, up to so many tokens.
CONTEXT_TOKENS: Final = 48
#: Of one utterance not more than so many tokens are read.
MOST_TOKENS_OF_ONE: Final = 96
#: Marks the beginning and the end of a window (the encoder's own special tokens).
BEGIN, END = 0, 2

#: Texts → token ids, without special tokens.
Tokenise = Callable[[Sequence[str]], list[list[int]]]


@dataclass(slots=True)
class Window:
    """A stretch of a document.

    Attributes:
        ids: token ids, `BEGIN` and `END` included.
        spans: (number of the utterance, first token, one past its last) of each utterance that is read here and
            not merely repeated as context.
    """

    ids: list[int]
    spans: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def key(self) -> bytes:
        """What the vectors of the spans depend on: equal windows have equal keys."""
        places = [place for _, start, end in self.spans for place in (start, end)]
        return b"".join(number.to_bytes(4, "little") for number in [len(self.ids), *self.ids, *places])


def windows(document: Document, tokenise: Tokenise) -> Iterator[Window]:
    """Yield the windows of *document*; every utterance that is no rating stands in exactly one of them."""
    told = [item for item in document.utterances if document.turn_of(item).measure is None]
    if not told:
        return
    opening = heading(document)
    pieces = tokenise([opening, *(_marked(document, told, place) for place in range(len(told)))])
    head, bodies = pieces[0], [body[:MOST_TOKENS_OF_ONE] for body in pieces[1:]]
    window = Window([BEGIN, *head])
    for place, body in enumerate(bodies):
        if window.spans and len(window.ids) + len(body) + 1 > MOST_TOKENS:
            window.ids.append(END)
            yield window
            window = Window([BEGIN, *head, *_before(bodies, place)])
        start = len(window.ids)
        window.ids += body
        # An utterance of signs that the tokeniser drops still needs a place to be read from.
        window.spans.append((told[place].number, min(start, len(window.ids) - 1), len(window.ids)))
    window.ids.append(END)
    yield window


def heading(document: Document) -> str:
    """Return what the reader is told of a document beforehand: what it is, and which rating it gives."""
    rating = next((turn.measure for turn in document.turns if turn.measure is not None), None)
    if rating is None:
        return f"{document.kind}:"
    return f"{document.kind}, rated {round(rating.valence) + 3} of 5:"


def _marked(document: Document, told: Sequence[Utterance], place: int) -> str:
    """Return the utterance's text; the first of a turn says whose turn it is."""
    utterance = told[place]
    turn = document.turn_of(utterance)
    if place and told[place - 1].turn == utterance.turn:
        return utterance.text
    return f"{turn.role}: {utterance.text}"


def _before(bodies: Sequence[Sequence[int]], place: int) -> list[int]:
    """Return the whole utterances that stand just before *place*, as many as fit into the context."""
    out: list[int] = []
    while place and len(out) + len(bodies[place - 1]) <= CONTEXT_TOKENS:
        place -= 1
        out = [*bodies[place], *out]
    return out
