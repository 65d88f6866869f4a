"""Where the chat's words go: a terminal, or one JSON object a turn."""

from typing import Any, Protocol

from rich.console import RenderableType


class Output(Protocol):
    """Takes what the chat has to say; nothing that was said is ever drawn over."""

    def say(self, text: str) -> None:
        """Say a line; square brackets and control characters in it mean nothing."""
        ...

    def warn(self, text: str) -> None:
        """Say a line that something did not go as asked."""
        ...

    def show(self, view: RenderableType) -> None:
        """Show a map, a card, a table."""
        ...

    def stream(self, text: str) -> None:
        """Say a further piece of an answer that is still coming; no newline is added."""
        ...

    def record(self, key: str, value: Any) -> None:
        """Keep *value* for whoever reads the turn as JSON; a terminal does nothing with it."""
        ...
