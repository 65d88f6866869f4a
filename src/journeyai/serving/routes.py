"""What the server answers: the page, what is new, and changes.  Every request goes by the guard first."""

import asyncio
import json
import traceback
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from journeyai.model.changes import Change
from journeyai.serving.apart import Apart
from journeyai.serving.guard import HEADERS, Guard, is_asked_by_itself, is_own_name
from journeyai.serving.live_map import LiveMap, Reply

#: More than the longest change can take, in bytes.
MOST_BYTES: Final = 65_536
#: How long a body may be on its way, in seconds.
_BODY_SECONDS: Final = 10.0
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
    '<meta http-equiv="refresh" content="0;url={url}"><title>{title}</title><a href="{url}">{title}</a>'
)


class Asked(BaseModel):
    """The body of a request that changes the map."""

    model_config = ConfigDict(extra="forbid")

    number: int
    """The state of the map that the window shows."""
    quotes: str = ""
    """Names the quotes that the window has."""
    changes: list[Change] = Field(default=[], max_length=_MOST_CHANGES)


def door(url: str, title: str) -> str:
    """Return a page that goes on to *url* by itself; who is held up there finds a link called *title*."""
    return _DOOR.format(url=escape(url), title=escape(title))


def make_app(live: LiveMap, guard: Guard, report: Callable[[str], None]) -> Starlette:
    """Return the application that shows and changes *live*.

    Args:
        live: the map.
        guard: who may look and who may change.
        report: told in one sentence of a mistake of ours, once of each.
    """
    answering = _Answering(live, guard, report)
    app = Starlette(
        routes=answering.routes(),
        exception_handlers={HTTPException: answering.nowhere, Exception: answering.broken},
    )
    # An address that is nearly right is wrong: nobody but the page asks.
    app.router.redirect_slashes = False
    return app


class _Answering:
    def __init__(self, live: LiveMap, guard: Guard, report: Callable[[str], None]) -> None:
        self._live = live
        self._guard = guard
        self._report = report
        self._reported: set[str] = set()
        self._apart = Apart()

    def routes(self) -> list[Route]:
        """Return what can be asked for."""
        live, place = self._live, f"/{self._guard.place}/"
        looks = {"tools": live.tools, "news": live.news}
        acts: dict[str, Callable[[Asked], Reply]] = {
            "change": lambda asked: live.change(asked.number, asked.changes),
            "undo": lambda asked: live.undo(asked.number),
            "redo": lambda asked: live.redo(asked.number),
            "restore": lambda asked: live.restore(asked.number),
        }
        return [
            Route(place, self._page),
            *(Route(place + name, self._reading(read)) for name, read in looks.items()),
            *(Route(place + name, self._writing(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _page(self, request: Request) -> Response:
        if not is_own_name(request.headers.get("host", "")):
            return self._no("wrong_host")
        if (token := request.query_params.get("token")) is not None:
            return self._door() if self._guard.lets_in(token) else self._no("wrong_address")
        if refusal := self._refused(request):
            return refusal
        page = await self._apart.do(self._live.page)
        own = unescape(page.partition(_POLICY)[2].partition('"')[0])
        return HTMLResponse(page, headers=_headers(f"{own}; frame-ancestors 'none'" if own else _NOTHING))

    def _door(self) -> Response:
        """Let a browser in."""
        response = HTMLResponse(door("./", self._live.say("door")), headers=_headers(_NOTHING))
        response.set_cookie(
            self._cookie_name,
            self._guard.cookie,
            path=f"/{self._guard.place}/",
            httponly=True,
            samesite="strict",
        )
        return response

    @property
    def _cookie_name(self) -> str:
        """Names the path, too: else another port could set one of the same name for all of them, and shut us out."""
        return f"journeyai-{self._guard.place}"

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """Answer what asks for nothing that there is, or not in the way it can be asked for."""
        return self._refused(request) or self._no("nothing_here", getattr(error, "status_code", 404))

    async def broken(self, request: Request, error: Exception) -> Response:
        """Answer what we could not do by a mistake of ours, and tell the person at the terminal once."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
        if told not in self._reported:
            self._reported.add(told)
            self._report(self._live.say("mistake", what=told))
        return self._no("went_wrong", 500)

    def _reading(self, read: Callable[[int], Reply]) -> Callable[[Request], Any]:
        """Return an endpoint that tells *read* which state of the map the window shows."""

        async def endpoint(request: Request) -> Response:
            if refusal := self._refused(request):
                return refusal
            shown = request.query_params.get("number", "")
            number = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 10 else 0
            return _answer(await self._apart.do(lambda: read(number)), request.query_params.get("quotes", ""))

        return endpoint

    def _writing(self, write: Callable[[Asked], Reply]) -> Callable[[Request], Any]:
        """Return an endpoint that lets *write* do what the window asks."""

        async def endpoint(request: Request) -> Response:
            if refusal := self._refused(request):
                return refusal
            if not self._guard.lets_change(request.headers):
                return self._no("wrong_page")
            try:
                body = await asyncio.wait_for(_body(request), _BODY_SECONDS)
            except TimeoutError:
                return self._no("too_slow", 408, {"connection": "close"})
            except ClientDisconnect:
                # Nobody hears it.
                return self._no("garbage", 400)
            if body is None:
                # The rest is not waited for.
                return self._no("too_long", 413, {"connection": "close"})
            try:
                asked = Asked.model_validate_json(body)
            except ValidationError:
                return self._no("garbage", 400)
            return _answer(await self._apart.do(lambda: write(asked)), asked.quotes)

        return endpoint

    def _refused(self, request: Request) -> Response | None:
        """Return what a request is told that may not even look; None if it may."""
        if not is_own_name(request.headers.get("host", "")):
            return self._no("wrong_host")
        if not is_asked_by_itself(request.headers):
            return self._no("wrong_page")
        if not self._guard.knows(request.cookies.get(self._cookie_name, "")):
            return self._no("wrong_address")
        return None

    def _no(self, key: str, status: int = 403, more: Mapping[str, str] = _NO_MORE) -> Response:
        text = self._live.say(key) + "\n"
        return PlainTextResponse(text, status, headers={**_headers(_NOTHING), **more})


def _answer(reply: Reply, quotes: str) -> Response:
    text = json.dumps(reply.as_json(quotes), ensure_ascii=False).encode("utf-8", "replace")
    status = 200 if reply.is_done else 409
    return Response(text, status, headers=_headers(_NOTHING), media_type="application/json")


def _headers(policy: str) -> dict[str, str]:
    return {**HEADERS, "content-security-policy": policy}


async def _body(request: Request) -> bytes | None:
    """Return the body; None if it is too long, of which no more is read than that takes."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return body
