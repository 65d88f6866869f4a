"""Words that praise or complain wherever they stand, with what a "not" before them does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import yaml

from journeyai.resources import folder

#: A negator reaches this many words forward.
_REACH: Final = 3


@dataclass(frozen=True, slots=True)
class Polarity:
    """Matchers over folded words."""

    good: re.Pattern[str]
    bad: re.Pattern[str]
    negators: frozenset[str]

    def count(self, tokens: Sequence[str]) -> tuple[int, int, int, int]:
        """Return how many of the folded *tokens* praise, complain, praise after a "not", complain after a "not"."""
        good = bad = not_good = not_bad = 0
        last_negator = -_REACH - 1
        for place, word in enumerate(tokens):
            if word in self.negators:
                last_negator = place
                continue
            negated = place - last_negator <= _REACH
            if self.good.fullmatch(word):
                good, not_good = good + (not negated), not_good + negated
            if self.bad.fullmatch(word):
                bad, not_bad = bad + (not negated), not_bad + negated
        return good, bad, not_good, not_bad


@cache
def load_polarity() -> Polarity:
    """Read `knowledge/taxonomy/polarity.yaml`."""
    raw = yaml.safe_load(
        folder("knowledge").joinpath("taxonomy", "polarity.yaml").read_text(encoding="utf-8")
    )
    return Polarity(
        good=_matcher(raw["good"].values()),
        bad=_matcher(raw["bad"].values()),
        negators=frozenset(word for words in raw["negators"].values() for word in words.split()),
    )


def _matcher(lists: Sequence[str]) -> re.Pattern[str]:
    words = sorted({word for text in lists for word in text.split()})
    return re.compile(
        "|".join(re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) for word in words)
    )
