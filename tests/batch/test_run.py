"""A run is resumed, limited, retried and mended; nothing stands in the output twice, nothing is left out in silence."""

import _thread
import io
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.batch.standins import StandIn, batch, chats, run, silent, tickets

from journeyai.app import Study
from journeyai.batch.ledger import Ledger
from journeyai.batch.run import Order, Result
from journeyai.engines.recap import Recap
from journeyai.errors import BudgetError, EngineError, SettingsError, StudyBusyError
from journeyai.model.batch import FailedItem, State
from journeyai.model.source import Document
from journeyai.model.summary import Summary


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(path: Path = Path("out.jsonl")) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def names(path: Path = Path("out.jsonl")) -> list[tuple[str, str | None]]:
    return [(line["source"], line["record"]) for line in lines(path)]


def order(*paths: str, **more: Any) -> Order:
    return Order(paths=paths or ("chats",), engine="local", **({"out": Path("out.jsonl")} | more))


def counted(result: Result) -> tuple[int, int, int, int | None, int]:
    state = result.state
    return state.done, state.kept, state.failed, state.left, result.exit_code


@pytest.mark.parametrize("whole_files", [True, False], ids=["files", "documents"])
@pytest.mark.parametrize("threads", [0, 4], ids=["here", "threads"])
def test_every_item_has_one_line_and_a_second_run_asks_nothing(
    work: Path, threads: int, whole_files: bool
) -> None:
    expected = [(f"chats/{name}", None) for name in chats(work / "chats", 12)]
    summariser = StandIn()
    result = run(order(), summariser, threads=threads, whole_files=whole_files)
    assert counted(result) == (12, 0, 0, 0, 0)
    assert sorted(names()) == sorted(summariser.asked) == expected
    before = (work / "out.jsonl").read_bytes()
    again = StandIn()
    assert counted(run(order(), again, threads=threads, whole_files=whole_files)) == (0, 12, 0, 0, 0)
    assert again.asked == []
    assert (work / "out.jsonl").read_bytes() == before


def test_quotes_are_slices_of_the_source(work: Path) -> None:
    chats(work / "chats", 1)
    run(order())
    summary = Summary.model_validate_json((work / "out.jsonl").read_text(encoding="utf-8"))
    text = "Customer: My order 0 never came. I am angry.\nAgent: I will send order 0 again today.\n"
    pain, promise, key = summary.pain_points[0].evidence, summary.promises[0].evidence, summary.key_quotes
    assert [quote.quote for quote in pain] == ["My order 0 never came. I am angry."]
    assert [quote.quote for quote in key] == ["My order 0 never came."]
    assert promise.speaker == "Agent"
    for quote in (*pain, promise, *key):
        assert quote.quote == text[quote.start : quote.end]


def test_ordered_lines_stand_in_input_order_whoever_is_first(work: Path) -> None:
    chats(work / "chats", 20)
    tickets(work / "more" / "reviews.csv", range(5))

    def slow_at_first(document: Document) -> None:
        if document.source.endswith(("000.txt", "007.txt")):
            import time

            time.sleep(0.1)

    run(order("more", "chats", ordered=True), StandIn(hook=slow_at_first), threads=4, whole_files=False)
    in_order: list[tuple[str, str | None]] = [("more/reviews.csv", str(n)) for n in range(5)]
    in_order += [(f"chats/chat-{n:03}.txt", None) for n in range(20)]
    assert names() == in_order


def test_an_unordered_file_is_brought_in_order_when_that_is_asked_for(work: Path) -> None:
    chats(work / "a", 3)
    chats(work / "b", 3)
    run(order("b"))
    run(order("a"))
    run(order("a", "b", ordered=True))
    assert names() == [(f"{folder}/chat-{n:03}.txt", None) for folder in "ab" for n in range(3)]


@pytest.mark.parametrize("whole_files", [True, False], ids=["files", "documents"])
def test_a_limit_counts_items_in_input_order(work: Path, whole_files: bool) -> None:
    tickets(work / "in" / "a.csv", range(4))
    tickets(work / "in" / "b.csv", range(4))
    chats(work / "in" / "c", 2)
    result = run(order("in", limit=6), whole_files=whole_files)
    assert counted(result) == (6, 0, 0, 0, 0)
    first = [("in/a.csv", str(n)) for n in range(4)] + [("in/b.csv", "0"), ("in/b.csv", "1")]
    assert names() == first
    more = StandIn()
    assert counted(run(order("in", limit=7), more, whole_files=whole_files)) == (1, 6, 0, 0, 0)
    assert more.asked == [("in/b.csv", "2")]
    assert counted(run(order("in"), whole_files=whole_files)) == (3, 7, 0, 0, 0)
    assert len(names()) == len(set(names())) == 10


