from dataclasses import replace

import pytest
from tests.drafting.material import FRAME, Said, document

from journeyai.engines.llm.forecast import forecast
from journeyai.engines.llm.money import Estimate, Range
from journeyai.engines.llm.prices import Price
from journeyai.model.source import Document

SENTENCES = [f"The queue at desk {number} was long and nobody came." for number in range(30)]
LONG = document("long.txt", Said("Ann", SENTENCES))
SHORT = document("short.txt", Said("Bob", ["Long queues today."]))
STAFF = document("staff.txt", Said("Desk", ["Good morning."], "agent"))


def told(*documents: Document, repeats: int = 0, kept: bool = False, price: Price | None = None) -> Estimate:
    return forecast(
        documents, FRAME, passage_tokens=2500, repeats=repeats, is_kept=lambda question: kept, price=price
    )


def within(inner: Range, outer: Range) -> bool:
    return outer.low <= inner.low <= inner.high <= outer.high


def test_nothing_to_read_takes_nothing() -> None:
    assert told(STAFF) == Estimate(Range(0, 0), Range(0, 0), Range(0, 0))


def test_what_is_kept_takes_nothing() -> None:
    assert told(LONG, SHORT, repeats=2, kept=True).calls == Range(0, 0)


def test_after_a_run_that_was_broken_off_the_rest_may_still_be_to_do() -> None:
    estimate = forecast(
        (LONG,),
        FRAME,
        passage_tokens=2500,
        repeats=0,
        is_kept=lambda question: True,
        is_begun=True,
        price=None,
    )
    assert estimate.calls.low == 0 < estimate.calls.high
    assert estimate.tokens_in.low == 0 < estimate.tokens_in.high


def test_more_documents_take_more() -> None:
    few, many = told(LONG), told(LONG, *(replace(LONG, source=f"{n}.txt") for n in range(9)))
    for name in ("calls", "tokens_in", "tokens_out"):
        assert getattr(few, name).low < getattr(many, name).low
        assert getattr(few, name).high < getattr(many, name).high


def test_a_tiny_study_is_not_told_dozens_of_questions() -> None:
    assert told(SHORT).calls == Range(3, 3)


def test_a_repeat_takes_the_reading_once_more_and_no_other_step() -> None:
    once, again = told(LONG), told(LONG, repeats=1)
    assert again.calls.low - once.calls.low == again.calls.high - once.calls.high == 1


@pytest.mark.parametrize("documents", [(LONG,), (SHORT,), (LONG, SHORT)], ids=["long", "short", "both"])
def test_ranges_run_upwards(documents: tuple[Document, ...]) -> None:
    estimate = told(*documents)
    assert all(
        0 <= part.low <= part.high for part in (estimate.calls, estimate.tokens_in, estimate.tokens_out)
    )
