"""Appends and opens asked of the product's own store, without a server in front of it: what two
databases on one PostgreSQL cost is compared in turns, in one process.

An entry is the room's last one once more, under the next version and number: what a member does who
drops a token where it lies. What an open asks is what a node asks that holds nothing of a room: its
row, its latest snapshot, what came after.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from protocol.entries import RawEntry, RawSeal, chain, split_record
from protocol.identifiers import Tag
from storage.room_log import Appended, Head, RoomAppend
from storage.room_log_postgres import PostgresRoomLog

AT_ONCE = 20
"""Rooms that wait at any moment where a rate is taken."""


@dataclass(slots=True)
class Line:
    """One room that is appended to: where it is, and its last entry."""

    room: str
    head: Head
    entry: RawEntry
    seal: RawSeal

    def next(self) -> RoomAppend:
        """The next entry, as an append."""
        version = self.head.version + 1
        self.entry = msgspec.structs.replace(self.entry, v=version, at=self.entry.at + 1)
        self.seal = msgspec.structs.replace(self.seal, seq=self.seal.seq + 1)
        record = msgspec.json.encode(self.entry) + b"\n" + msgspec.json.encode(self.seal)
        head = Head(version, chain(Tag(self.head.tag), record))
        return RoomAppend(self.room, self.head, [record], head, at=self.entry.at)


@dataclass(slots=True)
class Taken:
    """What rounds on one database gave; times in seconds."""

    appends: list[list[float]] = field(default_factory=list[list[float]])
    """One after the other, by round."""
    rates: list[float] = field(default_factory=list[float])
    """Entries per second with `AT_ONCE` rooms waiting, by round."""
    opens: list[list[float]] = field(default_factory=list[list[float]])
    faults: list[str] = field(default_factory=list[str])


class Store:
    """One database, and the rooms that are appended to."""

    def __init__(self, log: PostgresRoomLog, lines: list[Line]) -> None:
        self._log = log
        self._lines = lines
        self._turn = 0
        self.taken = Taken()

    @classmethod
    async def open(cls, url: str, rooms: Sequence[str]) -> Store:
        """Reads where the rooms are."""
        log = await PostgresRoomLog.open(url)
        heads = await log.heads(rooms)
        lines: list[Line] = []
        for room in rooms:
            page = await log.read(room, heads[room].version)
            public, sealed = split_record(page.records[-1])
            entry = msgspec.json.decode(public, type=RawEntry)
            seal = msgspec.json.decode(sealed, type=RawSeal)
            lines.append(Line(room, heads[room], entry, seal))
        return cls(log, lines)

    async def round(self, seconds: float, opened: Sequence[str]) -> None:
        """Appends one after the other, then many at once, then opens."""
        took: list[float] = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            began = time.perf_counter()
            await self._append(self._next())
            took.append(time.perf_counter() - began)
        self.taken.appends.append(took)
        began, until = time.perf_counter(), time.perf_counter() + seconds
        counts = await asyncio.gather(*(self._appends(place, until) for place in range(AT_ONCE)))
        self.taken.rates.append(sum(counts) / (time.perf_counter() - began))
        opens: list[float] = []
        for room in opened:
            began = time.perf_counter()
            await self._open(room)
            opens.append(time.perf_counter() - began)
        self.taken.opens.append(opens)

    async def close(self) -> None:
        """Lets go of the database."""
        await self._log.close()

    def _next(self) -> Line:
        self._turn += 1
        return self._lines[self._turn % len(self._lines)]

    async def _appends(self, place: int, until: float) -> int:
        count, own = 0, self._lines[place::AT_ONCE]
        while own and time.perf_counter() < until:
            await self._append(own[count % len(own)])
            count += 1
        return count

    async def _append(self, line: Line) -> None:
        change = line.next()
        (outcome,) = await self._log.append([change])
        if isinstance(outcome, Appended):
            line.head = change.head
        else:
            self.taken.faults.append(f"{line.room}: {outcome}")

    async def _open(self, room: str) -> None:
        row = (await self._log.rooms([room]))[room]
        stored = await self._log.snapshot(room)
        version = 0 if stored is None else stored.head.version
        while True:
            page = await self._log.read(room, version + 1)
            version += len(page.records)
            if not page.records:
                break
        if version != row.head.version:
            self.taken.faults.append(f"{room}: opened at {version} of {row.head.version}")


async def rounds(
    urls: Sequence[str], appended: Sequence[str], opened: Sequence[str], count: int, seconds: float
) -> list[Taken]:
    """So many rounds on each database, in turns, the first of them begun by another each time. In
    each round other rooms are opened."""
    stores = [await Store.open(url, appended) for url in urls]
    try:
        for number in range(count):
            turn = stores if number % 2 == 0 else stores[::-1]
            for store in turn:
                await store.round(seconds, opened[number::count])
    finally:
        for store in stores:
            await store.close()
    return [store.taken for store in stores]
