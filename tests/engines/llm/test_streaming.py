"""Answers that come bit by bit, over a real HTTP server: what is handed on when, what it costs, what faults do."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from tests.engines.llm.servers import (
    Answer,
    Asked,
    ModelServer,
    Told,
    bit,
    event,
    fails,
    in_turn,
    says,
    shows_page,
    streams,
)

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.asking import Failure, Question, Reply
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.client import LLMClient
from journeyai.engines.llm.money import Budget
from journeyai.engines.llm.schema import read_so_far
from journeyai.engines.llm.sheet import MaskerFactory
from journeyai.errors import BudgetError, EngineError
from journeyai.prompting import Prompt, StepPrompts
from journeyai.settings import LLMSettings


class Line(Reply):
    text: str = Field(max_length=60)
    cites: list[int]


class Lines(Reply):
    entries: ClassVar[str] = "lines"

    found: bool
    lines: list[Line]


PROMPTS = StepPrompts(
    "tell", Prompt("tell/system", "Tell."), Prompt("tell/user", "$text"), Prompt("tell/retry", "No: $error")
)
ONE = Line(text="Late {always}.", cites=[1])
TWO = Line(text="Kind.", cites=[2, 3])
WHOLE = Lines(found=True, lines=[ONE, TWO])
HALF = Lines(found=True, lines=[ONE])
TEXT = WHOLE.model_dump_json()
#: The first line stands whole in it, and some of the second.
BEGUN = TEXT[: TEXT.index("Kin") + 2]


def about(text: str = "why?", room: int = 200, **more: Any) -> Question[Lines]:
    return Question("tell", {}, {"text": text}, Lines, room, about=text, **more)


@dataclass
class Bench:
    """A client, and what was heard of its answers."""

    client: LLMClient
    store: AnswerStore
    budget: Budget
    log: Path
    heard: list[Lines] = field(default_factory=list)

    def ask(self, question: Question[Lines] | None = None) -> Lines | Failure:
        return self.client.ask_streaming(question or about(), self.heard.append)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def bench(
    server: ModelServer,
    folder: Path,
    *,
    masker: MaskerFactory | None = None,
    max_tokens: int | None = None,
    **settings: Any,
) -> Iterator[Bench]:
    told = LLMSettings(**{"timeout_seconds": 60, "retries": 2, **settings})
    with AnswerStore(folder / "cache.sqlite") as store:
        budget = Budget(store.open_job("chat"), None, max_tokens=max_tokens)
        log = CallLog(folder / "calls.jsonl", content=told.log_content)
        with LLMClient(
            Address("openai", "tiny", server.url, "none"),
            told,
            store,
            budget,
            masker,
            log,
            prompts=lambda _: PROMPTS,
            first_wait_seconds=0.01,
        ) as client:
            yield Bench(client, store, budget, folder / "calls.jsonl")


def bits(text: str, size: int = 7) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def stream_or_whole(streamed: Told, whole: Told) -> Answer:
    return lambda asked: streamed if asked.body.get("stream") else whole


# What stands whole


@given(st.integers(0, len(TEXT)))
def test_of_an_answer_so_far_only_whole_entries_are_read(end: int) -> None:
    found = read_so_far(TEXT[:end], Lines, lambda text, most: text)
    first, second = TEXT.index("},") + 1, TEXT.index("}]") + 1
    assert found == (WHOLE if end >= second else HALF if end >= first else None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Sure!\n```json\n{BEGUN}", HALF),
        (f"```json\n{TEXT}\n```\nAnything {{else}}", WHOLE),
        (f"<think>{TEXT}", None),
        (f"<think>{{so}}</think>{TEXT}", WHOLE),
        ('{"lines": {"text": "}"}}', None),
        ('{"found": true, "lines": [{"text": 3}, ', None),
        ("[1, 2] }", None),
        ('{"found": true, "lines": []}', None),
        ('{"lines": [{"text": "a", "cites": []}, ', None),
    ],
    ids=["fence", "behind it", "a thought", "thought", "no list", "no text", "list", "empty", "no field"],
)
def test_what_is_around_or_amiss_hands_nothing_wrong_on(text: str, found: Lines | None) -> None:
    assert read_so_far(text, Lines, lambda text, most: text) == found


# Over a server


def test_lines_are_handed_on_as_they_come_and_the_answer_is_kept_and_booked(tmp_path: Path) -> None:
    told = streams(*bits(TEXT), usage=(120, 34))
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        assert here.ask() == WHOLE
        assert here.heard == [HALF, WHOLE]
        assert (here.budget.tokens, here.client.tally.requests) == (154, 1)
        assert (here.client.tally.tokens_in, here.client.tally.tokens_out) == (120, 34)
        (line,) = here.lines
        assert (line["outcome"], line["tokens_in"], line["tokens_out"], line["estimated"]) == (
            "answered",
            120,
            34,
            False,
        )
        (body,) = server.bodies
        assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})
        assert body["response_format"]["type"] == "json_schema"
        # The same question costs nothing and is not heard in bits: it is there at once.
        here.heard.clear()
        assert here.ask() == WHOLE
        assert (here.heard, len(server.requests), here.lines[-1]["cached"]) == ([], 1, True)
        # However it is asked.
        assert here.client.ask_all([about()], lambda _done, _total: None) == [WHOLE]


def test_a_line_is_heard_before_the_next_one_is_written(tmp_path: Path) -> None:
    at: list[float] = []
    told = streams(BEGUN, TEXT[len(BEGUN) :], pause=0.3)
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        here.client.ask_streaming(about(), lambda _: at.append(time.monotonic()))
    assert at[1] - at[0] > 0.2


def test_names_come_back_in_what_is_heard_and_never_leave(tmp_path: Path) -> None:
    class Capitals:
        def hide(self, text: str) -> str:
            return text.replace("Ana", "[PERSON_1]")

        def show(self, text: str) -> str:
            return text.replace("[PERSON_1]", "Ana")

    text = Lines(found=True, lines=[Line(text="[PERSON_1] waits.", cites=[1]), TWO]).model_dump_json()
    told = streams(*bits(text))
    with ModelServer(told) as server, bench(server, tmp_path, masker=lambda names: Capitals()) as here:
        here.ask(about("Who is Ana?"))
        assert here.heard[0].lines[0].text == "Ana waits."
        assert "Ana" not in json.dumps(server.bodies)


def test_tokens_that_are_told_with_every_bit_are_counted_once(tmp_path: Path) -> None:
    parts = [bit(text, usage=(50, count)) for count, text in enumerate(bits(TEXT, 20), 1)]
    told = Told(
        kind="text/event-stream", parts=(*parts, bit("", ending="stop", usage=(50, 9)), event("[DONE]"))
    )
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        assert here.ask() == WHOLE
        assert here.budget.tokens == 59


def test_a_server_that_does_not_count_is_estimated(tmp_path: Path) -> None:
    with ModelServer(streams(TEXT, usage=None)) as server, bench(server, tmp_path) as here:
        assert here.ask() == WHOLE
        assert (here.lines[0]["estimated"], here.budget.tokens > 20) == (True, True)


@pytest.mark.parametrize(
    ("answer", "heard", "asked"),
    [
        (stream_or_whole(fails(400, "Unsupported value: 'stream'"), says(WHOLE.model_dump())), [], 2),
        (
            stream_or_whole(fails(422, "streaming is not supported by this model"), says(WHOLE.model_dump())),
            [],
            2,
        ),
        (stream_or_whole(says(WHOLE.model_dump()), says(WHOLE.model_dump())), [], 2),
        (
            lambda asked: (
                fails(400, "Unrecognized request argument supplied: stream_options")
                if "stream_options" in asked.body
                else streams(TEXT)
            ),
            [WHOLE],
            2,
        ),
    ],
    ids=["refuses", "refuses in words", "answers at once all the same", "counts not"],
)
def test_a_server_that_cannot_is_asked_without_and_that_is_remembered(
    answer: Answer, heard: Sequence[Lines], asked: int, tmp_path: Path
) -> None:
    with ModelServer(answer) as server:
        with bench(server, tmp_path) as here:
            assert here.ask() == WHOLE
            assert (here.heard, len(server.requests)) == (heard, asked)
        with bench(server, tmp_path) as here:
            assert here.ask(about("and why?")) == WHOLE
            assert len(server.requests) == asked + 1


def test_what_is_no_model_is_a_fault_as_ever(tmp_path: Path) -> None:
    with ModelServer(shows_page()) as server, bench(server, tmp_path) as here:
        try:
            found: object = here.ask()
        except EngineError as error:
            found = error
    assert "none of a model's" in str(getattr(found, "message", ""))


def test_a_busy_server_is_asked_again_while_nothing_is_heard(tmp_path: Path) -> None:
    with ModelServer(in_turn(fails(429), streams(TEXT))) as server, bench(server, tmp_path) as here:
        assert (here.ask(), here.heard, len(server.requests)) == (WHOLE, [WHOLE], 2)


def test_a_reply_that_is_no_use_is_shown_to_the_model_once(tmp_path: Path) -> None:
    told = in_turn(streams('{"found": true}'), streams(TEXT))
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        assert here.ask() == WHOLE
        assert [asked.last for asked in server.requests] == ["why?", "No: lines: Field required"]


@pytest.mark.parametrize(
    ("told", "failure"),
    [
        (
            streams(BEGUN, lacks=100),
            Failure("server", "the model server broke the connection off", "why?", HALF),
        ),
        (
            streams(BEGUN, ending="length"),
            Failure("truncated", "the model broke its answer off", "why?", HALF),
        ),
        (
            streams(BEGUN + "\nSorry."),
            Failure("unreadable", "the model gave no answer that can be read", "why?", HALF),
        ),
        (
            Told(kind="text/event-stream", parts=(bit(BEGUN), event({"error": {"message": "cuda"}}))),
            Failure("server", "the model server has a fault of its own", "why?", HALF),
        ),
    ],
    ids=["connection", "room", "nonsense", "error"],
)
def test_what_was_heard_is_not_asked_for_again(told: Told, failure: Failure, tmp_path: Path) -> None:
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        found = here.ask()
        assert (found, len(server.requests)) == (failure, 1)
        assert here.heard == [HALF]
        # Whatever the server made of it, the cap has counted something.
        assert here.budget.tokens > 0


def test_an_answer_too_slow_costs_the_worst_and_keeps_what_was_heard(tmp_path: Path) -> None:
    told = streams(BEGUN, TEXT[len(BEGUN) :], pause=30)
    with ModelServer(told) as server, bench(server, tmp_path, timeout_seconds=0.5) as here:
        found = here.ask()
        assert isinstance(found, Failure)
        assert (found.reason, found.rescued) == ("timeout", HALF)
        assert here.budget.tokens >= 200


def test_a_flood_is_cut_off(tmp_path: Path) -> None:
    told = Told(kind="text/event-stream", parts=(bit("x" * 9_000_000),))
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        found = here.ask()
        assert isinstance(found, Failure)
        assert "more than any answer" in found.message


def test_a_cap_refuses_the_question_before_it_is_sent(tmp_path: Path) -> None:
    with ModelServer(streams(TEXT)) as server, bench(server, tmp_path, max_tokens=100) as here:
        with pytest.raises(BudgetError):
            here.ask()
        assert server.requests == []


def test_whoever_listens_and_fails_is_told_so_as_it_is(tmp_path: Path) -> None:
    def breaks(_: Lines) -> None:
        raise BrokenPipeError("nobody reads")

    with ModelServer(streams(*bits(TEXT))) as server, bench(server, tmp_path) as here:
        with pytest.raises(BrokenPipeError, match="nobody reads"):
            here.client.ask_streaming(about(), breaks)
        assert (len(server.requests), here.budget.tokens >= 200) == (1, True)


def interrupted(seconds: float) -> Callable[[], None]:
    """Press Ctrl-C in a while."""
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    return timer.join


def test_an_interrupt_lets_the_server_go_books_the_worst_and_the_next_question_is_asked(
    tmp_path: Path,
) -> None:
    hanging = Told(kind="text/event-stream", parts=(bit(BEGUN), *[bit("x") for _ in range(600)]), pause=0.05)

    def answer(asked: Asked) -> Told:
        return hanging if asked.number == 0 else streams(TEXT)

    with ModelServer(answer) as server, bench(server, tmp_path) as here:
        began = time.monotonic()
        wait = interrupted(0.8)
        with pytest.raises(KeyboardInterrupt):
            here.ask()
        wait()
        assert time.monotonic() - began < 5
        assert here.heard == [HALF]
        assert here.budget.tokens >= 200
        assert here.lines[-1]["outcome"] == "stopped"
        assert server.left.wait(5)
        here.heard.clear()
        assert (here.ask(), here.heard) == (WHOLE, [WHOLE])


# What a step objects to


def test_a_reply_that_does_not_pass_its_check_is_sent_back_once(tmp_path: Path) -> None:
    def check(reply: Lines) -> str:
        return "" if len(reply.lines) > 1 else "Ana is not on the map."

    class Capitals:
        def hide(self, text: str) -> str:
            return text.replace("Ana", "[PERSON_1]")

        def show(self, text: str) -> str:
            return text

    half, whole = says(HALF.model_dump()), says(WHOLE.model_dump())
    with (
        ModelServer(in_turn(half, whole)) as server,
        bench(server, tmp_path, masker=lambda names: Capitals()) as here,
    ):
        (found,) = here.client.ask_all([about(check=check)], lambda _done, _total: None)
        assert (found, len(server.requests)) == (WHOLE, 2)
        assert server.requests[1].last == "No: [PERSON_1] is not on the map."
        assert [line["outcome"] for line in here.lines] == ["unfit", "answered"]


@pytest.mark.parametrize("second", [says(HALF.model_dump()), says("No.")], ids=["the same", "worse"])
def test_a_reply_that_does_not_pass_twice_is_taken_as_it_is(second: Told, tmp_path: Path) -> None:
    told = in_turn(says(HALF.model_dump()), second)
    with ModelServer(told) as server, bench(server, tmp_path) as here:
        (found,) = here.client.ask_all(
            [about(check=lambda _: "It is too short.")], lambda _done, _total: None
        )
        assert (found, len(server.requests)) == (HALF, 2)
