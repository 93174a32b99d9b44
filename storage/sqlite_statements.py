"""What the contract of the log says, in SQLite's SQL: each function asks or changes one thing on a
connection it is given.

Knows no thread, no transaction's border (but for `page`, which must see one moment) and no outcome
of a commit. What writes runs inside the writer's transaction, and may run again after a rollback.
SPEC rules LG1 to LG17.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storage import entry_packing
from storage.append_rules import covers
from storage.errors import CorruptEntry, RoomArchived
from storage.room_log import (
    Appended,
    Conflict,
    Head,
    Outcome,
    Page,
    RoomAppend,
    RoomRow,
    StoredRun,
    StoredSnapshot,
)

Row = tuple[Any, ...]
"""What SQLite answers has the types of the schema's strict tables."""

APPENDED = Appended()
"""One value for all: an outcome says nothing but its class."""

ROOMS = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to
FROM room WHERE id IN (SELECT value FROM json_each(?))
"""
ALL_ROOMS = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to
FROM room WHERE id > ? ORDER BY id LIMIT ?
"""
ROOMS_OF_KIND = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to
FROM room WHERE kind = ? AND id > ? ORDER BY id LIMIT ?
"""
LISTED = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to, role
FROM member JOIN room ON id = member.room
WHERE account = ? AND member.room > ? ORDER BY member.room LIMIT ?
"""
HEADS = "SELECT id, version, tag FROM room WHERE id IN (SELECT value FROM json_each(?))"


RUNS_PER_DELETE = 1_000
"""A few milliseconds, in which no append is committed."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a prune has decided: the first version that is kept, and how many entries went."""

    number: int
    kept: int
    gone: int


class Append:
    """The unit of one room: compare, write the run, write the listings."""

    __slots__ = ("change",)

    def __init__(self, change: RoomAppend) -> None:
        self.change = change

    def __call__(self, connection: sqlite3.Connection) -> Outcome:
        """Inside the transaction."""
        change = self.change
        if change.kind is not None:
            number = self._create(connection, change.kind)
        elif change.records:
            number = self._advance(connection)
        else:
            found = head_of(connection, change.room)
            return APPENDED if found == change.expected else Conflict(found)
        if number is None:
            return Conflict(head_of(connection, change.room))
        connection.execute(
            "INSERT INTO run (room, first, last, at, tag_before, tag, records)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                change.expected.version + 1,
                change.head.version,
                change.at,
                change.expected.tag,
                change.head.tag,
                entry_packing.pack(change.records),
            ),
        )
        if change.listing is not None:
            self._list(connection)
        return APPENDED

    def _create(self, connection: sqlite3.Connection, kind: str) -> int | None:
        change = self.change
        row = connection.execute(
            "INSERT INTO room"
            " (id, kind, name, version, tag, due_at, wake_at, created_at, updated_at)"
            " VALUES (?1, ?2, '', ?3, ?4, ?5, ?5, ?6, ?6)"
            " ON CONFLICT (id) DO NOTHING RETURNING number",
            (change.room, kind, change.head.version, change.head.tag, change.due_at, change.at),
        ).fetchone()
        return None if row is None else row[0]

    def _advance(self, connection: sqlite3.Connection) -> int | None:
        change = self.change
        row = connection.execute(
            "UPDATE room SET version = ?1, tag = ?2, due_at = ?3, wake_at = ?3, updated_at = ?4"
            " WHERE id = ?5 AND version = ?6 AND tag = ?7 RETURNING number",
            (
                change.head.version,
                change.head.tag,
                change.due_at,
                change.at,
                change.room,
                change.expected.version,
                change.expected.tag,
            ),
        ).fetchone()
        return None if row is None else row[0]

    def _list(self, connection: sqlite3.Connection) -> None:
        room, listing = self.change.room, self.change.listing
        assert listing is not None, "asked for only where there is one"
        if listing.name is not None:
            connection.execute("UPDATE room SET name = ? WHERE id = ?", (listing.name, room))
        for account, role in listing.members.items():
            if role is None:
                connection.execute(
                    "DELETE FROM member WHERE account = ? AND room = ?", (account, room)
                )
            else:
                connection.execute(
                    "INSERT INTO member (account, room, role) VALUES (?, ?, ?)"
                    " ON CONFLICT (account, room) DO UPDATE SET role = excluded.role",
                    (account, room, role),
                )


