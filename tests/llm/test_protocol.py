"""The client against a real server and a model whose answers are noise: what holds is ours, not the model's."""

import json
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import pytest
from pydantic import Field
from tests.llm.server import MODEL, LlamaServer

from journeyai.engines.llm.address import find_address
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.asking import Failure, Question, Reply
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.client import LLMClient
from journeyai.engines.llm.dialect import Dialect, Form
from journeyai.engines.llm.money import Budget
from journeyai.errors import BudgetError, EngineError
from journeyai.privacy import Masker
from journeyai.prompting import Prompt, StepPrompts
from journeyai.settings import LLMSettings, PrivacySettings

pytestmark = pytest.mark.llm_server


class Verdict(Reply):
    """Small and of closed values: whatever a model says, it is soon done."""

    feeling: Literal["glad", "calm", "cross"]
    line: int = Field(ge=0, le=9)


class Titled(Verdict):
    """With a text, whose bound no server is told of: this model writes on until there is no room."""

    title: str = Field(max_length=40)


class Flood(Reply):
    """As long as the room it gets."""

    numbers: list[int] = Field(min_length=500, max_length=600)


#: Short ones of the test's own: what the shipped prompts do is seen in `test_draft.py`.
PROMPTS = StepPrompts(
    "label",
    Prompt("label/system", "You label what a customer says. You answer with JSON."),
    Prompt("label/user", "$count lines:\n$lines"),
    Prompt("label/retry", "That could not be used: $error Answer again with JSON alone."),
)
COMPLAINT = "[1] The parcel came a week late and the box was soaked."


def about(
    lines: str, *, reply: type[Verdict] = Verdict, room: int = 100, names: Sequence[str] = ()
) -> Question[Verdict]:
    return Question("label", {"count": "1"}, {"lines": lines}, reply, room, names, about="a.md")


FLOOD = Question("label", {"count": "1"}, {"lines": COMPLAINT}, Flood, 2000, about="a.md")


@dataclass(frozen=True)
class Desk:
    """A client with all that belongs to it."""

    client: LLMClient
    store: AnswerStore
    budget: Budget
    folder: Path

    def ask(self, *questions: Question[Any]) -> list[Any]:
        return self.client.ask_all(questions, lambda done, total: None)

    def calls(self) -> list[dict[str, Any]]:
        """The lines of the log of calls."""
        path = self.folder / "calls.jsonl"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


@contextmanager
def desk(
    url: str,
    folder: Path,
    *,
    model: str = MODEL,
    key: str = "",
    masked: bool = False,
    form: Form | None = None,
    max_tokens: int | None = None,
    **settings: Any,
) -> Iterator[Desk]:
    """Open a desk over the answers kept in *folder*."""
    wished = LLMSettings(
        base_url=url, model=model, timeout_seconds=300, **{"concurrency": 2, "retries": 0, **settings}
    )
    address = find_address(wished, environment={"OPENAI_API_KEY": key} if key else {})
    with AnswerStore(folder / "cache.sqlite") as store:
        if form:
            store.set_dialect(f"{address.kind}/{address.model}", asdict(Dialect(form=form, is_settled=True)))
        budget = Budget(store.open_job("draft"), None, max_tokens=max_tokens)
        log = CallLog(folder / "calls.jsonl", content=wished.log_content)
        masker = partial(Masker, settings=PrivacySettings()) if masked else None
        with LLMClient(address, wished, store, budget, masker, log, prompts=lambda step: PROMPTS) as client:
            yield Desk(client, store, budget, folder)


def test_a_reply_keeps_to_its_schema_and_what_it_took_is_told(llama: LlamaServer, tmp_path: Path) -> None:
    with desk(llama.url, tmp_path) as here:
        (reply,) = here.ask(about(COMPLAINT))
        (call,) = here.calls()
        spent = here.budget.tokens
    assert isinstance(reply, Verdict)
    assert (call["outcome"], call["dialect"], call["tries"]) == ("answered", "json_schema", 1)
    assert (call["model"], call["estimated"], call["cached"]) == (MODEL, False, False)
    assert 20 < call["tokens_in"] < 100
    assert 5 < call["tokens_out"] <= 100
    assert spent == call["tokens_in"] + call["tokens_out"]


