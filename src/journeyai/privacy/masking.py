"""Hides personal data behind placeholders, `[PERSON_1]`, `[EMAIL_1]` …, and shows it again.

The same person, address or number has the same placeholder in every text that one `Masker` hides, so that a model can
still tell who is who.  A text that holds something like a placeholder of its own has that hidden, too: what a source
writes as `[PERSON_1]` can never be turned into somebody's name.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.privacy.finding import find
from journeyai.privacy.found import KINDS, Kind
from journeyai.privacy.people import is_label, name_words
from journeyai.settings import PrivacySettings

#: What hides a placeholder-like piece of a source.
_TEXT: Final = "TEXT"
_LABELS: Final = (*(kind.upper() for kind in KINDS), _TEXT)
_EITHER: Final = "|".join(_LABELS)
_EXACT: Final = re.compile(rf"(\[(?:{_EITHER})_\d+\])")
#: As models write them back: `person_1`, `[Person 1]`, `[PERSON-1]`, `\[PERSON\_1\]`; without brackets only with `_`.
_LOOSE: Final = re.compile(
    rf"\\?\[\s?(?P<label>{_EITHER})\s?\\?[_\s-]?\s?(?P<number>\d{{1,9}})\s?\\?\]"
    rf"|(?<!\w)(?P<bare>{_EITHER})\\?_(?P<digits>\d{{1,9}})(?!\w)",
    re.IGNORECASE,
)
#: Everything that `_LOOSE` could ever take, wherever it stands.
_LOOKALIKE: Final = re.compile(
    rf"\\?\[\s?(?:{_EITHER})\s?\\?[_\s-]?\s?\d+\s?\\?\]|(?:{_EITHER})\\?_\d+", re.IGNORECASE
)


_Piece = tuple[int, int, str]


def _joined(pieces: list[_Piece], more: _Piece) -> list[_Piece]:
    """Return *pieces* and *more*, made one with all that overlap it; the label is that of one that was there."""
    start, end, label = more
    apart = []
    for piece in pieces:
        if piece[0] < end and start < piece[1]:
            start, end, label = min(start, piece[0]), max(end, piece[1]), piece[2]
        else:
            apart.append(piece)
    return [*apart, (start, end, label)]


class Hidden(str):
    """A text that a `Masker` has hidden; it knows what it was."""

    __slots__ = ("masker", "original")

    masker: "Masker"
    original: str


class Masker:
    """Hides and shows the personal data of one question."""

    def __init__(self, names: Sequence[str], settings: PrivacySettings) -> None:
        """Make a masker that has hidden nothing yet.

        Args:
            names: of people who may be spoken of; labels such as "P1" or "Customer" among them are never hidden.
            settings: words to hide besides, and words never to hide.
        """
        self._names = tuple(dict.fromkeys(name for name in names if not is_label(name)))
        self._settings = settings
        self._people = [words for words in map(name_words, self._names) if words]
        self._placeholders: dict[tuple[str, str], str] = {}
        self._hidden: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @property
    def hidden(self) -> Mapping[str, str]:
        """Placeholder → what it hides, as it stood where it was first met."""
        return MappingProxyType(self._hidden)

    def hide(self, text: str) -> str:
        """Return *text* with a placeholder for each piece of personal data.

        What comes back knows that it is hidden: hiding it again changes nothing.
        """
        if isinstance(text, Hidden) and text.masker is self:
            return text
        parts, place = [], 0
        for start, end, label in self._pieces(text):
            parts += [text[place:start], self._placeholder(label, text[start:end])]
            place = end
        hidden = Hidden("".join([*parts, text[place:]]))
        hidden.masker, hidden.original = self, text
        return hidden

    def show(self, text: str) -> str:
        """Return *text* with what each placeholder hides.

        A text that `hide` gave comes back letter for letter.  In any other, a placeholder (in whatever case, brackets
        and spacing a model gives it) becomes what it hid when it was first met; one that was never given out stays.
        """
        if isinstance(text, Hidden) and text.masker is self:
            return text.original
        # Exact ones first, so that a backslash or bracket before them stays the text's own.
        pieces = _EXACT.split(text)
        pieces[1::2] = [self._hidden.get(piece, piece) for piece in pieces[1::2]]
        pieces[::2] = [_LOOSE.sub(self._shown, piece) for piece in pieces[::2]]
        return "".join(pieces)

    def placeholder(self, kind: Kind, value: str) -> str:
        """Return what stands, or would stand next, for *value*."""
        return self._placeholder(kind.upper(), value)

    def _shown(self, match: re.Match[str]) -> str:
        label, number = match["label"] or match["bare"], match["number"] or match["digits"]
        return self._hidden.get(f"[{label.upper()}_{int(number)}]", match[0])

    def _pieces(self, text: str) -> list[_Piece]:
        """Return what is to be hidden, in order; what looks like a placeholder is, with all that overlaps it."""
        settings = self._settings
        found = find(text, self._names, settings.names, settings.keep)
        pieces = [(one.start, one.end, one.kind.upper()) for one in found]
        lookalikes = list(_LOOKALIKE.finditer(text))
        if lookalikes:
            # What is hidden leaves a boundary where there was none: "text_2Laura" holds a name once "text_2" is gone.
            parted = _LOOKALIKE.sub(lambda match: " " * len(match[0]), text)
            for more in find(parted, self._names, settings.names, settings.keep):
                pieces = _joined(pieces, (more.start, more.end, more.kind.upper()))
        for match in lookalikes:
            pieces = _joined(pieces, (match.start(), match.end(), _TEXT))
        return sorted(pieces)

    def _placeholder(self, label: str, value: str) -> str:
        key = (label, self._key(label, value))
        if key not in self._placeholders:
            self._counts[label] = number = self._counts.get(label, 0) + 1
            placeholder = f"[{label}_{number}]"
            self._placeholders[key] = placeholder
            self._hidden[placeholder] = value
        return self._placeholders[key]

    def _key(self, label: str, value: str) -> str:
        """Return what is the same for every way of writing *value*."""
        if label == _TEXT:
            return value
        if label == "PERSON":
            return " ".join(self._person(name_words(value))) or fold(value)
        if label in {"EMAIL", "WORD", "ADDRESS", "HANDLE"}:
            return " ".join(fold(value).split())
        if label in {"LINK"}:
            return value
        return "".join(filter(str.isalnum, fold(value)))

    def _person(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the whole name of who is called by *words*: the one person whom they can mean, else themselves."""
        if words in self._people or not words:
            return words
        meant = [name for name in self._people if name[: len(words)] == words]
        if not meant:
            meant = [name for name in self._people if len(words) == 1 and words[0] in name]
        if len(meant) == 1:
            return meant[0]
        shorter = [name for name in self._people if words[: len(name)] == name]
        if len(shorter) == 1 and not meant:
            return shorter[0]
        if not meant:
            self._people.append(words)
        return words
