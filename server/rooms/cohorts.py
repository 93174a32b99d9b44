"""Followers of one room who are sent the same part of it: those with one filter, and the crowd of
those without. They share frames and first pictures, and each entry is judged once for all of them.

What a cohort is not sent it is not told of one by one: `skipped_to` in its next message says how
far the room has come. Must not know what filters mean. SPEC: FF3 to FF8, FX2, FX5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from protocol.codec import JSON, MSGPACK, transcode
from protocol.framing import frame
from protocol.identifiers import Position
from protocol.server_messages import Entries, Snapshot
from server.rooms.replica import Replica, TailEntry
from server.rules.kind import Sieve
from server.rules.membership_state import is_crowd
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
SINCE_MAX = 64
"""Entries for a cohort that may have come since its first picture, while an append is under way,
before that is made from the log's bytes: that costs milliseconds."""
_ARRIVAL = b'"type":"member.joined"'
_ONLY_LOOKS = b'"role":"viewer"'


class Cohort:
    """Everybody on this node with one filter; or without one, of a kind that crowds follow."""

    __slots__ = (
        "_judged", "_opening", "_picture", "_replica", "_sieve", "_since", "followers", "in_sync",
        "key", "told", "wanted",
    )  # fmt: skip

    def __init__(self, key: bytes, wanted: Any, sieve: Sieve[Any] | None, replica: Replica) -> None:
        self.key = key
        self.wanted = wanted
        """The filter; None: there is none, and this is the crowd."""
        self.followers: set[int] = set()
        """Numbers of all of them."""
        self.in_sync: dict[int, Follower] = {}
        self.told = replica.committed.version
        """Where those in sync are at least: a frame for all of them begins after it."""
        self._sieve = sieve
        self._replica = replica
        self._judged: dict[int, TailEntry | None] = {}
        self._picture: _Picture | None = None
        self._since: list[TailEntry] = []
        """What passed since the picture was made."""
        self._opening: tuple[Head, list[list[bytes] | None]] = (Head(0, ""), [None, None])
        """Messages for whoever starts over at this head, by format."""

    def judge(self, entry: TailEntry, read: Any) -> TailEntry | None:
        """What passes of an entry, which `read` is; None: nothing."""
        kept: TailEntry | None = entry
        if read is ARRIVED:
            kept = None
        elif self.wanted is not None:
            assert self._sieve is not None, "who wants a part has a sieve"
            passing = self._sieve.left_of(self.wanted, read)
            if passing is None:
                kept = None
            elif passing.line is not None:
                kept = TailEntry(b"", passing.line, entry.version, entry.tag)
        self._judged[entry.version] = kept
        if len(self._judged) > JUDGED_MAX:
            del self._judged[next(iter(self._judged))]
        return kept

    def follow(self, entry: TailEntry, read: Any) -> None:
        """An entry was committed."""
        kept = self.judge(entry, read)
        if kept is None or self._picture is None:
            return
        self._since.append(kept)
        if len(self._since) > SINCE_MAX:
            self._picture = None
            self._since.clear()

    def _read(self, entry: TailEntry) -> Any:
        """An entry that may be long past."""
        if is_arrival(entry, self._replica.state):
            return ARRIVED
        return (
            None
            if self.wanted is None or self._sieve is None
            else self._sieve.read(entry.public, None)
        )

    def passing(self, entries: Sequence[TailEntry]) -> list[TailEntry]:
        """What passes of entries that may be long past."""
        found: list[TailEntry] = []
        for entry in entries:
            if entry.version in self._judged:
                kept = self._judged[entry.version]
            else:
                kept = self.judge(entry, self._read(entry))
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
        """What of a whole room state those here start from, as JSON."""
        kind, sieve, wanted = self._replica.kind, self._sieve, self.wanted
        if wanted is None:
            return state.part(kind.picture or kind.view)
        assert sieve is not None, "who wants a part has a sieve"
        return state.part(lambda inner: sieve.view(inner, wanted))

    def opening(self, room: str, generation: str, *, binary: bool) -> list[bytes]:
        """What somebody who starts over is sent, up to the committed head: a `snapshot`, and the
        `entries` since it was made. Made once until the head moves on."""
        head = self._replica.committed
        if self._opening[0] != head:
            self._opening = (head, [None, None])
        made = self._opening[1][binary]
        if made is None:
            picture = self._latest()
            position = Position(generation, picture.head.version, picture.head.tag)
            kind = self._replica.kind.name
            made = [picture.snapshot(room, position, kind, binary=binary)]
            if picture.head != head:
                entries = [Raw(one.encoded(binary=binary)) for one in self._since]
                first = picture.head.version + 1
                since = Entries(room, first, head.tag, entries, head.version)
                made.append((MSGPACK if binary else JSON).encode(since))
            self._opening[1][binary] = made
        return made

    def _latest(self) -> _Picture:
        """As of now where that costs little: nothing that is proposed may be shown."""
        replica, picture = self._replica, self._picture
        old = bool(self._since) and not replica.proposed
        crowded = is_crowd(replica.state.membership)
        if picture is None or old or picture.crowded != crowded:
            state = replica.committed_state() if replica.proposed else replica.state
            picture = self._picture = _Picture(replica.committed, self.view(state), crowded=crowded)
            self._since.clear()
        return picture


class _Picture:
    """A view at a position, and its message in each format."""

    __slots__ = ("_made", "crowded", "head", "view")

    def __init__(self, head: Head, view: bytes, *, crowded: bool) -> None:
        self.head = head
        self.view = view
        self.crowded = crowded
        self._made: list[bytes | None] = [None, None]

    def snapshot(self, room: str, position: Position, kind: str, *, binary: bool) -> bytes:
        """The `snapshot` message, made once."""
        made = self._made[binary]
        if made is None:
            made = snapshot_message(room, position, kind, self.view, binary=binary)
            self._made[binary] = made
        return made


ARRIVED = object()
"""Read of an entry: nothing but that somebody came who only looks, among many."""


def is_arrival(entry: TailEntry, state: RoomState) -> bool:
    """Whether nobody in a crowd is told of this entry (FX2)."""
    line = entry.public
    return (
        _ARRIVAL in line
        and _ONLY_LOOKS in line
        and line.count(b'"type":') == 1
        and is_crowd(state.membership)
    )


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
        full = len(self._by_key) - (ASKS_NOTHING in self._by_key) >= COHORTS_MAX
        return self._by_key.get(key) or (None if full else self._new(key, wanted))

    def crowd(self) -> Cohort:
        """The cohort of those without a filter."""
        return self._by_key.get(ASKS_NOTHING) or self._new(ASKS_NOTHING, None)

    def _new(self, key: bytes, wanted: Any) -> Cohort:
        cohort = Cohort(key, wanted, self._replica.kind.sieve, self._replica)
        self._by_key[key] = cohort
        return cohort

    def holds(self, wanted: Any, follower: Follower) -> bool:
        """Whether a position that was reached with this filter (None: none) goes on to be the
        follower's: who is sent everything after all holds only a part of what was before."""
        return wanted is None or follower.filtered or msgspec.json.encode(wanted) == ASKS_NOTHING

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
        sieve, state = self._replica.kind.sieve, self._replica.state
        filtered = any(one.wanted is not None for one in self._by_key.values())
        for entry in entries:
            read: Any = None
            if is_arrival(entry, state):
                read = ARRIVED
            elif filtered and sieve is not None:
                read = sieve.read(entry.public, state.inner)
            for cohort in self._by_key.values():
                cohort.follow(entry, read)
