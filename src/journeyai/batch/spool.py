"""Files of questions on their way to a vendor, each within what one may hold; they are gone when they are sent."""

import os
import secrets
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from journeyai.engines.llm.batch_api import MOST_BYTES, MOST_LINES
from journeyai.engines.llm.money import Usage
from journeyai.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold.

    Attributes:
        lines: questions.
        bytes: of them all.
    """

    lines: int = MOST_LINES
    bytes: int = MOST_BYTES


@dataclass
class Part:
    """One file of questions.

    Attributes:
        token: ours, by which its batch is found again.
        path: of the file.
        keys: step → keys of its questions.
        questions: how many there are.
        size: bytes.
        worst: the most that they may take.
    """

    token: str
    path: Path
    keys: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    questions: int = 0
    size: int = 0
    worst: Usage = field(default_factory=lambda: Usage(0, 0))


class Spool:
    """Writes questions to files; a context manager, after which the files are gone.

    Attributes:
        parts: the files so far.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Write to *folder*; files that a killed run left there are deleted, for nobody has them.

        Raises:
            SettingsError: it cannot be written to; so for every method.
        """
        self.parts: list[Part] = []
        self._folder = folder
        self._limits = limits
        self._file: BinaryIO | None = None
        self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._remove()

    def add(self, line: bytes, key: str, step: str, worst: Usage) -> None:
        """Write a question.

        Args:
            line: with its end.
            key: of its answer.
            step: what is asked.
            worst: the most that it may take.
        """
        try:
            if self._file is None or not self._has_room(line):
                self._begin()
            assert self._file is not None
            self._file.write(line)
        except OSError as error:
            raise self._refusal(error) from error
        part = self.parts[-1]
        part.keys[step].append(key)
        part.questions += 1
        part.size += len(line)
        part.worst += worst

    def close(self) -> None:
        """End the last file."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError as error:
                raise self._refusal(error) from error
            finally:
                self._file = None

    def _has_room(self, line: bytes) -> bool:
        part = self.parts[-1]
        return part.questions < self._limits.lines and part.size + len(line) <= self._limits.bytes

    def _begin(self) -> None:
        self.close()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        token = secrets.token_hex(16)
        path = self._folder / f"{token}.jsonl"
        self._file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self.parts.append(Part(token, path))

    def _remove(self) -> None:
        for left in self._folder.glob("*.jsonl"):
            with suppress(OSError):
                left.unlink()
        with suppress(OSError):
            self._folder.rmdir()

    def _refusal(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"`{self._folder}` cannot be written to: {error.strerror or error}.",
            "Check that the disk has room and that the folder can be written to.",
        )
