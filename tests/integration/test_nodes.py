"""Several server processes on one PostgreSQL and one Redis: members on different nodes see one
room, whatever becomes of Redis or of a node."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from protocol.client_events import Refused
from protocol.server_messages import Notice, Presence, RoomClosed, Welcome
from tests.support.boards import add, token
from tests.support.client import Client, client
from tests.support.eventually import eventually
from tests.support.redis_server import RedisServer
from tests.support.server_process import ROOT, ServerProcess, free_port, server_process
from tests.support.two_servers import address, asked, guest, logged_in, servers, signed_up

pytestmark = pytest.mark.postgres

NEVER = "86400"
"""Seconds: what would find out by itself does not in a test of news."""


@dataclass
class Nodes:
    """Ana, who owns the board, is on the first node; Ben, an editor, on the second."""

    nodes: Sequence[ServerProcess]
    redis: RedisServer
    stack: AsyncExitStack
    room: str
    invite: str
    ana: Client
    ben: Client
    bens_account: str

    async def number(self, node: int, name: str) -> float:
        """A metric of a node, over all its labels."""
        async with httpx.AsyncClient(base_url=self.nodes[node].url) as http:
            text = (await http.get("/metrics")).text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name
        )

    async def until_number(self, name: str, holds: Callable[[float], bool]) -> None:
        """Until it holds for the metric on every node."""

        async def ask() -> bool:
            return all([holds(await self.number(one, name)) for one in range(len(self.nodes))])

        await eventually(ask)

    async def degraded(self, node: int) -> list[str]:
        """Parts that the node's /ready calls degraded, with 200."""
        async with httpx.AsyncClient(base_url=self.nodes[node].url) as http:
            answer = await http.get("/ready")
        assert answer.status_code == 200
        return answer.json()["degraded"]

    async def both_see(self, version: int) -> None:
        """Until both have the entry, and the same ones."""
        for one in (self.ana, self.ben):
            await one.until(lambda one=one: one.position(self.room).version >= version)
        assert self.ana.position(self.room).tag == self.ben.position(self.room).tag


def here(one: Client, room: str) -> dict[str, dict[str, object]]:
    """Account → what it shows, as one client was told."""
    accounts: dict[int, str] = {}
    values: dict[int, dict[str, object]] = {}
    for told in one.told(Presence):
        if told.room != room:
            continue
        if told.all:
            accounts, values = {}, {}
        for connection, account in ((h.connection, h.account) for h in told.here):
            if account is None:
                accounts.pop(connection, None)
                values.pop(connection, None)
            else:
                accounts[connection] = account
        for value in told.values:
            values.setdefault(value.connection, {})[value.key] = value.value
    return {account: values.get(number, {}) for number, account in accounts.items()}


@pytest.fixture
async def scene(tmp_path: Path, postgres_url: str, own_redis: RedisServer) -> AsyncIterator[Nodes]:
    async with (
        servers(
            tmp_path,
            postgres_url,
            redis=own_redis.url,
            access_poll_s=NEVER,
            command_rate_per_s="1000",
            command_burst="1000",
        ) as nodes,
        AsyncExitStack() as stack,
    ):
        token_of_ana, _ = await guest(nodes[0], "Ana")
        token_of_ben, account = await guest(nodes[1], "Ben")
        body = {"kind": "board", "name": "Ours"}
        room = (await asked(nodes[0], token_of_ana, "POST", "/rooms", body)).json()["id"]
        path = f"/rooms/{room}/invitations"
        invited = await asked(nodes[0], token_of_ana, "POST", path, {"role": "editor"})
        invite = invited.json()["link"].partition("invite=")[2]
        ana = await stack.enter_async_context(client(address(nodes[0]), token_of_ana, room))
        ben = await stack.enter_async_context(
            client(address(nodes[1]), token_of_ben, room, invite=invite)
        )
        made = Nodes(nodes, own_redis, stack, room, invite, ana, ben, account)
        await made.until_number("touchline_relay_sound", lambda sound: sound == 1)
        yield made


async def test_RL10_members_on_two_nodes_see_one_room_by_news(scene: Nodes) -> None:
    found = await scene.number(1, "touchline_tail_checks_found_total")
    for number in range(20):
        version = await scene.ana.do(scene.room, add(token(number)))
        await scene.ben.until(lambda v=version: scene.ben.position(scene.room).version >= v)
    version = await scene.ben.do(scene.room, add(token(99)))
    await scene.both_see(version)
    assert await scene.number(1, "touchline_news_shown_total") >= 20
    assert await scene.number(1, "touchline_tail_checks_found_total") == found


async def test_PR7_PR8_presence_goes_between_nodes_and_dies_with_its_node(scene: Nodes) -> None:
    ana, ben, room = scene.ana, scene.ben, scene.room
    await ana.until(lambda: scene.bens_account in here(ana, room))
    await ben.until(lambda: len(here(ben, room)) == 2)
    cursor = {"type": "cursor", "at": [10, 20]}
    await ben.presence(room, "cursor", cursor)
    await ana.until(lambda: here(ana, room)[scene.bens_account].get("cursor") == cursor)
    await scene.nodes[1].kill()
    await ana.until(lambda: scene.bens_account not in here(ana, room), limit_ms=20_000)
    assert len(here(ana, room)) == 1


