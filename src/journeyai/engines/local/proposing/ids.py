"""Ids as people write them: `c3`, `C 3`, `cards 3, 7 and 9`, `c3–c6`, `#12`."""

import re
from collections.abc import Sequence
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.tokens import lows

_ID: Final = re.compile(r"([cesp])(\d+)")
_LISTED: Final = {"c": "card", "e": "evidence", "s": "found", "p": "persona"}
_LETTERS: Final = {"card": "c", "evidence": "e", "persona": "p"}
_NUMBER_SIGNS: Final = frozenset({"number", "no", "nr", "num", "n", "nº", "n°", "#", "numero", "º", "°"})
AND: Final = frozenset({",", "and", "y", "e", "&", "+", "/"})
DASHES: Final = frozenset({"-", "–", "—", "through", "thru", "hasta"})
TO: Final = frozenset({"to", "a", "al"})
ARTICLES: Final = frozenset(
    {
        "the",
        "la",
        "el",
        "las",
        "los",
        "card",
        "tarjeta",
        "ficha",
        "stage",
        "etapa",
        "fase",
        "phase",
        "persona",
        "also",
    }
)
_FROM: Final = frozenset({"from", "de", "desde"})
_GOES_TO: Final = frozenset({"move", "put", "merge", "set"})


class IdReader:
    """Reads ids and lists of them in one clause."""

    def __init__(self, clause: Clause, state: State) -> None:
        self.clause = clause
        self.state = state
        self.tokens = clause.tokens
        self.low = lows(clause.tokens)

    def _noun(self, at: int) -> str | None:
        found = self.state.lexicon.nouns.find(self.low, at)
        return str(found[0]) if found else None

    def _ids(self, at: int, stop: int) -> Item | None:
        """Read `c3`, `c 3`, `c3, c7 and 9`, `c3–c6`, `cards 3 and 7`."""
        first = self._id(at, stop)
        noun = self._noun(at)
        begin = at
        if first is None and noun in ("card", "evidence", "persona"):
            begin = self._skip_signs(at + 1, stop)
            first = self._id(begin, stop) or self._bare(begin, stop, _LETTERS[noun])
            if first is None and noun == "persona":
                return None
        if first is None and at + 1 < stop and self.low[at] == "#" and self.low[at + 1].isdigit():
            first = self._bare(at + 1, stop, "c")
        if first is None:
            return None
        letter, number, end = first
        if noun and _LETTERS.get(noun) != letter:
            return None
        numbers = [number]
        plural = noun is not None and begin > at
        while (more := self._next(letter, end, stop, plural, begin)) is not None:
            is_range, number, end = more
            if is_range:
                numbers += range(numbers[-1] + 1, number + 1) if number > numbers[-1] else [number]
                numbers[-1:] = [-number]
            else:
                numbers.append(number)
        return self._known(letter, numbers, at, end)

    def _id(self, at: int, stop: int) -> tuple[str, int, int] | None:
        if at >= stop:
            return None
        if match := _ID.fullmatch(self.low[at]):
            return match[1], limited(match[2]), at + 1
        if self.low[at] in _LISTED and at + 1 < stop:
            skip = at + 2 if self.low[at + 1] in ("-", ".") else at + 1
            if (
                skip < stop
                and self.low[skip].isdigit()
                and (self.low[at] != "e" or (skip == at + 1 and self._lettered(at)))
            ):
                return self.low[at], limited(self.low[skip]), skip + 1
        return None

    def _lettered(self, at: int) -> bool:
        """Whether `e 12` is evidence: `e` is also the Spanish `and`."""
        return self.tokens[at + 1].start - self.tokens[at].end <= 1 and at == 0

    def _bare(self, at: int, stop: int, letter: str) -> tuple[str, int, int] | None:
        if at < stop and self.low[at].isdigit():
            return letter, limited(self.low[at]), at + 1
        return None

    def _skip_signs(self, at: int, stop: int) -> int:
        while at < stop and (self.low[at] in _NUMBER_SIGNS or (self.low[at] == "." and at + 1 < stop)):
            at += 1
        return at

    def _next(
        self, letter: str, at: int, stop: int, plural: bool, begin: int
    ) -> tuple[bool, int, int] | None:
        """Return (whether a range ends here, number, end) of the next id of a list."""
        after = at
        while after < stop and (self.low[after] in AND or (after > at and self.low[after] in ARTICLES)):
            after += 1
        if after > at:
            found = self._id(after, stop) or self._bare(after, stop, letter)
            if found and found[0] == letter and not self._counts(found[2], stop):
                return False, found[1], found[2]
            return None
        is_dash = at < stop and self.low[at] in DASHES
        if is_dash or (at < stop and self.low[at] in TO and self._is_range(plural, begin)):
            after = at + 1
            while after < stop and self.low[after] in ARTICLES:
                after += 1
            # `c2 to 3` gives a grade; `cards 2 to 3` and `c2–3` are cards.
            found = self._id(after, stop) or (self._bare(after, stop, letter) if is_dash or plural else None)
            if found and found[0] == letter:
                return True, found[1], found[2]
        return None

    def _is_range(self, plural: bool, begin: int) -> bool:
        """Whether `c3 to c6` are four cards: after `cards`, `from`, or a verb that goes nowhere."""
        if any(word[:1] == "e" and word[1:].isdigit() for word in self.low[:begin]):
            return False
        before = next((word for word in reversed(self.low[:begin]) if word not in ("la", "las", "the")), "")
        return plural or before in _FROM or self.clause.action not in _GOES_TO

    def _counts(self, at: int, stop: int) -> bool:
        """Whether a number before *at* counts something: `c3 and 2 people`."""
        return at < stop and self.low[at] in (
            "people",
            "person",
            "personas",
            "persona",
            "voices",
            "voces",
            "cards",
            "tarjetas",
        )

    def _known(self, letter: str, numbers: Sequence[int], start: int, end: int) -> Item:
        kind = _LISTED[letter]
        parts = {
            "c": [card.id for card in self.state.journey.cards],
            "e": [item.id for item in self.state.journey.evidence],
            "p": [persona.id for persona in self.state.journey.personas],
        }
        known = {id_.lower(): id_ for id_ in parts.get(letter, ())}
        ids: dict[str, None] = {}
        for place, number in enumerate(numbers):
            name = f"{letter}{abs(number)}"
            # Inside a range only what is there counts; its ends must be there.
            inside = number >= 0 and any(later < 0 for later in numbers[place + 1 :]) and place > 0
            if letter == "s" or name in known:
                ids[known.get(name, name)] = None
            elif not inside:
                raise AskBackError(f"no_{kind}", name=name)
        return Item(kind, tuple(ids), start, end)  # type: ignore[arg-type]


def limited(digits: str) -> int:
    """Return a number as far as ids go: nobody's map has a card of ten digits."""
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else 10**9
