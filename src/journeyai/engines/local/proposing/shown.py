"""What points back: at cards that were shown last, or at what the request has just spoken of."""

from typing import TYPE_CHECKING, Any

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.choosing import listed, written_out
from journeyai.engines.local.proposing.items import Item

if TYPE_CHECKING:
    from journeyai.engines.local.proposing.scanner import Scanner

_ARTICLES = frozenset({"the", "la", "las", "los", "el", "other", "others"})
_NOUNS = frozenset({"one", "ones", "card", "cards", "tarjeta", "tarjetas", "ficha", "fichas"})
_COUNTED = frozenset({"the", "all", "these", "those", "las", "los", "estas", "esas", "estos", "esos"})
_OTHERS = frozenset(
    {"other", "others", "otra", "otras", "otro", "otros", "rest", "demas", "resto", "remaining"}
)


def read_shown(scanner: "Scanner", at: int, stop: int) -> Item | None:
    """Read `it`, `them`, `these two`, `the first one`, `the other two`."""
    return (
        _others(scanner, at, stop)
        or _counted(scanner, at, stop)
        or _ordinal(scanner, at, stop)
        or _pronoun(scanner, at, stop)
    )


def _others(scanner: "Scanner", at: int, stop: int) -> Item | None:
    low = scanner.low
    begin = at + (low[at] in _ARTICLES and low[at] not in _OTHERS)
    if begin >= stop or low[begin] not in _OTHERS:
        return None
    if begin == at and low[begin] not in ("others", "otras", "otros"):
        return None
    end = begin + 1
    count = scanner.state.lexicon.numbers.find(low[:stop], end)
    if count and low[end] not in ("one", "una"):
        end = count[1]
    end += end < stop and low[end] in _NOUNS
    rest = tuple(id_ for id_ in scanner.state.last if id_ not in scanner.state.told)
    if not rest or (count and low[begin + 1] not in ("one", "una") and count[0] != len(rest)):
        raise AskBackError("which_shown", said=scanner.clause.raw(scanner.state, at, end))
    return Item("card", rest, at, end)


def read_middle(scanner: "Scanner", at: int, stop: int) -> Item | None:
    """Read `the middle one`, `la del medio`, of three cards."""
    words = tuple(scanner.low[at : min(stop, at + 3)])
    for way in (("the", "middle", "one"), ("la", "del", "medio"), ("la", "de", "enmedio"), ("the", "middle")):
        if words[: len(way)] == way and len(scanner.state.last) == 3:
            return Item("card", scanner.state.last[1:2], at, at + len(way))
    return None


def _counted(scanner: "Scanner", at: int, stop: int) -> Item | None:
    """Read `las dos primeras`, `all three`, `estas tres`: as many as were shown, or the first of them."""
    low, state = scanner.low, scanner.state
    if low[at] not in _COUNTED or at + 1 >= stop:
        return None
    count = state.lexicon.numbers.find(low[:stop], at + 1)
    if count is None or count[0] < 2 or len(state.last) < 2:
        return None
    size, end = int(count[0]), int(count[1])
    first = state.lexicon.ordinals.find(low[:stop], end) if end < stop else None
    if first is not None and first[0] in (1, -1):
        end = first[1]
        chosen = state.last[:size] if first[0] == 1 else state.last[-size:]
        fits = len(state.last) >= size
    else:
        chosen, fits = state.last, len(state.last) == size and state.spoken is None
    if end < stop and low[end] in ("stages", "etapas", "fases", "personas", "phases"):
        return None
    if not fits:
        return None
    end += end < stop and low[end] in _NOUNS
    return Item("card", tuple(chosen), at, end)


