"""Where new words begin and end that stand in no quotation marks, and what is none."""

from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import State

PROPERTIES: Final = ("title", "name", "detail", "owner", "goal", "scope", "focus", "state")


_PROPERTIES_TOO: Final = (*PROPERTIES, "severity", "emotion", "lane")


COPULA: Final = frozenset(
    {
        "is",
        "es",
        "be",
        "should",
        "debe",
        "sea",
        "ser",
        "con",
        "with",
        "to",
        "now",
        "on",
        "será",
        "sera",
        "que",
        "deberia",
    }
)


#: New words that only say that there should be new ones.
VAGUE: Final = frozenset(
    {
        "otro",
        "otra",
        "another",
        "other",
        "new",
        "nuevo",
        "nueva",
        "better",
        "mejor",
        "mas",
        "more",
        "a",
        "an",
        "un",
        "una",
        "different",
        "distinto",
        "distinta",
        "nicer",
        "clearer",
        "shorter",
        "corto",
        "claro",
        "one",
        "name",
        "nombre",
        "title",
        "titulo",
        "something",
    }
)


EMPTY: Final = frozenset(
    {
        "nothing",
        "none",
        "nobody",
        "empty",
        "blank",
        "nada",
        "nadie",
        "vacio",
        "ninguno",
        "ninguna",
        "no",
        "blanco",
    }
)


#: With these another name is given: `… and the second one is called Owners`.
NAMING: Final = frozenset({"called", "named", "llama", "llaman", "llamara", "llame"})
TAILS: Final = (
    (",", "please"),
    ("please",),
    (",", "por", "favor"),
    ("por", "favor"),
    (",", "porfa"),
    ("porfa",),
    (",", "thanks"),
    ("thanks",),
    (",", "gracias"),
    ("gracias",),
    ("instead",),
    (",", "thank", "you"),
    ("pls",),
    ("plz",),
    ("from", "now", "on"),
    (",", "from", "now", "on"),
    ("from", "here", "on"),
    ("insted",),
    ("for", "good"),
    ("a", "partir", "de", "ahora"),
    (",", "a", "partir", "de", "ahora"),
    ("desde", "ahora"),
    ("de", "ahora", "en", "adelante"),
    ("de", "aqui", "en", "adelante"),
    (",", "che"),
    (",", "po"),
    (",", "wey"),
    (",", "mate"),
    (",", "vale"),
    ("porfis",),
    (",", "pls"),
)


def goes_on(low: list[str]) -> bool:
    """Whether unquoted words may hold another change: an id stands in them."""
    return any(word[:1] in "cep" and word[1:].isdigit() for word in low[1:])


def asks_more(low: list[str], state: State) -> bool:
    """Whether unquoted words may hold another change: `… and the title is Leaving`, `… y termina con …`."""
    for at in range(1, len(low) - 1):
        if low[at] not in ("and", "y", "e", "but", "pero"):
            continue
        begin = at + 1
        while begin < len(low) - 1 and low[begin] in ("the", "el", "la", "its", "su", "that", "que"):
            begin += 1
        noun = state.lexicon.nouns.find(low, begin)
        if state.lexicon.scope.find(low, begin) or (noun and begin > at + 1 and noun[0] in _PROPERTIES_TOO):
            return True
    return False


def remarks(low: list[str]) -> bool:
    """Whether a remark follows that is rather no part of the new words: `…, que así no se entiende`."""
    return any(
        low[at] == ","
        and low[at + 1]
        in (
            "que",
            "porque",
            "so",
            "as",
            "it",
            "that",
            "they",
            "we",
            "hasta",
            "pues",
            "ya",
            "i",
            "which",
            "its",
            "it's",
            "para",
            "con",
            "y",
            "and",
        )
        for at in range(1, len(low) - 1)
    )


def corrects(low: list[str]) -> bool:
    """Whether `…, no, to Paying` follows."""
    signs = ("-", "–", "—", ",")
    return any(
        low[at - 1] in signs and low[at] in ("no", "sorry", "wait", "perdon", "espera", "not", "oops")
        for at in range(1, len(low))
    )


def lows_in(text: str) -> list[str]:
    """Return the folded tokens of a string."""
    from journeyai.engines.local.proposing.tokens import tokens

    return [token.low for token in tokens(text)]


def state_of(text: str, state: State) -> str:
    """Return `current` or `future`, as *text* says.

    Raises:
        AskBackError: it says neither.
    """
    words = lows_in(text)
    for at in range(len(words)):
        if found := state.lexicon.states.find(words, at):
            return str(found[0])
    raise AskBackError("which_state")
