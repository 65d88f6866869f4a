"""Words that point at something by themselves: a channel, gravity, going back, a thought."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Cues:
    """Compiled cues; each pattern is searched in folded text.

    Attributes:
        channels: in order; the first that matches wins.
        grave: what makes a pain point grave.
        going_back: the journey does not run straight on.
        thought: a thought told as such.
        opener: one empty word (or phrase) at the very start, with the blanks and commas after it.
    """

    channels: tuple[tuple[Channel, re.Pattern[str]], ...]
    grave: re.Pattern[str]
    going_back: re.Pattern[str]
    thought: re.Pattern[str]
    opener: re.Pattern[str]

    def channel(self, text: str) -> Channel | None:
        """Return the channel that *text* names, if it names one."""
        folded = fold(text)
        return next((channel for channel, pattern in self.channels if pattern.search(folded)), None)


@cache
def load_cues() -> Cues:
    """Read `knowledge/taxonomy/cues.yaml`."""
    raw = read_taxonomy("cues")
    return Cues(
        channels=tuple(
            (cast(Channel, name), _starts_of_words(words)) for name, words in raw["channels"].items()
        ),
        grave=_starts_of_words(raw["grave"]),
        going_back=_starts_of_words(raw["return"]),
        thought=_starts_of_words(raw["thought"]),
        opener=re.compile(
            rf"^[\W_]*(?:(?:{_either(raw['openers'])})\b[\s,:;.…–-]*"
            rf"|(?:{_either(raw['openers_before_pause'])})\s*[,:;.…–-][\s,:;.…–-]*)"
        ),
    )


def _starts_of_words(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_either(words)})")


def _either(words: Sequence[str]) -> str:
    return "|".join(
        re.escape(fold(word)).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)
    )
