"""Counters that nodes share, and their shares while Redis is away."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.limit_nodes import beat, limit_nodes
from tests.support.redis_server import RedisServer

ADDRESS = "192.0.2.1"


async def test_LM7_nodes_share_one_count(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 3) as nodes:
        counts = [await node.allowed(12) for node in nodes]
        assert counts == [12, 12, 6]
        assert (await nodes[0].limiter.look("login", ADDRESS)).remaining == 0


async def test_LM7_a_storm_at_once_gets_no_more_than_the_limit(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 3) as nodes:
        counts = await asyncio.gather(*(node.allowed(20) for node in nodes for _ in range(4)))
        assert sum(counts) == 30


async def test_LM9_a_redis_that_dies_while_a_counter_is_forgotten_is_no_error(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 1) as (node,):
        await node.allowed(30)
        own_redis.kill()
        await node.limiter.forget("login", ADDRESS)
        assert node.shared.is_away
        assert await node.allowed(1) == 1


async def test_LM17_windows_go_by_the_clock_of_redis(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        await nodes[0].allowed(30)
        nodes[1].clock.advance(10 * 86_400)
        assert await nodes[1].allowed(1) == 0


async def test_LM6_redis_never_sees_whom_it_counts(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 1) as (node,):
        await node.limiter.take(("login", "192.0.2.77"), ("mail_reset", "coach@example.org"))
        await node.logins.attempt("coach@example.org")
        keys = redis.say("KEYS", "*") + redis.say("ZRANGE", "touchline:{limits}:hot", "0", "-1")
        assert b"touchline:{limits}:c:mail_reset:" in keys
        assert b"coach" not in keys
        assert b"192.0.2" not in keys


async def test_forgetting_holds_on_every_node(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        await nodes[0].allowed(30)
        await nodes[1].limiter.forget("login", ADDRESS)
        assert await nodes[0].allowed(1) == 1


async def test_LM10_without_redis_each_node_gives_its_share(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        own_redis.kill()
        counts = [await node.allowed(40) for node in nodes]
        assert counts == [10, 10, 10]
        assert all(node.shared.is_away for node in nodes)
        refused = await nodes[0].limiter.take(("login", ADDRESS))
        assert (refused.limit, refused.allowed) == (10, False)
        assert refused.retry_after_s > 0


async def test_LM10_what_was_taken_before_is_not_given_again(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        before = [await node.allowed(6) for node in nodes]
        assert sum(before) == 18
        await beat(nodes)
        own_redis.kill()
        after = [await node.allowed(40) for node in nodes]
        assert sum(after) == 12


async def test_LM11_shares_of_a_limit_smaller_than_the_number_of_nodes(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 8) as nodes:
        own_redis.kill()
        assert sum([await node.allowed(9, "mfa_token") for node in nodes]) == 5
        assert [await node.allowed(9, "write", "a1") for node in nodes] == [1] * 8


async def test_LM12_all_nodes_know_within_a_beat_what_one_of_them_has_given(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        assert await nodes[0].allowed(40) == 30
        await beat(nodes)
        own_redis.kill()
        assert [await node.allowed(40) for node in nodes] == [0, 0, 0]


@pytest.mark.parametrize("taken", [0, 5, 6, 17, 30])
async def test_LM12_a_run_against_one_node_gets_at_most_a_fifth_more(
    own_redis: RedisServer, taken: int
) -> None:
    """Whatever the first node has given when Redis dies: below a fifth of the limit it is not known
    elsewhere, and is little; above, it is known."""
    async with limit_nodes(own_redis.url, 3) as nodes:
        given = await nodes[0].allowed(taken)
        await beat(nodes)
        own_redis.kill()
        given += sum([await node.allowed(40) for node in nodes])
        assert 30 <= given <= 36


async def test_LM13_what_was_counted_alone_is_added_when_redis_returns(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        own_redis.pause()
        for node in nodes:
            node.link.lost()
        assert [await node.allowed(7) for node in nodes] == [7, 7, 7]
        own_redis.go_on()
        assert await beat(nodes) == [True, True, True]
        assert sum([await node.allowed(20) for node in nodes]) == 9


async def test_LM12_what_was_brought_is_known_to_all_when_redis_goes_away_again(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        for node in nodes:
            node.link.lost()
        assert await nodes[0].allowed(10) == 10
        await beat(nodes)
        own_redis.kill()
        assert 19 <= sum([await node.allowed(40) for node in nodes]) <= 21


async def test_LM13_a_redis_that_lost_everything_is_told_what_the_nodes_know(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        assert sum([await node.allowed(7) for node in nodes]) == 21
        own_redis.kill()
        alone = sum([await node.allowed(1) for node in nodes])
        assert alone == 3
        own_redis.start()
        await beat(nodes)
        assert sum([await node.allowed(20) for node in nodes]) == 6


async def test_LM13_a_redis_that_restarted_unnoticed_is_noticed_at_the_next_take(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 2) as nodes:
        assert await nodes[0].allowed(28) == 28
        await beat(nodes)
        own_redis.say("FLUSHALL")
        assert [await node.allowed(5) for node in nodes] == [1, 1]
        assert own_redis.say("KEYS", "*:c:*") == b"*0\r\n"
        await beat(nodes)
        assert [await node.allowed(5) for node in nodes] == [0, 0]


async def test_LM13_what_could_not_be_brought_stays(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 2) as nodes:
        own_redis.kill()
        assert await nodes[0].allowed(9) == 9
        with pytest.raises(Exception, match="ConnectionError"):
            await nodes[0].shared.counters.bring()
        assert await nodes[0].allowed(9) == 6
        own_redis.start()
        await beat(nodes)
        assert await nodes[1].allowed(30) == 15


async def test_LM8_what_nodes_remember_of_others_is_forgotten_too(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 1) as (node,):
        await node.allowed(3)
        assert node.shared.counters.keys == 1
        node.clock.advance(2 * 86_400)
        node.shared.forget_expired()
        assert node.shared.counters.keys == 0


async def test_forgetting_while_redis_is_away_holds_on_this_node(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 2) as nodes:
        own_redis.kill()
        assert await nodes[0].allowed(40) == 15
        await nodes[0].limiter.forget("login", ADDRESS)
        assert await nodes[0].allowed(1) == 1
    async with limit_nodes(own_redis.url, 1) as (node,):
        assert node.shared.is_away
        await node.limiter.forget("login", ADDRESS)


async def test_LM35_what_is_given_back_is_there_for_every_node(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        mine = await nodes[0].limiter.take(("login", ADDRESS))
        assert await nodes[1].allowed(40) == 29
        await nodes[0].limiter.give_back(mine)
        assert await nodes[1].allowed(2) == 1


async def test_LM35_a_node_alone_gives_back_what_it_took_alone_only(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 1) as (node,):
        before = await node.limiter.take(("login", ADDRESS))
        own_redis.kill()
        alone = await node.limiter.take(("login", ADDRESS))
        assert await node.allowed(40) == 28
        await node.limiter.give_back(before)
        assert await node.allowed(1) == 0
        await node.limiter.give_back(alone)
        assert await node.allowed(2) == 1
