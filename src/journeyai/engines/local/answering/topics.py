"""What a question is about, and how nearly a text speaks of it: stems, words for the same thing, both languages.

Coarse on purpose: endings are cut by a short list, and what companies' customers call by several names stands in
`knowledge/taxonomy/concepts.yaml`.  What that table does not hold is found by its own word, or by its meaning.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import stopwords
from journeyai.knowledge.taxonomy import read_taxonomy

#: How well a word stands for a term: the word itself, another name of the thing, or what is only near it.
SAME: Final = 1.0
NAME: Final = 0.9
NEAR: Final = 0.35
#: What several near words together are worth at most.
_MOST_NEAR: Final = 0.6
#: What a term gains from a strong match of another term that is near it: a stolen bike speaks of theft claims.
_CARRIED: Final = 0.5

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
#: Longest first; what is left must keep `_LEAST_STEM` letters.
_LISTED: Final = (
    "aciones acion amientos amiento adores adoras ador adora ando iendo aron ieron aban aba adas ados ada ado "
    "idas idos ida ido ar er ir an en as es os a e o s ations ation ings ing ers ed ies y"
)
_ENDINGS: Final = tuple(sorted(_LISTED.split(), key=lambda ending: (-len(ending), ending)))
_LEAST_STEM: Final = 4
#: Two stems are one if the longer only has so many letters more: `deliv`, `deliver`.
_TAIL: Final = 2


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return the folded *word* without its ending."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    if len(word) > 3 and word.endswith("s"):
        return word[:-1]
    return word


def is_same(one: str, other: str) -> bool:
    """Return whether two folded words are forms of one."""
    if one == other:
        return True
    a, b = sorted((stem(one), stem(other)), key=len)
    return a == b or (len(a) > _LEAST_STEM and b.startswith(a) and len(b) - len(a) <= _TAIL)


@lru_cache(maxsize=1 << 16)
def word_set(text: str) -> frozenset[str]:
    """Return the folded words of *text* that say something."""
    return frozenset(_WORD.findall(fold(text))) - stopwords()


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing with several names.

    Attributes:
        is_name: tells whether a word names it.
        is_near: tells whether a word is near it.
        is_asked: tells whether a word asks for it that by itself says too many other things, such as "leave".
    """

    is_name: Callable[[str], bool]
    is_near: Callable[[str], bool]
    is_asked: Callable[[str], bool]


@cache
def concepts() -> tuple[Concept, ...]:
    """Return the concepts of `knowledge/taxonomy/concepts.yaml`."""
    return tuple(
        Concept(*(matcher(raw.get(key, "").split()) for key in ("names", "near", "asked")))
        for raw in read_taxonomy("concepts").values()
    )


def matcher(entries: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether a folded word is one of *entries*; `deliver*` is all that begins so."""
    listed = list(entries)
    whole = frozenset(entry for entry in listed if not entry.endswith("*"))
    beginnings = tuple(entry[:-1] for entry in listed if entry.endswith("*"))
    return lru_cache(maxsize=1 << 14)(lambda word: word in whole or word.startswith(beginnings))


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a topic.

    Attributes:
        word: folded, as it was asked.
        concepts: of which it is a name.
    """

    word: str
    concepts: tuple[Concept, ...]

    def strong(self, word: str) -> float:
        """Return how well *word* names the term: `SAME`, `NAME` or 0."""
        if is_same(self.word, word) and not any(concept.is_asked(self.word) for concept in self.concepts):
            return SAME
        return NAME if any(concept.is_name(word) for concept in self.concepts) else 0.0

    def near(self, word: str) -> bool:
        """Return whether *word* is near the term without naming it."""
        return any(concept.is_near(word) for concept in self.concepts)


@cache
def term(word: str) -> Term:
    """Return the term for the folded *word*."""
    return Term(word, tuple(one for one in concepts() if one.is_name(word) or one.is_asked(word)))


class Topic:
    """What is asked about: groups of words, any one group of which will do ("broken tiles or leaks")."""

    def __init__(self, groups: Sequence[Sequence[str]], texts: Iterable[str]) -> None:
        """Weigh the words of *groups* by how rare they are in *texts*: the rarer says more."""
        self.groups = tuple(tuple(term(word) for word in dict.fromkeys(group)) for group in groups if group)
        self._values: dict[Term, dict[str, tuple[float, bool]]] = {
            item: {} for group in self.groups for item in group
        }
        found = [word_set(text) for text in texts]
        self._weight = {
            item: log(
                1
                + len(found) / (1 + sum(any(self._value(item, word)[0] for word in words) for words in found))
            )
            or 1.0
            for item in self._values
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked about."""
        return not self.groups

    def score(self, text: str) -> float:
        """Return how nearly *text* speaks of the topic (0 … 1): of its nearest group the share of words, by weight.

        Of a group of two words both must be there.
        """
        words = word_set(text)
        return max((self._score(group, words) for group in self.groups), default=0.0)

    def _score(self, group: Sequence[Term], words: frozenset[str]) -> float:
        found = [[self._value(item, word) for word in words] for item in group]
        strong = [max((value for value, _ in told), default=0.0) for told in found]
        values = [
            value
            or min(_MOST_NEAR, NEAR * sum(near for _, near in told))
            or self._carried(item, group, strong)
            for item, value, told in zip(group, strong, found, strict=True)
        ]
        if len(group) == 2 and min(values) < NEAR:
            return 0.0
        whole = sum(self._weight[item] for item in group)
        return sum(self._weight[item] * value for item, value in zip(group, values, strict=True)) / whole

    def _value(self, item: Term, word: str) -> tuple[float, bool]:
        """Return how well *word* names *item*, and whether it is near it; each pair is worked out once."""
        known = self._values[item].get(word)
        if known is None:
            known = self._values[item][word] = (item.strong(word), item.near(word))
        return known

    def _carried(self, item: Term, group: Sequence[Term], strong: Sequence[float]) -> float:
        """Return what *item* gains from another term of its group that is there and near it."""
        return max(
            (_CARRIED for other, value in zip(group, strong, strict=True) if value and other.near(item.word)),
            default=0.0,
        )
