"""Estimates hold for real tokenizers, caps hold under any order of events, and sentences say what is meant."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.money import (
    Budget,
    Estimate,
    Money,
    Range,
    Reservation,
    Spent,
    Usage,
    dollars,
    estimate_tokens,
    likely_tokens,
    sent,
)
from journeyai.engines.llm.prices import FREE, Price
from journeyai.errors import BudgetError, SettingsError

#: A dollar a million sent, ten received: 1,000 + 100 tokens are $0.002.
PRICE = Price(Decimal(1), Decimal(10))


class Book:
    """A ledger in memory."""

    def __init__(self, *calls: tuple[Usage, Decimal | None]) -> None:
        self.calls = list(calls)

    @property
    def spent(self) -> Spent:
        zero = Usage(0, 0)
        return Spent(
            len(self.calls),
            sum((usage for usage, _ in self.calls), zero),
            sum((usd for _, usd in self.calls if usd is not None), Decimal(0)),
            sum((usage for usage, usd in self.calls if usd is None), zero),
        )

    def add(self, usage: Usage, usd: Decimal | None) -> None:
        self.calls.append((usage, usd))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with AnswerStore(tmp_path / "cache.sqlite") as opened:
        yield opened


# --- Caps ---


def test_a_call_that_may_pass_the_cap_on_money_is_refused() -> None:
    budget = Budget(Book(), PRICE, max_cost=0.05)
    budget.book(budget.reserve(20_000, 2_000), Usage(20_000, 2_000))
    with pytest.raises(BudgetError) as caught:
        budget.reserve(10_000, 1_000)
    assert caught.value.message == (
        "The cap on cost is reached: $0.04 spent of the $0.05 that `max_cost` allows, and the next question may "
        "take $0.02."
    )
    assert caught.value.hint == (
        "Everything answered is kept and is not paid again: raise `max_cost` (it counts what is spent already) and "
        "run the same command."
    )


def test_a_call_that_may_pass_the_cap_on_tokens_is_refused() -> None:
    budget = Budget(Book(), None, max_tokens=5_000)
    budget.reserve(3_000, 1_000)
    with pytest.raises(BudgetError) as caught:
        budget.reserve(1_000, 500)
    assert caught.value.message == (
        "The cap on cost is reached: 0 tokens spent of the 5,000 tokens that `max_tokens` allows, 4,000 tokens may go "
        "to questions under way, and the next question may take 1,500 tokens."
    )


def test_a_cap_may_be_used_up_to_the_last_token() -> None:
    budget = Budget(Book(), PRICE, max_tokens=1_100, max_cost=0.002)
    budget.book(budget.reserve(1_000, 100), Usage(1_000, 100))
    assert (budget.tokens, budget.usd) == (1_100, Decimal("0.002"))


def test_without_caps_nothing_is_refused() -> None:
    budget = Budget(Book(), None)
    budget.book(budget.reserve(10**9, 10**9), Usage(10**9, 10**9))
    assert (budget.tokens, budget.usd) == (2 * 10**9, None)


def test_a_cap_on_money_needs_a_price() -> None:
    with pytest.raises(SettingsError) as caught:
        Budget(Book(), None, max_cost=1)
    assert "`price_in` and `price_out`" in caught.value.hint


def test_where_tokens_cost_nothing_no_cap_on_money_is_reached() -> None:
    budget = Budget(Book(), FREE, max_cost=0.01)
    budget.book(budget.reserve(10**9, 10**9), Usage(10**9, 10**9))
    assert budget.usd == 0


def test_more_than_was_reserved_is_booked_in_full_and_the_next_call_refused() -> None:
    ledger = Book()
    budget = Budget(ledger, PRICE, max_tokens=2_000)
    budget.book(budget.reserve(1_000, 500), Usage(1_000, 9_000))
    assert ledger.spent.usage == Usage(1_000, 9_000)
    with pytest.raises(BudgetError, match="10,000 tokens spent of the 2,000"):
        budget.reserve(0, 0)


def test_released_room_can_be_reserved_again() -> None:
    budget = Budget(Book(), None, max_tokens=100)
    kept = budget.reserve(50, 50)
    budget.release(kept)
    budget.release(kept)
    budget.reserve(50, 50)


def test_a_reservation_is_booked_once() -> None:
    ledger = Book()
    budget = Budget(ledger, None)
    kept = budget.reserve(1, 1)
    budget.book(kept, Usage(1, 1))
    with pytest.raises(ValueError, match="has ended"):
        budget.book(kept, Usage(1, 1))
    assert len(ledger.calls) == 1


def test_spending_of_an_unfinished_job_counts_on(store: AnswerStore) -> None:
    first = Budget(store.open_job("draft"), PRICE, max_tokens=2_000)
    first.book(first.reserve(1_000, 100), Usage(900, 50))
    again = Budget(store.open_job("draft"), PRICE, max_tokens=2_000)
    assert (again.tokens, again.usd) == (950, Decimal("0.0014"))
    with pytest.raises(BudgetError):
        again.reserve(1_000, 100)


def test_a_finished_job_begins_anew(store: AnswerStore) -> None:
    job = store.open_job("draft")
    job.add(Usage(900, 50), Decimal("0.0014"))
    job.finish()
    job.finish()
    assert Budget(store.open_job("draft"), PRICE).tokens == 0


def test_calls_made_before_the_price_was_known_count_at_todays() -> None:
    budget = Budget(Book((Usage(1_000, 100), None), (Usage(1, 1), Decimal("0.5"))), PRICE, max_cost=1)
    assert budget.usd == Decimal("0.502")


def test_what_a_server_says_is_brought_within_bounds() -> None:
    assert Usage(-5, 10**30) == Usage(0, 10**12)


class AnyOrder(RuleBasedStateMachine):
    """Reserve, book and release in any order: what is spent never passes a cap, and is what was booked."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Book()
        self.budget = Budget(
            self.ledger, Price(Decimal("0.15"), Decimal("0.6")), max_cost=0.003, max_tokens=9_000
        )
        self.open: list[Reservation] = []

    @rule(tokens_in=st.integers(0, 4_000), tokens_out=st.integers(0, 4_000))
    def reserve(self, tokens_in: int, tokens_out: int) -> None:
        with suppress(BudgetError):
            self.open.append(self.budget.reserve(tokens_in, tokens_out))

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def book(self, data: st.DataObject) -> None:
        kept = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        part = (
            data.draw(st.integers(0, kept.worst.tokens_in)),
            data.draw(st.integers(0, kept.worst.tokens_out)),
        )
        self.budget.book(kept, Usage(*part))

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        self.budget.release(self.open.pop(data.draw(st.integers(0, len(self.open) - 1))))

    @rule()
    def start_again(self) -> None:
        self.open.clear()
        self.budget = Budget(
            self.ledger, Price(Decimal("0.15"), Decimal("0.6")), max_cost=0.003, max_tokens=9_000
        )

    @invariant()
    def the_caps_hold(self) -> None:
        spent = self.ledger.spent
        assert spent.usage.tokens == self.budget.tokens <= 9_000
        assert spent.usd == self.budget.usd
        assert spent.usd <= Decimal("0.003")


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyOrder = AnyOrder.TestCase


