"""The client over a real HTTP server: what the person sees of each fault, and that nothing is lost or paid twice."""

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field
from tests.engines.llm.servers import (
    Answer,
    Asked,
    ModelServer,
    Told,
    breaks_off,
    chooses_nothing,
    drips,
    fails,
    floods,
    hangs,
    in_turn,
    mislabels,
    refuses,
    resets,
    says,
    shows_page,
    takes_no,
)

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.asking import Failure, Question, Reply
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.client import LLMClient, Tally
from journeyai.engines.llm.money import Budget
from journeyai.engines.llm.sheet import MaskerFactory
from journeyai.errors import BudgetError, EngineError, JourneyAIError
from journeyai.prompting import Prompt, StepPrompts
from journeyai.settings import LLMSettings

KEY = "sk-very-secret-1234567890"


class Point(Reply):
    number: int = Field(ge=1, le=9)
    lane: Literal["pain", "delight"]
    gist: str = Field(max_length=40)


class Points(Reply):
    entries: ClassVar[str] = "points"

    points: list[Point] = Field(max_length=5)


PROMPTS = StepPrompts(
    "read",
    Prompt("read/system", "You read."),
    Prompt("read/user", "In $language:\n$text"),
    Prompt("read/retry", "Wrong: $error"),
)
POINTS = {"points": [{"number": 1, "lane": "pain", "gist": "late"}]}
READ = Points(points=[Point(number=1, lane="pain", gist="late")])


def _question(text: str, **more: Any) -> Question[Points]:
    return Question("read", {"language": "English"}, {"text": text}, Points, 300, about=text, **more)


QUESTIONS = [_question("first"), _question("second"), _question("third")]


@dataclass
class Bench:
    """A client with everything it stands on."""

    client: LLMClient
    store: AnswerStore
    log: Path

    def ask(self, questions: Sequence[Question[Points]] = QUESTIONS) -> list[Points | Failure]:
        return self.client.ask_all(questions, lambda _done, _total: None)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def _bench(
    server: ModelServer,
    folder: Path,
    *,
    masker: MaskerFactory | None = None,
    max_tokens: int | None = None,
    prompts: StepPrompts = PROMPTS,
    first_wait_seconds: float = 0.01,
    **settings: Any,
) -> Iterator[Bench]:
    told = LLMSettings(**{"timeout_seconds": 60, "retries": 2, "concurrency": 2, **settings})
    log = folder / "calls.jsonl"
    with AnswerStore(folder / "cache.sqlite") as store:
        budget = Budget(store.open_job("draft"), None, max_tokens=max_tokens)
        with LLMClient(
            Address("openai", "tiny", server.url, KEY),
            told,
            store,
            budget,
            masker,
            CallLog(log, content=told.log_content),
            prompts=lambda _: prompts,
            first_wait_seconds=first_wait_seconds,
        ) as client:
            yield Bench(client, store, log)


def _only_second(told: Told | Answer) -> Answer:
    """Return a server that does well, but for the second question."""

    def answer(asked: Asked) -> Told:
        if "second" not in asked.text:
            return says(POINTS)
        return told(asked) if callable(told) else told

    return answer


def _server_fault(what: str, reason: str = "server") -> Failure:
    return Failure(reason, f"the model server {what}", "second")  # type: ignore[arg-type]


NONSENSE = _server_fault("gave an answer that is none of a model's")
UNREADABLE = Failure("unreadable", "the model gave no answer that can be read", "second")


