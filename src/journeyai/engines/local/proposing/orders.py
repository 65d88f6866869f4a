"""What gives an order in a row of words, with a slip of the fingers too; and where only a reason follows."""

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import OSA

from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.lexicon import Form
from journeyai.engines.local.proposing.lexicon import lexicon as words_of_requests
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.tokens import Token

_BECAUSE: Final = (
    ("because",),
    ("since",),
    ("porque",),
    ("ya", "que"),
    ("puesto", "que"),
    (",", "que"),
    (",", "as"),
    (",", "it", "is"),
    (",", "it's"),
    (",", "they"),
    (",", "i'm"),
    (",", "i"),
    (",", "that's"),
    ("so", "that", "we"),
    (",", "pues"),
    (",", "es"),
    ("para", "que", "no"),
    (",", "así"),
    (",", "there"),
    (",", "we"),
)


def order_at(low: list[str], at: int, state: State) -> tuple[Form, int] | None:
    """Return the verb form that gives an order at *at*."""
    found = state.lexicon.verbs.find(low, at)
    if found is None or found[0].mood == "done":
        return None
    return found


def safe_order(body: Sequence[Token], low: list[str], at: int, state: State) -> tuple[Form, int] | None:
    """Return the order at *at*, but not a word that is rather something else there."""
    found = order_at(low, at, state)
    if found is None or at >= len(low):
        return found
    if low[at] in state.lexicon.doubtful or found[0].mood == "doing":
        form, end = found
        after = end
        while after < len(low) and low[after] in (
            "the",
            "la",
            "el",
            "las",
            "los",
            "a",
            "card",
            "cards",
            "tarjeta",
        ):
            after += 1
        if form.clitic and len(low[at]) > 4:
            return found
        if after < len(low) and (
            is_id(low, after)
            or body[after].quoted
            or low[after] in ("it", "them", "this", "that", "these", "stage", "etapa", "both")
        ):
            return found
        return None
    return found


def is_id(low: Sequence[str], at: int) -> bool:
    """Whether an id, or a number behind another word, stands at *at*."""
    word = low[at]
    return (word[:1] in "ceps" and word[1:].isdigit()) or (word.isdigit() and at > 0)


def names_part(rest: Sequence[Token], state: State, language: str | None) -> bool:
    """Whether *rest* names something that a verb could be done to."""
    items = Scanner(Clause("merge", language or "en", tuple(rest)), state).items()
    return any(item.kind in ("card", "stage", "persona", "evidence", "speaker", "quote") for item in items)


def surely(low: list[str], end: int) -> bool:
    """Whether a doubtful word at a sentence's beginning is a verb: something that it can be done to follows."""
    rest = low[end:]
    return bool(rest) and (
        any(is_id(rest, at) for at in range(len(rest)))
        or any(
            word
            in (
                "card",
                "cards",
                "stage",
                "stages",
                "tarjeta",
                "tarjetas",
                "etapa",
                "etapas",
                "it",
                "them",
                "persona",
                "all",
                "every",
                "todas",
                "map",
                "mapa",
                "\0",
                "severity",
                "gravedad",
                "the",
                "la",
                "los",
                "las",
                "el",
                "a",
            )
            for word in rest
        )
    )


def reason_at(low: list[str]) -> int | None:
    """Return where only a reason follows."""
    for at in range(1, len(low)):
        for opening in _BECAUSE:
            if tuple(low[at : at + len(opening)]) == opening and not any(
                is_id(low, later) for later in range(at, len(low))
            ):
                return at
    return None


def language_of(low: Sequence[str]) -> str | None:
    """Return the language of a clause by its small words; None when they do not tell."""
    spanish = sum(word in words_of_requests().spanish for word in low)
    english = sum(word in words_of_requests().english for word in low)
    return None if spanish == english else "es" if spanish > english else "en"


def mistyped(low: list[str], at: int, state: State) -> tuple[Form, int] | None:
    """Return the only verb that a word may be with a slip of the fingers; a name is no slip (Marta, `marca`)."""
    if at >= len(low) or not low[at].isalpha() or len(low[at]) < 4 or len(low[at]) > 20:
        return None
    word, lexicon = low[at], state.lexicon
    if (
        word in state.names.people_words
        or lexicon.nouns.find(low, at)
        or lexicon.questions.find(low, at)
        or lexicon.lanes.find(low, at)
        or lexicon.openers.find(low, at)
    ):
        return None
    slips = 1 if len(word) < 8 else 2
    found: dict[str, Form] = {}
    for key, form in lexicon.verbs.meanings.items():
        if (
            len(key) != 1
            or form.mood != "order"
            or key[0][0] != word[0]
            or abs(len(key[0]) - len(word)) > slips
        ):
            continue
        # Of short words only two letters changed about are surely a slip.
        swapped = len(key[0]) == len(word) and sorted(key[0]) == sorted(word)
        if min(len(word), len(key[0])) < 5 and not swapped:
            continue
        if OSA.distance(word, key[0], score_cutoff=slips) <= slips:
            found[form.action] = form
    return (next(iter(found.values())), at + 1) if len(found) == 1 else None
