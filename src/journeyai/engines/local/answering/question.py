"""A question as it is asked: its language, what it is after, and the words of its topic."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, cast

from journeyai.engines.local.answering.topics import matcher
from journeyai.knowledge.letters import fold
from journeyai.knowledge.polarity import load_polarity
from journeyai.knowledge.stopwords import stopwords
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.vocabulary import Lane

_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
#: `c112`, `P1`, `R07`.
_LABEL: Final = re.compile(r"\b[^\W\d_]{1,2}\d+\b")
#: The name of a file, as in "who is Ana in calls/call-10.vtt?".
_FILE: Final = re.compile(r"[^\s,;¿?¡!]+\.[a-z]{2,5}(?![\w.])", re.IGNORECASE)
#: What joins two topics of one question.
_OR: Final = re.compile(r"\b(?:and|or|y|o|e|u|ni)\b|,")
_SPANISH_SIGNS: Final = re.compile("[¿¡ñ]|[áéíóú]")


@dataclass(frozen=True, slots=True)
class Cues:
    """How questions are asked: `knowledge/taxonomy/questions.yaml`.

    Attributes:
        telltale: language → words that it alone has, and nearly every question has one of.
        frame: words that ask and say nothing of the topic.
        lanes: lane → what finds its cue in a folded question.
        instead: word → what finds the phrases it stands for.
        deeds: id of the guide's entry → what finds the deed, and what finds that to which it is done.
        things: id of the guide's entry → what finds the thing of the program that it is about.
        kinds: the same for the other lists.
    """

    telltale: dict[str, frozenset[str]]
    frame: frozenset[str]
    lanes: dict[Lane, re.Pattern[str]]
    instead: dict[str, re.Pattern[str]]
    deeds: dict[str, tuple[re.Pattern[str], re.Pattern[str]]]
    things: dict[str, re.Pattern[str]]
    kinds: dict[str, re.Pattern[str]]


@cache
def cues() -> Cues:
    """Read `knowledge/taxonomy/questions.yaml`."""
    raw = read_taxonomy("questions")
    tables = {"telltale", "frame", "lanes", "instead", "deeds", "things"}
    return Cues(
        {code: frozenset(words.split()) for code, words in raw["telltale"].items()},
        frozenset(raw["frame"].split()),
        {cast("Lane", lane): _pattern(words) for lane, words in raw["lanes"].items()},
        {word: _pattern(phrases) for word, phrases in raw["instead"].items()},
        {id_: (_pattern(deed["do"]), _pattern(deed["to"])) for id_, deed in raw["deeds"].items()},
        {id_: _pattern(words) for id_, words in raw["things"].items()},
        {name: _pattern(words) for name, words in raw.items() if name not in tables},
    )


def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds any of *words*; a phrase stands in quotation marks, `_` is a blank, `*` any ending."""
    entries = [quoted or single for quoted, single in re.findall(r'"([^"]+)"|(\S+)', words)]
    entries.sort(key=lambda entry: (-len(entry), entry))
    parts = (
        re.escape(entry).replace("_", r"\s+").replace(r"\ ", r"\s+").replace(r"\*", r"\w*")
        for entry in entries
    )
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart.

    Attributes:
        asked: as it was typed.
        folded: without case and accents, one blank between words, no signs.
        language: the one it is clearly in; None where it could be either.
        lanes: the lanes it asks for.
    """

    asked: str
    folded: str
    language: str | None
    lanes: tuple[Lane, ...]

    def asks(self, kind: str) -> bool:
        """Return whether a cue of *kind* stands in it."""
        return cues().kinds[kind].search(self.folded) is not None

    def is_only(self, *kinds: str) -> bool:
        """Return whether a cue of the first of *kinds* is in it, and but for cues of them all no word."""
        return self.asks(kinds[0]) and not self.besides(*kinds).says_anything()

    def says_anything(self) -> bool:
        """Return whether any word is left in it."""
        return _LETTERS.search(self.folded) is not None

    def besides(self, *kinds: str) -> "Question":
        """Return the question without the cues of *kinds*, as if commas stood there."""
        rest = self.folded
        for kind in kinds:
            rest = cues().kinds[kind].sub(", ", rest)
        return replace(self, folded=rest)

    def labels(self) -> tuple[str, ...]:
        """Return the labels in it, such as `P1` and `c12`, folded."""
        return tuple(_LABEL.findall(self.folded))

    def topic(self, without: Sequence[str] = ()) -> list[list[str]]:
        """Return the groups of words it is about, without the folded phrases *without*; often one group, or none.

        Words joined by "and", "or" or a comma are groups of their own.
        """
        text = self.folded
        for phrase in without:
            text = re.sub(rf"\b{re.escape(phrase)}\b", ", ", text)
        for word, pattern in cues().instead.items():
            text = pattern.sub(word, text)
        for pattern in cues().lanes.values():
            text = pattern.sub(", ", text)
        is_empty = _empty()
        groups = [
            _plain([word for word in _LETTERS.findall(part) if not is_empty(word)])
            for part in _OR.split(text)
        ]
        return [group for group in groups if group]


def _plain(words: list[str]) -> list[str]:
    """Return *words* without those that only praise or complain, if others are left: "rude driver" is "driver"."""
    polarity = load_polarity()
    return [word for word in words if not polarity.good(word) and not polarity.bad(word)] or words


@cache
def _empty() -> Callable[[str], bool]:
    return matcher([*stopwords(), *cues().frame])


def letters(text: str) -> list[str]:
    """Return the folded words of *text*: `set-up?` is `set` and `up`."""
    return _LETTERS.findall(fold(text))


def read(asked: str) -> Question:
    """Take *asked* apart."""
    folded = " ".join(re.findall(r"[^\W_]+(?:['’][^\W_]+)?|,", fold(_FILE.sub(" ", asked))))
    lanes = tuple(lane for lane, pattern in cues().lanes.items() if pattern.search(folded))
    return Question(asked, folded, language_of(asked, folded), lanes)


def language_of(asked: str, folded: str) -> str | None:
    """Return the language a question is clearly in, or None."""
    words = _WORD.findall(folded)
    hits = Counter({code: sum(word in told for word in words) for code, told in cues().telltale.items()})
    if _SPANISH_SIGNS.search(asked.lower()):
        hits["es"] += 1
    (first, most), (_, other) = hits.most_common(2)
    return first if most > other else None
