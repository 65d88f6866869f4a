"""Words that praise or complain wherever they stand, with what a "not" before them does."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from journeyai.knowledge.taxonomy import read_taxonomy

#: A negator reaches this many words forward.
_REACH: Final = 3


@dataclass(frozen=True, slots=True)
class Polarity:
    """Matchers over folded words."""

    good: Callable[[str], bool]
    bad: Callable[[str], bool]
    negators: frozenset[str]
    breaks: frozenset[str]

    def count(self, tokens: Sequence[str]) -> tuple[int, int, int, int]:
        """Return how many of the folded *tokens* praise, complain, praise after a "not", complain after a "not"."""
        good = bad = not_good = not_bad = 0
        last_negator = -_REACH - 1
        for place, word in enumerate(tokens):
            if word in self.negators:
                last_negator = place
                continue
            if word in self.breaks:
                last_negator = -_REACH - 1
            negated = place - last_negator <= _REACH
            if self.good(word):
                good, not_good = good + (not negated), not_good + negated
            if self.bad(word):
                bad, not_bad = bad + (not negated), not_bad + negated
        return good, bad, not_good, not_bad


@cache
def load_polarity() -> Polarity:
    """Read `knowledge/taxonomy/polarity.yaml`."""
    raw = read_taxonomy("polarity")
    return Polarity(
        good=_matcher(raw["good"].values()),
        bad=_matcher(raw["bad"].values()),
        negators=frozenset(word for words in raw["negators"].values() for word in words.split()),
        breaks=frozenset(word for words in raw["breaks"].values() for word in words.split()),
    )


def _matcher(lists: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether a word is listed; an entry such as `love*` lists all that begin so."""
    entries = {word for text in lists for word in text.split()}
    whole = frozenset(word for word in entries if not word.endswith("*"))
    beginnings = tuple(word[:-1] for word in sorted(entries) if word.endswith("*"))

    # The same few thousand words come again and again.
    @lru_cache(maxsize=1 << 15)
    def listed(word: str) -> bool:
        return word in whole or word.startswith(beginnings)

    return listed
