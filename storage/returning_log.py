"""A log in which archived rooms come back by themselves: whoever reads one waits a little while its
file is put back into the database.

Adds nothing to the log it stands on but that. One at a time brings a room back, however many ask;
who waits too long is told to come again, and the room comes back all the same. A damaged file is an
error of its room and of nobody else: files have threads of their own, and only so many rooms come
back at once, so that a folder that hangs holds up no other room. SPEC rule LG20.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from storage.archive import take_from_file
from storage.errors import RoomArchived, StorageUnavailable
from storage.room_log import (
    Head,
    Listed,
    Outcome,
    Page,
    RoomAppend,
    RoomLog,
    RoomRow,
    StoredRun,
    StoredSnapshot,
)

T = TypeVar("T")

AT_ONCE = 16
"""Rooms that come back at the same time: a quarter of those that a node opens at once."""
FILE_THREADS = 4
LIMIT_S = 10.0
"""How long somebody waits for a room: 10 MB of log come back in one second."""
TRIES = 3
"""An archive that is made again as soon as its room was back is somebody's mistake."""


class ReturningLog:
    """Like the log inside, with rooms that come back from the files in `folder`."""

    def __init__(self, log: RoomLog, folder: Path, *, limit_s: float = LIMIT_S) -> None:
        self.inner = log
        self._folder = folder
        self._limit_s = limit_s
        self._coming: dict[str, asyncio.Task[bool]] = {}
        self._threads = ThreadPoolExecutor(FILE_THREADS, thread_name_prefix="touchline-archive")
        self.returned = 0
        """Rooms that came back since the start."""

    @property
    def exclusive(self) -> bool:
        """As inside."""
        return self.inner.exclusive

    @property
    def generation(self) -> str:
        """As inside."""
        return self.inner.generation

    # ------------------------------------------------------------ what brings rooms back

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        """Records from `first` on."""
        return await self._here(
            room, lambda: self.inner.read(room, first, last=last, bytes_max=bytes_max)
        )

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        """The latest snapshot, at or below `at_most` if given."""
        return await self._here(room, lambda: self.inner.snapshot(room, at_most=at_most))

    async def snapshots(self, room: str) -> list[int]:
        """Versions that have a snapshot."""
        return await self._here(room, lambda: self.inner.snapshots(room))

    async def prune(self, room: str, before: int) -> int:
        """Forgets the runs that end below `before`."""
        return await self._here(room, lambda: self.inner.prune(room, before))

    async def _here(self, room: str, question: Callable[[], Awaitable[T]]) -> T:
        """The answer, once the room is in the database. Raises ArchiveDamaged, StorageUnavailable
        where it is not back in time."""
        for _ in range(TRIES):
            try:
                return await question()
            except RoomArchived as away:
                await self._bring_back(room, away.archive)
        raise StorageUnavailable(f"room {room} was archived again as soon as it was back")

    async def _bring_back(self, room: str, archive: str) -> None:
        coming = self._coming.get(room)
        if coming is None:
            if len(self._coming) >= AT_ONCE:
                raise StorageUnavailable("as many archived rooms come back as may at once")
            coming = asyncio.get_running_loop().create_task(
                take_from_file(
                    self.inner, room, archive, self._folder / archive, thread=self._thread
                ),
                name=f"bring-back-{room}",
            )
            self._coming[room] = coming
            coming.add_done_callback(lambda done: self._came(room, done))
        # not cancelled with whoever waits, and not when they have waited enough
        await asyncio.wait({coming}, timeout=self._limit_s)
        if not coming.done():
            raise StorageUnavailable(f"room {room} is coming back from its archive")
        coming.result()

    def _came(self, room: str, done: asyncio.Task[bool]) -> None:
        self._coming.pop(room, None)
        if not done.cancelled() and done.exception() is None:
            self.returned += 1

    async def _thread(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    # ------------------------------------------------------------ as inside

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        """As inside."""
        return await self.inner.append(batch)

    async def barrier(self) -> None:
        """As inside."""
        await self.inner.barrier()

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """As inside."""
        return await self.inner.rooms(ids)

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """As inside."""
        return await self.inner.heads(ids)

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        """As inside."""
        return await self.inner.save_snapshot(room, snapshot)

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        """As inside."""
        await self.inner.drop_snapshots(room, versions)

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        """As inside."""
        return await self.inner.runs(room, first, bytes_max=bytes_max)

    async def put_away(self, room: str, head: Head, archive: str) -> bool:
        """As inside."""
        return await self.inner.put_away(room, head, archive)

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        """As inside."""
        return await self.inner.take_back(room, archive, runs, snapshots)

    async def end_archive(self, room: str, archive: str) -> bool:
        """As inside."""
        return await self.inner.end_archive(room, archive)

    async def due(self, at: int, limit: int) -> list[str]:
        """As inside."""
        return await self.inner.due(at, limit)

    async def postpone(self, room: str, retry_at: int) -> None:
        """As inside."""
        await self.inner.postpone(room, retry_at)

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """As inside."""
        return await self.inner.listed(account, limit=limit, after=after)

    async def all_rooms(
        self, *, limit: int, after: str | None = None, kind: str | None = None
    ) -> list[RoomRow]:
        """As inside."""
        return await self.inner.all_rooms(limit=limit, after=after, kind=kind)

    async def sizes(self, room: str) -> tuple[int, int]:
        """As inside: of what is in the database."""
        return await self.inner.sizes(room)

    async def check(self) -> None:
        """As inside."""
        await self.inner.check()

    async def close(self) -> None:
        """Gives up what is coming back (the next to ask begins anew), then closes the log."""
        coming = [*self._coming.values()]
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self.inner.close()
