"""Two server processes on one database, people with accounts on them, and how long it takes until
what one server is asked has its effect on connections of both."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.client import Client, client
from tests.support.eventually import eventually
from tests.support.server_process import ServerProcess, server_process

EACH = 10
"""Connections of one account on each server."""
GOAL_S = 5.0
"""Until the last connection has heard, where the servers have no news of each other but the
database."""
PASSWORD = "correct horse battery staple"


@asynccontextmanager
async def servers(
    folder: Path, url: str, *, names: Sequence[str] = ("one", "two"), **settings: str
) -> AsyncGenerator[list[ServerProcess]]:
    """Two of them, or as many as `names`: one database, one secret, a data folder each."""
    secret = folder / "secret-of-both"
    secret.touch(mode=0o600)
    secret.write_text("a secret of both servers that is long enough to be one")
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                server_process(
                    folder / name, database=url, secret_file=str(secret), node=name, **settings
                )
            )
            for name in names
        ]


def address(server: ServerProcess) -> str:
    """Where its connections go."""
    return f"ws://127.0.0.1:{server.ws_port}/ws"


def operator_key(server: ServerProcess) -> str:
    """What its command line speaks with."""
    return (server.data_dir / "operator.key").read_text().strip()


async def asked(
    server: ServerProcess, token: str, method: str, path: str, body: Any = None
) -> httpx.Response:
    """One request that succeeds."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30.0) as http:
        answer = await http.request(method, path, json=body)
    assert answer.status_code < 400, (path, answer.text)
    return answer


async def guest(server: ServerProcess, name: str) -> tuple[str, str]:
    """A token, and its account."""
    answer = (await asked(server, "", "POST", "/auth/guest", {"name": name})).json()
    return answer["token"], answer["account"]


async def signed_up(server: ServerProcess, name: str) -> tuple[str, str]:
    """Somebody with an account, by the link in the mail folder: a token, and the account."""
    email = f"{name.lower()}@example.org"
    body = {"email": email, "name": name}
    await asked(server, "", "POST", "/auth/sign-up", body)

    async def link() -> str | None:
        for file in (server.data_dir / "mail").glob("*.eml"):
            text = file.read_text()
            found = re.search(r"#token=(tll_[A-Za-z0-9_-]+)", text)
            if found is not None and email in text:
                return found[1]
        return None

    token = await eventually(link)
    chosen = {"token": token, "password": PASSWORD}
    confirmed = (await asked(server, "", "POST", "/auth/sign-up/confirm", chosen)).json()
    return confirmed["token"], confirmed["account"]


async def logged_in(server: ServerProcess, name: str) -> str:
    """A token of another session of somebody who signed up."""
    body = {"email": f"{name.lower()}@example.org", "password": PASSWORD, "refresh": "body"}
    return (await asked(server, "", "POST", "/auth/login", body)).json()["token"]


async def close_of(server: ServerProcess, token: str) -> tuple[int, str]:
    """How a new connection with this token is ended."""
    async with Client(address(server), token).running() as one:
        await one.connect()
        return await one.closed(), one.close_reason


@dataclass
class Crowd:
    """Connections to both servers that follow the same rooms."""

    both: Sequence[ServerProcess]
    stack: AsyncExitStack
    everybody: list[Client] = field(default_factory=list[Client])

    async def come(self, token: str, *rooms: str, invite: str | None = None) -> list[Client]:
        """`EACH` on each server."""
        come = [
            await self.stack.enter_async_context(client(address(one), token, *rooms, invite=invite))
            for one in self.both
            for _ in range(EACH)
        ]
        self.everybody += come
        return come


async def last_effect(
    what: str,
    clients: Sequence[Client],
    act: Callable[[], Awaitable[object]],
    holds: Callable[[Client], bool],
) -> float:
    """Seconds from the answer until it holds for the last of them; fails beyond the goal."""
    heard: list[float] = []

    async def hear(one: Client) -> None:
        await one.until(lambda: holds(one))
        heard.append(time.monotonic())

    assert not any(holds(one) for one in clients), "not before"
    waiting = [asyncio.create_task(hear(one)) for one in clients]
    await act()
    answered = time.monotonic()
    await asyncio.gather(*waiting)
    took = max(0.0, max(heard) - answered)
    told = f"{what}: {len(clients)} connections, last effect {took:.2f} s after the answer"
    print(told)  # noqa: T201 - what was measured, for whoever runs it with -s
    assert took < GOAL_S, f"{what} took {took:.2f} s"
    return took
