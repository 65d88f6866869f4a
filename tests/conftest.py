"""What every test stands on: no network, and golden files that a flag writes anew."""

import os
import socket
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

# A developer's own model must be asked by no test, nor by what a fixture of the whole session drafts.
for _name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "JOURNEYAI_MODEL", "OLLAMA_HOST"):
    os.environ.pop(_name, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden",
        action="store_true",
        help="write golden files anew instead of comparing with them",
    )


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    for name in ("connect", "connect_ex"):
        allowed = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, allowed: Callable[..., Any] = allowed) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
                raise AssertionError(f"A test tried to reach {address[0]} over the network.")
            return allowed(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with `golden/NAME` beside the test; with `--regenerate-golden`, write it there."""

    def compare(name: str, actual: str) -> None:
        path = Path(request.path).parent / "golden" / name
        if request.config.getoption("--regenerate-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(actual.encode("utf-8"))
        assert actual == path.read_bytes().decode("utf-8"), "run pytest --regenerate-golden if this is meant"

    return compare


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a small study in a language, drafted once for all tests: copy it before changing anything in it."""
    from tests.studies import small_study

    made: dict[str, Path] = {}

    def of(language: str) -> Path:
        if language not in made:
            root = tmp_path_factory.mktemp("studies") / language
            small_study(root, language).draft()
            made[language] = root
        return made[language]

    return of
