"""Two server processes on one PostgreSQL, and one account with ten connections on each: what an
owner decides on one holds on all of them, without any news between the servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from protocol.client_events import Refused
from protocol.server_messages import RoomClosed
from tests.support.boards import add, token
from tests.support.client import Client, client
from tests.support.server_process import ServerProcess, server_process

pytestmark = pytest.mark.postgres

EACH = 10
"""Connections of the one account on each server."""
RoomMade = tuple[str, str]


@asynccontextmanager
async def servers(folder: Path, url: str) -> AsyncGenerator[list[ServerProcess]]:
    """Two of them: one database, one secret, a data folder each."""
    secret = folder / "secret-of-both"
    secret.touch(mode=0o600)
    secret.write_text("a secret of both servers that is long enough to be one")
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                server_process(folder / name, database=url, secret_file=str(secret))
            )
            for name in ("one", "two")
        ]


async def guest(server: ServerProcess, name: str) -> tuple[str, str]:
    """A token, and its account."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = (await http.post("/auth/guest", json={"name": name})).raise_for_status().json()
    return answer["token"], answer["account"]


async def make_room(server: ServerProcess, owner: str) -> RoomMade:
    """A board, and a link to it for editors."""
    headers = {"authorization": f"Bearer {owner}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
        made = await http.post("/rooms", json={"kind": "board", "name": "Ours"})
        room = made.raise_for_status().json()["id"]
        asked = await http.post(f"/rooms/{room}/invitations", json={"role": "editor"})
        return room, asked.raise_for_status().json()["link"].partition("invite=")[2]


@dataclass(frozen=True)
class Scene:
    """Ana owns the board and is on the first server; Ben's connections are on both."""

    room: str
    ana: Client
    ben: str
    bens: list[Client]

    async def every_ben(self, holds: Callable[[Client], bool]) -> None:
        """Waits until it holds for every one of Ben's connections."""
        await asyncio.gather(*(one.until(lambda one=one: holds(one)) for one in self.bens))


@pytest.fixture
async def scene(tmp_path: Path, postgres_url: str) -> AsyncIterator[Scene]:
    async with servers(tmp_path, postgres_url) as both, AsyncExitStack() as stack:
        addresses = [f"ws://127.0.0.1:{one.ws_port}/ws" for one in both]
        ana, _ = await guest(both[0], "Ana")
        ben, account = await guest(both[1], "Ben")
        room, invite = await make_room(both[0], ana)
        bens = [
            await stack.enter_async_context(client(address, ben, room, invite=invite))
            for address in addresses
            for _ in range(EACH)
        ]
        owner = await stack.enter_async_context(client(addresses[0], ana, room))
        yield Scene(room, owner, account, bens)


async def test_RM18_C10_who_is_removed_is_out_on_every_connection_of_every_server(
    scene: Scene,
) -> None:
    version = await scene.ana.do(scene.room, {"type": "member.remove", "member": scene.ben})
    await scene.every_ben(lambda one: bool(one.told(RoomClosed)))
    for one in scene.bens:
        assert [closed.reason for closed in one.told(RoomClosed)] == ["removed"]
        assert version in one.entries(scene.room), "shown the entry that did it"
        assert one.close_code is None, "the connection is good for other rooms"


async def test_RM18_a_role_that_is_lowered_holds_on_every_connection_of_every_server(
    scene: Scene,
) -> None:
    lowered = {"type": "member.role", "member": scene.ben, "role": "viewer"}
    version = await scene.ana.do(scene.room, lowered)
    await scene.every_ben(lambda one: version in one.entries(scene.room))
    for number, one in enumerate(scene.bens):
        outcome = await one.outcome(scene.room, await one.submit(scene.room, add(token(number))))
        assert isinstance(outcome, Refused)
        assert outcome.code == "forbidden"
