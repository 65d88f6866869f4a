"""Cards by their words: `the card about late refunds`, `la de la subvención`, `the touchpoint 'Try this'`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.choosing import listed, one_of, written_out
from journeyai.engines.local.proposing.items import Item
from journeyai.engines.local.proposing.tokens import words_of
from journeyai.knowledge.stopwords import stopwords
from journeyai.model.journey import Card

if TYPE_CHECKING:
    from journeyai.engines.local.proposing.scanner import Scanner

_ABOUT: Final = frozenset({"about"})
_BITS: Final = frozenset({"one", "bit", "thing", "card", "part", "stuff", "tarjeta", "ficha", "carta"})
_POINTERS: Final = frozenset({"la", "lo", "el", "las", "los", "esa", "esta", "ese", "este"})
_ENDS: Final = frozenset({",", ";", ":", "(", ")", "→", "->", "=>", "—", "–", "!", "?"})
_IS: Final = frozenset(
    {"is", "are", "es", "son", "esta", "looks", "seems", "parece", "dice", "says", "hablan", "talks", "no"}
)
_MOST_WORDS: Final = 16


def read_title(scanner: "Scanner", at: int, stop: int, before: int) -> Item | None:
    """Read a card by words of its title.

    Raises:
        AskBackError: several cards fit, or none.
    """
    low, lexicon = scanner.low, scanner.state.lexicon
    lane, lane_end = _lane(scanner, at, stop)
    noun = lexicon.nouns.find(low[:stop], at)
    is_card = noun is not None and noun[0] == "card"
    begin = lane_end if lane else at + 1
    if lane and begin < stop and low[begin] in ("card", "tarjeta"):
        begin += 1
    # `the fees card`, `the £75 one`
    if (is_card or low[at] == "one") and before < at and (low[at] in ("card", "one", "cards")):
        said = [word for word in low[before:at] if word[:1].isalnum()]
        if said and scanner.clause.language == "en":
            return _found(scanner, said, None, before, at + 1, stop)
    if (is_card or lane) and begin < stop:
        called = lexicon.roles.find(low[:stop], begin)
        after = called[1] if called and called[0] in ("called", "colon", "of") else begin
        if after < stop and scanner.tokens[after].quoted and (is_card or scanner.clause.action != "add"):
            said = words_of(scanner.clause.raw(scanner.state, after, after + 1))
            return _found(scanner, said, lane, at, after + 1, stop)
    start = _about(scanner, at, begin if (is_card or lane) else at, stop, is_card or lane is not None)
    if start is None or (lane and scanner.clause.action == "add"):
        return None
    end = _end(scanner, start, stop)
    said = [word for word in low[start:end] if word[:1].isalnum()]
    return _found(scanner, said, lane, at, end, stop) if said else None


def _lane(scanner: "Scanner", at: int, stop: int) -> tuple[str | None, int]:
    found = scanner.state.lexicon.lanes.find(scanner.low[:stop], at)
    return (found[0], found[1]) if found else (None, at)


def _about(scanner: "Scanner", at: int, begin: int, stop: int, named: bool) -> int | None:
    """Return where the words of a title begin: after `card about`, `the bit about`, `la de`, `lo de`."""
    low, lexicon = scanner.low, scanner.state.lexicon
    if named or (low[at] in _BITS and scanner.clause.language == "en"):
        begin = begin if named else at + 1
        role = lexicon.roles.find(low[:stop], begin) if begin < stop else None
        if role and role[0] == "about":
            return int(role[1])
        if (
            named
            and begin < stop
            and low[begin] in ("de", "del", "que")
            and not scanner.is_part(begin + 1, stop)
        ):
            return begin + 1
        return None
    if low[at] in _POINTERS and at + 1 < stop and low[at + 1] in ("de", "del", "que", "sobre"):
        if scanner.is_part(at + 2, stop):
            return None
        return at + 2
    return None


def _end(scanner: "Scanner", start: int, stop: int) -> int:
    """Return where the words of a title end: at a sign, or before a preposition with something it can lead to."""
    low, lexicon = scanner.low, scanner.state.lexicon
    at = start
    while at < min(stop, start + _MOST_WORDS):
        if at > start and not scanner.clause.action and low[at] in _IS:
            return at
        if low[at] in _ENDS or (scanner.tokens[at].quoted and at > start):
            return at
        role = lexicon.roles.find(low[:stop], at)
        if at > start and role:
            leads = scanner.is_part(role[1], stop)
            if role[0] in ("to", "as", "in", "from", "with", "and", "after", "before") and leads:
                return at
            if role[0] in ("called", "colon") or (
                role[0] in ("to", "as") and _new_words_follow(scanner, start)
            ):
                return at
            if (
                role[0] in ("and", "with")
                and role[1] < stop
                and (
                    scanner.tokens[role[1]].quoted
                    or (low[role[1]] in ("the", "la", "lo") and scanner.pointer(role[1], stop))
                )
            ):
                return at
        at += 1
    return at


def _new_words_follow(scanner: "Scanner", start: int) -> bool:
    """Whether the clause gives a card new words: then the first `to` leads to them."""
    if scanner.clause.action in ("rename", "call"):
        return True
    nouns = scanner.state.lexicon.nouns
    return any(
        (hit := nouns.find(scanner.low, at)) and hit[0] in ("title", "detail", "owner", "name")
        for at in range(start)
    )


def _found(
    scanner: "Scanner", said: Sequence[str], lane: str | None, start: int, end: int, stop: int
) -> Item:
    cards: Sequence[Card] = [
        card for card in scanner.state.journey.cards if lane is None or card.lane == lane
    ]
    if not said:
        raise AskBackError("no_title", said="")
    if (place := _place(scanner, end, stop)) is not None:
        ids, after = place
        there = [card for card in cards if card.stage in ids]
        if scanner.state.names.titled(said, there)[0]:
            cards, end = there, after
    found, sure = scanner.state.names.titled(said, cards)
    words = scanner.clause.raw(scanner.state, start, end)
    if not found:
        raise AskBackError("no_title", said=words)
    ids = tuple(card.id for card in found)
    if not sure:
        raise AskBackError(
            "nearly",
            written_out(scanner, "card", ids, start, end),
            said=words,
            names=listed(scanner.state, "card", ids),
        )
    return one_of(scanner, "card", ids, start, end)


def _place(scanner: "Scanner", at: int, stop: int) -> tuple[tuple[str, ...], int] | None:
    """Read `in Use` after a title, where it is not where the card goes."""
    role = scanner.state.lexicon.roles.find(scanner.low[:stop], at) if at < stop else None
    if role is None or role[0] not in ("in", "of", "from") or scanner.clause.action in ("move", "put"):
        return None
    item = scanner.stage_at(role[1] + (role[1] < stop and scanner.low[role[1]] in ("the", "la", "el")), stop)
    return None if item is None else (item.value, item.end)


def read_quote(scanner: "Scanner", item: Item) -> Item:
    """Return the card that a quoted string in the place of a card names.

    Raises:
        AskBackError: several cards fit, or none.
    """
    return _found(scanner, words_of(str(item.value)), None, item.start, item.end, len(scanner.tokens))


def read_words(scanner: "Scanner", item: Item) -> Item:
    """Return the card that bare words in the place of a card name; they must be sure.

    Raises:
        AskBackError: several cards fit, or none.
    """
    said = [word for word in item.value if word[:1].isalnum()]
    found, sure = scanner.state.names.titled(said, scanner.state.journey.cards)
    if (
        len(found) == 1
        and sure
        and sum(word not in stopwords() for word in said) < 2
        and words_of(found[0].title) != said
    ):
        ids = (found[0].id,)
        names = listed(scanner.state, "card", ids)
        choices = written_out(scanner, "card", ids, item.start, item.end)
        raise AskBackError(
            "nearly", choices, said=scanner.clause.raw(scanner.state, item.start, item.end), names=names
        )
    return _found(scanner, said, None, item.start, item.end, item.end)
