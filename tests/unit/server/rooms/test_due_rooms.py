"""Rooms that are due, thousands at once, some of which cannot be read."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from server.config import Settings
from server.rooms.due_rooms import LATE_MS, POSTPONE_MAX_MS, DueRooms
from server.rooms.pulse import Undisturbed
from storage.errors import StorageUnavailable
from storage.room_log import EMPTY, Head, RoomAppend
from storage.room_log_memory import MemoryRoomLog
from tests.simulation.claims import OpenTurn
from tests.support.manual_clock import START_MS, ManualClock
from tests.support.room_house import house


class Half(Undisturbed):
    """One of two nodes, whose share are the even rooms."""

    def __init__(self) -> None:
        self.is_sound = True

    @property
    def sound(self) -> bool:
        return self.is_sound

    def first_for(self, room: str) -> bool:
        return int(room) % 2 == 0


class Here:
    """Sweeps over rooms that are numbers. Opening one takes a few turns of the loop and clears its
    due time, as its own timer would."""

    def __init__(self, count: int, *, batch: int = 64, unreadable: int = 0) -> None:
        self.log, self.clock, self.pulse = MemoryRoomLog(), ManualClock(), Half()
        self.count, self.unreadable = count, unreadable
        self.held: set[str] = set()
        self.tried: list[str] = []
        self.full = 10**9
        self.opening = self.most = 0
        self.due = DueRooms(
            log=self.log,
            clock=self.clock,
            batch=batch,
            pulse=lambda: self.pulse,
            held=lambda: self.held,
            held_due=lambda _now: len(self.held),
            open_room=self.open_room,
        )

    async def fill(self) -> None:
        batch = [self.change(str(n), EMPTY, due=START_MS + n) for n in range(self.count)]
        await self.log.append(batch)
        self.clock.advance(self.count / 1000)

    def change(self, room: str, head: Head, *, due: int | None) -> RoomAppend:
        after = Head(head.version + 1, f"{head.version + 1:016x}")
        kind = "claims" if head == EMPTY else None
        return RoomAppend(
            room=room,
            expected=head,
            records=[b"x"],
            head=after,
            due_at=due,
            at=START_MS,
            kind=kind,
        )

    async def open_room(self, room: str) -> bool:
        if len(self.tried) >= self.full:
            raise StorageUnavailable("full")
        self.opening += 1
        self.most = max(self.most, self.opening)
        self.tried.append(room)
        await asyncio.sleep(0)
        self.opening -= 1
        if int(room) < self.unreadable:
            return False
        head = (await self.log.heads([room]))[room]
        await self.log.append([self.change(room, head, due=None)])
        return True


async def test_RM21_ten_thousand_rooms_due_at_once_are_worked_off_a_few_at_a_time() -> None:
    here = Here(10_000, batch=256)
    await here.fill()
    here.clock.advance(LATE_MS / 1000)
    await here.due.sweep()
    assert here.most <= 256
    assert sorted(here.tried, key=int) == [str(n) for n in range(10_000)]
    assert await here.log.due(here.clock.now_ms(), 1) == []


async def test_RM22_a_hundred_rooms_that_cannot_be_read_stop_no_other() -> None:
    here = Here(300, batch=10, unreadable=100)
    await here.fill()
    here.clock.advance(LATE_MS / 1000)
    await here.due.sweep()
    assert len(here.tried) == len(set(here.tried)) == 300
    assert await here.log.due(here.clock.now_ms(), 999) == []
    waits: list[int] = []
    for _ in range(12):
        begun = here.clock.now_ms()
        while not await here.log.due(here.clock.now_ms(), 1):
            here.clock.advance(1)
        waits.append(here.clock.now_ms() - begun)
        here.clock.advance(LATE_MS / 1000)
        here.tried.clear()
        await here.due.sweep()
        assert len(here.tried) == 100
    assert waits[:3] == [2_000, 4_000, 8_000]
    assert waits[-1] == POSTPONE_MAX_MS


async def test_RM22_rooms_that_are_open_already_take_no_place() -> None:
    here = Here(100, batch=10)
    await here.fill()
    here.held = {str(n) for n in range(90)}
    here.clock.advance(LATE_MS / 1000)
    await here.due.sweep()
    assert sorted(here.tried, key=int) == [str(n) for n in range(90, 100)]


async def test_RM21_the_own_share_comes_at_once_and_the_others_when_they_are_late() -> None:
    here = Here(100, batch=10)
    await here.fill()
    await here.due.sweep()
    assert sorted(here.tried, key=int) == [str(n) for n in range(0, 100, 2)]
    here.clock.advance(LATE_MS / 1000 - 0.05)
    here.tried.clear()
    await here.due.sweep()
    assert sorted(here.tried, key=int) == [str(n) for n in range(1, 51, 2)]


async def test_CK5_nothing_is_opened_while_it_could_not_be_woken() -> None:
    here = Here(4)
    await here.fill()
    here.pulse.is_sound = False
    await here.due.sweep()
    assert here.tried == []


async def test_RM21_where_no_more_rooms_fit_the_next_sweep_goes_on() -> None:
    here = Here(40, batch=4)
    await here.fill()
    here.clock.advance(LATE_MS / 1000)
    here.full = 10
    await here.due.sweep()
    assert len(here.tried) == 10
    here.full = 10**9
    await here.due.sweep()
    assert len(set(here.tried)) == 40


async def test_RM21_in_a_directory_all_due_rooms_are_woken_by_one_sweep() -> None:
    async with house(settings=Settings(presence_tick_ms=3_600_000, due_batch=3)) as here:
        rooms = [here.room]
        for n in range(20):
            rooms.append(await here.directory.create("claims", f"{n}", here.ana.identity, {}))
        for room in rooms:
            ended = await here.directory.execute(room, here.ana.identity, OpenTurn())
            assert ended.code is None
        here.clock.advance(61)
        here.directory.tidy()
        assert not here.directory.open_rooms
        with patch.object(here.log, "due", wraps=here.log.due) as asked:
            await here.directory.sweep_due()
        assert asked.call_count > 1
        for _ in range(50):
            await here.settle()
        rows = await here.log.rooms(rooms)
        assert {row.due_at for row in rows.values()} == {None}
