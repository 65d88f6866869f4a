"""What the server answers: the page, what is new, and changes.  Every request goes by the guard first."""

import json
from collections.abc import Callable, Mapping
from html import escape, unescape
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from journeyai.model.changes import Change
from journeyai.serving.guard import HEADERS, Guard, is_asked_by_itself, is_own_name
from journeyai.serving.live_map import LiveMap, Reply

#: More than the longest change can take, in bytes.
MOST_BYTES: Final = 65_536
#: More changes than one step of the page has.
_MOST_CHANGES: Final = 50
#: Nothing in an answer may be run, fetched or framed.
_NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Begins the policy that the page gives itself, before anything of the map stands in it.
_POLICY: Final = '<meta http-equiv="Content-Security-Policy" content="'
_NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})
#: Goes on to the page without a trace: a link from elsewhere would not bring the cookie along, this does.
_DOOR: Final = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0;url=/"><title>{title}</title><a href="/">{title}</a>'
)


class Asked(BaseModel):
    """The body of a request that changes the map."""

    model_config = ConfigDict(extra="forbid")

    number: int
    """The state of the map that the window shows."""
    changes: list[Change] = Field(default=[], max_length=_MOST_CHANGES)


def make_app(live: LiveMap, guard: Guard) -> Starlette:
    """Return the application that shows and changes *live*."""
    answering = _Answering(live, guard)
    app = Starlette(routes=answering.routes(), exception_handlers={HTTPException: answering.nowhere})
    # An address that is nearly right is wrong: nobody but the page asks.
    app.router.redirect_slashes = False
    return app


class _Answering:
    def __init__(self, live: LiveMap, guard: Guard) -> None:
        self._live = live
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what can be asked for."""
        live = self._live
        return [
            Route("/", self._page),
            Route("/tools", self._reading(live.tools)),
            Route("/news", self._reading(live.news)),
            Route(
                "/change",
                self._writing(lambda asked: live.change(asked.number, asked.changes)),
                methods=["POST"],
            ),
            Route("/undo", self._writing(lambda asked: live.undo(asked.number)), methods=["POST"]),
            Route("/redo", self._writing(lambda asked: live.redo(asked.number)), methods=["POST"]),
            Route("/restore", self._writing(lambda asked: live.restore(asked.number)), methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        if not is_own_name(request.headers.get("host", "")):
            return self._no("wrong_host")
        if (token := request.query_params.get("token")) is not None:
            return self._door(request) if self._guard.lets_in(token) else self._no("wrong_address")
        if refusal := self._refused(request):
            return refusal
        page = await run_in_threadpool(self._live.page)
        own = unescape(page.partition(_POLICY)[2].partition('"')[0])
        return HTMLResponse(page, headers=_headers(f"{own}; frame-ancestors 'none'" if own else _NOTHING))

    def _door(self, request: Request) -> Response:
        """Let a browser in."""
        title = escape(self._live.say("door"))
        response = HTMLResponse(_DOOR.format(title=title), headers=_headers(_NOTHING))
        response.set_cookie(
            _cookie_name(request), self._guard.cookie, path="/", httponly=True, samesite="strict"
        )
        return response

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """Answer what asks for nothing that there is, or not in the way it can be asked for."""
        return self._refused(request) or self._no("nothing_here", getattr(error, "status_code", 404))

    def _reading(self, read: Callable[[int], Reply]) -> Callable[[Request], Any]:
        """Return an endpoint that tells *read* which state of the map the window shows."""

        async def endpoint(request: Request) -> Response:
            if refusal := self._refused(request):
                return refusal
            shown = request.query_params.get("number", "")
            number = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 10 else 0
            return _answer(await run_in_threadpool(read, number))

        return endpoint

    def _writing(self, write: Callable[[Asked], Reply]) -> Callable[[Request], Any]:
        """Return an endpoint that lets *write* do what the window asks."""

        async def endpoint(request: Request) -> Response:
            if refusal := self._refused(request):
                return refusal
            if not self._guard.lets_change(request.headers):
                return self._no("wrong_page")
            body = await _body(request)
            if body is None:
                # The rest is not waited for.
                return self._no("too_long", 413, {"connection": "close"})
            try:
                asked = Asked.model_validate_json(body)
            except ValidationError:
                return self._no("garbage", 400)
            return _answer(await run_in_threadpool(write, asked))

        return endpoint

    def _refused(self, request: Request) -> Response | None:
        """Return what a request is told that may not even look; None if it may."""
        if not is_own_name(request.headers.get("host", "")):
            return self._no("wrong_host")
        if not is_asked_by_itself(request.headers):
            return self._no("wrong_page")
        if not self._guard.knows(request.cookies.get(_cookie_name(request), "")):
            return self._no("wrong_address")
        return None

    def _no(self, key: str, status: int = 403, more: Mapping[str, str] = _NO_MORE) -> Response:
        text = self._live.say(key) + "\n"
        return PlainTextResponse(text, status, headers={**_headers(_NOTHING), **more})


def _answer(reply: Reply) -> Response:
    text = json.dumps(reply.as_json(), ensure_ascii=False).encode("utf-8", "replace")
    status = 200 if reply.is_done else 409
    return Response(text, status, headers=_headers(_NOTHING), media_type="application/json")


def _headers(policy: str) -> dict[str, str]:
    return {**HEADERS, "content-security-policy": policy}


def _cookie_name(request: Request) -> str:
    """Return the cookie's name: one a port, for all ports of a machine share their cookies."""
    return f"journeyai-{request.url.port or 80}"


async def _body(request: Request) -> bytes | None:
    """Return the body; None if it is too long, of which no more is read than that takes."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return body
