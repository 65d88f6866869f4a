"""Whole rounds through a vendor's batches: sent once, fetched whenever, and the lines are those of a live run."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from tests.batch.standins import chats, silent
from tests.batch.vendor_server import Job, VendorServer, answer, fault

from journeyai.app import Study
from journeyai.batch.ledger import Ledger
from journeyai.batch.run import Batch, Order
from journeyai.batch.spool import Limits
from journeyai.batch.vendor import Round, Vendor
from journeyai.cli import main
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


def round_(
    *, sends: bool = True, limits: Limits | None = None, wanted: Order | None = None, **more: Any
) -> Round:
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


def test_sixty_items_take_two_rounds_and_their_lines_are_those_of_a_live_run(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 59)
    long(work / "chats")
    done = round_()
    assert counted(done) == (0, 0, 0, 60, 0)
    assert (done.mailing.sent, done.mailing.waiting, done.mailing.further) == (62, 62, 0)
    server.work()
    done = round_(sends=False)
    assert counted(done) == (59, 0, 0, 1, 0)
    assert (done.mailing.fetched, done.mailing.waiting, done.mailing.further) == (62, 0, 1)
    assert len(server.jobs) == 1
    assert len(lines()) == 59
    assert round_().mailing.sent == 1
    server.work()
    assert counted(round_(sends=False)) == (1, 59, 0, 0, 0)
    assert len(set(server.asked())) == len(server.asked()) == 63

    Batch().run(order(out=work / "live" / "out.jsonl"), silent)
    assert len(server.live) == 63
    assert sorted(lines("live/out.jsonl")) == sorted(lines())
    assert (
        sorted(line["body"] == body for line in batch_lines(server) for body in server.live).count(True) == 63
    )


def test_a_live_run_finds_everything_that_a_batch_has_brought(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 3)
    round_()
    server.work()
    round_(sends=False)
    (work / ".journeyai" / "ledger.sqlite").unlink()
    result = Batch().run(order(out=Path("again.jsonl")), silent)
    assert (result.state.done, result.exit_code, server.live) == (3, 0, [])
    assert sorted(lines("again.jsonl")) == sorted(lines())


def test_what_waits_is_not_sent_twice(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 4)
    round_()
    assert (round_().mailing.sent, len(server.jobs)) == (0, 1)
    chats(work / "chats", 6)
    done = round_()
    assert (done.mailing.sent, done.mailing.waiting, done.mailing.waiting_batches) == (2, 6, 2)
    assert len(set(server.asked())) == len(server.asked()) == 6
    server.work()
    assert counted(round_()) == (6, 0, 0, 0, 0)


def test_questions_go_in_parts_that_keep_within_the_limits(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 10)
    assert round_(limits=Limits(lines=4)).mailing.sent_batches == 3
    assert [len(server.lines(job)) for job in server.jobs.values()] == [4, 4, 2]
    size = max(map(len, server.files["file-0000"].splitlines(keepends=True)))
    chats(work / "more", 5)
    round_(limits=Limits(bytes=2 * size), wanted=order("more", out=Path("more.jsonl")))
    parts = [server.files[job.input] for job in list(server.jobs.values())[3:]]
    # Other files with the same words ask the same: they wait for the same answers.
    assert parts == []
    for path in (work / "more").iterdir():
        path.write_text(path.read_text().replace("order", "other order"), encoding="utf-8")
    round_(limits=Limits(bytes=3 * size), wanted=order("more", out=Path("more.jsonl")))
    parts = [server.files[job.input] for job in list(server.jobs.values())[3:]]
    assert [part.count(b"\n") for part in parts] in ([2, 2, 1], [3, 2])
    assert all(len(part) <= 3 * size for part in parts)


def test_what_expired_is_told_and_sent_again_and_nothing_else(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 10)
    round_()
    server.work(status="expired", answered=7)
    done = round_(sends=False)
    assert counted(done) == (7, 0, 0, 3, 0)
    assert (done.mailing.unanswered, done.mailing.further) == ({"not answered in time": 3}, 3)
    assert round_().mailing.sent == 3
    assert len(server.asked()) == 13
    server.work()
    assert counted(round_()) == (3, 7, 0, 0, 0)


def test_a_line_that_failed_at_the_server_is_asked_again(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 3)
    server.reader = lambda body: fault(500, "We broke") if "order 1" in str(body) else reader(body)
    round_()
    server.work()
    done = round_(sends=False)
    assert counted(done) == (2, 0, 0, 1, 0)
    assert done.mailing.unanswered == {'failed at the server ("We broke")': 1}
    server.reader = reader
    round_()
    server.work()
    assert counted(round_()) == (1, 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (answer("I do not know."), "The model gave no answer that can be read."),
        (answer('{"issue": "An ord', ending="length"), "The model gave no answer that can be read."),
        (answer(None, refusal="No."), "The model would not answer."),
        (
            fault(400, "This model's maximum context length is 9 tokens"),
            "The model server takes no question as long",
        ),
        (fault(400, "Bad thing"), 'The model server refuses the request ("Bad thing").'),
    ],
    ids=["unreadable", "broken off", "refused", "too long", "refused by the server"],
)
def test_an_item_that_comes_to_nothing_fails_and_is_tried_again(
    work: Path, server: VendorServer, reply: tuple[int, dict[str, Any]], message: str
) -> None:
    chats(work / "chats", 1)
    (work / "chats" / "one.txt").write_text("Customer: My gizmo never came.\n", encoding="utf-8")
    server.reader = lambda body: reply if "gizmo" in str(body["messages"]) else reader(body)
    round_()
    server.work()
    done = round_(sends=False)
    assert counted(done) == (1, 0, 1, 0, 4)
    (failed,) = [json.loads(line) for line in lines() if "one.txt" in line]
    assert failed["error"]["fault"] == "model"
    assert failed["error"]["message"].startswith(message)
    server.reader = reader
    assert round_().mailing.sent == 1
    server.work()
    assert counted(round_()) == (1, 1, 0, 0, 0)
    assert all(json.loads(line)["error"] is None for line in lines())


def test_a_transcript_whose_answer_is_no_use_is_halved_and_nothing_is_asked_twice(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 1)
    server.reader = lambda body: (
        answer("{", ending="length") if '"whole"' in told(body) or "whole" in told(body) else reader(body)
    )
    sent = []
    for _ in range(6):
        sent.append(round_().mailing.sent)
        # Run in between, nothing that is under way or came to nothing is asked again.
        assert round_().mailing.sent == 0
        server.work()
    assert sent == [1, 1, 1, 1, 0, 0]
    assert len(set(server.asked())) == len(server.asked()) == 4
    assert json.loads(lines()[0])["error"] is None


def test_a_server_that_does_not_know_a_parameter_is_asked_without_it(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 2)
    server.reader = lambda body: (
        fault(400, "Unsupported parameter: 'seed' is not supported.") if "seed" in body else reader(body)
    )
    round_()
    server.work()
    assert counted(round_()) == (0, 0, 0, 2, 0)
    server.work()
    assert counted(round_()) == (2, 0, 0, 0, 0)


def test_a_batch_that_is_refused_is_told_and_sent_again_by_the_next_run(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 3)
    round_()
    server.refuse(
        "token_limit_exceeded", "Enqueued token limit reached for tiny. Limit: 90,000 enqueued tokens."
    )
    done = round_()
    assert counted(done) == (0, 0, 0, 3, 4)
    assert done.result.error is not None
    assert done.result.error.message == (
        f"The server `{done.mailing.host}` refused a batch of 3 questions, and nothing of it was asked: Enqueued "
        "token limit reached for tiny. Limit: 90,000 enqueued tokens."
    )
    assert len(server.jobs) == 1
    assert (round_().mailing.sent, len(server.jobs)) == (3, 2)
    server.work()
    assert counted(round_()) == (3, 0, 0, 0, 0)


def test_a_busy_server_is_asked_again(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    busy, broken = fault(429, "Slow down"), fault(500, "We broke")
    server.faults["POST", "/v1/files"] = [busy]
    round_()
    server.work()
    server.faults["GET", "/v1/batches/.*"] = [busy, broken]
    server.faults["GET", "/v1/files/.*"] = [broken]
    assert counted(round_()) == (2, 0, 0, 0, 0)


def test_a_server_that_is_down_ends_the_run_with_what_is_there(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    round_()
    chats(work / "chats", 4)
    server.faults["GET", "/v1/batches/.*"] = [fault(500, "We broke")] * 20
    done = round_()
    assert counted(done) == (0, 0, 0, 4, 4)
    assert (done.mailing.sent, done.mailing.waiting, done.mailing.further) == (0, 2, 2)
    server.faults.clear()
    server.work()
    done = round_()
    assert counted(done) == (2, 0, 0, 2, 0)
    assert done.mailing.sent == 2


def test_a_submission_that_is_refused_is_told_and_costs_nothing(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    server.faults["POST", "/v1/batches"] = [
        fault(400, "Billing hard limit has been reached", "billing_hard_limit_reached")
    ]
    done = round_(wanted=order(wish=Wish(model="tiny", max_tokens=10**6)))
    assert counted(done) == (0, 0, 0, 2, 4)
    assert "Billing hard limit has been reached" in str(done.result.error)
    assert (done.mailing.waiting, server.jobs, booked(work)) == (0, {}, 0)
    assert round_().mailing.sent == 2


@pytest.mark.parametrize("when", ["reset", "reset after", (500, {"error": {"message": "no"}})])
def test_a_submission_whose_end_nobody_hears_is_neither_lost_nor_paid_twice(
    work: Path, server: VendorServer, when: Any
) -> None:
    chats(work / "chats", 5)
    for n in range(5):
        # Others of the account stand in the list, too.
        server.files["other"] = b""
        server.jobs[f"other-{n}"] = Job(f"other-{n}", "other", {}, 2_000_000_000, status="completed")
    server.faults["POST", "/v1/batches"] = [when]
    first = round_()
    assert counted(first)[4] == (0 if when == "reset after" else 4)
    round_()
    assert len(set(server.asked())) == len(server.asked()) == 5
    server.work()
    assert counted(round_()) == (5, 0, 0, 0, 0)


def test_a_batch_that_the_list_does_not_show_yet_is_not_sent_again_at_once(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 2)
    now = 1_000_000.0
    server.faults["POST", "/v1/batches"] = ["reset"]

    def run() -> Round:
        return Vendor(order(), clock=lambda: now).run(silent, lambda _: None)

    assert run().result.exit_code == 4
    now += 59
    done = run()
    assert (done.mailing.sent, done.mailing.waiting, len(done.mailing.notices), done.result.exit_code) == (
        0,
        2,
        1,
        0,
    )
    now += 2
    assert (run().mailing.sent, len(server.jobs)) == (2, 1)


def test_a_server_that_lists_no_batches_is_believed_after_two_days(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    now = 1_000_000.0

    def run() -> Round:
        server.faults["GET", "/v1/batches"] = [fault(404, "no list")]
        return Vendor(order(), clock=lambda: now).run(silent, lambda _: None)

    server.faults["POST", "/v1/batches"] = ["reset"]
    assert run().result.exit_code == 4
    now += 47 * 3600
    assert (run().mailing.sent, run().mailing.waiting) == (0, 2)
    now += 2 * 3600
    assert run().mailing.sent == 2


def test_dollars_are_capped_at_the_price_of_a_batch(work: Path, server: VendorServer) -> None:
    # The worst of a question is about 1,500 tokens received and as many sent again: some 1.6 dollars live.
    prices = "\n[llm]\nprice_in = 100.0\nprice_out = 1000.0\n"
    made = study(work, prices)
    for cap, sent in ((0.7, 0), (1.3, 1), (2.5, 2)):
        wanted = order("sources", study=made, no_map=True, wish=Wish(model="tiny", max_cost=cap))
        done = round_(wanted=wanted)
        assert done.mailing.most_usd is not None
        assert (done.mailing.waiting, done.result.exit_code) == (sent, 5)
        assert done.mailing.most_usd <= cap


def test_a_file_of_answers_that_is_gone_is_told_and_asked_again(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 4)
    round_()
    server.work()
    (job,) = server.jobs.values()
    del server.files[str(job.output)]
    done = round_(sends=False)
    assert done.mailing.unanswered == {"lost with a file that the server does not have any more": 4}
    # Nobody can say what it took: the worst.
    assert booked(work) > 4 * 1500
    assert round_().mailing.sent == 4


def test_a_batch_that_the_server_does_not_know_is_waited_for_two_days(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 2)
    now = 1_000_000.0

    def run() -> Round:
        return Vendor(order(), clock=lambda: now).run(silent, lambda _: None)

    run()
    kept = dict(server.jobs)
    server.jobs.clear()
    now += 40 * 3600
    done = run()
    assert (done.mailing.sent, done.mailing.waiting) == (0, 2)
    assert "Check that the key is the one that it was sent with." in done.mailing.notices[0]
    now += 9 * 3600
    assert run().mailing.sent == 2
    assert len(kept) == len(server.jobs) == 1


def test_lines_of_others_and_lines_nobody_can_read_are_passed_over(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    round_()
    server.work()
    (job,) = server.jobs.values()
    good = server.files[str(job.output)]
    stranger = good.splitlines()[0].replace(b'"custom_id": "', b'"custom_id": "x')
    server.files[str(job.output)] = b"\n".join(
        [b"{torn", b"[]", b"\xff\xfe", stranger, b"", good, good.strip()]
    )
    assert counted(round_()) == (2, 0, 0, 0, 0)
    assert booked(work) == 240


def test_the_cap_counts_the_worst_of_what_is_under_way_and_the_truth_afterwards(
    work: Path, server: VendorServer
) -> None:
    chats(work / "chats", 6)
    capped = order(wish=Wish(model="tiny", max_tokens=9000))
    done = round_(wanted=capped)
    assert isinstance(done.result.error, BudgetError)
    assert counted(done) == (0, 0, 0, 6, 5)
    first = done.mailing.sent
    assert 0 < first < 6
    assert 1500 * first < booked(work) <= 9000
    assert (round_(wanted=capped).mailing.sent, round_(wanted=capped).result.exit_code) == (0, 5)
    server.work()
    done = round_(wanted=capped)
    assert done.result.state.done == first
    assert done.mailing.sent > 0
    while done.result.state.left:
        server.work()
        done = round_(wanted=capped)
    assert counted(done)[2:] == (0, 0, 0)
    assert len(set(server.asked())) == len(server.asked()) == 6
    assert booked(work) == 6 * 120


def test_ctrl_c_sends_nothing(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)

    told_: list[object] = []

    def interrupted(state: object) -> None:
        told_.append(state)
        if len(told_) == 1:
            raise KeyboardInterrupt

    done = Vendor(order()).run(interrupted, lambda _: None)
    assert (done.result.interrupted, done.result.exit_code, done.mailing.sent) == (True, 130, 0)
    assert (server.jobs, list(Path(".journeyai").glob("outbox/*"))) == ({}, [])


def test_a_line_of_before_stands_until_another_takes_its_place(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    Batch().run(order(wish=Wish(model="older")), silent)
    before = lines()
    round_()
    assert lines() == before
    server.work()
    round_()
    assert {json.loads(line)["made_by"]["model"] for line in lines()} == {"tiny"}
    assert len(lines()) == 2


def test_the_estimate_counts_what_is_not_under_way(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 3)
    sentence = Vendor(order()).plan()
    assert sentence.startswith("About 3 questions to tiny at 127.0.0.1")
    assert sentence.endswith("As a batch: half the usual price, answered within 24 hours.")
    assert server.calls == []
    told: list[str] = []
    Vendor(order(limit=2)).run(silent, told.append)
    assert told[0].startswith("About 2 questions")
    assert Vendor(order()).plan().startswith("About 1 question ")
    round_()
    assert Vendor(order()).plan().startswith("Nothing to ask")


def test_a_server_without_batches_is_told_so(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 1)
    server.has_batches = False
    done = round_()
    assert isinstance(done.result.error, EngineError)
    assert done.result.error.message == f"The server `{done.mailing.host}` has no batches."
    assert (
        done.result.error.hint == "Leave out --batch-api; `--jobs N` asks it many questions at the same time."
    )
    assert (done.mailing.waiting, booked(work)) == (0, 0)


def test_who_has_no_batches_is_refused(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chats(work / "chats", 1)
    with pytest.raises(SettingsError, match="is a model of `ollama`"):
        round_(wanted=order(wish=Wish(model="ollama:tiny")))
    with pytest.raises(SettingsError, match="the local engine would read here"):
        Vendor(Order(("chats",), engine="local"))


def test_a_live_run_says_what_it_would_pay_twice(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 2)
    round_()
    announced: list[str] = []
    Batch().run(order(), silent, announced.append)
    assert announced[1] == (
        "2 questions sent with --batch-api are not fetched yet: what this run asks of the same items is paid again. "
        "`--batch-api --collect` fetches them."
    )
    server.work()
    assert counted(round_()) == (0, 2, 0, 0, 0)
    Batch().run(order(), silent, announced.append)
    assert len(announced) == 3


def test_a_batch_at_another_address_is_left_alone(work: Path, server: VendorServer) -> None:
    chats(work / "chats", 1)
    round_()
    with Ledger(work / ".journeyai" / "ledger.sqlite") as ledger:
        ((token, about),) = ledger.batches().items()
        ledger.put_batch(token, about | {"kind": "openai@models.example.org"})
    done = round_()
    assert done.mailing.notices == (
        f"1 batch at another address than `{done.mailing.host}` cannot be fetched from here.",
    )


def told(body: dict[str, Any]) -> str:
    return str(body["messages"][1]["content"])


def batch_lines(server: VendorServer) -> list[dict[str, Any]]:
    return [line for job in server.jobs.values() for line in server.lines(job)]


def booked(work: Path) -> int:
    """Return the tokens that are booked, whatever the job."""
    with closing(sqlite3.connect(work / ".journeyai" / "cache.sqlite")) as connection:
        (tokens,) = connection.execute("SELECT sum(tokens_in + tokens_out) FROM spending").fetchone()
    return int(tokens or 0)


# In a study


def study(root: Path, settings: str = "") -> Study:
    made = Study.create(root, title="Orders", language="en")
    chats(made.folder.sources / "chats", 2)
    (made.folder.sources / "chats" / "named.txt").write_text(
        "Zelmira Quispe: My order 7 never came. Write to zelmira.quispe@example.org or call +34 612 345 678.\n"
        "Agent: I will send order 7 again, Zelmira.\n",
        encoding="utf-8",
    )
    with (root / "journey.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    return Study.open(root)


def test_personal_data_is_masked_in_what_is_sent_and_back_in_what_comes(
    work: Path, server: VendorServer
) -> None:
    made = study(work, '\n[privacy]\nmask = "always"\n')
    wanted = order("sources", study=made)
    round_(wanted=wanted)
    sent = b"\n".join(server.files[job.input] for job in server.jobs.values())
    assert b"order 7" in sent
    for secret in (b"Zelmira", b"Quispe", b"example.org", b"612"):
        assert secret not in sent
    server.work()
    assert counted(round_(wanted=wanted)) == (3, 0, 0, 0, 0)
    assert b"zelmira" not in b"".join(
        path.read_bytes().lower() for path in (work / ".journeyai").glob("cache.sqlite*")
    )
    (named,) = [json.loads(line) for line in lines() if "named" in line]
    assert named["participants"][0]["name"] == "Zelmira Quispe"
    assert named["key_quotes"][0]["quote"] == "My order 7 never came."


def test_sources_of_a_study_are_read_for_the_map_too_and_nobody_asks_that_again(
    work: Path, server: VendorServer
) -> None:
    wanted = order("sources", study=study(work))
    done = round_(wanted=wanted)
    assert done.mailing.sent == 6
    server.work()
    assert counted(round_(wanted=wanted)) == (3, 0, 0, 0, 0)
    (work / ".journeyai" / "ledger.sqlite").unlink()
    Batch().run(wanted, silent)
    assert server.live == []


def test_a_summary_does_not_wait_for_the_map(work: Path, server: VendorServer) -> None:
    wanted = order("sources", study=study(work))
    server.reader = lambda body: None if "Points" in str(body["response_format"]) else reader(body)
    round_(wanted=wanted)
    server.work()
    done = round_(wanted=wanted, sends=False)
    assert counted(done) == (3, 0, 0, 0, 0)
    assert (done.mailing.unanswered, done.mailing.further) == ({"not answered in time": 3}, 3)
    done = round_(wanted=wanted)
    assert counted(done) == (0, 3, 0, 0, 0)
    assert done.mailing.sent == 3


def test_without_the_map_only_summaries_are_asked(work: Path, server: VendorServer) -> None:
    assert round_(wanted=order("sources", study=study(work), no_map=True)).mailing.sent == 3


def test_a_batch_costs_half(work: Path, server: VendorServer) -> None:
    prices = "\n[llm]\nprice_in = 100.0\nprice_out = 1000.0\n"
    wanted = order("sources", study=study(work, prices), no_map=True)
    first = round_(wanted=wanted)
    assert first.result.state.usd == 0
    assert first.mailing.most_usd is not None
    assert first.mailing.most_usd > 3 * 1500 * 1000 / 2 / 1e6
    server.work()
    done = round_(wanted=wanted)
    assert done.mailing.most_usd == 0
    each = (100 * 100 + 20 * 1000) / 1e6 / 2
    assert [json.loads(line)["usage"]["usd"] for line in lines()] == [each] * 3
    assert done.result.state.usd == pytest.approx(3 * each)


# As it is typed


def typed(*arguments: str) -> int:
    try:
        return main(["summarise", "chats", "--model", "tiny", "--batch-api", *arguments])
    except SystemExit as left:
        return int(left.code or 0)


def test_the_command_is_typed_until_nothing_waits(
    work: Path, server: VendorServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    chats(work / "chats", 3)
    assert typed("--out", "out.jsonl", "--dry-run") == 0
    out, _ = capfd.readouterr()
    assert out.startswith("About 3 questions to tiny at ")
    assert out.endswith("As a batch: half the usual price, answered within 24 hours.\nNothing was asked.\n")
    assert typed("--out", "out.jsonl") == 0
    out, told_ = capfd.readouterr()
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert out == ""
    assert told_.splitlines()[1:] == [
        f"3 questions sent to tiny at {host} in 1 batch.",
        "3 questions in 1 batch not fetched yet (0 answered by now, at most $0.00). Answers come within 24 hours, "
        "mostly much sooner: run the same command with --batch-api --collect then, today or another day.",
    ]
    server.work(answered=2, status="expired")
    assert typed("--collect", "--out", "out.jsonl") == 0
    out, told_ = capfd.readouterr()
    assert out.startswith("2 summaries (")
    assert told_.splitlines() == [
        "2 answers came.",
        "1 question not answered in time.",
        "1 further question to be sent: run the same command without --collect.",
    ]
    assert typed("--out", "out.jsonl", "--quiet") == 0
    server.work()
    assert typed("--out", "out.jsonl", "--collect", "--json") == 0
    out, told_ = capfd.readouterr()
    assert json.loads(out[out.index("{") :])["items"] == 3
    assert told_.splitlines() == ["1 answer came."]


def test_what_was_refused_is_an_exit_code(
    work: Path, server: VendorServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    chats(work / "chats", 1)
    monkeypatch.setenv("COLUMNS", "400")
    typed("--out", "out.jsonl")
    server.refuse("token_limit_exceeded", "Enqueued token limit reached.")
    capfd.readouterr()
    assert typed("--out", "out.jsonl", "--collect") == 4
    assert "Enqueued token limit reached." in capfd.readouterr().err
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert main(["summarise", "chats", "--batch-api"]) == 2
    assert "--batch-api sends questions to a language model" in capfd.readouterr().err
