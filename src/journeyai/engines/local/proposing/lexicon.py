"""The words people ask for changes with (`knowledge/taxonomy/requests.yaml`): verbs with their forms, and phrases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.knowledge.words import words
from journeyai.model.vocabulary import EMOTIONS, LANES

Phrase = tuple[str, ...]

_LANGUAGES: Final = ("en", "es")
_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "ar": ("ar", "a", "ad", "as", "e", "en", "es", "emos", "eis", "ara", "aras", "aran"),
    "er": ("er", "e", "ed", "es", "a", "an", "as", "amos", "ais", "iera", "ieras"),
    "ir": ("ir", "e", "id", "es", "i", "a", "an", "as", "amos", "ais", "iera", "ieras"),
}
#: (gerund, participle) of each conjugation, without the ending of gender and number.
_ADVERBS: Final[Mapping[str, tuple[str, str]]] = {
    "ar": ("ando", "ad"),
    "er": ("iendo", "id"),
    "ir": ("iendo", "id"),
}
_CLITICS: Final = (
    "lo",
    "la",
    "los",
    "las",
    "le",
    "les",
    "me",
    "melo",
    "mela",
    "melos",
    "melas",
    "nos",
    "selo",
    "sela",
    "se",
)
#: Objects that a clitic stands for: one thing, or several.
CLITIC_ONE: Final = ("lo", "la")
CLITIC_MANY: Final = ("los", "las")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a verb.

    Attributes:
        action: key of `verbs`, or of `elsewhere` with `!` before it.
        language: `en` or `es`.
        mood: `order` (also infinitives and what is said politely), `doing` (gerund) or `done` (participle).
        clitic: the pronoun at its end; empty when there is none.
    """

    action: str
    language: str
    mood: str = "order"
    clitic: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Phrases and what they mean; the longest one wins."""

    meanings: Mapping[Phrase, Any]
    longest: int

    def find(self, words: list[str], start: int) -> tuple[Any, int] | None:
        """Return what the longest phrase at *start* means and where it ends."""
        for size in range(min(self.longest, len(words) - start), 0, -1):
            key = tuple(words[start : start + size])
            if key in self.meanings:
                return self.meanings[key], start + size
        return None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables; the names are those of the file."""

    verbs: Table
    doubtful: frozenset[str]
    openers: Table
    filler: Mapping[str, Table]
    roles: Table
    nouns: Table
    beyond: Table
    lanes: Table
    emotions: Table
    severity: Table
    statuses: Table
    filters: Table
    quantifiers: Table
    pronouns: Table
    ordinals: Table
    numbers: Table
    places: Table
    negations: Table
    questions: Table
    thinking: Table
    reporting: Table
    corrections: Table
    declared: Table
    passive: Table
    must: Table
    scope: Table
    states: Table
    plurals: frozenset[Phrase]
    spanish: frozenset[str]
    english: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Return the words of both languages.

    Raises:
        ResourceError: a file of `knowledge/taxonomy` is missing or cannot be read.
    """
    told = read_taxonomy("requests")
    scope = dict(told["scope"])
    states = scope.pop("state")
    plurals = {phrase(words(code).lane(lane)) for code in _LANGUAGES for lane in LANES}
    plurals |= {phrase(text) for texts in told["lanes"].values() for text in texts if text.endswith("s")}
    return Lexicon(
        verbs=_table(_verb_forms(told)),
        doubtful=frozenset(told["doubtful"]),
        openers=_flat(told["openers"]),
        filler={code: _flat(texts) for code, texts in told["filler"].items()},
        lanes=_table({**_keyed(told["lanes"]), **_own("lane", LANES)}),
        emotions=_table({**_keyed(told["emotions"]), **_own("emotion", EMOTIONS)}),
        quantifiers=_flat(told["quantifiers"]),
        beyond=_flat(told["beyond"]),
        negations=_flat(told["negations"]),
        questions=_flat(told["questions"]),
        thinking=_flat(told["thinking"]),
        reporting=_flat(told["reporting"]),
        corrections=_flat(told["corrections"]),
        passive=_flat(told["passive"]),
        must=_flat(told["must"]),
        numbers=_table({phrase(text): value for text, value in told["numbers"].items()}),
        scope=_table(_keyed(scope)),
        states=_table(_keyed(states)),
        pronouns=_table({**_keyed(told["pronouns"]), **_generic(told["generic"])}),
        plurals=frozenset(plurals),
        spanish=frozenset(told["spanish"]),
        english=frozenset(told["english"]),
        **{
            name: _table(_keyed(told[name]))
            for name in (
                "roles",
                "nouns",
                "severity",
                "statuses",
                "filters",
                "ordinals",
                "places",
                "declared",
            )
        },
    )


def phrase(text: str) -> Phrase:
    """Return the words of *text* as tables hold them; `'s` is one word, as it is behind another."""
    from journeyai.engines.local.proposing.tokens import tokens

    if text.startswith("'s"):
        return phrase(f"x{text}")[1:]
    return tuple(token.low for token in tokens(text))


def _verb_forms(told: Mapping[str, Any]) -> dict[Phrase, Form]:
    forms: dict[Phrase, Form] = {}
    for action, ways in told["verbs"].items():
        for base in ways.get("en", ()):
            for text, mood in _english(base, told["irregular"]):
                forms.setdefault(phrase(text), Form(action, "en", mood))
        for kind in ("ar", "er", "ir"):
            for stem in ways.get(kind, ()):
                for form in _spanish(action, stem, kind):
                    forms.setdefault((form[0],), form[1])
        for text in ways.get("forms", ()):
            key = phrase(text)
            clitic = next(
                (end for end in ("las", "los", "les", "la", "lo", "le") if _ends_in(key[0], end)), ""
            )
            forms.setdefault(key, Form(action, "es", "order", clitic))
    for where, texts in told["elsewhere"].items():
        for text in texts:
            forms.setdefault(phrase(text), Form(f"!{where}", "en"))
    return forms


def _ends_in(word: str, clitic: str) -> bool:
    return (len(word) > len(clitic) + 2 and word.endswith(clitic) and not word.endswith(("ala", "ola"))) or (
        word.endswith(clitic) and len(word) > len(clitic) + 3
    )


def _english(base: str, irregular: Mapping[str, list[str]]) -> Iterable[tuple[str, str]]:
    verb, _, rest = base.partition(" ")
    tail = f" {rest}" if rest else ""
    yield base, "order"
    if verb in irregular:
        doing, done = irregular[verb]
    elif verb.endswith("e"):
        doing, done = f"{verb[:-1]}ing", f"{verb}d"
    else:
        doing, done = f"{verb}ing", f"{verb}ed"
    yield doing + tail, "doing"
    if done != verb:
        yield done + tail, "done"


def _spanish(action: str, stem: str, kind: str) -> Iterable[tuple[str, Form]]:
    for ending in _ENDINGS[kind]:
        word = _joined(stem, ending, kind)
        yield word, Form(action, "es")
        for clitic in _CLITICS:
            yield word + clitic, Form(action, "es", "order", clitic)
    doing, done = _ADVERBS[kind]
    yield stem + doing, Form(action, "es", "doing")
    for clitic in _CLITICS:
        yield stem + doing + clitic, Form(action, "es", "doing", clitic)
    for gender in ("o", "a", "os", "as"):
        yield stem + done + gender, Form(action, "es", "done")


def _joined(stem: str, ending: str, kind: str) -> str:
    """Return stem and ending in Spanish spelling: `marque`, `agregue`, `enlace`, `proteja`."""
    if kind == "ar" and ending[0] == "e":
        if stem.endswith("c"):
            return f"{stem[:-1]}qu{ending}"
        if stem.endswith("g"):
            return f"{stem}u{ending}"
        if stem.endswith("z"):
            return f"{stem[:-1]}c{ending}"
    if kind != "ar" and ending[0] == "a":
        if stem.endswith("g"):
            return f"{stem[:-1]}j{ending}"
        if stem.endswith("c"):
            return f"{stem[:-1]}zc{ending}"
    return stem + ending


def _own(section: str, keys: Iterable[str]) -> dict[Phrase, str]:
    found: dict[Phrase, str] = {}
    for key in keys:
        found[phrase(key)] = key
        for code in _LANGUAGES:
            said = words(code).table[f"{section}s"][key]
            for text in said.values() if isinstance(said, dict) else [said]:
                found[phrase(text)] = key
    return found


def _generic(told: Mapping[str, list[str]]) -> dict[Phrase, str]:
    """Return `that complaint`, `esas quejas`: a word that points and a noun that says nothing more."""
    return {
        phrase(f"{pointer} {noun}"): number
        for number in ("one", "many")
        for pointer in told[f"point_{number}"]
        for noun in told[number]
    }


def _keyed(texts: Mapping[Any, Iterable[str]]) -> dict[Phrase, Any]:
    return {phrase(str(text)): key for key, values in texts.items() for text in values}


def _flat(texts: Iterable[str]) -> Table:
    return _table({phrase(str(text)): True for text in texts})


def _table(meanings: Mapping[Phrase, Any]) -> Table:
    kept = {key: meaning for key, meaning in meanings.items() if key}
    return Table(kept, max(map(len, kept), default=1))


def folded(text: str) -> str:
    """Return *text* folded, with one kind of apostrophe."""
    return fold(text).replace("’", "'")
