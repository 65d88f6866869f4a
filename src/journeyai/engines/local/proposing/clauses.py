"""A request in its parts: sentences, the changes a sentence asks for one after the other, and what it only remarks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import OSA

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.lexicon import CLITIC_MANY, CLITIC_ONE, Form, Lexicon
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.tokens import Token, lows, tokens

_STOPS: Final = frozenset({".", "!", "?", ";", "…"})
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
    }
)
_SIGNS: Final = frozenset({",", "!", "¡", "¿", "…", ".", ":", "—", "–", "-", ";", "(", ")"})
_BECAUSE: Final = (
    ("because",), ("since",), ("porque",), ("ya", "que"), ("puesto", "que"), (",", "que"), (",", "as"), (",", "it", "is"), (",", "it's"),
    (",", "they"), (",", "i'm"), (",", "i"), (",", "that's"), ("so", "that", "we"), (",", "pues"), (",", "es"), ("para", "que", "no"), (",", "así"),
    (",", "there"), (",", "we"),
)  # fmt: skip
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
        "not",
    }
)
#: Openers that ask politely, in the form of a question.
_POLITE: Final = frozenset({"can", "could", "would", "will", "puedes", "puede", "podes", "podrias", "podria", "podeis", "podemos", "me", "nos",
    "te", "le", "please", "mind", "importa", "importaria", "podriamos", "por", "porfa"})  # fmt: skip

Mood = Literal["order", "question", "remark"]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: a change that is asked for, or a remark.

    Attributes:
        clause: the change; for a remark its words, without an action.
        is_order: whether it asks for a change.
    """

    clause: Clause
    is_order: bool


def sentences(text: str) -> list[tuple[Token, ...]]:
    """Return the sentences of *text*, each with its final sign; a stop inside a number or a file's name ends none."""
    found: list[list[Token]] = [[]]
    all_tokens = tokens(text)
    for index, token in enumerate(all_tokens):
        if found[-1] and "\n" in text[found[-1][-1].end : token.start]:
            found.append([])
        found[-1].append(token)
        ends = index + 1 == len(all_tokens) or all_tokens[index + 1].start > token.end
        before = all_tokens[index - 1].low if index else ""
        if token.low in _STOPS and ends and not (token.low == "." and before in ("no", "nr", "num", "n")):
            found.append([])
    return [tuple(sentence) for sentence in found if any(token.low not in _SIGNS for token in sentence)]


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
    if (asked and not polite) or _is_question(low, start, state.lexicon, asked):
        if asked and start < len(low) and _order_at(low, start, state) and not polite:
            raise AskBackError("thinking")
        return
    body = [token for token in sentence if token.low not in ("?", "¿", "!", "¡")]
    pieces = _pieces(body, state)
    previous: Clause | None = None
    for index, piece in enumerate(pieces):
        part = _part(piece, state, previous, index > 0)
        previous = part.clause if part.is_order else previous
        yield part


def opened(low: Sequence[str], at: int, lexicon: Lexicon) -> int:
    """Return where what matters begins: after greetings, politeness and signs."""
    words = list(low)
    while at < len(words):
        if words[at] in _SIGNS:
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


def _order_at(low: list[str], at: int, state: State) -> tuple[Form, int] | None:
    """Return the verb form that gives an order at *at*."""
    found = state.lexicon.verbs.find(low, at)
    if found is None or found[0].mood == "done":
        return None
    return found


def _safe_order(body: Sequence[Token], low: list[str], at: int, state: State) -> tuple[Form, int] | None:
    """Return the order at *at*, but not a word that is rather something else there."""
    found = _order_at(low, at, state)
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
            _is_id(low, after)
            or body[after].quoted
            or low[after] in ("it", "them", "this", "that", "these", "stage", "etapa", "both")
        ):
            return found
        return None
    return found


def _is_id(low: Sequence[str], at: int) -> bool:
    word = low[at]
    return (word[:1] in "ceps" and word[1:].isdigit()) or (word.isdigit() and at > 0)


def _pieces(body: list[Token], state: State) -> list[list[Token]]:
    """Cut a sentence before each verb that follows a conjunction or a comma."""
    low = lows(body)
    cuts = [0]
    # What is split off is told in the same breath: `split c3: put e12 in a new card called …`.
    first = _order_at(low, opened(low, 0, state.lexicon), state)
    splits = first is not None and first[0].action == "split"
    named = _named_places(low, state)
    for at in range(1, len(low)):
        if at in named or at - 1 in named:
            continue
        if low[at - 1] not in _JOINS or (splits and low[at - 1] in (":", ",")):
            continue
        start = opened(low, at, state.lexicon)
        if start < len(low) and (
            _safe_order(body, low, start, state)
            or _declares(low, at, state)
            or _forbids(low, at)
            or _gap(body, low, at, state)
        ):
            begin = at - 1
            while begin > cuts[-1] and low[begin - 1] in _JOINS:
                begin -= 1
            if begin > cuts[-1]:
                cuts.append(at)
    pieces = [body[start:end] for start, end in zip(cuts, [*cuts[1:], len(body)], strict=True)]
    return [piece for piece in (_stripped(piece) for piece in pieces) if piece]


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
    if begin >= len(low) or not (_is_id(low, begin) or (low[begin].isdigit() and begin > at)):
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
        return not (after + 1 < len(low) and _is_id(low, after + 1))
    return False


