"""What a whole request names: parts of the map, labels, quoted words; and the words that are left between them."""

from dataclasses import dataclass
from typing import Any, Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.filling import Filler
from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.new_words import Filled
from journeyai.engines.local.proposing.orders import language_of
from journeyai.engines.local.proposing.sentences import sentences
from journeyai.engines.local.proposing.tokens import lows

#: Sorts of what is named, as slots of turns; of two that are equally long the first is meant.
SORTS: Final = ("evidence", "card", "stage", "persona", "speaker", "lane", "emotion", "grade", "quote")
#: What the grammar's reader calls what fills a slot, where it is another word.
_READ_AS: Final = {"found": "evidence", "severity": "grade"}


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that a request names.

    Attributes:
        sort: one of `SORTS`.
        value: ids, names of speakers, a label; the words of a quoted string.
        start: its first token in the request.
        end: one past its last.
    """

    sort: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A request with what it names taken out.

    Attributes:
        words: its folded tokens; what it names stands as `<card>`, `<cards>`, `<stage>` ….
        named: what stands there, in order.
        filler: fills further slots from the request's tokens.
        language: of the request.
    """

    words: tuple[str, ...]
    named: tuple[Mention, ...]
    filler: Filler
    language: str

    def of(self, sort: str) -> tuple[Mention, ...]:
        """Return what is named of one sort."""
        return tuple(one for one in self.named if one.sort == sort)

    def ids(self, sort: str) -> tuple[str, ...]:
        """Return all that is named of one sort, each once."""
        return tuple(dict.fromkeys(id_ for one in self.of(sort) for id_ in one.value))


def masked(state: State) -> Masked:
    """Find what the request names that is surely on the map, from left to right, the longest first."""
    row = tuple(token for sentence in sentences(state.text, state) for token in sentence)
    language = language_of(lows(row)) or state.journey.language
    filler = Filler(Clause("turn", language, row), state)
    words: list[str] = []
    named: list[Mention] = []
    at = 0
    while at < filler.stop:
        found = _named_at(filler, at)
        if found is None:
            words.append(filler.low[at])
            at += 1
            continue
        several = found.sort in ("card", "stage", "persona") and len(found.value) > 1
        words.append(f"<{found.sort}s>" if several else f"<{found.sort}>")
        named.append(found)
        at = found.end
    return Masked(tuple(words), tuple(named), filler, language)


def _named_at(filler: Filler, at: int) -> Mention | None:
    best: Mention | None = None
    for sort in SORTS:
        for one in _fills(filler, sort, at):
            right = one.ask is None and _READ_AS.get(one.item.kind, one.item.kind) == sort
            if right and (best is None or one.end > best.end):
                best = Mention(sort, one.text if sort == "quote" else one.item.value, at, one.end)
    return best


def _fills(filler: Filler, sort: str, at: int) -> list[Filled]:
    if sort == "quote" and not filler.scanner.tokens[at].quoted:
        return []
    try:
        return filler.fill(sort, at, last=False)
    except AskBackError:
        return []
