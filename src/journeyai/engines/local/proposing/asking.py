"""Asking back: what stops a reading, and the words it is said with."""

from collections.abc import Iterable

from journeyai.knowledge.talk import Talk, talk

#: Choices that are offered at most.
MOST_CHOICES = 5


class AskBackError(Exception):
    """The request cannot be read for sure.  Never leaves this package.

    Attributes:
        key: sentence of the theme `proposing`.
        choices: whole requests that would be understood, or commands of the chat (`/branch future`).
        values: what is put into the sentence.
    """

    def __init__(self, key: str, choices: Iterable[str] = (), /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.choices = tuple(dict.fromkeys(choices))[:MOST_CHOICES]
        self.values = values

    def say(self, language: str) -> str:
        """Return the question in *language*."""
        return spoken(language).say(self.key, **self.values)


class ToldError(AskBackError):
    """The request is understood whole, and is no change: no other reading of it is tried."""


def spoken(language: str) -> Talk:
    """Return the sentences of this package."""
    return talk("proposing", language)