def touch(connection: sqlite3.Connection) -> None:
    """Writes something, so that there is a commit to wait for."""
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('barrier', '')"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )


def head_of(connection: sqlite3.Connection, room: str) -> Head | None:
    """Where the room is, if there is such a room."""
    row = connection.execute("SELECT version, tag FROM room WHERE id = ?", (room,)).fetchone()
    return None if row is None else Head(row[0], row[1])


def save_snapshot(connection: sqlite3.Connection, room: str, snapshot: StoredSnapshot) -> bool:
    """Whether the snapshot was kept."""
    head = snapshot.head
    row = connection.execute(
        "SELECT number, version, tag, pruned_before FROM room WHERE id = ? AND archive IS NULL",
        (room,),
    ).fetchone()
    if row is None or head.version > row[1]:
        return False
    known = _tag_before(connection, row, head.version + 1)
    if known is not None and known != head.tag:
        return False
    connection.execute(
        "INSERT INTO snapshot (room, version, tag, state) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (room, version) DO UPDATE SET tag = excluded.tag, state = excluded.state",
        (row[0], head.version, head.tag, snapshot.blob),
    )
    return True


def begin_prune(
    connection: sqlite3.Connection, room: str, before: int
) -> Pruned | RoomArchived | None:
    """Says from where on entries are kept: the first run that holds `before` or later.

    The runs in front are as good as gone; `delete_runs` deletes them piece by piece. None: no
    snapshot covers what would go. Raises nothing: it runs in the writer's thread.
    """
    try:
        covered = covers(snapshots(connection, room), before)
    except RoomArchived as away:
        return away
    if not covered:
        return None
    number, head, pruned_before = connection.execute(
        "SELECT number, version, pruned_before FROM room WHERE id = ?", (room,)
    ).fetchone()
    (first,) = connection.execute(
        "SELECT min(first) FROM run WHERE room = ? AND first >= ? AND last >= ?",
        (number, pruned_before, before),
    ).fetchone()
    kept = head + 1 if first is None else first
    connection.execute("UPDATE room SET pruned_before = ? WHERE number = ?", (kept, number))
    return Pruned(number, kept, kept - pruned_before)


def delete_runs(connection: sqlite3.Connection, pruned: Pruned) -> int:
    """Deletes a piece of what was pruned, and returns how many runs it was: none, when done."""
    return connection.execute(
        "DELETE FROM run WHERE rowid IN"
        " (SELECT rowid FROM run WHERE room = ? AND first < ? ORDER BY first LIMIT ?)",
        (pruned.number, pruned.kept, RUNS_PER_DELETE),
    ).rowcount


def require_here(connection: sqlite3.Connection, room: str) -> None:
    """Raises RoomArchived where the room's entries are in a file."""
    row = connection.execute("SELECT archive FROM room WHERE id = ?", (room,)).fetchone()
    if row is not None and row[0] is not None:
        raise RoomArchived(room, row[0])


def snapshot(
    connection: sqlite3.Connection, room: str, at_most: int | None
) -> StoredSnapshot | None:
    """The latest one, at or below `at_most` if given. Raises RoomArchived."""
    row = connection.execute(
        "SELECT r.archive, s.version, s.tag, s.state FROM room r LEFT JOIN snapshot s"
        " ON s.room = r.number AND s.version <= ? WHERE r.id = ? ORDER BY s.version DESC LIMIT 1",
        (2**63 - 1 if at_most is None else at_most, room),
    ).fetchone()
    if row is None:
        return None
    if row[0] is not None:
        raise RoomArchived(room, row[0])
    return None if row[1] is None else StoredSnapshot(Head(row[1], row[2]), row[3])


