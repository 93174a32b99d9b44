"""The scripts of the relay, asked of a real Redis one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from storage.redis_client import open_client, run_script, say
from storage.relay_scripts import DELIVER, INBOX_LENGTH, LEAVE, RENEW
from tests.support.redis_server import RedisServer

KEYS = ["p:lease:a", "p:in:a", "p:nodes"]


@pytest.fixture
async def client(redis: RedisServer) -> AsyncIterator[Redis]:
    found = open_client(redis.url, timeout_s=5.0, connections=1)
    yield found
    await found.aclose()


async def renewed(client: Redis) -> tuple[int, bytes]:
    known, id_ = await run_script(client, RENEW, KEYS, ["a", 60_000, INBOX_LENGTH, 7, 60_000])
    return known, id_


async def test_RL7_a_renewal_says_whether_the_lease_was_there(client: Redis) -> None:
    first, second = await renewed(client), await renewed(client)
    assert (first[0], second[0]) == (0, 1)
    assert first[1] < second[1]
    for key in KEYS:
        assert 0 < await say(client, "PTTL", key) <= 60_000
    assert await say(client, "SMEMBERS", "p:nodes") == {b"a"}


async def test_RL6_delivered_to_the_living_of_the_set_but_the_sender(client: Redis) -> None:
    await renewed(client)
    await say(client, "SET", "p:lease:b", "1")
    await say(client, "SADD", "p:room:r", "a", "b", "dead")
    told = await run_script(client, DELIVER, ["p:room:r"], ["b", "p", INBOX_LENGTH, b"1", b"2"])
    assert told == 1
    found = await say(client, "XRANGE", "p:in:a", "-", "+")
    assert [fields for _, fields in found] == [{b"e": b"7"}, {b"n": b"1"}, {b"n": b"2"}]
    assert await say(client, "EXISTS", "p:in:b", "p:in:dead") == 0
    assert await say(client, "SMEMBERS", "p:room:r") == {b"a", b"b"}


async def test_RL6_an_inbox_is_bounded(client: Redis) -> None:
    await renewed(client)
    await say(client, "SADD", "p:room:r", "a")
    for _ in range(30):
        await run_script(client, DELIVER, ["p:room:r"], ["b", "p", 100, *[b"x"] * 100])
    assert await say(client, "XLEN", "p:in:a") < 300


async def test_RL4_who_leaves_is_in_nothing(client: Redis) -> None:
    await renewed(client)
    assert await run_script(client, LEAVE, KEYS, ["a"]) == 1
    assert await say(client, "EXISTS", *KEYS) == 0
