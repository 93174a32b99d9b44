"""Three nodes, their PostgreSQL and their Redis, and a line of ours between any two that speak.

Starts, ends and starts again; what goes wrong when stands elsewhere.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from loadtest.processes import RAISED, free_port
from storage.migrate import migrate
from storage.postgres_connection import Connection, PostgresOptions, connect, let_go
from tests.chaos.plan import NODES
from tests.support.postgres_server import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.server_process import ServerProcess
from tests.support.tcp_proxy import TcpProxy

T = TypeVar("T")

START_MS = 120_000
"""Several start at once, on machines that do other things beside."""
UP_S_MAX = 240.0
"""A node that does not come up within so long, with everything it needs there, never will."""
AGAIN_S = 0.3
SETTINGS = {
    "drain-s": "1",
    "snapshot-s": "5",
    "connections-per-address-max": "100000",
    "failed-joins-per-min": "1000000",
    "guests-per-min": "1000000",
    "http-rate-per-s": "1000000",
    "http-burst": "1000000",
    "limits": f"{RAISED['limits']},room_invite=1000000/60",
}
"""Everybody here comes from one address, which the limits of an address do not expect."""
TOLD_BY_EVERY_FAULT = frozenset({"warning", "info", "debug"})


@dataclass
class Node:
    """A process, and the three lines that lead to and from it."""

    server: ServerProcess
    members: TcpProxy
    """From its members."""
    database: TcpProxy
    redis: TcpProxy
    starts: int = 0
    failed_starts: int = 0


@dataclass
class Stage:
    """Everything that runs. Nodes have numbers."""

    postgres: PostgresServer
    redis: RedisServer
    nodes: list[Node]
    errors: Counter[str] = field(default_factory=Counter[str])
    """What nodes logged as errors, by event."""
    samples: dict[str, str] = field(default_factory=dict[str, str])
    """One line of each."""

    @property
    def ports(self) -> list[int]:
        """Where members reach the nodes."""
        return [node.members.port for node in self.nodes]

    @property
    def lines(self) -> list[TcpProxy]:
        """All of them."""
        return [line for one in self.nodes for line in (one.members, one.database, one.redis)]

    async def bring_up(self, number: int) -> None:
        """Starts a node, again and again as a supervisor of processes would; returns once it
        serves."""
        node = self.nodes[number]
        until = time.monotonic() + UP_S_MAX
        while True:
            try:
                await node.server.start()
            except (AssertionError, TimeoutError):
                await self.end(number)
                node.failed_starts += 1
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(AGAIN_S)
            else:
                node.starts += 1
                return

    async def revive(self) -> list[str]:
        """Brings up what has ended without being told to; a sentence about each."""
        told: list[str] = []
        for number, node in enumerate(self.nodes):
            if node.server.ended:
                told.append(f"node{number} ended by itself: {' | '.join(node.server.log[-3:])}")
                await self.end(number)
                await self.bring_up(number)
        return told

    async def end(self, number: int, *, politely: bool = False) -> None:
        """A node ends; its errors are kept, the rest of its log is not."""
        server = self.nodes[number].server
        try:
            await (server.stop() if politely else server.kill())
        finally:
            self.read_log(number)

    def read_log(self, number: int) -> None:
        """Takes over what a node has logged."""
        server = self.nodes[number].server
        for line in server.log:
            told: dict[str, Any] = {}
            with suppress(ValueError):
                told = json.loads(line)
            if not told and not line.startswith("Traceback"):
                continue
            event = str(told.get("event", line))
            if told.get("level", "error") not in TOLD_BY_EVERY_FAULT:
                self.errors[event] += 1
                self.samples.setdefault(event, line[:4_000])
        server.log.clear()

    async def ask(self, number: int, method: str, path: str, token: str, body: Any = None) -> Any:
        """One request to a node, past all lines. Raises httpx.HTTPError."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        base = self.nodes[number].server.url
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30.0) as http:
            answer = await http.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    # ---------------------------------------------------------------- database and Redis

    @asynccontextmanager
    async def database(self) -> AsyncGenerator[Connection]:
        """A connection of ours, past all lines, without our limits on statements."""
        connection = await connect(self.postgres.url(), PostgresOptions(behind_bouncer=True))
        try:
            yield connection
        finally:
            await let_go(connection)

    async def start_postgres(self) -> None:
        """Again and again: what a crash left must be gone first."""
        until = time.monotonic() + UP_S_MAX
        while True:
            try:
                await apart(self.postgres.start)
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(AGAIN_S)
            else:
                return

    def kill_postgres(self) -> None:
        """kill -9 of the process that all its others are children of."""
        os.kill(self.postgres.pid, signal.SIGKILL)


async def apart(work: Callable[[], T]) -> T:
    """Something that blocks, in a thread, while everybody goes on."""
    return await asyncio.to_thread(work)


def url_through(url: str, port: int, by: int) -> str:
    """The same address, by another port."""
    assert f":{port}/" in url, f"expected port {port} in {url}"
    return url.replace(f":{port}/", f":{by}/")


@asynccontextmanager
async def staged(
    folder: Path,
    *,
    nodes: int = NODES,
    program: str = "tests.chaos.node",
    pages: bool = False,
    settings: Mapping[str, str] | None = None,
) -> AsyncGenerator[Stage]:
    """Everything up; ended and removed afterwards. `pages`: browsers may go to every node;
    `settings`: of the nodes, beside ours."""
    async with AsyncExitStack() as stack:
        postgres = await apart(PostgresServer.started)
        stack.callback(postgres.stop)
        redis = await apart(RedisServer)
        stack.callback(redis.stop)
        await migrate(postgres.url())
        secret = folder / "secret-of-all"
        secret.touch(mode=0o600)
        secret.write_text("a secret of all nodes that is long enough to be one")
        made: list[Node] = []
        for number in range(nodes):
            server = ServerProcess(
                folder / f"node{number}",
                http_port=free_port(),
                ws_port=free_port(),
                program=program,
                start_ms=START_MS,
            )
            lines = [TcpProxy(port) for port in (server.ws_port, postgres.port, redis.port)]
            for line in lines:
                await line.start()
                stack.push_async_callback(line.stop)
            server.settings = {
                **SETTINGS,
                **(settings or {}),
                "node": f"node{number}",
                "secret-file": str(secret),
                "database": url_through(postgres.url(), postgres.port, lines[1].port),
                "redis": url_through(redis.url, redis.port, lines[2].port),
            }
            made.append(Node(server, members=lines[0], database=lines[1], redis=lines[2]))
        stage = Stage(postgres, redis, made)
        if pages:
            _tell_of_each_other(made)
        stack.push_async_callback(_end_all, stage)
        await _all(stage.bring_up, range(nodes))
        yield stage


def _tell_of_each_other(nodes: Sequence[Node]) -> None:
    """A page that one of them served may connect to all, by the lines that members use."""
    sockets = [f"ws://localhost:{one.members.port}/ws" for one in nodes]
    origins = ",".join(one.server.url for one in nodes)
    for one, socket in zip(nodes, sockets, strict=True):
        one.server.settings |= {
            "ws-url": socket,
            "ws-urls": ",".join(sockets),
            "allowed-origins": origins,
        }


async def _end_all(stage: Stage) -> None:
    """Whatever state a fault left them in."""
    for line in stage.lines:
        line.heal()
    await _all(stage.end, range(len(stage.nodes)))


async def _all(what: Callable[[int], Any], numbers: Sequence[int]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in numbers:
            tasks.create_task(what(number))
