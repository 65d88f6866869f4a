"""Servers of this machine alone, for models that are none: a perfect reader, one that obeys whatever it reads."""

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple, Self


class Spoken(NamedTuple):
    """An answer: its text, and the tokens that asking and answering took."""

    text: str
    tokens_in: int
    tokens_out: int


#: The body of a request for a chat → the answer; ValueError, KeyError, TypeError or AttributeError if it asks nothing
#: that can be read.
Answering = Callable[[Mapping[str, Any]], Spoken]


class LoopbackServer:
    """An OpenAI-compatible address of this machine, until it is closed."""

    def __init__(self, model: str, answering: Answering) -> None:
        """Serve *model* at a free port.

        Args:
            model: the one name that is listed.
            answering: gives the answers; in many threads at once.
        """
        self._server = _Server(("127.0.0.1", 0), _handler(model, answering))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def _handler(model: str, answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: without it the kernel waits 40 ms between head and body.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """List the one model there is."""
            self._send(200, {"object": "list", "data": [{"id": model, "object": "model"}]})

        def do_POST(self) -> None:
            """Answer a chat."""
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                text, sent, got = answering(json.loads(raw))
            except (ValueError, KeyError, TypeError, AttributeError):
                self._send(
                    400, {"error": {"message": "no chat can be read", "type": "invalid_request_error"}}
                )
                return
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            self._send(
                200,
                {
                    "id": "chat",
                    "object": "chat.completion",
                    "created": 0,
                    "model": model,
                    "choices": [choice],
                    "usage": {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got},
                },
            )

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _send(self, status: int, body: Mapping[str, Any]) -> None:
            data = json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

    return Handler
