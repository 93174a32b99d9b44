"""One board that several nodes write at once, and what lost appends and nodes that stood still
leave behind on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pytest

from protocol.client_messages import Submit
from protocol.entries import split_record
from protocol.identifiers import MadeAt
from protocol.membership import CreateInvitation
from server.rooms.follower import Follower
from storage import postgres_appender
from storage.postgres_connection import Connection, PostgresOptions, connect, let_go
from storage.room_log import Conflict, Outcome, RoomAppend, Unknown
from storage.room_log_postgres import PostgresRoomLog
from tests.support.bare_nodes import Node, node
from tests.support.boards import add, object_id, token
from tests.support.recording_recipient import RecordingRecipient
from tests.support.room_writer import every_record
from tests.support.tcp_proxy import proxied
from tests.support.timeouts import MS

pytestmark = pytest.mark.postgres

INVITATION = "i_aaaaaaaaaaa"
LIMIT_S = 30_000 * MS
"""A guard against hanging."""
EACH = 30
WINDOW = 8


class Person(RecordingRecipient):
    """Knows how its commands ended, and when it has heard something."""

    def __init__(self, name: str, *, client: str | None = None) -> None:
        super().__init__(name, client=client)
        self.ends: dict[int, str | int] = {}
        """Seq to the version at which it was accepted, or the code with which it was refused."""
        self.heard = asyncio.Event()
        self._read_to = 0

    def write(self, frames: bytes) -> None:
        super().write(frames)
        self._hear()

    def reply(self, payload: bytes) -> None:
        super().reply(payload)
        self._hear()

    def _hear(self) -> None:
        for message in self.messages[self._read_to :]:
            if message["type"] == "accepted":
                self.ends |= dict(message["done"])
            elif message["type"] == "rejected":
                self.ends[message["seq"]] = message["code"]
        self._read_to = len(self.messages)
        self.heard.set()


@dataclass
class Desk:
    """One person at one node, who speaks as one client."""

    node: Node
    person: Person
    follower: Follower
    said: int = 0

    @property
    def room(self) -> str:
        return self.follower.room.id

    def say(self, command: dict[str, Any], *, seq: int = 0, again: bool = False) -> int:
        """Off the wire, made at what the person sees."""
        if not seq:
            self.said += 1
            seq = self.said
        made = MadeAt(self.node.log.generation, self.follower.room.replica.committed.version)
        raw = self.person.codec.raw(command)
        self.follower.submit(Submit(self.room, seq, made, raw, again))
        return seq

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits for what the room tells this person."""
        async with asyncio.timeout(LIMIT_S):
            while not holds():
                self.person.heard.clear()
                await self.person.heard.wait()

    async def end_of(self, seq: int) -> str | int:
        """How a command ended."""
        await self.until(lambda: seq in self.person.ends)
        return self.person.ends[seq]


async def desks(stack: AsyncExitStack, urls: Sequence[str]) -> list[Desk]:
    """A board, and somebody at a node of each URL, the first of them its owner."""
    nodes = [await stack.enter_async_context(node(url)) for url in urls]
    owner = Person("p0")
    first = nodes[0].directory
    room = await first.create("board", "Ours", owner.identity, {})
    made = await first.execute(room, owner.identity, CreateInvitation(INVITATION, "editor"))
    assert made.code is None
    found = [Desk(nodes[0], owner, await nodes[0].joined(owner, room))]
    for number, one in enumerate(nodes[1:], 1):
        person = Person(f"p{number}")
        found.append(Desk(one, person, await one.joined(person, room, INVITATION)))
    return found


async def another_desk(of: Desk, at: Node) -> Desk:
    """The same person, as the same client, at another node."""
    person = Person("p0", client=of.person.client)
    return Desk(at, person, await at.joined(person, of.room), of.said)


@pytest.fixture
async def stack(postgres_url: str) -> AsyncIterator[AsyncExitStack]:
    """Ends before the database does."""
    assert postgres_url
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[Connection]:
    connection = await connect(postgres_url, PostgresOptions(behind_bouncer=True))
    yield connection
    await let_go(connection)


async def write_all(desk: Desk, first: int) -> None:
    """So many tokens, a few of them unanswered at a time; what was not executed is said again."""
    ends = desk.person.ends
    waiting: dict[int, int] = {}
    left = [*range(first, first + EACH)]
    while left or waiting:
        while left and len(waiting) < WINDOW:
            number = left.pop(0)
            waiting[desk.say(add(token(number)))] = number
        await desk.until(lambda: waiting.keys() & ends.keys())
        for seq in waiting.keys() & ends.keys():
            if isinstance(ends[seq], int):
                del waiting[seq]
                continue
            assert ends.pop(seq) in {"busy", "contended"}
            assert not desk.follower.closed
            await asyncio.sleep(0)
            desk.say(add(token(waiting[seq])), seq=seq, again=True)


