"""What a room shows as a whole: snapshots for members who start over, presence for those who come,
past versions.

Everything is made from committed bytes and shared between members until it changes. SPEC: JN3,
JN4, RM9.
"""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import Raw

from protocol.codec import JSON, MSGPACK, transcode
from protocol.entries import HiddenEvents, chain, split_record
from protocol.identifiers import ROOT_TAG, Position, Tag
from protocol.server_messages import Snapshot
from server.rooms.presence import RoomPresence
from server.rooms.replica import Replica, TailEntry
from server.rules.kind import RoomKind
from server.rules.room_state import DamagedState, RoomState
from storage.room_log import EMPTY, Head, RoomLog

VIEW_AGE_MAX = 64
"""Entries that may have come since a shared snapshot before a new one is made for the next
member."""
MISSED_MAX = 2_000
"""Entries that are read from the log for one resuming member; above that a snapshot is smaller."""
MISSED_BYTES_MAX = 1_048_576
"""And no more bytes of them."""


class RoomView:
    """Bytes that members of one room share. Invariant: nothing in it is younger than the committed
    head."""

    def __init__(self, room_id: str, replica: Replica) -> None:
        self._room_id = room_id
        self._replica = replica
        self._head: Head | None = None
        self._view = b""
        self._snapshots: list[bytes | None] = [None, None]
        self._presence: list[bytes | None] = [None, None]
        self.saved_version = 0
        """Version of the latest snapshot that is in the log, or on its way there."""

    def encode(self, message: Any, *, binary: bool) -> bytes:
        """A message for everybody, in one of the two formats."""
        return (MSGPACK if binary else JSON).encode(message)

    def current(self) -> tuple[Head, bytes]:
        """The public view as JSON, and the committed position it belongs to: at most VIEW_AGE_MAX
        entries old, and such that the tail reaches back to it."""
        replica = self._replica
        head = replica.committed
        known = self._head
        if (
            known is not None
            and head.version - known.version <= VIEW_AGE_MAX
            and replica.tail.after(known.version) is not None
        ):
            return known, self._view
        # what is proposed must not be shown: a copy of the committed state while an append is
        # under way
        state = replica.committed_state() if replica.proposed else replica.state
        self._head, self._view = head, state.view()
        self._snapshots = [None, None]
        return head, self._view

    def now(self) -> tuple[Head, bytes]:
        """The public view as JSON at the committed head, made once for all who ask until that
        moves on."""
        if self._head != self._replica.committed:
            self._head = None
        return self.current()

    def snapshot(self, generation: str, *, binary: bool) -> tuple[Head, bytes]:
        """The `snapshot` message for a member who starts over, and the version it belongs to."""
        head, view = self.current()
        payload = self._snapshots[binary]
        if payload is None:
            state = Raw(transcode(view) if binary else view)
            position = Position(generation, head.version, head.tag)
            message = Snapshot(self._room_id, position, self._replica.kind.name, state)
            payload = self._snapshots[binary] = self.encode(message, binary=binary)
        return head, payload

    def presence_changed(self) -> None:
        """The shared presence is out of date."""
        self._presence = [None, None]

    def full_presence(self, presence: RoomPresence, *, binary: bool) -> bytes:
        """Everything that passes in the room at this moment."""
        payload = self._presence[binary]
        if payload is None:
            payload = self._presence[binary] = self.encode(presence.full(), binary=binary)
        return payload


async def state_at(
    log: RoomLog, kind: RoomKind[Any], room_id: str, version: int
) -> RoomState | None:
    """The state of a room at a version: nearest good snapshot below it, then entries. None: its
    history was pruned.

    Raises StorageError, UnknownEvent."""
    at_most = version
    while True:
        stored = await log.snapshot(room_id, at_most=at_most)
        if stored is None:
            state = RoomState(kind)
            break
        try:
            state = RoomState.restore(kind, stored.blob)
            break
        except DamagedState:
            at_most = stored.head.version - 1
    at = 0 if stored is None else stored.head.version
    while at < version:
        page = await log.read(room_id, at + 1, last=version, bytes_max=262_144)
        if not page.records or page.first != at + 1:
            return None
        for record in page.records:
            state.apply_entry(state.book.decode_record(record))
        at += len(page.records)
        await asyncio.sleep(0)
    state.take_unlisted()
    return state


async def missed_entries(
    log: RoomLog, replica: Replica, room_id: str, position: Position
) -> list[TailEntry] | None:
    """Entries from a member's position up to where the tail begins, if its tag is on the chain;
    None: start over.

    Raises StorageUnavailable."""
    end = replica.tail.before.version
    if end - position.version > MISSED_MAX:
        return None
    stored = await log.snapshot(room_id, at_most=position.version)
    head = EMPTY if stored is None else stored.head
    tag, at = Tag(head.tag), head.version
    found = (at, tag) == (position.version, position.tag) or (
        position.version == 0 and position.tag == ROOT_TAG
    )
    entries: list[TailEntry] = []
    size = 0
    while at < end:
        page = await log.read(room_id, at + 1, last=end, bytes_max=262_144)
        if not page.records or page.first != at + 1:
            return None
        for record in page.records:
            at += 1
            tag = chain(tag, record)
            if at > position.version:
                size += len(record)
                if size > MISSED_BYTES_MAX:
                    return None
                entries.append(_tail_entry(replica, record, at, tag))
            elif at == position.version:
                found = tag == position.tag
        if at >= position.version and not found:
            return None
    return entries if found else None


def _tail_entry(replica: Replica, record: bytes, version: int, tag: Tag) -> TailEntry:
    public, _ = split_record(record)
    hidden: list[HiddenEvents] = []
    if replica.kind.hides:
        stored = replica.state.book.decode_record(record)
        hidden = [HiddenEvents(to, events) for to, events in stored.hidden]
    return TailEntry(record, public, version, tag, hidden)