def test_an_answer_is_asked_for_once_even_if_the_server_comes_back_elsewhere(
    llama: LlamaServer, tmp_path: Path
) -> None:
    with desk(llama.url, tmp_path) as here:
        first = here.ask(about(COMPLAINT))
    with LlamaServer(key="the-right-one") as other, desk(other.url, tmp_path, key="the-right-one") as here:
        assert here.ask(about(COMPLAINT)) == first
        assert other.asked() == 0
        assert (here.client.tally.cached, here.client.tally.requests) == (1, 0)
        assert [call["cached"] for call in here.calls()] == [False, True]
        # Nor was it silent because nobody was let in.
        (reply,) = here.ask(about("[1] I love it."))
        assert isinstance(reply, Verdict)
        assert other.asked(1) == 1
        refused(other, tmp_path)


def refused(server: LlamaServer, folder: Path) -> None:
    """A wrong key ends the run, and stands in no message."""
    with desk(server.url, folder, key="a-wrong-one-12345") as here:
        with pytest.raises(EngineError, match="key") as raised:
            here.ask(about("[1] Something new."), about("[1] And another."))
        assert "12345" not in f"{raised.value.message}{raised.value.hint}{here.calls()}"


def test_an_answer_that_breaks_off_twice_is_a_failure_and_is_not_kept(
    llama: LlamaServer, tmp_path: Path
) -> None:
    before = llama.asked()
    with desk(llama.url, tmp_path) as here:
        short, whole = here.ask(about(COMPLAINT, room=6), about(COMPLAINT))
        assert isinstance(short, Failure)
        assert (short.reason, short.about) == ("truncated", "a.md")
        assert isinstance(whole, Verdict)
        assert sorted(call["outcome"] for call in here.calls()) == ["answered", "truncated", "truncated"]
        assert llama.asked(before + 3) - before == 3
        here.ask(about(COMPLAINT, room=6))
        assert llama.asked(before + 5) - before == 5


def test_a_question_longer_than_the_model_can_hold_costs_that_question_alone(
    llama: LlamaServer, tmp_path: Path
) -> None:
    with desk(llama.url, tmp_path) as here:
        long, short = here.ask(about(COMPLAINT * 600), about(COMPLAINT))
    assert isinstance(long, Failure)
    assert long.reason == "truncated"
    assert isinstance(short, Verdict)


def test_many_questions_are_under_way_together_and_answered_in_order(
    llama: LlamaServer, tmp_path: Path
) -> None:
    questions = [about(f"[{n}] Order {n} is late.") for n in (1, 2, 3, 4)]
    told: list[tuple[int, int]] = []
    before = llama.asked()
    with desk(llama.url, tmp_path) as here:
        together = here.client.ask_all(questions, lambda done, total: told.append((done, total)))
        kept = [here.ask(question)[0] for question in questions]
    assert together == kept
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert llama.asked(before + 4) - before == 4
    # It has a place for each of those that it answers at the same time.
    places = re.findall(r"launch_slot_: id +(\d)", llama.said())
    assert set(places[before:]) == {"0", "1"}


@pytest.mark.parametrize("form", get_args(Form))
def test_in_every_form_there_is_a_bounded_reply_or_a_failure(
    form: Form, llama: LlamaServer, tmp_path: Path
) -> None:
    with desk(llama.url, tmp_path, form=form) as here:
        (found,) = here.ask(about(COMPLAINT, reply=Titled, room=60))
        calls = here.calls()
    assert {call["dialect"] for call in calls} == {form}
    if isinstance(found, Failure):
        assert found.reason == calls[-1]["outcome"] in {"unreadable", "truncated"}
    else:
        assert isinstance(found, Titled)
        assert len(found.title) <= 40


@pytest.mark.parametrize("masked", [True, False], ids=["masked", "open"])
def test_names_and_numbers_leave_only_where_masking_is_off(
    masked: bool, llama: LlamaServer, tmp_path: Path
) -> None:
    lines = "[1] I am Rosalind Okafor, write to r.okafor@example.org about it."
    with desk(llama.url, tmp_path, masked=masked, log_content=True) as here:
        (reply,) = here.ask(about(lines, names=["Rosalind Okafor"]))
        (call,) = here.calls()
    assert isinstance(reply, Verdict)
    sent = json.dumps(call["asked"])
    for private in ("Rosalind", "Okafor", "example.org"):
        assert (private in sent) is not masked
    assert ("[PERSON_1]" in sent) is masked


def test_no_model_need_be_named_where_the_server_tells_which_it_has(
    llama: LlamaServer, tmp_path: Path
) -> None:
    with desk(llama.url, tmp_path, model="") as here:
        assert here.client.model == MODEL


