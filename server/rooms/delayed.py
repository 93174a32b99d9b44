"""Followers who see what happens in a room later than it does: by a delay of their own, or from an
earlier moment on, at a pace of their own. Each entry goes to them when they may see it
(rules/watching.py), and nothing before.

Those who are to see the same entries at the same time share a frame. Presence, which has no time,
is not for them. Must not know why somebody sees things later. SPEC: SD1 to SD6, TS3 to TS6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from protocol.entries import chain, split_record
from protocol.framing import frame
from protocol.identifiers import ROOT_TAG, Position, Tag
from protocol.server_messages import Private
from server.rooms.cohorts import Cohort, snapshot_message
from server.rooms.fan_out import entries_frames
from server.rooms.follower import Follower
from server.rooms.presence import RoomPresence
from server.rooms.reactions import message
from server.rooms.reel import Reel, at_of, read_stamp
from server.rooms.replica import Replica, TailEntry
from server.rules.kind import RoomKind
from server.rules.room_state import DamagedState, RoomState
from server.rules.watching import Watching
from storage.errors import StorageError
from storage.room_log import Head, RoomLog

if TYPE_CHECKING:
    from server.rooms.room import Room
    from server.rooms.services import Handle

WAITING_MAX = 20_000
"""Entries that one follower is owed; whoever is owed more joins anew, from a snapshot."""
FORGET_EVERY = 256
"""Entries after which those that everybody has are forgotten."""
MOVE_TRIES = 5


class Reach(NamedTuple):
    """What somebody may see now: up to which version, and until which log time."""

    version: int
    until: int


def delay_changes(entries: Sequence[TailEntry], tags: Sequence[str]) -> dict[str, int]:
    """Accounts whose delay or shift these entries may have changed, to the version that did."""
    marks = [f'"{tag}"'.encode() for tag in tags]
    found = [read_stamp(one.public) for one in entries if any(mark in one.public for mark in marks)]
    return {one.by: one.v for one in found}


class _Owed:
    """What one follower is still to see."""

    __slots__ = ("follower", "next", "reacted", "watching")

    def __init__(self, follower: Follower, watching: Watching, now: int) -> None:
        self.follower = follower
        self.watching = watching
        self.next = follower.version + 1
        """The first version that was not decided about: sent, or not wanted."""
        self.reacted = watching.until(now)
        """Reactions until this moment (log time) are over for it."""


class Delayed:
    """The followers of one room who see it later. Invariant: whoever is here is not in sync, and is
    owed every entry from its `next` on, all of which are on the reel."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._owed: dict[int, _Owed] = {}
        self._reel = Reel()
        self._forget_at = FORGET_EVERY
        self._timer: Handle | None = None
        self._kept: Past | None = None
        """The room as it was for whoever joined last …"""
        self._snapshots: dict[tuple[bytes, bool], bytes] = {}
        """… and its message, by filter and format."""
        self._said: dict[int, dict[str, Any]] = {}
        """What those who see it late were told last of how they do, by number."""

    def __len__(self) -> int:
        return len(self._owed)

    # --- who is here

    def put(
        self, follower: Follower, watching: Watching, after: Sequence[TailEntry] | None
    ) -> None:
        """The follower sees from now on what it may by `watching`. `after`: what was committed
        above its version; None: that is not in memory any more, and it joins anew."""
        present = self._owed.get(follower.number)
        if present is not None:
            present.watching = watching
            present.reacted = watching.until(self._room.services.clock.now_ms())
            self.release()
            return
        follower.delayed = True
        if after is None:
            self._room.let_go(follower, "failed")
            return
        self._reel.reach_back(after, follower.version + 1)
        now = self._room.services.clock.now_ms()
        self._owed[follower.number] = _Owed(follower, watching, now)
        self.release()

    def drop(self, follower: Follower) -> None:
        """The follower sees things as they happen, or has gone. Idempotent."""
        follower.delayed = False
        self._said.pop(follower.number, None)
        if self._owed.pop(follower.number, None) is not None and not self._owed:
            self._reel.clear()
            self.stop()

    def follow(self, entries: Sequence[TailEntry]) -> None:
        """Entries were committed: they wait for who sees them later, and who does so from one of
        them on is here from now on."""
        self._hold(entries)
        room = self._room
        changed = delay_changes(entries, room.kind.delayed_by)
        if not changed:
            return
        now = room.services.clock.now_ms()
        for follower in list(room.audience.followers.values()):
            account = follower.recipient.identity.account
            if account in changed:
                watching = room.watching(account)
                if follower.in_sync and not watching.is_live(now):
                    self._show_change(follower, entries, changed[account])
                self._changed(follower, watching, changed[account], now)
                if room.tells_of:
                    self._tell_how(follower, watching)

    def changed_elsewhere(self, accounts: Container[str]) -> None:
        """How these accounts see a room that this one tells of is another way than before."""
        room = self._room
        now = room.services.clock.now_ms()
        for follower in list(room.audience.followers.values()):
            account = follower.recipient.identity.account
            if account not in accounts:
                continue
            watching = room.watching(account)
            owed = self._owed.get(follower.number)
            if owed is None and watching.is_live(now):
                continue
            if owed is not None and owed.watching == watching:
                self._tell_how(follower, watching)  # other rooms may be those that make it so
                continue
            if follower.in_sync and not watching.is_live(now):
                follower.delayed = True
                follower.flush()
                room.audience.lag(follower)
            self._changed(follower, watching, follower.version + 1, now)
            self._tell_how(follower, watching)

    def _show_change(self, follower: Follower, entries: Sequence[TailEntry], version: int) -> None:
        """The change itself is seen at once by who was live."""
        room = self._room
        seen = [entry for entry in entries if entry.version <= version]
        first = follower.version + 1
        follower.version, follower.delayed = seen[-1].version, True
        follower.flush()
        room.send_entries(follower, seen, first)
        room.audience.lag(follower)

    def _changed(self, follower: Follower, watching: Watching, version: int, now: int) -> None:
        """It has seen nothing from `version` on, but that itself where the change is here."""
        room = self._room
        if watching.is_live(now):
            if follower.delayed:
                self._go_live(follower)
            return
        owed = self._owed.get(follower.number)
        moves = watching.shift is not None or (owed is not None and owed.watching.shift is not None)
        self.put(follower, watching, room.replica.tail.after(follower.version))
        follower.recipient.reply(self.nobody_here(binary=follower.binary))
        owed = self._owed.get(follower.number)
        if moves and owed is not None:
            room.services.spawn(self._move(owed, version), room)

    def _go_live(self, follower: Follower) -> None:
        room = self._room
        self.drop(follower)
        follower.flush()
        follower.recipient.reply(self.told(follower, None))
        room.catch_up(follower)

    # --- to another moment

    async def _move(self, owed: _Owed, changed: int) -> None:
        """TS4: puts a follower where its shift says. What it has seen of later moments it forgets:
        it starts over from the room as it was."""
        room, follower = self._room, owed.follower
        try:
            for _ in range(MOVE_TRIES):
                watching = owed.watching
                until = watching.until(room.services.clock.now_ms())
                version = await last_until(room.services.log, room.replica, room.id, until)
                if version >= min(owed.next, changed) - 1:
                    break  # it has not seen more than it may
                past = await room.services.paced(lambda version=version: self.past(version))
                if past is None or follower.closed or self._owed.get(follower.number) is not owed:
                    break
                rest = room.replica.tail.after(past.last.version)
                if owed.watching != watching or rest is None:
                    continue
                self._reel.reach_back([*past.after, *rest], past.head.version + 1)
                follower.recipient.reply(self.snapshot(past, follower))
                follower.version, owed.next = past.head.version, past.head.version + 1
                break
            else:
                room.let_go(follower, "failed")
        except StorageError:
            room.let_go(follower, "failed")
            return
        if follower.closed or self._owed.get(follower.number) is not owed:
            return
        follower.recipient.reply(self.told(follower, owed.watching))
        self.release()

    def _tell_how(self, follower: Follower, watching: Watching) -> None:
        """Tells who sees the room late by which rooms and how late, where that is not what it was
        told. With a shift it is told when it has moved."""
        if not follower.delayed or follower.closed or watching.shift is not None:
            return
        before = self._said.get(follower.number)
        message = self.told(follower, watching)
        if self._said[follower.number] != before:
            follower.recipient.reply(message)

    def told(self, follower: Follower, watching: Watching | None) -> bytes:
        """What only this account is told: as of when it sees the room, how late, and where it has
        said so."""
        shift = None if watching is None else watching.shift
        account = follower.recipient.identity.account
        late = self._room.watching(account)
        delays = {account: late.delay_s} if late.delay_s else {}
        state: dict[str, Any] = {"watching": shift, "delays": delays}
        if self._room.tells_of:
            state["late_in"] = self._late_in(account)
        if watching is not None:
            self._said[follower.number] = state
        private = Private(self._room.id, follower.version, state)
        return follower.recipient.codec.encode(private)

    def _late_in(self, account: str) -> list[str]:
        """The rooms by which the account sees this one late, and not by what it has said here."""
        now = self._room.services.clock.now_ms()
        own = self._room.set_by(account).until(now)
        seen = [(one.id, one.watching(account)) for one in self._room.tells_of]
        return [room for room, late in seen if not late.is_live(now) and late.until(now) <= own]

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
            self._kept = kept
            self._snapshots.clear()
        return kept

    def snapshot(self, past: Past, follower: Follower) -> bytes:
        """The `snapshot` message of the room as it was, made once for all who join meanwhile and
        want the same of it."""
        room, cohort, binary = self._room, follower.cohort, follower.binary
        key = (b"" if cohort is None else cohort.key, binary)
        made = self._snapshots.get(key) if past is self._kept else None
        if made is None:
            view = past.view if cohort is None else cohort.view(past.state)
            position = past.position(room.generation)
            made = snapshot_message(room.id, position, room.kind.name, view, binary=binary)
            if past is self._kept:
                self._snapshots[key] = made
        return made

    # --- what is due

    def _hold(self, entries: Sequence[TailEntry]) -> None:
        if not self._owed:
            return
        reel = self._reel
        reel.extend(entries)
        if len(reel) > WAITING_MAX:
            reel.forget_below(min(one.next for one in self._owed.values()))
            for owed in list(self._owed.values()):
                if reel.next - owed.next > WAITING_MAX:
                    self._room.let_go(owed.follower, "failed")
        elif len(reel) >= self._forget_at:
            reel.forget_below(min(one.next for one in self._owed.values()))
            self._forget_at = len(reel) + FORGET_EVERY
        self._arm()

    def release(self) -> None:
        """Writes what is due; whoever's transport owes too much gets it when it has drained."""
        room = self._room
        now = room.services.clock.now_ms()
        frames: dict[tuple[int, int, Cohort | None, bool], bytes] = {}
        lasts: dict[Watching, int] = {}
        for owed in list(self._owed.values()):
            follower, watching = owed.follower, owed.watching
            if follower.recipient.paused:
                continue
            if watching.shift is not None and watching.is_live(now):
                self._go_live(follower)
                continue
            last = lasts.get(watching)
            if last is None:
                last = lasts[watching] = self._reel.last_until(watching.until(now))
            if last >= owed.next:
                self._show(owed, last, frames)
        self._show_reactions(now)
        self._arm()

    def reacted(self) -> None:
        """There are new reactions, which are due to each of those here in their time."""
        if self._owed:
            self._arm()

    def _show_reactions(self, now: int) -> None:
        """RX3: what was shown until the moment that each of them sees."""
        room, kept = self._room, self._room.reactions
        frames: dict[tuple[int, int, bool], bytes] = {}
        for owed in list(self._owed.values()):
            follower, after, until = owed.follower, owed.reacted, owed.watching.until(now)
            if until <= after or follower.recipient.paused:
                continue
            owed.reacted = until
            counts = kept.between(after, until)
            if not counts:
                continue
            key = (after, until, follower.binary)
            if key not in frames:
                payload = room.view.encode(message(room.id, counts), binary=follower.binary)
                frames[key] = frame(payload, binary=follower.binary)
            with suppress(RuntimeError):  # closed between two turns
                follower.write(frames[key])

    def _show(
        self, owed: _Owed, last: int, frames: dict[tuple[int, int, Cohort | None, bool], bytes]
    ) -> None:
        follower, room = owed.follower, self._room
        cohort, entries = follower.cohort, self._reel.between(owed.next, last)
        owed.next = last + 1
        if cohort is not None and not cohort.passing(entries) and follower.done is None:
            return  # told with what comes next
        key = (follower.version, last, cohort, follower.binary)
        if key not in frames:
            binary = follower.binary
            if cohort is None:
                frames[key] = entries_frames(room.id, entries, binary=binary)
            else:
                frames[key] = cohort.frames(room.id, entries, follower.version + 1, binary=binary)
        follower.version = last
        room.services.metrics.deliveries += len(entries)
        # RuntimeError: closed between two turns; its connection_lost comes
        with suppress(RuntimeError):
            follower.write(follower.take_frames(frames[key]))

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
        """Comes back when the next entry is due to somebody who takes it, or somebody is live
        again."""
        self.stop()
        due: set[int] = set()
        known: set[tuple[Watching, int, int]] = set()
        for owed in self._owed.values():
            if owed.follower.recipient.paused:
                continue
            key = (owed.watching, owed.next, owed.reacted)
            if key in known:
                continue
            known.add(key)
            at = self._reel.at(owed.next)
            if at is not None:
                due.add(owed.watching.due(at))
            reacted = self._room.reactions.next_after(owed.reacted)
            if reacted is not None:
                due.add(owed.watching.due(reacted))
            if owed.watching.shift is not None and not owed.watching.delay_s:
                due.add(owed.watching.caught_up())
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
    state: RoomState
    """That it is the view of; nobody changes it."""
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
    return Past(seen, view, state, after, Head(at, tag))