@pytest.mark.parametrize(
    ("told", "seen", "asked"),
    [
        pytest.param(
            fails(429),
            _server_fault("lets in no more requests for now", "busy"),
            3,
            id="429-without-retry-after",
        ),
        pytest.param(
            fails(429, retry_after="0.05"),
            _server_fault("lets in no more requests for now", "busy"),
            3,
            id="429-with-retry-after",
        ),
        pytest.param(fails(500), _server_fault("has a fault of its own"), 3, id="500"),
        pytest.param(fails(503), _server_fault("lets in no more requests for now", "busy"), 3, id="503"),
        pytest.param(resets(), _server_fault("broke the connection off"), 3, id="reset"),
        pytest.param(
            breaks_off('{"points": [{"number": 1, "la'),
            Failure("truncated", "the model broke its answer off", "second"),
            2,
            id="truncated",
        ),
        pytest.param(says({"points": [{"number": "one"}]}), UNREADABLE, 2, id="wrong-schema"),
        pytest.param(
            says({"points": [{"number": 77, "lane": "pain", "gist": ""}]}),
            UNREADABLE,
            2,
            id="number-out-of-bounds",
        ),
        pytest.param(says("I would rather talk."), UNREADABLE, 2, id="prose"),
        pytest.param(says(""), UNREADABLE, 2, id="empty"),
        pytest.param(says(None), UNREADABLE, 2, id="null"),
        pytest.param(chooses_nothing(), NONSENSE, 2, id="no-choices"),
        pytest.param(Told(b'{"choices": 5}'), NONSENSE, 2, id="choices-of-another-type"),
        pytest.param(Told(b'{"choi'), NONSENSE, 2, id="half-a-response"),
        pytest.param(Told(b'{"error": {"message": "boom"}}'), NONSENSE, 2, id="error-with-status-200"),
        pytest.param(shows_page(), NONSENSE, 2, id="html"),
        pytest.param(floods(9), _server_fault("sent more than any answer may hold"), 1, id="huge"),
        pytest.param(refuses(), Failure("refused", "the model would not answer", "second"), 1, id="refusal"),
        pytest.param(
            says("", ending="content_filter"),
            Failure("refused", "the model would not answer", "second"),
            1,
            id="filtered",
        ),
        pytest.param(
            fails(400, "This model's maximum context length is 100 tokens", code="context_length_exceeded"),
            _server_fault("takes no question as long as this", "truncated"),
            1,
            id="too-long",
        ),
        pytest.param(
            fails(400, f"Bad \x1b[31mrequest with {KEY}, see https://x.example"),
            _server_fault('refuses the request ("Bad request with …, see")'),
            1,
            id="any-400",
        ),
        pytest.param(mislabels(POINTS), READ, 1, id="wrong-content-type"),
        pytest.param(says(POINTS, usage=None), READ, 1, id="no-usage"),
    ],
)
def test_a_fault_costs_its_question_alone_and_nothing_is_paid_twice(
    told: Told, seen: Points | Failure, asked: int, tmp_path: Path
) -> None:
    with ModelServer(_only_second(told)) as server:
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ, seen, READ]
        assert sum("second" in one.text for one in server.requests) == asked
        assert len(server.requests) == asked + 2
        # The next run asks only what has no answer, and by then the server is well.
        server.answer = lambda _: says(POINTS)
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ, READ, READ]
            failed = isinstance(seen, Failure)
            assert bench.client.tally.cached == (2 if failed else 3)
        assert len(server.requests) == asked + 2 + failed


