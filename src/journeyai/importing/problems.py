"""What is wrong with a file that was to be taken in: all of it at once, each with its row and column."""

from dataclasses import dataclass
from typing import Final

from journeyai.errors import SourceError
from journeyai.knowledge.talk import Talk

#: So many are told; what is over is counted.
MOST_TOLD: Final = 20
#: Letters of a cell that a sentence repeats.
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        row: the row of the file, from 1; None where there are no rows.
        column: the column, or the part of the map; empty if it is the whole.
        text: what is wrong, a sentence.
    """

    row: int | None
    column: str
    text: str


class ImportRefusedError(SourceError):
    """A file that cannot be taken in; nothing was written.

    Attributes:
        problems: the first of them, in the file's order.
    """

    def __init__(
        self, message: str, hint: str, problems: tuple[Problem, ...], lines: tuple[str, ...]
    ) -> None:
        super().__init__(message, hint)
        self.problems = problems
        self.lines = lines


class Problems:
    """Gathers what is wrong, to refuse the file for all of it at once."""

    def __init__(self, file: str, say: Talk) -> None:
        self.file = file
        self.say = say
        self._found: list[Problem] = []

    def add(self, key: str, /, *, row: int | None = None, column: str = "", **values: object) -> None:
        """Note the sentence *key* of a place in the file; long values are shortened."""
        shown = {
            name: shorten(value) if isinstance(value, str) and name != "known" else value
            for name, value in values.items()
        }
        self._found.append(Problem(row, column, self.say.say(key, **shown)))

    def add_text(self, text: str, *, row: int | None = None, column: str = "") -> None:
        """Note a sentence that somebody else has put into words."""
        self._found.append(Problem(row, column, text))

    def __len__(self) -> int:
        """Return how much is wrong."""
        return len(self._found)

    def refuse(self) -> None:
        """Refuse the file if anything is wrong with it.

        Raises:
            ImportRefusedError: with the first problems in the file's order.
        """
        if not self._found:
            return
        ordered = sorted(self._found, key=lambda problem: problem.row or 0)
        lines = [self._line(problem) for problem in ordered[:MOST_TOLD]]
        if len(ordered) > MOST_TOLD:
            lines.append(self.say.say("more_problems", n=len(ordered) - MOST_TOLD))
        raise ImportRefusedError(
            self.say.say("refused", n=len(ordered), file=self.file),
            self.say.say("refused_hint"),
            tuple(ordered[:MOST_TOLD]),
            tuple(lines),
        )

    def _line(self, problem: Problem) -> str:
        where = []
        if problem.row is not None:
            where.append(self.say.say("row", row=problem.row))
        if problem.column:
            where.append(problem.column)
        return f"{', '.join(where)}: {problem.text}" if where else problem.text


def shorten(text: str) -> str:
    """Return *text* as a sentence repeats it."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"
