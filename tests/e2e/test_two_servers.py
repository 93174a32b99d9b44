"""Two server processes on one PostgreSQL, and one account with ten connections on each: what an
owner decides on one holds on all of them, without any news between the servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.client_events import Refused
from protocol.server_messages import RoomClosed
from tests.support.boards import add, token
from tests.support.client import Client, client
from tests.support.server_process import ServerProcess
from tests.support.two_servers import Crowd, address, asked, guest, last_effect, servers

pytestmark = pytest.mark.postgres

RoomMade = tuple[str, str]


async def make_room(server: ServerProcess, owner: str) -> RoomMade:
    """A board, and a link to it for editors."""
    made = await asked(server, owner, "POST", "/rooms", {"kind": "board", "name": "Ours"})
    room = made.json()["id"]
    invited = await asked(server, owner, "POST", f"/rooms/{room}/invitations", {"role": "editor"})
    return room, invited.json()["link"].partition("invite=")[2]


@dataclass(frozen=True)
class Scene:
    """Ana owns the board and is on the first server; Ben's connections are on both."""

    room: str
    ana: Client
    ben: str
    bens: list[Client]

    async def does(self, what: str, command: object, kind: str) -> int:
        """Ana does something; returns its version when all of Ben's connections have an entry with
        such an event."""
        versions: list[int] = []

        async def act() -> None:
            versions.append(await self.ana.do(self.room, command))

        def shown(one: Client) -> bool:
            entries = one.entries(self.room).values()
            return any(event["type"] == kind for entry in entries for event in entry["events"])

        await last_effect(what, self.bens, act, shown)
        return versions[0]


@pytest.fixture
async def scene(tmp_path: Path, postgres_url: str) -> AsyncIterator[Scene]:
    async with servers(tmp_path, postgres_url) as both, AsyncExitStack() as stack:
        ana, _ = await guest(both[0], "Ana")
        ben, account = await guest(both[1], "Ben")
        room, invite = await make_room(both[0], ana)
        bens = await Crowd(both, stack).come(ben, room, invite=invite)
        owner = await stack.enter_async_context(client(address(both[0]), ana, room))
        yield Scene(room, owner, account, bens)


async def test_RM18_C10_who_is_removed_is_out_on_every_connection_of_every_server(
    scene: Scene,
) -> None:
    removal = {"type": "member.remove", "member": scene.ben}
    version = await scene.does("kicked from a room", removal, "member.removed")
    for one in scene.bens:
        await one.until(lambda one=one: bool(one.told(RoomClosed)))
        assert [closed.reason for closed in one.told(RoomClosed)] == ["removed"]
        assert version in one.entries(scene.room), "shown the entry that did it"
        assert one.close_code is None, "the connection is good for other rooms"


async def test_RM18_a_role_that_is_lowered_holds_on_every_connection_of_every_server(
    scene: Scene,
) -> None:
    lowered = {"type": "member.role", "member": scene.ben, "role": "viewer"}
    await scene.does("role lowered", lowered, "member.role_set")
    for number, one in enumerate(scene.bens):
        outcome = await one.outcome(scene.room, await one.submit(scene.room, add(token(number))))
        assert isinstance(outcome, Refused)
        assert outcome.code == "forbidden"
