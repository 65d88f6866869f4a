"""The server itself: it tells its address, and it never outlives who started it."""

import json
import subprocess
import sys
import time
import urllib.request

import pytest
from tests.llm.server import MODEL, LlamaServer
from tests.repository import ROOT

pytestmark = pytest.mark.llm_server

STARTER = """
import time
from tests.llm.server import LlamaServer
with LlamaServer() as server:
    print(server.url, flush=True)
    time.sleep(600)
"""


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/models", timeout=5) as reply:
            return bool(json.load(reply)["data"][0]["id"] == MODEL)
    except OSError:
        return False


def test_it_offers_one_model_and_is_gone_when_it_is_left(runtime: None) -> None:
    with LlamaServer() as server:
        assert answers(server.url)
    assert not answers(server.url)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_it_ends_when_its_starter_is_killed(runtime: None) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        assert answers(url)
        starter.kill()
        deadline = time.monotonic() + 20
        while answers(url) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not answers(url)
