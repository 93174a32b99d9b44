"""A node's copy of a room: the committed bytes, and the state that runs ahead of them while an
append is under way. Pure.

The state includes what was proposed and not yet committed; nothing of that is ever shown. What
members are served comes from `CommittedTail`: bytes that are in the log. On a conflict the state
goes back by the latest snapshot and those same bytes. SPEC: EN1 to EN9, JN3.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from protocol.codec import transcode
from protocol.entries import Entry, HiddenEvents, Seal, chain, split_record
from protocol.identifiers import ROOT_TAG, Tag
from protocol.membership import MemberJoined, MemberLeftTeam, MemberRemoved, Role, RoleSet
from server.rules.dedup import recorded_detail
from server.rules.kind import RoomKind, Stamp
from server.rules.room_state import RoomState, StoredEntry, digest_of
from storage.errors import CorruptEntry
from storage.room_log import Head

DIGEST_EVERY = 1_024
"""Every so many entries one carries the digest of the state before it, and that state is the next
snapshot. At 256 the snapshots of a busy board took a quarter of the server's time; replaying 1,023
entries takes 7 ms (server/decisions/0010)."""

LANDING_BYTES = 16 * 1024
"""Replaying so many bytes of entries, or as many as the snapshot itself has, is worth a snapshot of
what came out: where nodes write one room, hundreds of roll-backs a second start from it. Without
it they took 37 % of each of four nodes' time."""

_encode = msgspec.json.Encoder().encode

_ROLE_EVENTS = frozenset({MemberJoined, RoleSet, MemberRemoved, MemberLeftTeam})
"""Events after which their `member` may do something else."""


class Base(NamedTuple):
    """A snapshot of the whole state, as bytes, and where it belongs."""

    head: Head
    blob: bytes


class DigestMismatch(Exception):
    """The state differs from the one that wrote the entry: this node rebuilds from the log and
    raises an alarm."""


class TailEntry(Struct, eq=False, gc=False):
    """One entry as it is sent: JSON as stored, MessagePack made at first need. Until its commit it
    waits among what is proposed."""

    record: bytes
    public: bytes
    version: int
    tag: Tag
    hidden: Sequence[HiddenEvents] = ()
    packed: bytes | None = None

    def encoded(self, *, binary: bool) -> bytes:
        """The entry in one of the two formats."""
        if not binary:
            return self.public
        if self.packed is None:
            self.packed = transcode(self.public)
        return self.packed


class CommittedTail:
    """The latest committed entries, contiguous, at least back to the base: what resumes and
    laggards are served from."""

    __slots__ = ("_bytes", "_bytes_max", "before", "entries", "head")

    def __init__(self, head: Head, bytes_max: int) -> None:
        self.head = head
        self.before = head
        """Position before the first entry kept."""
        self.entries: deque[TailEntry] = deque()
        self._bytes = 0
        self._bytes_max = bytes_max

    def extend(self, entries: Sequence[TailEntry]) -> None:
        """The entries after the head were committed."""
        first, last = entries[0].version, entries[-1]
        assert first == self.head.version + 1, (first, self.head)
        assert last.version == self.head.version + len(entries), (last.version, self.head)
        self.entries.extend(entries)
        self.head = Head(last.version, last.tag)
        self._bytes += sum([len(entry.record) for entry in entries])

    @property
    def is_full(self) -> bool:
        """Whether it holds more than its limit, because the base still needs it."""
        return self._bytes > self._bytes_max

    def trim(self, base_version: int) -> None:
        """Forgets the oldest entries over the limit, none that the base still needs."""
        entries = self.entries
        while self._bytes > self._bytes_max and entries and entries[0].version <= base_version:
            gone = entries.popleft()
            self._bytes -= len(gone.record)
            self.before = Head(gone.version, gone.tag)

    def after(self, version: int) -> list[TailEntry] | None:
        """Entries above `version`, or None where the tail does not reach back so far."""
        skip = version - self.before.version
        if skip < 0 or version > self.head.version:
            return None
        if skip == 0:
            return list(self.entries)
        missing = self.head.version - version
        if missing > skip:
            return list(self.entries)[skip:]
        entries = self.entries
        return [entries[i] for i in range(len(entries) - missing, len(entries))]

    def tag_at(self, version: int) -> str | None:
        """The tag after `version`, or None where the tail does not reach."""
        if version == self.head.version:
            return self.head.tag
        index = version - self.before.version
        if index == 0:
            return self.before.tag
        if index < 0 or version > self.head.version:
            return None
        return self.entries[index - 1].tag