async def test_RL10_C10_who_is_removed_on_one_node_is_out_on_the_other(scene: Nodes) -> None:
    await scene.ana.do(scene.room, {"type": "member.remove", "member": scene.bens_account})
    await scene.ben.until(lambda: bool(scene.ben.told(RoomClosed)))
    assert [closed.reason for closed in scene.ben.told(RoomClosed)] == ["removed"]


async def test_RL11_a_session_that_ends_on_one_node_ends_on_the_other(scene: Nodes) -> None:
    one, two = scene.nodes
    _, account = await signed_up(one, "Olga")
    assert account
    session = await logged_in(one, "Olga")
    async with Client(address(two), session).running() as olga:
        await olga.connect()
        await asked(one, session, "POST", "/auth/logout", {})
        assert (await olga.closed(), olga.close_reason) == (3000, "invalid_token")


async def test_OP25_the_nodes_are_listed_by_any_of_them(scene: Nodes) -> None:
    one = scene.nodes[0]

    async def listed() -> tuple[int | None, str, str]:
        words = ("cluster", "status", "--url", one.url, "--data-dir", str(one.data_dir))
        asked = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", *words, cwd=ROOT, stdout=PIPE, stderr=PIPE
        )
        out, told = await asked.communicate()
        return asked.returncode, out.decode(), told.decode()

    async def both() -> list[list[str]] | None:
        status, out, told = await listed()
        assert (status, "redis 0: sound, 1 rooms" in told) == (0, True), told
        rows = [line.split("\t") for line in out.splitlines()]
        return rows if [row[3] for row in rows] == ["1", "1"] else None

    rows = await eventually(both)
    assert [row[0] for row in rows] == ["one", "two"]
    assert rows[0][4] == "this"
    scene.redis.kill()

    async def told() -> bool:
        return "relay" in await scene.degraded(0)

    await eventually(told)
    status, _, told_of = await listed()
    assert status == 1
    assert "degraded: relay degraded" in told_of


async def test_RL12_RL13_redis_dies_under_work_and_comes_back_and_nothing_is_lost(
    scene: Nodes,
) -> None:
    ana, ben, room = scene.ana, scene.ben, scene.room
    scene.redis.kill()
    version = await ana.do(room, add(token(1)))
    await scene.both_see(version)
    for one in (ana, ben):
        await one.until(lambda one=one: [n.code for n in one.told(Notice)] == ["degraded"])
    assert await scene.degraded(0) == await scene.degraded(1) == ["relay"]
    for number in range(2, 12):
        version = await (ana, ben)[number % 2].do(room, add(token(number)))
    await scene.both_see(version)
    scene.redis.start()
    for one in (ana, ben):
        await one.until(
            lambda one=one: [n.code for n in one.told(Notice)] == ["degraded", "recovered"]
        )
    assert await scene.degraded(0) == await scene.degraded(1) == []
    await scene.until_number("touchline_relay_sound", lambda sound: sound == 1)
    shown = await scene.number(1, "touchline_news_shown_total")
    for number in range(12, 22):
        version = await ana.do(room, add(token(number)))
    await scene.both_see(version)
    assert await scene.number(1, "touchline_news_shown_total") == shown + 10
    cursor = {"type": "cursor", "at": [1, 2]}
    await ben.presence(room, "cursor", cursor)
    await ana.until(lambda: here(ana, room)[scene.bens_account].get("cursor") == cursor)


async def test_RL7_redis_forgets_everything_under_work_and_nothing_is_lost(scene: Nodes) -> None:
    losses = "touchline_relay_losses"
    before = [await scene.number(node, losses) for node in (0, 1)]
    version = 0
    for number in range(40):
        if number == 10:
            scene.redis.say("FLUSHALL")
        version = await (scene.ana, scene.ben)[number % 2].do(scene.room, add(token(number)))
    await scene.both_see(version)

    async def noticed() -> bool:
        now = [await scene.number(node, losses) for node in (0, 1)]
        return all(after > was for after, was in zip(now, before, strict=True))

    await eventually(noticed)
    await scene.until_number("touchline_relay_sound", lambda sound: sound == 1)
    shown = await scene.number(1, "touchline_news_shown_total")
    await scene.both_see(await scene.ana.do(scene.room, add(token(77))))
    assert await scene.number(1, "touchline_news_shown_total") == shown + 1


async def test_RL10_RM7_two_nodes_write_one_board_and_every_command_ends_once(
    scene: Nodes,
) -> None:
    ana, ben, room = scene.ana, scene.ben, scene.room
    each = 60

    async def write(one: Client, first: int) -> list[int]:
        versions: list[int] = []
        for start in range(0, each, 10):
            numbers = range(first + start, first + start + 10)
            seqs = one.compose(room, [add(token(number)) for number in numbers])
            await one.say()
            for seq in seqs:
                outcome = await one.outcome(room, seq)
                assert not isinstance(outcome, Refused), outcome
                versions.append(outcome.version)
        return versions

    anas, bens = await asyncio.gather(write(ana, 0), write(ben, 1_000))
    assert len({*anas, *bens}) == 2 * each, "each has an entry of its own"
    await scene.both_see(max(*anas, *bens))
    for one in (ana, ben):
        assert {*anas, *bens} <= set(one.entries(room))


