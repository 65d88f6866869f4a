"""What can go wrong at a model's server: one table from vendors' errors to what we do and say.

Errors are known by the names of their classes, so that nothing of any vendor is imported here, and those of vendors
whose package is not installed are covered, too; what has an HTTP status is known by that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from journeyai.engines.llm.asking import Reason


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error means.

    Attributes:
        name: short, for the log of calls.
        reason: why there is no answer; None if every other question would fail, too, so that the run ends.
        what: what the server does, said after its name.
        advice: what the person can do.
        again: whether to wait and ask again.
        most_again: how often at most, whatever the settings say; None for what they say.
        may_cost: whether the server may have charged for it all the same.
    """

    name: str
    reason: Reason | None
    what: str
    advice: str
    again: bool = False
    most_again: int | None = None
    may_cost: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A fault and how it is known: every condition that is given must hold.

    Attributes:
        classes: `package.Class` of the error or of any class above it.
        statuses: HTTP statuses.
        says: a pattern in the error's code, parameter or text.
    """

    fault: Fault
    classes: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    says: str = ""


_KEPT: Final = "What is done is kept; run the same command again."
_CHECK_KEY: Final = (
    "Check the key (`OPENAI_API_KEY`, or the vendor's own variable), and that it is for this address."
)
_CHECK_NAME: Final = (
    "Check `model` and `base_url` under `[llm]`; a model of another vendor is written `anthropic:NAME`."
)

_REFUSES_KEY: Final = Fault("key", None, "refuses the key", _CHECK_KEY)
_UNREACHABLE: Final = Fault(
    "unreachable",
    None,
    "cannot be reached",
    "Check the network and `base_url` under `[llm]`. " + _KEPT,
    again=True,
)
_BROKEN_OFF: Final = Fault(
    "broken-off", "server", "broke the connection off", _KEPT, again=True, may_cost=True
)
_TOO_SLOW: Final = Fault(
    "timeout",
    "timeout",
    "gave no answer in time",
    "Raise `timeout_seconds` under `[llm]`, or lower `passage_tokens` and `concurrency`. " + _KEPT,
    again=True,
    # Each try is a full wait, and may be charged.
    most_again=1,
    may_cost=True,
)
_BUSY: Final = Fault(
    "busy",
    "busy",
    "lets in no more requests for now",
    "Wait, lower `concurrency`, or set `requests_per_minute` under `[llm]`. " + _KEPT,
    again=True,
)
_SERVER: Final = Fault("server", "server", "has a fault of its own", "Try again later. " + _KEPT, again=True)
_NONSENSE: Final = Fault(
    "nonsense",
    "server",
    "gave an answer that is none of a model's",
    "Check that `base_url` under `[llm]` is an OpenAI-compatible address (most end in `/v1`).",
    again=True,
    most_again=1,
    may_cost=True,
)
_TOO_LONG: Final = Fault(
    "too-long", "truncated", "takes no question as long as this", "Lower `passage_tokens` under `[llm]`."
)
_FILTERED: Final = Fault("filtered", "refused", "refused by its content filter", "")
_REFUSES: Final = Fault(
    "refused-request", "server", "refuses the request", "Check `model` and the rest under `[llm]`."
)
_USED_UP: Final = Fault(
    "used-up",
    None,
    "says that the account's quota is used up",
    "Add credit there, or take another model. " + _KEPT,
)

#: The most specific first.
_TABLE: Final[tuple[_Row, ...]] = (
    _Row(_USED_UP, statuses=(402,)),
    _Row(
        _USED_UP,
        statuses=(403, 429),
        says=r"insufficient[_ ]quota|exceeded your current quota|billing|credit balance|out of credits",
    ),
    _Row(
        _TOO_LONG,
        classes=(
            "langchain_core.ContextOverflowError",
            "langchain_openai.OpenAIContextOverflowError",
            "langchain_openai.OpenAIAPIContextOverflowError",
        ),
    ),
    _Row(
        _TOO_LONG,
        statuses=(400, 413, 422, 500),
        says=r"context[_ ](?:length|size|window)|maximum context|exceeds? the (?:available )?context"
        r"|prompt is too long|too many (?:input )?tokens|input (?:is )?too long|reduce the length",
    ),
    _Row(_TOO_LONG, statuses=(413,)),
    _Row(_FILTERED, classes=("openai.ContentFilterFinishReasonError", "langchain_openai.OpenAIRefusalError")),
    _Row(
        _FILTERED,
        statuses=(400, 403, 422),
        says=r"content[_ ](?:filter|policy|management)|responsible ?ai|flagged|safety system",
    ),
    _Row(
        Fault("broken-answer", "truncated", "broke its answer off", "", may_cost=True),
        classes=("openai.LengthFinishReasonError",),
    ),
    _Row(
        Fault("model", None, "does not know the model", _CHECK_NAME),
        statuses=(400, 404),
        says=r"model[_ ]not[_ ]found|model .{0,80}(?:does not exist|not found|not loaded)|no such model"
        r"|unknown model|invalid model|try pulling it",
    ),
    _Row(_REFUSES_KEY, statuses=(400, 403), says=r"api[_ ]key|invalid[_ ]key|authenticat"),
    _Row(
        _REFUSES_KEY,
        classes=(
            "openai.AuthenticationError",
            "openai.OAuthError",
            "openai.SubjectTokenProviderError",
            "openai.MutuallyExclusiveAuthError",
            "langchain_core.ModelAuthenticationError",
        ),
    ),
    _Row(_REFUSES_KEY, statuses=(401, 407)),
    _Row(Fault("region", None, "does not serve this country or network", _CHECK_KEY), statuses=(451,)),
    _Row(Fault("forbidden", None, "does not let this key use the model", _CHECK_KEY), statuses=(403,)),
    _Row(
        Fault("forbidden", None, "does not let this key use the model", _CHECK_KEY),
        classes=("openai.PermissionDeniedError", "langchain_core.ModelPermissionDeniedError"),
    ),
    _Row(
        Fault("address", None, "does not know the model or the address", _CHECK_NAME),
        statuses=(404, 405, 410),
    ),
    _Row(
        Fault("address", None, "does not know the model or the address", _CHECK_NAME),
        classes=("openai.NotFoundError", "langchain_core.ModelNotFoundError"),
    ),
    _Row(
        Fault("redirected", None, "sends every request elsewhere", _CHECK_NAME),
        statuses=(301, 302, 303, 307, 308),
    ),
    _Row(_TOO_SLOW, statuses=(408, 504, 524)),
    _Row(_BUSY, statuses=(409, 425, 429, 529)),
    _Row(Fault("overloaded", "busy", _BUSY.what, _BUSY.advice, again=True), statuses=(503,)),
    _Row(_SERVER, statuses=tuple(code for code in range(500, 600) if code not in {503, 504, 524, 529})),
    _Row(_REFUSES, statuses=tuple(range(400, 500))),
    _Row(
        _TOO_SLOW,
        classes=(
            "openai.APITimeoutError",
            "langchain_core.ModelTimeoutError",
            "builtins.TimeoutError",
            "httpx.ReadTimeout",
            "httpx.WriteTimeout",
            "httpx.PoolTimeout",
        ),
    ),
    _Row(
        Fault("reply-too-long", "server", "sent more than any answer may hold", "", may_cost=True),
        classes=("journeyai.ReplyTooLongError",),
    ),
    _Row(
        _BROKEN_OFF,
        classes=("httpx.ReadError", "httpx.WriteError", "httpx.CloseError", "httpx.RemoteProtocolError"),
    ),
    _Row(_NONSENSE, classes=("httpx.DecodingError", "httpx.TooManyRedirects", "httpx.SSEError")),
    _Row(_UNREACHABLE, classes=("openai.APIConnectionError", "langchain_core.ModelConnectionError")),
    _Row(_UNREACHABLE, classes=("httpx.ConnectError", "httpx.ConnectTimeout", "httpx.ProxyError")),
    _Row(
        Fault("address", None, "has an address that cannot be asked", _CHECK_NAME),
        classes=("httpx.UnsupportedProtocol", "httpx.InvalidURL", "httpx.LocalProtocolError"),
    ),
    _Row(
        _BROKEN_OFF,
        classes=("builtins.ConnectionResetError", "builtins.BrokenPipeError", "httpx.TransportError"),
    ),
    _Row(_UNREACHABLE, classes=("builtins.OSError", "httpx.HTTPError")),
    _Row(_BUSY, classes=("openai.RateLimitError", "langchain_core.ModelRateLimitError")),
    _Row(_REFUSES, classes=("openai.BadRequestError", "langchain_core.ModelInvalidRequestError")),
    _Row(
        Fault(
            "program", None, "cannot be asked by the installed `openai` package", "Install JourneyAI again."
        ),
        classes=("openai.APIRemovedInV1", "openai._AmbiguousModuleClientUsageError"),
    ),
    _Row(
        _NONSENSE,
        classes=(
            "openai.APIResponseValidationError",
            "openai.StreamAlreadyConsumed",
            "openai.WebSocketConnectionClosedError",
            "openai.WebSocketQueueFullError",
            "httpx.StreamError",
        ),
    ),
    _Row(_SERVER, classes=("openai.InternalServerError", "langchain_core.ModelAPIError")),
    _Row(_SERVER, classes=("openai.ConflictError", "openai.UnprocessableEntityError")),
    # No row for openai.APIStatusError and openai.OpenAIError themselves: what they are without a status is unknown.
    _Row(_SERVER, classes=("openai.APIError",)),
    # What LangChain and openai raise over an answer that holds no JSON, no choices, or an `error` with status 200.
    _Row(
        _NONSENSE,
        classes=(
            "builtins.ValueError",
            "builtins.LookupError",
            "builtins.TypeError",
            "builtins.AttributeError",
        ),
    ),
)

#: Longer waits than this are not obeyed: the question fails, and can be asked again by the same command.
MOST_WAIT_SECONDS: Final = 120.0


def diagnose(error: BaseException) -> Fault | None:
    """Return what *error*, raised while a model was asked, means; None if nobody has thought of it.

    A transport error's cause says more than the error: the openai package hides a reset connection in an
    `APIConnectionError`, as it hides a server that is not there.
    """
    fault = _look_up(error)
    if fault in {_UNREACHABLE, _TOO_SLOW}:
        for link in _causes(error):
            if _name(type(link)).startswith(("httpx.", "journeyai.")):
                return _look_up(link) or fault
    return fault


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status that *error* carries, whoever's it is."""
    for found in (
        getattr(error, "status_code", None),
        getattr(getattr(error, "response", None), "status_code", None),
    ):
        if isinstance(found, int):
            return found
    return None