def snapshots(connection: sqlite3.Connection, room: str) -> list[int]:
    """Versions that have one. Raises RoomArchived."""
    require_here(connection, room)
    rows = connection.execute(
        "SELECT version FROM snapshot WHERE room = (SELECT number FROM room WHERE id = ?)"
        " ORDER BY version",
        (room,),
    )
    return [version for (version,) in rows]


def sizes(connection: sqlite3.Connection, room: str) -> tuple[int, int]:
    """Bytes of the records and of the snapshots."""
    row = connection.execute("SELECT number FROM room WHERE id = ?", (room,)).fetchone()
    if row is None:
        return 0, 0
    entries, runs, stored = connection.execute(
        "SELECT ifnull(sum(last - first + 1), 0), count(*), ifnull(sum(length(records)), 0)"
        " FROM run WHERE room = ?",
        row,
    ).fetchone()
    (snapshots,) = connection.execute(
        "SELECT ifnull(sum(length(state)), 0) FROM snapshot WHERE room = ?", row
    ).fetchone()
    return stored - entry_packing.overhead(entries=entries, runs=runs), snapshots


def room_row(row: Row) -> RoomRow:
    """The first columns of a row, in the order in which the questions above ask for them."""
    room, kind, version, tag, due_at, name, created_at, updated_at, pruned_before = row[:9]
    archive, archived_to = row[9:11]
    return RoomRow(
        id=room,
        kind=kind,
        head=Head(version, tag),
        due_at=due_at,
        name=name,
        created_at=created_at,
        updated_at=updated_at,
        pruned_before=pruned_before,
        archive=archive,
        archived_to=archived_to or 0,
    )


def due(connection: sqlite3.Connection, at: int, limit: int) -> list[str]:
    """Rooms to be woken, the longest due first."""
    rows = connection.execute(
        "SELECT id FROM room WHERE wake_at <= ? ORDER BY wake_at, id LIMIT ?", (at, limit)
    )
    return [room for (room,) in rows]


def page(
    connection: sqlite3.Connection, room: str, first: int, last: int | None, bytes_max: int
) -> Page:
    """Records from `first` on, all as they were at one moment."""
    connection.execute("BEGIN")
    try:
        row = connection.execute(
            "SELECT number, version, tag, pruned_before, archive FROM room WHERE id = ?", (room,)
        ).fetchone()
        if row is None:
            return Page(first, [], None)
        number, version, _, pruned_before, archive = row
        if archive is not None:
            raise RoomArchived(room, archive)
        if first < pruned_before:
            return Page(pruned_before, [], _tag_before(connection, row, pruned_before))
        end = version if last is None else min(last, version)
        records = _records(connection, number, first, end, bytes_max)
        return Page(first, records, _tag_before(connection, row, first))
    finally:
        connection.execute("COMMIT")


def _tag_before(connection: sqlite3.Connection, room: Row, first: int) -> str | None:
    """The tag after version `first - 1`, where a run begins at `first` or the room ends before
    it."""
    number, version, tag = room[:3]
    if first == version + 1:
        return tag
    row = connection.execute(
        "SELECT tag_before FROM run WHERE room = ? AND first = ?", (number, first)
    ).fetchone()
    return None if row is None else row[0]