async def test_RL10_a_member_whose_node_dies_goes_on_at_another_and_misses_nothing(
    scene: Nodes,
) -> None:
    ana, ben, room = scene.ana, scene.ben, scene.room
    await scene.both_see(await ben.do(room, add(token(0))))
    await scene.nodes[1].kill()
    await ben.closed()
    for number in range(1, 5):
        await ana.do(room, add(token(number)))
    version = await ana.do(room, add(token(5)))
    ben.url = address(scene.nodes[0])
    await ben.connect()
    await ben.until(lambda: ben.session.is_live(room))
    await scene.both_see(version)
    await scene.both_see(await ben.do(room, add(token(6))))


async def test_RL7_PR8_a_node_that_stood_still_is_gone_and_back_and_has_missed_nothing(
    scene: Nodes,
) -> None:
    ana, ben, room = scene.ana, scene.ben, scene.room
    await ana.until(lambda: scene.bens_account in here(ana, room))
    scene.nodes[1].pause()
    for number in range(4):
        await ana.do(room, add(token(number)))
    version = await ana.do(room, add(token(4)))
    await ana.until(lambda: scene.bens_account not in here(ana, room), limit_ms=20_000)
    scene.nodes[1].go_on()
    await scene.both_see(version)
    await ana.until(lambda: scene.bens_account in here(ana, room), limit_ms=20_000)
    await scene.both_see(await ben.do(room, add(token(5))))


async def test_RL10_three_nodes_and_two_primaries(
    tmp_path: Path, postgres_url: str, own_redis: RedisServer
) -> None:
    both = f"{own_redis.url},{own_redis.url.removesuffix('/0')}/1"
    async with (
        servers(tmp_path, postgres_url, names=("one", "two", "three"), redis=both) as nodes,
        AsyncExitStack() as stack,
    ):
        owner, _ = await guest(nodes[0], "Ana")
        boards: list[tuple[str, list[Client]]] = []
        for number in range(4):
            body = {"kind": "board", "name": f"Board {number}"}
            room = (await asked(nodes[0], owner, "POST", "/rooms", body)).json()["id"]
            everywhere = [
                await stack.enter_async_context(client(address(one), owner, room)) for one in nodes
            ]
            boards.append((room, everywhere))
        for room, everywhere in boards:
            for number, one in enumerate(everywhere):
                version = await one.do(room, add(token(number)))
                for other in everywhere:
                    await other.until(lambda o=other, v=version: o.position(room).version >= v)  # noqa: B023 - awaited here
            assert len({one.position(room) for one in everywhere}) == 1
        async with httpx.AsyncClient(base_url=nodes[2].url) as http:
            held = [
                sample.value
                for family in text_string_to_metric_families((await http.get("/metrics")).text)
                for sample in family.samples
                if sample.name == "touchline_relay_rooms"
            ]
        assert sum(held) == 4


async def test_OP26_OP27_workers_share_the_ports_and_are_nodes(
    tmp_path: Path, postgres_url: str, own_redis: RedisServer
) -> None:
    metrics = free_port()
    async with (
        server_process(
            tmp_path,
            database=postgres_url,
            redis=own_redis.url,
            workers="2",
            node="w",
            metrics_port=str(metrics),
        ) as server,
        AsyncExitStack() as stack,
    ):

        async def names() -> set[str] | None:
            found: set[str] = set()
            async with httpx.AsyncClient() as http:
                for port in (metrics, metrics + 1):
                    try:
                        status = (await http.get(f"http://localhost:{port}/status")).json()
                    except httpx.TransportError:
                        return None
                    found |= {status["node"], *(one["name"] for one in status["others"])}
                    if len(status["others"]) != 1:
                        return None
            return found

        assert await eventually(names) == {"w-1", "w-2"}
        owner, _ = await guest(server, "Ana")
        body = {"kind": "board", "name": "Ours"}
        room = (await asked(server, owner, "POST", "/rooms", body)).json()["id"]
        by_node: dict[str, Client] = {}
        while len(by_node) < 2:  # the kernel chooses
            one = await stack.enter_async_context(client(address(server), owner, room))
            by_node[one.told(Welcome)[0].node] = one
        version = await by_node["w-1"].do(room, add(token(1)))
        await by_node["w-2"].until(lambda: by_node["w-2"].position(room).version >= version)
        words = ("room", "list", "--url", server.url, "--data-dir", str(server.data_dir))
        listing = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", *words, cwd=ROOT, stdout=PIPE, stderr=PIPE
        )
        out, told = await listing.communicate()
        assert (listing.returncode, room in out.decode()) == (0, True), told
        await server.stop()
        assert by_node["w-1"].close_code == by_node["w-2"].close_code == 1012
