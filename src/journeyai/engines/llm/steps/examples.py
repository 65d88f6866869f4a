"""Answers copied from a prompt's own example: small models do that, and it must not reach a map."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import content_words
from journeyai.prompting import load_prompts

_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.){8,})"')
#: Words are told apart by their first letters, as in `drafting.likeness`.
_STEM_LETTERS: Final = 5


def is_copied(step: str, text: str, about: Iterable[str]) -> bool:
    """Return whether *text* stands in the example of *step*'s prompt and shares no word with what it is *about*.

    Somebody may really say what an example says: then the words are in the material, too.
    """
    if _bare(text) not in _examples(step):
        return False
    return not (_stems([text]) & _stems(about))


@cache
def _examples(step: str) -> frozenset[str]:
    return frozenset(_bare(found) for found in _QUOTED.findall(load_prompts(step).system.text))


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _stems(texts: Iterable[str]) -> set[str]:
    return {word[:_STEM_LETTERS] for text in texts for word in content_words(text)}
