"""The relay over Redis Streams: what every relay must do, over one primary and over two, and what
becomes of it when Redis forgets, dies, or stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from storage.relay import Control, Relay
from storage.relay_redis import RedisRelay
from storage.relay_redis_path import Times
from tests.contracts.relay_contract import ROOM, RelayContract, entries, received, received_until
from tests.support.certificates import Issuer
from tests.support.eventually import eventually
from tests.support.redis_server import BINARY, NO_BINARY, RedisServer
from tests.support.server_process import free_port

GENERATION = "1" * 16
QUICK = Times(renew_s=0.02, lease_s=2.0, echo_s=1.0, answer_s=0.5, block_s=0.1, rewrite_s=0.1)


@asynccontextmanager
async def relays(
    count: int, *urls: str, times: Times = QUICK, generation: str = GENERATION
) -> AsyncGenerator[list[RedisRelay]]:
    """So many nodes, for as long as the block runs."""
    async with AsyncExitStack() as stack:
        made: list[RedisRelay] = []
        for number in range(count):
            relay = RedisRelay(urls, node=f"n{number}", generation=generation, times=times)
            await relay.start()
            running = asyncio.ensure_future(relay.run())
            stack.push_async_callback(ended, running)
            stack.push_async_callback(relay.close)
            made.append(relay)
        yield made


async def ended(running: asyncio.Future[None]) -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled() or running.exception() is None


async def until(holds: Callable[[], bool]) -> None:
    """Waits for what a Redis does in its own time."""

    async def ask() -> bool:
        return holds()

    await eventually(ask)


class TestRedisRelay(RelayContract):
    @pytest.fixture(params=["one primary", "two primaries"])
    async def nodes(
        self, request: pytest.FixtureRequest, redis: RedisServer
    ) -> AsyncIterator[Sequence[Relay]]:
        urls = [redis.url]
        if cast("str", request.param) == "two primaries":
            urls.append(redis.url.removesuffix("/0") + "/1")
        async with relays(3, *urls) as made:
            yield made


async def test_RL5_it_is_sound_once_it_has_heard_itself(redis: RedisServer) -> None:
    relay = RedisRelay([redis.url], node="n1", generation=GENERATION, times=QUICK)
    assert not relay.sound
    await relay.start()
    assert not relay.sound, "it answers, but nothing was heard yet"
    running = asyncio.ensure_future(relay.run())
    await until(lambda: relay.sound)
    assert relay.states[0].lag_s < 1.0
    await relay.close()
    await ended(running)


async def test_RL5_RL7_redis_forgets_and_nothing_has_to_be_said(redis: RedisServer) -> None:
    async with relays(2, redis.url) as (one, two):
        await one.hold(ROOM)
        await two.hold(ROOM)
        await until(lambda: one.sound and two.sound)
        redis.say("FLUSHALL")
        await until(lambda: all(relay.states[0].losses == 1 for relay in (one, two)))
        await one.send([entries()])
        assert await received(two, 1) == [entries()]


async def test_RL7_a_set_that_is_lost_alone_is_written_again(redis: RedisServer) -> None:
    async with relays(2, redis.url) as (one, two):
        await two.hold(ROOM)
        await until(lambda: two.sound)
        redis.say("DEL", f"touchline:relay:{GENERATION}:room:{ROOM}")
        hearing = asyncio.ensure_future(received(two, 1))

        async def say() -> bool:
            await one.send([entries()])
            return hearing.done()

        await eventually(say)
        assert hearing.result() == [entries()]
        assert two.states[0].losses == 0


async def test_RL2_an_inbox_that_is_lost_begins_again(redis: RedisServer) -> None:
    async with relays(2, redis.url) as (one, two):
        await two.hold(ROOM)
        await one.send([entries(first=1)])
        assert await received(two, 1) == [entries(first=1)]
        redis.say("DEL", f"touchline:relay:{GENERATION}:in:n1")
        await one.send([entries(first=2)])
        assert await received(two, 1) == [entries(first=2)]


async def test_RL2_a_stream_whose_ids_start_over_is_read_from_its_beginning(
    redis: RedisServer,
) -> None:
    inbox = f"touchline:relay:{GENERATION}:in:n1"
    async with relays(2, redis.url) as (one, two):
        await two.hold(ROOM)
        await until(lambda: two.sound)
        # as a Redis whose clock went back by years, seen from a reader that has read on
        redis.say("XADD", inbox, "99999999999999-1", "e", "0")
        await one.send([entries(first=1)])
        assert await received(two, 1) == [entries(first=1)]
        redis.say("DEL", inbox)
        await until(lambda: two.sound)
        await one.send([entries(first=2)])
        assert await received(two, 1) == [entries(first=2)]


async def test_RL5_RL9_a_redis_that_dies_costs_nobody_a_wait_and_comes_back(
    own_redis: RedisServer,
) -> None:
    async with relays(2, own_redis.url) as (one, two):
        await one.hold(ROOM)
        await two.hold(ROOM)
        await until(lambda: one.sound and two.sound)
        own_redis.kill()
        await until(lambda: not one.sound and not two.sound)
        for relay in (one, two):
            await relay.send([entries()])
            await relay.hold("r_2")
            await relay.release("r_never_held")
        own_redis.start()
        await until(lambda: one.sound and two.sound)
        await one.send([entries("r_2"), entries()])
        assert await received(two, 2) == [entries("r_2"), entries()]


async def test_RL5_RL9_a_redis_that_stands_still_is_away(own_redis: RedisServer) -> None:
    times = Times(renew_s=0.02, lease_s=2.0, echo_s=0.3, answer_s=0.1, block_s=0.1)
    async with relays(1, own_redis.url, times=times) as (one,):
        await until(lambda: one.sound)
        own_redis.pause()
        await until(lambda: one.states[0].away)
        await until(lambda: not one.sound)
        own_redis.go_on()
        await until(lambda: one.sound)


async def test_RL6_whoever_is_dead_leaves_the_set(redis: RedisServer) -> None:
    times = Times(renew_s=0.02, lease_s=0.1, echo_s=1.0, block_s=0.1)
    room_set = f"touchline:relay:{GENERATION}:room:{ROOM}"
    async with relays(1, redis.url) as (one,):
        async with relays(1, redis.url, times=times) as (dead,):
            del dead
        ghost = RedisRelay([redis.url], node="ghost", generation=GENERATION, times=times)
        await ghost.start()
        await ghost.hold(ROOM)
        await until(lambda: redis.say("SISMEMBER", room_set, "ghost") == b":1\r\n")
        await until(
            lambda: redis.say("EXISTS", f"touchline:relay:{GENERATION}:lease:ghost") == b":0\r\n"
        )
        await one.send([entries()])
        assert redis.say("SISMEMBER", room_set, "ghost") == b":0\r\n"
        await ghost.close()


async def test_RL7_a_node_that_was_stopped_for_long_says_again_what_it_holds(
    redis: RedisServer,
) -> None:
    async with relays(2, redis.url) as (one, two):
        await two.hold(ROOM)
        await until(lambda: two.sound)
        # what its stop looks like from outside: its lease is over, and somebody spoke meanwhile
        redis.say("DEL", f"touchline:relay:{GENERATION}:lease:n1")
        redis.say("SREM", f"touchline:relay:{GENERATION}:room:{ROOM}", "n1")
        await until(lambda: two.states[0].losses == 1)
        await one.send([entries()])
        assert await received(two, 1) == [entries()]


async def test_RL6_nodes_of_another_generation_hear_nothing(redis: RedisServer) -> None:
    async with (
        relays(2, redis.url) as (one, two),
        relays(1, redis.url, generation="2" * 16) as (other,),
    ):
        for relay in (two, other):
            await relay.hold(ROOM)
        last = Control("", "last", b"")
        await one.send([entries(), last])
        assert await received_until(two, last) == [entries()]
        redis_of_other = RedisRelay([redis.url], node="n9", generation="2" * 16, times=QUICK)
        await redis_of_other.start()
        await redis_of_other.send([last])
        assert await received_until(other, last) == []
        await redis_of_other.close()


async def test_RL8_rooms_lie_on_every_primary_and_one_that_dies_takes_only_its_own(
    redis: RedisServer, own_redis: RedisServer
) -> None:
    async with relays(2, redis.url, own_redis.url) as (one, two):
        rooms = [f"r_{number}" for number in range(20)]
        for room in rooms:
            await two.hold(room)
        assert [one.path_of(room) for room in rooms] == [two.path_of(room) for room in rooms]
        assert {one.path_of(room) for room in rooms} == {0, 1}
        assert all(state.held >= 5 for state in two.states)
        await until(lambda: one.sound and two.sound)
        own_redis.kill()
        await until(lambda: one.states[1].away and two.states[1].away)
        assert not one.sound
        alive = [room for room in rooms if one.path_of(room) == 0]
        await one.send([entries(room) for room in rooms])
        assert await received(two, len(alive)) == [entries(room) for room in alive]


async def test_RL9_an_access_list_that_names_our_keys_and_commands_is_enough(
    own_redis: RedisServer,
) -> None:
    commands = "eval evalsha set exists del sadd srem smembers xadd xread pexpire"
    user = ("touchline", "on", ">a-long-password", "~touchline:*", "resetchannels", "-@all")
    own_redis.say("ACL", "SETUSER", *user, *(f"+{command}" for command in commands.split()))
    own_redis.say("ACL", "SETUSER", "default", "off")
    url = own_redis.url.replace("redis://", "redis://touchline:a-long-password@")
    async with relays(2, url) as (one, two):
        await two.hold(ROOM)
        await until(lambda: one.sound and two.sound)
        await one.send([entries()])
        assert await received(two, 1) == [entries()]
        await two.release(ROOM)


@pytest.fixture
def tls_redis(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Where a Redis speaks TLS, and the certificate of its issuer."""
    if BINARY is None:
        pytest.skip(NO_BINARY)
    issuer = Issuer()
    certificate, key = issuer.make().write(tmp_path)
    known = tmp_path / "issuer.pem"
    known.write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
    port = free_port()
    server = RedisServer(
        {
            "tls-port": str(port),
            "tls-cert-file": str(certificate),
            "tls-key-file": str(key),
            "tls-ca-cert-file": str(known),
            "tls-auth-clients": "no",
        }
    )
    yield port, known
    server.stop()


async def test_RL9_by_tls_with_an_issuer_of_ones_own(tls_redis: tuple[int, Path]) -> None:
    port, known = tls_redis
    async with relays(2, f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={known}") as (one, two):
        await two.hold(ROOM)
        await until(lambda: one.sound and two.sound)
        await one.send([entries()])
        assert await received(two, 1) == [entries()]
    async with relays(1, f"rediss://127.0.0.1:{port}/0") as (one,):
        assert one.states[0].away, "who is not known is not spoken to"
