"""`journeyai serve` in a process of its own, and somebody who speaks HTTP with it word by word."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.studies import environment

from journeyai.serving.guard import PAGE_HEADER

_ISLAND = re.compile(r'<script type="application/json" id="live">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What the server answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Served:
    """A running server.

    Attributes:
        process: the server's.
        address: as it printed it.
        cookie: of who was let in.
        secret: the page's own.
        number: the state of the map that was last told.
    """

    process: subprocess.Popen[str]
    address: str
    cookie: str = ""
    secret: str = ""
    number: int = 0

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def place(self) -> str:
        """The path under which the page is, without a slash at its end."""
        return urlsplit(self.address).path.rstrip("/")

    @property
    def page(self) -> str:
        """The page's address, without the word that lets in."""
        return f"http://{self.host}{self.place}/"

    @property
    def door(self) -> str:
        """The path of the printed address."""
        return self.address.partition(self.host)[2]

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        is_whole: bool = False,
    ) -> Answer:
        """Send one request, with nothing but *headers*.

        Args:
            method: of HTTP.
            path: below the page's own; or a whole one, if *is_whole* says so or it begins with that.
            body: what is sent.
            headers: beside `Host`, or in its place.
            is_whole: whether nothing goes before *path*.
        """
        if not (is_whole or path.startswith(f"{self.place}/")):
            path = self.place + path
        connection = HTTPConnection(self.host, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": self.host, **(headers or {})}.items():
                connection.putheader(name, value)
            if body is not None and "Transfer-Encoding" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(
                answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
            )
        finally:
            connection.close()

    def enter(self) -> "Served":
        """Come in by the address and read the page, as a browser does."""
        door = self.ask("GET", self.door)
        self.cookie = door.headers["set-cookie"].partition(";")[0]
        page = self.ask("GET", "/", headers={"Cookie": self.cookie})
        island = _ISLAND.search(page.text)
        assert island is not None
        live = json.loads(island[1])
        self.secret, self.number = live["token"], live["head"]
        return self

    def own_headers(self) -> dict[str, str]:
        """Return what the page sends with a change."""
        return {
            "Cookie": self.cookie,
            "Origin": f"http://{self.host}",
            "Content-Type": "application/json",
            PAGE_HEADER: self.secret,
            "Sec-Fetch-Site": "same-origin",
        }

    def look(self, path: str = "/news", number: int | None = None) -> dict[str, Any]:
        """Ask what is new."""
        shown = self.number if number is None else number
        return self.ask("GET", f"{path}?number={shown}", headers={"Cookie": self.cookie}).told

    def do(self, path: str, *changes: Mapping[str, Any], number: int | None = None) -> dict[str, Any]:
        """Ask for a change, as the page does; take over the state that is told."""
        asked: dict[str, Any] = {"number": self.number if number is None else number}
        if changes:
            asked["changes"] = changes
        told = self.ask("POST", path, json.dumps(asked).encode(), self.own_headers()).told
        self.number = told["number"]
        return told

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what stood on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@contextmanager
def served(
    study: Path,
    *options: str,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = ("-m", "journeyai"),
) -> Iterator[Served]:
    """Serve *study* as long as the context lasts; no browser is opened unless *env* names one.

    Args:
        study: the folder.
        options: of the command.
        env: what the process finds in its environment besides the usual.
        program: what Python runs as `journeyai`.
    """
    open_ = [] if env else ["--no-open"]
    with subprocess.Popen(
        [sys.executable, *program, "serve", *open_, "--study", str(study), *options],
        env=environment(**(env or {})), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, process.communicate()[1]
            yield Served(process, address)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
