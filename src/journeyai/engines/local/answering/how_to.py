"""Which entry of the guide tells how something is done with the map: "how do I merge two stages?"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from journeyai.engines.local.answering.about_words import entry_named
from journeyai.engines.local.answering.question import Question, cues
from journeyai.knowledge.guide import GuideEntry

#: `c12`, `e40`, `p2`: what they are ids of, as the table of deeds calls it.
_IDS: Final = ((r"\bc\d+\b", "card"), (r"\b[es]\d+\b", "quote"), (r"\bp\d+\b", "persona"))


def find_deed(
    question: Question, stages: Iterable[str] = (), personas: Iterable[str] = ()
) -> GuideEntry | None:
    """Return the guide's entry on the deed that *question* asks how to do; None when it asks for something else.

    It must ask for a way, name a deed and a part of the map, and hold nothing besides.  Of several deeds that one
    counts whose object is named first: "add a quote to a card" is about a quote.

    Args:
        question: as it was asked.
        stages: folded names of the map's stages.
        personas: folded names of its personas.
    """
    # "How do customers change a card?" asks what they tell.
    if not question.asks("how_to") or question.asks("customers"):
        return None
    rest = question.besides("how_to").folded
    for pattern, name in (*_IDS, *_called(stages, "stage"), *_called(personas, "persona")):
        rest = re.sub(pattern, name, rest)
    found: list[tuple[int, int, str]] = []
    for order, (id_, (deed, thing)) in enumerate(cues().deeds.items()):
        object_ = thing.search(rest)
        if object_ and deed.search(rest) and not _says_more(question, deed.sub(", ", rest)):
            found.append((object_.start(), order, id_))
    return entry_named(min(found)[2]) if found else None


def _called(names: Iterable[str], thing: str) -> Iterator[tuple[str, str]]:
    """Yield what finds each of *names*, the longest first, and *thing*."""
    for name in sorted(filter(str.strip, names), key=lambda name: (-len(name), name)):
        yield rf"(?<!\w){re.escape(name)}(?!\w)", thing


def _says_more(question: Question, rest: str) -> bool:
    """Return whether *rest*, without the deed, is about anything but parts of the map."""
    for _, thing in cues().deeds.values():
        rest = thing.sub(", ", rest)
    return bool(replace(question, folded=rest).besides("deed_words").topic())
