"""Delays after failed logins."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.limits.failed_logins import (
    CEILING,
    FORGET_MS,
    Failures,
    FailureTable,
    MemoryFailedLogins,
    Pace,
    attempted,
    failure_key,
    refused,
    withdrawn_from,
)
from server.limits.table import LIMITS
from tests.support.manual_clock import ManualClock

LIMIT = LIMITS["failed_login"]
PACE = Pace.of(LIMIT)
EMAIL = "coach@example.org"


class House:
    """Failed logins in memory, and a clock."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.logins = MemoryFailedLogins(LIMIT, self.clock)

    async def fail(self, email: str = EMAIL) -> int:
        """One failed login; the seconds that the next has to wait."""
        assert (await self.logins.attempt(email)).allowed
        state = await self.logins.failures(email)
        return max(0, state.not_before_ms - self.clock.now_ms()) // 1000

    async def fail_in_time(self, times: int, email: str = EMAIL) -> list[int]:
        """So many failures, each as soon as it is allowed; what had to be waited after each."""
        waits: list[int] = []
        for _ in range(times):
            waits.append(await self.fail(email))
            self.clock.advance(waits[-1])
        return waits


async def test_LM21_five_are_free_then_delays_double_up_to_the_longest() -> None:
    waits = await House().fail_in_time(17)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


async def test_LM21_within_the_delay_nothing_is_tried_and_nothing_counts() -> None:
    house = House()
    await house.fail_in_time(5)
    assert await house.fail() == 2
    house.clock.advance(0.5)
    for _ in range(50):
        attempt = await house.logins.attempt(EMAIL)
        assert (attempt.allowed, attempt.retry_after_s, attempt.consecutive) == (False, 2, 6)
    house.clock.advance(1.499)
    assert (await house.logins.attempt(EMAIL)).retry_after_s == 1
    house.clock.advance(0.001)
    assert (await house.logins.attempt(EMAIL)).allowed


async def test_LM20_a_thousand_at_once_get_no_further_than_five() -> None:
    house = House()
    attempts = await asyncio.gather(*(house.logins.attempt(EMAIL) for _ in range(1_000)))
    assert sum(attempt.allowed for attempt in attempts) == 5


async def test_LM22_a_quiet_quarter_of_an_hour_ends_a_run() -> None:
    house = House()
    await house.fail_in_time(8)
    house.clock.advance(900)
    assert await house.fail() == 16, "not quiet for long enough"
    house.clock.advance(16 + 900.001)
    assert await house.fail_in_time(5) == [0, 0, 0, 0, 1]
    assert (await house.logins.failures(EMAIL)).consecutive == 14


async def test_LM23_a_success_forgets_everything() -> None:
    house = House()
    await house.fail_in_time(12)
    await house.logins.succeeded(EMAIL)
    assert await house.logins.failures(EMAIL) == Failures()
    assert await house.fail_in_time(5) == [0, 0, 0, 0, 1]


async def test_LM23_what_was_not_decided_does_not_count() -> None:
    house = House()
    for _ in range(20):
        assert (await house.logins.attempt(EMAIL)).allowed
        await house.logins.withdrawn(EMAIL)
    assert await house.fail_in_time(5) == [0, 0, 0, 0, 1]
    assert await house.fail() == 2
    await house.logins.withdrawn(EMAIL)
    assert await house.fail() == 2, "the sixth again"


async def test_LM24_from_a_hundred_on_each_waits_the_longest_delay_and_none_longer() -> None:
    house = House()
    await house.fail_in_time(CEILING - 1)
    house.clock.advance(1_000)
    attempt = await house.logins.attempt(EMAIL)
    assert (attempt.consecutive, attempt.past_ceiling) == (CEILING, True)
    assert (await house.logins.attempt(EMAIL)).retry_after_s == 900
    house.clock.advance(2_000)
    assert await house.fail() == 900, "a quiet time does not give free attempts any more"
    house.clock.advance(900)
    await house.logins.attempt(EMAIL)
    await house.logins.succeeded(EMAIL)
    assert await house.fail() == 0


async def test_LM25_a_day_without_a_failure_forgets_them_all() -> None:
    house = House()
    await house.fail_in_time(110)
    house.clock.advance(FORGET_MS / 1000 - 900)
    assert (await house.logins.failures(EMAIL)).consecutive == 110
    house.clock.advance(0.001)
    assert await house.fail() == 0
    assert (await house.logins.failures(EMAIL)).consecutive == 1


async def test_LM26_addresses_are_counted_by_their_text_alone() -> None:
    house = House()
    known = await house.fail_in_time(9, "somebody@example.org")
    assert await house.fail_in_time(9, "nobody@example.org") == known


async def test_LM6_the_address_itself_is_not_kept() -> None:
    assert EMAIL not in failure_key(LIMIT, EMAIL)
    assert failure_key(LIMIT, EMAIL).startswith("failed_login:")


def test_LM8_the_number_of_addresses_is_bounded_and_old_ones_go() -> None:
    table = FailureTable(keys_max=2)
    for number, key in enumerate("abac"):
        table.put(key, Failures(1, 1, 1_000 + number))
    assert table.known() == ["a", "c"]
    table.forget_old(1_002 + FORGET_MS + 1)
    assert table.known() == ["c"]
    assert table.get("a", 2_000) == Failures()


async def test_old_addresses_are_tidied_away() -> None:
    house = House()
    await house.fail()
    house.clock.advance(FORGET_MS / 1000 + 1)
    house.logins.forget_old()
    assert await house.logins.failures(EMAIL) == Failures()


def test_LM27_where_nodes_count_alone_delays_are_longer_up_to_the_longest() -> None:
    pace = Pace(5, 900_000, stretch=3)
    assert [pace.delay_ms(Failures(run, run)) for run in (4, 5, 6, 14, 99)] == [
        0, 3_000, 6_000, 900_000, 900_000,
    ]  # fmt: skip


@given(
    st.builds(Failures, st.integers(0, 40), st.integers(0, 200), st.integers(0, 10**7),
              st.integers(0, 10**7)),
    st.integers(0, 2 * 10**7),
)  # fmt: skip
def test_LM24_nobody_ever_waits_longer_than_the_longest_delay(state: Failures, now: int) -> None:
    answer, after = attempted(state, now, PACE)
    if answer.allowed:
        assert 0 <= after.not_before_ms - now <= PACE.window_ms
        assert attempted(after, after.not_before_ms, PACE)[0].allowed
    else:
        assert after == state
        assert now < state.not_before_ms


@pytest.mark.parametrize(("ms_left", "seconds"), [(1, 1), (1_000, 1), (1_001, 2)])
def test_LM21_seconds_are_rounded_up(ms_left: int, seconds: int) -> None:
    assert refused(Failures(9, 9, 0, ms_left), 0).retry_after_s == seconds


def test_withdrawing_never_goes_below_nothing() -> None:
    assert withdrawn_from(Failures(), 5) == Failures()
