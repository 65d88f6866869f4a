"""Commands typed in a test's own process, which has everything loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Told:
    """What a command said, and its exit code."""

    returncode: object
    stdout: bytes
    stderr: bytes


class Typed(Protocol):
    """Types a command."""

    def __call__(
        self, *arguments: str | Path, cwd: Path | None = None, stdin: bytes = b"", columns: int = 100
    ) -> Told: ...
