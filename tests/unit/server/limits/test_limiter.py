"""Limits by name, and how their answers are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.limits.adaptive import LoadFactor
from server.limits.counters import Tally, Unit, Want
from server.limits.counters_memory import MemoryCounters
from server.limits.limiter import Limiter, headers
from server.limits.sliding_window import Window
from server.limits.table import LIMITS, published
from tests.support.manual_clock import ManualClock

OVERRIDES = "login=3/900,mfa=2/60,read=10/60,write=5/60,reset=3/3600"


class House:
    """A limiter over memory, with what it was given."""

    def __init__(self, overrides: str = OVERRIDES) -> None:
        self.clock = ManualClock(now_ms=900_000 * 1_000_000)
        self.load = LoadFactor(self.clock)
        self.refusals: Counter[str] = Counter()
        counters = MemoryCounters(self.clock)
        limits = published(overrides)
        self.limiter = Limiter(limits, counters, load=self.load, refusals=self.refusals)

    def overload(self) -> None:
        for _ in range(100):
            self.clock.advance(0.1)
            self.load.observe(1.0)


async def test_LM3_a_limit_is_taken_by_its_name_and_subject() -> None:
    house = House()
    answers = [await house.limiter.take(("login", "192.0.2.1")) for _ in range(4)]
    assert [taken.allowed for taken in answers] == [True, True, True, False]
    assert [taken.remaining for taken in answers] == [2, 1, 0, 0]
    assert {taken.limit for taken in answers} == {3}
    assert (await house.limiter.take(("login", "192.0.2.2"))).allowed


async def test_LM3_a_name_that_is_no_limit_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError, match="logins"):
        await House().limiter.take(("logins", "192.0.2.1"))


async def test_LM5_addresses_are_grouped_where_a_limit_counts_addresses() -> None:
    house = House()
    for host in range(3):
        await house.limiter.take(("login", f"2001:db8:1:2::{host}"))
    assert not (await house.limiter.take(("login", "2001:db8:1:2:9::9"))).allowed
    assert (await house.limiter.take(("login", "2001:db8:1:3::1"))).allowed
    for host in range(2):
        await house.limiter.take(("mfa", f"2001:db8:1:2::{host}"))
    assert (await house.limiter.take(("mfa", "2001:db8:1:2::3"))).allowed, "an account's id"


async def test_LM5_addresses_are_grouped_beside_an_email_too() -> None:
    house = House()
    for host in range(3):
        await house.limiter.take(("reset", f"2001:db8:1:2::{host} a b@example.org"))
    assert not (await house.limiter.take(("reset", "2001:db8:1:2::9 a b@example.org"))).allowed
    assert (await house.limiter.take(("reset", "2001:db8:1:2::9 c@example.org"))).allowed


async def test_LM19_spellings_of_an_address_are_counted_as_one_where_mail_is() -> None:
    house = House()
    for tag in range(LIMITS["mail_change"].limit):
        assert (await house.limiter.take(("mail_change", f"a.b+{tag}@example.org"))).allowed
    assert not (await house.limiter.take(("mail_change", "ab@example.org"))).allowed
    assert (await house.limiter.take(("mail_reset", "ab@example.org"))).allowed
    assert (await house.limiter.take(("mail_change", "ab@example.com"))).allowed
    assert (await house.limiter.look("mail_change", "a.b@example.org")).remaining == 0


async def test_LM7_several_limits_are_taken_together_or_not_at_all() -> None:
    house = House()
    for _ in range(2):
        assert (await house.limiter.take(("read", "a"), ("mfa", "a"))).allowed
    refused = await house.limiter.take(("read", "a"), ("mfa", "a"))
    assert not refused.allowed
    assert refused.name == "mfa"
    assert (await house.limiter.look("read", "a")).remaining == 8


async def test_the_answer_has_the_numbers_of_the_tightest_limit() -> None:
    house = House()
    await house.limiter.take(("write", "a"))
    taken = await house.limiter.take(("read", "a"), ("write", "a"))
    assert (taken.name, taken.limit, taken.remaining) == ("write", 5, 3)
    assert [standing.name for standing in taken.standings] == ["read", "write"]


async def test_a_limit_is_not_taken_twice_for_one_subject() -> None:
    with pytest.raises(AssertionError, match="each limit once"):
        await House().limiter.take(("read", "a"), ("read", "a"))


async def test_LM14_headers_name_every_limit_that_was_asked() -> None:
    house = House()
    await house.limiter.take(("login", "192.0.2.1"), ("reset", "x"))
    taken = await house.limiter.take(("login", "192.0.2.1"), ("reset", "x"))
    assert headers(taken) == {
        "ratelimit-policy": '"login";q=3;w=900, "reset";q=3;w=3600',
        "ratelimit": '"login";r=1;t=1350, "reset";r=1;t=5400',
    }


async def test_LM14_LM17_a_refusal_says_when_to_come_back() -> None:
    house = House()
    for _ in range(3):
        await house.limiter.take(("login", "192.0.2.1"))
    refused = await house.limiter.take(("login", "192.0.2.1"))
    assert headers(refused)["retry-after"] == "1200"
    assert headers(refused)["ratelimit"] == '"login";r=0;t=1200'
    house.clock.advance(1_199)
    assert not (await house.limiter.take(("login", "192.0.2.1"))).allowed
    house.clock.advance(1)
    assert (await house.limiter.take(("login", "192.0.2.1"))).allowed


@given(st.lists(st.integers(0, 100), max_size=40), st.integers(1, 10), st.integers(1, 90))
async def test_LM17_after_the_stated_wait_one_is_allowed(
    gaps: list[int], limit: int, window_s: int
) -> None:
    house = House(f"read={limit}/{window_s}")
    for gap in gaps:
        house.clock.advance(gap / 10)
        taken = await house.limiter.take(("read", "a"))
        if not taken.allowed:
            assert taken.retry_after_s >= 1
            house.clock.advance(taken.retry_after_s)
            assert (await house.limiter.take(("read", "a"))).allowed


async def test_LM15_load_shrinks_limits_that_are_not_strict() -> None:
    house = House()
    house.overload()
    assert (await house.limiter.take(("read", "a"))).limit == 1
    assert not (await house.limiter.take(("read", "a"))).allowed
    assert (await house.limiter.take(("login", "192.0.2.1"))).limit == 3


async def test_LM15_LM17_what_was_taken_before_counts_against_the_shrunk_limit() -> None:
    house = House()
    for _ in range(8):
        await house.limiter.take(("read", "a"))
    house.overload()
    refused = await house.limiter.take(("read", "a"))
    assert (refused.allowed, refused.remaining) == (False, 0)
    house.clock.advance(refused.retry_after_s)
    assert (await house.limiter.take(("read", "a"))).allowed


async def test_LM16_refusals_are_counted_by_name() -> None:
    house = House()
    for _ in range(5):
        await house.limiter.take(("read", "a"), ("mfa", "a"))
    assert house.refusals == {"mfa": 3}


async def test_looking_takes_nothing_and_forgetting_starts_over() -> None:
    house = House()
    for _ in range(3):
        await house.limiter.take(("login", "::ffff:192.0.2.1"))
    standing = await house.limiter.look("login", "192.0.2.1")
    assert (standing.remaining, standing.retry_after_s, standing.window_s) == (0, 1_200, 900)
    await house.limiter.forget("login", "192.0.2.1")
    standing = await house.limiter.look("login", "192.0.2.1")
    assert (standing.remaining, standing.reset_s, standing.retry_after_s) == (3, 0, 0)


class Shareless:
    """Counters of a node that has no share of anything."""

    keys = 0

    async def take(self, wants: Sequence[Want]) -> Tally:
        return Tally(allowed=False, now_ms=0, windows=(Window(),) * len(wants), limits=(0,))

    async def look(self, want: Want) -> Tally:
        return await self.take([want])

    async def forget(self, key: str) -> None:
        assert key.startswith("login:")

    async def give_back(self, unit: Unit) -> None:
        raise AssertionError(f"nothing was taken, not {unit}")


@pytest.mark.parametrize(("window_s", "retry_s"), [(900, 60), (20, 20)])
async def test_LM11_without_a_share_one_is_told_to_ask_again_soon(
    window_s: int, retry_s: int
) -> None:
    clock = ManualClock()
    limits = published(f"login=3/{window_s}")
    limiter = Limiter(limits, Shareless(), load=LoadFactor(clock), refusals={})
    refused = await limiter.take(("login", "192.0.2.1"))
    assert (refused.allowed, refused.limit, refused.retry_after_s) == (False, 0, retry_s)
    assert (await limiter.look("login", "192.0.2.1")).retry_after_s == retry_s
    await limiter.forget("login", "192.0.2.1")


async def test_LM35_what_was_taken_is_given_back_and_nothing_of_others() -> None:
    house = House("login=3/900")
    mine = await house.limiter.take(("login", "192.0.2.1"))
    for _ in range(2):
        assert (await house.limiter.take(("login", "192.0.2.1"))).allowed
    await house.limiter.give_back(mine)
    assert (await house.limiter.look("login", "192.0.2.1")).remaining == 1
    refused = [await house.limiter.take(("login", "192.0.2.1")) for _ in range(2)][1]
    assert not refused.allowed
    await house.limiter.give_back(refused)
    assert (await house.limiter.look("login", "192.0.2.1")).remaining == 0, "nothing was taken"


@pytest.mark.parametrize(("windows", "left"), [(1, 3), (2, 2)])
async def test_LM35_it_comes_out_of_the_bucket_it_was_counted_in(windows: int, left: int) -> None:
    house = House("login=3/900")
    early = await house.limiter.take(("login", "192.0.2.1"))
    house.clock.advance(900 * windows)
    for _ in range(windows - 1):
        assert (await house.limiter.take(("login", "192.0.2.1"))).allowed
    await house.limiter.give_back(early)
    assert (await house.limiter.look("login", "192.0.2.1")).remaining == left


async def test_LM35_of_a_counter_that_started_over_nothing_is_given_back() -> None:
    house = House("login=3/900")
    mine = await house.limiter.take(("login", "192.0.2.1"))
    await house.limiter.forget("login", "192.0.2.1")
    await house.limiter.give_back(mine)
    assert (await house.limiter.look("login", "192.0.2.1")).remaining == 3
