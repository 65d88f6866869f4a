"""A person's question as a full-text query: its telling words, any of which may stand in a passage."""

import re
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import stopwords
from journeyai.retrieval.encoders import clean

#: A question longer than this is a pasted passage; its first telling words say what it is about.
MAX_WORDS: Final = 32

_WORD: Final = re.compile(r"[^\W_]+")


def keyword_expression(question: str) -> str:
    """Return the FTS5 expression that finds any telling word of *question*; empty if it has no word.

    Every word is quoted, so that nothing a person types is taken for an operator.  English and Spanish
    stop words are left out, unless nothing else is there.
    """
    words = list(dict.fromkeys(_WORD.findall(clean(question).lower())))
    empty = stopwords()
    telling = [word for word in words if fold(word) not in empty]
    return " OR ".join(_term(word) for word in (telling or words)[:MAX_WORDS])


def _term(word: str) -> str:
    """Return *word*, and from four letters on also what begins with it: `refund` finds `refunds`."""
    return f'"{word}"*' if len(word) >= 4 else f'"{word}"'
