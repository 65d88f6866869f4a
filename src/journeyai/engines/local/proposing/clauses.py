"""A request in its parts: sentences, the changes a sentence asks for one after the other, and what it only remarks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError, ToldError
from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.lexicon import Form, Lexicon
from journeyai.engines.local.proposing.orders import (
    is_id,
    language_of,
    mistyped,
    names_part,
    order_at,
    reason_at,
    safe_order,
    surely,
)
from journeyai.engines.local.proposing.sentences import opened
from journeyai.engines.local.proposing.subjects import labelled, late_order
from journeyai.engines.local.proposing.tokens import Token, lows
from journeyai.engines.local.proposing.turning import Turned, turned
from journeyai.model.changes import Change

_JOINS: Final = frozenset(
    {
        ",",
        ";",
        "and",
        "then",
        "y",
        "e",
        "luego",
        "pero",
        "but",
        "—",
        "–",
        "-",
        ":",
        "plus",
        "despues",
        "&",
        "so",
        "whereas",
        "mientras",
    }
)
_NOT: Final = frozenset(
    {
        "not",
        "don't",
        "dont",
        "never",
        "no",
        "nunca",
        "jamas",
        "tampoco",
        "doesn't",
        "ni",
        "sin",
        "without",
        "avoid",
        "evita",
        "stop",
    }
)
#: Openers that ask politely, in the form of a question.
_POLITE: Final = frozenset(
    {
        "can",
        "could",
        "would",
        "will",
        "puedes",
        "puede",
        "podes",
        "podrias",
        "podria",
        "podeis",
        "podemos",
        "me",
        "nos",
        "te",
        "le",
        "please",
        "mind",
        "importa",
        "importaria",
        "podriamos",
        "por",
        "porfa",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: a change that is asked for, or a remark.

    Attributes:
        clause: the change; for a remark its words, without an action.
        is_order: whether it asks for a change.
        changes: what it asks for, where a turn of phrase has told; None where `clause` is still to be read.
        is_deemed: whether it only says that cards are right or wrong.
    """

    clause: Clause
    is_order: bool
    changes: tuple[Change, ...] | None = None
    is_deemed: bool = False


def parts(sentence: Sequence[Token], state: State) -> Iterator[Part]:
    """Yield what a sentence asks for and remarks, in order; nothing for a question.

    Raises:
        AskBackError: it only thinks about a change, forbids one, or reports somebody's words.
    """
    low = lows(sentence)
    asked = "?" in low or "¿" in low
    start = opened(low, 0, state.lexicon)
    polite = any(word in _POLITE for word in low[:start]) or _asks_you(low, start, state.lexicon)
    if state.lexicon.thinking.find(low, start) or _thinks(low, start, state.lexicon):
        if asked:
            return
        raise AskBackError("thinking")
    # `¿qué lleva Ana?` asks; `¿qué pasa si borro c3?` thinks of a change.
    if not polite and asks_by_accent(sentence, state) and not (asked and "si" in low):
        return
    if (asked and not polite) or _is_question(low, start, state.lexicon, asked):
        if asked and start < len(low) and order_at(low, start, state) and not polite:
            raise AskBackError("thinking")
        return
    body = [token for token in sentence if token.low not in ("?", "¿", "!", "¡")]
    yield from _read(body, state)


def _read(body: list[Token], state: State) -> Iterator[Part]:
    """Yield the parts of a sentence: turns of phrase, the longest first, and what verbs tell between them."""
    low = lows(body)
    strict = _cuts(body, state)
    named = _named_places(low, state)
    joins = sorted({at for at in range(1, len(low)) if low[at - 1] in _JOINS and at not in named} | {*strict})
    at, previous = 0, None
    while at < len(body):
        if (found := _turn(body, at, [*joins, len(body)], state)) is not None:
            if any(state.lexicon.reporting.find(low, before) for before in range(at)):
                raise AskBackError("reported", said=" ".join(low[:at]))
            part, at = found
            yield part
            continue
        end = next(cut for cut in [*strict, len(body)] if cut > at)
        for later in joins:
            if (
                at < later < end
                and not _lists(low, later)
                and _turn(body, later, [*joins, len(body)], state) is not None
            ):
                end = later
        if piece := _stripped(body[at:end]):
            part = _part(piece, state, previous, at > 0)
            if not part.is_order:
                _asks(piece, state)
            previous = part.clause if part.is_order else previous
            yield part
        at = end


def _lists(low: list[str], at: int) -> bool:
    """Whether ids stand on both sides of the conjunction before *at*: `c43 and c44` stay together."""
    return at > 1 and is_id(low, at) and is_id(low, at - 2)


