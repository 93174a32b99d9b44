"""A big log, made quickly but truly: boards that the server itself wrote, copied under other rooms,
people and days.

Four boards are played over the wire, one command at a time. Every copy gets members and times of
its own, in its entries and in its snapshots, and its chain of tags anew; what lies in the tables is
what the server would have written, which `touchline db verify` says of a sample. Copies are not
written one after the other: two hundred rooms take turns, as those of an evening do, so that
neighbours on a page of the table are entries of other rooms.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none

from loadtest.bench.fan_out import SETTLE_S_MAX
from loadtest.boards import move, object_id, token
from loadtest.http_side import Guest
from loadtest.stage import Stage
from protocol.entries import chain
from protocol.identifiers import ROOT_TAG

_asyncpg: Any = asyncpg

MIX = ((35, 8), (90, 6), (320, 4), (960, 2))
"""Entries of a board, and how many of twenty are like it: 201 in the mean. Below the 1,024 entries
after which one carries a digest of its board, which a copy could not give."""
TURNS = 200
"""Rooms that are written at the same time."""
DAYS = 730
"""From the oldest room to the youngest."""
DAY_MS = 86_400_000
KNOWN_EVERY = 10
"""In every tenth room the member of the measurements is a member."""
RUN_COLUMNS = ("room", "first", "last", "at", "tag_before", "tag", "records")
_TIME = re.compile(rb"\b1[0-9]{12}\b")
_COUNT = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Model:
    """One board as the server wrote it."""

    version: int
    created_at: int
    updated_at: int
    roles: dict[str, str]
    runs: list[tuple[int, int, int, list[bytes]]]
    """First and last version, log time, records."""
    snapshots: list[tuple[int, bytes]]

    def earlier(self, ms: int) -> Model:
        """The same board, played so much earlier."""

        def shifted(content: bytes) -> bytes:
            # Times are the only numbers of thirteen digits; of others, nothing is in a board.
            return _TIME.sub(lambda found: b"%d" % (int(found[0]) - ms), content)

        return Model(
            self.version,
            self.created_at - ms,
            self.updated_at - ms,
            self.roles,
            [(a, b, at - ms, [*map(shifted, records)]) for a, b, at, records in self.runs],
            [(version, shifted(state)) for version, state in self.snapshots],
        )


@dataclass(slots=True)
class Copy:
    """One room of the big log, as rows."""

    room: tuple[Any, ...]
    members: list[tuple[str, str, str]]
    runs: list[tuple[Any, ...]]
    snapshots: list[tuple[Any, ...]]


async def connect(url: str) -> Any:
    """A connection without any of a node's settings: what makes a log takes its time."""
    return await _asyncpg.connect(url)


def room_id(number: int) -> str:
    """Of the room with this number: in no order, as drawn ones are."""
    drawn = blake2b(number.to_bytes(8, "little"), digest_size=16).digest()
    return "r_" + base64.urlsafe_b64encode(drawn).decode()[:22]


def length_of(number: int) -> int:
    """How many entries the model of this room has."""
    drawn = blake2b(b"length %d" % number, digest_size=8).digest()
    place = int.from_bytes(drawn, "little") % sum(share for _, share in MIX)
    for length, share in MIX:
        place -= share
        if place < 0:
            return length
    raise AssertionError("the shares add up")


def play(stage: Stage, owner: Guest, known: Guest, length: int) -> str:
    """A board of so many entries, each committed by itself; its id."""
    room = stage.room(owner, "A session")
    people = [(known, stage.invitation(room, owner)), (owner, None)]
    members = [stage.member(guest) for guest, _ in people]
    for member, (_, invite) in zip(members, people, strict=True):
        member.join(room, invite=invite)
    stage.enter(members)
    idents = [object_id(stage.draw) for _ in members]
    for number in range(length):
        member, ident = members[number % 2], idents[number % 2]
        position = member.session.position(room)
        if position is not None and position.version >= length:
            break
        step = move(ident, 10 * number, 7 * number) if number > 1 else token(ident, number)
        answered = len(member.latencies)
        member.submit(room, step)
        stage.swarm.run(lambda m=member, n=answered: len(m.latencies) > n, limit_s=SETTLE_S_MAX)
    for member in members:
        member.drop()
    return room


async def models(url: str, rooms: Sequence[str]) -> list[Model]:
    """What the server wrote of these rooms; it must have ended, so that snapshots are there."""
    connection = await connect(url)
    try:
        return [await _model(connection, room) for room in rooms]
    finally:
        await connection.close()


