"""Which language something is written in.

Short texts are often undecidable ("ok", "3"), so an utterance keeps its document's language unless it is
long enough and clearly in another one, and a document too short to tell says `und`.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The only languages considered: with all 97 of the model, every fifth short line went wrong
#: (24 of 30 short lines right, 28 of 30 with few languages).
LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "it", "ca", "nl")
UNKNOWN: Final = "und"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTER = re.compile(r"[^\W\d_]")
#: A letter outside the Latin script.
_OTHER_SCRIPT = re.compile("[^\\W\\d_\x20-\u024f\u1e00-\u1eff]")
#: Least share of belief for a text of five words or more, and for a shorter one.
_SURE = 0.6
_SURE_WHEN_SHORT = 0.9
#: Least share of belief, and words, for an utterance to leave its document's language.
_SURE_OF_OTHER = 0.97
_ENOUGH_WORDS = 5


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the language of *text*, or `und` if it cannot be told."""
    words = len(_WORD.findall(text))
    if not words:
        return UNKNOWN
    code, belief = _classify(text)
    return code if belief >= (_SURE if words >= _ENOUGH_WORDS else _SURE_WHEN_SHORT) else UNKNOWN


def detect_utterance(text: str, main: str) -> str:
    """Return the language of one utterance in a document whose language is *main*."""
    if text.count(" ") < _ENOUGH_WORDS - 1 or len(_WORD.findall(text)) < _ENOUGH_WORDS:
        return main
    code, belief = _classify(text)
    if code == main or belief < _SURE_OF_OTHER:
        return main
    return code


def most_common(codes: "Sequence[str]") -> str:
    """Return the code that occurs most often, of equals the first in the alphabet; `und` for none."""
    return max(sorted(set(codes)), key=codes.count, default=UNKNOWN)


def in_latin_script(text: str) -> bool:
    """Return whether at least half of the letters of *text* are Latin."""
    others = len(_OTHER_SCRIPT.findall(text))
    return not others or others * 2 <= len(_LETTER.findall(text))


@lru_cache(maxsize=4096)
def _classify(text: str) -> tuple[str, float]:
    # The model knows only the Latin script and would still give an answer.
    if not in_latin_script(text):
        return UNKNOWN, 1.0
    code, belief = _identifier().classify(text)
    return str(code), float(belief)


@cache
def _identifier() -> Any:
    """Load the model once (0.8 s); a call then takes 20 µs for a sentence."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
