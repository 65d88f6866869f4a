"""A request in its sentences, and where what matters begins in one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from journeyai.engines.local.proposing.items import State
from journeyai.engines.local.proposing.lexicon import Lexicon
from journeyai.engines.local.proposing.orders import (
    safe_order,
)
from journeyai.engines.local.proposing.tokens import QUOTE, Token, lows, tokens
from journeyai.engines.local.proposing.turns import slang

_STOPS: Final = frozenset({".", "!", "?", ";", "…"})


SIGNS: Final = frozenset({",", "!", "¡", "¿", "…", ".", ":", "—", "–", "-", ";", "(", ")"})


def sentences(text: str, state: State) -> list[tuple[Token, ...]]:
    """Return the sentences of *text*, each with its final sign; a stop inside a number or a file's name ends none.

    A line break ends one only where an order begins on the next line.  A card's whole title is one token, as if it
    stood in quotation marks.
    """
    found: list[list[Token]] = [[]]
    all_tokens = _with_titles([_plain(token) for token in tokens(text)], state)
    low = lows(all_tokens)
    for index, token in enumerate(all_tokens):
        if found[-1] and "\n" in text[found[-1][-1].end : token.start]:
            is_asking = "¿" in lows(found[-1])
            if not is_asking and safe_order(all_tokens, low, opened(low, index, state.lexicon), state):
                found.append([])
        found[-1].append(token)
        ends = index + 1 == len(all_tokens) or all_tokens[index + 1].start > token.end
        before = all_tokens[index - 1].low if index else ""
        if token.low in _STOPS and ends and not (token.low == "." and before in ("no", "nr", "num", "n")):
            found.append([])
    return [tuple(sentence) for sentence in found if any(token.low not in SIGNS for token in sentence)]


def _plain(token: Token) -> Token:
    """Return *token* as it is written in full: `u` is `you`."""
    full = slang().get(token.low)
    return token if full is None else replace(token, low=full)


def _with_titles(row: list[Token], state: State) -> list[Token]:
    """Make one token of each whole title of a card of three words or more."""
    low = lows(row)
    kept: list[Token] = []
    at = 0
    while at < len(row):
        size = next(
            (
                n
                for n in state.names.title_sizes
                if at + n <= len(low) and state.names.is_title(low[at : at + n])
            ),
            0,
        )
        if size:
            kept.append(Token(QUOTE, row[at].start, row[at + size - 1].end, quoted=True))
        else:
            kept.append(row[at])
        at += size or 1
    return kept


def opened(low: Sequence[str], at: int, lexicon: Lexicon) -> int:
    """Return where what matters begins: after greetings, politeness and signs."""
    words = list(low)
    while at < len(words):
        if words[at] in SIGNS:
            at += 1
            continue
        found = lexicon.openers.find(words, at)
        if found is None:
            return at
        # `no, delete it` opens; `no borres` forbids.  `sí, bórrala` opens; `si la borras` thinks.
        if (
            words[at] in ("no", "si")
            and found[1] == at + 1
            and (at + 1 >= len(words) or words[at + 1] not in (",", ".", ":"))
        ):
            return at
        if found[1] >= len(words):
            return at
        at = found[1]
    return at
