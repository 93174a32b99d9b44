"""The memory log behind a bad line: every operation is sent, executed and answered, and a fault
may fall between any two.

What was sent goes on when its node dies. SPEC: LG; the truth of a run is what `apply` did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from random import Random
from typing import Any, TypeVar

from storage.errors import StorageUnavailable
from storage.room_log import (
    Appended,
    Conflict,
    Head,
    Outcome,
    Page,
    Refused,
    RoomAppend,
    RoomRow,
    StoredSnapshot,
    Unknown,
)
from storage.room_log_memory import MemoryRoomLog
from tests.simulation.faults import Faults
from tests.simulation.truth import Truth

T = TypeVar("T")


class SimulatedLog(MemoryRoomLog):
    """One database for all nodes of a run."""

    def __init__(self, rng: Random, faults: Faults, truth: Truth) -> None:
        super().__init__(exclusive=False)
        self._rng = rng
        self._faults = faults
        self._truth = truth
        self._under_way: list[asyncio.Task[Any]] = []
        self.down = False
        self.late = 0.1
        """Chance that an append is lost and lands after all, at the highest level of that."""
        self.crash_soon = asyncio.Event()
        """Set when the node is to die right after a commit."""

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        return await self._apart(self._append_over_the_line(list(batch)))

    async def _append_over_the_line(self, batch: list[RoomAppend]) -> list[Outcome]:
        faults = self._faults
        await self._delay()
        if self.down:
            return [Refused("down") for _ in batch]
        if faults.strikes("poisoned", 0.03):
            return [Refused("poisoned", poisoned=True) for _ in batch]
        if faults.strikes("request_lost", 0.1):
            await asyncio.sleep(self._rng.random())
            return [Unknown() for _ in batch]
        if faults.strikes("late_commit", self.late):
            self._go_on(self._late(batch))
            if faults.strikes("crash_after_commit", 0.5):
                self.crash_soon.set()
            await asyncio.sleep(0.2 * self._rng.random())
            return [Unknown() for _ in batch]
        outcomes = self._commit(batch)
        if faults.strikes("crash_after_commit", 0.03):
            self.crash_soon.set()
        await self._delay()
        if faults.strikes("reply_lost", 0.1):
            return [Unknown() for _ in batch]
        return outcomes

    async def _late(self, batch: list[RoomAppend]) -> None:
        await asyncio.sleep(3 * self._rng.random())
        for change, outcome in zip(batch, self._commit(batch), strict=True):
            if isinstance(outcome, Appended) and change.records:
                self._faults.noted("late commit landed")

    def _commit(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        outcomes = self.apply(batch)
        for change, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Appended):
                self._truth.committed(change)
            elif isinstance(outcome, Conflict):
                self._faults.noted("conflict")
        return outcomes

    def commit_now(self, change: RoomAppend) -> bool:
        """For the rival writer, whose line is good."""
        return isinstance(self._commit([change])[0], Appended)

    async def barrier(self) -> None:
        await self._reach()

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        await self._reach()
        return await super().rooms(ids)

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        await self._reach()
        return await super().heads(ids)

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        await self._reach()
        return await super().read(room, first, last=last, bytes_max=bytes_max)

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        await self._reach()
        return await super().snapshot(room, at_most=at_most)

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        await self._reach()
        kept = await super().save_snapshot(room, snapshot)
        if kept:
            self._truth.snapshot_saved(snapshot.head, snapshot.blob)
        return kept

    async def due(self, at: int, limit: int) -> list[str]:
        await self._reach()
        return await super().due(at, limit)

    async def _reach(self) -> None:
        await self._delay()
        if self.down:
            raise StorageUnavailable("down")

    async def _delay(self) -> None:
        wait = 0.002 * self._rng.random()
        if self._faults.strikes("slow_database", 0.05):
            wait += 2 * self._rng.random()
        await asyncio.sleep(wait)

    def _go_on(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, name="database")
        self._under_way.append(task)
        if len(self._under_way) > 64:
            self._under_way = [task for task in self._under_way if not task.done()]
        return task

    async def _apart(self, work: Coroutine[Any, Any, T]) -> T:
        """What was handed over goes on when whoever waits is cancelled."""
        return await asyncio.shield(self._go_on(work))
