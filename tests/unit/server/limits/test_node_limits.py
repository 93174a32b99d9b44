"""All limits of one node."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from server.limits.failed_logins import FORGET_MS, Failures
from server.limits.node_limits import TIDY_BEATS, LimitsState, NodeLimits
from server.limits.table import published
from storage.redis_client import InvalidRedisUrl
from tests.support.manual_clock import ManualClock
from tests.support.redis_server import RedisServer

EMAIL = "coach@example.org"


def made(redis: str = "", clock: ManualClock | None = None) -> NodeLimits:
    return NodeLimits(
        published("login=2/86400"),
        redis=redis,
        node="node-1",
        clock=clock or ManualClock(),
        refusals=Counter(),
    )


async def test_LM18_without_redis_a_node_counts_in_memory() -> None:
    limits = made()
    await limits.start()
    allowed = [(await limits.limiter.take(("login", "192.0.2.1"))).allowed for _ in range(3)]
    assert allowed == [True, True, False]
    assert limits.state() == LimitsState(
        store="memory", nodes=1, keys=1, load_factor=1.0, lag_s=0.0
    )
    await limits.close()


async def test_with_redis_two_nodes_share(redis: RedisServer) -> None:
    one, other = made(redis.url), made(redis.url)
    await one.start()
    await other.start()
    takes = [await limits.limiter.take(("login", "192.0.2.1")) for limits in (one, other, one)]
    assert [taken.allowed for taken in takes] == [True, True, False]
    assert one.state().store == "redis"
    await one.close()
    await other.close()


async def test_LM9_the_state_says_that_redis_is_away(own_redis: RedisServer) -> None:
    own_redis.kill()
    limits = made(own_redis.url)
    await limits.start()
    assert limits.state().store == "away"
    assert (await limits.limiter.take(("login", "192.0.2.1"))).allowed
    limits.forget_expired()
    await limits.close()


@pytest.mark.parametrize("with_redis", [False, True])
async def test_an_administrator_lets_a_subject_start_over(
    redis: RedisServer, with_redis: bool
) -> None:
    limits = made(redis.url if with_redis else "")
    await limits.start()
    for _ in range(3):
        await limits.limiter.take(("login", "192.0.2.1"))
        await limits.failed_logins.attempt(EMAIL)
    await limits.forget("login", "192.0.2.1")
    standing = await limits.look("failed_login", EMAIL)
    assert (standing.remaining, standing.limit, standing.retry_after_s) == (2, 5, 0)
    for _ in range(3):
        await limits.failed_logins.attempt(EMAIL)
    assert 0 < (await limits.look("failed_login", EMAIL)).retry_after_s <= 2
    assert (await limits.look("login", "192.0.2.2")).remaining == 2
    await limits.forget("failed_login", EMAIL)
    assert (await limits.limiter.look("login", "192.0.2.1")).remaining == 2
    assert await limits.failed_logins.failures(EMAIL) == Failures()
    with pytest.raises(KeyError):
        await limits.forget("logins", "192.0.2.1")
    await limits.close()


async def test_LM9_it_beats_every_second_and_tidies_every_minute(own_redis: RedisServer) -> None:
    clock = ManualClock()
    beats: list[str] = []

    async def sleep(seconds: float) -> None:
        beats.append(limits.state().store)
        clock.advance(seconds if len(beats) < TIDY_BEATS else FORGET_MS / 500)
        if len(beats) == 2:
            own_redis.kill()
        if len(beats) == 4:
            own_redis.start()
        if len(beats) == TIDY_BEATS - 1:
            own_redis.kill()  # else time is Redis's, and does not pass
        if len(beats) > TIDY_BEATS:
            raise asyncio.CancelledError

    limits = NodeLimits(
        published(), redis=own_redis.url, node="node-1", clock=clock, refusals=Counter(),
        sleep=sleep,
    )  # fmt: skip
    await limits.start()
    await limits.limiter.take(("read", "a1"))
    with pytest.raises(asyncio.CancelledError):
        await limits.run()
    assert beats[:6] == ["redis", "redis", "away", "away", "redis", "redis"]
    assert limits.state().keys == 0
    await limits.close()


async def test_LM8_memory_is_tidied_too() -> None:
    clock = ManualClock()
    limits = made(clock=clock)
    await limits.limiter.take(("login", "192.0.2.1"))
    await limits.failed_logins.attempt(EMAIL)
    clock.advance(FORGET_MS / 500)
    limits.forget_expired()
    assert limits.state().keys == 0


def test_a_redis_that_is_none_ends_the_start() -> None:
    with pytest.raises(InvalidRedisUrl):
        made("http://canary@host")
