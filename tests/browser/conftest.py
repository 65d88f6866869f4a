"""A real browser for tests: Debian's Chromium, driven by playwright, shut off from the network.

Playwright's own browsers are never fetched.  Where Chromium or what `make browser` installs is missing, tests are
skipped and say so; with `BROWSER_TESTS=required`, as continuous integration sets it, they fail instead.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from tests.browser.chromium import ARGUMENTS, find_chromium

_HERE = Path(__file__).parent
_HERE_BY_NAME = ("localhost", "127.0.0.1", "::1")
_NETWORK = ("http", "https", "ws", "wss")
# Two cores, each with a browser and a server: what takes a moment may take some seconds.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _missing(what: str) -> None:
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, opened for the tests of one module.

    Not for all of them: as long as playwright runs, no other test of the process can run an event loop of its own.
    """
    program = find_chromium()
    if program is None:
        _missing("There is no Chromium here: apt install chromium, or name it in JOURNEYAI_CHROMIUM.")
    home = tmp_path_factory.mktemp("browser")
    folders = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS], env={**os.environ, **folders}, headless=True
        )
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of its own, which is gone after the test."""
    opened = browser.new_context(locale="en-GB", timezone_id="UTC")
    yield opened
    opened.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser complained of since the test began: errors of scripts and of the console, requests elsewhere."""
    found: list[str] = []

    def elsewhere(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in _NETWORK and address.hostname not in _HERE_BY_NAME:
            found.append(f"asked for {request.url}")

    context.on("request", elsewhere)
    context.on("weberror", lambda error: found.append(f"error: {error.error}"))
    context.on(
        "console",
        lambda message: found.append(f"console: {message.text}") if message.type == "error" else None,
    )
    return found


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    """An empty page of 1280 × 800 pixels; what goes wrong in it stands in `complaints`."""
    opened = context.new_page()
    opened.set_viewport_size({"width": 1280, "height": 800})
    return opened


@pytest.fixture(scope="session")
def npm_file() -> Callable[[str], Path]:
    """Return a file of what `make browser` installs, as `axe-core/axe.min.js`."""

    def find(name: str) -> Path:
        path = _HERE / "node_modules" / name
        if not path.is_file():
            _missing(f"{name} is not installed: `make browser` (it needs npm).")
        return path

    return find
