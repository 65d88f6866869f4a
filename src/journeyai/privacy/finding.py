"""Finds personal data in a text: every kind is looked for by itself, then the longest of what overlaps is taken."""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.privacy.addresses import find_addresses
from journeyai.privacy.contacts import (
    find_addresses_of_machines,
    find_emails,
    find_handles,
    find_links,
    find_phones,
)
from journeyai.privacy.found import Candidates, Found
from journeyai.privacy.numbers import (
    find_accounts,
    find_births,
    find_cards,
    find_dealings,
    find_papers,
    find_plates,
)
from journeyai.privacy.people import find_introduced, find_known

#: Which of several kinds over the same characters it is: what is proven, or what a word says it is, before a guess.
_RANK: Final = {
    kind: place
    for place, kind in enumerate(
        (
            "word",
            "link",
            "email",
            "card",
            "account",
            "id",
            "birthdate",
            "plate",
            "reference",
            "ip",
            "address",
            "phone",
            "person",
            "handle",
        )
    )
}
_DIGIT: Final = re.compile(r"\d")
#: Six digits near each other: without them there is no card, account, paper or telephone in a text.
_ENOUGH: Final = re.compile(r"\d(?:[\s().·/-]{0,3}\d){5}")


def find(
    text: str, names: Sequence[str] = (), extra: Sequence[str] = (), keep: Sequence[str] = ()
) -> tuple[Found, ...]:
    """Return the personal data in *text*, in order, not overlapping; of what overlaps the longest.

    Args:
        text: any text; a name, a number or an address that is split over two texts is not found.
        names: of people who may be spoken of; labels such as "P1" or "Customer" among them are passed over.
        extra: words of the user's own to be found besides, whatever their case and accents.
        keep: words that are never found, whatever they look like.
    """
    found = list(find_known(text, names))
    introduced = list(find_introduced(text))
    found += introduced
    if introduced:
        # Who is introduced once is spoken of again.
        found += find_known(text, tuple(dict.fromkeys(text[one.start : one.end] for one in introduced)))
    found += find_emails(text)
    found += find_links(text)
    found += find_handles(text)
    if _DIGIT.search(text):
        found += find_addresses_of_machines(text)
        found += find_dealings(text)
        found += find_addresses(text)
        found += find_births(text)
        found += find_plates(text)
        if _ENOUGH.search(text):
            for search in (find_cards, find_accounts, find_papers, find_phones):
                found += search(text)
    elif "::" in text:
        found += find_addresses_of_machines(text)
    found += _find_words(text, extra)
    if keep:
        kept = {" ".join(fold(word).split()) for word in keep}
        found = [one for one in found if " ".join(fold(text[one.start : one.end]).split()) not in kept]
    return longest(found)


def longest(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return *found* without overlaps, in order: the longer wins, then the surer kind, then the earlier."""
    taken: list[Found] = []
    for one in sorted(found, key=lambda it: (it.start - it.end, _RANK[it.kind], it.start)):
        place = bisect(taken, one.start, key=lambda it: it.start)
        before_ends = not place or taken[place - 1].end <= one.start
        if one.start < one.end and before_ends and (place == len(taken) or one.end <= taken[place].start):
            taken.insert(place, one)
    return tuple(taken)


def _find_words(text: str, words: Sequence[str]) -> Candidates:
    pattern = _any_of(tuple(words))
    if pattern is not None:
        for match in pattern.finditer(fold(text)):
            yield Found(match.start(), match.end(), "word")


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    told = sorted({" ".join(fold(word).split()) for word in words} - {""}, key=lambda it: (-len(it), it))
    if not told:
        return None
    inner = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in told)
    return re.compile(rf"(?<!\w)(?:{inner})(?!\w)")
