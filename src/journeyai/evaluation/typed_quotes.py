"""Quotes that a model typed itself, looked up in the sources."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.model.source import Document


@dataclass(slots=True)
class Quotes:
    """What became of the quotes.

    Attributes:
        given: how many the model gave.
        invented: that stand in no source.
        wrong_mouth: that stand in the sources, but not where and by whom the model says.
        unusable: found, but said by somebody who cannot be evidence of that lane, or across two speakers.
    """

    given: int = 0
    invented: int = 0
    wrong_mouth: int = 0
    unusable: int = 0

    def to_json(self) -> dict[str, int]:
        """Return the counts by name."""
        return {
            "given": self.given,
            "invented": self.invented,
            "wrong_mouth": self.wrong_mouth,
            "unusable": self.unusable,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: half-open, in characters of its document's text."""

    document: Document
    start: int
    end: int


class Library:
    """All sources, to look quotes up in."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Take in *documents*."""
        self._documents = documents
        self._evened = [_evened(document.text) for document in documents]

    def places(self, quote: str) -> list[Place]:
        """Return every place where *quote* stands: to the letter, or else with blanks and typography evened out."""
        if not quote.strip():
            return []
        found = [Place(d, m.start(), m.end()) for d in self._documents for m in _finds(quote, d.text)]
        if found:
            return found
        wanted = _evened(quote)[0].strip(' "')
        if not wanted:
            return []
        return [
            Place(document, at[m.start()], at[m.end() - 1] + 1)
            for document, (text, at) in zip(self._documents, self._evened, strict=True)
            for m in _finds(wanted, text)
        ]


def _finds(wanted: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(wanted), text)


_EVEN: Final[Mapping[str, str]] = {
    **dict.fromkeys("“”«»„‟″", '"'), **dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("‐‑‒–—―−", "-"), "…": "...",
}  # fmt: skip


def _evened(text: str) -> tuple[str, list[int]]:
    """Return *text* with single blanks and plain typography, and where each of its characters stands in *text*."""
    out: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text):
        even = " " if char.isspace() else _EVEN.get(char, char)
        if even == " " and out and out[-1] == " ":
            continue
        out += even
        at += [place] * len(even)
    return "".join(out), at
