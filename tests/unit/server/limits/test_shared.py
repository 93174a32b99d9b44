"""The heartbeat of nodes that share limits."""

from __future__ import annotations

from tests.support.limit_nodes import LimitNode, beat, limit_nodes
from tests.support.redis_server import RedisServer


async def test_LM10_nodes_see_each_other(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 3) as nodes:
        assert [(n.shared.share.nodes, n.shared.share.rank) for n in nodes] == [
            (3, 0), (3, 1), (3, 2),
        ]  # fmt: skip


async def test_LM10_a_node_that_leaves_gives_its_share_up_at_once(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        leaving = LimitNode(redis.url, "node-9")
        await beat([leaving, *nodes])
        assert nodes[0].shared.share.nodes == 3
        await leaving.shared.close()
        await beat(nodes)
        assert nodes[0].shared.share.nodes == 2


async def test_LM10_a_node_that_fell_silent_is_forgotten(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 1) as nodes:
        redis.say("ZADD", "touchline:{limits}:nodes", "1000", "long-silent")
        await beat(nodes)
        assert nodes[0].shared.share.nodes == 1


async def test_LM10_the_nodes_last_seen_count_while_redis_is_away(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 3) as nodes:
        own_redis.kill()
        assert await beat(nodes) == [False, False, False]
        assert [node.shared.share.nodes for node in nodes] == [3, 3, 3]


async def test_LM9_redis_is_used_again_from_the_beat_that_finds_it(own_redis: RedisServer) -> None:
    async with limit_nodes(own_redis.url, 1) as (node,):
        own_redis.kill()
        assert not await node.shared.beat()
        assert node.shared.is_away
        own_redis.start()
        assert await node.allowed(1) == 1
        assert own_redis.say("DBSIZE") == b":0\r\n", "nobody asks before the beat"
        assert await node.shared.beat()
        assert not node.shared.is_away
        assert own_redis.say("KEYS", "*:c:login:*").startswith(b"*1"), "and it was told"


async def test_LM9_a_node_starts_without_redis(own_redis: RedisServer) -> None:
    own_redis.kill()
    node = LimitNode(own_redis.url, "early")
    assert not await node.shared.beat()
    assert await node.allowed(40) == 30
    await node.shared.close()


async def test_LM12_hot_counters_are_read_once_each_time_they_change(redis: RedisServer) -> None:
    async with limit_nodes(redis.url, 2) as nodes:
        await nodes[0].allowed(10)
        await nodes[0].allowed(9, "read", "a1")
        await beat(nodes)
        assert nodes[1].shared.counters.keys == 1, "only strict counters are told"


async def test_two_deployments_in_one_redis_do_not_meet(redis: RedisServer) -> None:
    redis.say("SET", "touchline2:{limits}:c:hot-key", "1")
    redis.say("ZADD", "touchline:{limits}:hot", "9999999999999", "touchline2:{limits}:x:y")
    async with limit_nodes(redis.url, 1) as (node,):
        assert await node.allowed(1) == 1
        assert redis.say("GET", "touchline2:{limits}:c:hot-key") == b"$1\r\n1\r\n"
