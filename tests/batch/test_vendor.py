"""Whole rounds through a vendor's batches: sent once, fetched whenever, and the lines are those of a live run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.batch.standins import chats, silent
from tests.batch.vendor_server import VendorServer, answer, fault

from journeyai.batch.run import Batch, Order
from journeyai.batch.spool import Limits
from journeyai.batch.vendor import Round, Vendor
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.session import Wish
from journeyai.errors import BudgetError, EngineError, SettingsError

#: The one long transcript: it takes several parts and a question that puts them together.
LONG: Final = "chats/long.txt"


def reader(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Answer as a model would: by the words it was sent, so that every item has a summary of its own."""
    name = body["response_format"]["json_schema"]["name"]
    said = body["messages"][1]["content"]
    told = (re.findall(r"order \d+|part \d+ of \d+|Part \d+:", said) or ["nothing"])[0]
    common = {
        "issue": f"About {told}\u2028\x85here",
        "what_happened": f"It is told of {told}.",
        "customer_goal": "Have it",
        "outcome": "partly",
    }
    if name == "CombinedReply":
        return answer(common | {"pain_points": [{"title": "It never came at all", "cites": [1]}]})
    if name != "SummaryReply":
        return answer({"points": []})
    numbers = [int(number) for number in re.findall(r"^\[(\d+)\] customer", said, re.MULTILINE)][:1]
    rest = {
        "emotion_start": "frustration",
        "emotion_end": "relief",
        "valence_path": [-1, 1],
        "stages": [],
        "pain_points": [{"title": f"{told} never came", "cites": numbers}] if numbers else [],
        "promises": [],
        "key_quotes": numbers,
    }
    return answer(common | rest)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    with VendorServer(reader) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def long(folder: Path) -> None:
    said = [f"Customer: My order {n} never came. {'I waited a long time for it. ' * 12}" for n in range(40)]
    (folder / "long.txt").write_text("\n".join(said) + "\n", encoding="utf-8")


def order(*paths: str, **more: Any) -> Order:
    wish = more.pop("wish", Wish(model="tiny"))
    return Order(paths or ("chats",), engine="llm", **({"out": Path("out.jsonl"), "wish": wish} | more))


def round_(*, sends: bool = True, limits: Limits | None = None, wanted: Order | None = None, **more: Any) -> Round:
    told: list[str] = []
    done = Vendor(wanted or order(), limits=limits, settled_seconds=0.0, **more).run(
        silent, told.append, sends=sends
    )
    assert not list(Path(".journeyai").glob("outbox/*"))
    return done


def counted(done: Round) -> tuple[int, int, int, int | None, int]:
    state = done.result.state
    return state.done, state.kept, state.failed, state.left, done.result.exit_code


def lines(path: str = "out.jsonl") -> list[str]:
    return Path(path).read_text(encoding="utf-8").split("\n")[:-1]


def test_a_debug(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 59)
    long(work / "chats")
    done = round_()
    print(done)
    assert counted(done) == (0, 0, 0, 60, 0)
    server.work()
    done = round_(sends=False)
    print(done)
    done = round_()
    print(done)
    server.work()
    done = round_(sends=False)
    print(done)
    live = work / "live"
    live.mkdir()
    batch = sorted(lines())
    Batch().run(order(out=live / "out.jsonl"), silent)
    assert sorted(lines("live/out.jsonl")) == batch
    assert 0
