"""One node's way through one Redis, step by step; the whole relay is tested by its contract."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.relay import Control, News
from storage.relay_redis_path import RedisPath, Times
from storage.relay_scripts import RENEW
from tests.support.redis_server import RedisServer

WORD = Control("", "word", b"")


def path(url: str, node: str, heard: list[News]) -> RedisPath:
    times = Times(answer_s=5.0)
    return RedisPath(url, prefix="p", node=node, times=times, take=heard.extend)


@pytest.fixture
async def one(redis: RedisServer) -> AsyncIterator[RedisPath]:
    found = path(redis.url, "one", [])
    yield found
    await found.close()


async def test_RL9_nothing_is_asked_of_a_redis_before_it_was_seen(
    one: RedisPath, redis: RedisServer
) -> None:
    await one.hold("r_1")
    await one.send({"r_1": [WORD]})
    assert redis.say("DBSIZE") == b":0\r\n"
    assert one.state.away


async def test_RL7_what_was_held_meanwhile_is_said_by_the_renewal(
    one: RedisPath, redis: RedisServer
) -> None:
    await one.hold("r_1")
    await one.hold("r_2")
    await one.release("r_2")
    assert await one.renew()
    assert redis.say("SISMEMBER", "p:room:r_1", "one") == b":1\r\n"
    assert redis.say("EXISTS", "p:room:r_2") == b":0\r\n"
    assert one.state.held == 1
    assert not one.state.away


async def test_RL7_more_rooms_than_go_at_once_are_all_said(
    one: RedisPath, redis: RedisServer
) -> None:
    for number in range(600):
        await one.hold(f"r_{number}")
    await one.renew()
    assert redis.say("DBSIZE") == b":603\r\n", "lease, inbox, the set of nodes"


async def test_RL9_a_redis_that_refuses_is_away(redis: RedisServer) -> None:
    found = path(redis.url, "one", [])
    await found.renew()
    redis.say("SET", "p:room:r_1", "no set")
    await found.hold("r_1")
    assert found.state.away
    assert found.state.losses == 1
    redis.say("DEL", "p:room:r_1")
    assert await found.renew()
    redis.say("SET", "p:nodes", "no set")
    assert not await found.renew()
    await found.close()


def test_RL7_leases_outlive_several_renewals() -> None:
    times = Times()
    assert times.lease_s >= 3 * times.renew_s * 1.2
    assert times.echo_s >= 2 * times.renew_s * 1.2
    assert "PX" in RENEW.text
