"""The Batch endpoints of OpenAI's API on this machine: what is in its files is answered when a test says so."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any, Self

#: Says what becomes of a request (body of `/v1/chat/completions`): (status, body), or None for one that expires.
Reader = Callable[[dict[str, Any]], tuple[int, dict[str, Any]] | None]


@dataclass
class Job:
    """A batch at the vendor."""

    id: str
    input: str
    metadata: dict[str, str]
    created_at: int
    status: str = "validating"
    output: str | None = None
    errors: str | None = None
    answered: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def told(self, total: int) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "input_file_id": self.input,
            "created_at": self.created_at,
            "status": self.status,
            "output_file_id": self.output,
            "error_file_id": self.errors,
            "metadata": self.metadata,
            "errors": {"object": "list", "data": self.problems} if self.problems else None,
            "request_counts": {"total": total, "completed": self.answered, "failed": 0},
        }


class VendorServer:
    """Speaks `/v1/files` and `/v1/batches`; also `/v1/chat/completions`, with the same reader.

    Attributes:
        files: id → content.
        jobs: id → batch.
        calls: (method, path) of every request, in order.
        faults: (method, pattern of the path) → responses that are given first: (status, body), or `reset` before and
            `reset after` having done what was asked.
        hook: called with (method, path, whether it is done already) before a request is looked at, and again before it
            is answered; what it says True to goes no further.
    """

    def __init__(
        self, reader: Reader, *, clock: Callable[[], float] | None = None, most_listed: int = 3
    ) -> None:
        import time

        self.reader = reader
        self.files: dict[str, bytes] = {}
        self.jobs: dict[str, Job] = {}
        self.calls: list[tuple[str, str]] = []
        self.live: list[dict[str, Any]] = []
        self.faults: dict[tuple[str, str], list[Any]] = {}
        self.hook: Callable[[str, str, bool], bool] | None = None
        self.has_batches = True
        self._clock = clock or time.time
        self._most_listed = most_listed
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What tests ask and do

    def lines(self, job: Job) -> list[dict[str, Any]]:
        """Return the requests of a batch."""
        return [json.loads(line) for line in self.files[job.input].splitlines()]

    def asked(self) -> list[str]:
        """Return the `custom_id` of every request of every batch."""
        return [line["custom_id"] for job in self.jobs.values() for line in self.lines(job)]

    def work(self, *, status: str = "completed", answered: int | None = None) -> None:
        """Bring every batch that is under way to its end.

        Args:
            status: what it ends in.
            answered: how many are answered; the others have expired (or were cancelled).
        """
        for job in self.jobs.values():
            if job.status in {"validating", "in_progress"}:
                self._work(job, status, answered)

    def refuse(self, code: str, message: str) -> None:
        """Refuse every batch that is under way, as validation does."""
        for job in self.jobs.values():
            if job.status in {"validating", "in_progress"}:
                job.status = "failed"
                job.problems = [{"code": code, "message": message, "line": None, "param": None}]

    def _work(self, job: Job, status: str, most: int | None) -> None:
        good: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for line in self.lines(job):
            about = {"id": f"batch_req_{len(good)}", "custom_id": line["custom_id"]}
            done = self.reader(line["body"]) if most is None or len(good) < most else None
            if done is None:
                error = {
                    "code": f"batch_{status}" if status != "completed" else "batch_expired",
                    "message": "This request could not be executed before the completion window expired.",
                }
                bad.append(about | {"response": None, "error": error})
            elif done[0] == 200:
                good.append(about | {"response": {"status_code": 200, "body": done[1]}, "error": None})
            else:
                bad.append(about | {"response": {"status_code": done[0], "body": done[1]}, "error": None})
        # Out of order, as the vendor's are.
        Random(job.id).shuffle(good)
        job.status, job.answered = status, len(good)
        if good:
            job.output = self._keep(_jsonl(good))
        if bad:
            job.errors = self._keep(_jsonl(bad))

    def _keep(self, content: bytes) -> str:
        with self._lock:
            name = f"file-{len(self.files):04}"
            self.files[name] = content
            return name

    # HTTP

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                server._serve(self, "GET")

            def do_POST(self) -> None:
                server._serve(self, "POST")

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        path, _, query = handler.path.partition("?")
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        with self._lock:
            self.calls.append((method, path))
        fault = self._fault(method, path)
        if fault == "reset" or (self.hook and self.hook(method, path, False)):
            handler.close_connection = True
            handler.connection.close()
            return
        status, told = fault if isinstance(fault, tuple) else self._answer(handler, method, path, query, body)
        if fault == "reset after" or (self.hook and self.hook(method, path, True)):
            handler.close_connection = True
            handler.connection.close()
            return
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(content)))
            if status in {429, 500}:
                handler.send_header("Retry-After", "0.01")
            handler.end_headers()
            handler.wfile.write(content)
            handler.wfile.flush()
        except OSError:
            handler.close_connection = True

    def _fault(self, method: str, path: str) -> Any:
        for (wanted, pattern), told in self.faults.items():
            if wanted == method and re.fullmatch(pattern, path) and told:
                return told.pop(0)
        return None

    def _answer(
        self, handler: BaseHTTPRequestHandler, method: str, path: str, query: str, body: bytes
    ) -> tuple[int, Any]:
        parts = path.removeprefix("/v1/").split("/")
        if parts == ["chat", "completions"]:
            with self._lock:
                self.live.append(json.loads(body))
            return self.reader(json.loads(body)) or (500, {"error": {"message": "no"}})
        if not self.has_batches:
            return 404, {"error": {"message": "Not found"}}
        match method, parts:
            case "POST", ["files"]:
                return 200, self._upload(handler.headers["content-type"], body)
            case "GET", ["files", name, "content"] if name in self.files:
                return 200, self.files[name]
            case "POST", ["batches"]:
                return self._create(json.loads(body))
            case "GET", ["batches"]:
                return 200, self._list(query)
            case "GET", ["batches", name] if name in self.jobs:
                return 200, self._told(self.jobs[name])
            case "POST", ["batches", name, "cancel"] if name in self.jobs:
                self.jobs[name].status = "cancelling"
                return 200, self._told(self.jobs[name])
        return 404, {"error": {"message": f"No such thing: {path}", "type": "invalid_request_error"}}

    def _upload(self, kind: str, body: bytes) -> dict[str, Any]:
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        parts = {
            str(part.get_param("name", header="content-disposition")): part.get_content()
            for part in message.iter_parts()
        }
        content = parts["file"]
        assert isinstance(content, bytes)
        assert parts["purpose"].strip() == "batch"
        name = self._keep(content)
        return {"id": name, "object": "file", "bytes": len(content), "created_at": 1,
                "filename": "x.jsonl", "purpose": "batch", "status": "processed"}  # fmt: skip

    def _create(self, wanted: dict[str, Any]) -> tuple[int, Any]:
        assert (wanted["endpoint"], wanted["completion_window"]) == ("/v1/chat/completions", "24h")
        if wanted["input_file_id"] not in self.files:
            return 400, {"error": {"message": "No such file", "type": "invalid_request_error"}}
        with self._lock:
            job = Job(
                f"batch_{len(self.jobs):04}", wanted["input_file_id"], wanted["metadata"], int(self._clock())
            )
            self.jobs[job.id] = job
        return 200, self._told(job)

    def _list(self, query: str) -> dict[str, Any]:
        newest = list(reversed(self.jobs.values()))
        after = re.search(r"after=([^&]+)", query)
        if after:
            newest = newest[[job.id for job in newest].index(after[1]) + 1 :]
        page = newest[: self._most_listed]
        return {
            "object": "list",
            "data": [self._told(job) for job in page],
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
            "has_more": len(newest) > len(page),
        }

    def _told(self, job: Job) -> dict[str, Any]:
        return job.told(len(self.files[job.input].splitlines()))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that is killed is what some tests are about."""


def _jsonl(lines: list[dict[str, Any]]) -> bytes:
    # Letters as they are, among them some that Python takes for the end of a line.
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def answer(content: object, *, ending: str = "stop", usage: tuple[int, int] | None = (100, 20),
           refusal: str | None = None) -> tuple[int, dict[str, Any]]:  # fmt: skip
    """Return a proper answer of a model."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text, "refusal": refusal}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": ending}],
    }
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return 200, body


def fault(status: int, message: str, code: str = "") -> tuple[int, dict[str, Any]]:
    """Return an error of one request."""
    return status, {"error": {"message": message, "type": "error", "param": None, "code": code}}