def test_this_server_answers_to_any_name_and_the_map_tells_the_one_that_was_asked(
    llama: LlamaServer, tmp_path: Path
) -> None:
    with desk(llama.url, tmp_path, model="no-such-model") as here:
        (reply,) = here.ask(about(COMPLAINT))
        assert here.client.model == "no-such-model"
    assert isinstance(reply, Verdict)


def test_a_cap_on_tokens_ends_the_run_before_the_question_that_may_pass_it(
    llama: LlamaServer, tmp_path: Path
) -> None:
    before = llama.asked()
    with desk(llama.url, tmp_path, max_tokens=400, concurrency=1) as here:
        with pytest.raises(BudgetError):
            here.ask(about(COMPLAINT), about("[1] I love it."), about("[1] Too dear."), FLOOD)
        assert here.budget.tokens <= 400
        answered = [call for call in here.calls() if call["outcome"] == "answered"]
    assert 1 <= len(answered) <= 3
    assert llama.asked(before + len(answered)) - before == len(answered)


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to one thread")
def test_ctrl_c_is_heard_while_the_model_writes_and_the_server_stops_writing(
    llama: LlamaServer, tmp_path: Path
) -> None:
    before = llama.dropped()
    main = threading.main_thread().ident
    assert main is not None
    began = time.monotonic()
    with desk(llama.url, tmp_path) as here:
        timer = threading.Timer(2, lambda: signal.pthread_kill(main, signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            here.ask(FLOOD)
        assert time.monotonic() - began < 10
        # The same client is of use again at once.
        (reply,) = here.ask(about(COMPLAINT))
    assert isinstance(reply, Verdict)
    assert llama.dropped(before + 1) - before == 1


def test_a_server_that_dies_while_it_writes_ends_the_run_and_what_was_answered_stays(
    runtime: None, tmp_path: Path
) -> None:
    with LlamaServer() as mortal, desk(mortal.url, tmp_path, retries=1) as here:
        first = here.ask(about(COMPLAINT))
        timer = threading.Timer(2, mortal.kill)
        timer.start()
        # Nobody there any more: it is asked once again, and then every other question would fail, too.
        with pytest.raises(EngineError, match="cannot be reached"):
            here.ask(FLOOD)
        assert here.ask(about(COMPLAINT)) == first


class Line(Reply):
    """One of many small ones, each soon at its end."""

    feeling: Literal["glad", "calm", "cross"]
    number: int = Field(ge=0, le=9)


class Lines(Reply):
    entries: ClassVar[str] = "lines"

    # Told to the server alone: the beginning of an answer has fewer.
    lines: list[Line] = Field(max_length=200, json_schema_extra={"minItems": 6})


def many(least: int = 6, room: int = 900) -> Question[Lines]:
    return Question("label", {"count": "1"}, {"lines": COMPLAINT}, Lines, room, about=f"{least}")


def test_an_answer_is_heard_while_it_comes_and_its_tokens_are_counted(
    llama: LlamaServer, tmp_path: Path
) -> None:
    heard: list[tuple[float, int]] = []
    began = time.monotonic()
    with desk(llama.url, tmp_path) as here:
        found = here.client.ask_streaming(
            many(), lambda reply: heard.append((time.monotonic() - began, len(reply.lines)))
        )
        took = time.monotonic() - began
        calls = here.calls()
    counts = [count for _, count in heard]
    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) >= 6
    # The first line was there well before the last.
    assert heard[0][0] < heard[-1][0] <= took
    whole = found.rescued if isinstance(found, Failure) else found
    assert isinstance(whole, Lines)
    (call,) = calls
    assert call["outcome"] in {"answered", "truncated"}
    assert (call["estimated"], 20 < call["tokens_in"] < 200) == (False, True)
    assert 40 < call["tokens_out"] <= 900


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to one thread")
def test_ctrl_c_while_an_answer_comes_lets_the_server_go_and_counts_the_worst(
    llama: LlamaServer, tmp_path: Path
) -> None:
    before = llama.dropped()
    main = threading.main_thread().ident
    assert main is not None
    heard: list[int] = []

    def hear(reply: Lines) -> None:
        heard.append(len(reply.lines))
        if len(heard) == 2:
            signal.pthread_kill(main, signal.SIGINT)

    with desk(llama.url, tmp_path) as here:
        with pytest.raises(KeyboardInterrupt):
            here.client.ask_streaming(many(room=2000), hear)
        assert len(heard) < 10
        assert here.budget.tokens >= 2000
        assert [call["outcome"] for call in here.calls()] == ["stopped"]
        (reply,) = here.ask(about(COMPLAINT))
    assert isinstance(reply, Verdict)
    assert llama.dropped(before + 1) - before == 1
