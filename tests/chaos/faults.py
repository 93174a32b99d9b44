"""What each kind of fault does, from its beginning to its end: one function for each name of
plan.py.

Each leaves what it took as it found it, and returns what was not as it must be, or nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from storage.relay_redis import PREFIX
from tests.chaos import pests
from tests.chaos.member import Member
from tests.chaos.plan import NODES, Fault
from tests.chaos.stage import Stage, apart
from tests.support.tcp_proxy import TcpProxy

WAY_S = 0.1
"""Of 200 ms for a round trip."""
LATENCY_S = 0.15
SLOW_REDIS_S = 3.0
CUT_AFTER = 1_500
DELETE_ONE = """
local found = redis.call('KEYS', ARGV[1])
if #found == 0 then return 0 end
return redis.call('DEL', found[ARGV[2] % #found + 1])
"""
TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'touchline'
"""


@dataclass
class World:
    """What faults are done to."""

    stage: Stage
    members: Sequence[Member]
    door: tuple[str, str, str]
    """Of whoever comes to do harm: a room, a token, an invitation."""
    visitors: int = 0

    def line(self, fault: Fault) -> TcpProxy:
        """Between the fault's node and its members."""
        return self.stage.nodes[fault.node].members

    def visiting(self, count: int) -> int:
        """Numbers for so many visitors; the first."""
        self.visitors += count
        return self.visitors - count


Doing = Callable[[World, Fault], Awaitable[str | None]]


# ---------------------------------------------------------------- nodes


async def _killed(world: World, fault: Fault) -> None:
    await world.stage.end(fault.node)
    await asyncio.sleep(fault.seconds)
    await world.stage.bring_up(fault.node)


async def _all_killed(world: World, fault: Fault) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(NODES):
            tasks.create_task(world.stage.end(number))
    await asyncio.sleep(fault.seconds)
    async with asyncio.TaskGroup() as tasks:
        for number in range(NODES):
            tasks.create_task(world.stage.bring_up(number))


async def _stopped(world: World, fault: Fault) -> None:
    server = world.stage.nodes[fault.node].server
    server.pause()
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        server.go_on()


async def _rolling(world: World, fault: Fault) -> None:
    for step in range(NODES):
        number = (fault.node + step) % NODES
        await world.stage.end(number, politely=True)
        await world.stage.bring_up(number)


# ---------------------------------------------------------------- Redis


async def _redis_killed(world: World, fault: Fault) -> None:
    await apart(world.stage.redis.kill)
    await asyncio.sleep(fault.seconds)
    await apart(world.stage.redis.start)


async def _flushed(world: World, fault: Fault) -> None:
    del fault
    await apart(lambda: world.stage.redis.say("FLUSHALL"))


async def _inbox_deleted(world: World, fault: Fault) -> None:
    pattern = f"{PREFIX}:*:in:*"
    words = ("EVAL", DELETE_ONE, "0", pattern, str(fault.node))
    await apart(lambda: world.stage.redis.say(*words))


async def _redis_full(world: World, fault: Fault) -> None:
    def limit(size: str) -> None:
        world.stage.redis.say("CONFIG", "SET", "maxmemory", size)

    await apart(lambda: limit("1"))
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        limit("0")


async def _redis_stopped(world: World, fault: Fault) -> None:
    await apart(world.stage.redis.pause)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        world.stage.redis.go_on()


async def _redis_slow(world: World, fault: Fault) -> None:
    await _delayed([one.redis for one in world.stage.nodes], SLOW_REDIS_S / 2, fault.seconds)


# ---------------------------------------------------------------- the database


async def _database_restarted(world: World, fault: Fault) -> None:
    await apart(lambda: world.stage.postgres.halt("fast"))
    await asyncio.sleep(fault.seconds)
    await world.stage.start_postgres()


async def _database_killed(world: World, fault: Fault) -> None:
    world.stage.kill_postgres()
    await asyncio.sleep(fault.seconds)
    await world.stage.start_postgres()


async def _database_slow(world: World, fault: Fault) -> None:
    await _delayed([one.database for one in world.stage.nodes], WAY_S, fault.seconds)


async def _database_locked(world: World, fault: Fault) -> None:
    async with world.stage.database() as connection:
        await connection.execute("BEGIN")
        await connection.execute("LOCK TABLE room, run IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(fault.seconds)
        await connection.execute("ROLLBACK")


async def _terminated(world: World, fault: Fault) -> None:
    del fault
    async with world.stage.database() as connection:
        await connection.execute(TERMINATE)


# ---------------------------------------------------------------- the network


async def _delayed(lines: Sequence[TcpProxy], seconds: float, lasting_s: float) -> None:
    """Each way of these lines takes so much longer."""
    for line in lines:
        for way in line.ways:
            way.delay_s = seconds
    try:
        await asyncio.sleep(lasting_s)
    finally:
        for line in lines:
            line.heal()


def _held(which: str, *, up: bool = True, down: bool = True) -> Doing:
    """A partition between the fault's node and its members, its database or its Redis; one of its
    ways, or both."""

    async def do(world: World, fault: Fault) -> None:
        line: TcpProxy = getattr(world.stage.nodes[fault.node], which)
        for way, held in ((line.up, up), (line.down, down)):
            if held:
                way.hold()
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            line.heal()

    return do


async def _reset(world: World, fault: Fault) -> None:
    world.line(fault).reset()


async def _cut_in_a_message(world: World, fault: Fault) -> None:
    world.line(fault).cut_after(CUT_AFTER)
    await asyncio.sleep(fault.seconds)


async def _latency(world: World, fault: Fault) -> None:
    await _delayed([world.line(fault)], LATENCY_S, fault.seconds)


async def _sliced(world: World, fault: Fault) -> None:
    line = world.line(fault)
    for way in line.ways:
        way.piece = 1
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        line.heal()


async def _half_open(world: World, fault: Fault) -> None:
    world.line(fault).leave_half_open()


# ---------------------------------------------------------------- who connects


async def _flood(world: World, fault: Fault) -> str:
    port = world.line(fault).port
    return await pests.flood(port, *world.door, world.visiting(1))


async def _slow_readers(world: World, fault: Fault) -> str:
    port, first = world.line(fault).port, world.visiting(pests.SLOW)
    return await pests.slow_readers(port, *world.door, first, fault.seconds)


async def _slowloris(world: World, fault: Fault) -> str:
    return await pests.slowloris(world.line(fault).port, fault.seconds)


async def _everybody_reconnects(world: World, fault: Fault) -> None:
    del fault
    for member in world.members:
        member.drop()


DOING: dict[str, Doing] = {
    "node killed": _killed,
    "all nodes killed": _all_killed,
    "node stopped and continued": _stopped,
    "rolling restart": _rolling,
    "Redis killed": _redis_killed,
    "Redis flushed": _flushed,
    "an inbox deleted": _inbox_deleted,
    "Redis out of memory": _redis_full,
    "Redis stopped and continued": _redis_stopped,
    "Redis slow by 3 s": _redis_slow,
    "database restarted": _database_restarted,
    "database killed": _database_killed,
    "database slow by 200 ms": _database_slow,
    "database locked": _database_locked,
    "backends terminated": _terminated,
    "node without Redis": _held("redis"),
    "node hears nothing of Redis": _held("redis", up=False),
    "Redis hears nothing of node": _held("redis", down=False),
    "node without database": _held("database"),
    "node hears nothing of database": _held("database", up=False),
    "database hears nothing of node": _held("database", down=False),
    "node without members": _held("members"),
    "members hear nothing of node": _held("members", up=False),
    "node hears nothing of members": _held("members", down=False),
    "connections reset": _reset,
    "connections cut in a message": _cut_in_a_message,
    "latency": _latency,
    "pieces of one byte": _sliced,
    "connections half-open": _half_open,
    "flood": _flood,
    "slow readers": _slow_readers,
    "slowloris": _slowloris,
    "everybody reconnects": _everybody_reconnects,
}
