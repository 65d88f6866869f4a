"""The sentences the chat speaks, in the language of the study: `knowledge/talk/*.yaml`, a file a theme.

Each file has a section a language (`en`, `es`) with the same keys and `{placeholders}`; a test holds them to it.
A key that counts has the forms `one` and `other` and the placeholder `{n}`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from journeyai.knowledge.taxonomy import read_yaml

FALLBACK: Final = "en"


@dataclass(frozen=True, slots=True)
class Talk:
    """The sentences of one theme in one language.

    Attributes:
        language: of the sentences (`en` when the wanted one is not there).
        phrases: key → sentence, or its forms `one` and `other`.
    """

    language: str
    phrases: dict[str, Any]

    def say(self, key: str, /, **values: object) -> str:
        """Return the sentence *key* with *values* put in; `n` chooses its form."""
        phrase = self.phrases[key]
        if isinstance(phrase, dict):
            phrase = phrase["one" if values.get("n") == 1 else "other"]
        return str(phrase).format(**values)


@cache
def talk(theme: str, language: str) -> Talk:
    """Return the sentences of *theme* in *language* (ISO 639-1), or the English ones.

    Raises:
        ResourceError: `knowledge/talk/THEME.yaml` is missing or cannot be read.
    """
    table = read_yaml(f"talk/{theme}.yaml")
    code = language if language in table else FALLBACK
    return Talk(code, table[code])
