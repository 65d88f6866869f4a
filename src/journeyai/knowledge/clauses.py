"""Words that tell whether a run of words is a clause that stands by itself, in English and Spanish."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy

#: Spanish endings that are a verb's whatever the verb: llegó, pagué, esperaban, tendría, cobraron.  Accents count here.
_SPANISH_ENDINGS: Final = (
    r"[^\W\d_]{2,}(?:ó|é|í|aba|aban|ábamos|ía|ían|íamos|aron|ieron|amos|imos|aste|iste|ará|arán|erá|irá)"
)
#: An English past: refunded, cancelled.
_ENGLISH_ENDINGS: Final = r"[^\W\d_]{2,}[^\W\d_e]ed"


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """Compiled word lists; each pattern is matched at the start of folded text unless said otherwise.

    Attributes:
        verb: finite verbs, searched anywhere in text in lower case, accents kept or left out.
        subordinate: opens a clause that hangs on another one.
        conditional: opens a clause without which its neighbour says something else.
        pointing: points at something said before.
        unfinished: what nothing ends with; matched at the end.
        aside: somebody tells who they are, or speaks to the listener.
        moment: tells when it was.
        filler: an empty word between commas; searched anywhere.
        wish: a wish of the speaker's own is told; searched anywhere.
        framing: said before a claim that stands without it, with the blanks and marks after it.
        closing: the same behind a claim, with what stands before it; matched at the end.
    """

    verb: re.Pattern[str]
    subordinate: re.Pattern[str]
    conditional: re.Pattern[str]
    pointing: re.Pattern[str]
    unfinished: re.Pattern[str]
    aside: re.Pattern[str]
    moment: re.Pattern[str]
    filler: re.Pattern[str]
    wish: re.Pattern[str]
    framing: re.Pattern[str]
    closing: re.Pattern[str]

    def has_verb(self, text: str) -> bool:
        """Whether a finite verb stands in *text*, as far as the lists know."""
        return bool(self.verb.search(text.lower().replace("’", "'")) or self.verb.search(plain(text)))


@cache
def load_clause_words() -> ClauseWords:
    """Read `knowledge/taxonomy/clauses.yaml`.

    Raises:
        ResourceError: it is missing or cannot be read.
    """
    raw = read_taxonomy("clauses")
    verbs = [word for word in _listed(raw["verbs"]) if not word.startswith("'")]
    clitics = [word for word in _listed(raw["verbs"]) if word.startswith("'")]
    return ClauseWords(
        verb=re.compile(
            rf"(?<![\w'])(?:{_either(verbs)}|{_SPANISH_ENDINGS}|{_ENGLISH_ENDINGS})(?!\w)|(?:{_either(clitics)}|n't)\b"
        ),
        subordinate=_first_words(_listed(raw["subordinate"])),
        conditional=_first_words(_listed(raw["conditional"])),
        pointing=_first_words(_listed(raw["pointing"])),
        unfinished=re.compile(rf"(?<![\w'])(?:{_either(_listed(raw['unfinished']))})\W*$"),
        aside=re.compile(rf"(?:{_either([*raw['aside']['en'], *raw['aside']['es']])})"),
        moment=re.compile(rf"[\W_]*(?:{_either(raw['moment'])})\b"),
        filler=re.compile(rf",\s*(?:{_either(raw['filler'])})\s*,"),
        wish=re.compile(rf"(?<!\w)(?<!you )(?:{_either(raw['wish'])})(?!\w)"),
        framing=re.compile(rf"[\W_]*(?:{_either(raw['framing'])})\b[\s,:;.…–-]*"),
        closing=re.compile(rf"[\s,;:.…–-]+(?:{_either(raw['closing'])})[\s,;:.…!–-]*$"),
    )


def plain(text: str) -> str:
    """Return *text* folded, with straight apostrophes; as long as *text*."""
    return fold(text).replace("’", "'")


def _listed(by_language: dict[str, Any]) -> list[str]:
    return [word.replace("_", " ") for words in by_language.values() for word in words.split()]


def _first_words(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"[\W_]*(?:{_either(words)})(?![\w'])")


def _either(words: Iterable[str]) -> str:
    """Return an expression for any of *words*, longest first; a final `*` is any ending, a blank any run of blanks."""
    found = sorted({plain(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in found)
