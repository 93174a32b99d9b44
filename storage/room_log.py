"""Contract of the log: the ordered entries of every room, their snapshots, due times and listings.

Deals in bytes, versions and tags; knows no sport and no message. Three implementations (memory,
SQLite, PostgreSQL) pass one suite (tests/contracts/room_log_contract.py). SPEC rules LG1 to LG17.

What implementers owe, and callers may rely on:
- `append` compares (version, tag) of each room and writes all of a room's records or none. Rooms
  do not affect each other: a room that cannot be written (conflict, poisoned) does not stop the
  others of the batch.
- `Appended` is answered only after the commit has been synced to stable storage.
- `Unknown` means: may have happened, may still happen. It is neither success nor failure.
- Nothing but `read` returns entries; `runs` returns them as they lie, for archives.
- While a room is in an archive, `read`, `snapshot`, `snapshots` and `prune` raise RoomArchived and
  `save_snapshot` keeps nothing; rows, heads, lists and appends are as ever.
- Cancelling a caller never cancels a commit: an append that was handed over runs to its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """A room's latest version and the tag after it (16 hexadecimal digits)."""

    version: int
    tag: str


EMPTY = Head(0, "0" * 16)
"""The head of a room that has no entries yet."""


@dataclass(frozen=True, slots=True)
class ListingChange:
    """What an append changes in the listings that people see; written in the same transaction."""

    name: str | None = None
    """New name of the room, if it changes."""
    members: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    """Account to its role, or to None when it is no longer a member."""


@dataclass(frozen=True, slots=True)
class RoomAppend:
    """Records to append to one room, if it is at `expected`. No records: a compare of the head,
    nothing is written."""

    room: str
    expected: Head
    records: Sequence[bytes]
    head: Head
    """The head after the records; equal to `expected` where there are none."""
    due_at: int | None = None
    """When the rules want to be woken, in ms of log time; replaces what was there (with records
    only)."""
    kind: str | None = None
    """Given when the room is created by this append (`expected` is EMPTY): a room that exists is a
    Conflict."""
    listing: ListingChange | None = None
    at: int = 0
    """Log time of the last record, ms."""
    reserve: bool = False
    """Where it conflicts, nobody else is to append to the room for a moment, so that this node can
    read, decide again and be first. A log that only one process writes does nothing about it."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Committed and synced (or, with no records, the head is as expected)."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was written: the room is at `head` (None: no such room)."""

    head: Head | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may have happened, or may still happen."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written and nothing will be: the database is away, or refuses this room's
    records."""

    reason: str
    poisoned: bool = False
    """True: the database took others of the batch but not this room."""


Outcome = Appended | Conflict | Unknown | Refused


@dataclass(frozen=True, slots=True)
class RoomRow:
    """What the database knows of a room."""

    id: str
    kind: str
    head: Head
    due_at: int | None
    name: str
    created_at: int
    updated_at: int
    pruned_before: int
    """First version whose entry is still there (1: all of them)."""
    archive: str | None = None
    """Name of the file that holds its entries up to `archived_to`, and its snapshots; None: they
    are in the database."""
    archived_to: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A room in somebody's list."""

    row: RoomRow
    role: str


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A state and the position it belongs to."""

    head: Head
    blob: bytes


@dataclass(frozen=True, slots=True)
class StoredRun:
    """What a room committed together, as it lies in the log."""

    first: int
    last: int
    at: int
    """Log time of the last record, ms."""
    tag_before: str
    tag: str
    blob: bytes
    """The records, as entry_packing.py packs them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive records from `first` on; fewer than asked only at the end, or where `bytes_max`
    was reached."""

    first: int
    records: list[bytes]
    tag_before: str | None
    """Tag after version `first - 1` where the log knows it (it always does at a run's border),
    else None."""


class RoomLog(Protocol):
    """The truth about every room."""

    @property
    def exclusive(self) -> bool:
        """True where no other process can write: a replica that saw every append of this process
        is always fresh."""
        ...

    @property
    def generation(self) -> str:
        """One unbroken life of the database, 16 hexadecimal digits; checked in every append."""
        ...

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        """Appends for all rooms of the batch (each room at most once) and answers in their order.
        Never raises for the database's faults: those are outcomes."""
        ...

    async def barrier(self) -> None:
        """Returns after a write of this process that began after the call has been committed and
        synced.

        Raises StorageUnavailable, StorageFailed."""
        ...

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """The rows of those that exist."""
        ...

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """The heads of those that exist, by one query."""
        ...

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        """Records from version `first` on, at least one if there is one, and no more than reach
        `bytes_max` or `last`. An empty page where nothing is there (also when pruned: then `first`
        of the page is the first version that is)."""
        ...

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        """The latest snapshot, at or below `at_most` if given."""
        ...

    async def snapshots(self, room: str) -> list[int]:
        """Versions that have a snapshot, ascending."""
        ...

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        """Keeps it if (version, tag) is on the room's chain as far as the log can tell (the tag of
        a run's border is compared; a version above the head is refused). False: it was not kept."""
        ...

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        """Forgets these."""
        ...

    async def prune(self, room: str, before: int) -> int:
        """Forgets whole runs of entries below version `before`, which must have a snapshot at or
        below it that covers them (ValueError otherwise). Returns how many entries went."""
        ...

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        """Whole runs that begin at `first` or later, at least one if there is one, and no more than
        reach `bytes_max`: for archives and whoever checks them. Also of an archived room: what the
        database still holds, or holds already."""
        ...

    async def put_away(self, room: str, head: Head, archive: str) -> bool:
        """Takes the entries and snapshots of a room out of the database: from now on they are in
        the file of this name, which must be complete and synced. False: nothing was done, the room
        is not at `head`, or is in another file. Where it is in this one already, what an
        interrupted call left is taken out."""
        ...

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        """Puts a piece of this archive back; what is there already stays as it is, and what was
        pruned stays away. False: nothing was done, the room is not in this file."""
        ...

    async def end_archive(self, room: str, archive: str) -> bool:
        """Everything was taken back: the room is read from the database again. False: it was not in
        this file."""
        ...

    async def due(self, at: int, limit: int) -> list[str]:
        """Rooms whose `due_at` (or the later `retry_at`) is at or before `at`, the longest due
        first."""
        ...

    async def postpone(self, room: str, retry_at: int) -> None:
        """A due room that could not be served is not offered again before `retry_at`."""
        ...

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """The rooms of an account, ordered by room id, after the given id."""
        ...

    async def all_rooms(
        self, *, limit: int, after: str | None = None, kind: str | None = None
    ) -> list[RoomRow]:
        """Every room, or every one of a kind, ordered by id, after the given id."""
        ...

    async def sizes(self, room: str) -> tuple[int, int]:
        """Bytes of the room's log and of its snapshots."""
        ...

    async def check(self) -> None:
        """A cheap question that fails as the database would: for readiness. Raises StorageError."""
        ...

    async def close(self) -> None:
        """Ends the appends under way, then lets go."""
        ...
