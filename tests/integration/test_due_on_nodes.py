"""Deadlines on two nodes over one PostgreSQL, whose machines differ by minutes: each is taken once,
by the database's time, whoever lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from protocol.draft import ClockSettings, DraftSettings
from protocol.draft_commands import AddPlayers, Configure, SetSeat, Start
from server.clock import NodeClock, SystemClock
from server.cluster.head_watch import HeadWatch
from server.cluster.heartbeat import Heartbeat
from server.config import Settings
from server.metrics import Metrics
from server.readiness import Readiness
from server.rooms.directory import Directory
from server.rules.draft.kind import DRAFT
from storage.heartbeats import Heartbeats
from storage.room_log_postgres import PostgresRoomLog
from storage.tables_postgres import PostgresTables
from tests.support.drafts import pool_of
from tests.support.eventually import eventually
from tests.support.recording_recipient import RecordingRecipient

pytestmark = pytest.mark.postgres

ROUNDS = 3


class Skewed(SystemClock):
    """A machine whose wall clock is wrong."""

    def __init__(self, skew_ms: int) -> None:
        super().__init__()
        self._skew_ms = skew_ms

    def now_ms(self) -> int:
        return super().now_ms() + self._skew_ms


@dataclass
class Node:
    """The rooms of one process, its clock and its heartbeat."""

    directory: Directory
    heartbeat: Heartbeat
    clock: NodeClock
    log: PostgresRoomLog
    told: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    async def die(self) -> None:
        """Its rooms end; nobody signs off."""
        await self.directory.stop()


@asynccontextmanager
async def node(url: str, name: str, skew_ms: int) -> AsyncGenerator[Node]:
    """One that beats, sweeps and compares heads by itself."""
    bugs: list[Exception] = []
    log, tables = await PostgresRoomLog.open(url), await PostgresTables.open(url)
    clock, metrics = NodeClock(Skewed(skew_ms)), Metrics()
    directory = Directory(
        log=log,
        clock=clock,
        settings=Settings(presence_tick_ms=3_600_000, due_sweep_s=0.1),
        metrics=metrics,
        kinds={DRAFT.name: DRAFT},
        on_bug=bugs.append,
    )
    heartbeat = Heartbeat(
        store=Heartbeats(tables),
        clock=clock,
        metrics=metrics,
        readiness=Readiness(),
        node=name,
        every_s=0.2,
        tell=directory.outage,
        ask=log.now_ms,
    )
    directory.pulse = heartbeat
    await heartbeat.begin()
    directory.start()
    heads = HeadWatch(log=log, rooms=directory.open_rooms, every_s=0.1)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(heartbeat.run()), tasks.create_task(heads.run())]
        try:
            yield Node(directory, heartbeat, clock, log)
        finally:
            for one in running:
                one.cancel()
            await directory.stop()
    await log.close()
    await tables.close()
    assert bugs == []


@asynccontextmanager
async def two_nodes(url: str) -> AsyncGenerator[tuple[Node, Node]]:
    """Seven minutes ahead, and five behind."""
    async with AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(node(url, "n_1", 420_000)),
            await stack.enter_async_context(node(url, "n_2", -300_000)),
        )


async def computers(here: Node, clock: ClockSettings) -> str:
    """A draft of two teams that are picked for, which has begun."""
    ana = RecordingRecipient("ana").identity
    room = await here.directory.create("draft", "Ours", ana, {})
    settings = DraftSettings(teams=2, rounds=ROUNDS, clock=clock)
    commands: list[Any] = [Configure(settings), AddPlayers(tuple(pool_of(90)))]
    commands += [SetSeat(seat, cpu=True) for seat in (1, 2)]
    for command in (*commands, Start()):
        ended = await here.directory.execute(room, ana, command)
        assert ended.code is None, (command, ended)
    return room


def state_of(here: Node, room: str) -> Any:
    return here.directory.open_rooms[room].replica.state.inner


async def ended_on(here: Node, room: str) -> Any:
    """The draft's state on a node, when it has ended there."""

    async def ended() -> bool:
        await here.directory.open(room)
        return state_of(here, room).phase == "ended"

    await eventually(ended)
    return state_of(here, room)


def each_turn_once(state: Any) -> None:
    assert [pick.n for pick in state.picks] == list(range(1, 2 * ROUNDS + 1))
    assert len({pick.player for pick in state.picks}) == 2 * ROUNDS
    assert len({pick.turn for pick in state.picks}) == 2 * ROUNDS


async def test_RM21_a_deadline_is_taken_once_where_two_nodes_hold_the_room(
    postgres_url: str,
) -> None:
    async with two_nodes(postgres_url) as (one, two):
        room = await computers(one, ClockSettings(auto_ms=300))
        await two.directory.open(room)
        states = [await ended_on(here, room) for here in (one, two)]
        for state in states:
            each_turn_once(state)
        assert states[0].picks == states[1].picks
        gaps = [b.at - a.at for a, b in zip(states[0].picks, states[0].picks[1:], strict=False)]
        assert min(gaps) >= 300, "by one clock"


async def test_RM12_a_draft_goes_on_when_the_node_that_held_it_is_gone(postgres_url: str) -> None:
    async with two_nodes(postgres_url) as (one, two):
        room = await computers(one, ClockSettings(auto_ms=300))
        await one.die()

        async def taken_over() -> bool:
            return room in two.directory.open_rooms

        await eventually(taken_over)
        each_turn_once(await ended_on(two, room))


async def test_CK6_nodes_whose_machines_differ_by_minutes_give_a_turn_its_whole_time(
    postgres_url: str,
) -> None:
    async with two_nodes(postgres_url) as (one, two):
        theirs = await two.log.now_ms()
        assert abs(one.clock.now_ms() - theirs) < 1_000
        assert abs(two.clock.now_ms() - theirs) < 1_000
        assert one.clock.ahead_ms < -400_000
        assert two.clock.ahead_ms > 280_000
        room = await computers(one, ClockSettings(auto_ms=60_000))
        opened = state_of(one, room).turn.opened
        await two.directory.open(room)

        async def a_second_has_passed() -> bool:
            return two.clock.now_ms() - opened > 1_000

        await eventually(a_second_has_passed)
        assert state_of(one, room).picks == state_of(two, room).picks == []
        assert abs(opened - theirs) < 30_000