@pytest.mark.parametrize("told", [pytest.param(hangs(), id="hangs"), pytest.param(drips(POINTS), id="drips")])
def test_a_server_too_slow_is_waited_for_no_longer_than_said(told: Told, tmp_path: Path) -> None:
    with (
        ModelServer(_only_second(told)) as server,
        _bench(server, tmp_path, timeout_seconds=4, retries=0) as bench,
    ):
        found = bench.ask()
        # Nobody knows whether it charges for that: the worst is booked, and said to be an estimate.
        assert bench.client.tally.estimated == 1
        assert bench.client.tally.tokens_out == 300 + 10
    assert found == [READ, _server_fault("gave no answer in time", "timeout"), READ]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        pytest.param(fails(401, f"Incorrect API key provided: {KEY}"), "refuses the key", id="key"),
        pytest.param(
            fails(403, "not for you"), 'does not let this key use the model ("not for you")', id="forbidden"
        ),
        pytest.param(
            fails(404, "The model `tiny` does not exist"),
            'does not know the model ("The model `tiny` does not exist")',
            id="model",
        ),
        pytest.param(
            fails(429, "You exceeded your current quota", code="insufficient_quota"),
            'says that the account\'s quota is used up ("You exceeded your current quota")',
            id="quota",
        ),
        pytest.param(
            Told(status=307, headers={"Location": "http://127.0.0.1:1/v1"}),
            "sends every request elsewhere",
            id="moved",
        ),
    ],
)
def test_a_fault_of_every_question_ends_the_run_and_what_is_answered_is_kept(
    told: Told, message: str, tmp_path: Path
) -> None:
    with ModelServer(_only_second(told)) as server:
        host = server.url.removeprefix("http://").removesuffix("/v1")
        with _bench(server, tmp_path, concurrency=1) as bench, pytest.raises(EngineError) as caught:
            bench.ask()
        assert caught.value.message == f"The model server `{host}` {message}."
        assert KEY not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"
        assert len(server.requests) == 2
        server.answer = lambda _: says(POINTS)
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ] * 3
        assert len(server.requests) == 4


def test_nobody_there_is_said_at_once(tmp_path: Path) -> None:
    with ModelServer(says(POINTS)) as server:
        pass
    with _bench(server, tmp_path) as bench, pytest.raises(EngineError) as caught:
        bench.ask()
    assert "cannot be reached" in caught.value.message


@pytest.mark.parametrize("told", [pytest.param(fails(500), id="500"), pytest.param(shows_page(), id="html")])
def test_a_server_that_answers_nobody_is_given_up(told: Told, tmp_path: Path) -> None:
    with ModelServer(told) as server:
        questions = [_question(str(number)) for number in range(50)]
        with _bench(server, tmp_path, retries=1) as bench, pytest.raises(EngineError) as caught:
            bench.ask(questions)
        assert "question after question got no answer" in caught.value.message
        assert len(server.requests) == 6


@pytest.mark.parametrize("thoughts", ["", "<think>The first line says that it was"])
def test_a_model_that_thinks_its_room_away_is_given_more(thoughts: str, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        return says(POINTS) if asked.body["max_tokens"] > 300 else breaks_off(thoughts)

    with ModelServer(answer) as server:
        with _bench(server, tmp_path, concurrency=1) as bench:
            assert bench.ask() == [READ, READ, READ]
        assert [one.body["max_tokens"] for one in server.requests] == [300, 6300, 6300, 6300]


def test_no_answer_may_be_longer_than_the_settings_say(tmp_path: Path) -> None:
    with ModelServer(lambda _: says(POINTS)) as server, _bench(server, tmp_path, answer_tokens=200) as bench:
        bench.ask()
        assert {one.body["max_tokens"] for one in server.requests} == {200}


def test_what_stands_whole_in_an_answer_that_broke_off_is_kept_and_not_paid_for_again(tmp_path: Path) -> None:
    two = json.dumps({"points": [*POINTS["points"], *POINTS["points"]]}).removesuffix('"}]}')
    seen = Failure("truncated", "the model broke its answer off", "second", READ)
    with ModelServer(_only_second(breaks_off(two))) as server:
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ, seen, READ]
            assert [line["outcome"] for line in bench.lines].count("truncated") == 1
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ, seen, READ]
            assert bench.client.tally.cached == 3
        assert len(server.requests) == 3


def test_a_bad_reply_is_shown_to_the_model_once(tmp_path: Path) -> None:
    bad = '{"points": [{"number": 1, "lane": "pain"}]}'
    with ModelServer(in_turn(says(bad), says(POINTS))) as server, _bench(server, tmp_path) as bench:
        assert bench.ask(QUESTIONS[:1]) == [READ]
    assert server.bodies[1]["messages"] == [
        {"role": "system", "content": "You read."},
        {"role": "user", "content": "In English:\nfirst"},
        {"role": "assistant", "content": bad},
        {"role": "user", "content": "Wrong: points.0.gist: Field required"},
    ]
    assert [line["outcome"] for line in bench.lines] == ["unreadable", "answered"]