def _records(
    connection: sqlite3.Connection, number: int, first: int, end: int, bytes_max: int
) -> list[bytes]:
    """Stops reading as soon as `bytes_max` is reached: a page touches no more runs than it
    shows."""
    records: list[bytes] = []
    size = 0
    runs = connection.execute(
        "SELECT first, records FROM run WHERE room = ?1 AND first <= ?3"
        " AND first >= (SELECT max(first) FROM run WHERE room = ?1 AND first <= ?2)"
        " ORDER BY first",
        (number, first, end),
    )
    for run_first, blob in runs:
        wanted = first + len(records)
        if run_first > wanted:
            raise CorruptEntry(f"expected version {wanted} of room {number}, got {run_first}")
        run = entry_packing.unpack(blob)
        for record in run[wanted - run_first : end - run_first + 1]:
            size += len(record)
            if records and size > bytes_max:
                return records
            records.append(record)
    if end >= first and len(records) != end - first + 1:
        raise CorruptEntry(
            f"expected versions {first} to {end} of room {number}, got {len(records)}"
        )
    return records


def runs(connection: sqlite3.Connection, room: str, first: int, bytes_max: int) -> list[StoredRun]:
    """Whole runs that begin at `first` or later and were not pruned, at least one."""
    found: list[StoredRun] = []
    size = 0
    rows = connection.execute(
        "SELECT u.first, u.last, u.at, u.tag_before, u.tag, u.records FROM room r JOIN run u"
        " ON u.room = r.number WHERE r.id = ?1 AND u.first >= max(?2, r.pruned_before)"
        " ORDER BY u.first",
        (room, first),
    )
    for row in rows:
        size += len(row[-1])
        if found and size > bytes_max:
            break
        found.append(StoredRun(*row))
    return found


def mark_archived(connection: sqlite3.Connection, room: str, head: Head, archive: str) -> bool:
    """From now on the entries and snapshots of the room count as being in the file. False: the room
    is elsewhere, or in another file."""
    connection.execute(
        "UPDATE room SET archive = ?, archived_to = version"
        " WHERE id = ? AND version = ? AND tag = ? AND archive IS NULL",
        (archive, room, head.version, head.tag),
    )
    row = connection.execute("SELECT archive FROM room WHERE id = ?", (room,)).fetchone()
    return row is not None and row[0] == archive


def delete_archived(connection: sqlite3.Connection, room: str, archive: str) -> int:
    """Deletes a piece of what is in the file, snapshots with the last of it, and returns how many
    rows it was: none, when done."""
    row = connection.execute(
        "SELECT number, archived_to FROM room WHERE id = ? AND archive = ?", (room, archive)
    ).fetchone()
    if row is None:
        return 0
    gone = connection.execute(
        "DELETE FROM run WHERE rowid IN"
        " (SELECT rowid FROM run WHERE room = ? AND last <= ? ORDER BY first LIMIT ?)",
        (*row, RUNS_PER_DELETE),
    ).rowcount
    if gone:
        return gone
    return connection.execute("DELETE FROM snapshot WHERE room = ? AND version <= ?", row).rowcount


def take_back(
    connection: sqlite3.Connection,
    room: str,
    archive: str,
    runs: Sequence[StoredRun],
    snapshots: Sequence[StoredSnapshot],
) -> bool:
    """Puts a piece of the file back; what is there stays. False: the room is not in this file."""
    row = connection.execute(
        "SELECT number, pruned_before FROM room WHERE id = ? AND archive = ?", (room, archive)
    ).fetchone()
    if row is None:
        return False
    number, pruned_before = row
    connection.executemany(
        "INSERT INTO run (room, first, last, at, tag_before, tag, records)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (number, one.first, one.last, one.at, one.tag_before, one.tag, one.blob)
            for one in runs
            if one.first >= pruned_before
        ],
    )
    connection.executemany(
        "INSERT INTO snapshot (room, version, tag, state) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(number, one.head.version, one.head.tag, one.blob) for one in snapshots],
    )
    return True


def end_archive(connection: sqlite3.Connection, room: str, archive: str) -> bool:
    """The room is read from the database again. False: it was not in this file."""
    return (
        connection.execute(
            "UPDATE room SET archive = NULL, archived_to = NULL WHERE id = ? AND archive = ?",
            (room, archive),
        ).rowcount
        == 1
    )
