"""OpenAI's Batch API: a file of questions goes up, a batch is begun over it, and hours later answers come down.

What one could get wrong: a batch that was begun is paid for, so that a request to begin one is never sent a second
time here.  Whoever does not hear how it ended looks for its token in the vendor's list (`find`).
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from journeyai.engines.llm.address import MOST_REPLY_BYTES, Address, _http_options
from journeyai.engines.llm.dialect import Dialect, effort_for
from journeyai.engines.llm.faults import diagnose, status_of
from journeyai.engines.llm.posting import read_answer
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.sheet import Sheet
from journeyai.engines.llm.told import Told, Tried, quoted, told, words_of
from journeyai.errors import EngineError
from journeyai.settings import LLMSettings

T = TypeVar("T")

#: What one file of questions may hold by the vendor's word.
MOST_LINES: Final = 50_000
MOST_BYTES: Final = 200_000_000
_ENDPOINT: Final = "/v1/chat/completions"
#: Name of our token among what a batch is labelled with.
_LABEL: Final = "journeyai"
#: A file of the largest size takes its time to be stored.
_UPLOAD_SECONDS: Final = 600.0
_OVER: Final = frozenset({"completed", "failed", "expired", "cancelled"})
#: Batches of the list that are looked through: a year of one every two hours.
_MOST_LISTED: Final = 5000
_MOST_PROBLEMS: Final = 3
_MOST_WORDS: Final = 300


class NotThereError(EngineError):
    """The server does not have the batch or the file that it is asked for."""


class UnknownEndError(EngineError):
    """A batch was to be begun, and nobody knows whether it was."""


class LineError(Exception):
    """A question of a batch without an answer; `diagnose` understands it.

    Attributes:
        status_code: HTTP status by the server's word; None if it tells none.
        code: `batch_expired` and the like; empty if it tells none.
        body: the server's words, as `words_of` reads them.
    """

    def __init__(self, status_code: int | None, code: str, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.code = code
        self.body = {"error": {"message": message}}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What became of one question of a batch.

    Attributes:
        key: of the question.
        told: the answer; None if there is none.
        error: why there is none.
    """

    key: str
    told: Told | None
    error: LineError | None = None


