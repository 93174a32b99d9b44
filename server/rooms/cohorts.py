"""Followers of one room who want the same part of it: they share frames, and each entry is judged
once for all of them.

What a cohort is not sent it is not told of one by one: `skipped_to` in its next message says how
far the room has come. Must not know what filters mean. SPEC: FF3 to FF8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from protocol.codec import JSON, MSGPACK, transcode
from protocol.framing import frame
from protocol.server_messages import Entries, Snapshot
from server.rooms.replica import Replica, TailEntry
from server.rules.kind import Sieve
from server.rules.room_state import RoomState
from storage.room_log import Head

if TYPE_CHECKING:
    from server.rooms.follower import Follower

COHORTS_MAX = 64
"""Filters of one room; who brings one more is sent everything."""
JUDGED_MAX = 2_048
"""Entries whose judgement a cohort remembers, for those of its members who come to them later."""
FRAME_BYTES_MAX = 262_144
ASKS_NOTHING = b"{}"
"""A filter that lets everything through."""


class Cohort:
    """Everybody on this node with one filter."""

    __slots__ = (
        "_judged", "_replica", "_sieve", "_snapshot", "followers", "in_sync", "key", "told",
        "wanted",
    )  # fmt: skip

    def __init__(self, key: bytes, wanted: Any, sieve: Sieve[Any], replica: Replica) -> None:
        self.key = key
        self.wanted = wanted
        self.followers: set[int] = set()
        """Numbers of all of them."""
        self.in_sync: dict[int, Follower] = {}
        self.told = replica.committed.version
        """Where those in sync are at least: a frame for all of them begins after it."""
        self._sieve = sieve
        self._replica = replica
        self._judged: dict[int, TailEntry | None] = {}
        self._snapshot: tuple[Head, list[bytes | None]] | None = None

    def judge(self, entry: TailEntry, read: Any) -> TailEntry | None:
        """What passes of an entry, which `read` is; None: nothing."""
        passing = self._sieve.left_of(self.wanted, read)
        kept: TailEntry | None = None
        if passing is not None:
            kept = entry
            if passing.line is not None:
                kept = TailEntry(b"", passing.line, entry.version, entry.tag)
        self._judged[entry.version] = kept
        if len(self._judged) > JUDGED_MAX:
            del self._judged[next(iter(self._judged))]
        return kept

    def passing(self, entries: Sequence[TailEntry]) -> list[TailEntry]:
        """What passes of entries that may be long past."""
        found: list[TailEntry] = []
        for entry in entries:
            if entry.version in self._judged:
                kept = self._judged[entry.version]
            else:
                kept = self.judge(entry, self._sieve.read(entry.public, None))
            if kept is not None:
                found.append(kept)
        return found

    def payloads(
        self, room: str, entries: Sequence[TailEntry], first: int, *, binary: bool
    ) -> list[bytes]:
        """`entries` messages for whoever has everything below `first` and is to come to the last of
        these consecutive entries; at least one, also where nothing passes."""
        codec = MSGPACK if binary else JSON
        payloads: list[bytes] = []
        part: list[Raw] = []
        size = 0
        before: TailEntry | None = None
        for one in self.passing(entries):
            encoded = one.encoded(binary=binary)
            if before is not None and size + len(encoded) > FRAME_BYTES_MAX:
                at = before.version
                payloads.append(codec.encode(Entries(room, first, before.tag, part, at)))
                part, size, first = [], 0, at + 1
            part.append(Raw(encoded))
            size += len(encoded)
            before = one
        last = entries[-1]
        payloads.append(codec.encode(Entries(room, first, last.tag, part, last.version)))
        return payloads

    def frames(self, room: str, entries: Sequence[TailEntry], first: int, *, binary: bool) -> bytes:
        """The same, as ready-made frames."""
        payloads = self.payloads(room, entries, first, binary=binary)
        return b"".join(frame(payload, binary=binary) for payload in payloads)

    def view(self, state: RoomState) -> bytes:
        """The public view of a whole room state, by the filter, as JSON."""

        def of_kind(inner: Any) -> Any:
            return self._sieve.view(inner, self.wanted)

        return state.view(of_kind)

    def snapshot(self, room: str, position: Any, *, binary: bool) -> bytes:
        """The `snapshot` message of the committed head, made once until that moves on."""
        replica = self._replica
        head = replica.committed
        if self._snapshot is None or self._snapshot[0] != head:
            self._snapshot = (head, [None, None])
        made = self._snapshot[1][binary]
        if made is None:
            state = replica.committed_state() if replica.proposed else replica.state
            made = snapshot_message(
                room, position, replica.kind.name, self.view(state), binary=binary
            )
            self._snapshot[1][binary] = made
        return made


def snapshot_message(room: str, position: Any, kind: str, view: bytes, *, binary: bool) -> bytes:
    """A `snapshot` of a view in JSON."""
    state = Raw(transcode(view) if binary else view)
    return (MSGPACK if binary else JSON).encode(Snapshot(room, position, kind, state))


class Cohorts:
    """The cohorts of one room."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._by_key: dict[bytes, Cohort] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Cohort]:
        return iter(self._by_key.values())

    def of(self, wanted: Any) -> Cohort | None:
        """The cohort of a filter; None: one that asks nothing, or there are too many others."""
        sieve = self._replica.kind.sieve
        assert sieve is not None, "a kind without filters has no cohorts"
        wanted = sieve.canonical(wanted)
        key = msgspec.json.encode(wanted)
        if key == ASKS_NOTHING:
            return None
        cohort = self._by_key.get(key)
        if cohort is None and len(self._by_key) < COHORTS_MAX:
            cohort = self._by_key[key] = Cohort(key, wanted, sieve, self._replica)
        return cohort

    def holds(self, wanted: Any, follower: Follower) -> bool:
        """Whether a position that was reached with this filter (None: none) goes on to be the
        follower's: who is sent everything after all holds only a part of what was before."""
        return (
            wanted is None
            or follower.cohort is not None
            or msgspec.json.encode(wanted) == ASKS_NOTHING
        )

    def left(self, follower: Follower) -> None:
        """A follower has gone; the last one takes its cohort along. Idempotent."""
        cohort = follower.cohort
        if cohort is None:
            return
        cohort.followers.discard(follower.number)
        if not cohort.followers:
            self._by_key.pop(cohort.key, None)

    def judge(self, entries: Sequence[TailEntry]) -> None:
        """Entries were committed: each is read once, and judged once by each cohort."""
        if not self._by_key:
            return
        sieve = self._replica.kind.sieve
        assert sieve is not None, "a kind without filters has no cohorts"
        state = self._replica.state.inner
        for entry in entries:
            read = sieve.read(entry.public, state)
            for cohort in self._by_key.values():
                cohort.judge(entry, read)
