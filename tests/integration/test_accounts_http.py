"""Accounts over real sockets: cookies, answers that were lost, and a server that is killed between
a rotation and its answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.client import Client
from tests.support.server_process import ServerProcess, server_process
from tests.support.timeouts import MS

PASSWORD = "correct horse battery staple"
ADA = "ada@example.org"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[ServerProcess]:
    async with server_process(tmp_path / "data") as running:
        yield running


def browser(server: ServerProcess) -> httpx.AsyncClient:
    """Keeps cookies, and names its origin."""
    return httpx.AsyncClient(base_url=server.url, headers={"origin": server.url})


async def signed_up(server: ServerProcess, http: httpx.AsyncClient) -> httpx.Response:
    """Makes Ada's account by the link in the mail folder; the answer of its confirmation."""
    body = {"email": ADA, "name": "Ada"}
    asked = await http.post("/auth/sign-up", json=body)
    assert asked.status_code == 202, asked.text
    folder = server.data_dir / "mail"
    async with asyncio.timeout(10_000 * MS):
        while not (folder.is_dir() and list(folder.glob("*.eml"))):
            assert (await http.get("/live")).status_code == 200
    (file,) = folder.glob("*.eml")
    found = re.search(r"#token=(tll_[A-Za-z0-9_-]+)", file.read_text())
    assert found is not None
    chosen = {"token": found[1], "password": PASSWORD}
    confirmed = await http.post("/auth/sign-up/confirm", json=chosen)
    assert confirmed.status_code == 200, confirmed.text
    return confirmed


async def as_program(server: ServerProcess) -> dict[str, Any]:
    """Signs in with the refresh token in the body."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        body = {"email": ADA, "password": PASSWORD, "refresh": "body"}
        answer = await http.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def refreshed(server: ServerProcess, token: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url) as http:
        return await http.post("/auth/refresh", json={"refresh_token": token})


async def test_HC1_a_browser_signs_up_renews_by_its_cookie_and_signs_out(
    server: ServerProcess,
) -> None:
    async with browser(server) as http:
        confirmed = await signed_up(server, http)
        assert confirmed.headers["set-cookie"].startswith("touchline=tlr_")
        pair = confirmed.headers["set-cookie"].partition(";")[0]
        renewed = await http.post("/auth/refresh", json={}, headers={"cookie": pair})
        assert renewed.status_code == 200
        pair = renewed.headers["set-cookie"].partition(";")[0]
        async with Client(
            f"ws://localhost:{server.ws_port}/ws", renewed.json()["token"]
        ).running() as socket:
            await socket.connect(origin=server.url)
            out = await http.post("/auth/logout", json={}, headers={"cookie": pair})
            assert out.status_code == 204
            assert await socket.closed() == 3000
        gone = await http.post("/auth/refresh", json={}, headers={"cookie": pair})
        assert gone.status_code == 401


async def test_SI8_parallel_refreshes_over_sockets_give_one_successor(
    server: ServerProcess,
) -> None:
    async with browser(server) as http:
        await signed_up(server, http)
    opened = await as_program(server)
    answers = await asyncio.gather(*(refreshed(server, opened["refresh_token"]) for _ in range(6)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.json()["refresh_token"] for one in answers}) == 1


async def unheard(server: ServerProcess, token: str) -> None:
    """Shows a refresh token, and is gone once the answer is on its way, without reading it."""
    body = f'{{"refresh_token":"{token}"}}'.encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
    writer.write(
        b"POST /auth/refresh HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % (server.http_port, len(body)) + body
    )
    async with asyncio.timeout(10_000 * MS):
        assert await reader.readexactly(1) == b"H"
    writer.transport.abort()


async def test_SI8_an_answer_that_was_lost_is_given_again(server: ServerProcess) -> None:
    async with browser(server) as http:
        await signed_up(server, http)
    opened = await as_program(server)
    await unheard(server, opened["refresh_token"])
    again = await refreshed(server, opened["refresh_token"])
    assert again.status_code == 200
    assert (await refreshed(server, again.json()["refresh_token"])).status_code == 200


async def test_SI8_a_server_that_is_killed_after_a_rotation_gives_the_same_successor(
    server: ServerProcess,
) -> None:
    async with browser(server) as http:
        await signed_up(server, http)
    opened = await as_program(server)
    first = await refreshed(server, opened["refresh_token"])
    await server.kill()
    await server.start()
    # As if the answer had never arrived.
    again = await refreshed(server, opened["refresh_token"])
    assert again.status_code == 200
    assert again.json()["refresh_token"] == first.json()["refresh_token"]


async def test_SI9_a_token_that_was_used_up_closes_the_sockets_of_its_session(
    server: ServerProcess,
) -> None:
    async with browser(server) as http:
        await signed_up(server, http)
    opened = await as_program(server)
    second = (await refreshed(server, opened["refresh_token"])).json()
    third = (await refreshed(server, second["refresh_token"])).json()
    async with Client(f"ws://localhost:{server.ws_port}/ws", third["token"]).running() as socket:
        await socket.connect()
        assert (await refreshed(server, opened["refresh_token"])).status_code == 401
        assert await socket.closed() == 3000
    assert (await refreshed(server, third["refresh_token"])).status_code == 401


@pytest.mark.parametrize("change", ["cut", "other key", "mfa"])
async def test_SE_A9_a_forged_token_of_an_account_is_refused_in_the_hello(
    server: ServerProcess, change: str
) -> None:
    async with browser(server) as http:
        token = str((await signed_up(server, http)).json()["token"])
    head, claims, proof = token.split(".")
    false = {
        "cut": f"{head}.{claims}.",
        "other key": f"{head}.{claims}.{proof[::-1]}",
        "mfa": f"{claims}.{claims}.{proof}",
    }[change]
    async with Client(f"ws://localhost:{server.ws_port}/ws", false).running() as socket:
        await socket.connect()
        assert await socket.closed() == 3000