def _turn(body: list[Token], at: int, ends: Sequence[int], state: State) -> tuple[Part, int] | None:
    """Return the longest turn of phrase at *at*, and where it ends."""
    for end in sorted(set(ends), reverse=True):
        if end <= at:
            break
        piece = _stripped(body[at:end])
        while piece and piece[0].low in _JOINS:
            piece = piece[1:]
        if not piece:
            continue
        language = language_of(lows(piece)) or state.journey.language
        begin = opened(lows(piece), 0, state.lexicon)
        found = _clear(piece, state, language) or (_clear(piece[begin:], state, language) if begin else None)
        if found is not None:
            clause = Clause("turn", language, tuple(piece), start=piece[0].start)
            return Part(clause, True, found.changes, found.is_deemed), end
    return None


def _clear(piece: Sequence[Token], state: State, language: str) -> Turned | None:
    """Return the turn of phrase that *piece* is; None also where it would have to be asked back.

    Raises:
        ToldError: it asks for what no change does.
    """
    try:
        return turned(piece, state, language) if piece else None
    except ToldError:
        raise
    except AskBackError:
        return None


def _asks(piece: list[Token], state: State) -> None:
    """Ask where *piece* is a turn of phrase of which something is not known.

    Raises:
        AskBackError: it is.
    """
    turned(piece, state, language_of(lows(piece)) or state.journey.language)


def asks_by_accent(sentence: Sequence[Token], state: State) -> bool:
    """Whether it begins with a Spanish word that asks: `qué pasa con c3` asks, `que pase c3 a Uso` orders."""
    first = next((token for token in sentence if token.low not in ("¿", "¡")), None)
    said = state.text[first.start : first.end].lower() if first else ""
    return said in ("qué", "cuál", "cuáles", "cómo", "dónde", "quién", "quiénes", "cuándo", "cuánto", "cuánta",
                    "cuántos", "cuántas")  # fmt: skip


def _is_question(low: list[str], start: int, lexicon: Lexicon, asked: bool) -> bool:
    found = lexicon.questions.find(low, start)
    if found is None:
        return False
    # `have c3 moved`, `resume` and the like are rare; `list`, `find` and the like ask the chat for something else.
    return asked or low[start] not in ("is", "are", "do", "has", "have", "did")


def _asks_you(low: list[str], start: int, lexicon: Lexicon) -> bool:
    """Whether a Spanish question asks somebody to do it: `¿borras la c3?`."""
    found = lexicon.verbs.find(low, start)
    return bool(
        found and found[0].language == "es" and low[start].endswith(("as", "es")) and found[0].mood == "order"
    )


def _thinks(low: list[str], start: int, lexicon: Lexicon) -> bool:
    """Whether a hedge stands before the first verb."""
    for at in range(start, min(len(low), start + 12)):
        if lexicon.verbs.find(low, at) and at > start:
            return False
        if low[at] in ("maybe", "perhaps", "quiza", "quizas", "might", "wonder", "wondering"):
            return True
    return False


def _cuts(body: list[Token], state: State) -> list[int]:
    """Return where a sentence is cut: before each verb that follows a conjunction or a comma."""
    low = lows(body)
    cuts = [0]
    # What is split off is told in the same breath: `split c3: put e12 in a new card called …`.
    first = order_at(low, opened(low, 0, state.lexicon), state)
    splits = first is not None and first[0].action == "split"
    named = _named_places(low, state)
    for at in range(1, len(low)):
        if at in named or at - 1 in named:
            continue
        if low[at - 1] not in _JOINS or (splits and low[at - 1] in (":", ",")):
            continue
        start = opened(low, at, state.lexicon)
        if start < len(low) and (
            safe_order(body, low, start, state)
            or _declares(low, at, state)
            or _forbids(low, at)
            or _gap(body, low, at, state)
        ):
            begin = at - 1
            while begin > cuts[-1] and low[begin - 1] in _JOINS:
                begin -= 1
            if begin > cuts[-1]:
                cuts.append(at)
    return cuts


def _named_places(low: list[str], state: State) -> set[int]:
    """Return the tokens inside names of stages and personas: `Delivery and set-up` is no two changes."""
    places: set[int] = set()
    for table in (state.names.stage_table(), state.names.persona_table()):
        for at in range(len(low)):
            if (found := table.find(low, at)) and found[1] > at + 1:
                places |= {*range(at, found[1])}
    return places


def _forbids(low: list[str], at: int) -> bool:
    """Whether `but don't delete c5` begins here."""
    return (
        low[at] in ("don't", "dont", "never", "nunca", "no")
        and at + 1 < len(low)
        and (low[at] != "no" or low[at - 1] in ("pero", "y", ","))
    )


def _stripped(piece: Sequence[Token]) -> list[Token]:
    kept = list(piece)
    while kept and kept[-1].low in _JOINS:
        kept.pop()
    while kept and kept[0].low in (",", ";", ":", "—", "–"):
        kept.pop(0)
    return kept


