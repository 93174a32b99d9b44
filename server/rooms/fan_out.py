"""Placing one encoded frame in many transports: encoded once per format, written in a plain loop,
big rooms in pieces.

No task, no await and no encoding per recipient. A big room is written to in pieces over turns of
the loop, so that small rooms do not wait behind it. Must not decide what is sent. SPEC: FO1 to FO6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Raw

from protocol.codec import JSON, MSGPACK
from protocol.framing import frame
from protocol.server_messages import Entries
from server.rooms.cohorts import Cohort
from server.rooms.follower import Follower
from server.rooms.replica import TailEntry

FRAME_BYTES_MAX = 262_144
"""A catch-up is cut into frames of about this size, so that no client has to hold more than that
undecoded."""


def entries_payloads(room: str, entries: Sequence[TailEntry], *, binary: bool) -> list[bytes]:
    """`entries` messages for consecutive entries, cut at about FRAME_BYTES_MAX."""
    codec = MSGPACK if binary else JSON
    payloads: list[bytes] = []
    part: list[Raw] = []
    size = 0
    first = entries[0].version
    for entry in entries:
        encoded = entry.encoded(binary=binary)
        if part and size + len(encoded) > FRAME_BYTES_MAX:
            payloads.append(
                codec.encode(
                    Entries(room, first, entries[entry.version - 1 - entries[0].version].tag, part)
                )
            )
            part, size, first = [], 0, entry.version
        part.append(Raw(encoded))
        size += len(encoded)
    payloads.append(codec.encode(Entries(room, first, entries[-1].tag, part)))
    return payloads


def pieces(entries: Sequence[TailEntry], *, binary: bool) -> Iterator[Sequence[TailEntry]]:
    """The same cuts, for whoever sends them one by one."""
    start = size = 0
    for index, entry in enumerate(entries):
        length = len(entry.encoded(binary=binary))
        if index > start and size + length > FRAME_BYTES_MAX:
            yield entries[start:index]
            start, size = index, 0
        size += length
    if entries:
        yield entries[start:]


def entries_frames(room: str, entries: Sequence[TailEntry], *, binary: bool) -> bytes:
    """The same, as ready-made frames."""
    return b"".join(
        frame(payload, binary=binary) for payload in entries_payloads(room, entries, binary=binary)
    )


_OVERLAP_PIECES = 4
"""At most so many pieces are still to be written when the next append begins."""


class Audience:
    """The followers of one room. Invariant: whoever is `in_sync` has been written everything up to
    its version."""

    def __init__(
        self,
        room: str,
        call_soon: Callable[[Callable[[], None]], object],
        piece: int,
        share: int,
        nearly_shown: Callable[[], None],
        failed: Callable[[Exception], object],
    ) -> None:
        self.room = room
        self.call_soon = call_soon
        self.nearly_shown = nearly_shown
        """Called once per fan-out in pieces, as soon as `is_nearly_shown`: after the first piece,
        where that was enough."""
        self.failed = failed
        """Told of a bug in a later piece, or in what follows the last one: nobody else waits for
        what the loop calls."""
        self.piece = piece
        self.share = share
        self.followers: dict[int, Follower] = {}
        self.cohorts: Iterable[Cohort] = ()
        """Of those who have a filter."""
        self._in_sync: dict[int, Follower] = {}
        self.unwritten = 0
        """Members whom pieces of an earlier fan-out have not reached yet."""
        self.overlap = 0
        self.deliveries = 0
        """Entries handed to transports, for the metrics."""

    def __len__(self) -> int:
        return len(self.followers)

    @property
    def is_nearly_shown(self) -> bool:
        """Whether the next append may begin: a part of the room is still to be written to, and the
        database commits meanwhile. Any earlier, and the commands that those send who have been
        written to would miss it."""
        return self.unwritten <= self.overlap

    def enter(self, follower: Follower) -> None:
        """A follower whose version is the room's joins those that are written to."""
        self.followers[follower.number] = follower
        follower.in_sync = True
        self._sharing(follower)[follower.number] = follower

    def lag(self, follower: Follower) -> None:
        """Nothing more is written to this one until it has caught up."""
        if follower.in_sync:
            follower.in_sync = False
            self._sharing(follower).pop(follower.number, None)

    def leave(self, follower: Follower) -> None:
        """Takes the follower out. Idempotent."""
        self.lag(follower)
        follower.closed = True
        self.followers.pop(follower.number, None)

    def _sharing(self, follower: Follower) -> dict[int, Follower]:
        """Those in sync who are written the same as this one."""
        return self._in_sync if follower.cohort is None else follower.cohort.in_sync

    def show(self, entries: Sequence[TailEntry], finished: Callable[[], None]) -> None:
        """Writes consecutive committed entries to everybody in sync; `finished` is called once all
        have them, at once or in a later turn of the loop. What goes wrong in this turn is raised,
        and in a later one, `failed` is told."""
        assert not self.unwritten, "the entries before these are still being written"
        sharings = [_Sharing(list(self._in_sync.values()), None, 0)]
        for cohort in self.cohorts:
            # those of whom nothing is wanted cost nothing, and are told with what comes next
            if cohort.in_sync and cohort.passing(entries):
                first, cohort.told = cohort.told + 1, entries[-1].version
                sharings.append(_Sharing(list(cohort.in_sync.values()), cohort, first))
        writing = _Writing(self, entries, sharings, finished)
        self.unwritten = count = sum([len(one.members) for one in sharings])
        self.overlap = min(count // self.share, _OVERLAP_PIECES * self.piece)
        writing.write_authors()
        writing.write_piece()

    def write_shared(self, payload_of: Callable[[bool], bytes]) -> None:
        """Writes one passing message to everybody in sync: encoded once per format; whoever lags
        misses it."""
        frames: list[bytes | None] = [None, None]
        everybody = [*self._in_sync.values()]
        for cohort in self.cohorts:
            everybody += cohort.in_sync.values()
        for follower in everybody:
            if not follower.in_sync:
                continue
            shared = frames[follower.binary]
            if shared is None:
                shared = frames[follower.binary] = frame(
                    payload_of(follower.binary), binary=follower.binary
                )
            try:
                follower.write(shared)
            except RuntimeError:
                self.lag(follower)


class _Sharing(NamedTuple):
    """Members who are written the same frames; those of a cohort from `first` on."""

    members: list[Follower]
    cohort: Cohort | None
    first: int


class _Writing:
    """Entries on their way to those who were in sync when they were committed. Refers to nothing
    that refers to it: what it holds goes with the last piece, not when the collector comes."""

    __slots__ = (
        "_at", "_audience", "_entries", "_finished", "_frames", "_left", "_said", "_sharings",
    )  # fmt: skip

    def __init__(
        self,
        audience: Audience,
        entries: Sequence[TailEntry],
        sharings: list[_Sharing],
        finished: Callable[[], None],
    ) -> None:
        self._audience = audience
        self._entries = entries
        self._sharings = sharings
        """Those who are still to be written to, the first of them from `_at` on."""
        self._finished = finished
        self._frames: list[bytes | None] = [None, None]
        """Of the first sharing."""
        self._at = 0
        self._left = sum([len(one.members) for one in sharings])
        self._said = False
        """Whether the audience was told that it is nearly shown."""

    def write_authors(self) -> None:
        """Authors first: their next commands come while the rest is written, so that they are all
        there for the next append. Written last, they would each miss it by a round trip. Those of
        cohorts have been written to before (Room)."""
        sharing = self._sharings[0]
        authors = [
            one for one in sharing.members if one.done is not None or one.replies is not None
        ]
        self._write(sharing, authors[: self._audience.piece])

    def write_piece(self) -> None:
        """The next members; the rest follows in later turns."""
        audience = self._audience
        room = audience.piece
        while room and self._sharings:
            sharing, at = self._sharings[0], self._at
            self._at = min(at + room, len(sharing.members))
            self._write(sharing, sharing.members[at : self._at])
            room -= self._at - at
            self._left -= self._at - at
            audience.deliveries += len(self._entries) * (self._at - at)
            if self._at == len(sharing.members):
                del self._sharings[0]
                self._at, self._frames = 0, [None, None]
        audience.unwritten = self._left
        if not audience.unwritten:
            self._finished()
            return
        audience.call_soon(self._write_next)
        if not self._said and audience.is_nearly_shown:
            self._said = True
            audience.nearly_shown()

    def _write_next(self) -> None:
        try:
            self.write_piece()
        except Exception as error:  # noqa: BLE001 - supervision boundary: a bug stops its room only
            self._audience.failed(error)

    def _write(self, sharing: _Sharing, members: Sequence[Follower]) -> None:
        audience, frames = self._audience, self._frames
        before, version = self._entries[0].version - 1, self._entries[-1].version
        filtered = sharing.cohort is not None
        for follower in members:
            # version: an author, and one that joined or caught up meanwhile, has them already; with
            # a filter it may be behind by what was not wanted
            if follower.version != before and (not filtered or follower.version >= version):
                continue
            if not follower.in_sync:
                continue
            follower.version = version
            written = frames[follower.binary]
            if written is None:
                written = frames[follower.binary] = self._made(sharing, binary=follower.binary)
            if follower.done is not None or follower.replies is not None:
                written = follower.take_frames(written)
            try:
                follower.write(written)
            except RuntimeError:
                # closed between two turns; its connection_lost comes, and must not cost the
                # others this frame
                audience.lag(follower)

    def _made(self, sharing: _Sharing, *, binary: bool) -> bytes:
        room = self._audience.room
        if sharing.cohort is None:
            return entries_frames(room, self._entries, binary=binary)
        return sharing.cohort.frames(room, self._entries, sharing.first, binary=binary)
