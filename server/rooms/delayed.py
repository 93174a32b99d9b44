"""Followers who see what happens in a room later than it does, by a delay of their own: each entry
goes to them when that much log time has passed since its commit, and nothing before.

Those who are owed the same entries at the same time share a frame. Presence, which has no time, is
not for them. Must not know why somebody has a delay. SPEC: SD1 to SD6.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Raw, Struct
from msgspec.json import Decoder

from protocol.codec import transcode
from protocol.entries import chain, split_record
from protocol.identifiers import ROOT_TAG, Position, Tag
from protocol.server_messages import Snapshot
from server.rooms.fan_out import entries_frames
from server.rooms.follower import Follower
from server.rooms.presence import RoomPresence
from server.rooms.replica import Replica, TailEntry
from server.rules.kind import RoomKind
from server.rules.room_state import DamagedState, RoomState
from storage.room_log import Head, RoomLog

if TYPE_CHECKING:
    from server.rooms.room import Room
    from server.rooms.services import Handle

WAITING_MAX = 20_000
"""Entries that one follower is owed; whoever is owed more joins anew, from a snapshot."""


class Reach(NamedTuple):
    """What somebody may see now: up to which version, and until which log time."""

    version: int
    until: int


class _Stamped(Struct, frozen=True, gc=False):
    v: int
    at: int
    by: str


_read = Decoder(_Stamped)


def at_of(public: bytes) -> int:
    """Log time of an entry, by its public line."""
    return _read.decode(public).at


def delay_changes(entries: Sequence[TailEntry], tag: str) -> dict[str, int]:
    """Accounts whose delay these entries may have changed, to the version that did."""
    mark = f'"{tag}"'.encode()
    found = [_read.decode(one.public) for one in entries if mark in one.public]
    return {one.by: one.v for one in found}


class _Owed:
    """What one follower is still to see."""

    __slots__ = ("delay_ms", "follower", "waiting")

    def __init__(self, follower: Follower, delay_ms: int) -> None:
        self.follower = follower
        self.delay_ms = delay_ms
        self.waiting: deque[tuple[int, TailEntry]] = deque()
        """Log time, entry."""

    def due(self, now: int) -> list[TailEntry]:
        """Takes what may be seen now."""
        taken: list[TailEntry] = []
        waiting, until = self.waiting, now - self.delay_ms
        while waiting and waiting[0][0] <= until:
            taken.append(waiting.popleft()[1])
        return taken


class Delayed:
    """The delayed followers of one room. Invariant: whoever is here is not in sync, and is owed
    every entry above its version."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._owed: dict[int, _Owed] = {}
        self._timer: Handle | None = None
        self._kept: Past | None = None
        """The room as it was for whoever joined last …"""
        self._snapshots: list[bytes | None] = [None, None]
        """… and its message in each format."""

    def __len__(self) -> int:
        return len(self._owed)

    def put(self, follower: Follower, seconds: int, after: Sequence[TailEntry] | None) -> None:
        """The follower sees from now on what is so many seconds old. `after`: what was committed
        above its version; None: that is not in memory any more, and it joins anew."""
        present = self._owed.get(follower.number)
        if present is not None:
            present.delay_ms = 1_000 * seconds
            self.release()
            return
        follower.delayed = True
        if after is None:
            self._room.let_go(follower, "failed")
            return
        owed = self._owed[follower.number] = _Owed(follower, 1_000 * seconds)
        owed.waiting.extend((at_of(one.public), one) for one in after)
        self.release()

    def drop(self, follower: Follower) -> None:
        """The follower has no delay any more, or has gone. Idempotent."""
        follower.delayed = False
        self._owed.pop(follower.number, None)

    async def past(self, version: int) -> Past | None:
        """The room at a version, read once for all who join meanwhile. None: its history was
        pruned. Raises StorageError."""
        room, kept = self._room, self._kept
        if (
            kept is None
            or kept.head.version != version
            or room.replica.tail.after(kept.last.version) is None
        ):
            end = room.replica.committed.version
            kept = await past_of(room.services.log, room.kind, room.id, version, end)
            self._kept, self._snapshots = kept, [None, None]
        return kept

    def snapshot(self, past: Past, *, binary: bool) -> bytes:
        """The `snapshot` message of the room as it was, made once for all who join meanwhile."""
        made = self._snapshots[binary] if past is self._kept else None
        if made is None:
            room = self._room
            state = Raw(transcode(past.view) if binary else past.view)
            position = past.position(room.generation)
            made = room.view.encode(
                Snapshot(room.id, position, room.kind.name, state), binary=binary
            )
            if past is self._kept:
                self._snapshots[binary] = made
        return made

    def hold(self, entries: Sequence[TailEntry]) -> None:
        """Entries were committed."""
        if not self._owed:
            return
        stamped = [(at_of(one.public), one) for one in entries]
        for owed in list(self._owed.values()):
            owed.waiting.extend(stamped)
            if len(owed.waiting) > WAITING_MAX:
                self._room.let_go(owed.follower, "failed")
        self._arm()

    def release(self) -> None:
        """Writes what is due; whoever's transport owes too much gets it when it has drained."""
        room = self._room
        now = room.services.clock.now_ms()
        frames: dict[tuple[int, int, bool], bytes] = {}
        for owed in list(self._owed.values()):
            follower = owed.follower
            if follower.recipient.paused:
                continue
            entries = owed.due(now)
            if not entries:
                continue
            key = (entries[0].version, entries[-1].version, follower.binary)
            if key not in frames:
                frames[key] = entries_frames(room.id, entries, binary=follower.binary)
            follower.version = entries[-1].version
            room.services.metrics.deliveries += len(entries)
            try:
                follower.write(follower.take_frames(frames[key]))
            except RuntimeError:
                continue  # closed between two turns; its connection_lost comes
        self._arm()

    def tell(self, message: Any) -> None:
        """Something about the server, which has no delay; whoever lags misses it."""
        for owed in list(self._owed.values()):
            recipient = owed.follower.recipient
            if not recipient.paused:
                recipient.reply(recipient.codec.encode(message))

    def stop(self) -> None:
        """Nobody is told anything more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def nobody_here(self, *, binary: bool) -> bytes:
        """The presence of an empty room."""
        empty = RoomPresence(self._room.id, listed_max=0, keys_max=0).full()
        return self._room.view.encode(empty, binary=binary)

    def _arm(self) -> None:
        """Comes back when the next entry is due to somebody who takes it."""
        self.stop()
        due = [
            owed.waiting[0][0] + owed.delay_ms
            for owed in self._owed.values()
            if owed.waiting and not owed.follower.recipient.paused
        ]
        if due and not self._room.closed:
            services = self._room.services
            wait_ms = max(1, min(due) - services.clock.now_ms())
            self._timer = services.call_later(wait_ms / 1000, self._due)

    def _due(self) -> None:
        self._timer = None
        try:
            self.release()
        except Exception as error:  # noqa: BLE001 - supervision boundary: a bug stops its room only
            self._room.services.fail(self._room, error)


# --- the room as it was


class Past(NamedTuple):
    """A room at an earlier version, and what came after it as far as the log was read."""

    head: Head
    view: bytes
    """The public view, as JSON."""
    after: list[TailEntry]
    last: Head
    """The position after the last of `after`."""

    def position(self, generation: str) -> Position:
        """Where somebody is who has seen this and no more."""
        return Position(generation, self.head.version, self.head.tag)


async def last_until(log: RoomLog, replica: Replica, room_id: str, until: int) -> int:
    """The last version that was committed at or before a log time, at least the first. Raises
    StorageUnavailable."""
    for entry in reversed(replica.tail.entries):
        if at_of(entry.public) <= until:
            return entry.version
    low, high = 1, max(1, replica.tail.before.version)
    while low < high:  # `low` may be seen, what is above `high` may not
        middle = (low + high + 1) // 2
        page = await log.read(room_id, middle, last=middle)
        late = page.records and at_of(split_record(page.records[0])[0]) > until
        low, high = (low, middle - 1) if late else (middle, high)
    return low


async def past_of(
    log: RoomLog, kind: RoomKind[Any], room_id: str, version: int, end: int
) -> Past | None:
    """The room at `version`, and the entries after it up to `end`. None: its history was pruned.
    Raises StorageError."""
    at_most = version
    state, head = RoomState(kind), Head(0, ROOT_TAG)
    while (stored := await log.snapshot(room_id, at_most=at_most)) is not None:
        try:
            state, head = RoomState.restore(kind, stored.blob), stored.head
            break
        except DamagedState:
            at_most = stored.head.version - 1
    at, tag = head.version, Tag(head.tag)
    view = state.view() if at == version else b""
    seen = head
    after: list[TailEntry] = []
    while at < max(version, end):
        page = await log.read(room_id, at + 1, last=max(version, end), bytes_max=262_144)
        if not page.records or page.first != at + 1:
            return None
        for record in page.records:
            at, tag = at + 1, chain(tag, record)
            if at <= version:
                state.apply_entry(state.book.decode_record(record))
            else:
                after.append(TailEntry(record, split_record(record)[0], at, tag))
            if at == version:
                seen, view = Head(at, tag), state.view()
        await asyncio.sleep(0)
    return Past(seen, view, after, Head(at, tag))
