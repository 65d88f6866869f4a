"""Words that say nothing about what a sentence is about, in English and Spanish."""

import re
from functools import cache
from typing import Final

import yaml

from journeyai.knowledge.letters import fold
from journeyai.resources import folder

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@cache
def stopwords() -> frozenset[str]:
    """Return the stop words of both languages, folded."""
    raw = yaml.safe_load(
        folder("knowledge").joinpath("taxonomy", "stopwords.yaml").read_text(encoding="utf-8")
    )
    return frozenset(word for words in raw.values() for word in words.split())


def content_words(text: str) -> list[str]:
    """Return the folded words of *text* that say something, in order, without numbers."""
    empty = stopwords()
    return [word for word in _WORD.findall(fold(text)) if word not in empty]


def words_as_written(text: str) -> list[tuple[str, str]]:
    """Return the words of *text* that say something, folded and as they are written (in lower case)."""
    empty = stopwords()
    found = _WORD.finditer(fold(text))
    return [
        (match.group(), text[match.start() : match.end()].lower())
        for match in found
        if match.group() not in empty
    ]