def test_threads_together_do_not_pass_a_cap(store: AnswerStore) -> None:
    job = store.open_job("draft")
    budget = Budget(job, PRICE, max_tokens=1_000)
    refused: list[BudgetError] = []

    def ask() -> None:
        for _ in range(40):
            try:
                kept = budget.reserve(8, 2)
            except BudgetError as error:
                refused.append(error)
            else:
                budget.book(kept, Usage(8, 2))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (job.spent.calls, job.spent.usage, len(refused)) == (100, Usage(800, 200), 60)


def test_a_call_waits_for_those_under_way_instead_of_ending_the_job() -> None:
    budget = Budget(Book(), None, max_tokens=1_000)
    most_at_once = 0
    under_way = 0

    async def ask() -> None:
        nonlocal most_at_once, under_way
        kept = await budget.reserve_in_turn(200, 200)
        under_way += 1
        most_at_once = max(most_at_once, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        budget.book(kept, Usage(20, 20))

    async def all_of_them() -> list[BaseException | None]:
        return await asyncio.gather(*(ask() for _ in range(30)), return_exceptions=True)

    ended = asyncio.run(all_of_them())
    assert most_at_once == 2
    # 16 × 40 leave 360, and the next may take 400.
    assert [error is None for error in ended].count(True) == 16
    assert {type(error) for error in ended} == {type(None), BudgetError}


def test_who_waits_and_is_stopped_takes_nothing() -> None:
    async def stopped() -> int:
        budget = Budget(Book(), None, max_tokens=10)
        first = budget.reserve(5, 5)
        waiting = asyncio.create_task(budget.reserve_in_turn(5, 5))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        budget.release(first)
        return budget.reserve(5, 5).worst.tokens

    assert asyncio.run(stopped()) == 10


# --- Counting tokens without a tokenizer ---

#: Text → the most and the mean of what o200k, cl100k, DeepSeek's, Tekken and Mistral's tokenizer of 32,000 make of it.
COUNTED = {
    "Hello, how are you?": (6, 6),
    "¿Por qué tarda tanto el envío? Llevo 3 días.": (19, 17),
    "😀😀 👩‍👩‍👧 12345678": (30, 21),
    "NO PUEDO MÁS CON ESTE SERVICIO, TERRIBLE EXPERIENCE EVERY DAY " * 12: (349, 270),
    "1234567890" * 60: (601, 360),
    "+34 612 345 678, " * 40: (641, 473),
    "\n" * 2000: (2001, 563),
    "\t" * 2000: (2001, 525),
    "a b c d e f g h " * 60: (481, 481),
    "Здравствуйте, ваш заказ задерживается на три дня, приносим извинения. " * 8: (225, 194),
    "您好，您的订单延迟了三天，我们深表歉意。" * 20: (441, 372),
    "[PERSON_1] [EMAIL_12] [PHONE_3] " * 40: (761, 681),
    "": (0, 0),
}


@pytest.mark.parametrize("text", [pytest.param(text, id=ascii(text[:20])) for text in COUNTED])
def test_the_estimate_is_not_below_any_tokenizer(text: str) -> None:
    assert estimate_tokens(text) >= COUNTED[text][0]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        pytest.param(
            "I waited three weeks for the card, and nobody at the branch could tell me where it was. " * 10,
            190,
            id="en",
        ),
        pytest.param(
            "Esperé tres semanas por la tarjeta y nadie en la sucursal supo decirme dónde estaba. " * 10,
            190,
            id="es",
        ),
    ],
)
def test_the_likely_number_is_near_todays_tokenizers(text: str, counted: int) -> None:
    assert likely_tokens(text) == pytest.approx(counted, rel=0.2)


