"""One table for everything that can go wrong: complete, and the specific before the general."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import langchain_openai.chat_models.base as langchain_openai
import openai
import pytest
from langchain_core import exceptions as langchain_core

from journeyai.engines.llm.faults import MOST_WAIT_SECONDS, diagnose, wait_of

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def _all_below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all_below(below)


def _vendors() -> list[type[BaseException]]:
    # What has no meaning of its own: the roots, and errors that stand for any status.
    roots = {openai.OpenAIError, openai.APIStatusError, langchain_core.ModelError}
    found = (
        {
            *_all_below(openai.OpenAIError),
            *_all_below(langchain_core.ModelError),
            *_all_below(httpx2.HTTPError),
            *_all_below(httpx2.StreamError),
            httpx2.InvalidURL,
            langchain_openai.OpenAIRefusalError,
        }
        - roots
        - {httpx2.HTTPStatusError}
    )
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


@pytest.mark.parametrize("kind", _vendors(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_error_of_a_vendor_is_in_the_table(kind: type[BaseException]) -> None:
    # Their constructors want all sorts of things; what counts is the class.
    error = kind.__new__(kind)
    assert diagnose(error) is not None


def _status(
    status: int, message: str = "no", code: str | None = None, retry_after: str | None = None
) -> Exception:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    response = httpx2.Response(status, request=REQUEST, headers=headers)
    body = {"message": message, "code": code}
    kinds: dict[int, type[openai.APIStatusError]] = {
        400: openai.BadRequestError,
        401: openai.AuthenticationError,
        403: openai.PermissionDeniedError,
        404: openai.NotFoundError,
        429: openai.RateLimitError,
    }
    kind = kinds.get(status, openai.InternalServerError if status >= 500 else openai.APIStatusError)
    return kind(message, response=response, body=body)


@pytest.mark.parametrize(
    ("error", "name", "reason", "again"),
    [
        pytest.param(_status(429), "busy", "busy", True, id="busy"),
        pytest.param(_status(429, code="insufficient_quota"), "used-up", None, False, id="used-up"),
        pytest.param(_status(402), "used-up", None, False, id="pay"),
        pytest.param(_status(401), "key", None, False, id="key"),
        pytest.param(_status(400, "API key not valid"), "key", None, False, id="key-as-400"),
        pytest.param(_status(403), "forbidden", None, False, id="forbidden"),
        pytest.param(_status(404), "address", None, False, id="nothing-there"),
        pytest.param(
            _status(404, "model 'm' not found, try pulling it first"), "model", None, False, id="model"
        ),
        pytest.param(_status(404, code="model_not_found"), "model", None, False, id="model-by-code"),
        pytest.param(
            _status(400, "This model's maximum context length is 8192 tokens"),
            "too-long",
            "truncated",
            False,
            id="long",
        ),
        pytest.param(
            _status(400, "the request exceeds the available context size"),
            "too-long",
            "truncated",
            False,
            id="llama",
        ),
        pytest.param(_status(413), "too-long", "truncated", False, id="body-too-large"),
        pytest.param(_status(400, code="content_filter"), "filtered", "refused", False, id="filter"),
        pytest.param(_status(400), "refused-request", "server", False, id="any-400"),
        pytest.param(_status(422), "refused-request", "server", False, id="any-422"),
        pytest.param(_status(307), "redirected", None, False, id="elsewhere"),
        pytest.param(_status(500), "server", "server", True, id="500"),
        pytest.param(_status(502), "server", "server", True, id="502"),
        pytest.param(_status(503), "overloaded", "busy", True, id="503"),
        pytest.param(_status(529), "busy", "busy", True, id="529"),
        pytest.param(_status(504), "timeout", "timeout", True, id="504"),
        pytest.param(TimeoutError(), "timeout", "timeout", True, id="our-own-limit"),
        pytest.param(openai.APITimeoutError(REQUEST), "timeout", "timeout", True, id="client's-limit"),
        pytest.param(openai.APIConnectionError(request=REQUEST), "unreachable", None, True, id="unreachable"),
        pytest.param(ConnectionResetError(), "broken-off", "server", True, id="reset"),
        pytest.param(IndexError(), "nonsense", "server", True, id="no-choices"),
    ],
)
def test_a_fault_means(error: Exception, name: str, reason: str | None, again: bool) -> None:
    fault = diagnose(error)
    assert fault is not None
    assert (fault.name, fault.reason, fault.again) == (name, reason, again)


@pytest.mark.parametrize(
    ("cause", "name"),
    [
        pytest.param(httpx2.ReadError("reset"), "broken-off", id="reset"),
        pytest.param(httpx2.RemoteProtocolError("gone"), "broken-off", id="hung-up"),
        pytest.param(httpx2.ConnectError("refused"), "unreachable", id="refused"),
        pytest.param(httpx2.DecodingError("gzip"), "nonsense", id="not-gzip"),
    ],
)
def test_the_cause_of_a_transport_error_says_more_than_the_error(cause: Exception, name: str) -> None:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    fault = diagnose(error)
    assert fault is not None
    assert fault.name == name


class StrangeError(Exception):
    """What a vendor whom we do not know raises."""

    def __init__(self, status_code: int) -> None:
        super().__init__("no")
        self.status_code = status_code


def test_a_stranger_is_known_by_its_status() -> None:
    found = [diagnose(StrangeError(status)) for status in (401, 429, 500)]
    assert [fault.name if fault else None for fault in found] == ["key", "busy", "server"]


def test_a_mistake_of_our_own_is_no_fault_of_a_server() -> None:
    assert diagnose(RuntimeError("no")) is None
    assert diagnose(asyncio.CancelledError()) is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("Sun, 01 Nov 2026 12:00:10 GMT", 10.0),
        ("Sun, 01 Nov 2026 11:00:00 GMT", None),
        ("86400", MOST_WAIT_SECONDS),
        ("-1", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_wait_is_told_in_seconds_or_as_a_date(told: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert wait_of(_status(429, retry_after=told), now) == seconds


def test_no_wait_is_told_by_what_has_no_headers() -> None:
    assert wait_of(TimeoutError()) is None