def test_a_limit_within_a_finished_file_takes_its_first_items(work: Path) -> None:
    tickets(work / "a.csv", range(4))
    run(order("a.csv"))
    stream = io.BytesIO()
    assert counted(run(order("a.csv", limit=2, out=stream, home=work))) == (0, 2, 0, 0, 0)
    assert [json.loads(line)["record"] for line in stream.getvalue().splitlines()] == ["0", "1"]


def test_what_failed_has_a_line_that_says_so_until_it_succeeds(work: Path) -> None:
    chats(work / "chats", 4)
    (work / "chats" / "empty.txt").write_bytes(b"")
    failing = StandIn(failing=["chats/chat-001.txt"])
    assert counted(run(order(), failing)) == (3, 0, 2, 0, 4)
    errors = {line["source"]: line["error"] for line in lines() if line["error"]}
    assert errors == {
        "chats/chat-001.txt": {"fault": "model", "message": "The server has a fault."},
        "chats/empty.txt": {"fault": "source", "message": "`chats/empty.txt` is empty."},
    }
    with Ledger(work / ".journeyai" / "ledger.sqlite") as ledger:
        assert list(ledger.failures()) == [
            FailedItem("chats/chat-001.txt", None, "model", "The server has a fault."),
            FailedItem("chats/empty.txt", None, "source", "`chats/empty.txt` is empty."),
        ]
    again = StandIn()
    assert counted(run(order(), again)) == (1, 3, 1, 0, 3)
    assert again.asked == [("chats/chat-001.txt", None)]
    (work / "chats" / "empty.txt").write_text("Customer: It works now.\n", encoding="utf-8")
    assert counted(run(order())) == (1, 4, 0, 0, 0)
    assert not [line for line in lines() if line["error"]]
    assert len(names()) == len(set(names())) == 5


def test_retrying_runs_only_what_failed_before(work: Path) -> None:
    chats(work / "chats", 3)
    tickets(work / "r.csv", range(3))
    run(order("chats"), StandIn(failing=["chats/chat-001.txt"]))
    again = StandIn()
    assert counted(run(order("chats", "r.csv", retry_failed=True), again)) == (1, 0, 0, 0, 0)
    assert again.asked == [("chats/chat-001.txt", None)]
    assert counted(run(order("chats", "r.csv", retry_failed=True))) == (0, 0, 0, 0, 0)


def test_retrying_one_record_leaves_the_others_of_its_file_alone(work: Path) -> None:
    tickets(work / "r.csv", range(3))

    class Picky(StandIn):
        def __call__(self, document: Document, *, is_own: bool) -> Any:
            self.failing = ["r.csv"] if document.record == "1" else []
            return super().__call__(document, is_own=is_own)

    assert counted(run(order("r.csv"), Picky())) == (2, 0, 1, 0, 4)
    again = StandIn()
    assert counted(run(order("r.csv", retry_failed=True), again)) == (1, 0, 0, 0, 0)
    assert again.asked == [("r.csv", "1")]
    assert counted(run(order("r.csv"))) == (0, 3, 0, 0, 0)
    assert sorted(names()) == [("r.csv", "0"), ("r.csv", "1"), ("r.csv", "2")]


@pytest.mark.parametrize("whole_files", [True, False], ids=["files", "documents"])
def test_a_changed_file_replaces_its_lines_and_only_changed_records_are_made_again(
    work: Path, whole_files: bool
) -> None:
    tickets(work / "r.csv", range(3))
    chats(work / "chats", 1)
    run(order("chats", "r.csv"), whole_files=whole_files)
    text = (work / "r.csv").read_text(encoding="utf-8")
    changed = text.replace("crashed 1 times", "hung 1 times").replace('2,"The', '3,"The')
    (work / "r.csv").write_text(changed, encoding="utf-8")
    again = StandIn()
    assert counted(run(order("chats", "r.csv"), again, whole_files=whole_files)) == (2, 2, 0, 0, 0)
    assert again.asked == [("r.csv", "1"), ("r.csv", "3")]
    by_name = {(line["source"], line["record"]): line for line in lines()}
    assert len(lines()) == len(by_name) == 4
    assert set(by_name) == {("chats/chat-000.txt", None), ("r.csv", "0"), ("r.csv", "1"), ("r.csv", "3")}
    import hashlib

    whole = hashlib.sha256(changed.encode()).hexdigest()
    assert {by_name["r.csv", n]["sha256"] for n in "013"} == {whole}
    assert by_name["r.csv", "1"]["issue"] == "The app hung 1 times today."


