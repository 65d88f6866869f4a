"""A real model for the tests marked `llm_server`: one server for all of them, started when the first one asks."""

from collections.abc import Iterator

import pytest
from tests.llm.server import LlamaServer, UnavailableError, lacking


@pytest.fixture(scope="session")
def runtime() -> None:
    """Skip the test, and tell why, where there is no real model to start."""
    if why := lacking():
        pytest.skip(why)


@pytest.fixture(scope="session")
def llama(runtime: None) -> Iterator[LlamaServer]:
    """Return a running server; where there can be none, the test is skipped and told why."""
    server = LlamaServer()
    try:
        server.start()
    except UnavailableError as why:
        pytest.skip(str(why))
    yield server
    server.stop()
