"""A model server of ours on this machine, which does as it is told: also everything that real ones do wrong."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request.

    Attributes:
        number: how many came before it.
        path: as in `/v1/chat/completions`.
        body: what was sent.
        headers: names in small letters.
        at: monotonic time at which it came.
    """

    number: int
    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    at: float

    @property
    def text(self) -> str:
        """All messages in one."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    @property
    def last(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])


@dataclass(frozen=True)
class Told:
    """A response.

    Attributes:
        body: sent as it is.
        wait: seconds before anything is sent.
        piece: bytes sent at a time, with `pause` seconds between; 0 for all at once.
        resets: whether the connection is reset instead.
        parts: what is sent one after the other, with `pause` seconds between, in place of `body`.
        lacks: bytes that are promised besides and never come: the connection ends before.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    wait: float = 0.0
    piece: int = 0
    pause: float = 0.0
    resets: bool = False
    parts: tuple[bytes, ...] = ()
    lacks: int = 0

    @property
    def pieces(self) -> Iterator[bytes]:
        """What is sent, in the pieces it is sent in."""
        if self.parts:
            yield from self.parts
            return
        step = self.piece or max(1, len(self.body))
        for start in range(0, len(self.body), step):
            yield self.body[start : start + step]


Answer = Callable[[Asked], Told]


class ModelServer:
    """Speaks `/v1/chat/completions` and `/v1/models`; counts what it is asked and how much at once."""

    def __init__(
        self, answer: Answer | Told, *, models: Sequence[str] = ("tiny",), listing: Told | None = None
    ) -> None:
        self.answer: Answer = (lambda _: answer) if isinstance(answer, Told) else answer
        data = [{"id": name, "object": "model"} for name in models]
        self.listing = listing or Told(json.dumps({"object": "list", "data": data}).encode())
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self.left = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was sent, in order."""
        return [asked.body for asked in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # One packet an answer: without it the kernel waits 40 ms between head and body.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                server._send(self, server.listing)

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with server._lock:
                    asked = Asked(len(server.requests), self.path, json.loads(raw), headers, time.monotonic())
                    server.requests.append(asked)
                    server._at_once += 1
                    server.most_at_once = max(server.most_at_once, server._at_once)
                try:
                    told = server.answer(asked)
                    # Let go when the test is over, however long it should have waited.
                    server._leaving.wait(told.wait)
                finally:
                    with server._lock:
                        server._at_once -= 1
                server._send(self, told)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _send(self, handler: BaseHTTPRequestHandler, told: Told) -> None:
        if told.resets:
            # Lingering for no time at all makes the kernel send a reset instead of an end.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            handler.connection.close()
            return
        try:
            handler.send_response(told.status)
            for name, value in {
                "Content-Type": told.kind,
                "Content-Length": str(sum(map(len, told.pieces)) + told.lacks),
                **told.headers,
            }.items():
                handler.send_header(name, value)
            handler.end_headers()
            for piece in told.pieces:
                handler.wfile.write(piece)
                handler.wfile.flush()
                if told.pause and self._leaving.wait(told.pause):
                    handler.close_connection = True
                    return
            handler.wfile.flush()
            handler.close_connection = handler.close_connection or told.lacks > 0
        except OSError:
            self.left.set()
            # The client has gone, which is what some tests are about.
            handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that hangs up is what some tests are about."""


def says(
    content: object,
    *,
    ending: str = "stop",
    usage: object = (10, 5),
    wait: float = 0.0,
    refusal: str | None = None,
) -> Told:
    """Return a proper answer.

    Args:
        content: text, or what is sent as JSON.
        ending: the finish reason.
        usage: tokens sent and received; None for a server that does not count.
        wait: seconds before it comes.
        refusal: what the model says instead.
    """
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": refusal},
                "finish_reason": ending,
            }
        ],
    }
    if isinstance(usage, tuple):
        sent, received = usage
        body["usage"] = {
            "prompt_tokens": sent,
            "completion_tokens": received,
            "total_tokens": sent + received,
        }
    return Told(json.dumps(body).encode(), wait=wait)


def event(value: object) -> bytes:
    """Return one event of an answer that comes bit by bit."""
    return f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n".encode()


def bit(text: str | None, *, ending: str | None = None, usage: tuple[int, int] | None = None) -> bytes:
    """Return a bit of an answer; None for one that holds only the tokens."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": ending}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "tiny",
        "choices": [] if text is None else [choice],
    }
    if usage:
        sent, received = usage
        body["usage"] = {
            "prompt_tokens": sent,
            "completion_tokens": received,
            "total_tokens": sent + received,
        }
    return event(body)


def streams(
    *texts: str,
    ending: str = "stop",
    usage: tuple[int, int] | None = (10, 5),
    pause: float = 0.0,
    lacks: int = 0,
) -> Told:
    """Return a proper answer that comes bit by bit.

    Args:
        texts: its bits; with `lacks` it never gets to its end.
        ending: the finish reason.
        usage: tokens sent and received; None for a server that does not count.
        pause: seconds between the bits.
        lacks: bytes that are promised and never come.
    """
    bits = [bit(text) for text in texts]
    if not lacks:
        bits += [bit("", ending=ending), *([bit(None, usage=usage)] if usage else []), event("[DONE]")]
    return Told(kind="text/event-stream", parts=tuple(bits), pause=pause, lacks=lacks)


def fails(
    status: int, message: str = "no", *, code: str | None = None, retry_after: str | None = None
) -> Told:
    """Return an error as OpenAI-compatible servers tell it."""
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Told(json.dumps(body).encode(), status=status, headers=headers)


def hangs() -> Told:
    """Return an answer that nobody waits for."""
    return says("{}", wait=60.0)


def drips(content: object) -> Told:
    """Return an answer whose every byte comes in time, and whose whole does not."""
    told = says(content)
    return Told(told.body, piece=1, pause=0.05)


def resets() -> Told:
    """Return a connection reset."""
    return Told(resets=True)


def breaks_off(text: str) -> Told:
    """Return an answer that used up its room."""
    return says(text, ending="length")


def chooses_nothing() -> Told:
    """Return an answer without choices."""
    return Told(json.dumps({"id": "1", "object": "chat.completion", "model": "tiny", "choices": []}).encode())


def floods(megabytes: int = 20) -> Told:
    """Return far more than any answer holds."""
    return says("x" * (megabytes * 1_000_000))


def shows_page() -> Told:
    """Return a web page, as a proxy or a wrong address does."""
    return Told(b"<html><body>Sign in</body></html>", kind="text/html")


def mislabels(content: object) -> Told:
    """Return a proper answer under a wrong content type."""
    return Told(says(content).body, kind="text/plain")


def refuses() -> Told:
    """Return a model's refusal."""
    return says(None, refusal="I cannot help with that.")


def takes_no(name: str, message: str, then: Answer | Told) -> Answer:
    """Return a server that refuses requests in which *name* stands (`response_format`, or its type: `json_schema`)."""

    def answer(asked: Asked) -> Told:
        form = asked.body.get("response_format", {}).get("type")
        if name in asked.body or name == form:
            return fails(400, message)
        return then(asked) if callable(then) else then

    return answer


def in_turn(*told: Told) -> Answer:
    """Return a server that gives each in turn, and the last one ever after."""
    return lambda asked: told[min(asked.number, len(told) - 1)]
