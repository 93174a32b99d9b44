"""Two nodes on one PostgreSQL, without any news between them: what is decided on one holds on the
other as soon as the heads have been compared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from protocol.client_messages import Submit
from protocol.identifiers import MadeAt
from protocol.membership import CreateInvitation, RemoveMember, Role, Say, SetReadOnly, SetRole
from server.cluster.head_watch import HeadWatch
from server.rooms.follower import Follower
from tests.support.bare_nodes import Node, node
from tests.support.boards import add, token
from tests.support.recording_recipient import RecordingRecipient
from tests.support.timeouts import MS

pytestmark = pytest.mark.postgres

INVITATION = "i_aaaaaaaaaaa"
LIMIT_S = 10_000 * MS
"""A guard against hanging; nothing here waits for time to pass."""


async def seen(what: Callable[[], object]) -> None:
    """Waits for what is to be seen, while nothing is looked for."""
    async with asyncio.timeout(LIMIT_S):
        while not what():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0)


@dataclass(frozen=True)
class Two:
    """Two nodes and one board: Ana, its owner, is on the first, Ben, an editor, on the second."""

    here: Node
    there: Node
    room: str
    ana: RecordingRecipient
    ben: RecordingRecipient
    bens: Follower

    async def does(self, command: object) -> None:
        """Ana does something, on the first node."""
        ended = await self.here.directory.execute(self.room, self.ana.identity, command)
        assert ended.code is None, ended

    def says(self, seq: int, command: dict[str, object]) -> None:
        """Ben says something on the second node, off the wire."""
        made = MadeAt(self.there.log.generation, self.bens.room.replica.committed.version)
        self.bens.submit(Submit(self.room, seq, made, self.ben.codec.raw(command)))

    async def until(self, seen: Callable[[], object]) -> None:
        """Waits for what is to be seen, while the second node goes on looking."""
        async with asyncio.timeout(LIMIT_S):
            while not seen():
                await self.there.heads.look()


@pytest.fixture
async def two(postgres_url: str) -> AsyncIterator[Two]:
    ana, ben = RecordingRecipient("ana"), RecordingRecipient("ben")
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(node(postgres_url))
        there = await stack.enter_async_context(node(postgres_url))
        room = await here.directory.create("board", "Ours", ana.identity, {})
        made = await here.directory.execute(
            room, ana.identity, CreateInvitation(INVITATION, "editor")
        )
        assert made.code is None
        await here.joined(ana, room)
        bens = await there.joined(ben, room, INVITATION)
        await here.heads.look()
        yield Two(here, there, room, ana, ben, bens)


async def test_RM18_both_nodes_show_the_same_entries(two: Two) -> None:
    assert two.here.log.exclusive is False
    for n in range(3):
        await two.does(Say(f"line {n}"))
    await two.until(lambda: len(two.ben.versions()) == 3)
    assert two.ben.versions() == [4, 5, 6]
    two.says(1, add(token(1)))
    await two.until(lambda: two.ben.of_type("accepted"))
    async with asyncio.timeout(LIMIT_S):
        while 7 not in two.ana.versions():
            await two.here.heads.look()
    assert two.ana.versions()[-1] == two.ben.versions()[-1] == 7
    first, second = (one.directory.open_rooms[two.room].replica for one in (two.here, two.there))
    assert first.committed == second.committed
    assert first.state.snapshot() == second.state.snapshot()


async def test_RM18_C10_a_removal_on_one_node_ends_the_membership_on_the_other(two: Two) -> None:
    account = two.ben.identity.account
    await two.does(RemoveMember(account))
    await two.until(lambda: two.ben.closed)
    assert two.ben.closed == [(two.room, "removed", None)]
    assert two.ben.messages[-1] == {"type": "closed", "room": two.room, "reason": "removed"}
    assert await two.there.directory.role_of(two.room, account) is None
    again = RecordingRecipient("ben", client="client-ben-again")
    assert await two.there.directory.join(again, two.room, invitation=INVITATION) is None


async def test_RM18_a_removal_that_is_not_yet_seen_ends_with_the_next_command(two: Two) -> None:
    await two.does(RemoveMember(two.ben.identity.account))
    two.says(1, add(token(1)))
    await seen(lambda: two.ben.closed)
    assert two.ben.of_type("accepted") == []
    view = two.there.directory.open_rooms[two.room].replica.state.view()
    assert b"o_00000001" not in view


@pytest.mark.parametrize(
    ("command", "code"),
    [(SetRole("", "viewer"), "forbidden"), (SetReadOnly(on=True), "read_only")],
    ids=["role", "switch"],
)
async def test_RM18_rights_that_change_on_one_node_hold_on_the_other(
    two: Two, command: SetRole | SetReadOnly, code: str
) -> None:
    if isinstance(command, SetRole):
        command = SetRole(two.ben.identity.account, command.role)
    await two.does(command)
    await two.until(lambda: two.ben.versions())
    two.says(1, add(token(1)))
    await two.until(lambda: two.ben.of_type("rejected"))
    assert [one["code"] for one in two.ben.of_type("rejected")] == [code]


@pytest.mark.parametrize("role", ["viewer", None])
async def test_RM18_MB26_MB27_what_a_team_gives_changes_on_every_node(
    two: Two, role: Role | None
) -> None:
    eve = RecordingRecipient("eve")
    account = eve.identity.account
    assert await two.there.directory.join(eve, two.room, team_role="editor") is not None
    ended = await two.here.directory.set_team_role(two.room, account, "Eve", role)
    assert ended.code is None
    replica = two.there.directory.open_rooms[two.room].replica
    await two.until(lambda: replica.committed_role(account) == role)
    assert [reason for _, reason, _ in eve.closed] == ([] if role else ["removed"])


async def test_RM18_it_happens_by_itself_within_the_interval(two: Two) -> None:
    heads = HeadWatch(log=two.there.log, rooms=two.there.directory.open_rooms, every_s=50 * MS)
    running = asyncio.ensure_future(heads.run())
    await two.does(RemoveMember(two.ben.identity.account))
    await seen(lambda: two.ben.closed)
    running.cancel()