_LEADS: Final = frozenset({"to", "as", "a", "al", "como", "into", "por", "is", "es", "en", "→", "->"})


def _part(piece: list[Token], state: State, previous: Clause | None, follows: bool) -> Part:
    low = lows(piece)
    start = opened(low, 0, state.lexicon)
    language = _language(low)
    found = _order_at(low, start, state) or _mistyped(low, start, state.lexicon)
    if start < len(low) and _negated(low, start, state):
        raise AskBackError("negated")
    if found and found[0].mood == "order" and low[start] in state.lexicon.doubtful:
        found = (
            found
            if _safe_order(piece, low, start, state)
            or _surely(low, found[1])
            or _names_part(piece[found[1] :], state, language)
            else None
        )
    if scope := state.lexicon.scope.find(low, start):
        clause = Clause(f"scope_{scope[0]}", language or "en", tuple(piece[scope[1] :]), start=piece[start].start)
        return Part(clause, True)
    if found:
        form, end = found
        return _order(form, piece[end:], language or form.language, piece[start], piece[end - 1], follows)
    if _labelled(low, start, state):
        language = language or "en"
        return Part(
            Clause(
                "set", language, tuple(piece[start:]), "", follows, piece[start].start, piece[start].start
            ),
            True,
        )
    if (late := _late(piece, low, start, state, language or "en")) is not None:
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
            _order_at(low, later, state) for later in range(at + 1, len(low))
        ):
            raise AskBackError("reported", said=word)
    return Part(Clause("", language or state.journey.language, tuple(piece[start:])), False)


def _labelled(low: list[str], start: int, state: State) -> bool:
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


_LABELLED: Final = frozenset(
    {"severity", "emotion", "lane", "owner", "title", "name", "detail", "goal", "focus"}
)


def _is_gap(low: list[str]) -> bool:
    begin = 0
    while begin < len(low) and low[begin] in ("the", "la", "el", "card", "tarjeta", "stage", "etapa"):
        begin += 1
    return begin < len(low) and (_is_id(low, begin) or low[begin].isdigit())


def _names_part(rest: Sequence[Token], state: State, language: str | None) -> bool:
    items = Scanner(Clause("merge", language or "en", tuple(rest)), state).items()
    return any(item.kind in ("card", "stage", "persona", "evidence", "speaker", "quote") for item in items)


def _surely(low: list[str], end: int) -> bool:
    """Whether a doubtful word at a sentence's beginning is a verb: something that it can be done to follows."""
    rest = low[end:]
    return bool(rest) and (
        any(_is_id(rest, at) for at in range(len(rest)))
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


def _order(
    form: Form, rest: Sequence[Token], language: str, first: Token, last: Token, follows: bool
) -> Part:
    low = lows(rest)
    return Part(
        Clause(form.action, language, tuple(rest), form.clitic, follows, first.start, last.end, _reason(low)),
        True,
    )


def _reason(low: list[str]) -> int | None:
    """Return where only a reason follows."""
    for at in range(1, len(low)):
        for opening in _BECAUSE:
            if tuple(low[at : at + len(opening)]) == opening and not any(
                _is_id(low, later) for later in range(at, len(low))
            ):
                return at
    return None


def _negated(low: list[str], start: int, state: State) -> bool:
    if low[start] in _NOT and not state.lexicon.filters.find(low, start):
        return True
    return low[start] == "do" and low[start + 1 : start + 2] == ["not"]


def _late(piece: list[Token], low: list[str], start: int, state: State, language: str) -> Clause | None:
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
            action, language, rest, clitic, True, piece[start].start, piece[end - 1].end, None if action == "is" else _reason(lows(rest))
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
    if verb and verb[0].mood == "order" and (verb[0].clitic or low[at - 1] in (",", ":")):
        if verb[0].clitic in (*CLITIC_ONE, *CLITIC_MANY, "le", "les") or low[at - 1] in (",", ":"):
            return verb[0].action, at, verb[1], verb[0].clitic
    if verb and verb[0].mood == "done" and low[at - 1] not in ("are", "is"):
        return verb[0].action, at, verb[1], ""
    return None


def _only_labels(low: list[str], at: int, lexicon: Lexicon) -> bool:
    """Whether what something is said to be is labels alone."""
    from journeyai.engines.local.proposing.lexicon import Table

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
        elif (
            not low[at][:1].isalnum()
            and low[at] != "\0"
            or low[at] in ("not", "no", "but", "sino", "and", "y", "with", "con", "of", "de", "as", "como")
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
    if action == "attach" and not any(item.kind in ("evidence", "found") for item in items):
        return False
    return any(
        item.kind in ("card", "stage", "persona", "evidence", "found", "quote", "speaker", "noun")
        for item in items
    )


def _language(low: Sequence[str]) -> str | None:
    """Return the language of a clause by its small words; None when they do not tell."""
    from journeyai.engines.local.proposing.lexicon import lexicon

    spanish = sum(word in lexicon().spanish for word in low)
    english = sum(word in lexicon().english for word in low)
    return None if spanish == english else "es" if spanish > english else "en"


def _mistyped(low: list[str], at: int, lexicon: Lexicon) -> tuple[Form, int] | None:
    """Return the only verb that a word may be with a slip of the fingers."""
    if at >= len(low) or not low[at].isalpha() or len(low[at]) < 4 or len(low[at]) > 20:
        return None
    word = low[at]
    if (
        lexicon.nouns.find(low, at)
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
