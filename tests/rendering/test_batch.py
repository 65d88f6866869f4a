from io import StringIO

import pytest
from rich.console import Console

from journeyai.model.batch import FailedItem, PainCount, State, Totals, WorstItem
from journeyai.model.proof import SummaryFinding, SummaryProof
from journeyai.rendering.batch import BatchProgress, duration, render_proof, render_totals, state_line

HALF_WAY = State(40, 5, 1, 55, 20.0, 2.05, 120_000, 1.5, 4.0, 27.0)


def shown(thing: object) -> str:
    console = Console(file=StringIO(), width=140, markup=False, highlight=False, emoji=False)
    console.print(thing)
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (State(0, 0, 0, None, 0.0, 0.0), "0 done"),
        (State(3, 0, 0, 7, 2.0, 1.5, seconds_left=4.6), "3 done, 7 left, 1.5 a second, about 5 s left"),
        (
            HALF_WAY,
            "40 done, 5 from earlier runs, 1 failed, 55 left, 2.05 a second, 120,000 tokens, $1.50 of about $4.00, "
            "about 27 s left",
        ),
        (State(10, 0, 0, 0, 9.0, 1.1, seconds_left=0.0), "10 done, 0 left, 1.1 a second"),
        (State(1, 0, 0, None, 9.0, 0.0, 900, 0.0, 0.0), "1 done, 900 tokens"),
        (State(1, 0, 0, None, 9.0, 0.0, 900, 0.001, 0.9), "1 done, 900 tokens, under $0.01 of about $0.90"),
    ],
    ids=["begin", "local", "model", "end", "no-charge", "a-little"],
)
def test_a_line_says_how_far_it_is(state: State, line: str) -> None:
    assert state_line(state) == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (61, "1 min 1 s"),
        (1234, "21 min"),
        (3599.9, "1 h 0 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_without_a_terminal_a_plain_line_comes_every_ten_seconds() -> None:
    console = Console(file=StringIO(), force_terminal=False, width=200)
    now = 0.0
    with BatchProgress(console=console, clock=lambda: now) as progress:
        for second in range(25):
            now = float(second)
            progress.tell(HALF_WAY)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().splitlines() == [state_line(HALF_WAY)] * 2


def test_quiet_says_nothing() -> None:
    console = Console(file=StringIO(), force_terminal=True)
    with BatchProgress(quiet=True, console=console, clock=lambda: 1e9) as progress:
        progress.tell(HALF_WAY)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == ""


def test_on_a_terminal_a_bar_is_drawn() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=160, _environ={})
    with BatchProgress(console=console) as progress:
        progress.tell(HALF_WAY)
    assert isinstance(console.file, StringIO)
    assert "40 done" in console.file.getvalue()


def test_totals_tell_outcomes_pains_worst_feelings_and_failures() -> None:
    totals = Totals(
        items=2_500,
        outcomes={"resolved": 1_200, "unresolved": 0, "partly": 300, "unknown": 1_000},
        pains=(PainCount("Waits [red]for days\x1b[2J", 310, 2_000), PainCount("Pays twice", 12, 2_000)),
        worst=(WorstItem("t.json", "4711", "anger", -2.0), WorstItem("c.txt", None, "sadness", -1.5)),
        languages={"en": 2_500},
        usd=3.456,
        tokens=1_000_000,
        seconds=75.0,
        failures=(FailedItem("bad.pdf", None, "source", "It is empty."),),
        failed=2,
        left_out=3,
    )
    assert shown(render_totals(totals, 100)) == "\n".join(
        [
            "2,500 summaries, 100 of them from earlier runs (1 min 15 s, 1,000,000 tokens, $3.46).",
            "Outcome          resolved 1,200, partly 300, unknown 1,000",
            "Commonest pains    310 × Waits [red]for days",
            "                    12 × Pays twice",
            "                 (among 2,000 drawn by lot)",
            "Worst feelings   −2.0 t.json#4711, ends in anger",
            "                 −1.5 c.txt, ends in sadness",
            "Failed (2)       bad.pdf: It is empty.",
            "                 … and 1 more",
            "Left out         3 parts of files that hold nothing to summarise",
        ]
    )


def _totals(*pains: PainCount, left_out: int = 0, usd: float | None = None) -> Totals:
    return Totals(1, {}, pains, (), {}, usd, None, 1.0, (), 0, left_out)


def test_pains_met_once_are_told_only_where_none_is_common() -> None:
    once = [PainCount(name, 1, 9) for name in "abcdefg"]
    assert shown(render_totals(_totals(PainCount("Late", 3, 9), *once))) == (
        "1 summary (1 s).\nCommonest pains      3 × Late"
    )
    assert shown(render_totals(_totals(*once))).count("1 × ") == 5


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        (_totals(left_out=1), "1 part of a file that holds nothing to summarise"),
        (_totals(left_out=2), "2 parts of files that hold nothing to summarise"),
        (_totals(usd=0.0), "(1 s, no charge)"),
        (_totals(usd=0.001), "(1 s, under $0.01)"),
    ],
    ids=["one-part", "parts", "free", "cheap"],
)
def test_small_numbers_are_said_right(totals: Totals, said: str) -> None:
    assert said in shown(render_totals(totals))


def test_one_thing_is_said_in_the_singular() -> None:
    assert shown(render_proof(SummaryProof(1, 0, 1, (), 0))) == (
        "Proved: 1 quote of 1 summary stands in the files, word for word."
    )


def test_a_proof_tells_what_does_not_hold() -> None:
    proved = SummaryProof(3, 1, 7, (), 0)
    assert shown(render_proof(proved)) == (
        "Proved: 7 quotes of 3 summaries (1 more only says why there is none) stand in the files, word for word."
    )
    wrong = SummaryProof(3, 0, 7, (SummaryFinding(2, "a.txt", "R1", "The words are gone."),), 2)
    assert shown(render_proof(wrong)).splitlines() == [
        "line 2 a.txt#R1: The words are gone.",
        "… and 1 more",
        "Not proved: 2 things do not hold, of 7 quotes of 3 summaries.",
    ]