def test_making_all_fresh_keeps_the_old_output_aside(work: Path) -> None:
    chats(work / "chats", 2)
    run(order())
    before = (work / "out.jsonl").read_bytes()
    again = StandIn()
    result = run(order(fresh=True), again)
    assert counted(result) == (2, 0, 0, 0, 0)
    assert len(again.asked) == 2
    assert (work / "out.jsonl").read_bytes() == before == (work / "out.jsonl.before-1").read_bytes()
    assert result.notices == ("The summaries of before are kept in `out.jsonl.before-1`.",)
    run(order(fresh=True))
    assert (work / "out.jsonl.before-2").is_file()


def test_outputs_in_the_folder_that_is_read_are_no_sources(work: Path) -> None:
    chats(work, 2)
    (work / "other.jsonl").write_text('{"text": "People say so."}\n', encoding="utf-8")
    for fresh in (False, True, True):
        run(order(".", fresh=fresh))
    assert sorted(source for source, _ in names()) == ["chat-000.txt", "chat-001.txt", "other.jsonl"]


def test_one_file_may_come_after_another_run_of_the_same_output(work: Path) -> None:
    chats(work / "a", 1)
    chats(work / "b", 1)
    run(order("a"))
    run(order("b"))
    assert names() == [("a/chat-000.txt", None), ("b/chat-000.txt", None)]


@pytest.mark.parametrize(
    ("cut", "kept"), [(-1, 3), (-40, 2), (-9999, 2)], ids=["without its end", "torn", "one letter"]
)
def test_a_torn_last_line_is_mended(work: Path, cut: int, kept: int) -> None:
    chats(work / "chats", 3)
    run(order())
    whole = (work / "out.jsonl").read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    torn = whole[: max(start + 1, len(whole) + cut)]
    (work / "out.jsonl").write_bytes(torn)
    assert torn.count(b"\n") + (cut == -1) == kept
    run(order())
    assert (work / "out.jsonl").read_bytes() == whole


@pytest.mark.parametrize("without", [0, 1, 2])
def test_lines_that_are_missing_come_from_the_ledger(work: Path, without: int) -> None:
    chats(work / "chats", 3)
    run(order(ordered=True))
    whole = (work / "out.jsonl").read_bytes()
    left = [line for number, line in enumerate(whole.splitlines(keepends=True)) if number != without]
    (work / "out.jsonl").write_bytes(b"".join(left))
    again = StandIn()
    run(order(ordered=True), again)
    assert again.asked == []
    assert (work / "out.jsonl").read_bytes() == whole


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Dear diary\n", "Line 1 of `out.jsonl` is no summary."),
        (b"Dear diary", "The last line of `out.jsonl` is no summary."),
        (b'{"source": "a"}\n', "Line 1 of `out.jsonl` is no summary."),
    ],
    ids=["text", "text without an end", "other JSON"],
)
def test_a_file_of_another_kind_is_refused_and_left_as_it_is(
    work: Path, content: bytes, message: str
) -> None:
    chats(work / "chats", 1)
    (work / "out.jsonl").write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        run(order())
    assert refused.value.message == message
    assert (work / "out.jsonl").read_bytes() == content


def test_a_stream_gets_every_line_of_the_run(work: Path) -> None:
    chats(work / "chats", 3)
    run(order())
    stream = io.BytesIO()
    run(order(out=stream, home=work))
    assert stream.getvalue() == (work / "out.jsonl").read_bytes()


def test_a_second_process_is_refused(work: Path) -> None:
    chats(work / "chats", 1)

    refused: list[StudyBusyError] = []

    def second(_: Document) -> None:
        with pytest.raises(StudyBusyError, match="Another JourneyAI process is making summaries") as error:
            run(order())
        refused.append(error.value)

    run(order(), StandIn(hook=second))
    assert len(refused) == len(names()) == 1


@pytest.mark.parametrize("threads", [0, 3], ids=["here", "threads"])
@pytest.mark.parametrize(
    ("error", "code"), [(BudgetError("The cap is reached."), 5), (EngineError("The key is refused."), 4)]
)
def test_what_ends_the_run_keeps_what_is_done(work: Path, error: Exception, code: int, threads: int) -> None:
    chats(work / "chats", 10)

    def ends(document: Document) -> None:
        if document.source.endswith("005.txt"):
            raise error

    result = run(order(), StandIn(hook=ends), threads=threads)
    assert (result.error, result.exit_code) == (error, code)
    assert result.state.done == len(names()) >= 5
    again = StandIn()
    result = run(order(), again)
    assert len(again.asked) == 10 - result.state.kept
    assert sorted(names()) == [(f"chats/chat-{n:03}.txt", None) for n in range(10)]


