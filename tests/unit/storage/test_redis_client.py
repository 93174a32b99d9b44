"""Every client of Redis: its own time limits, and never a second try."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from storage import redis_client
from storage.redis_client import (
    FAULTS,
    InvalidRedisUrl,
    Script,
    Word,
    open_client,
    run_script,
    run_scripts,
    say,
    say_all,
)
from tests.support.redis_server import RedisServer

COUNT = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


@pytest.mark.parametrize("url", ["", "http://localhost", "redis://h:port/0"])
def test_an_address_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(InvalidRedisUrl, match="redis must be like redis://host:6379/0") as refused:
        open_client(url, timeout_s=1.0, connections=1)
    assert not url or url not in str(refused.value)


async def test_RL9_a_lost_answer_is_not_asked_for_again() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(65_536))
        writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    client = open_client(url, timeout_s=1.0, connections=1)
    with pytest.raises(FAULTS):
        await say(client, "INCR", "k")
    await client.aclose()
    server.close()
    assert len(asked) == 1


@pytest.mark.parametrize("how", ["one", "several"])
async def test_a_connection_that_is_reset_while_it_is_written_to_is_a_fault(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """What uvloop raises then, which redis-py does not know."""

    def writelines(_self: object, _data: object) -> None:
        raise RuntimeError(
            "unable to perform operation on <TCPTransport closed=True>; the handler is closed"
        )

    client = open_client(own_redis.url, timeout_s=1.0, connections=1)
    with monkeypatch.context() as patch:
        patch.setattr(asyncio.StreamWriter, "writelines", writelines)
        with pytest.raises(ConnectionError, match="handler is closed"):
            await (say(client, "PING") if how == "one" else say_all(client, [["PING"], ["PING"]]))
    assert await say(client, "PING")
    await client.aclose()


async def test_a_bug_is_no_fault(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def writelines(_self: object, _data: object) -> None:
        raise RuntimeError("something else")

    client = open_client(own_redis.url, timeout_s=1.0, connections=1)
    monkeypatch.setattr(asyncio.StreamWriter, "writelines", writelines)
    with pytest.raises(RuntimeError, match="something else"):
        await say(client, "PING")


async def test_RL9_a_silent_store_is_waited_for_no_longer_than_told(
    own_redis: RedisServer,
) -> None:
    client = open_client(own_redis.url, timeout_s=0.05, connections=1)
    own_redis.pause()
    with pytest.raises(FAULTS):
        await say(client, "PING")
    own_redis.go_on()
    await client.aclose()


async def test_scripts_run_once_whether_or_not_redis_knows_them(redis: RedisServer) -> None:
    client = open_client(redis.url, timeout_s=5.0, connections=1)
    redis.say("SCRIPT", "FLUSH")
    assert await run_script(client, COUNT, ["k"], [1]) == 1
    redis.say("SCRIPT", "FLUSH")
    await run_scripts(client, COUNT, [("k", [1]), ("k", [1]), ("other", [1])])
    await run_scripts(client, COUNT, [("k", [1])])
    assert await say(client, "MGET", "k", "other") == [b"4", b"1"]
    with pytest.raises(ResponseError):
        await run_scripts(client, COUNT, [("k", [1]), ("k", ["no number"])])
    assert await say(client, "GET", "k") == b"5"
    await client.aclose()


async def test_a_node_does_not_stand_still_while_it_says_something_in_every_room(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    async def counted(client: Redis, commands: Sequence[Sequence[Word]]) -> list[Any]:
        sizes.append(len(commands))
        return await say_all(client, commands)

    monkeypatch.setattr(redis_client, "say_all", counted)
    append = Script("return redis.call('RPUSH', KEYS[1], ARGV[1])")
    client = open_client(redis.url, timeout_s=5.0, connections=1)
    await run_scripts(client, append, [("k", [number]) for number in range(601)])
    found = await say(client, "LRANGE", "k", 250, -1)
    await client.aclose()
    assert found == [b"%d" % number for number in range(250, 601)]
    assert sizes == [250, 250, 101]


async def test_commands_in_one_go_are_answered_each_in_its_place(redis: RedisServer) -> None:
    client = open_client(redis.url, timeout_s=5.0, connections=1)
    found = await say_all(client, [["SET", "k", "x"], ["INCR", "k"], ["GET", "k"]])
    assert isinstance(found[1], RedisError)
    assert found[2] == b"x"
    await client.aclose()
