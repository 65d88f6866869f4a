"""How the chat asks the person back."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Person(Protocol):
    """Somebody who can be asked; a script answers what its options say."""

    def confirm(self, question: str) -> bool:
        """Return whether they say yes; no answer is a no."""
        ...

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Return the index of the option they pick; None for none of them."""
        ...

    def key(self, question: str, keys: Mapping[str, str]) -> str:
        """Return one of *keys* (key → what it does), pressed alone; `q` if they leave."""
        ...

    def edit(self, question: str, text: str) -> str | None:
        """Return *text* as they changed it; None if they let it be."""
        ...
