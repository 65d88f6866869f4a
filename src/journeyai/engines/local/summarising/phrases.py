"""Finds many listed phrases in the words of a sentence in one pass.

One large regular expression would be slower by an order of magnitude: here a word that begins no phrase costs a look
into a table.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from journeyai.knowledge.clauses import plain

_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
#: Entries with an open ending are kept by so many of their first letters.
_STEM: Final = 2


_Entry = tuple[str, tuple[str, ...]]


class Hit(NamedTuple):
    """A phrase that was found: which list it is of, and which words it is (half-open)."""

    label: str
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    """The phrases that begin with one word.

    Attributes:
        alone: labels of those that end with it.
        going_on: their second word → those, as label and words.
        open: those whose second word has an open ending.
    """

    alone: list[str] = field(default_factory=list)
    going_on: dict[str, list[_Entry]] = field(default_factory=dict)
    open: list[_Entry] = field(default_factory=list)


class Phrases:
    """Lists of phrases by label; a word that ends with `*` is any word that begins so."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """Take phrases as they are written, folded or not.

        Raises:
            ValueError: a phrase has no word, or begins with fewer than `_STEM` letters and a `*`.
        """
        self._whole: dict[str, _Node] = defaultdict(_Node)
        self._open: dict[str, list[_Entry]] = defaultdict(list)
        for label, phrases in lists.items():
            for phrase in phrases:
                words = tuple(plain(phrase).split())
                first = words[0] if words else ""
                if len(first.rstrip("*")) < (_STEM if first.endswith("*") else 1):
                    raise ValueError(f"`{phrase}` in `{label}` would match anything")
                self._add(label, words)

    def _add(self, label: str, words: tuple[str, ...]) -> None:
        if words[0].endswith("*"):
            self._open[words[0][:_STEM]].append((label, words))
            return
        node = self._whole[words[0]]
        if len(words) == 1:
            node.alone.append(label)
        elif words[1].endswith("*"):
            node.open.append((label, words))
        else:
            node.going_on.setdefault(words[1], []).append((label, words))

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Return where phrases stand among *words* (of `words_of`), in order; they may overlap."""
        found: list[Hit] = []
        whole, open_ = self._whole, self._open
        for place, word in enumerate(words):
            if word in whole:
                node = whole[word]
                found += [Hit(label, place, place + 1) for label in node.alone]
                if place + 1 < len(words):
                    for entry in (*node.going_on.get(words[place + 1], ()), *node.open):
                        _match(entry, words, place, found)
            if word[:_STEM] in open_:
                for entry in open_[word[:_STEM]]:
                    _match(entry, words, place, found)
        return found


def words_of(text: str) -> list[str]:
    """Return the words of *text*, folded; `I'll` is one."""
    return _WORD.findall(plain(text))


def _match(entry: _Entry, words: Sequence[str], place: int, found: list[Hit]) -> None:
    """Note in *found* if the entry's words stand at *place*."""
    label, listed = entry
    if place + len(listed) > len(words):
        return
    for offset, word in enumerate(listed):
        told = words[place + offset]
        if told != word and not (word[-1] == "*" and told.startswith(word[:-1])):
            return
    found.append(Hit(label, place, place + len(listed)))
