"""Builds appends that chain: a writer knows where it believes its room to be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import count

from protocol.entries import chain
from protocol.identifiers import Tag
from storage.room_log import (
    EMPTY,
    Appended,
    Conflict,
    Head,
    ListingChange,
    RoomAppend,
    RoomLog,
)

_numbers = count(1)


def new_room_id() -> str:
    """An id that no other test of this run uses; they sort in the order in which they were made."""
    return f"r_{next(_numbers):022d}"


def after(head: Head, records: Sequence[bytes]) -> Head:
    """The head after records."""
    tag = reduce(chain, records, Tag(head.tag))
    return Head(head.version + len(records), tag)


class RoomWriter:
    """Says what it wants appended, and moves on when told that it happened."""

    def __init__(self, room: str | None = None) -> None:
        self.room = room or new_room_id()
        self.head = EMPTY

    def append(
        self,
        *records: bytes,
        due_at: int | None = None,
        kind: str | None = None,
        listing: ListingChange | None = None,
        at: int = 1_000,
        reserve: bool = False,
    ) -> RoomAppend:
        """Records on top of where the writer believes the room to be."""
        return RoomAppend(
            room=self.room,
            expected=self.head,
            records=records,
            head=after(self.head, records),
            due_at=due_at,
            kind=kind,
            listing=listing,
            at=at,
            reserve=reserve,
        )

    def compare(self) -> RoomAppend:
        """Asks whether the room is where the writer believes it to be."""
        return self.append()

    async def create(
        self,
        log: RoomLog,
        *records: bytes,
        due_at: int | None = None,
        listing: ListingChange | None = None,
        at: int = 1_000,
    ) -> None:
        """Makes the room, as a board."""
        wanted = self.append(
            *(records or (b"created",)), due_at=due_at, kind="board", listing=listing, at=at
        )
        await self.commit(log, wanted)

    async def add(self, log: RoomLog, *records: bytes) -> None:
        """One run."""
        await self.commit(log, self.append(*records))

    async def commit(self, log: RoomLog, wanted: RoomAppend) -> None:
        """Appends and moves on; nothing else may come of it."""
        assert await log.append([wanted]) == [Appended()]
        self.head = wanted.head

    async def follow(self, log: RoomLog) -> None:
        """Believes what the log says."""
        self.head = (await log.heads([self.room])).get(self.room, EMPTY)


async def add_whatever_happens(log: RoomLog, writer: RoomWriter, record: bytes) -> None:
    """One entry, decided again as often as others are first."""
    while True:
        wanted = writer.append(record)
        (outcome,) = await log.append([wanted])
        if outcome == Appended():
            writer.head = wanted.head
            return
        assert isinstance(outcome, Conflict), outcome
        await writer.follow(log)


async def every_record(log: RoomLog, room: str, *, bytes_max: int = 4_194_304) -> list[bytes]:
    """The whole room, page by page; the pages join, and their borders chain."""
    records: list[bytes] = []
    while True:
        page = await log.read(room, len(records) + 1, bytes_max=bytes_max)
        assert page.first == len(records) + 1
        if page.tag_before is not None:
            assert page.tag_before == after(EMPTY, records).tag
        if not page.records:
            return records
        records += page.records
