from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.drafting.material import FRAME, Said, document

from journeyai.engines.llm.asking import Question
from journeyai.engines.llm.forecast_summaries import forecast_summaries
from journeyai.engines.llm.money import Estimate, Range
from journeyai.engines.llm.prices import Price
from journeyai.model.source import Document

NOTHING = Estimate(Range(0, 0), Range(0, 0), Range(0, 0))
SENTENCES = [f"The queue at desk {number} was long and nobody came." for number in range(30)]
SHORT = document("short.txt", Said("Bob", ["Long queues today."]), kind="chat")
LONG = document(
    "long.txt", *[Said("Ann", [f"{said} {number}" for said in SENTENCES]) for number in range(6)], kind="call"
)
MUTE = document("mute.txt", kind="chat")


def told(
    documents: Sequence[Document],
    *,
    is_kept: Callable[[Question[Any]], bool] = lambda question: False,
    is_mapped: bool = False,
    price: Price | None = None,
) -> tuple[Estimate, Estimate]:
    return forecast_summaries(
        iter(documents),
        lambda _: FRAME,
        map_frame=FRAME if is_mapped else None,
        passage_tokens=700,
        is_kept=is_kept,
        price=price,
    )


def test_a_short_transcript_takes_one_question() -> None:
    summaries, reading = told([SHORT])
    assert summaries.calls == Range(1, 1)
    assert reading == NOTHING


def test_where_nobody_says_anything_nothing_is_asked() -> None:
    assert told([MUTE], is_mapped=True) == (NOTHING, NOTHING)


def test_a_long_transcript_takes_its_parts_and_one_question_that_joins_them() -> None:
    summaries, _ = told([LONG])
    assert summaries.calls == Range(7, 7)


def test_what_is_kept_takes_nothing() -> None:
    assert told([SHORT, LONG], is_kept=lambda question: True, is_mapped=True) == (NOTHING, NOTHING)


def test_after_a_draft_only_the_summaries_are_left() -> None:
    summaries, reading = told(
        [SHORT, LONG], is_kept=lambda question: question.step == "observe", is_mapped=True
    )
    assert summaries.calls == Range(8, 8)
    assert reading == NOTHING


def test_what_is_asked_once_more_is_reckoned_over_all_and_not_rounded_away_one_by_one() -> None:
    _, reading = told([SHORT] * 100, is_mapped=True)
    assert reading.calls == Range(105, 135)


def test_money_is_known_where_the_price_is() -> None:
    priced, reading = told([SHORT, LONG], is_mapped=True, price=Price(Decimal(1), Decimal(2)))
    assert priced.usd is not None
    assert reading.usd is not None
    assert Decimal(0) < priced.usd.low < priced.usd.high
    assert told([SHORT])[0].usd is None


@pytest.mark.parametrize("documents", [[SHORT], [LONG], [SHORT, LONG]], ids=["short", "long", "both"])
def test_ranges_run_upwards(documents: list[Document]) -> None:
    for estimate in told(documents, is_mapped=True):
        for part in (estimate.calls, estimate.tokens_in, estimate.tokens_out):
            assert 0 < part.low <= part.high


def test_of_very_many_documents_some_drawn_by_lot_stand_for_all() -> None:
    looked_at = 0

    def is_kept(question: Question[Any]) -> bool:
        nonlocal looked_at
        looked_at += 1
        return False

    many = [replace(SHORT, source=f"{number}.txt") for number in range(8_000)]
    summaries, _ = told(many, is_kept=is_kept)
    assert 500 < looked_at < 900
    assert 7_000 < summaries.calls.low == summaries.calls.high < 9_000
