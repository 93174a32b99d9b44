"""The JavaScript client in node against the shipped server, over both formats: edits, a network
that is cut, a server that is killed, one that is restarted."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.boards import add, move, token
from tests.support.browser import Api, Guest
from tests.support.browser_fixtures import GENEROUS
from tests.support.node_clients import NodeClients, node_clients
from tests.support.server_process import ServerProcess, server_process
from tests.support.tcp_proxy import TcpProxy, proxied

OFFLINE_COMMANDS = 300
TOKENS = 10
ROUNDS = 2
SETTINGS = {**GENEROUS, "drain_s": "1"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[ServerProcess]:
    """One server for all of them; some kill it, and start it again."""
    folder: Path = tmp_path_factory.mktemp("node-clients")
    async with server_process(folder, **SETTINGS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def network(server: ServerProcess) -> AsyncGenerator[TcpProxy]:
    """What lies between Ana and the server."""
    async with proxied(server.ws_port) as proxy:
        yield proxy


@pytest_asyncio.fixture(loop_scope="module")
async def clients() -> AsyncGenerator[NodeClients]:
    """A process of clients."""
    async with node_clients() as started:
        yield started


@pytest.fixture(params=["json", "msgpack"])
def subprotocol(request: pytest.FixtureRequest) -> str:
    """Both formats."""
    return str(request.param)


class Match:
    """Ana, who owns a board, and Ben, who came by her link."""

    def __init__(self, server: ServerProcess, network: TcpProxy, clients: NodeClients) -> None:
        self.server, self.network, self.clients = server, network, clients
        self.api = Api(server.url)
        self.ana, self.ben = self.api.guest("Ana"), self.api.guest("Ben")
        self.room = self.api.board(self.ana, line_ups=False)
        self.invite = self.api.link(self.ana, self.room).partition("&invite=")[2]

    async def begin(self, subprotocol: str) -> None:
        """Both live, with ten tokens between them."""
        await self.open("ana", self.ana, subprotocol, port=self.network.port)
        await self.open("ben", self.ben, subprotocol, invite=self.invite)
        await self.submit("ana", add(*(token(number) for number in range(TOKENS))))
        await self.both_live()

    async def open(
        self,
        who: str,
        guest: Guest,
        subprotocol: str,
        *,
        port: int | None = None,
        invite: str | None = None,
    ) -> None:
        """A client that joins the room."""
        url = f"ws://localhost:{port or self.server.ws_port}/ws"
        await self.clients.ask(
            who, "open", url=url, token=guest.token, subprotocol=subprotocol, storage=guest.account
        )
        extra = {} if invite is None else {"invite": invite}
        await self.clients.ask(who, "join", room=self.room, **extra)

    async def submit(self, who: str, *commands: dict[str, Any]) -> None:
        """Does not wait for answers."""
        await self.clients.ask(who, "submit", commands=commands)

    async def until(self, who: str, **wanted: Any) -> dict[str, Any]:
        """Waits until the client shows this."""
        return await self.clients.ask(who, "until", **wanted)

    async def both_live(self) -> dict[str, Any]:
        """Both have sent all and seen all; what they show is what the server has. Returns it."""
        version = 0
        for who in ("ana", "ben", "ana"):
            seen = await self.until(who, status="live", phase="live", pending=0, version=version)
            version = seen["version"]
        ana, ben = [await self.clients.ask(who, "look") for who in ("ana", "ben")]
        assert ana["version"] == ben["version"]
        assert ana["view"] == ben["view"] == self.api.view(self.ana, self.room)
        return ana

    async def answers(self, who: str) -> list[dict[str, Any]]:
        """How the commands ended that this client has submitted."""
        told = await self.clients.ask(who, "told")
        assert told["problems"] == []
        return told["answers"]


@pytest_asyncio.fixture(loop_scope="module")
async def match(
    server: ServerProcess, network: TcpProxy, clients: NodeClients, subprotocol: str
) -> Match:
    """Two people live on a board."""
    made = Match(server, network, clients)
    await made.begin(subprotocol)
    return made


def moves(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Moves of all tokens in turn, each to a place of its own."""
    return [move(number % TOKENS, 10 * (first + number), first) for number in range(count)]


