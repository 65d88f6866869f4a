"""What is answered when we have made a mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.studies import copy_study

from journeyai.app import Study
from journeyai.serving.guard import Guard
from journeyai.serving.live_map import LiveMap, Reply
from journeyai.serving.routes import make_app


class Broken(LiveMap):
    """A map of which nothing new can be told."""

    def news(self, number: int) -> Reply:
        raise ValueError(f"There is no step {number}.")


@pytest.fixture
def live(drafted: Callable[[str], Path], tmp_path: Path) -> LiveMap:
    return Broken(Study.open(copy_study(drafted("en"), tmp_path / "study")), "secret")


def test_a_mistake_of_ours_is_answered_in_words_and_reported_once(live: LiveMap) -> None:
    guard, reported = Guard(), list[str]()
    app = make_app(live, guard, reported.append)
    with TestClient(app, base_url="http://127.0.0.1:8321", raise_server_exceptions=False) as browser:
        page = f"/{guard.place}/"
        assert browser.get(page, params={"token": guard.address}).status_code == 200
        for number in (7, 7, 8):
            answer = browser.get(f"{page}news", params={"number": number})
            said = "That went wrong by a mistake in JourneyAI; the terminal says more.\n"
            assert (answer.status_code, answer.text) == (500, said)
            assert answer.headers["cache-control"] == "no-store"
        assert browser.get(f"{page}tools", params={"number": 1}).status_code == 200
    line = Broken.news.__code__.co_firstlineno + 1
    assert reported == [
        f"The page asked for something that went wrong: ValueError: There is no step {number}. "
        f"(test_routes.py, line {line}). This is a mistake in JourneyAI, not in your files; please report it "
        "with this line. The page goes on."
        for number in (7, 8)
    ]
