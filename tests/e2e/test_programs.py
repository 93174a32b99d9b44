"""A program against the real server: signed commands over HTTP, a server that is killed between a
command and its receipt, and what the same key may do on a socket."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from protocol.client_events import Refused
from server.accounts.live_keys import parse
from tests.support.boards import add, token
from tests.support.client import client
from tests.support.programs import SAY, signed, spelt
from tests.support.server_process import ServerProcess, server_process
from tests.support.two_servers import address, asked, signed_up


@dataclass
class Scene:
    """Olga's room, and her program that signs."""

    server: ServerProcess
    olga: str
    room: str
    key: str
    secret: str

    async def send(self, id_: str) -> httpx.Response:
        body = spelt(SAY)
        headers = signed(self.secret, id_, body, int(time.time()))
        headers["authorization"] = f"Bearer {self.key}"
        async with httpx.AsyncClient(base_url=self.server.url, headers=headers) as http:
            return await http.post(f"/rooms/{self.room}/commands", content=body)

    async def said(self) -> int:
        """How often the program's words are in the room."""
        room = (await asked(self.server, self.olga, "GET", f"/rooms/{self.room}")).json()
        return len(room["state"]["room"]["chat"])

    @property
    def database(self) -> Path:
        return self.server.data_dir / "touchline.db"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    async with server_process(tmp_path / "data") as server:
        olga, _ = await signed_up(server, "Olga")
        body = {"kind": "board", "name": "Match"}
        room = (await asked(server, olga, "POST", "/rooms", body)).json()["id"]
        wanted = {"name": "Ticker", "scopes": ["rooms:read", "rooms:write"], "signing": True}
        made = (await asked(server, olga, "POST", "/keys", wanted)).json()
        yield Scene(server, olga, room, made["key"], made["signing_secret"])


def lose_receipts(database: Path) -> int:
    """The file as it is where the process was killed after the commit and before the receipt."""
    with sqlite3.connect(database) as file:
        changed = file.execute("UPDATE receipt SET status = NULL, answer = NULL").rowcount
    file.close()
    return changed


def bytes_of(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.glob("touchline.db*"))


async def test_A11_SG9_a_server_killed_between_a_command_and_its_receipt_executes_it_once(
    scene: Scene,
) -> None:
    first = await scene.send("msg_1")
    assert first.status_code == 200, first.text
    await scene.server.kill()
    assert lose_receipts(scene.database) == 1
    await scene.server.start()
    for _ in range(2):
        again = await scene.send("msg_1")
        assert (again.status_code, again.content) == (200, first.content)
    assert await scene.said() == 1
    assert (await scene.send("msg_2")).status_code == 200
    assert await scene.said() == 2


async def test_A11_SG6_a_server_killed_after_the_answer_gives_it_again(scene: Scene) -> None:
    first = await scene.send("msg_1")
    await scene.server.kill()
    await scene.server.start()
    assert (await scene.send("msg_1")).content == first.content
    assert await scene.said() == 1


async def test_SG11_AX11_on_a_socket_a_key_that_signs_reads_and_writes_nothing(
    scene: Scene,
) -> None:
    async with client(address(scene.server), scene.key, scene.room) as one:
        outcome = await one.outcome(scene.room, await one.submit(scene.room, add(token(1))))
        assert isinstance(outcome, Refused)
        assert outcome.code == "forbidden"


async def test_A12_AK10_the_database_of_a_server_holds_digests_alone(scene: Scene) -> None:
    assert (await scene.send("msg_1")).status_code == 200
    parsed = parse(scene.key)
    assert parsed is not None
    await scene.server.stop()
    held = bytes_of(scene.server.data_dir)
    assert parsed[0].encode() in held
    assert parsed[1].encode() not in held
    assert scene.secret.removeprefix("whsec_").encode() not in held
    await scene.server.start()
    (card,) = (await asked(scene.server, scene.olga, "GET", "/keys")).json()["keys"]
    assert card["used_at"] is not None, "written when the server stopped"