def _ordinal(scanner: "Scanner", at: int, stop: int) -> Item | None:
    low, state = scanner.low, scanner.state
    begin = at + (low[at] in _ARTICLES)
    found = state.lexicon.ordinals.find(low[:stop], begin) if begin < stop else None
    if found is None:
        return None
    place, end = found
    if end < stop and low[end] in ("stage", "etapa", "fase", "phase", "persona", "lane", "column"):
        return None
    if end < stop and low[end] in ("two", "dos", "three", "tres") and low[at] in ("the", "las", "los"):
        size = 2 if low[end] in ("two", "dos") else 3
        if abs(place) == 1 and len(state.last) >= size:
            return Item("card", state.last[:size] if place == 1 else state.last[-size:], at, end + 1)
        raise AskBackError("which_shown", said=scanner.clause.raw(state, at, end + 1))
    if low[begin] in ("final", "first", "primero") and begin == at:
        return None
    if end < stop and low[end] in ("place", "lugar", "position", "posicion"):
        return None
    end += end < stop and low[end] in _NOUNS
    if begin == at and end == found[1]:
        return None
    index = place - 1 if place > 0 else place
    if not -len(state.last) <= index < len(state.last):
        raise AskBackError("which_shown", said=scanner.clause.raw(state, at, end))
    return Item("card", (state.last[index],), at, end)


def _pronoun(scanner: "Scanner", at: int, stop: int) -> Item | None:
    found = scanner.state.lexicon.pronouns.find(scanner.low[:stop], at)
    if found is None:
        return None
    number, end = found
    if number == "two" and end < stop and scanner.state.lexicon.ordinals.find(scanner.low[:stop], end):
        return None
    # `esta etapa`, `this stage`, `that they …`: a determiner, or a conjunction.
    if end < stop and scanner.low[end] in ("stage", "etapa", "persona", "fase", "phase"):
        if scanner.state.spoken and scanner.state.spoken[0] in ("stage", "persona"):
            return Item(scanner.state.spoken[0], scanner.state.spoken[1], at, end + 1)
        raise AskBackError("which_shown", said=scanner.clause.raw(scanner.state, at, end + 1))
    single = end - at == 1
    if not single and scanner.low[end - 1] in _NOUNS and end < stop and not _stands_alone(scanner, end, stop):
        return None
    if single and number != "two" and end < stop and scanner.low[end] in _NEXT_IS_NAMED:
        return None
    return pointed_at(scanner, number, at, end)


def _stands_alone(scanner: "Scanner", at: int, stop: int) -> bool:
    """Whether `the card` is all: what follows does not tell which."""
    role = scanner.state.lexicon.roles.find(scanner.low[:stop], at)
    if scanner.tokens[at].quoted or scanner.is_id(at) or scanner.low[at].isdigit():
        return False
    return scanner.low[at] not in ("que", "that", "which") and (
        role is None or role[0] not in ("about", "of", "called")
    )


#: After these `esta` and the like only introduce what follows.
_NEXT_IS_NAMED = frozenset(
    {
        "que",
        "quote",
        "cita",
        "evidence",
        "evidencia",
        "title",
        "name",
        "journey",
        "map",
        "mapa",
        "viaje",
        "titulo",
        "nombre",
    }
)


def pointed_at(scanner: "Scanner", number: str, at: int, end: int) -> Item:
    """Return what a pronoun (`one`, `many` or `two`) stands for.

    Raises:
        AskBackError: nothing that was spoken of fits its number.
    """
    state = scanner.state
    if state.doubt is not None:
        raise state.doubt
    kind, ids = state.spoken or ("card", state.last)
    clause = scanner.clause
    said: Any = clause.raw(state, at, end) if end > at else state.text[clause.start : clause.verb_end]
    if number == "one" and len(ids) > 1:
        choices = written_out(scanner, kind, ids, at, end) if end > at else []
        raise AskBackError("which_of", choices, said=said, names=listed(state, kind, ids))
    if not ids or (number == "two" and len(ids) != 2):
        raise AskBackError("which_shown", said=said)
    return Item(kind, tuple(ids), at, end)