async def test_CL20_two_members_work_and_see_the_same(match: Match) -> None:
    await match.submit("ana", *moves(50))
    await match.submit("ben", *moves(50, first=100))
    await match.both_live()
    versions = [a["version"] for who in ("ana", "ben") for a in await match.answers(who)]
    assert len(set(versions)) == len(versions) == 101


async def test_CL18_presence_reaches_the_others(match: Match) -> None:
    cursor = {"type": "cursor", "at": [100, 200]}
    await match.clients.ask("ana", "presence", key="cursor", value=cursor)
    await match.submit("ben", move(0, 1))
    seen: dict[str, Any] = {}
    while not any(person["values"] for person in seen.get("people", [])):
        seen = await match.clients.ask("ben", "look")
    (shown,) = [person for person in seen["people"] if person["values"]]
    assert shown == {"account": match.ana.account, "name": "Ana", "values": {"cursor": cursor}}


async def test_CL6_what_is_done_without_a_network_arrives_once(match: Match) -> None:
    match.network.cut()
    await match.until("ana", status="offline")
    await match.submit("ana", *moves(OFFLINE_COMMANDS))
    await match.submit("ben", *moves(20, first=500))
    waiting = await match.clients.ask("ana", "look")
    assert waiting["waiting"] == OFFLINE_COMMANDS
    match.network.mend()
    seen = await match.both_live()
    answers = await match.answers("ana")
    assert all(answer["accepted"] for answer in answers)
    assert len({answer["version"] for answer in answers}) == OFFLINE_COMMANDS + 1
    assert seen["version"] >= OFFLINE_COMMANDS + 20


async def test_CL2_a_closed_tab_leaves_its_commands_to_the_next(
    match: Match, subprotocol: str
) -> None:
    match.network.cut()
    await match.until("ana", status="offline")
    await match.submit("ana", *moves(30))
    await match.clients.ask("ana", "close")
    match.network.mend()
    await match.open("ana", match.ana, subprotocol, port=match.network.port)
    seen = await match.both_live()
    assert seen["view"]["objects"]["o_00000009"]["props"]["at"] == [290, 0]


async def test_CL6_kill_9_in_the_middle_loses_and_doubles_nothing(match: Match) -> None:
    for round_ in range(ROUNDS):
        await match.submit("ana", *moves(100, first=1_000 * round_))
        await match.submit("ben", *moves(100, first=1_000 * round_ + 500))
        await match.until("ana", version=100 * round_ + 20)
        await match.server.kill()
        await match.server.start()
    await match.both_live()
    answers = [*await match.answers("ana"), *await match.answers("ben")]
    assert all(answer["accepted"] for answer in answers)
    assert len({answer["version"] for answer in answers}) == len(answers) == 200 * ROUNDS + 1


async def test_CL19_a_restart_is_told_and_survived(match: Match) -> None:
    await match.submit("ana", *moves(20))
    await match.server.stop()
    await match.submit("ana", *moves(20, first=100))
    await match.server.start()
    await match.both_live()
    told = await match.clients.ask("ana", "told")
    assert ["notice", "restarting"] in told["heard"]
    assert ["status", "moving"] in told["heard"]
    assert all(answer["accepted"] for answer in told["answers"])


async def test_CL21_removed_in_the_middle(match: Match) -> None:
    await match.submit("ana", {"type": "member.remove", "member": match.ben.account})
    seen = await match.until("ben", phase="removed")
    assert seen["people"] == []
    told = await match.clients.ask("ben", "told")
    assert ["closed", {"reason": "removed", "incident": None}] in told["heard"]


async def test_CL11_the_server_s_time_is_known(match: Match) -> None:
    seen = await match.clients.ask("ana", "look")
    assert abs(seen["clockOff"]) < 5_000