class Replica:
    """State and position of one room. Invariant: with nothing proposed, the state is that of the
    committed head."""

    def __init__(self, kind: RoomKind[Any], *, tail_bytes_max: int) -> None:
        self.kind = kind
        self.state = RoomState(kind)
        self.version = 0
        """Of the state: the committed head, or above it while entries are proposed."""
        self.tag = ROOT_TAG
        self.base: Base | None = None
        """The snapshot that a roll-back starts from; None: version 0."""
        self._landing: Base | None = None
        """A later snapshot than the base, only for going back to; it is never stored."""
        self.next_base: Base | None = None
        """Snapshot of a state that is proposed: becomes the base when that is committed."""
        self.tail = CommittedTail(Head(0, ROOT_TAG), tail_bytes_max)
        self._tail_bytes_max = tail_bytes_max
        self.proposed: list[TailEntry] = []
        self.proposed_bytes = 0
        self._roles_before: dict[str, Role | None] = {}
        """Committed roles of those whose role a proposed entry changes."""
        self.changes = 0
        """Counts roll-backs and resets of the state."""

    @property
    def committed(self) -> Head:
        """The latest position that this node knows to be durable."""
        return self.tail.head

    def committed_role(self, account: str) -> Role | None:
        """The account's role at the committed head: what is proposed lets nobody in and puts nobody
        out."""
        if account in self._roles_before:
            return self._roles_before[account]
        return self.state.role_of(account)

    def start_from(self, head: Head, blob: bytes) -> None:
        """Starts at a snapshot."""
        self.state = RoomState.restore(self.kind, blob)
        self.version, self.tag = head.version, Tag(head.tag)
        self.base = Base(head, blob)
        self._landing = None
        self.next_base = None
        self.tail = CommittedTail(head, self._tail_bytes_max)
        self._nothing_is_proposed()
        self.changes += 1

    def propose(self, events: Sequence[Any], stamp: Stamp, *, salt: str) -> TailEntry:
        """Applies the events of an accepted command ahead of its commit. `salt` is 16 random bytes
        in hexadecimal, used where events are hidden."""
        assert stamp.version == self.version + 1, (stamp.version, self.version)
        digest = self._digest_if_due(stamp.version)
        public: Sequence[Any] = events
        hidden: Sequence[HiddenEvents] = ()
        if self.kind.hides:
            public, hidden = self._split_by_audience(events)
        line = _encode(Entry(stamp.version, stamp.at, stamp.by, public))
        seal = Seal(
            stamp.client,
            stamp.seq,
            hidden or (),
            salt if hidden else "",
            digest,
            self.state.book.rules_version,
        )
        state = self.state
        for event in public:
            if type(event) in _ROLE_EVENTS:
                self._roles_before.setdefault(event.member, state.role_of(event.member))
        state.apply(public, stamp)
        for part in hidden:
            state.apply(part.events, stamp)
        state.remember(stamp)
        return self._propose_record(line, _encode(seal), stamp, hidden)

    def propose_refusal(self, code: str, detail: Any, stamp: Stamp) -> TailEntry:
        """Records a rejection as an entry without events, so that every later copy of the command
        finds it."""
        digest = self._digest_if_due(stamp.version)
        detail = recorded_detail(detail)
        line = _encode(Entry(v=stamp.version, at=stamp.at, by=stamp.by, refused=code))
        seal = Seal(
            client=stamp.client,
            seq=stamp.seq,
            detail=detail,
            digest=digest,
            rules=self.state.book.rules_version,
        )
        self.state.remember(stamp, code, detail)
        return self._propose_record(line, _encode(seal), stamp, ())

    def commit(self) -> list[TailEntry]:
        """What was proposed is durable now. Returns it as it is to be shown."""
        entries = self.proposed
        if entries:
            self.tail.extend(entries)
        self._nothing_is_proposed()
        if self.next_base is not None:
            self.base, self.next_base = self.next_base, None
        self.tail.trim(self.base.head.version if self.base else 0)
        return entries

    def roll_back(self) -> None:
        """Forgets what was proposed: the state is again that of the committed head."""
        if not self.proposed and self.version == self.committed.version:
            return
        self._nothing_is_proposed()
        self.next_base = None
        self.changes += 1
        self.state = self.committed_state()
        self.version, self.tag = self.committed.version, Tag(self.committed.tag)

    def committed_state(self) -> RoomState:
        """A copy of the state at the committed head, built from bytes that are in the log."""
        start, first, replayed = self._latest_snapshot(), 0, 0
        if start is None:
            state = RoomState(self.kind)
        else:
            state = RoomState.restore(self.kind, start.blob)
            first = start.head.version
        for entry in self.tail.after(first) or ():
            state.apply_entry(state.book.decode_record(entry.record))
            replayed += len(entry.record)
        state.take_unlisted()
        if replayed >= max(LANDING_BYTES, len(start.blob) if start else 0):
            self._landing = Base(self.committed, state.snapshot())
        return state

    def _latest_snapshot(self) -> Base | None:
        base, landing = self.base, self._landing
        if base is None or landing is None:
            return base or landing
        return landing if landing.head.version > base.head.version else base

    def ingest(self, records: Sequence[bytes]) -> list[TailEntry]:
        """Applies committed records that follow the head, written by others. Nothing may be
        proposed meanwhile.

        Raises CorruptEntry, UnknownEvent, DigestMismatch."""
        assert not self.proposed
        entries: list[TailEntry] = []
        for record in records:
            stored = self.state.book.decode_record(record)
            if stored.stamp.version != self.version + 1:
                raise CorruptEntry(
                    f"expected version {self.version + 1}, got {stored.stamp.version}"
                )
            if stored.digest and stored.rules == self.state.book.rules_version:
                self._verify_digest(stored)
            self.state.apply_entry(stored)
            self.version += 1
            self.tag = chain(self.tag, record)
            public, _ = split_record(record)
            hidden = [HiddenEvents(to, events) for to, events in stored.hidden]
            entry = TailEntry(record, public, self.version, self.tag, hidden)
            self.tail.extend([entry])
            entries.append(entry)
        if self.next_base is not None:
            self.base, self.next_base = self.next_base, None
        self.tail.trim(self.base.head.version if self.base else 0)
        return entries

    def rebase(self) -> Base:
        """Takes a snapshot of the committed state; nothing may be proposed."""
        assert self.version == self.committed.version
        if self.base is None or self.base.head != self.committed:
            self.base = Base(self.committed, self.state.snapshot())
        self.tail.trim(self.base.head.version)
        return self.base

    def _nothing_is_proposed(self) -> None:
        self.proposed = []
        self.proposed_bytes = 0
        self._roles_before.clear()

    def _propose_record(
        self, line: bytes, seal: bytes, stamp: Stamp, hidden: Sequence[HiddenEvents]
    ) -> TailEntry:
        record = line + b"\n" + seal
        self.version = stamp.version
        self.tag = chain(self.tag, record)
        proposed = TailEntry(record, line, stamp.version, self.tag, hidden)
        self.proposed.append(proposed)
        self.proposed_bytes += len(record)
        return proposed

    def _digest_if_due(self, version: int) -> str:
        if version % DIGEST_EVERY:
            return ""
        blob = self.state.snapshot()
        self.next_base = Base(Head(self.version, self.tag), blob)
        return digest_of(blob)

    def _verify_digest(self, stored: StoredEntry) -> None:
        blob = self.state.snapshot()
        if digest_of(blob) != stored.digest:
            raise DigestMismatch(
                f"state before version {stored.stamp.version} differs from its writer's"
            )
        self.next_base = Base(Head(self.version, self.tag), blob)

    def _split_by_audience(self, events: Sequence[Any]) -> tuple[list[Any], list[HiddenEvents]]:
        public: list[Any] = []
        hidden: list[HiddenEvents] = []
        for event in events:
            # events of the room itself (membership, chat) are for everybody
            common = type(event) in self.state.book.common_events
            audience = None if common else self.kind.audience(event)
            if audience is None:
                public.append(event)
            else:
                hidden.append(HiddenEvents(list(audience), [event]))
        return public, hidden
