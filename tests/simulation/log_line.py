"""One node's line to the database: every operation is handed over, sent, executed and answered, and
a fault may fall between any two. SPEC: LG.

What was handed over goes on when its node stands still or dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from storage.errors import StorageUnavailable
from storage.room_log import (
    Appended,
    Head,
    Listed,
    Outcome,
    Page,
    Refused,
    RoomAppend,
    RoomRow,
    StoredRun,
    StoredSnapshot,
    Unknown,
)
from tests.simulation.faults import Faults
from tests.simulation.simulated_log import SimulatedLog
from tests.support.virtual_time_loop import Process

T = TypeVar("T")
FOR_EVER_S = 1e9


@dataclass(frozen=True, slots=True)
class Perils:
    """What the end of a line does to its node."""

    crash: Callable[[], None]
    freeze: Callable[[], None]


class LogLine:
    """Implements storage.room_log.RoomLog."""

    exclusive = False

    def __init__(
        self,
        log: SimulatedLog,
        name: str,
        rng: Random,
        faults: Faults,
        process: Process,
        outside: Context,
    ) -> None:
        self._log, self._name, self._rng, self._faults = log, name, rng, faults
        self._process, self._outside = process, outside
        self._under_way: list[asyncio.Task[Any]] = []
        self.cut = False
        """This line alone."""
        self.late = 0.1
        """Chance that an append is lost and lands after all, at the highest level of that."""
        self.perils = Perils(lambda: None, lambda: None)

    @property
    def generation(self) -> str:
        return self._log.generation

    @property
    def down(self) -> bool:
        """Whether the database is not reached."""
        return self.cut or self._log.down

    # --- writing --------------------------------------------------------------------------------

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        batch = list(batch)
        await asyncio.sleep(0.001 * self._rng.random())
        if self._faults.strikes("freeze_before_append", 0.01):
            self.perils.freeze()
            await asyncio.sleep(0)
        return await self.handed_over(self._append_over_the_line(batch))

    async def _append_over_the_line(self, batch: list[RoomAppend]) -> list[Outcome]:
        faults = self._faults
        await self._delay()
        if self.down:
            return [Refused("down") for _ in batch]
        refused = [faults.strikes("poisoned", 0.03) for _ in batch]
        if faults.strikes("request_lost", 0.1):
            await asyncio.sleep(self._rng.random())
            return [Unknown() for _ in batch]
        if faults.strikes("late_commit", self.late):
            self._go_on(self._late(batch))
            if faults.strikes("crash_after_commit", 0.5):
                self.perils.crash()
            await asyncio.sleep(0.2 * self._rng.random())
            return [Unknown() for _ in batch]
        healthy = [change for change, bad in zip(batch, refused, strict=True) if not bad]
        found = iter(self._log.commit(healthy, self._name))
        outcomes = [Refused("poisoned", poisoned=True) if bad else next(found) for bad in refused]
        if faults.strikes("crash_after_commit", 0.03):
            self.perils.crash()
        if faults.strikes("freeze_after_commit", 0.01):
            self.perils.freeze()
        await self._delay()
        if faults.strikes("reply_lost", 0.1):
            return [Unknown() for _ in batch]
        return outcomes

    async def _late(self, batch: list[RoomAppend]) -> None:
        await asyncio.sleep(3 * self._rng.random())
        outcomes = self._log.commit(batch, f"{self._name}, late")
        for change, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Appended) and change.records:
                self._faults.noted("late commit landed")
                if self._process.dead:
                    self._faults.noted("commit of a dead node landed")

    async def barrier(self) -> None:
        await self.reach()

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        await self.reach()
        kept = await self._log.save_snapshot(room, snapshot)
        if kept:
            self._faults.noted("snapshot kept")
            self._log.truths[room].snapshot_saved(snapshot.head, snapshot.blob)
        return kept

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        await self.reach()
        await self._log.drop_snapshots(room, versions)

    async def prune(self, room: str, before: int) -> int:
        await self.reach()
        return await self._log.prune(room, before)

    async def put_away(self, room: str, head: Head, archive: str) -> bool:
        await self.reach()
        return await self._log.put_away(room, head, archive)

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        await self.reach()
        return await self._log.take_back(room, archive, runs, snapshots)

    async def end_archive(self, room: str, archive: str) -> bool:
        await self.reach()
        return await self._log.end_archive(room, archive)

    async def postpone(self, room: str, retry_at: int) -> None:
        await self.reach()
        self._faults.noted("room postponed")
        await self._log.postpone(room, retry_at)

    # --- reading --------------------------------------------------------------------------------

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        await self.reach()
        return await self._answered(await self._log.rooms(ids))

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        await self.reach()
        return await self._answered(await self._log.heads(ids))

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        await self.reach()
        return await self._answered(
            await self._log.read(room, first, last=last, bytes_max=bytes_max)
        )

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        await self.reach()
        return await self._log.runs(room, first, bytes_max=bytes_max)

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        await self.reach()
        return await self._answered(await self._log.snapshot(room, at_most=at_most))

    async def snapshots(self, room: str) -> list[int]:
        await self.reach()
        return await self._log.snapshots(room)

    async def due(self, at: int, limit: int) -> list[str]:
        await self.reach()
        return await self._answered(await self._log.due(at, limit))

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        await self.reach()
        return await self._log.listed(account, limit=limit, after=after)

    async def all_rooms(
        self, *, limit: int, after: str | None = None, kind: str | None = None
    ) -> list[RoomRow]:
        await self.reach()
        return await self._log.all_rooms(limit=limit, after=after, kind=kind)

    async def sizes(self, room: str) -> tuple[int, int]:
        await self.reach()
        return await self._log.sizes(room)

    async def check(self) -> None:
        """Answers, if the database does."""
        await self.reach()

    async def close(self) -> None:
        """Nothing is held."""

    # --- the line -------------------------------------------------------------------------------

    async def reach(self) -> None:
        """One way to the database. Raises StorageUnavailable."""
        await self._delay()
        if self.down:
            raise StorageUnavailable("down")

    async def _answered(self, found: T) -> T:
        """What was true when it was read is on its way; the log goes on meanwhile."""
        await self._delay()
        return found

    async def _delay(self) -> None:
        wait = 0.002 * self._rng.random()
        if self._faults.strikes("slow_database", 0.05):
            wait += 2 * self._rng.random()
        await asyncio.sleep(wait)

    def _go_on(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(
            work, name="database", context=self._outside.copy()
        )
        self._under_way.append(task)
        if len(self._under_way) > 64:
            self._under_way = [task for task in self._under_way if not task.done()]
        return task

    async def handed_over(self, work: Coroutine[Any, Any, T]) -> T:
        """What was handed over goes on when whoever waits is cancelled."""
        return await asyncio.shield(self._go_on(work))
