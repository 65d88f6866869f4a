import asyncio
import time

import pytest

from journeyai.engines.llm.pacing import Pace, StoppedError
from journeyai.settings import LLMSettings


async def _times(pace: Pace, tokens: list[int], hold: float = 0.0) -> list[float]:
    """Return when each of several questions was let go, in seconds from now."""
    began = time.monotonic()

    async def one(size: int) -> float:
        async with pace.turn(size):
            at = time.monotonic() - began
            await asyncio.sleep(hold)
            return at

    return await asyncio.gather(*(one(size) for size in tokens))


def test_no_more_than_may_be_are_under_way_at_once() -> None:
    now = most = 0

    async def run() -> None:
        pace = Pace(LLMSettings(concurrency=3))

        async def one() -> None:
            nonlocal now, most
            async with pace.turn(1):
                now += 1
                most = max(most, now)
                await asyncio.sleep(0.001)
                now -= 1

        await asyncio.gather(*(one() for _ in range(20)))

    asyncio.run(run())
    assert most == 3


def test_requests_a_minute_hold_the_later_ones_back() -> None:
    # A tenth of a minute's requests may go at once; the next waits a second.
    at = asyncio.run(_times(Pace(LLMSettings(requests_per_minute=60)), [1] * 7))
    assert at[6] - at[0] >= 0.9


def test_tokens_a_minute_hold_the_later_ones_back_and_the_largest_passes() -> None:
    at = asyncio.run(_times(Pace(LLMSettings(tokens_per_minute=6000)), [5950, 150]))
    assert at[1] - at[0] >= 0.9
    assert asyncio.run(_times(Pace(LLMSettings(tokens_per_minute=6000)), [50_000]))


def test_a_fault_of_one_makes_everybody_wait() -> None:
    async def run() -> list[float]:
        pace = Pace(LLMSettings())
        pace.back_off(1, 0.3)
        pace.back_off(1, 0.1)
        return await _times(pace, [1, 1])

    assert min(asyncio.run(run())) >= 0.3


def test_waits_double_and_are_the_same_every_time() -> None:
    async def run() -> list[float]:
        pace = Pace(LLMSettings(), first_wait_seconds=1.0)
        waits = []
        for again in (1, 2, 3, 7, 20):
            pace._opens_at = 0.0
            pace.back_off(again)
            waits.append(pace._opens_at - asyncio.get_running_loop().time())
        return waits

    first, second = asyncio.run(run()), asyncio.run(run())
    assert first == pytest.approx(second, abs=0.05)
    for wait, longest in zip(first, (1, 2, 4, 60, 60), strict=True):
        assert 0.7 * longest <= wait <= longest


def test_a_server_that_never_answers_is_given_up_soon_and_one_that_did_later() -> None:
    async def run() -> tuple[list[bool], list[bool]]:
        pace = Pace(LLMSettings(concurrency=5))
        never = [pace.gave_up() for _ in range(3)]
        pace.answered()
        return never, [pace.gave_up() for _ in range(5)]

    assert asyncio.run(run()) == ([False, False, True], [False, False, False, False, True])


def test_who_waits_is_let_go_when_the_run_ends_and_who_is_under_way_is_not() -> None:
    async def run() -> list[object]:
        pace = Pace(LLMSettings(concurrency=1))
        under_way = asyncio.create_task(_times(pace, [1], hold=0.05))
        await asyncio.sleep(0.01)
        waiting = asyncio.create_task(_times(pace, [1]))
        await asyncio.sleep(0.01)
        pace.stop()
        ended = await asyncio.gather(under_way, waiting, return_exceptions=True)
        with pytest.raises(StoppedError):
            async with pace.turn(1):
                pass
        pace.resume()
        async with pace.turn(1):
            return [type(value) for value in ended]

    assert asyncio.run(run()) == [list, asyncio.CancelledError]