async def objects_of(desk: Desk) -> list[str]:
    """Ids of what entries in the log have put on the board, sorted; none of them twice."""
    ids: list[str] = []
    for record in await every_record(desk.node.log, desk.room):
        entry = msgspec.json.decode(split_record(record)[0])
        for event in entry.get("events", ()):
            if event["type"] == "objects.added":
                ids += [one["id"] for one in event["objects"]]
    assert len({*ids}) == len(ids)
    return sorted(ids)


async def test_RM7_RM23_four_nodes_write_one_board_and_every_command_ends_once(
    stack: AsyncExitStack, postgres_url: str
) -> None:
    everybody = await desks(stack, [postgres_url] * 4)
    await asyncio.gather(*(write_all(one, 1_000 * n) for n, one in enumerate(everybody)))
    conflicts = [one.node.metrics.append_outcomes["conflict"] for one in everybody]
    assert sum(conflicts) > 0
    wanted = sorted(object_id(1_000 * n + k) for n in range(4) for k in range(EACH))
    assert await objects_of(everybody[0]) == wanted
    versions = [version for one in everybody for version in one.person.ends.values()]
    assert len({*versions}) == 4 * EACH
    states: set[bytes] = set()
    for one in everybody:
        replica = one.follower.room.replica
        while replica.committed.version < max(map(int, versions)):
            await one.node.heads.look()
        assert one.person.versions() == sorted(one.person.versions())
        states.add(replica.state.snapshot())
    assert len(states) == 1


async def test_RM23_a_distant_node_is_not_starved(
    stack: AsyncExitStack, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its way to the database is so long that others are always first."""
    monkeypatch.setattr(postgres_appender, "RESERVED_MS", 60_000)
    address = urlsplit(postgres_url)
    assert address.port is not None
    line = await stack.enter_async_context(proxied(address.port))
    by_line = urlunsplit(address._replace(netloc=f"postgres@127.0.0.1:{line.port}"))
    near, far = await desks(stack, [postgres_url, by_line])

    async def hammer() -> None:
        number = 1_000
        while True:
            number += 1
            await near.end_of(near.say(add(token(number))))
            await asyncio.sleep(0)

    hammering = asyncio.ensure_future(hammer())
    try:
        line.up.delay_s = line.down.delay_s = 0.004
        assert isinstance(await far.end_of(far.say(add(token(1)))), int)
    finally:
        hammering.cancel()
    outcomes = far.node.metrics.append_outcomes
    assert outcomes["conflict"] >= 2, "others were first"


# ---------------------------------------------------------------- what lost appends leave behind

PUT = {"type": "objects.set", "changes": [{"id": object_id(1), "set": {"at": [1_000, 0]}}]}
"""Is refused where there is no such object."""


@pytest.mark.parametrize("fate", ["lost", "slept"])
async def test_CM7_RM8_a_ghost_of_a_lost_append_and_a_zombie_find_what_was_refused(
    stack: AsyncExitStack, postgres_url: str, fate: str
) -> None:
    """One append of two commands is lost (or its node stands still). The second command, sent again
    to another node, is refused there: after that the append must not happen any more."""
    zombie, there = await desks(stack, [postgres_url] * 2)
    adder = Person("p2")
    first = Desk(zombie.node, adder, await zombie.node.joined(adder, zombie.room, INVITATION))
    again = await another_desk(zombie, there.node)
    kept: list[RoomAppend] = []
    handed_over, awake = asyncio.Event(), asyncio.Event()
    append = zombie.node.log.append

    async def held(batch: Sequence[RoomAppend]) -> list[Outcome]:
        kept.extend(batch)
        handed_over.set()
        await awake.wait()
        return [Unknown() for _ in batch] if fate == "lost" else await append(batch)

    with patch.object(zombie.node.log, "append", held):
        added, put = first.say(add(token(1))), zombie.say(PUT)
        await handed_over.wait()
    assert [len(one.records) for one in kept] == [2]
    refused = await again.end_of(again.say(PUT, seq=put, again=True))
    assert isinstance(refused, str)
    late = await PostgresRoomLog.open(postgres_url)
    stack.push_async_callback(late.close)
    if fate == "lost":
        (outcome,) = await late.append(kept)
        assert isinstance(outcome, Conflict)
    awake.set()
    assert isinstance(await first.end_of(added), int)
    assert await zombie.end_of(put) == refused
    assert await objects_of(again) == [object_id(1)]