@dataclass(frozen=True, slots=True)
class VendorBatch:
    """A batch as the vendor tells it.

    Attributes:
        id: the vendor's.
        token: ours; empty if it is not one of ours.
        status: `in_progress`, `completed`, `expired` and so on.
        files: of answers and of errors; those that are there.
        answered: questions that are answered by now.
        problems: why it was refused as a whole, in the vendor's words.
    """

    id: str
    token: str
    status: str
    files: tuple[str, ...]
    answered: int
    problems: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing further is answered."""
        return self.status in _OVER


def request_line(sheet: Sheet[Any], dialect: Dialect, address: Address, settings: LLMSettings) -> bytes:
    """Return the line that asks *sheet*, as `LLMClient` would ask it; all ASCII, with its line end."""
    question = sheet.question
    system = dialect.system(sheet.system, question.reply)
    messages = [{"role": "system", "content": system}, {"role": "user", "content": sheet.user}]
    effort = effort_for(address, settings.effort)
    further = dialect.parameters(question.reply, question.room, settings.temperature, question.repeat, effort)
    body = {"model": address.model, "messages": messages, **further}
    line = {"custom_id": sheet.key, "method": "POST", "url": _ENDPOINT, "body": body}
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


class BatchApi:
    """The endpoints for files and batches at one address; a context manager."""

    def __init__(self, address: Address, settings: LLMSettings) -> None:
        """Prepare to ask.

        Args:
            address: of an OpenAI-compatible server.
            settings: limits of time and of tries.
        """
        import openai

        self._address = address
        self._http = openai.DefaultHttpxClient(**_http_options(address))
        self._client = openai.OpenAI(
            api_key=address.key,
            base_url=address.base_url,
            timeout=settings.timeout_seconds,
            max_retries=settings.retries,
            http_client=self._http,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def upload(self, path: Path) -> str:
        """Send a file of questions and return its id; nothing is asked yet.

        Raises:
            EngineError: the server has no batches, refuses the file, or cannot be reached; so for every method.
        """
        with self._faults(), path.open("rb") as file:
            client = self._client.with_options(timeout=_UPLOAD_SECONDS)
            try:
                made = client.files.create(file=(path.name, file, "application/jsonl"), purpose="batch")
            except Exception as error:
                raise self._no_batches(error) from None
            return str(self._checked(made, "file").id)

    def submit(self, file: str, token: str) -> str:
        """Begin a batch over *file*, once, and return its id.

        Raises:
            UnknownEndError: nobody knows whether it was begun: look for *token*.
        """
        with self._faults():
            try:
                made = self._client.with_options(max_retries=0).batches.create(
                    input_file_id=file,
                    endpoint=_ENDPOINT,
                    completion_window="24h",
                    metadata={_LABEL: token},
                )
            except Exception as error:
                if (fault := diagnose(error)) is None:
                    raise
                status = status_of(error)
                if (status is None and fault.name != "unreachable") or (status or 0) >= 500 or status == 408:
                    raise UnknownEndError(
                        f"The server `{self._address.host}` {fault.what} when a batch was submitted, so nobody "
                        "knows yet whether it has it.",
                        "Run the same command again in a minute: it looks for the batch there before it sends one.",
                    ) from None
                raise self._no_batches(error) from None
            return str(self._checked(made, "batch").id)

    def find(self, tokens: Collection[str], since: float) -> dict[str, VendorBatch]:
        """Return the batches with one of *tokens*, by token.

        Args:
            tokens: ours.
            since: seconds since 1970 before which none of them was begun, by a clock that may be a day wrong.
        """
        found: dict[str, VendorBatch] = {}
        with self._faults():
            # The newest first.
            for number, told_ in enumerate(self._client.batches.list(limit=100)):
                batch = _batch(told_)
                if batch.token in tokens:
                    found[batch.token] = batch
                is_old = isinstance(told_.created_at, int) and told_.created_at < since - 86_400
                if len(found) == len(tokens) or is_old or number >= _MOST_LISTED:
                    break
        return found

    def look(self, batch: str) -> VendorBatch:
        """Return how far the batch of this id is.

        Raises:
            NotThereError: the server does not know it.
        """
        with self._faults():
            return _batch(self._checked(self._client.batches.retrieve(batch), "batch"))

    def lines(self, file: str) -> Iterator[AnswerLine | None]:
        """Yield what stands in a file of answers or errors, in whatever order; None for what nobody can read.

        Raises:
            NotThereError: the server does not have it any more.
        """
        with (
            self._faults(),
            self._client.files.with_streaming_response.content(file) as response,
        ):
            for raw in _split(response.iter_bytes()):
                yield _line(raw)

    # Inside

    def _checked(self, made: Any, kind: str) -> Any:
        """Return *made* if it is what was asked for: a server that is none of these may answer everything alike."""
        is_one = isinstance(getattr(made, "id", None), str) and getattr(made, "object", kind) == kind
        if not is_one or (kind == "batch" and not isinstance(getattr(made, "status", None), str)):
            raise EngineError(
                f"The server `{self._address.host}` gave an answer that is none of a Batch API's.",
                "Check `base_url` under `[llm]`.",
            )
        return made

    def _no_batches(self, error: Exception) -> Exception:
        """Return the error that says so if *error* means that the server knows of no batches; else *error*."""
        if status_of(error) not in {404, 405, 410, 501}:
            return error
        return EngineError(
            f"The server `{self._address.host}` has no batches.",
            "Leave out --batch-api; `--jobs N` asks it many questions at the same time.",
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except EngineError:
            raise
        except Exception as error:
            if (fault := diagnose(error)) is None:
                raise
            said = quoted(self._address.hide(words_of(error)))
            if status_of(error) in {404, 410}:
                raise NotThereError(
                    f"The server `{self._address.host}` does not have it{said}.",
                    "Check that the key is the one that it was sent with.",
                ) from None
            raise EngineError(
                f"The server `{self._address.host}` {fault.what}{said}.", fault.advice
            ) from None


def _batch(made: Any) -> VendorBatch:
    """Return the vendor's batch as ours; fields that are missing are taken to be empty."""
    metadata = made.metadata if isinstance(made.metadata, Mapping) else {}
    counts = getattr(made.request_counts, "completed", None)
    told_ = getattr(made.errors, "data", None) or ()
    words = [clean(str(problem.message or problem.code or ""), _MOST_WORDS) for problem in told_]
    files = (made.output_file_id, made.error_file_id)
    return VendorBatch(
        id=str(made.id),
        token=str(metadata.get(_LABEL) or ""),
        status=str(made.status),
        files=tuple(file for file in files if isinstance(file, str) and file),
        answered=counts if isinstance(counts, int) else 0,
        problems=tuple(dict.fromkeys(word for word in words if word))[:_MOST_PROBLEMS],
    )


def _split(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of *pieces*; one of more bytes than any answer may hold comes cut."""
    begun = b""
    for piece in pieces:
        # Not `splitlines`: a text may hold other signs that Python takes for the end of a line.
        first, *others = piece.split(b"\n")
        if len(begun) <= MOST_REPLY_BYTES:
            begun += first
        for other in others:
            if begun.strip():
                yield begun
            begun = other
    if begun.strip():
        yield begun


def _line(raw: bytes) -> AnswerLine | None:
    found = _object(lambda: json.loads(raw))
    key = found.get("custom_id")
    if not isinstance(key, str):
        return None
    response = _object(lambda: found["response"])
    body = _object(lambda: response["body"])
    status = response.get("status_code")
    if status == 200:
        try:
            return AnswerLine(key, told(read_answer(body), Tried(1, 0, ())))
        except (ValueError, TypeError, LookupError):
            return AnswerLine(key, None, LineError(None, "", "an answer that is none of a model's"))
    error = _object(lambda: found["error"]) or _object(lambda: body["error"])
    code, message = (str(error.get(name) or "") for name in ("code", "message"))
    return AnswerLine(
        key, None, LineError(status if isinstance(status, int) else None, code, message or code)
    )


def _object(read: Callable[[], Any]) -> dict[str, Any]:
    """Return the JSON object that *read* gives; an empty one if there is none."""
    try:
        found = read()
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
