"""Reads everything that a log remembers and says what does not hold together.

Chains every record onto the one before, up to each room's head, and decodes what members would be
sent; asked to, replays the room by its rules and compares every snapshot with what comes of it
(log_replay.py). Archived rooms are read in their files. Must not change anything, and brings no
room back. SPEC rules OP11, OP28.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from protocol.entries import RawEntry, chain, split_record
from protocol.identifiers import ROOT_TAG, Tag
from server.cli.log_replay import Replay, Snapshots
from storage import entry_packing
from storage.archive_file import open_archive
from storage.errors import ArchiveDamaged, CorruptEntry, RoomArchived
from storage.room_log import RoomLog, RoomRow, StoredRun

ROOMS_AT_ONCE = 100
PIECE_BYTES = 1_048_576
TRIES = 5
"""A damaged room that is written to all the time is told as it was found."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold, by a name that programs may know: `missing`, `chain`, `head`,
    `unreadable`, `version`, `archive`, `rules`, `digest`, `snapshot`, `file`."""

    room: str
    version: int
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.room}: {self.text}" if self.room else self.text


@dataclass(slots=True)
class Findings:
    """What was read, and what is wrong with it."""

    rooms: int = 0
    entries: int = 0
    snapshots: int = 0
    archived: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])


async def every_room(log: RoomLog) -> AsyncIterator[RoomRow]:
    """All rooms, by id."""
    after: str | None = None
    while rows := await log.all_rooms(limit=ROOMS_AT_ONCE, after=after):
        for row in rows:
            yield row
        after = rows[-1].id


async def drawn_rooms(log: RoomLog, count: int) -> AsyncIterator[RoomRow]:
    """So many of all rooms, each as likely as any other; by id."""
    drawn: list[str] = []
    seen = 0
    async for row in every_room(log):
        seen += 1
        if len(drawn) < count:
            drawn.append(row.id)
        elif (place := secrets.randbelow(seen)) < count:
            drawn[place] = row.id
    drawn.sort()
    for first in range(0, len(drawn), ROOMS_AT_ONCE):
        rows = await log.rooms(drawn[first : first + ROOMS_AT_ONCE])
        for row in sorted(rows.values(), key=lambda row: row.id):
            yield row


async def check_room(
    log: RoomLog, row: RoomRow, findings: Findings, archive: Path, *, replay: bool = False
) -> None:
    """Adds what the room holds and what is wrong with it. `archive` is the folder of archived
    rooms. A room that changes while it is read is read again, as it is then."""
    found = Findings()
    for _ in range(TRIES):
        found = Findings(rooms=1, archived=row.archive is not None)
        walk = _Walk(row, found)
        try:
            if replay:
                walk.replay = Replay(row, await _snapshots(log, row, archive))
            async for run in runs_of(log, row, archive):
                walk.take(run)
            walk.end()
        except ArchiveDamaged as error:
            walk.says("archive", row.archived_to, str(error))
        except RoomArchived as error:
            walk.says("archive", row.head.version, str(error))
        except CorruptEntry as error:
            walk.says("unreadable", walk.version + 1, str(error))
        now = (await log.rooms([row.id])).get(row.id, row)
        if _same(now, row) or not found.problems:
            break
        row = now
    findings.rooms += found.rooms
    findings.entries += found.entries
    findings.snapshots += found.snapshots
    findings.archived += found.archived
    findings.problems += found.problems


async def runs_of(log: RoomLog, row: RoomRow, archive: Path) -> AsyncIterator[StoredRun]:
    """Every run up to `row.head`, wherever it lies. Raises ArchiveDamaged, StorageError."""
    first = row.pruned_before
    if row.archive is not None:
        reader = await asyncio.to_thread(open_archive, archive / row.archive)
        pieces = reader.pieces()
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            for run in piece.runs:
                if run.first >= first:
                    yield run
        first = row.archived_to + 1
    while first <= row.head.version:
        runs = await log.runs(row.id, first, bytes_max=PIECE_BYTES)
        for run in runs:
            if run.first <= row.head.version:
                yield run
        if not runs:
            return
        first = runs[-1].last + 1


async def _snapshots(log: RoomLog, row: RoomRow, archive: Path) -> Snapshots:
    """Of each the tag and the bytes, by version."""
    if row.archive is not None:
        reader = await asyncio.to_thread(open_archive, archive / row.archive)
        return {
            one.head.version: one
            for piece in await asyncio.to_thread(list, reader.pieces())
            for one in piece.stored()
        }
    found: Snapshots = {}
    for version in await log.snapshots(row.id):
        stored = await log.snapshot(row.id, at_most=version)
        if stored is not None and stored.head.version <= row.head.version:
            found[stored.head.version] = stored
    return found


def _same(one: RoomRow, other: RoomRow) -> bool:
    return (one.head, one.archive, one.pruned_before) == (
        other.head,
        other.archive,
        other.pruned_before,
    )


class _Walk:
    """Along one room, run by run. Invariant: `tag` is the one after `version`, or None where
    nothing tells it."""

    def __init__(self, row: RoomRow, findings: Findings) -> None:
        self._row = row
        self._findings = findings
        self.version = row.pruned_before - 1
        self.tag: Tag | None = ROOT_TAG if self.version == 0 else None
        self.replay: Replay | None = None
        self._broken = False

    def says(self, name: str, version: int, text: str) -> None:
        """One more problem."""
        self._findings.problems.append(Problem(self._row.id, version, name, text))

    def take(self, run: StoredRun) -> None:
        """The next run that there is."""
        if self._broken:
            return
        if run.first != self.version + 1:
            self._broken = True
            self.says("missing", self.version + 1, f"entry {self.version + 1} is missing")
            return
        if self.tag is None:
            self.tag = Tag(run.tag_before)
            self._tell_replay()
        elif run.tag_before != self.tag:
            self.says("chain", run.first, f"the tag after entry {self.version} is another one")
            self.tag = Tag(run.tag_before)
        elif self.version == 0:
            self._tell_replay()
        records = entry_packing.unpack(run.blob)
        for record in records:
            self._record(record)
        if self.version != run.last:
            self._broken = True
            self.says("missing", self.version + 1, f"entry {self.version + 1} is missing")
        elif self.tag != run.tag and run.last != self._row.head.version:
            self.says("chain", run.last, f"entry {run.last} does not lead to its tag")
            self.tag = Tag(run.tag)

    def _record(self, record: bytes) -> None:
        self.version += 1
        self._findings.entries += 1
        problem = _problem(record, self.version)
        if problem is not None:
            self.says(problem[0], self.version, problem[1])
        assert self.tag is not None, "known from the first run on"
        self.tag = chain(self.tag, record)
        if self.replay is not None:
            for name, text in self.replay.take(record, self.version, self.tag):
                self.says(name, self.version, text)

    def _tell_replay(self) -> None:
        if self.replay is not None and self.tag is not None:
            for name, text in self.replay.begin(self.version, self.tag):
                self.says(name, self.version, text)

    def end(self) -> None:
        """There is no further run."""
        head = self._row.head
        if self.replay is not None:
            self._findings.snapshots += self.replay.compared
        if self._broken:
            return
        if self.version < head.version:
            self.says("missing", self.version + 1, f"entry {self.version + 1} is missing")
        elif self.tag is not None and self.tag != head.tag:
            self.says("head", self.version, f"entry {self.version} does not lead to the head")


def _problem(record: bytes, version: int) -> tuple[str, str] | None:
    """What is wrong with one record by itself."""
    public, _ = split_record(record)
    try:
        entry = msgspec.json.decode(public, type=RawEntry)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return "unreadable", f"entry {version} cannot be read ({error})"
    if entry.v != version:
        return "version", f"entry {version} says that it is {entry.v}"
    return None
