"""A batch by a language model: what it shares with a draft, what it costs, what happens when the model fails."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from tests.batch.standins import chats, silent
from tests.engines.llm.servers import Asked, ModelServer, Told, fails, says

from journeyai.app import Study
from journeyai.batch.run import Batch, Order
from journeyai.engines.llm.session import Wish
from journeyai.model.summary import Summary, SummaryError, SummaryUsage

SUMMARY: Final[dict[str, Any]] = {
    "issue": "A late order", "what_happened": "It did not come.", "customer_goal": "Get it",
    "outcome": "unresolved", "emotion_start": "anger", "emotion_end": "anger", "valence_path": [-2, -1],
    "stages": [], "pain_points": [], "promises": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def step_of(asked: Asked) -> str:
    fields = asked.body["response_format"]["json_schema"]["schema"]["properties"]
    return "observe" if "points" in fields else "summarise" if "promises" in fields else "other"


def answer(asked: Asked) -> Told:
    """Answer as a model that finds one point, and sums up; whatever else it is asked, it has nothing to say."""
    named = re.search(r"^\[(\d+)\] customer", asked.last, re.MULTILINE)
    line = int(named[1]) if named else 0
    match step_of(asked):
        case "observe":
            labels = {"l": "pain_point", "s": "support", "v": -1, "e": "anger", "c": "none"}
            return says({"points": [{"n": [line], "g": "It did not come", **labels}]})
        case "summarise":
            return says(SUMMARY | {"key_quotes": [line]})
    return says("{}")


def slow(asked: Asked) -> Told:
    return replace(answer(asked), wait=0.05)


def order(url: str, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Order:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    given: dict[str, Any] = {
        "paths": ("chats",),
        "engine": "llm",
        "out": Path("out.jsonl"),
        "jobs": 4,
        "wish": Wish(model="tiny"),
    }
    return Order(**(given | {"wish": Wish(model="tiny")} | more))


def summaries() -> list[Summary]:
    lines = Path("out.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted(map(Summary.model_validate_json, lines), key=lambda one: one.source)


def steps(server: ModelServer) -> Counter[str]:
    found = Counter(map(step_of, server.requests))
    server.requests.clear()
    return found


def test_summaries_tell_what_was_asked_and_what_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    chats(Path("chats"), 3)
    with ModelServer(answer) as server:
        result = Batch().run(order(server.url, monkeypatch), silent)
    assert (result.state.done, result.state.failed, result.exit_code) == (3, 0, 0)
    assert result.state.tokens == 3 * 15
    for number, summary in enumerate(summaries()):
        assert summary.source == f"chats/chat-{number:03}.txt"
        assert summary.usage == SummaryUsage(tokens_in=10, tokens_out=5, estimated=False, usd=0.0)
        assert summary.made_by is not None
        assert (summary.made_by.engine, summary.made_by.model) == ("llm", "tiny")
        assert set(summary.made_by.prompts) == {"combine", "summarise"}
        assert [quote.quote for quote in summary.key_quotes] == [f"My order {number} never came."]


def test_no_more_is_asked_at_once_than_there_are_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    chats(Path("chats"), 24)
    with ModelServer(slow) as server:
        Batch().run(order(server.url, monkeypatch), silent)
        assert server.most_at_once == 4


def test_a_failure_of_the_model_is_the_items_own_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    chats(Path("chats"), 4)

    def moody(asked: Asked) -> Told:
        return says("I would rather not.") if "order 2" in asked.text else answer(asked)

    with ModelServer(moody) as server:
        result = Batch().run(order(server.url, monkeypatch), silent)
        assert (result.state.done, result.state.failed, result.exit_code) == (3, 1, 4)
        error = summaries()[2].error
        assert isinstance(error, SummaryError)
        assert error.fault == "model"
        server.answer = answer
        server.requests.clear()
        result = Batch().run(order(server.url, monkeypatch), silent)
        assert (result.state.done, result.state.kept, result.exit_code) == (1, 3, 0)
        assert len(server.requests) == 1
    assert [summary.error for summary in summaries()] == [None] * 4


def test_a_refused_key_ends_the_run_with_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    chats(Path("chats"), 12)

    def refusing(asked: Asked) -> Told:
        return fails(401, "no such key") if asked.number >= 5 else answer(asked)

    with ModelServer(refusing) as server:
        result = Batch().run(order(server.url, monkeypatch), silent)
        assert result.exit_code == 4
        assert result.error is not None
        assert len(summaries()) == result.state.done >= 1
        server.answer = answer
        server.requests.clear()
        again = Batch().run(order(server.url, monkeypatch), silent)
        assert (again.state.kept, again.exit_code) == (result.state.done, 0)
        assert len(server.requests) <= 12 - result.state.done
    assert len(summaries()) == 12


def test_a_cap_ends_the_run_and_holds_across_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    chats(Path("chats"), 12)
    with ModelServer(answer) as server:
        capped = order(server.url, monkeypatch, wish=Wish(model="tiny", max_tokens=3000), jobs=1)
        result = Batch().run(capped, silent)
        assert result.exit_code == 5
        done = result.state.done
        assert 0 <= done < 12
        asked = len(server.requests)
        assert Batch().run(capped, silent).exit_code == 5
        assert len(server.requests) == asked
        whole = Batch().run(order(server.url, monkeypatch), silent)
    assert (whole.state.done, whole.state.kept, whole.exit_code) == (12 - done, done, 0)


def study() -> Study:
    made = Study.create("study", title="Orders")
    chats(Path("study/sources/chats"), 3)
    return made


def test_after_a_batch_a_draft_reads_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = study()
    with ModelServer(answer) as server:
        wanted = order(server.url, monkeypatch, paths=("study/sources",), study=made)
        assert Batch().run(wanted, silent).exit_code == 0
        assert steps(server) == {"summarise": 3, "observe": 3}
        made.draw(engine="llm", wish=Wish(model="tiny"))
        assert steps(server)["observe"] == 0
    assert [summary.source for summary in summaries()] == [f"chats/chat-{n:03}.txt" for n in range(3)]
    assert Path("study/.journeyai/ledger.sqlite").is_file()


def test_after_a_draft_a_batch_asks_only_for_summaries(monkeypatch: pytest.MonkeyPatch) -> None:
    made = study()
    with ModelServer(answer) as server:
        wanted = order(server.url, monkeypatch, paths=("study/sources",), study=made)
        made.draw(engine="llm", wish=Wish(model="tiny"))
        assert steps(server)["observe"] == 3
        Batch().run(wanted, silent)
        assert steps(server) == {"summarise": 3}


def test_nothing_is_read_for_the_map_where_that_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = study()
    chats(Path("elsewhere"), 5)
    with ModelServer(answer) as server:
        without = order(server.url, monkeypatch, paths=("study/sources",), study=made, no_map=True)
        Batch().run(without, silent)
        assert steps(server) == {"summarise": 3}
        Batch().run(order(server.url, monkeypatch, paths=("elsewhere",), study=made), silent)
        # The same words as in the study are the same question.
        assert steps(server) == {"summarise": 2}


def test_a_plan_asks_nothing_and_tells_both_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    made = study()
    with ModelServer(answer) as server:
        told = Batch().plan(order(server.url, monkeypatch, paths=("study/sources",), study=made))
        assert server.requests == []
    assert told.startswith("About 6")
    assert "for the map" in told


def test_a_plan_counts_what_is_read_for_the_map_of_the_studys_own_files_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = study()
    chats(Path("elsewhere"), 5)
    with ModelServer(answer) as server:
        both = order(server.url, monkeypatch, paths=("study/sources", "elsewhere"), study=made)
        told = Batch().plan(both)
        assert server.requests == []
    assert told.startswith("About 11–12 questions")
    assert " 3–4 of these questions read the transcripts for the map" in told


def test_a_cap_met_by_many_threads_is_no_items_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    chats(Path("chats"), 60)

    def thirsty(_: Asked) -> Told:
        return says(SUMMARY | {"key_quotes": [0]}, usage=(900, 100), wait=0.02)

    with ModelServer(thirsty) as server:
        capped = order(server.url, monkeypatch, wish=Wish(model="tiny", max_tokens=25_000), jobs=32)
        result = Batch().run(capped, silent)
        assert (result.exit_code, result.state.failed) == (5, 0)
        assert result.state.done == len(summaries()) < 60
        assert all(summary.error is None for summary in summaries())
        asked = len(server.requests)
        more = order(server.url, monkeypatch, wish=Wish(model="tiny", max_tokens=10_000_000), jobs=32)
        assert Batch().run(more, silent).exit_code == 0
        assert len(server.requests) == 60
        assert asked <= 60
    assert len(summaries()) == 60


def test_a_run_tells_what_it_will_take_before_anybody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    made = study()
    said: list[str] = []
    with ModelServer(answer) as server:
        wanted = order(server.url, monkeypatch, paths=("study/sources",), study=made)

        def announce(sentence: str) -> None:
            assert server.requests == []
            said.append(sentence)

        plan = Batch().plan(wanted)
        Batch().run(wanted, silent, announce)
    assert said == [plan]


def test_what_could_not_be_read_for_the_map_is_told_and_the_summaries_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = study()

    def deaf(asked: Asked) -> Told:
        return says("no JSON") if step_of(asked) == "observe" else answer(asked)

    with ModelServer(deaf) as server:
        result = Batch().run(order(server.url, monkeypatch, paths=("study/sources",), study=made), silent)
    assert result.exit_code == 0
    assert len(summaries()) == 3
    assert result.notices == (
        "Of 3 transcripts not everything could be read for the map; the summaries stand, and a draft asks for the "
        "rest.",
    )
