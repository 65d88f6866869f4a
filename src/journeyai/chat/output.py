"""Where the chat's words go: a terminal, or one JSON object a turn."""

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any, Final, Protocol

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from journeyai.rendering.console import PIPE_COLUMNS, harmless, make_console
from journeyai.rendering.layout import wrap

#: What a person should be careful with; never told by colour alone.
CAUTION: Final = "yellow"
#: Begins a line of a list.
POINT: Final = "· "


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


class TerminalOutput:
    """Writes to a terminal (or a pipe), downwards only: nothing is moved, drawn over or taken away."""

    def __init__(self, console: Console | None = None, *, wraps: bool = True) -> None:
        """Write to *console* (stdout if None).

        Args:
            console: what is written to.
            wraps: whether sentences are broken at its width, as people want them and programs do not.
        """
        self._console = console or make_console()
        self._wraps = wraps
        self._flow = _Flow(self._console, wraps=wraps)

    def say(self, text: str) -> None:
        """Say a line."""
        self._line(text, "")

    def warn(self, text: str) -> None:
        """Say a line in the colour of caution."""
        self._line(text, CAUTION)

    def show(self, view: RenderableType) -> None:
        """Show a map, a card, a table."""
        self._flow.end()
        self._console.print(view)

    def stream(self, text: str) -> None:
        """Say a further piece of an answer, wrapped between words at the width the terminal has at that moment."""
        self._flow.add(harmless(text))

    def record(self, key: str, value: Any) -> None:
        """Do nothing: a person has seen it."""

    def end(self) -> None:
        """End the line that an answer stands on, if it stands on one."""
        self._flow.end()

    def _line(self, text: str, style: str) -> None:
        self._flow.end()
        for line in harmless(text).split("\n"):
            if not self._wraps or cell_len(line) < self._console.width:
                self._console.print(Text(line, style=style), soft_wrap=True)
                continue
            indent = line[: len(line) - len(line.lstrip())]
            # What goes on below a point stands under its words.
            hang = indent + ("  " if line.lstrip().startswith(POINT) else "")
            for row in wrap(Text(line.strip(), style=style), self._console.width, indent, hang):
                self._console.print(row, soft_wrap=True)


class _Flow:
    """A text that comes in pieces, wrapped as it comes; a word is written once it is whole."""

    _PIECES: Final = re.compile(r"\n|[^\S\n]+|\S+")

    def __init__(self, console: Console, *, wraps: bool) -> None:
        self._console = console
        self._wraps = wraps
        self._column = 0
        self._word = ""
        self._space = ""

    def add(self, text: str) -> None:
        """Write what is whole of the text so far."""
        for piece in self._PIECES.findall(text):
            if piece == "\n":
                self._write_word()
                self._put("\n")
                self._column, self._space = 0, ""
            elif piece.isspace():
                self._write_word()
                self._space = " "
            else:
                self._word += piece
        self._console.file.flush()

    def end(self) -> None:
        """Write what is left and end the line."""
        self._write_word()
        if self._column:
            self._put("\n")
        self._column, self._space = 0, ""

    def _write_word(self) -> None:
        if not self._word:
            return
        width = cell_len(self._word)
        if self._wraps and self._column and self._column + len(self._space) + width >= self._console.width:
            self._put("\n")
            self._column, self._space = 0, ""
        space = self._space if self._column else ""
        self._put(space + self._word)
        self._column += len(space) + width
        self._word = self._space = ""

    def _put(self, text: str) -> None:
        self._console.print(Text(text), end="", soft_wrap=True)


class JsonOutput:
    """Gathers a turn into one JSON object."""

    def __init__(self) -> None:
        self._file = StringIO()
        self._lines = TerminalOutput(
            Console(
                file=self._file,
                width=PIPE_COLUMNS,
                color_system=None,
                force_terminal=False,
                markup=False,
                highlight=False,
                emoji=False,
                _environ={},
            ),
            wraps=False,
        )
        self._told: dict[str, Any] = {}

    def say(self, text: str) -> None:
        """Say a line."""
        self._lines.say(text)

    def warn(self, text: str) -> None:
        """Say a line that something did not go as asked."""
        self._lines.warn(text)

    def show(self, view: RenderableType) -> None:
        """Show a map, a card, a table, as plain text."""
        self._lines.show(view)

    def stream(self, text: str) -> None:
        """Say a further piece of an answer."""
        self._lines.stream(text)

    def record(self, key: str, value: Any) -> None:
        """Keep *value* in the turn's object."""
        self._told[key] = value

    def end(self) -> None:
        """End the line that an answer stands on."""
        self._lines.end()

    def take(self, line: str) -> dict[str, Any]:
        """Return the turn that *line* began, and begin the next."""
        self.end()
        turn: dict[str, Any] = {
            "input": line,
            "answer": None,
            "citations": [],
            "operations": [],
            "applied": False,
            "diff": None,
            "text": self._file.getvalue().rstrip("\n"),
            "error": None,
        }
        turn |= self._told
        self._told = {}
        self._file.seek(0)
        self._file.truncate()
        return turn


class KeptOutput:
    """Passes everything on, and remembers the words of the turn for the conversation's file."""

    def __init__(self, inner: Output) -> None:
        self._inner = inner
        self._said: list[str] = []
        self._answer: list[str] = []
        self._told: dict[str, Any] = {}

    def say(self, text: str) -> None:
        """Say a line."""
        self._settle()
        self._said.append(text)
        self._inner.say(text)

    def warn(self, text: str) -> None:
        """Say a line that something did not go as asked."""
        self._settle()
        self._said.append(text)
        self._inner.warn(text)

    def show(self, view: RenderableType) -> None:
        """Show a map, a card, a table; they can be shown again, and are not kept."""
        self._settle()
        self._inner.show(view)

    def stream(self, text: str) -> None:
        """Say a further piece of an answer."""
        self._answer.append(text)
        self._inner.stream(text)

    def record(self, key: str, value: Any) -> None:
        """Keep *value*."""
        self._told[key] = value
        self._inner.record(key, value)

    def take(self) -> tuple[str, Mapping[str, Any]]:
        """Return what was said since the last time, and what was recorded; begin anew."""
        self._settle()
        text, told = "\n".join(self._said), self._told
        self._said, self._told = [], {}
        return text, told

    @property
    def heard(self) -> str:
        """The answer as far as it has come."""
        return "".join(self._answer)

    def _settle(self) -> None:
        if self._answer:
            self._said.append("".join(self._answer).rstrip("\n"))
            self._answer = []
