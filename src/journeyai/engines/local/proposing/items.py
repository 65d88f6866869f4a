"""A clause as items: references to parts of the map, labels, prepositions, and words that are none of these."""

from dataclasses import dataclass, field
from typing import Any, Literal

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.lexicon import Lexicon
from journeyai.engines.local.proposing.names import Names
from journeyai.engines.local.proposing.tokens import Token, inner
from journeyai.model.journey import JourneyMap

ItemKind = Literal[
    "card",
    "stage",
    "persona",
    "evidence",
    "found",
    "speaker",
    "lane",
    "emotion",
    "severity",
    "status",
    "criterion",
    "noun",
    "beyond",
    "role",
    "quote",
    "words",
    "not",
    "place",
    "number",
]
Refers = Literal["card", "stage", "persona", "evidence", "speaker"]


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a clause.

    Attributes:
        kind: what it is.
        value: ids for parts of the map; the label, role or noun; the words themselves.
        start: its first token in the clause.
        end: one past its last.
        filter: (stage, role item) that narrowed a set of cards: `all needs in Use`.
        several: whether it speaks of a set, by a condition.
        label: the lane, where a set is all cards of one lane: `delights` may also be where something goes.
    """

    kind: ItemKind
    value: Any
    start: int
    end: int
    filter: "Item | None" = None
    several: bool = False
    label: str | None = None


@dataclass
class State:
    """What a request has spoken of so far.

    Attributes:
        text: the whole request.
        journey: the map.
        names: of its parts.
        lexicon: the words.
        last: cards shown last.
        spoken: (sort, ids) of what the request spoke of last; None before that.
        told: all cards the request has spoken of.
        doubt: why what the request spoke of is not known, where a remark names something that is not found.
        with_turns: whether turns of phrase are read, or the grammar of verbs alone.
    """

    text: str
    journey: JourneyMap
    names: Names
    lexicon: Lexicon
    last: tuple[str, ...]
    spoken: tuple[Refers, tuple[str, ...]] | None = None
    told: list[str] = field(default_factory=list)
    doubt: AskBackError | None = None
    with_turns: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """One change as it is asked for.

    Attributes:
        action: key of `verbs`.
        language: `en` or `es`: whether `a` is an article or a preposition.
        tokens: what stands around the verb, without it.
        clitic: pronoun at the end of the verb.
        topic: whether what the sentence spoke of before may be its object.
        start: where the clause begins in the request.
        verb_end: where its verb ends.
        reason: token at which only a reason follows (`…, because`); None without one.
    """

    action: str
    language: str
    tokens: tuple[Token, ...]
    clitic: str = ""
    topic: bool = False
    start: int = 0
    verb_end: int = 0
    reason: int | None = None

    def raw(self, state: State, start: int, end: int | None = None) -> str:
        """Return the request's own words from token *start* to *end*, without what stands around them."""
        part = self.tokens[start:end]
        if not part:
            return ""
        if len(part) == 1 and part[0].quoted:
            return inner(state.text, part[0])
        return trimmed(state.text[part[0].start : part[-1].end])


def trimmed(text: str) -> str:
    """Return *text* without spaces and final stops; a question's or exclamation's mark stays."""
    text = text.strip(" \t\n,;:")
    while text.endswith((".", ",", ";", ":")) and not text.endswith("…") and not text.endswith("..."):
        text = text[:-1].rstrip()
    return text