@given(st.text())
def test_likely_is_never_far_above_the_most(text: str) -> None:
    assert 0 < likely_tokens(text) <= 2 * estimate_tokens(text)


@given(st.text(), st.text())
def test_more_text_never_takes_less(text: str, more: str) -> None:
    assert estimate_tokens(text + "\n" + more) >= estimate_tokens(text)


def test_sent_is_a_range_around_the_likely_number() -> None:
    texts = ["I waited three weeks for the card."] * 10
    likely = sum(map(likely_tokens, texts))
    assert sent(texts) == Range(int(likely * 0.9), -int(-likely * 1.25 // 1))


# --- Sentences ---


def test_the_first_line_of_a_run() -> None:
    estimate = Estimate.of(
        Range(41, 55),
        Range(60_123, 74_321),
        Range(9_012, 19_876),
        Price(Decimal("0.25"), Decimal("2")),
    )
    assert estimate.sentence("gpt-5-mini", "api.example.com", masked=True) == (
        "About 41–55 questions to gpt-5-mini at api.example.com: 60,000–75,000 tokens sent, 9,000–20,000 received, "
        "$0.03–0.06. Personal data is masked."
    )


def test_the_first_line_tells_of_thoughts_that_are_paid_too() -> None:
    estimate = Estimate.of(Range(1, 2), Range(100, 200), Range(10, 20), None)
    told = estimate.sentence("gpt-5-mini", "api.example.com", masked=True, thinks=True)
    assert "Its thoughts come on top, and cost as much as answers do. Personal data is masked." in told


@pytest.mark.parametrize(
    ("estimate", "line"),
    [
        pytest.param(
            Estimate.of(Range(1, 1), Range(50, 50), Range(7, 7), FREE),
            "About 1 question to m at h: 50 tokens sent, 7 received, no charge. Personal data is not masked.",
            id="free, one",
        ),
        pytest.param(
            Estimate.of(Range(2, 2), Range(100, 110), Range(100, 100), None),
            "About 2 questions to m at h: 100–110 tokens sent, 100 received, price not known (`price_in` and "
            "`price_out` set it). Personal data is not masked.",
            id="no price",
        ),
        pytest.param(
            Estimate.of(Range(2, 2), Range(100, 110), Range(100, 100), PRICE),
            "About 2 questions to m at h: 100–110 tokens sent, 100 received, less than $0.01. "
            "Personal data is not masked.",
            id="under a cent",
        ),
        pytest.param(
            Estimate.of(Range(2, 9), Range(1_000, 9_999), Range(100, 1_000), PRICE),
            "About 2–9 questions to m at h: 1,000–10,000 tokens sent, 100–1,000 received, up to $0.02. "
            "Personal data is not masked.",
            id="from under a cent",
        ),
        pytest.param(
            Estimate.of(Range(0, 0), Range(0, 0), Range(0, 0), PRICE),
            "Nothing to ask: every answer is kept from an earlier run and costs nothing.",
            id="nothing",
        ),
    ],
)
def test_other_first_lines(estimate: Estimate, line: str) -> None:
    assert estimate.sentence("m", "h", masked=False) == line


def test_estimates_add_up() -> None:
    part = Estimate(Range(1, 2), Range(3, 4), Range(5, 6), Money(Decimal(1), Decimal(2)))
    assert part + part == Estimate(Range(2, 4), Range(6, 8), Range(10, 12), Money(Decimal(2), Decimal(4)))
    assert (part + Estimate(Range(1, 1), Range(1, 1), Range(1, 1))).usd is None


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "$0.00"),
        ("0.004", "less than $0.01"),
        ("0.01", "$0.01"),
        ("0.019", "$0.01"),
        ("1234.5", "$1,234.50"),
    ],
)
def test_dollars(amount: str, words: str) -> None:
    assert dollars(Decimal(amount)) == words
