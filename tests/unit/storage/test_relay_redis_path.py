"""One node's way through one Redis, step by step; the whole relay is tested by its contract."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

import pytest
from redis.asyncio import Redis

from storage import relay_redis_path
from storage.redis_client import Script, Word, run_script
from storage.relay import Control, News
from storage.relay_redis_path import RedisPath, Times
from storage.relay_scripts import RENEW
from tests.support.eventually import eventually
from tests.support.redis_server import RedisServer

WORD = Control("", "word", b"")


def path(url: str, node: str, heard: list[News]) -> RedisPath:
    times = Times(answer_s=5.0, block_s=0.02)
    return RedisPath(url, prefix="p", node=node, times=times, take=heard.extend)


def times_read(redis: RedisServer) -> int:
    """How often inboxes were read until now."""
    found = re.search(rb"cmdstat_xread:calls=(\d+)", redis.say("INFO", "commandstats"))
    return int(found[1]) if found else 0


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


async def test_RL7_what_redis_forgot_is_said_again_where_the_answer_that_told_of_it_was_lost(
    one: RedisPath, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one.renew()
    for number in range(20):
        await one.hold(f"r_{number}")
    redis.say("FLUSHALL")

    async def answer_is_lost(
        client: Redis, script: Script, keys: Sequence[str], arguments: Sequence[Word]
    ) -> object:
        await run_script(client, script, keys, arguments)
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(relay_redis_path, "run_script", answer_is_lost)
        assert not await one.renew()
    assert await one.renew()
    assert redis.say("DBSIZE") == b":23\r\n", "lease, inbox, the set of nodes, and every room"


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


async def test_RL2_an_echo_that_is_heard_before_the_answer_is_no_new_beginning(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[News] = []
    other, found = path(redis.url, "other", []), path(redis.url, "one", heard)
    await other.renew()
    await found.renew()
    await other.send({"": [WORD]})
    reading = asyncio.ensure_future(found.read())

    async def is_sound() -> bool:
        return found.sound

    await eventually(is_sound)

    async def answered_late(
        client: Redis, script: Script, keys: Sequence[str], arguments: Sequence[Word]
    ) -> object:
        heard_before = found.state.lag_s

        async def echo_is_heard() -> bool:
            return found.state.lag_s != heard_before

        answer = await run_script(client, script, keys, arguments)
        if script is RENEW:
            await eventually(echo_is_heard)
        return answer

    monkeypatch.setattr(relay_redis_path, "run_script", answered_late)
    assert await found.renew()
    asked_before = times_read(redis)

    async def asks_again() -> bool:
        return times_read(redis) >= asked_before + 2

    await eventually(asks_again)
    reading.cancel()
    await found.close()
    await other.close()
    assert heard == [WORD], "nothing is read twice"


def test_RL7_leases_outlive_several_renewals() -> None:
    times = Times()
    assert times.lease_s >= 3 * times.renew_s * 1.2
    assert times.echo_s >= 2 * times.renew_s * 1.2
    assert "PX" in RENEW.text
