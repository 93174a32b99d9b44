"""A book for each feed that somebody asked about: made once from the feed's state, and moved on by
its committed entries, for all leagues together. Must not know leagues. SPEC: LI1, LI8."""

from __future__ import annotations

import asyncio

from server.rooms.room import Room
from server.rules.league.book import Book, read_entry
from storage.room_log import RoomLog

BOOKS_MAX = 256
"""Feeds that are kept summed up; whoever was asked about longest ago goes first."""
WAIT_STEPS = 100
WAIT_S = 0.02
"""How long an answer waits for what another node has committed; after that it says what it has."""


class BookShelf:
    """Books by feed. Invariant: a book that is handed out is at the feed's committed head."""

    def __init__(self, log: RoomLog) -> None:
        self._log = log
        self._books: dict[str, tuple[Room, Book]] = {}

    def __len__(self) -> int:
        return len(self._books)

    def book(self, room: Room) -> Book:
        """The feed's book now. It is moved on later: whoever wants it to stay asks for what it
        needs at once."""
        kept = self._books.pop(room.id, None)
        head = room.replica.committed.version
        book = None if kept is None or kept[0] is not room else self._moved_on(room, kept[1], head)
        if book is None:
            replica = room.replica
            state = replica.committed_state() if replica.proposed else replica.state
            book = Book(state.inner, head)
        self._books[room.id] = room, book
        while len(self._books) > BOOKS_MAX:
            self._books.pop(next(iter(self._books)))
        return book

    def _moved_on(self, room: Room, book: Book, head: int) -> Book | None:
        """None: what came since is not in memory any more."""
        entries = room.replica.tail.after(book.version) if book.version < head else []
        if entries is None:
            return None
        for entry in entries:
            stamp, events = read_entry(entry.public)
            book.apply(events, stamp)
        return book

    async def wait_for(self, room: Room, version: int) -> None:
        """Until the room has come so far, or for two seconds."""
        for _ in range(WAIT_STEPS):
            if room.closed or room.replica.committed.version >= version:
                return
            head = (await self._log.heads([room.id])).get(room.id)
            if head is not None:
                room.catch_up_to(head)
            await asyncio.sleep(WAIT_S)
