"""Killed between any two steps of sending and fetching, nothing is paid twice and no batch is lost."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.batch.standins import chats
from tests.batch.test_vendor import booked, counted, lines, reader, round_
from tests.batch.vendor_server import VendorServer
from tests.repository import ROOT
from tests.studies import environment

DRIVER: Final = Path(__file__).with_name("vendor_driver.py")
ITEMS: Final = 5

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="this system has no kill that cannot be caught"
)


def killed_at(server: VendorServer, what: str, method: str, path: str, *, done: bool) -> None:
    """Run the driver, and kill it when a request comes, before or after the server has *done* it."""
    child = subprocess.Popen(
        [sys.executable, str(DRIVER), what], env=environment(PYTHONPATH=str(ROOT), OPENAI_BASE_URL=server.url)
    )

    def kill(asked: str, at: str, is_done: bool) -> bool:
        if (asked, at, is_done) != (method, path, done):
            return False
        child.kill()
        child.wait()
        return True

    server.hook = kill
    assert child.wait(timeout=120) == -signal.SIGKILL
    server.hook = None


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    chats(tmp_path / "chats", ITEMS)
    return tmp_path


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/files"), ("POST", "/v1/batches")], ids=["upload", "submission"]
)
def test_killed_while_it_sends(
    work: Path, monkeypatch: pytest.MonkeyPatch, method: str, path: str, done: bool
) -> None:
    with VendorServer(reader) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        killed_at(server, "send", method, path, done=done)
        has_it = path == "/v1/batches" and done
        assert len(server.jobs) == has_it
        again = round_()
        assert (again.mailing.sent, again.mailing.waiting) == (0 if has_it else ITEMS, ITEMS)
        assert len(set(server.asked())) == len(server.asked()) == ITEMS
        server.work()
        assert counted(round_(sends=False)) == (ITEMS, 0, 0, 0, 0)
    assert booked(work) == ITEMS * 120
    assert len(lines()) == ITEMS


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "path", ["/v1/batches/batch_0000", "/v1/files/file-0001/content", "/v1/files/file-0002/content"],
    ids=["look", "answers", "errors"],
)  # fmt: skip
def test_killed_while_it_fetches(work: Path, monkeypatch: pytest.MonkeyPatch, path: str, done: bool) -> None:
    with VendorServer(reader) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        round_()
        server.work(status="expired", answered=3)
        killed_at(server, "collect", "GET", path, done=done)
        again = round_(sends=False)
        assert counted(again) == (3, 0, 0, 2, 0)
        assert (again.mailing.fetched, again.mailing.further) == (3, 2)
        assert booked(work) == 3 * 120
        assert round_().mailing.sent == 2
        server.work()
        assert counted(round_(sends=False)) == (2, 3, 0, 0, 0)
        assert len(server.asked()) == ITEMS + 2
    assert booked(work) == ITEMS * 120
    assert len(lines()) == ITEMS
