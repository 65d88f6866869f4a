"""The oracle behind an OpenAI-compatible address of this machine, with a count of what was asked and answered."""

import json
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final

from journeyai.evaluation.loopback import LoopbackServer
from journeyai.evaluation.oracle import Manner, Oracle
from journeyai.resources import folder as shipped_folder

MODEL: Final = "oracle"

Counting = Callable[[str], int]


def tokenizer() -> Counting:
    """Return what counts a text's tokens as a vendor's model does (o200k), or as our own reader's XLM-R does.

    The former's tables come with `bpe-openai`, a development package; the latter takes punctuation, and so JSON, apart.
    """
    if find_spec("bpe_openai") is not None:
        with warnings.catch_warnings():
            # It opens its tables in a way that Python 3.11 calls old.
            warnings.simplefilter("ignore", DeprecationWarning)
            encoding = import_module("bpe_openai").get_encoding("o200k_base")
        return lambda text: len(encoding.encode_ordinary(text))
    from tokenizers import Tokenizer

    path = shipped_folder("knowledge").joinpath("reader", "tokenizer.json")
    made = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    made.no_truncation()
    made.no_padding()
    return lambda text: len(made.encode(text, add_special_tokens=False).ids)


def _by_letters(text: str) -> int:
    return -(-len(text) // 4)


@dataclass(slots=True)
class Served:
    """What a server has answered so far.

    Attributes:
        calls: answers given.
        tokens_in: of all questions.
        tokens_out: of all answers.
        letters_out: characters of all answers.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    letters_out: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, tokens_in: int, tokens_out: int, letters_out: int) -> None:
        """Count an answer."""
        with self._lock:
            self.calls += 1
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out
            self.letters_out += letters_out


class OracleServer(LoopbackServer):
    """An oracle behind an OpenAI-compatible address of this machine, until it is closed."""

    def __init__(self, oracle: Oracle, manner: Manner | None = None) -> None:
        """Serve *oracle* at a free port."""
        self.served = Served()
        super().__init__(_handler(oracle, manner or Manner(), self.served))


def _handler(oracle: Oracle, manner: Manner, served: Served) -> type[BaseHTTPRequestHandler]:
    count = _by_letters if manner.letters else tokenizer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: without it the kernel waits 40 ms between head and body.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """List the one model there is."""
            self._send(200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})

        def do_POST(self) -> None:
            """Answer a chat."""
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            due = time.monotonic() + manner.milliseconds / 1000
            try:
                request = json.loads(raw)
                messages = request["messages"]
                schema = request.get("response_format", {}).get("json_schema", {}).get("schema", {})
                reply = oracle.answer(messages, schema)
            except (ValueError, KeyError, TypeError, AttributeError):
                self._send(
                    400, {"error": {"message": "no chat can be read", "type": "invalid_request_error"}}
                )
                return
            sent = sum(4 + count(message["content"]) for message in messages)
            got = count(reply)
            served.add(sent, got, len(reply))
            time.sleep(max(0.0, due - time.monotonic()))
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": reply}}
            self._send(
                200,
                {
                    "id": "chat",
                    "object": "chat.completion",
                    "created": 0,
                    "model": MODEL,
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
