"""The log in memory: the reference for the other two, and the database of the simulation.

Deterministic, and it never waits: whoever wants faults (lost answers, late commits, conflicts)
subclasses and overrides `append`, with `apply` as the moment of the commit. It must not grow knobs
of its own. SPEC rules LG1 to LG17.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import pairwise

from storage import entry_packing
from storage.append_rules import check_batch, covers
from storage.errors import RoomArchived
from storage.room_log import (
    EMPTY,
    Appended,
    Conflict,
    Head,
    Listed,
    ListingChange,
    Outcome,
    Page,
    Refused,
    RoomAppend,
    RoomRow,
    StoredRun,
    StoredSnapshot,
)

APPENDED = Appended()
"""One value for all: an outcome says nothing but its class."""


class _Room:
    """One room: `records[0]` is the entry of version `first`, and `borders` are where its runs
    end."""

    __slots__ = (
        "archive",
        "borders",
        "coming",
        "created_at",
        "due_at",
        "first",
        "head",
        "id",
        "kept_from",
        "kind",
        "name",
        "records",
        "snapshots",
        "tags",
        "times",
        "updated_at",
    )

    def __init__(self, room: str, kind: str, created_at: int) -> None:
        self.id = room
        self.kind = kind
        self.name = ""
        self.head = EMPTY
        self.due_at: int | None = None
        self.created_at = created_at
        self.updated_at = created_at
        self.first = 1
        self.records: list[bytes] = []
        self.borders: list[int] = [0]
        """Versions after which a run begins, ascending; the first is the border of what was
        pruned."""
        self.tags: dict[int, str] = {0: EMPTY.tag}
        """Border to the tag after it."""
        self.times: dict[int, int] = {}
        """End of a run to its log time."""
        self.archive: tuple[str, int] | None = None
        """File and last version in it."""
        self.kept_from = 1
        """Of an archived room: what `first` was."""
        self.coming: dict[int, StoredRun] = {}
        """Runs that were taken back, until all of them are."""
        self.snapshots: dict[int, StoredSnapshot] = {}

    def row(self) -> RoomRow:
        """As the database would answer it."""
        return RoomRow(
            id=self.id,
            kind=self.kind,
            head=self.head,
            due_at=self.due_at,
            name=self.name,
            created_at=self.created_at,
            updated_at=self.updated_at,
            pruned_before=self.first if self.archive is None else self.kept_from,
            archive=self.archive and self.archive[0],
            archived_to=self.archive[1] if self.archive else 0,
        )

    def runs(self) -> Iterable[StoredRun]:
        """All runs here, in order."""
        for before, last in pairwise(self.borders):
            records = self.records[before + 1 - self.first : last + 1 - self.first]
            yield StoredRun(
                before + 1,
                last,
                self.times[last],
                self.tags[before],
                self.tags[last],
                entry_packing.pack(records),
            )

    def require_here(self) -> None:
        """Raises RoomArchived."""
        if self.archive is not None:
            raise RoomArchived(self.id, self.archive[0])


class MemoryRoomLog:
    """A log that lives as long as the object. Several nodes of a simulation may share one."""

    def __init__(self, *, generation: str = "0" * 15 + "1", exclusive: bool = False) -> None:
        self._generation = generation
        self._exclusive = exclusive
        self._rooms: dict[str, _Room] = {}
        self._wakes: dict[str, int] = {}
        """When each room with a due time is to be offered."""
        self._roles: dict[str, dict[str, str]] = {}
        """Account to its rooms, with the role in each."""

    @property
    def exclusive(self) -> bool:
        """Whether the owner promised that nobody else writes to this object."""
        return self._exclusive

    @property
    def generation(self) -> str:
        """Given at the making."""
        return self._generation

    async def append(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        """Appends at once."""
        return self.apply(batch)

    def apply(self, batch: Sequence[RoomAppend]) -> list[Outcome]:
        """The commit itself: what a subclass calls when it decides that a batch happens."""
        check_batch(batch)
        return [self._append(change) for change in batch]

    def _append(self, change: RoomAppend) -> Outcome:
        room = self._rooms.get(change.room)
        if change.kind is not None:
            if room is not None:
                return Conflict(room.head)
        elif room is None:
            return Conflict(None)
        elif room.head != change.expected:
            return Conflict(room.head)
        if not change.records:
            return APPENDED
        if not _is_text(change):
            return Refused("the room's texts are not Unicode", poisoned=True)
        if room is None:
            assert change.kind is not None, "a room that is not there was answered above"
            room = self._rooms[change.room] = _Room(change.room, change.kind, change.at)
        room.records.extend(change.records)
        room.head = change.head
        room.borders.append(change.head.version)
        room.tags[change.head.version] = change.head.tag
        room.times[change.head.version] = room.updated_at = change.at
        room.due_at = change.due_at
        if change.due_at is None:
            self._wakes.pop(room.id, None)
        else:
            self._wakes[room.id] = change.due_at
        if change.listing is not None:
            self._list(room, change.listing)
        return APPENDED

    def _list(self, room: _Room, listing: ListingChange) -> None:
        if listing.name is not None:
            room.name = listing.name
        for account, role in listing.members.items():
            if role is not None:
                self._roles.setdefault(account, {})[room.id] = role
            else:
                self._roles.get(account, {}).pop(room.id, None)

    async def barrier(self) -> None:
        """Nothing waits to be synced here."""

    async def rooms(self, ids: Sequence[str]) -> dict[str, RoomRow]:
        """The rows of those that exist."""
        return {room.id: room.row() for room in self._known(ids)}

    async def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """The heads of those that exist."""
        return {room.id: room.head for room in self._known(ids)}

    async def read(
        self, room: str, first: int, *, last: int | None = None, bytes_max: int = 4_194_304
    ) -> Page:
        """Records from `first` on."""
        assert first >= 1, f"expected a version from 1 on, got {first}"
        here = self._rooms.get(room)
        if here is None:
            return Page(first, [], None)
        here.require_here()
        if first < here.first:
            return Page(here.first, [], here.tags.get(here.first - 1))
        end = here.head.version if last is None else min(last, here.head.version)
        records: list[bytes] = []
        size = 0
        for record in here.records[first - here.first : max(end - here.first + 1, 0)]:
            size += len(record)
            if records and size > bytes_max:
                break
            records.append(record)
        return Page(first, records, here.tags.get(first - 1))

    async def snapshot(self, room: str, *, at_most: int | None = None) -> StoredSnapshot | None:
        """The latest snapshot, at or below `at_most` if given."""
        here = self._rooms.get(room)
        if here is None:
            return None
        here.require_here()
        fitting = [v for v in here.snapshots if at_most is None or v <= at_most]
        return here.snapshots[max(fitting)] if fitting else None

    async def snapshots(self, room: str) -> list[int]:
        """Versions that have a snapshot."""
        here = self._rooms.get(room)
        if here is None:
            return []
        here.require_here()
        return sorted(here.snapshots)

    async def save_snapshot(self, room: str, snapshot: StoredSnapshot) -> bool:
        """Keeps it where its position may be on the chain."""
        here = self._rooms.get(room)
        version, tag = snapshot.head.version, snapshot.head.tag
        if here is None or here.archive is not None or version > here.head.version:
            return False
        if here.tags.get(version, tag) != tag:
            return False
        here.snapshots[version] = snapshot
        return True

    async def drop_snapshots(self, room: str, versions: Sequence[int]) -> None:
        """Forgets these."""
        here = self._rooms.get(room)
        if here is not None:
            for version in versions:
                here.snapshots.pop(version, None)

    async def prune(self, room: str, before: int) -> int:
        """Forgets the runs that end below `before`."""
        here = self._rooms.get(room)
        if here is not None:
            here.require_here()
        if here is None or not covers(list(here.snapshots), before):
            raise ValueError(f"expected a snapshot of {room} at {before - 1} or {before}")
        kept = bisect_right(here.borders, before - 1) - 1
        gone = here.borders[kept] - here.borders[0]
        for border in here.borders[:kept]:
            del here.tags[border]
            here.times.pop(border, None)
        del here.borders[:kept]
        del here.records[:gone]
        here.first += gone
        return gone

    async def runs(self, room: str, first: int, *, bytes_max: int = 4_194_304) -> list[StoredRun]:
        """Whole runs that begin at `first` or later."""
        here = self._rooms.get(room)
        found: list[StoredRun] = []
        for run in () if here is None else here.runs():
            if run.first >= first:
                if found and sum(len(one.blob) for one in found) + len(run.blob) > bytes_max:
                    break
                found.append(run)
        return found

    async def put_away(self, room: str, head: Head, archive: str) -> bool:
        """Forgets what is in the file."""
        here = self._rooms.get(room)
        if here is None:
            return False
        if here.archive is not None:
            return here.archive == (archive, head.version)
        if here.head != head:
            return False
        here.archive, here.kept_from = (archive, head.version), here.first
        here.first = head.version + 1
        here.records, here.borders, here.tags = [], [head.version], {head.version: head.tag}
        here.times, here.snapshots, here.coming = {}, {}, {}
        return True

    async def take_back(
        self,
        room: str,
        archive: str,
        runs: Sequence[StoredRun],
        snapshots: Sequence[StoredSnapshot],
    ) -> bool:
        """Keeps them apart until `end_archive`."""
        here = self._rooms.get(room)
        if here is None or here.archive is None or here.archive[0] != archive:
            return False
        here.coming.update({run.first: run for run in runs if run.first >= here.kept_from})
        for snapshot in snapshots:
            here.snapshots.setdefault(snapshot.head.version, snapshot)
        return True

    async def end_archive(self, room: str, archive: str) -> bool:
        """Joins what was taken back with what came after it."""
        here = self._rooms.get(room)
        if here is None or here.archive is None or here.archive[0] != archive:
            return False
        back = [run for _, run in sorted(here.coming.items())]
        here.records[:0] = [one for run in back for one in entry_packing.unpack(run.blob)]
        here.borders[:0] = [run.first - 1 for run in back]
        here.tags.update({run.first - 1: run.tag_before for run in back})
        here.times.update({run.last: run.at for run in back})
        here.first, here.archive, here.coming = here.kept_from, None, {}
        return True

    async def due(self, at: int, limit: int) -> list[str]:
        """Rooms to be woken, the longest due first."""
        waiting = ((wake_at, room) for room, wake_at in self._wakes.items() if wake_at <= at)
        return [room for _, room in nsmallest(limit, waiting)]

    async def postpone(self, room: str, retry_at: int) -> None:
        """Not before `retry_at`, and not before the room is due."""
        here = self._rooms.get(room)
        if here is not None and here.due_at is not None:
            self._wakes[room] = max(here.due_at, retry_at)

    async def listed(self, account: str, *, limit: int, after: str | None = None) -> list[Listed]:
        """The rooms of an account."""
        roles = self._roles.get(account, {})
        return [Listed(self._rooms[room].row(), roles[room]) for room in _page(roles, limit, after)]

    async def all_rooms(
        self, *, limit: int, after: str | None = None, kind: str | None = None
    ) -> list[RoomRow]:
        """Every room."""
        rooms = [id_ for id_, here in self._rooms.items() if kind in {None, here.row().kind}]
        return [self._rooms[room].row() for room in _page(rooms, limit, after)]

    async def sizes(self, room: str) -> tuple[int, int]:
        """Bytes of the records and of the snapshots."""
        here = self._rooms.get(room)
        if here is None:
            return 0, 0
        return sum(map(len, here.records)), sum(len(s.blob) for s in here.snapshots.values())

    async def check(self) -> None:
        """Memory does not fail."""

    async def close(self) -> None:
        """Nothing is held."""

    def _known(self, ids: Iterable[str]) -> list[_Room]:
        return [self._rooms[room] for room in ids if room in self._rooms]


def _page(ids: Iterable[str], limit: int, after: str | None) -> list[str]:
    return nsmallest(limit, (room for room in ids if after is None or room > after))


def _is_text(change: RoomAppend) -> bool:
    """Databases keep UTF-8; half a surrogate pair is a Python string that is none."""
    listing = change.listing
    if listing is None:
        return True
    try:
        for text in (listing.name or "", *listing.members, *listing.members.values()):
            (text or "").encode()
    except UnicodeEncodeError:
        return False
    return True
