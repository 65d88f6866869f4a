"""One client asked from many threads: what each fault does to an item, and that nobody waits for ever."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.drafting.material import FRAME, Said, document
from tests.engines.llm.servers import (
    Answer,
    Asked,
    ModelServer,
    Told,
    breaks_off,
    fails,
    hangs,
    refuses,
    resets,
    says,
    shows_page,
)
from tests.engines.llm.test_client import Capitals

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.asking import Failure, Question
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.client import LLMClient
from journeyai.engines.llm.money import Budget, Usage
from journeyai.engines.llm.prices import Price
from journeyai.engines.llm.shared import SharedAsker, StoppedError
from journeyai.engines.llm.sheet import MaskerFactory
from journeyai.engines.llm.steps.summarise import question, summarise
from journeyai.engines.recap import Recap
from journeyai.errors import BudgetError, EngineError, JourneyAIError, ResourceError
from journeyai.model.source import Document
from journeyai.settings import LLMSettings

REPLY = {
    "issue": "A late refund",
    "what_happened": "It is asked for.",
    "customer_goal": "Get the money back",
    "outcome": "partly",
    "emotion_start": "frustration",
    "emotion_end": "relief",
    "valence_path": [-1, 1],
    "stages": [],
    "pain_points": [],
    "promises": [],
    "key_quotes": [],
}
PRICE = Price(Decimal(1), Decimal(10))
#: Longer than anything here may take; a test that gets there hangs.
PATIENCE = 30.0


def talk(name: str, turns: int = 1) -> Document:
    said = [Said("Zelmira", [f"This is the {name} talk, turn {turn}."]) for turn in range(turns)]
    return document(f"chats/{name}.txt", *said, kind="chat")


TALKS = [talk(name) for name in ("first", "second", "third", "fourth", "fifth", "sixth")]


@dataclass
class Bench:
    """A shared asker with what it stands on."""

    shared: SharedAsker
    client: LLMClient
    store: AnswerStore
    budget: Budget

    def recap(self, item: Document) -> Recap | Failure | None:
        return summarise(item, FRAME, 2500, self.shared.item())

    def recaps(self, items: Sequence[Document] = TALKS, threads: int = 4) -> list[Any]:
        """Return what becomes of each item: its recap, its failure, or the error that its thread met."""
        with ThreadPoolExecutor(threads) as pool:
            futures = [pool.submit(self.recap, item) for item in items]
            return [outcome(future) for future in futures]

    def kept(self, items: Sequence[Document] = TALKS) -> list[bool]:
        return [self.client.is_kept(whole(item)) for item in items]


def is_about(asked: Asked, name: str) -> bool:
    return f"the {name} talk" in asked.text


def outcome(future: Future[Any]) -> Any:
    return future.exception(PATIENCE) or future.result()


def whole(item: Document) -> Question[Any]:
    return question(item, item.utterances, FRAME, "whole")


@contextmanager
def opened(
    server: ModelServer,
    folder: Path,
    *,
    max_tokens: int | None = None,
    masker: MaskerFactory | None = None,
    grace_seconds: float = 3.0,
    first_wait_seconds: float = 0.01,
    **settings: Any,
) -> Iterator[Bench]:
    told = LLMSettings(**{"timeout_seconds": 60, "retries": 2, "concurrency": 4, **settings})
    with AnswerStore(folder / "cache.sqlite") as store:
        budget = Budget(store.open_job("summaries"), PRICE, max_tokens=max_tokens)
        with (
            LLMClient(
                Address("openai", "tiny", server.url, "sk-very-secret-1234567890"),
                told,
                store,
                budget,
                masker,
                CallLog(folder / "calls.jsonl"),
                first_wait_seconds=first_wait_seconds,
            ) as client,
            SharedAsker(client, PRICE, grace_seconds=grace_seconds) as shared,
        ):
            yield Bench(shared, client, store, budget)


def only(name: str, told: Told | Answer) -> Answer:
    """Return a server that does well but for the talk *name*."""

    def answer(asked: Asked) -> Told:
        if not is_about(asked, name):
            return says(REPLY)
        return told(asked) if callable(told) else told

    return answer


def failure(reason: Any, what: str) -> Failure:
    return Failure(reason, what, "chats/second.txt")


@pytest.mark.parametrize(
    ("told", "seen", "asked"),
    [
        pytest.param(
            fails(429), failure("busy", "the model server lets in no more requests for now"), 3, id="429"
        ),
        pytest.param(fails(500), failure("server", "the model server has a fault of its own"), 3, id="500"),
        pytest.param(resets(), failure("server", "the model server broke the connection off"), 3, id="reset"),
        pytest.param(
            says("I would rather talk."),
            failure("unreadable", "the model gave no answer that can be read"),
            2,
            id="prose",
        ),
        pytest.param(
            says('{"issue": "late", "what_'),
            failure("unreadable", "the model gave no answer that can be read"),
            2,
            id="broken-json",
        ),
        pytest.param(
            says({**REPLY, "outcome": "great"}),
            failure("unreadable", "the model gave no answer that can be read"),
            2,
            id="wrong-schema",
        ),
        pytest.param(refuses(), failure("refused", "the model would not answer"), 1, id="refusal"),
        pytest.param(
            breaks_off('{"issue": "late'),
            failure("truncated", "the model broke its answer off"),
            2,
            id="truncated",
        ),
        pytest.param(
            shows_page(),
            failure("server", "the model server gave an answer that is none of a model's"),
            2,
            id="page",
        ),
    ],
)
def test_a_fault_costs_its_item_alone_and_the_next_run_asks_only_for_that(
    told: Told, seen: Failure, asked: int, tmp_path: Path
) -> None:
    with ModelServer(only("second", told)) as server:
        with opened(server, tmp_path) as bench:
            # Of a server that nobody knows yet, the first question finds out more.
            assert isinstance(bench.recap(TALKS[0]), Recap)
            second, *others = bench.recaps(TALKS[1:])
        assert second == seen
        assert all(isinstance(recap, Recap) for recap in others)
        assert sum(is_about(one, "second") for one in server.requests) == asked
        assert len(server.requests) == asked + 5
        server.answer = lambda _: says(REPLY)
        with opened(server, tmp_path) as bench:
            assert all(isinstance(recap, Recap) for recap in bench.recaps())
        assert len(server.requests) == asked + 6


def test_a_server_too_slow_costs_its_item_alone_and_is_booked_at_its_worst(tmp_path: Path) -> None:
    with (
        ModelServer(only("second", hangs())) as server,
        opened(server, tmp_path, timeout_seconds=2, retries=0) as bench,
    ):
        bench.recap(TALKS[0])
        second, *_ = bench.recaps(TALKS[1:])
        assert second == failure("timeout", "the model server gave no answer in time")
        assert bench.client.tally.estimated == 1
        assert bench.client.tally.tokens_out == 1500 + 5 * 5


def test_a_long_item_whose_answer_broke_off_is_asked_about_half_by_half(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        if "put the summaries" in asked.text:
            kept = ("issue", "what_happened", "customer_goal", "outcome", "pain_points")
            return says({name: REPLY[name] for name in kept})
        return (
            breaks_off('{"issue": "late')
            if "turn 0" in asked.text and "turn 3" in asked.text
            else says(REPLY)
        )

    with ModelServer(answer) as server, opened(server, tmp_path) as bench:
        items = [talk("long", 4), *TALKS]
        found = bench.recaps(items)
        assert all(isinstance(recap, Recap) for recap in found)
        assert found[0].valence_path == (-1, 1, -1, 1)
        assert sum(is_about(one, "long") for one in server.requests) == 4


def test_retry_after_is_waited_for_by_every_thread(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        # After the first, which goes alone, as many as may are sent at once.
        return fails(429, retry_after="0.5") if asked.number == 1 else says(REPLY, wait=0.05)

    with ModelServer(answer) as server, opened(server, tmp_path) as bench:
        assert all(isinstance(recap, Recap) for recap in bench.recaps([*TALKS, talk("7th"), talk("8th")]))
    refused = server.requests[1].at
    sent_with_it = [asked for asked in server.requests[2:] if asked.at - refused < 0.1]
    later = [asked for asked in server.requests[2:] if asked.at - refused >= 0.1]
    assert len(sent_with_it) <= 3
    assert later
    assert min(asked.at for asked in later) - refused >= 0.5


def test_an_error_of_every_question_reaches_every_thread_and_loses_no_answer(tmp_path: Path) -> None:
    refused = threading.Event()

    def answer(asked: Asked) -> Told:
        if is_about(asked, "second"):
            refused.set()
            return fails(401)
        # Under way when the key is refused, and answered after it.
        return says(REPLY, wait=0.3) if not is_about(asked, "first") else says(REPLY)

    with ModelServer(answer) as server:
        with opened(server, tmp_path, concurrency=3) as bench:
            assert isinstance(bench.recap(TALKS[0]), Recap)
            with ThreadPoolExecutor(6) as pool:
                slow = [pool.submit(bench.recap, item) for item in TALKS[2:4]]
                while len(server.requests) < 3:
                    time.sleep(0.005)
                second = pool.submit(bench.recap, TALKS[1])
                refused.wait(PATIENCE)
                later = [pool.submit(bench.recap, item) for item in TALKS[4:]]
                found = [outcome(future) for future in (*slow, second, *later)]
            kept = bench.kept()
        assert [type(one) for one in found] == [Recap, Recap, EngineError, EngineError, EngineError]
        assert [one.message for one in found[2:]] == [found[2].message] * 3
        assert "refuses the key" in found[2].message
        assert found[2] is not found[3]
        assert kept == [True, False, True, True, False, False]
        assert len(server.requests) == 4
        server.answer = lambda _: says(REPLY)
        with opened(server, tmp_path) as bench:
            assert all(isinstance(recap, Recap) for recap in bench.recaps())
        assert len(server.requests) == 7


def test_a_cap_ends_every_thread_is_never_passed_and_holds_over_restarts(tmp_path: Path) -> None:
    items = [talk(str(number)) for number in range(24)]
    with ModelServer(says(REPLY, usage=(1000, 100))) as server:
        with opened(server, tmp_path, max_tokens=15_000) as bench:
            found = bench.recaps(items, threads=8)
            spent = bench.budget.tokens
        done = [recap for recap in found if isinstance(recap, Recap)]
        assert {type(one) for one in found} == {Recap, BudgetError}
        assert len(done) == len(server.requests) == spent // 1100
        assert spent <= 15_000
        with opened(server, tmp_path, max_tokens=15_000) as bench:
            again = bench.recaps(items, threads=8)
        assert len(server.requests) == len(done)
        assert {type(one) for one in again} == {Recap, BudgetError}
        with opened(server, tmp_path) as bench:
            assert all(isinstance(recap, Recap) for recap in bench.recaps(items))
        assert len(server.requests) == len(items)


def test_a_stop_ends_within_its_grace_and_keeps_what_is_answered(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        if is_about(asked, "first"):
            return says(REPLY)
        return says(REPLY, wait=0.3) if is_about(asked, "second") else hangs()

    with ModelServer(answer) as server, opened(server, tmp_path, grace_seconds=1.0, concurrency=3) as bench:
        assert isinstance(bench.recap(TALKS[0]), Recap)
        with ThreadPoolExecutor(6) as pool:
            futures = [pool.submit(bench.recap, item) for item in TALKS[1:]]
            while len(server.requests) < 4:
                time.sleep(0.005)
            began = time.monotonic()
            bench.shared.stop()
            assert not wait(futures, timeout=PATIENCE).not_done
            assert time.monotonic() - began < 10
        found = [outcome(future) for future in futures]
        assert isinstance(found[0], Recap)
        assert [type(one) for one in found[1:]] == [StoppedError] * 4
        assert bench.kept() == [True, True, False, False, False, False]
        # Of those that were let go nobody knows whether they cost: the two are booked at their worst.
        assert bench.client.tally.tokens_out == 2 * 5 + 2 * 1500
        with pytest.raises(StoppedError):
            bench.recap(TALKS[5])
    assert len(server.requests) == 4


def test_ctrl_c_in_the_thread_that_asks_is_heard_at_once(tmp_path: Path) -> None:
    def interrupt() -> None:
        while len(server.requests) < 2:
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    with ModelServer(only("second", hangs())) as server:
        with opened(server, tmp_path, grace_seconds=0.5) as bench:
            assert isinstance(bench.recap(TALKS[0]), Recap)
            thread = threading.Thread(target=interrupt)
            thread.start()
            began = time.monotonic()
            with pytest.raises(KeyboardInterrupt):
                bench.recap(TALKS[1])
            thread.join()
            # The others go on: it is for the caller to stop them.
            assert isinstance(bench.recap(TALKS[2]), Recap)
        assert time.monotonic() - began < 10


def test_ctrl_c_in_the_main_thread_ends_a_run_of_many_threads_within_seconds(tmp_path: Path) -> None:
    def interrupt() -> None:
        while len(server.requests) < 4:
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    def run(bench: Bench) -> None:
        pool = ThreadPoolExecutor(8)
        try:
            wait([pool.submit(bench.recap, item) for item in items], timeout=PATIENCE)
        finally:
            bench.shared.stop()
            pool.shutdown(cancel_futures=True)

    items = [talk(str(number)) for number in range(50)]
    with (
        ModelServer(lambda asked: says(REPLY) if asked.number < 3 else hangs()) as server,
        opened(server, tmp_path, grace_seconds=0.5) as bench,
    ):
        thread = threading.Thread(target=interrupt)
        thread.start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            run(bench)
        assert time.monotonic() - began < 10
        thread.join()
        assert sum(bench.kept(items)) == 3


def _exit() -> None:
    raise SystemExit(3)


def test_nobody_waits_for_a_thread_that_has_died(tmp_path: Path) -> None:
    with ModelServer(hangs()) as server, opened(server, tmp_path) as bench, ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(bench.recap, item) for item in TALKS[:4]]
        while not server.requests:
            time.sleep(0.005)
        loop = bench.shared._loop
        assert loop is not None
        loop.call_soon_threadsafe(_exit)
        found = [outcome(future) for future in futures]
        assert [str(one) for one in found] == ["The thread that asks the model has died."] * 4
        assert isinstance(found[0].__cause__, SystemExit)
        with pytest.raises(RuntimeError, match="has died"):
            bench.recap(TALKS[4])


def test_closing_while_threads_ask_leaves_nobody_waiting(tmp_path: Path) -> None:
    with ModelServer(hangs()) as server, ThreadPoolExecutor(8) as pool:
        with opened(server, tmp_path, grace_seconds=0.2) as bench:
            futures = [pool.submit(bench.recap, item) for item in TALKS]
            while not server.requests:
                time.sleep(0.005)
        assert {type(outcome(future)) for future in futures} == {StoppedError}


def test_a_bug_in_one_thread_is_its_own(tmp_path: Path) -> None:
    def broken(item: Document) -> Any:
        asked = whole(item)
        return bench.shared.ask_all([Question(asked.step, {}, {}, asked.reply, 100)], lambda *_: None)

    with ModelServer(says(REPLY)) as server, opened(server, tmp_path) as bench, ThreadPoolExecutor(4) as pool:
        futures: list[Future[Any]] = [pool.submit(broken, TALKS[0])]
        futures += [pool.submit(bench.recap, item) for item in TALKS[1:]]
        found = [outcome(future) for future in futures]
    assert [type(one) for one in found] == [ResourceError] + [Recap] * 5


def test_the_same_item_in_many_threads_is_paid_for_once(tmp_path: Path) -> None:
    with ModelServer(says(REPLY, wait=0.05)) as server, opened(server, tmp_path, concurrency=8) as bench:
        found = bench.recaps([TALKS[0]] * 8, threads=8)
        assert found == [found[0]] * 8
        assert len(server.requests) == 1


@pytest.mark.parametrize(("threads", "concurrency"), [(1, 4), (32, 4), (64, 64)])
def test_no_more_is_asked_at_once_than_said(threads: int, concurrency: int, tmp_path: Path) -> None:
    items = [talk(str(number)) for number in range(2 * threads)]
    with (
        ModelServer(says(REPLY, wait=0.1)) as server,
        opened(server, tmp_path, concurrency=concurrency) as bench,
    ):
        assert all(isinstance(recap, Recap) for recap in bench.recaps(items, threads))
    assert server.most_at_once <= min(threads, concurrency)
    assert server.most_at_once > min(threads, concurrency) // 4


def _usages(bench: Bench, items: Sequence[Document]) -> list[tuple[Usage | None, Decimal | None]]:
    found = []
    for item in items:
        asker = bench.shared.item()
        summarise(item, FRAME, 2500, asker)
        found.append((asker.usage(), asker.usd()))
    return found


def test_what_an_item_took_is_told_the_same_when_it_costs_nothing_any_more(tmp_path: Path) -> None:
    with ModelServer(only("second", refuses())) as server:
        with opened(server, tmp_path) as bench:
            assert bench.shared.item().usage() is None
            told = _usages(bench, TALKS[:3])
        taken = Usage(10, 5), Decimal("0.00006")
        assert told == [taken, (None, None), taken]
        with opened(server, tmp_path) as bench:
            assert _usages(bench, TALKS[:3]) == told
            assert bench.client.tally.cached == 2


def test_what_is_only_looked_for_is_not_counted(tmp_path: Path) -> None:
    with ModelServer(says(REPLY)) as server:
        with opened(server, tmp_path) as bench:
            assert not bench.shared.item().is_kept(whole(TALKS[0]))
            bench.recap(TALKS[0])
        with opened(server, tmp_path) as bench:
            asker = bench.shared.item()
            assert asker.is_kept(whole(TALKS[0]))
            assert not asker.is_kept(whole(TALKS[1]))
            assert bench.shared.is_kept(whole(TALKS[0]))
            assert asker.usage() is None


def test_names_are_masked_for_every_thread(tmp_path: Path) -> None:
    with ModelServer(says(REPLY)) as server, opened(server, tmp_path, masker=Capitals) as bench:
        item = document("a.txt", Said("Zelmira", ["I am Zelmira."]), kind="chat")
        assert isinstance(bench.recap(item), Recap)
    assert "Zelmira" not in server.requests[0].text
    assert "[PERSON_1]" in server.requests[0].text


def test_what_is_asked_reaches_no_tracing_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(says(REPLY)) as server:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
        with opened(server, tmp_path) as bench:
            bench.recaps(TALKS[:3])
        time.sleep(0.3)
    assert {asked.path for asked in server.requests} == {"/v1/chat/completions"}


def test_an_asker_that_nobody_asks_ends_at_once(tmp_path: Path) -> None:
    with ModelServer(says(REPLY)) as server, opened(server, tmp_path) as bench:
        assert bench.shared.ask_all([], lambda *_: None) == []
        assert bench.shared.model == "tiny"
        bench.shared.close()
        bench.shared.close()
        with pytest.raises(StoppedError):
            bench.recap(TALKS[0])


def test_a_shared_asker_can_be_opened_where_a_loop_is_running(tmp_path: Path) -> None:
    """As in a notebook."""
    import asyncio

    async def cell(bench: Bench) -> Any:
        return bench.recap(TALKS[0])

    with ModelServer(says(REPLY)) as server, opened(server, tmp_path) as bench:
        assert isinstance(asyncio.run(cell(bench)), Recap)


def test_every_error_keeps_its_hint_for_every_thread(tmp_path: Path) -> None:
    check: Callable[[Any], bool] = lambda error: isinstance(error, JourneyAIError) and bool(error.hint)  # noqa: E731
    with ModelServer(fails(401)) as server, opened(server, tmp_path) as bench:
        assert all(map(check, bench.recaps()))
    assert len(server.requests) == 1