def text_of(error: BaseException) -> str:
    """Return the error's code, parameter and text in one: to look things up in, never to show."""
    parts = (getattr(error, "code", None), getattr(error, "param", None), str(error))
    return " ".join(str(part) for part in parts if part)[:4000]


def wait_of(error: BaseException, now: datetime | None = None) -> float | None:
    """Return how many seconds the server asks to wait (`Retry-After`, as seconds or as a date); None if it does not."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    if headers is None:
        return None
    told = str(headers.get("retry-after", "")).strip()
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - (now or datetime.now(UTC))).total_seconds()
        except (ValueError, TypeError):
            return None
    # Not a number, or of the past: as if nothing were said.
    return min(seconds, MOST_WAIT_SECONDS) if seconds > 0 else None


def _look_up(error: BaseException) -> Fault | None:
    names = {_name(kind) for kind in type(error).__mro__}
    status = status_of(error)
    text = text_of(error)
    for row in _TABLE:
        if row.classes and names.isdisjoint(row.classes):
            continue
        if row.statuses and status not in row.statuses:
            continue
        if row.says and not re.search(row.says, text, re.IGNORECASE):
            continue
        return row.fault
    return None


def _name(kind: type) -> str:
    """Return `package.Class`; httpx2, which openai brings along, is httpx by another name."""
    package = kind.__module__.partition(".")[0]
    return f"{'httpx' if package in {'httpx2', 'httpcore', 'httpcore2'} else package}.{kind.__name__}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what *error* was raised from, outermost first."""
    link = error.__cause__ or error.__context__
    # A bound, for an error may be its own cause's cause.
    for _ in range(8):
        if link is None:
            return
        yield link
        link = link.__cause__ or link.__context__
