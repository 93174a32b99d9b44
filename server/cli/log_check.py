"""Reads everything that a log remembers and says what does not hold together.

Chains every record onto the one before, up to each room's head, and decodes what members would be
sent. Must not change anything. SPEC rule OP11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec

from protocol.entries import RawEntry, chain, split_record
from protocol.identifiers import ROOT_TAG, Tag
from storage.errors import CorruptEntry
from storage.room_log import RoomLog, RoomRow

ROOMS_AT_ONCE = 100


@dataclass(slots=True)
class Findings:
    """What was read, and what is wrong with it."""

    rooms: int = 0
    entries: int = 0
    problems: list[str] = field(default_factory=list[str])


async def every_room(log: RoomLog) -> AsyncIterator[RoomRow]:
    """All rooms, by id."""
    after: str | None = None
    while rows := await log.all_rooms(limit=ROOMS_AT_ONCE, after=after):
        for row in rows:
            yield row
        after = rows[-1].id


async def check_room(log: RoomLog, row: RoomRow, findings: Findings) -> None:
    """Adds what the room holds and what is wrong with it."""
    findings.rooms += 1
    try:
        await _read_room(log, row, findings)
    except CorruptEntry as error:
        findings.problems.append(f"{row.id}: {error}")


async def _read_room(log: RoomLog, row: RoomRow, findings: Findings) -> None:
    version = row.pruned_before - 1
    tag: Tag | None = ROOT_TAG if version == 0 else None
    while version < row.head.version:
        page = await log.read(row.id, version + 1, last=row.head.version)
        if page.first != version + 1 or not page.records:
            findings.problems.append(f"{row.id}: entry {version + 1} is missing")
            return
        if tag is not None and page.tag_before not in {None, tag}:
            findings.problems.append(f"{row.id}: the tag after entry {version} is another one")
            return
        previous = tag or (Tag(page.tag_before) if page.tag_before else None)
        for record in page.records:
            version += 1
            findings.entries += 1
            problem = _problem(record, version)
            if problem:
                findings.problems.append(f"{row.id}: {problem}")
            previous = chain(previous, record) if previous is not None else None
        tag = previous
    if tag is not None and tag != row.head.tag and version == row.head.version:
        findings.problems.append(f"{row.id}: entry {version} does not lead to the head")


def _problem(record: bytes, version: int) -> str | None:
    """What is wrong with one record by itself."""
    public, _ = split_record(record)
    try:
        entry = msgspec.json.decode(public, type=RawEntry)
    except msgspec.MsgspecError as error:
        return f"entry {version} cannot be read ({error})"
    if entry.v != version:
        return f"entry {version} says that it is {entry.v}"
    return None
