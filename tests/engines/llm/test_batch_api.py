"""What stands in files of answers, whatever wrote them; and what is booked for a batch."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.batch.vendor_server import VendorServer, answer, fault
from tests.engines.llm.servers import ModelServer, says

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.answers import Answer, AnswerStore
from journeyai.engines.llm.batch_api import (
    AnswerLine,
    BatchApi,
    LineError,
    NotThereError,
    UnknownEndError,
    _line,
    _split,
)
from journeyai.engines.llm.money import Spent, Usage
from journeyai.engines.llm.prices import FREE, Price
from journeyai.errors import EngineError
from journeyai.settings import LLMSettings


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with VendorServer(lambda body: answer("{}")) as running:
        yield running


@pytest.fixture
def api(server: VendorServer) -> Iterator[BatchApi]:
    with BatchApi(Address("openai", "tiny", server.url, "sk-secret-4711"), LLMSettings(retries=1)) as made:
        yield made


SIGNS = [b"a", b" ", b"\n", b"\r", b"\x0b", b"\x85", "\u2028".encode()]


@given(st.lists(st.lists(st.sampled_from(SIGNS), max_size=6).map(b"".join), max_size=6))
def test_lines_are_the_same_however_they_arrive(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    assert list(_split(pieces)) == [line for line in whole.split(b"\n") if line.strip()]


def raw(**told: Any) -> bytes:
    return json.dumps({"custom_id": "k", **told}).encode()


@pytest.mark.parametrize(
    ("line", "status", "code", "words"),
    [
        (raw(response=None, error={"code": "batch_expired", "message": "Late"}), None, "batch_expired", "Late"),
        (raw(response={"status_code": 429, "body": fault(429, "Slow")[1]}), 429, "", "Slow"),
        (raw(response={"status_code": 500, "body": "<html>"}), 500, "", ""),
        (raw(response={"status_code": "bad", "body": None}, error="bad"), None, "", ""),
        (raw(response={"status_code": 200, "body": {"choices": []}}), None, "", "an answer that is none of a model's"),
        (raw(response={"status_code": 200, "body": None}), None, "", "an answer that is none of a model's"),
        (raw(), None, "", ""),
    ],
    ids=["expired", "busy", "a page", "nonsense", "no choices", "no body", "nothing"],
)  # fmt: skip
def test_a_line_without_an_answer_says_why(line: bytes, status: int | None, code: str, words: str) -> None:
    read = _line(line)
    assert read is not None
    assert read.told is None
    assert isinstance(read.error, LineError)
    assert (read.key, read.error.status_code, read.error.code, str(read.error)) == ("k", status, code, words)


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b"7", b'"custom_id"', b'{"custom_id": 7}', b"\xff\xfe", b"[" * 100_000, b"null"],
    ids=["torn", "list", "number", "text", "number for a key", "no text", "deep", "null"],
)
def test_what_nobody_can_read_is_passed_over(line: bytes) -> None:
    assert _line(line) is None


def test_an_answer_is_read_with_what_it_took() -> None:
    body = answer("Ünïcode\u2028here", usage=(7, 3))[1]
    read = _line(raw(response={"status_code": 200, "body": body}))
    assert read is not None
    assert read.told is not None
    assert (read.told.text, read.told.usage, read.told.model) == ("Ünïcode\u2028here", Usage(7, 3), "tiny")


def test_a_file_goes_up_and_its_batch_is_found_by_its_token(
    server: VendorServer, api: BatchApi, tmp_path: Path
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(json.dumps({"custom_id": "k1", "body": {}}).encode() + b"\n")
    file = api.upload(path)
    batches = [api.submit(file, f"token-{number}") for number in range(5)]
    assert server.files[file] == path.read_bytes()
    found = api.find({"token-0", "token-3", "token-9"}, 0.0)
    assert {token: batch.id for token, batch in found.items()} == {
        "token-0": batches[0],
        "token-3": batches[3],
    }
    assert not api.look(batches[0]).is_over
    server.work()
    over = api.look(batches[0])
    assert (over.status, over.answered, over.token, len(over.files)) == ("completed", 1, "token-0", 1)
    (line,) = api.lines(over.files[0])
    assert isinstance(line, AnswerLine)
    assert line.key == "k1"


def test_the_list_is_not_read_further_back_than_it_must(tmp_path: Path) -> None:
    now = 10_000_000.0
    with VendorServer(lambda body: answer("{}"), clock=lambda: now, most_listed=1) as server:
        with BatchApi(Address("openai", "tiny", server.url, "none"), LLMSettings()) as api:
            path = tmp_path / "q.jsonl"
            path.write_bytes(b"{}\n")
            file = api.upload(path)
            for number in range(6):
                now += 86_400
                api.submit(file, f"t{number}")
            server.calls.clear()
            assert api.find({"none of them"}, now) == {}
        assert len(server.calls) == 3


def test_what_is_not_there_is_told_apart_from_what_has_no_batches(
    server: VendorServer, api: BatchApi, tmp_path: Path
) -> None:
    with pytest.raises(NotThereError):
        api.look("batch_none")
    with pytest.raises(NotThereError):
        list(api.lines("file-none"))
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"{}\n")
    server.has_batches = False
    with pytest.raises(EngineError, match="has no batches"):
        api.upload(path)
    with pytest.raises(EngineError, match="has no batches"):
        api.submit("file-0000", "t")


@pytest.mark.parametrize("status", [500, 503, 408])
def test_a_batch_is_never_begun_a_second_time(server: VendorServer, api: BatchApi, status: int) -> None:
    server.faults["POST", "/v1/batches"] = [fault(status, "no")] * 3
    with pytest.raises(UnknownEndError):
        api.submit("file-0000", "t")
    assert server.calls == [("POST", "/v1/batches")]


def test_an_error_shows_no_key(server: VendorServer, api: BatchApi) -> None:
    server.faults["GET", "/v1/batches/b"] = [fault(401, "Wrong key sk-secret-4711")]
    with pytest.raises(EngineError) as refused:
        api.look("b")
    assert "refuses the key" in refused.value.message
    assert "4711" not in refused.value.message + refused.value.hint


def test_a_server_that_is_no_batch_api_is_told() -> None:
    with (
        ModelServer(says("hello")) as server,
        BatchApi(Address("openai", "tiny", server.url, "none"), LLMSettings(retries=0)) as api,
    ):
        for ask in (lambda: api.submit("f", "t"), lambda: api.look("b")):
            with pytest.raises(EngineError, match="gave an answer that is none of a Batch API's"):
                ask()


# What is booked


def test_a_batch_is_booked_once_however_often_it_is_told(tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "cache.sqlite") as store:
        job = store.open_job("summaries")
        job.add(Usage(1, 2), Decimal(5))
        job.book("batch", Usage(100, 200), Decimal(3))
        assert job.spent == Spent(2, Usage(101, 202), Decimal(8))
        for _ in range(2):
            store.open_job("other").book("batch", Usage(10, 20, estimated=True), Decimal(1))
        assert job.spent == Spent(2, Usage(11, 22, estimated=True), Decimal(6))
        job.add(Usage(1, 0), Decimal(1))
        store.unbook("batch")
        store.unbook("batch")
        assert job.spent == Spent(2, Usage(2, 2), Decimal(6))


def test_an_answer_of_no_use_can_be_dropped_alone(tmp_path: Path) -> None:
    with AnswerStore(tmp_path / "cache.sqlite") as store:
        kept = Answer("{}", Usage(1, 1), "tiny", "summarise")
        store.put("a", kept)
        store.put("b", kept)
        store.drop("a")
        store.drop("a")
        assert (store.get("a"), store.get("b")) == (None, kept)


def test_a_batch_costs_half_of_everything() -> None:
    price = Price(Decimal(2), Decimal(8), Decimal("0.5"), Decimal("2.5"))
    assert price.in_batch() == Price(Decimal(1), Decimal(4), Decimal("0.25"), Decimal("1.25"))
    assert Price(Decimal(2), Decimal(8)).in_batch() == Price(Decimal(1), Decimal(4))
    assert FREE.in_batch() == FREE