@pytest.mark.parametrize("threads", [0, 3], ids=["here", "threads"])
def test_a_bug_in_a_worker_is_not_swallowed(work: Path, threads: int) -> None:
    chats(work / "chats", 4)

    def breaks(document: Document) -> None:
        if document.source.endswith("002.txt"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(order(), StandIn(hook=breaks), threads=threads)
    assert {("chats/chat-000.txt", None), ("chats/chat-001.txt", None)} <= set(names())


def test_ctrl_c_keeps_what_is_done(work: Path) -> None:
    chats(work / "chats", 6)

    def stop(document: Document) -> None:
        if document.source.endswith("003.txt"):
            raise KeyboardInterrupt

    result = run(order(), StandIn(hook=stop))
    assert (result.interrupted, result.exit_code, result.state.done) == (True, 130, 3)
    assert counted(run(order())) == (3, 3, 0, 0, 0)
    assert len(names()) == 6


def test_what_holds_nothing_to_summarise_is_told_and_is_no_failure(work: Path) -> None:
    chats(work / "chats", 1)
    (work / "chats" / "README.md").write_text("About these files.", encoding="utf-8")
    (work / "chats" / "r.csv").write_text("id,review\n1,It broke at once.\n2,\n", encoding="utf-8")
    assert counted(run(order())) == (2, 0, 0, 0, 0)
    with Ledger(work / ".journeyai" / "ledger.sqlite") as ledger:
        assert [(source, place) for source, place, _ in ledger.left_out()] == [
            ("chats/README.md", ""),
            ("chats/r.csv", "row 2"),
        ]


def test_states_tell_how_far_it_is(work: Path) -> None:
    chats(work / "chats", 5)
    told: list[State] = []
    batch(StandIn()).run(order(), told.append)
    assert [(state.done, state.left) for state in told] == [(n, 5 - n) for n in (1, 2, 3, 4, 5)] + [(5, 0)]
    assert all(state.per_second > 0 for state in told)


def test_no_more_portions_are_under_way_than_twice_the_workers(work: Path) -> None:
    from tests.batch import standins

    chats(work / "chats", 30)
    made: list[standins.StandInWorkers] = []

    class Noted(standins.StandInWorkers):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            made.append(self)

    from contextlib import contextmanager

    from journeyai.batch.run import Batch

    @contextmanager
    def workers(method: Any) -> Any:
        yield Noted(StandIn(seconds=0.002), method, 3, whole_files=False)
        made[0].executor.shutdown(wait=True)

    Batch(workers).run(order(), silent)
    assert 3 <= made[0].most_under_way <= 6


def test_what_is_unfinished_can_be_asked_without_changing_anything(work: Path) -> None:
    tickets(work / "r.csv", range(3))
    chats(work / "chats", 2)
    both = order("r.csv", "chats")
    everything = [("r.csv", "0"), ("r.csv", "1"), ("r.csv", "2"), ("chats/chat-000.txt", None)]
    everything.append(("chats/chat-001.txt", None))
    assert [document.key for document in batch(StandIn()).unfinished(both)] == everything
    assert not (work / ".journeyai").exists()
    run(order("r.csv", limit=2))
    assert [document.key for document in batch(StandIn()).unfinished(both)] == everything[2:]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Order(("nothing.txt",)), "There is no file or folder `nothing.txt`."),
        (Order(("*.none",)), "There is no file or folder `*.none`."),
        (Order(()), "Nothing is named to summarise."),
        (Order(("-", "-")), "Standard input can be read once only."),
        (Order((".",), fresh=True, retry_failed=True), "--fresh and --retry-failed exclude each other."),
    ],
    ids=["no file", "no glob", "nothing", "stdin twice", "fresh and failed"],
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(
    work: Path, wanted: Order, message: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        run(wanted)
    assert refused.value.message == message
    assert list(work.iterdir()) == []


def test_a_damaged_ledger_is_set_aside_and_everything_done_again(work: Path) -> None:
    chats(work / "chats", 2)
    run(order())
    before = (work / "out.jsonl").read_bytes()
    ledger = work / ".journeyai" / "ledger.sqlite"
    ledger.write_bytes(b"This is no database at all, whatever its name says." * 40)
    result = run(order())
    assert counted(result) == (2, 0, 0, 0, 0)
    assert result.notices[0].startswith("`.journeyai/ledger.sqlite` was damaged and is set aside as")
    assert (work / "out.jsonl").read_bytes() == before
    assert ledger.stat().st_mode & 0o777 == 0o600


def test_a_recap_that_points_elsewhere_is_a_bug(work: Path) -> None:
    chats(work / "chats", 2)
    from journeyai.batch.work import Told

    class Wrong(StandIn):
        first: Recap | None = None

        def __call__(self, document: Document, *, is_own: bool) -> Told:
            told = super().__call__(document, is_own=is_own)
            assert isinstance(told.recap, Recap)
            self.first = self.first or told.recap
            return Told(self.first)

    with pytest.raises(ValueError, match="Utterance 0 is none of"):
        run(order(), Wrong())


# It may come while Python clears something away; there it is heard by nobody, and the run goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_at_any_moment_ends_at_once_and_loses_nothing(work: Path) -> None:
    chats(work / "chats", 40)
    chance = random.Random(6)
    for _ in range(25):
        asked = itertools.count()
        moment = chance.randint(0, 4)

        def interrupt(_: Document, asked: Iterator[int] = asked, moment: int = moment) -> None:
            if next(asked) == moment:
                # Somewhere in the main thread, which hands out, records and writes.
                _thread.interrupt_main()

        began = time.monotonic()
        with suppress(KeyboardInterrupt):
            run(order(), StandIn(hook=interrupt, seconds=0.001), threads=3, whole_files=False)
        assert time.monotonic() - began < 4
    assert run(order()).state.failed == 0
    assert sorted(names()) == [(f"chats/chat-{n:03}.txt", None) for n in range(40)]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size on Windows")
def test_a_full_disk_in_the_middle_of_a_line_is_told_and_mended_by_the_next_run(work: Path) -> None:
    import resource

    chats(work / "chats", 150)
    run(order(home=work / "before"))
    others = (work / "out.jsonl").read_bytes()
    for n in range(100, 104):
        (work / "chats" / f"chat-{n}.txt").write_text(f"Customer: Now {n} is fine.\n", encoding="utf-8")
    few = order(*(f"chats/chat-{n}.txt" for n in range(100, 104)), home=work / "now")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(others) + 1000, limits[1]))
    try:
        with pytest.raises(SettingsError, match=r"`out.jsonl` cannot be written: File too large"):
            run(few)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (work / "out.jsonl").read_bytes().startswith(others)
    assert run(few).state.failed == 0
    assert sorted(names()) == [(f"chats/chat-{n:03}.txt", None) for n in range(150)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_stream_that_takes_no_more_ends_the_run_in_one_sentence(work: Path) -> None:
    chats(work / "chats", 2)
    with pytest.raises(
        SettingsError, match="The summaries cannot be written any more: No space left on device"
    ):
        run(order(out=Path("/dev/full"), home=work))


def test_two_files_of_one_name_are_told_apart(work: Path) -> None:
    made = Study.create(work / "study", title="Orders", language="en")
    for folder in (work / "study" / "sources" / "chats", work / "chats"):
        chats(folder, 1)
    run(order("study/sources", "chats", study=made))
    assert names() == [("chats/chat-000.txt", None), ((work / "chats" / "chat-000.txt").as_posix(), None)]


def test_a_file_whose_name_is_not_text_is_left_out_and_told(work: Path) -> None:
    chats(work / "chats", 1)
    try:
        (work / os.fsdecode(b"bad\xff.txt")).write_text("Customer: It broke.\n", encoding="utf-8")
    except OSError:
        pytest.skip("this system has no such names")
    assert counted(run(order("*", "chats/*"))) == (1, 0, 0, 0, 0)
    with Ledger(work / ".journeyai" / "ledger.sqlite") as ledger:
        assert list(ledger.left_out()) == [("bad\\xff.txt", "", "a name that is not text; give it another")]


def test_failures_of_what_is_gone_from_a_file_are_forgotten_when_all_of_it_is_done(work: Path) -> None:
    tickets(work / "r.csv", range(4))
    run(order("r.csv", "r.csv"), StandIn(failing=["r.csv"]), threads=2, whole_files=False)
    tickets(work / "r.csv", range(2))
    assert counted(run(order("r.csv"), threads=2, whole_files=False)) == (2, 0, 0, 0, 0)
    assert counted(run(order("r.csv", retry_failed=True))) == (0, 0, 0, 0, 0)
    assert names() == [("r.csv", "0"), ("r.csv", "1")]


def test_our_own_folder_is_not_told_as_left_out(work: Path) -> None:
    chats(work, 1)
    for _ in range(2):
        run(order("."))
    with Ledger(work / ".journeyai" / "ledger.sqlite") as ledger:
        assert list(ledger.left_out()) == []
