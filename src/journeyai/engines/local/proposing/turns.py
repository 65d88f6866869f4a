"""Turns of phrase (`knowledge/taxonomy/turns.yaml`): whole clauses said in ways that no single verb tells.

A turn is a row of words and slots.  It matches only if every word of a clause is a word of the turn, fills one of its
slots, or says nothing (`really`, `please`); so nothing that is not understood is passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from journeyai.engines.local.proposing.lexicon import Phrase, phrase
from journeyai.errors import ResourceError
from journeyai.knowledge.taxonomy import read_taxonomy

#: What a slot may hold.
SLOTS: Final = frozenset(
    {
        "card",
        "stage",
        "persona",
        "part",
        "evidence",
        "speaker",
        "label",
        "lane",
        "emotion",
        "grade",
        "number",
        "place",
        "text",
        "quote",
        "name",
        "state",
        "join",
        # Of opportunities (grading.py); an idea is a card that is one.
        "idea",
        *("criterion", "asset", "rating", "verdicts", "progress"),
    }
)
_SLOT: Final = re.compile(r"\{(?P<name>\w+):(?P<kind>\w+)\}")
_GROUP: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a turn that something fills.

    Attributes:
        name: what `Turn.gives` calls it.
        kind: one of `SLOTS`.
    """

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """One of several phrases, or none of them.

    Attributes:
        ways: the phrases, the longest first.
        optional: whether it may be missing.
        actions: also any verb that orders one of these (keys of `verbs` in `requests.yaml`); written `@move`.
    """

    ways: tuple[Phrase, ...]
    optional: bool = False
    actions: frozenset[str] = frozenset()


Element = Slot | Words


@dataclass(frozen=True, slots=True)
class Gives:
    """A change that a turn stands for.

    Attributes:
        kind: a kind of change, or `remove`, `merge`, `rename`, `accept`, `label`, which the slots make one.
        targets: names of the slots.
        to: name of a slot, or a value; empty when there is none.
        text: name of a slot; empty when there is none; `-` takes the old words away.
    """

    kind: str
    targets: tuple[str, ...]
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One way to say something.

    Attributes:
        elements: words and slots, in order.
        gives: what it asks for.
    """

    elements: tuple[Element, ...]
    gives: tuple[Gives, ...]


@cache
def turns() -> tuple[Turn, ...]:
    """Return all turns, in the file's order.

    Raises:
        ResourceError: the file is missing, or a turn in it cannot be read.
    """
    return (*_turns("narrow"), *_turns("turns"))


@cache
def plain_turns() -> tuple[Turn, ...]:
    """Return the turns that are so narrow that they are read like verbs: of opportunities, of states and branches."""
    return _turns("narrow")


def _turns(section: str) -> tuple[Turn, ...]:
    return tuple(
        Turn(tuple(_elements(text, groups())), gives)
        for said, texts in read_taxonomy("turns")[section].items()
        for gives in [tuple(map(_gives, said.split(";")))]
        for text in texts
    )


@cache
def gaps() -> Mapping[str, tuple[Turn, ...]]:
    """Return, by the kind of the change before, how a clause without its verb goes on with it."""
    told = read_taxonomy("turns")
    return {
        kind: tuple(
            Turn(tuple(_elements(text, groups())), (_gives(said),))
            for said, texts in ways.items()
            for text in texts
        )
        for kind, ways in told["gaps"].items()
    }


@cache
def groups() -> Mapping[str, tuple[Phrase, ...]]:
    """Return the groups of phrases by name, each the longest first; `@move` stands for any verb that orders it."""
    return _groups(read_taxonomy("turns"))


def _groups(told: Mapping[str, Any]) -> dict[str, tuple[Phrase, ...]]:
    return {
        name: tuple(sorted((phrase(str(text)) for text in texts), key=lambda way: (-len(way), way)))
        for name, texts in told["groups"].items()
    }


def _gives(said: str) -> Gives:
    match = re.fullmatch(r"\s*(\w+)((?: (?!->|=)[\w]+)*)(?: -> (\w+))?(?: = ([\w-]+))?\s*", said)
    if match is None:
        raise ResourceError(f"`turns.yaml`: “{said}” is no change.")
    return Gives(match[1], tuple(match[2].split()), match[3] or "", match[4] or "")


def _elements(text: str, groups: Mapping[str, tuple[Phrase, ...]]) -> Iterator[Element]:
    """Yield the elements of a turn: `{x:card}`; `word`, `one|two_words`, `<group>`, with `?` if it may miss."""
    for piece in text.split():
        if slot := _SLOT.fullmatch(piece):
            if slot["kind"] not in SLOTS:
                raise ResourceError(f"`turns.yaml`: “{text}” has a slot of an unknown kind.")
            yield Slot(slot["name"], slot["kind"])
            continue
        optional = piece.endswith("?") and len(piece) > 1
        ways: dict[Phrase, None] = {}
        actions: set[str] = set()
        for way in (piece[:-1] if optional else piece).split("|"):
            if way.startswith("@"):
                actions.add(way[1:])
            elif not (group := _GROUP.fullmatch(way)):
                ways[phrase(way.replace("_", " "))] = None
            elif group[1] in groups:
                ways |= dict.fromkeys(text for text in groups[group[1]] if text[0] != "@")
                actions |= {text[1] for text in groups[group[1]] if text[0] == "@"}
            else:
                raise ResourceError(f"`turns.yaml`: “{text}” has an unknown group.")
        yield Words(tuple(sorted(ways, key=lambda way: (-len(way), way))), optional, frozenset(actions))


@cache
def passed() -> Any:
    """Return the words that say nothing, wherever they stand between the elements of a turn."""
    from journeyai.engines.local.proposing.lexicon import Table

    kept = {phrase(str(text)): True for text in read_taxonomy("turns")["passed"]}
    return Table(kept, max(map(len, kept), default=1))


@cache
def slang() -> Mapping[str, str]:
    """Return short and sloppy spellings with the word they stand for."""
    return {str(short): str(full) for short, full in read_taxonomy("turns")["slang"].items()}


def is_passed(words: Sequence[str], at: int) -> int:
    """Return where words that say nothing end; *at* where there are none."""
    found = passed().find(list(words), at)
    if found:
        return int(found[1])
    word = words[at]
    adverb = (word.endswith("mente") and len(word) > 7) or (word.endswith("ly") and len(word) > 5)
    return at + 1 if adverb else at
