"""Failed logins that nodes share."""

from __future__ import annotations

import asyncio

from server.limits.failed_logins import FORGET_MS, Failures
from server.limits.failed_logins_redis import RedisFailedLogins
from server.limits.redis_link import RedisLink
from server.limits.share import Share
from server.limits.table import LIMITS
from tests.support.limit_nodes import LimitNode, beat, limit_nodes
from tests.support.manual_clock import ManualClock
from tests.support.redis_server import RedisServer

EMAIL = "coach@example.org"


def key_of(redis: RedisServer) -> str:
    """The one address that is kept there."""
    return redis.say("KEYS", "*:f:failed_login:*").split()[2].decode()


async def allowed(node: LimitNode, times: int, email: str = EMAIL) -> int:
    return sum([(await node.logins.attempt(email)).allowed for _ in range(times)])


async def test_LM20_many_nodes_at_once_get_no_further_than_five(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 3) as nodes:
        counts = await asyncio.gather(*(allowed(node, 10) for node in nodes for _ in range(5)))
        assert sum(counts) == 5
        attempt = await nodes[2].logins.attempt(EMAIL)
        assert (attempt.allowed, attempt.retry_after_s, attempt.consecutive) == (False, 1, 5)


async def test_LM23_a_success_on_one_node_forgets_for_all(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        await allowed(nodes[0], 5)
        await nodes[1].logins.succeeded(EMAIL)
        assert await allowed(nodes[0], 9) == 5


async def test_LM23_what_was_not_decided_does_not_count(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        for _ in range(20):
            assert await allowed(nodes[0], 1) == 1
            await nodes[0].logins.withdrawn(EMAIL)
        assert await nodes[0].logins.failures(EMAIL) != Failures(20, 20)
        assert await allowed(nodes[1], 9) == 5


async def test_LM26_unknown_addresses_look_the_same(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 1) as (node,):
        assert await allowed(node, 9, "nobody@example.org") == await allowed(node, 9)


async def test_LM27_without_redis_the_nodes_share_the_free_attempts(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        own_redis.kill()
        counts = [await allowed(node, 9) for node in nodes]
        assert sorted(counts) == [1, 2, 2]
        refused = await nodes[0].logins.attempt(EMAIL)
        assert refused.retry_after_s == 3, "three nodes, three times the delay"
        nodes[0].clock.advance(3)
        assert await allowed(nodes[0], 2) == 1


async def test_LM27_what_was_tried_before_is_not_free_again(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        assert await allowed(nodes[0], 5) == 5
        await beat(nodes)
        own_redis.kill()
        assert [await allowed(node, 9) for node in nodes] == [0, 0, 0]


async def test_LM27_a_node_beyond_the_free_attempts_allows_one(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 7) as nodes:
        own_redis.kill()
        assert [await allowed(node, 9) for node in nodes] == [1] * 7


async def test_LM22_LM27_a_run_that_ends_alone_leaves_the_share_and_no_more(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        await allowed(nodes[0], 5)
        await beat(nodes)
        own_redis.kill()
        nodes[0].clock.advance(3)
        assert await allowed(nodes[0], 2) == 1
        for node in nodes:
            node.clock.advance(2_000)
        assert sum([await allowed(node, 9) for node in nodes]) == 5


async def test_LM13_failures_of_the_time_alone_are_added_when_redis_returns(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        assert await allowed(nodes[0], 2) == 2
        await beat(nodes)
        own_redis.kill()
        alone = sum([await allowed(node, 9) for node in nodes])
        assert alone == 3
        own_redis.start()
        await beat(nodes)
        attempt = await nodes[0].logins.attempt(EMAIL)
        assert (attempt.allowed, attempt.consecutive) == (False, 5)


async def test_LM13_a_success_alone_forgets_in_redis_once_it_returns(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 2) as nodes:
        await allowed(nodes[0], 5)
        own_redis.pause()
        for node in nodes:
            node.link.lost()
        await nodes[0].logins.succeeded(EMAIL)
        assert await allowed(nodes[0], 1) == 1
        await nodes[0].logins.withdrawn(EMAIL)
        own_redis.go_on()
        await beat(nodes)
        assert await allowed(nodes[1], 9) == 5


async def test_LM13_a_redis_that_lost_everything_is_told(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 2) as nodes:
        assert await allowed(nodes[0], 5) == 5
        await beat(nodes)
        own_redis.say("FLUSHALL")
        assert [await allowed(node, 9) for node in nodes] == [0, 0]
        await beat(nodes)
        attempt = await nodes[1].logins.attempt(EMAIL)
        assert not attempt.allowed or attempt.consecutive == 6


async def test_LM9_a_redis_that_dies_within_an_attempt_is_no_error(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 1) as (node,):
        own_redis.kill()
        assert (await node.logins.attempt(EMAIL)).allowed
        assert node.shared.is_away


async def test_LM9_a_redis_that_dies_before_an_attempt_is_decided_is_no_error(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 2) as nodes:
        for node in nodes:
            assert await allowed(node, 2) == 2
        own_redis.kill()
        await nodes[0].logins.withdrawn(EMAIL)
        assert (await nodes[0].logins.failures(EMAIL)).run == 1
        await nodes[1].logins.succeeded(EMAIL)
        assert await nodes[1].logins.failures(EMAIL) == Failures()
        assert all(node.shared.is_away for node in nodes)


async def test_LM13_the_first_attempt_in_another_life_of_redis_is_decided_alone(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 1) as (node,):
        await allowed(node, 4)
        own_redis.say("FLUSHALL")
        assert await allowed(node, 3) == 1
        assert node.shared.is_away


async def test_LM8_the_number_of_addresses_decided_alone_is_bounded(
    own_redis: RedisServer,
) -> None:
    own_redis.kill()
    link = RedisLink(own_redis.url)
    logins = RedisFailedLogins(
        LIMITS["failed_login"], link, ManualClock(), Share(), prefix="p", keys_max=3
    )
    for number in range(9):
        assert (await logins.attempt(f"{number}@example.org")).allowed
    assert await logins.failures("0@example.org") == Failures()
    own_redis.start()
    assert await logins.bring()
    assert own_redis.say("DBSIZE") == b":4\r\n", "three, and the list of hot ones"
    assert not await logins.bring()
    await link.close()


async def test_LM13_what_happens_while_it_is_brought_is_brought_next(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 1) as (node,):
        node.link.lost()
        assert await allowed(node, 1) == 1
        own_redis.pause()
        bringing = node.logins.bring()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(bringing)
            while not task.done():
                await allowed(node, 1)
                if (await node.logins.failures(EMAIL)).run >= 3:
                    own_redis.go_on()
                await asyncio.sleep(0)
        assert await task
        assert await node.shared.beat()
        counted = int(own_redis.say("HGET", key_of(own_redis), "a").split()[1])
        assert counted == (await node.logins.failures(EMAIL)).run >= 3


async def test_old_failures_are_tidied_away(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 1) as (node,):
        await allowed(node, 1)
        node.clock.advance(FORGET_MS / 1000 + 1)
        node.shared.forget_expired()
        assert await node.logins.failures(EMAIL) == Failures()
