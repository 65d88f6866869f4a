"""What people say of themselves and of their way, by the words they use (`knowledge/taxonomy/said.yaml`)."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy

#: What is looked for.  Those of persons are told in the first person; the others are told of the way.
CUES: Final = (
    "income",
    "interests",
    "information_sources",
    "habits",
    "brands",
    "spending",
    "situation",
    "company",
    "alternatives",
    "falls_short",
    "repeat",
    "handed_on",
    "doubted_or_left",
    "durations",
)

_WORD: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_INFINITIVE: Final = re.compile(r"\w{2,}[aei]r(?:me|se|nos|l[oae]s?)?")
_ANY_NUMBER: Final = "#"
_ANY_INFINITIVE: Final = "~r"
#: A very long text is not somebody speaking of themselves; the beginning is enough.
_MOST_WORDS: Final = 400


@lru_cache(maxsize=65536)
def said_in(text: str) -> frozenset[str]:
    """Return which of `CUES` stand in *text*."""
    tokens = _tokens(text)[:_MOST_WORDS]
    table = _table()
    hits = [
        (cue, at, len(phrase), takes_back)
        for at, token in enumerate(tokens)
        for key in ((token, _ANY_NUMBER) if _is_number(token) else (token,))
        for phrase, cue, takes_back in table.get(key, ())
        if _stands(phrase, tokens, at)
    ]
    undone = {(cue, at + n) for cue, at, length, takes_back in hits if takes_back for n in range(length)}
    return frozenset(cue for cue, at, _, takes_back in hits if not takes_back and (cue, at) not in undone)


def _stands(phrase: Sequence[str], tokens: Sequence[str], at: int) -> bool:
    here = tokens[at : at + len(phrase)]
    return len(here) == len(phrase) and all(map(_means, phrase, here))


def _means(wanted: str, token: str) -> bool:
    if wanted == _ANY_NUMBER:
        return _is_number(token)
    return wanted == token or (wanted == _ANY_INFINITIVE and _INFINITIVE.fullmatch(token) is not None)


def _is_number(token: str) -> bool:
    return token.isdecimal() or token in _numbers()


def _tokens(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHES.sub("", fold(text)))


@cache
def _numbers() -> frozenset[str]:
    return frozenset(read_taxonomy("said")["numbers"])


@cache
def _table() -> Mapping[str, tuple[tuple[tuple[str, ...], str, bool], ...]]:
    """Return first word → cues that begin with it: all its words, its name, and whether it takes the cue back."""
    table: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
    for cue in CUES:
        for name, phrases in read_taxonomy("said")[cue].items():
            for phrase in phrases:
                words = tuple(fold(phrase).split())
                table.setdefault(words[0], []).append((words, cue, name == "unless"))
    return {word: tuple(cues) for word, cues in table.items()}