@pytest.mark.parametrize(
    ("answer", "asked", "form"),
    [
        pytest.param(
            takes_no("json_schema", "response_format unsupported", says(POINTS)), 2, "json_object", id="400"
        ),
        pytest.param(
            takes_no("response_format", "response_format unsupported", says(POINTS)),
            3,
            "plain",
            id="400-twice",
        ),
        pytest.param(
            lambda asked: (
                says(POINTS) if "response_format" not in asked.body else says("Of course! I see a parcel.")
            ),
            2,
            "plain",
            id="passed-over",
        ),
        pytest.param(
            takes_no("temperature", "Unsupported value: 'temperature' is not supported", says(POINTS)),
            1,
            "json_schema",
            id="temperature",
        ),
        pytest.param(
            takes_no(
                "max_tokens",
                "'max_tokens' is not supported. Use 'max_completion_tokens' instead",
                says(POINTS),
            ),
            1,
            "json_schema",
            id="limit",
        ),
        pytest.param(
            takes_no("seed", "Unknown parameter: 'seed'", says(POINTS)), 1, "json_schema", id="seed"
        ),
    ],
)
def test_how_a_server_wants_to_be_asked_is_found_out_once(
    answer: Answer, asked: int, form: str, tmp_path: Path
) -> None:
    with ModelServer(answer) as server:
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ] * 3
        assert len(server.requests) == 3 + asked
        with _bench(server, tmp_path) as bench:
            assert bench.ask([_question("new")]) == [READ]
        assert len(server.requests) == 4 + asked
        assert bench.lines[-1]["dialect"] == form


def test_a_request_says_what_it_must_and_no_more(tmp_path: Path) -> None:
    with ModelServer(says(POINTS)) as server, _bench(server, tmp_path) as bench:
        bench.ask([_question("again", repeat=3)])
    (asked,) = server.requests
    assert asked.path == "/v1/chat/completions"
    assert set(asked.body) == {
        "messages",
        "model",
        "max_tokens",
        "temperature",
        "seed",
        "response_format",
    } | (set(asked.body) & {"stream"})
    assert asked.body.get("stream", False) is False
    assert (asked.body["model"], asked.body["max_tokens"], asked.body["seed"]) == ("tiny", 300, 3)
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_a_second_run_asks_nothing_and_costs_nothing(tmp_path: Path) -> None:
    with ModelServer(says(POINTS)) as server:
        with _bench(server, tmp_path) as bench:
            bench.ask()
            assert bench.client.tally == Tally(requests=3, answered=3, tokens_in=30, tokens_out=15)
            assert [bench.client.is_kept(one) for one in QUESTIONS] == [True] * 3
        with _bench(server, tmp_path) as bench:
            assert bench.ask() == [READ] * 3
            assert bench.client.tally == Tally(cached=3)
            assert not bench.client.is_kept(_question("first", repeat=1))
    assert len(server.requests) == 3
    assert [line["cached"] for line in bench.lines] == [False] * 3 + [True] * 3


def test_the_same_question_at_the_same_time_is_paid_for_once(tmp_path: Path) -> None:
    with ModelServer(says(POINTS, wait=0.05)) as server, _bench(server, tmp_path, concurrency=8) as bench:
        assert bench.ask([_question("same")] * 8) == [READ] * 8
        assert bench.client.tally.cached == 7
    assert len(server.requests) == 1


def test_many_are_asked_at_once_but_no_more_than_said(tmp_path: Path) -> None:
    with ModelServer(says(POINTS, wait=0.05)) as server, _bench(server, tmp_path, concurrency=4) as bench:
        bench.ask([_question(str(number)) for number in range(24)])
    assert 2 <= server.most_at_once <= 4


