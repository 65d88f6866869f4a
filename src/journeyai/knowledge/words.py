"""The fixed words of a map in its own language: lanes, emotions, channels, and the phrases around them.

Only these words are translated.  Titles and quotes come from the sources and stay as they are.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.vocabulary import Channel, Emotion, Headway, Judgement, Kind, Lane, MeasureKind, Role

#: Used for every language that `words.yaml` does not have.
FALLBACK: Final = "en"

_DECIMAL_COMMA: Final = frozenset({"es"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; a word that is missing is an error of ours, found by the tests.

    Attributes:
        language: ISO 639-1 code of the words themselves (`en` when the wanted language is not there).
        table: section → key → words, as in `knowledge/taxonomy/words.yaml`.
    """

    language: str
    table: dict[str, dict[str, Any]]

    def lane(self, lane: Lane, n: int = 2) -> str:
        """Return the name of *lane*, plural unless *n* is 1."""
        return self._form("lanes", lane, n)

    def emotion(self, emotion: Emotion) -> str:
        """Return the name of *emotion*."""
        return self._word("emotions", emotion)

    def channel(self, channel: Channel) -> str:
        """Return the name of *channel*."""
        return self._word("channels", channel)

    def role(self, role: Role, n: int = 1) -> str:
        """Return the name of *role*, singular unless *n* says otherwise."""
        return self._form("roles", role, n)

    def kind(self, kind: Kind, n: int = 1) -> str:
        """Return what a source of *kind* is called, without the number."""
        return self._form("kinds", kind, n)

    def measure(self, kind: MeasureKind) -> str:
        """Return the name of a measure."""
        return self._word("measures", kind)

    def status(self, status: str) -> str:
        """Return the word for what the reviewer did: `accepted`, `edited`, `rejected`, `locked`."""
        return self._word("statuses", status)

    def grade(self, grade: Judgement) -> str:
        """Return the word for how desirable, viable or feasible something is."""
        return self._word("grades", grade)

    def criterion(self, criterion: str) -> str:
        """Return what an opportunity is judged by: `desirable`, `viable`, `feasible`."""
        return self._word("criteria", criterion)

    def progress(self, headway: Headway) -> str:
        """Return the word for how far an opportunity has got."""
        return self._word("progress", headway)

    def name_of_language(self, code: str) -> str:
        """Return the name of the language *code*, or the code itself when it has no name here."""
        return str(self.table["languages"].get(code, code))

    def count(self, name: str, n: int) -> str:
        """Return *n* with its noun, such as `5 people`."""
        return self._form("counts", name, n).format(n=n)

    def phrase(self, name: str, /, **values: object) -> str:
        """Return the phrase *name* with *values* put in."""
        words = self._word("phrases", name)
        return words.format(**values) if values else words

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return *value* with *digits* decimals, written as the language writes them."""
        text = f"{value:.{digits}f}"
        if float(text) == 0:
            text = text.lstrip("-")
        text = text.replace("-", "−")
        return text.replace(".", ",") if self.language in _DECIMAL_COMMA else text

    def signed(self, value: float) -> str:
        """Return a feeling with its sign and one decimal: `+0.5`, `−1.2`, `0.0`."""
        text = self.decimal(value)
        return text if text.startswith("−") or not any(digit in text for digit in "123456789") else f"+{text}"

    def _word(self, section: str, key: str) -> str:
        return str(self.table[section][key])

    def _form(self, section: str, key: str, n: int) -> str:
        forms = cast("dict[str, str]", self.table[section][key])
        return forms["one" if n == 1 else "other"]


@cache
def words(language: str) -> Words:
    """Return the words of *language* (ISO 639-1), or the English ones when there are none.

    Raises:
        ResourceError: `words.yaml` is missing or cannot be read.
    """
    table = _table()
    code = language if language in table else FALLBACK
    return Words(code, table[code])


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    return read_taxonomy("words")