def _declares(low: list[str], at: int, state: State) -> bool:
    """Whether `the owner is …` begins here."""
    begin = at
    while begin < len(low) and low[begin] in ("the", "la", "el", "its", "su"):
        begin += 1
    noun = state.lexicon.nouns.find(low, begin)
    if noun is None or noun[0] not in ("owner", "severity", "emotion", "title", "goal", "detail", "name"):
        return False
    return noun[1] < len(low) and low[noun[1]] in ("is", "es", ":", "should", "debe", "sea", "=")


def _gap(body: Sequence[Token], low: list[str], at: int, state: State) -> bool:
    """Whether a change without its verb begins here: `(move c3 to Use) and c4 to Support`."""
    begin = at
    while begin < len(low) and low[begin] in ("the", "la", "el", "card", "tarjeta", "stage", "etapa"):
        begin += 1
    if begin >= len(low) or not (is_id(low, begin) or (low[begin].isdigit() and begin > at)):
        return False
    if low[begin].isdigit() and begin == at:
        return False
    after = begin + 1
    if after >= len(low) or low[after] not in (
        "to",
        "as",
        "a",
        "al",
        "como",
        "into",
        "por",
        "is",
        "es",
        "en",
        "severity",
        "→",
        "->",
    ):
        return False
    # The part before must be whole: it has its own preposition.
    before = low[:at]
    if any(word in _LEADS for word in before):
        return not (after + 1 < len(low) and is_id(low, after + 1))
    return False


_LEADS: Final = frozenset({"to", "as", "a", "al", "como", "into", "por", "is", "es", "en", "→", "->"})


def _part(piece: list[Token], state: State, previous: Clause | None, follows: bool) -> Part:
    low = lows(piece)
    start = opened(low, 0, state.lexicon)
    language = language_of(low)
    found = order_at(low, start, state) or mistyped(low, start, state)
    if start < len(low) and _negated(low, start, state):
        raise AskBackError("negated")
    if found and found[0].mood == "order" and low[start] in state.lexicon.doubtful:
        found = (
            found
            if safe_order(piece, low, start, state)
            or surely(low, found[1])
            or names_part(piece[found[1] :], state, language)
            else None
        )
    if scope := state.lexicon.scope.find(low, start):
        clause = Clause(
            f"scope_{scope[0]}", language or "en", tuple(piece[scope[1] :]), start=piece[start].start
        )
        return Part(clause, True)
    if found:
        form, end = found
        return _order(form, piece[end:], language or form.language, piece[start], piece[end - 1], follows)
    if labelled(low, start, state):
        language = language or "en"
        return Part(
            Clause(
                "set", language, tuple(piece[start:]), "", follows, piece[start].start, piece[start].start
            ),
            True,
        )
    if (late := late_order(piece, low, start, state, language or "en")) is not None:
        return Part(late, True)
    if previous is not None and _gap(piece, [*low], 0, state) is False and _is_gap(low):
        return Part(
            Clause(
                previous.action,
                language or previous.language,
                tuple(piece),
                start=piece[0].start,
                topic=False,
            ),
            True,
        )
    for at, word in enumerate(low):
        if state.lexicon.reporting.find(low, at) and any(
            order_at(low, later, state) for later in range(at + 1, len(low))
        ):
            raise AskBackError("reported", said=word)
    if _forbidden(low, state):
        raise AskBackError("negated")
    return Part(Clause("", language or state.journey.language, tuple(piece[start:])), False)


def _forbidden(low: list[str], state: State) -> bool:
    """Whether something is said of an id that should not be done to it: `c3 should not be deleted`."""
    if not any(is_id(low, at) for at in range(len(low))) or not _NOT & set(low):
        return False
    first = next(at for at, word in enumerate(low) if word in _NOT)
    asked = {"should", "want", "quiero", "deberia", "must", "debe", "queremos"} & set(low)
    verbs = (state.lexicon.verbs.find(low, at) for at in range(first, len(low)))
    return bool(asked) and any(verb is not None for verb in verbs)


def _is_gap(low: list[str]) -> bool:
    begin = 0
    while begin < len(low) and low[begin] in ("the", "la", "el", "card", "tarjeta", "stage", "etapa"):
        begin += 1
    return begin < len(low) and (is_id(low, begin) or low[begin].isdigit())


def _order(
    form: Form, rest: Sequence[Token], language: str, first: Token, last: Token, follows: bool
) -> Part:
    low = lows(rest)
    return Part(
        Clause(
            form.action, language, tuple(rest), form.clitic, follows, first.start, last.end, reason_at(low)
        ),
        True,
    )


def _negated(low: list[str], start: int, state: State) -> bool:
    if low[start] in _NOT and not state.lexicon.filters.find(low, start):
        return True
    return low[start] == "do" and low[start + 1 : start + 2] == ["not"]