async def _model(connection: Any, room: str) -> Model:
    head = await connection.fetchrow("SELECT * FROM room WHERE id = $1", room)
    roles = await connection.fetch("SELECT account, role FROM member WHERE room = $1", room)
    runs = await connection.fetch(
        "SELECT first, last, at, records FROM run WHERE room = $1 ORDER BY first", head["number"]
    )
    states = await connection.fetch(
        "SELECT version, state FROM snapshot WHERE room = $1 ORDER BY version", head["number"]
    )
    return Model(
        head["version"],
        head["created_at"],
        head["updated_at"],
        dict(roles),
        [(first, last, at, _records(blob)) for first, last, at, blob in runs],
        [(version, state) for version, state in states],
    )


def _records(blob: bytes) -> list[bytes]:
    (count,) = _COUNT.unpack_from(blob)
    place = _COUNT.size * (count + 1)
    records: list[bytes] = []
    for length in struct.unpack_from(f"<{count}I", blob, _COUNT.size):
        records.append(blob[place : place + length])
        place += length
    return records


def copy_of(model: Model, number: int, known: str) -> Copy:
    """The model as the room with this number. `known`: stays a member in every tenth room."""
    stays = {known} if number % KNOWN_EVERY == 0 else set[str]()
    others = {
        account: account if account in stays else f"a_{number:020d}{place:02d}"
        for place, account in enumerate(model.roles)
    }
    swaps = [(old.encode(), new.encode()) for old, new in others.items() if old != new]

    def swapped(content: bytes) -> bytes:
        for old, new in swaps:
            content = content.replace(old, new)
        return content

    tag, tags, rows = ROOT_TAG, {0: ROOT_TAG}, list[tuple[Any, ...]]()
    for first, last, at, records in model.runs:
        before, own = tag, [swapped(record) for record in records]
        for version, record in enumerate(own, first):
            tag = tags[version] = chain(tag, record)
        lengths = struct.pack(f"<{len(own) + 1}I", len(own), *map(len, own))
        rows.append((number, first, last, at, before, tag, b"".join((lengths, *own))))
    ident = room_id(number)
    return Copy(
        (ident, number, "board", "A session", model.version, tag, model.created_at,
         model.updated_at),
        [(others[account], ident, role) for account, role in model.roles.items()],
        rows,
        [(number, version, tags[version], swapped(state)) for version, state in model.snapshots],
    )  # fmt: skip


def copies(
    boards: Sequence[Model], numbers: Iterable[int], rooms: int, known: str
) -> Iterator[Copy]:
    """Rooms by number, of `rooms` in all: the first are the oldest."""
    of_length = dict(zip((length for length, _ in MIX), boards, strict=True))
    day, shifted = -1, dict[int, Model]()
    for number in numbers:
        age = DAYS - DAYS * number // rooms
        if age != day:
            day, shifted = age, {}
        length = length_of(number)
        if length not in shifted:
            shifted[length] = of_length[length].earlier(age * DAY_MS)
        yield copy_of(shifted[length], number, known)


async def fill(url: str, source: Iterator[Copy], say: Callable[[int, int], None]) -> int:
    """Writes the rooms into a database that has the schema and no room; how many entries. `say`:
    rooms and entries so far."""
    connection = await connect(url)
    rooms = entries = 0
    try:
        while turn := list(islice(source, TURNS)):
            await _write(connection, turn)
            rooms += len(turn)
            entries += sum(one.room[4] for one in turn)
            say(rooms, entries)
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence('room', 'number'), max(number)) FROM room"
        )
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return entries


async def _write(connection: Any, turn: Sequence[Copy]) -> None:
    columns = ("id", "number", "kind", "name", "version", "tag", "created_at", "updated_at")
    put = connection.copy_records_to_table
    await put("room", records=[one.room for one in turn], columns=columns)
    members = [member for one in turn for member in one.members]
    await put("member", records=members, columns=("account", "room", "role"))
    await put("run", records=_in_turns([one.runs for one in turn]), columns=RUN_COLUMNS)
    states = [state for one in turn for state in one.snapshots]
    await put("snapshot", records=states, columns=("room", "version", "tag", "state"))


def _in_turns(lists: Sequence[Sequence[Any]]) -> Iterator[Any]:
    for place in range(max(map(len, lists))):
        for one in lists:
            if place < len(one):
                yield one[place]
