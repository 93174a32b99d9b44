"""The way to Redis, and the circuit in it."""

from __future__ import annotations

import asyncio
import socket

import pytest

from server.limits.redis_link import CALLS_MAX, RedisLink, StoreAway
from storage.redis_client import InvalidRedisUrl, Script
from tests.support.redis_server import RedisServer

ECHO = Script("return {ARGV[1], KEYS[1]}")


async def test_a_script_runs_whether_or_not_redis_knows_it(redis: RedisServer) -> None:
    redis.say("SCRIPT", "FLUSH")
    link = RedisLink(redis.url)
    assert await link.call(ECHO, ["k"], [7]) == [b"7", b"k"]
    assert await link.call(ECHO, ["k"], ["x"]) == [b"x", b"k"]
    assert redis.say("SCRIPT", "EXISTS", ECHO.sha).startswith(b"*1\r\n:1")
    await link.close()


async def test_LM9_a_dead_redis_is_asked_once_and_then_not_at_all() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        link = RedisLink(f"redis://127.0.0.1:{listener.getsockname()[1]}/0", timeout_s=0.01)
        with pytest.raises(StoreAway):
            await link.call(ECHO, ["k"], [])
        assert link.is_away
        listener.accept()[0].close()
        for _ in range(1_000):
            with pytest.raises(StoreAway, match="known to be away"):
                await link.call(ECHO, ["k"], [])
        with pytest.raises(BlockingIOError):
            listener.accept()
        await link.close()


async def test_LM9_calls_that_wait_their_turn_end_with_the_first_failure() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1_000)
        link = RedisLink(f"redis://127.0.0.1:{listener.getsockname()[1]}/0", timeout_s=0.05)
        asked = [link.call(ECHO, ["k"], []) for _ in range(3 * CALLS_MAX)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(outcome, StoreAway) for outcome in outcomes)
        waited = [outcome for outcome in outcomes if str(outcome) == "known to be away"]
        assert len(waited) >= 2 * CALLS_MAX
        await link.close()


async def test_LM9_it_stays_away_until_the_caller_says_that_it_returned(
    own_redis: RedisServer,
) -> None:
    link = RedisLink(own_redis.url)
    await link.call(ECHO, ["k"], [1])
    own_redis.kill()
    with pytest.raises(StoreAway):
        await link.call(ECHO, ["k"], [1])
    with pytest.raises(StoreAway):
        await link.probe(ECHO, ["k"], [1])
    own_redis.start()
    assert await link.probe(ECHO, ["k"], [1]) == [b"1", b"k"]
    with pytest.raises(StoreAway, match="known to be away"):
        await link.call(ECHO, ["k"], [1])
    link.returned()
    assert await link.call(ECHO, ["k"], [1]) == [b"1", b"k"]
    link.lost()
    assert link.is_away
    await link.close()


async def test_LM9_more_calls_than_connections_wait_and_all_succeed(redis: RedisServer) -> None:
    link = RedisLink(redis.url, timeout_s=5)
    calls = [link.call(ECHO, ["k"], [number]) for number in range(10 * CALLS_MAX)]
    assert [int(answer[0]) for answer in await asyncio.gather(*calls)] == [*range(10 * CALLS_MAX)]
    await link.close()


async def test_LM9_an_error_of_redis_is_taken_for_its_absence(redis: RedisServer) -> None:
    link = RedisLink(redis.url)
    with pytest.raises(StoreAway):
        await link.call(Script("return redis.call('NO SUCH COMMAND')"), [], [])
    assert link.is_away
    await link.close()


async def test_a_cancelled_call_does_not_spoil_the_next(redis: RedisServer) -> None:
    link = RedisLink(redis.url)
    await link.call(ECHO, ["k"], [0])
    for turn in range(1, 30):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(link.call(ECHO, ["k"], ["cancelled"]))
            for _ in range(turn % 6):
                await asyncio.sleep(0)
            task.cancel()
        assert await link.call(ECHO, ["k"], [turn]) == [str(turn).encode(), b"k"]
    assert not link.is_away
    await link.close()


def test_an_address_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(InvalidRedisUrl, match="redis must be like") as refused:
        RedisLink("canary://user:canary@host")
    assert "canary" not in str(refused.value)