def test_answers_come_in_the_order_of_the_questions_and_progress_is_told(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        number = int(asked.last.rpartition("\n")[2])
        point = {"number": number, "lane": "pain", "gist": ""}
        return says({"points": [point]}, wait=0.02 * (9 - number))

    told: list[tuple[int, int]] = []
    with ModelServer(answer) as server, _bench(server, tmp_path, concurrency=8) as bench:
        questions = [_question(str(number)) for number in range(1, 9)]
        found = bench.client.ask_all(questions, lambda done, total: told.append((done, total)))
    assert [reply.points[0].number for reply in found if isinstance(reply, Points)] == list(range(1, 9))
    assert told == [(done, 8) for done in range(1, 9)]


def test_a_cap_stops_the_next_question_and_holds_over_restarts(tmp_path: Path) -> None:
    with ModelServer(says(POINTS, usage=(1000, 100))) as server:
        questions = [_question(str(number)) for number in range(20)]
        with _bench(server, tmp_path, max_tokens=6000) as bench, pytest.raises(BudgetError):
            bench.ask(questions)
        asked = len(server.requests)
        assert 1 < asked <= 6
        with _bench(server, tmp_path, max_tokens=6000) as bench, pytest.raises(BudgetError):
            bench.ask(questions)
        assert len(server.requests) == asked
        with _bench(server, tmp_path) as bench:
            assert bench.ask(questions) == [READ] * 20
        assert len(server.requests) == 20


class Capitals:
    """A masker of ours for tests: hides each given name."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def hide(self, text: str) -> str:
        for number, name in enumerate(self._names, 1):
            text = text.replace(name, f"[PERSON_{number}]")
        return text

    def show(self, text: str) -> str:
        for number, name in enumerate(self._names, 1):
            text = text.replace(f"[PERSON_{number}]", name)
        return text


def test_names_never_leave_and_come_back_in_the_answer(tmp_path: Path) -> None:
    point = {"number": 1, "lane": "pain", "gist": "[PERSON_1] \x1b[31mwaited [here](http://x.example)"}
    with ModelServer(says({"points": [point]})) as server:
        for _ in range(2):
            with _bench(server, tmp_path, masker=Capitals, log_content=True) as bench:
                (found,) = bench.ask([_question("Zel\u200bmira waited.", names=("Zelmira",))])
                assert isinstance(found, Points)
                assert found.points[0].gist == "Zelmira waited here"
    assert [body["messages"][1]["content"] for body in server.bodies] == ["In English:\n[PERSON_1] waited."]
    kept = bench.log.read_text(encoding="utf-8") + (tmp_path / "cache.sqlite").read_bytes().decode("latin-1")
    assert "Zelmira" not in kept


def test_the_log_says_what_was_asked_of_whom_and_never_the_key(tmp_path: Path) -> None:
    with (
        ModelServer(_only_second(fails(500, KEY))) as server,
        _bench(server, tmp_path, concurrency=1) as bench,
    ):
        bench.ask()
    lines = [
        {key: line[key] for key in ("step", "outcome", "tries", "tokens_in", "cached")}
        for line in bench.lines
    ]
    assert lines == [
        {"step": "read", "outcome": "answered", "tries": 1, "tokens_in": 10, "cached": False},
        {"step": "read", "outcome": "server", "tries": 3, "tokens_in": 0, "cached": False},
        {"step": "read", "outcome": "answered", "tries": 1, "tokens_in": 10, "cached": False},
    ]
    told = bench.log.read_text(encoding="utf-8")
    assert KEY not in told
    assert "first" not in told


def test_retry_after_is_waited_for_by_everybody(tmp_path: Path) -> None:
    answer = in_turn(fails(429, retry_after="0.4"), says(POINTS))
    with ModelServer(answer) as server, _bench(server, tmp_path) as bench:
        assert bench.ask() == [READ] * 3
    first, *later = [asked.at for asked in server.requests]
    assert min(later) - first >= 0.4


def test_what_is_asked_reaches_no_tracing_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(says(POINTS)) as server:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
        with _bench(server, tmp_path) as bench:
            bench.ask(QUESTIONS[:1])
        time.sleep(0.3)
    assert [asked.path for asked in server.requests] == ["/v1/chat/completions"]


def test_a_running_loop_is_no_hindrance(tmp_path: Path) -> None:
    """As in a notebook."""

    async def cell(bench: Bench) -> list[Points | Failure]:
        return bench.ask()

    with ModelServer(says(POINTS)) as server, _bench(server, tmp_path) as bench:
        assert asyncio.run(cell(bench)) == [READ] * 3


def test_nothing_asked_is_nothing_answered(tmp_path: Path) -> None:
    with ModelServer(says(POINTS)) as server, _bench(server, tmp_path) as bench:
        assert bench.ask([]) == []


def _interrupt_after(server: ModelServer, requests: int) -> Callable[[], None]:
    def run() -> None:
        while len(server.requests) < requests:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    return run


def test_an_interrupt_ends_soon_and_loses_no_answer(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        return hangs() if "slow" in asked.text else says(POINTS)

    with ModelServer(answer) as server:
        questions = [*QUESTIONS, _question("slow one"), _question("slow two"), _question("never")]
        thread = threading.Thread(target=_interrupt_after(server, 5))
        with _bench(server, tmp_path) as bench:
            thread.start()
            began = time.monotonic()
            with pytest.raises(KeyboardInterrupt):
                bench.ask(questions)
            assert time.monotonic() - began < 30
            thread.join()
            assert [bench.client.is_kept(one) for one in questions] == [True] * 3 + [False] * 3


def test_an_interrupt_in_a_notebook_ends_soon_too(tmp_path: Path) -> None:
    async def cell(bench: Bench, questions: Sequence[Question[Points]]) -> None:
        bench.ask(questions)

    def answer(asked: Asked) -> Told:
        return hangs() if "slow" in asked.text else says(POINTS)

    with ModelServer(answer) as server:
        questions = [*QUESTIONS, *(_question(f"slow {n}") for n in range(20)), _question("never")]
        thread = threading.Thread(target=_interrupt_after(server, 5))
        with _bench(server, tmp_path) as bench:
            thread.start()
            began = time.monotonic()
            # Not `asyncio.run`, which keeps Ctrl-C for itself: a notebook's loop does not.
            with pytest.raises(KeyboardInterrupt), closing(asyncio.new_event_loop()) as loop:
                loop.run_until_complete(cell(bench, questions))
            assert time.monotonic() - began < 30
            thread.join()
            assert [bench.client.is_kept(one) for one in QUESTIONS] == [True] * 3
            assert not bench.client.is_kept(questions[-1])


def test_what_is_already_sent_is_waited_for_when_the_run_ends(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        if "first" in asked.text:
            return says(POINTS)
        return fails(401) if "second" in asked.text else says(POINTS, wait=0.3)

    with ModelServer(answer) as server, _bench(server, tmp_path) as bench:
        bench.ask(QUESTIONS[:1])
        with pytest.raises(JourneyAIError):
            bench.ask([QUESTIONS[2], QUESTIONS[1], _question("fourth")])
        assert bench.client.is_kept(QUESTIONS[2])
    assert len(server.requests) == 3


def test_a_re_run_is_asked_warmer_or_it_would_say_the_same_again(tmp_path: Path) -> None:
    with ModelServer(says(POINTS)) as server, _bench(server, tmp_path) as bench:
        bench.ask([_question("first"), replace(_question("first"), repeat=1)])
        assert sorted(body["temperature"] for body in server.bodies) == [0.0, 0.7]
