"""The guide of README.md for two machines, followed command by command on two network namespaces:
two members on two nodes in one room, and a node that dies."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from protocol.client_events import Live
from tests.support.client import Client
from tests.support.eventually import eventually
from tests.support.handbook import commands, environment, run_block
from tests.support.machine_services import services
from tests.support.machines import Machine, two_machines, why_not
from tests.support.redis_server import NO_BINARY

pytestmark = pytest.mark.postgres

PREPARE, NODE_ONE, NODE_TWO, BESIDE = range(4)
"""The shell blocks below the heading, in their order."""
_INVITE = re.compile(r"room=(r_[\w-]+)&invite=(i_[\w.-]+)")
HTTP, WS = 8700, 8701


@pytest.fixture
def machines(tmp_path: Path) -> Generator[tuple[Machine, Machine]]:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    if shutil.which("redis-server") is None:
        pytest.skip(NO_BINARY)
    with two_machines(tmp_path) as both:
        yield both


@contextmanager
def node(machine: Machine, block: str) -> Generator[subprocess.Popen[bytes]]:
    """A node that a block starts, which does not end by itself."""
    log = machine.folder / "node.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*machine.within, "/bin/sh", "-e", "-c", block],
            cwd=machine.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(at: Machine, to: Machine, method: str, path: str, body: object = None) -> tuple[int, str]:
    """A request over HTTP from one machine to the other; status and answer. Raises OSError."""
    connection = http.client.HTTPConnection(to.address, HTTP)
    connection.sock = at.dial(to.address, HTTP)
    try:
        connection.request(method, path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


async def serves(machine: Machine) -> bool:
    """Whether its node is ready."""
    try:
        status, _ = await asyncio.to_thread(ask, machine, machine, "GET", "/ready")
    except OSError:
        return False
    return status == 200


async def dial(one: Client, at: Machine, to: Machine) -> None:
    """A WebSocket from one machine to the other."""
    one.url = f"ws://{to.address}:{WS}/ws"
    sock = await asyncio.to_thread(at.dial, to.address, WS)
    await one.connect(sock=sock, proxy=None)


@asynccontextmanager
async def member(
    name: str, at: Machine, to: Machine, room: str, invite: str
) -> AsyncGenerator[Client]:
    """A guest on a machine, in the room by the other machine's node."""
    status, answer = await asyncio.to_thread(ask, at, to, "POST", "/auth/guest", {"name": name})
    assert status < 300, answer
    async with Client("", json.loads(answer)["token"]).running() as one:
        await dial(one, at, to)
        await one.join(room, invite=invite)
        yield one


def says(text: str) -> dict[str, str]:
    return {"type": "chat.say", "text": text}


async def test_OP32_two_machines_by_the_guide(machines: tuple[Machine, Machine]) -> None:
    one, two = machines
    blocks = commands("### Two machines")
    assert len(blocks) == 4, "this test follows the guide as it was; look at both"

    status, _ = blocks[BESIDE].splitlines()

    async def beside(machine: Machine, block: str) -> str:
        return await asyncio.to_thread(
            run_block, block, machine.folder, environment(), machine.within
        )

    with services(one, two) as administrator:
        await asyncio.to_thread(run_block, blocks[PREPARE], one.folder, administrator, one.within)
        with node(one, blocks[NODE_ONE]) as first, node(two, blocks[NODE_TWO]):
            for machine in machines:
                await eventually(lambda machine=machine: serves(machine))
            told = await beside(one, blocks[BESIDE])
            assert re.search(r"news by redis \d+: sound", told), told
            links = _INVITE.findall(told)
            assert links, told
            assert re.search(r"^one\t", told, re.MULTILINE), told
            assert re.search(r"^two\t", told, re.MULTILINE), told
            room, invite = links[0]
            async with (
                member("Ann", two, one, room, invite) as ann,
                member("Ben", one, two, room, invite) as ben,
            ):
                await seen_by(ben, room, await ann.do(room, says("from node one")))
                await seen_by(ann, room, await ben.do(room, says("from node two")))
                first.kill()
                assert await ann.closed() == 1006
                alone = await ben.do(room, says("one is dead"))
                lives = len(ann.told(Live))
                await dial(ann, two, two)
                await ann.until(lambda: len(ann.told(Live)) > lives)
                await seen_by(ann, room, alone)
                await seen_by(ben, room, await ann.do(room, says("and Ann goes on")))
                assert ann.entries(room).keys() >= ben.entries(room).keys() - {1}

            async def noticed() -> bool:
                return re.search(r"^one\t", await beside(two, status), re.MULTILINE) is None

            await eventually(noticed)


async def seen_by(somebody: Client, room: str, version: int) -> None:
    """They are shown the entry."""
    await somebody.until(lambda: somebody.position(room).version >= version)
    assert version in somebody.entries(room)
