"""The browser that other tests stand on: it is the real one, and it goes nowhere."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

_LOCK = Path(__file__).parent / "package-lock.json"


def test_the_page_opens_a_file_without_a_complaint(page: Page, complaints: list[str], tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<title>Bank</title><script>document.title += 's'</script>", encoding="utf-8")
    page.goto(file.as_uri())
    assert (page.title(), complaints) == ("Banks", [])


@pytest.mark.parametrize("address", ["https://example.com/x", "http://192.0.2.1/x"], ids=["name", "number"])
def test_no_other_machine_is_reached(page: Page, complaints: list[str], address: str) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(address)
    assert complaints[0] == f"asked for {address}"


def test_this_machine_is_reached(page: Page) -> None:
    """A closed port refuses; an address that is walled off would have no host."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
            page.goto(f"http://127.0.0.1:{closed.getsockname()[1]}/")


def test_what_goes_wrong_in_the_page_is_told(page: Page, complaints: list[str]) -> None:
    page.goto(
        "data:text/html,<script>console.error('lost')</script><script>throw new Error('broken')</script>"
    )
    assert complaints == ["console: lost", "error: broken"]


def test_mermaid_and_axe_run_in_the_page(page: Page, npm_file: Callable[[str], Path]) -> None:
    page.goto("data:text/html,<title>t</title>")
    page.add_script_tag(path=npm_file("mermaid/dist/mermaid.min.js"))
    page.add_script_tag(path=npm_file("axe-core/axe.min.js"))
    journey = "journey\n  title Bank\n  section Join\n    Sign up: 2: Ana"
    assert page.evaluate("text => mermaid.parse(text)", journey) == {"diagramType": "journey", "config": {}}
    assert page.evaluate("axe.version") == "4.14.1"


def test_the_lock_names_exact_releases_by_hash_and_no_place_they_come_from() -> None:
    packages = json.loads(_LOCK.read_text(encoding="utf-8"))["packages"]
    assert packages.pop("")["devDependencies"] == {"axe-core": "4.14.1", "mermaid": "12.3.0"}
    assert [
        name for name, package in packages.items() if not package["integrity"].startswith("sha512-")
    ] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
