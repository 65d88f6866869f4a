"""Sentences that begin with what is changed: `c3 should be a need`, `c3 and c7: merge them`, `c12 emotion: relief`."""

from typing import Final

from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.lexicon import CLITIC_MANY, CLITIC_ONE, Lexicon, Table
from journeyai.engines.local.proposing.orders import reason_at
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.tokens import Token, lows

_LABELLED: Final = frozenset(
    {"severity", "emotion", "lane", "owner", "title", "name", "detail", "goal", "focus"}
)


def labelled(low: list[str], start: int, state: State) -> bool:
    """Whether it reads `c12 emotion: relief`, `title of the map: …`, `the owner of c3 is Marta`."""
    for at in range(start, len(low)):
        found = state.lexicon.nouns.find(low, at)
        if low[at] in ("\0", ":", "is", "es") and not found:
            if low[at] == "\0":
                continue
            return False
        if found is None or found[0] not in _LABELLED:
            continue
        for later in range(found[1], len(low)):
            if low[later] in (":", "="):
                return True
            if found[0] in ("severity", "emotion") and (
                state.lexicon.severity.find(low, later) or state.lexicon.emotions.find(low, later)
            ):
                return True
            if low[later] in ("is", "es", "sera"):
                doubtful = {
                    "wrong",
                    "bad",
                    "missing",
                    "unknown",
                    "unclear",
                    "good",
                    "fine",
                    "right",
                    "mal",
                    "falsa",
                    "correcto",
                    "desconocido",
                    "funny",
                    "too",
                }
                sure = found[0] in (
                    "owner",
                    "goal",
                    "severity",
                    "emotion",
                    "focus",
                    "lane",
                ) and not doubtful & set(low[later + 1 : later + 2])
                return sure or low[later + 1 : later + 2] == ["\0"]
            if low[later : later + 2] in (
                ["should", "be"],
                ["must", "be"],
                ["deberia", "ser"],
                ["debe", "ser"],
                ["tiene", "que"],
            ):
                return True
        return False
    return False


def late_order(piece: list[Token], low: list[str], start: int, state: State, language: str) -> Clause | None:
    """Read a sentence that begins with what is changed: `c3 and c7: merge them`, `c3 should be a need`."""
    for at in range(start + 1, len(low)):
        found = _late_at(low, at, state)
        if found is None:
            continue
        action, begin, end, clitic = found
        before = tuple(piece[start:begin])
        if not _is_subject(before, state, language, action):
            continue
        rest = before + tuple(piece[end:])
        return Clause(
            action,
            language,
            rest,
            clitic,
            True,
            piece[start].start,
            piece[end - 1].end,
            None if action == "is" else reason_at(lows(rest)),
        )
    return None


def _late_at(low: list[str], at: int, state: State) -> tuple[str, int, int, str] | None:
    lexicon = state.lexicon
    scope = lexicon.scope.find(low, at)
    if scope:
        return f"scope_{scope[0]}", at, scope[1], ""
    for table in (lexicon.passive, lexicon.must):
        if (found := table.find(low, at)) and found[1] < len(low):
            verb = lexicon.verbs.find(low, found[1])
            if (
                verb
                and (verb[0].mood == "done") == (table is lexicon.passive)
                and not verb[0].action.startswith("!")
            ):
                return verb[0].action, at, verb[1], verb[0].clitic
    if declared := lexicon.declared.find(low, at):
        if declared[0] != "is":
            return f"{declared[0]}", at, declared[1], ""
        negated = low[at - 1] in ("no", "not")
        if _only_labels(low, declared[1], lexicon):
            return "is", at - negated, at - 1 if negated else declared[1], ""
        return None
    verb = lexicon.verbs.find(low, at)
    points_back = verb is not None and verb[0].clitic in (*CLITIC_ONE, *CLITIC_MANY, "le", "les")
    if verb and verb[0].mood == "order" and (points_back or low[at - 1] in (",", ":")):
        return verb[0].action, at, verb[1], verb[0].clitic
    if verb and verb[0].mood == "done" and low[at - 1] not in ("are", "is"):
        return verb[0].action, at, verb[1], ""
    return None


def _only_labels(low: list[str], at: int, lexicon: Lexicon) -> bool:
    """Whether what something is said to be is labels alone."""
    tables: tuple[Table, ...] = (lexicon.lanes, lexicon.emotions, lexicon.severity, lexicon.statuses)
    some = False
    while at < len(low):
        label = next((hit for table in tables if (hit := table.find(low, at))), None)
        filler = next((hit for code in ("en", "es") if (hit := lexicon.filler[code].find(low, at))), None)
        noun = lexicon.nouns.find(low, at)
        if label and (filler is None or label[1] >= filler[1]):
            some, at = True, label[1]
        elif filler:
            at = filler[1]
        elif noun and noun[0] in ("severity", "emotion", "card", "lane"):
            at = noun[1]
        elif (not low[at][:1].isalnum() and low[at] != "\0") or low[at] in (
            "not",
            "no",
            "but",
            "sino",
            "and",
            "y",
            "with",
            "con",
            "of",
            "de",
            "as",
            "como",
        ):
            at += 1
        else:
            return False
    return some


def _is_subject(before: tuple[Token, ...], state: State, language: str, action: str) -> bool:
    """Whether the words before a late verb name something and say nothing else."""
    clause = Clause(action, language, before)
    scanner = Scanner(clause, state)
    items = list(scanner.items())
    if any(item.kind in ("words", "not", "beyond") for item in items):
        return False
    words = {item.value for item in items if item.kind == "noun"}
    if action == "is" and words & {"title", "detail", "name", "goal", "owner", "focus", "scope"}:
        return False
    if action == "attach" and not any(item.kind in ("evidence", "found") for item in items):
        return False
    return any(
        item.kind in ("card", "stage", "persona", "evidence", "found", "quote", "speaker", "noun")
        for item in items
    )
