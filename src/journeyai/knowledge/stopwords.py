"""Words that say nothing about what a sentence is about, in English and Spanish."""

import re
from functools import cache
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@cache
def stopwords() -> frozenset[str]:
    """Return the stop words of both languages, folded."""
    return frozenset(word for words in read_taxonomy("stopwords").values() for word in words.split())


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
