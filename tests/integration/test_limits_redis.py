"""Brute force against three nodes that share limits, while their Redis is killed, paused, cut off
and brought back (reliability 4.4)."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from tests.support.limit_nodes import LimitNode, beat, limit_nodes
from tests.support.redis_server import RedisServer
from tests.support.tcp_proxy import proxied

ADDRESS = "203.0.113.9"
EMAIL = "coach@example.org"
LIMIT = 30
AT_MOST = 36
"""1.2 times the limit, over all nodes, whatever happens to Redis."""


async def guesses(node: LimitNode, count: int) -> int:
    """How many of so many passwords from one address are looked at."""
    return await node.allowed(count, subject=ADDRESS)


async def everywhere(nodes: list[LimitNode], rounds: int) -> int:
    """Guesses against every node in turn."""
    return sum([await guesses(node, 1) for _ in range(rounds) for node in nodes])


@pytest.mark.parametrize("before", [0, 1, 4, 9, 10, 20])
async def test_LM12_redis_killed_in_the_middle_of_a_run_against_all_nodes(
    own_redis: RedisServer, before: int
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        through = await everywhere(nodes, before)
        own_redis.kill()
        through += await everywhere(nodes, 100)
        assert LIMIT - 3 <= through <= AT_MOST


@pytest.mark.parametrize("before", [1, 5, 6, 15, 29, 40])
async def test_LM12_redis_killed_in_the_middle_of_a_run_against_one_node(
    own_redis: RedisServer, before: int
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        through = await guesses(nodes[0], before)
        await beat(nodes)
        own_redis.kill()
        through += await everywhere(nodes, 100)
        assert through <= AT_MOST


async def test_LM12_redis_killed_while_guesses_are_under_way_on_all_nodes(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        through = 0
        killed = asyncio.Event()

        async def attacker(node: LimitNode) -> None:
            nonlocal through
            for _ in range(60):
                allowed = await guesses(node, 1)
                through += allowed
                if through >= 12 and not killed.is_set():
                    killed.set()
                    own_redis.kill()

        await asyncio.gather(*(attacker(node) for node in nodes for _ in range(5)))
        assert killed.is_set()
        assert LIMIT - 5 <= through <= AT_MOST


async def test_LM13_redis_that_dies_and_returns_again_and_again_gives_nothing_extra(
    own_redis: RedisServer,
) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        through = 0
        for _ in range(4):
            through += await everywhere(nodes, 2)
            own_redis.kill()
            through += await everywhere(nodes, 1)
            own_redis.start()
            through += await everywhere(nodes, 1)
            await beat(nodes)
        through += await everywhere(nodes, 100)
        assert LIMIT - 3 <= through <= AT_MOST


async def test_LM13_one_node_cut_off_from_a_redis_that_lives(own_redis: RedisServer) -> None:
    async with (
        proxied(own_redis.port) as proxy,
        limit_nodes(f"redis://127.0.0.1:{proxy.port}/0", 1) as (lonely,),
        limit_nodes(own_redis.url, 2, prefix="other") as others,
    ):
        nodes = [lonely, *others]
        await beat(nodes)
        await beat(nodes)
        assert {node.shared.share.nodes for node in nodes} == {3}
        through = await everywhere(nodes, 2)
        proxy.cut()
        through += await guesses(lonely, 50)
        assert lonely.shared.is_away
        assert not any(node.shared.is_away for node in others)
        assert 6 + 8 <= through <= 6 + 9, "a third of what was left when it last heard"
        proxy.mend()
        await beat(nodes)
        through += await everywhere(nodes, 100)
        assert through == LIMIT


async def test_LM9_a_redis_that_hangs_costs_each_node_one_timeout(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 3, timeout_s=0.05) as nodes:
        own_redis.pause()
        through = await everywhere(nodes, 100)
        assert LIMIT - 3 <= through <= AT_MOST
        assert all(node.shared.is_away for node in nodes)
        own_redis.go_on()
        await beat(nodes)
        assert not any(node.shared.is_away for node in nodes)
        assert await everywhere(nodes, 10) == 0


async def test_LM27_failed_logins_of_one_account_from_many_addresses(
    own_redis: RedisServer,
) -> None:
    """Five are free, whoever is asked and whatever happens to Redis; then there are delays."""
    async with limit_nodes(own_redis.url, 3) as nodes:
        through = 0
        turns = itertools.cycle(nodes)
        for number in range(400):
            if number == 2:
                await beat(nodes)
                own_redis.kill()
            if number == 200:
                own_redis.start()
                await beat(nodes)
            through += (await next(turns).logins.attempt(EMAIL)).allowed
        assert 5 <= through <= 6


async def test_LM23_the_owner_is_let_in_while_others_guess(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        for _ in range(20):
            await nodes[0].logins.attempt(EMAIL)
        await beat(nodes)
        own_redis.kill()
        waits: list[int] = []
        for node in nodes:
            refused = await node.logins.attempt(EMAIL)
            waits.append(refused.retry_after_s)
            node.clock.advance(refused.retry_after_s)
            assert (await node.logins.attempt(EMAIL)).allowed
        assert max(waits) <= 900


async def test_honest_users_beside_a_flood_are_not_refused(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 3) as nodes:
        flood = [guesses(node, 200) for node in nodes]
        honest = [
            nodes[number % 3].allowed(3, subject=f"198.51.100.{number}") for number in range(30)
        ]
        counts = await asyncio.gather(*flood, *honest)
        assert sum(counts[:3]) == LIMIT
        assert counts[3:] == [3] * 30
