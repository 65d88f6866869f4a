"""`.journeyai/calls.jsonl`: a line for each call to a model; what was said stands in it only if the person wants it."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from journeyai.errors import SettingsError

#: Enough for a reply of the longest room; what is longer is cut.
_MOST_CONTENT_CHARS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Call:
    """One line.

    Attributes:
        step: what was asked.
        prompt: short hash of the step's prompts.
        model: its name.
        host: whom it was asked of; never with a user, a password or a key.
        dialect: the form of structured reply.
        tokens_in: sent, as the server counts them.
        tokens_out: received.
        estimated: whether the server gave no count, so that these are estimates.
        milliseconds: from sending to the whole answer, waits between tries included.
        outcome: `answered`, or the fault's name, or why the answer was no use.
        tries: requests sent.
        cached: whether it was answered from the study, without any request.
    """

    step: str
    prompt: str
    model: str
    host: str
    dialect: str
    tokens_in: int
    tokens_out: int
    estimated: bool
    milliseconds: int
    outcome: str
    tries: int
    cached: bool


class CallLog:
    """Writes lines, whole ones, from any thread.

    Args:
        path: the file; it and its folder are made when the first line comes.  None keeps no log.
        content: whether what was asked (masked, as it was sent) and answered is kept.
        clock: gives the time of a line.
    """

    def __init__(
        self, path: Path | None, *, content: bool = False, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._path = path
        self._content = content
        self._clock = clock or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()

    def write(self, call: Call, asked: Sequence[tuple[str, str]] = (), answered: str = "") -> None:
        """Add a line.

        Args:
            call: what is always kept.
            asked: (role, text) of the messages as they were sent.
            answered: the model's text as it came.

        Raises:
            SettingsError: the file cannot be written.
        """
        if self._path is None:
            return
        line: dict[str, object] = {
            "at": self._clock().isoformat(timespec="milliseconds"),
            "step": call.step,
            "prompt": call.prompt,
            "model": call.model,
            "host": call.host,
            "dialect": call.dialect,
            "tokens_in": call.tokens_in,
            "tokens_out": call.tokens_out,
            "estimated": call.estimated,
            "ms": call.milliseconds,
            "outcome": call.outcome,
            "tries": call.tries,
            "cached": call.cached,
        }
        if self._content:
            line["asked"] = [{"role": role, "content": text[:_MOST_CONTENT_CHARS]} for role, text in asked]
            line["answered"] = answered[:_MOST_CONTENT_CHARS]
        # Escaped beyond ASCII: half a letter of a model's cannot break the file, nor a control sequence a screen.
        text = json.dumps(line) + "\n"
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8", newline="\n") as file:
                    file.write(text)
        except OSError as error:
            raise SettingsError(
                f"The log of calls `{self._path}` cannot be written: {error.strerror}.",
                "Free the disk, or make the folder writable.",
            ) from None
