"""Tokens of an OpenID provider at the real server: over HTTP and over a socket, with the provider's
documents fetched from a server that the test runs."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets import ConnectionClosed, Subprotocol
from websockets.asyncio.client import connect

from server.clock import SystemClock
from tests.support.client import client
from tests.support.eventually import eventually
from tests.support.identity_provider import AUDIENCE, Provider, make_key
from tests.support.server_process import free_port, server_process

JSON_V1 = Subprotocol("touchline.v1.json")


@asynccontextmanager
async def provider() -> AsyncGenerator[Provider]:
    """A provider with a server for its two documents."""
    port = free_port()
    made = Provider("RS256", issuer=f"http://127.0.0.1:{port}")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        made.fetched.append(path)
        documents = {urlsplit(url).path: body for url, body in made.documents().items()}
        body = documents.get(path)
        status = "404 Not Found" if body is None or made.away else "200 OK"
        body = body if status.startswith("200") else b""
        assert body is not None
        lines = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(lines.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        yield made


async def test_IS1_an_issuers_token_opens_http_and_sockets_and_its_roles_hold(
    tmp_path: Path,
) -> None:
    async with (
        provider() as club,
        server_process(
            tmp_path,
            issuer=club.issuer,
            issuer_audience=AUDIENCE,
            issuer_roles="helpdesk=staff,it=admin",
        ) as server,
        httpx.AsyncClient(base_url=server.url) as http,
    ):
        now = SystemClock().now_ms() // 1000

        def bearer(**claims: Any) -> dict[str, str]:
            return {"authorization": f"Bearer {club.token(now, **claims)}"}

        me = (await http.get("/me", headers=bearer())).json()
        assert me["name"] == "Ada Lovelace"
        made = await http.post("/rooms", headers=bearer(), json={"kind": "board", "name": "B"})
        room = made.raise_for_status().json()["id"]
        async with client(f"ws://127.0.0.1:{server.ws_port}/ws", club.token(now)) as ada:
            await ada.join(room)
            assert room in ada.rooms

        # staff may read, administrators may do, others do not even learn that there is something
        assert (await http.get("/admin/users", headers=bearer())).status_code == 404
        staff = bearer(sub="s", roles=["helpdesk"])
        assert (await http.get("/admin/users", headers=staff)).status_code == 200
        assert (await http.post("/admin/cleanup", headers=staff)).status_code == 403
        admin = bearer(sub="i", roles=["it"])
        assert (await http.post("/admin/cleanup", headers=admin)).status_code == 200

        # closed here, whatever its issuer goes on to give it
        await http.get("/account", headers=bearer())
        closed = await http.post(
            f"/admin/users/{me['account']}/close", headers=admin, json={"reason": "left"}
        )
        assert closed.status_code == 204
        refused = await http.get("/me", headers=bearer())
        assert refused.status_code == 401
        assert await _close_code(server.ws_port, club.token(now)) == 3000

        # the key is changed: unknown at first, asked for, and good
        club.keys["k2"] = ("RS256", make_key("RS256"))
        fresh = {"authorization": f"Bearer {club.token(now, kid='k2', sub='other')}"}
        assert (await http.get("/me", headers=fresh)).status_code == 401

        async def known_by_now() -> bool:
            return (await http.get("/me", headers=fresh)).status_code == 200

        assert await eventually(known_by_now)


async def _close_code(port: int, token: str) -> int:
    """How the server ends a connection whose hello brings this token."""
    hello: dict[str, object] = {
        "type": "hello",
        "protocol": 1,
        "token": token,
        "client": "c" * 16,
        "rooms": [],
    }
    address = f"ws://127.0.0.1:{port}/ws"
    async with asyncio.timeout(10), connect(address, subprotocols=[JSON_V1]) as socket:
        await socket.send(json.dumps(hello))
        with contextlib.suppress(ConnectionClosed):
            while True:
                await socket.recv()
        assert socket.close_code is not None
        return socket.close_code
