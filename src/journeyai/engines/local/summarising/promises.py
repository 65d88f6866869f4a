"""What each side said it would do."""

from typing import Final

from journeyai.engines.local.summarising.hearing import Heard, Passage
from journeyai.engines.local.summarising.wording import is_like_any, shortened, stems
from journeyai.engines.recap import Promise

MOST_PROMISES: Final = 12
_MOST_CHARACTERS: Final = 160
#: Said twice with so much of the same words, it is one promise.
_LEAST_LIKENESS: Final = 0.8


def promises(heard: Heard) -> tuple[Promise, ...]:
    """Return the deeds that are promised, in order, each once; only in talks are there two sides to promise."""
    if not heard.is_talk:
        return ()
    found: list[Promise] = []
    known: list[frozenset[str]] = []
    for passage in heard.passages:
        if not _is_promise(passage):
            continue
        words = stems(passage.utterance.text)
        if is_like_any(words, known, _LEAST_LIKENESS):
            continue
        known.append(words)
        what = shortened(passage.utterance.text, _MOST_CHARACTERS)
        found.append(Promise("agent" if passage.side == "agent" else "customer", what, passage.utterance))
    return tuple(found[:MOST_PROMISES])


def _is_promise(passage: Passage) -> bool:
    if passage.side == "agent":
        return passage.marks.promises_of_side
    return passage.side == "customer" and passage.marks.promises
