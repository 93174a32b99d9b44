"""Both ports behind a certificate: a real server process, its pages, its sockets, and a certificate
that changes under it."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from loadtest.connection import LOOPBACK
from loadtest.processes import ROOT_OF_CHECKOUT
from protocol.membership import Say
from server.secret_rotation import rotate
from server.secrets import load_secret
from tests.support.client import Client
from tests.support.command_line import Ran, touchline
from tests.support.timeouts import MS
from tests.support.tls_server import TlsServer, der, eventually


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[TlsServer]:
    folder = tmp_path_factory.mktemp("tls")
    with TlsServer(folder, handshake_s="1.0", drain_s="0.1") as running:
        yield running


@pytest.fixture
async def ada(server: TlsServer) -> AsyncGenerator[Client]:
    """An editor of the demo, over wss."""
    _, room, invite = server.link("editor")
    async with server.client() as http:
        guest = (await http.post("/auth/guest", json={"name": "Ada"})).json()
        where = (await http.get("/config.json")).json()["ws"]
    async with Client(where, guest["token"]).running() as one:
        await one.join(room, invite=invite)
        await one.connect(ssl=server.trusting())
        await one.until(lambda: one.session.is_live(room))
        yield one


async def move(client: Client) -> int:
    """Does something that lasts; its version."""
    [room] = client.rooms
    return await client.do(room, Say("over wss"))


def beside(server: TlsServer, *arguments: str) -> Ran:
    environ = {
        "TOUCHLINE_TLS_CERTIFICATE": str(server.certificate),
        "TOUCHLINE_TLS_KEY": str(server.key),
        "TOUCHLINE_HTTP_PORT": str(server.http_port),
    }
    return touchline(*arguments, "--data-dir", server.data_dir, environ=environ)


async def raw(port: int, sent: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """What comes back until the server closes."""
    async with asyncio.timeout(20_000 * MS):
        reader, writer = await asyncio.open_connection(
            LOOPBACK, port, ssl=tls, server_hostname="localhost" if tls else None
        )
        writer.write(sent)
        try:
            return await reader.read()
        except (ConnectionError, ssl.SSLError):
            return b""
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()


async def test_TL1_pages_and_their_socket_are_behind_the_certificate(
    server: TlsServer, ada: Client
) -> None:
    assert ada.url == f"wss://localhost:{server.ws_port}/ws"
    assert await move(ada) > 0
    async with server.client() as http:
        page = await http.get("/board.html", headers={"origin": server.url})
    assert page.status_code == 200
    assert (
        f"connect-src 'self' wss://localhost:{server.ws_port};"
        in (page.headers["content-security-policy"])
    )
    assert page.headers["access-control-allow-origin"] == server.url


@pytest.mark.parametrize("path", ["/live", "/", "/nothing", "/openapi.json"])
async def test_SE_A14_every_answer_tells_browsers_to_stay(server: TlsServer, path: str) -> None:
    async with server.client() as http:
        answer = await http.get(path)
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert "server" not in answer.headers


async def test_SE_A14_a_head_that_cannot_be_read_is_told_so_too(server: TlsServer) -> None:
    answer = await raw(server.http_port, b"nonsense\r\n\r\n", server.trusting())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"strict-transport-security: max-age=63072000; includesubdomains" in answer.lower()


def test_TL1_the_start_prints_https_links(server: TlsServer) -> None:
    assert f"https://localhost:{server.http_port}/" in server.said()
    assert "http://" not in server.said()
    assert server.link("viewer")[0].startswith(server.url)


async def test_TL7_what_is_no_handshake_is_cut_off_and_nobody_else_notices(
    server: TlsServer, ada: Client
) -> None:
    for port in (server.http_port, server.ws_port):
        for sent in (
            b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"\x16\x03\x01\x00\x05hello",
            b"\x00" * 5_000,
        ):
            assert b"HTTP" not in await raw(port, sent)
    assert await move(ada) > 0
    async with server.client() as http:
        assert (await http.get("/live")).status_code == 200
    assert "Traceback" not in server.said()


async def test_TL7_a_handshake_that_does_not_come_is_given_up(server: TlsServer) -> None:
    for port in (server.http_port, server.ws_port):
        assert b"HTTP" not in await raw(port, b"")
    assert "Traceback" not in server.said()


async def test_TL2_tls_1_1_is_refused_on_both_ports(server: TlsServer) -> None:
    old = server.trusting()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        old.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    for port in (server.http_port, server.ws_port):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(LOOPBACK, port, ssl=old, server_hostname="localhost")


async def test_TL5_a_renewed_certificate_is_shown_by_both_ports_and_closes_nobody(
    server: TlsServer, ada: Client
) -> None:
    before = await move(ada)
    renewed = server.issuer.make(key=rsa.generate_private_key(65_537, 2_048))

    async def both_show_it() -> bool:
        shown = [await server.shown(port) for port in (server.http_port, server.ws_port)]
        return shown == [der(renewed)] * 2

    assert not await both_show_it()
    renewed.write(server.certificate.parent)
    await eventually(both_show_it)
    assert await move(ada) == before + 1
    assert ada.close_code is None


async def test_TL6_a_pair_that_does_not_match_changes_nothing_and_is_counted(
    server: TlsServer,
) -> None:
    kept = server.certificate.read_bytes()
    before = await server.shown(server.ws_port)
    server.certificate.write_bytes(server.issuer.make().chain)

    async def refused() -> bool:
        async with server.client() as http:
            told = (await http.get("/metrics")).text
        return 'touchline_file_reloads_total{file="certificate",outcome="refused"} 1.0' in told

    try:
        await eventually(refused)
        assert await server.shown(server.ws_port) == before
        assert "is not the key of" in server.said()
    finally:
        server.certificate.write_bytes(kept)


def test_TL9_the_command_line_talks_to_its_own_server_and_to_no_other(server: TlsServer) -> None:
    listed = beside(server, "room", "list")
    assert listed.status == 0, listed.err
    assert server.link("editor")[1] in listed.out
    mine = server.certificate.read_bytes()
    other = server.issuer.make(["localhost"])
    try:
        server.certificate.write_bytes(other.chain)
        refused = beside(server, "room", "list")
    finally:
        server.certificate.write_bytes(mine)
    assert refused.status == 3
    assert "another certificate than tls_certificate names" in refused.err


async def test_SE10_a_rotation_signs_nobody_out_of_a_running_server(
    server: TlsServer, ada: Client
) -> None:
    path = server.data_dir / "secret"
    old = load_secret(path, create=False)
    _, room, invite = server.link("viewer")
    rotate(path, 1_760_000_000_000)

    async def taken() -> bool:
        async with server.client() as http:
            told = (await http.get("/metrics")).text
        return 'touchline_file_reloads_total{file="secret",outcome="taken"} 1.0' in told

    await eventually(taken)
    assert await move(ada) > 0
    await ada.back(ssl=server.trusting())
    assert await move(ada) > 0
    async with server.client() as http:
        bearer = {"authorization": f"Bearer {ada.token}"}
        assert (await http.get("/me", headers=bearer)).status_code == 200
        guest = (await http.post("/auth/guest", json={"name": "Bob"})).json()
    async with Client(ada.url, guest["token"]).running() as bob:
        await bob.join(room, invite=invite)
        await bob.connect(ssl=server.trusting())
        await bob.until(lambda: bob.session.is_live(room))
    assert old.secrets[0] in load_secret(path, create=False).secrets


async def test_TL9_a_link_of_our_own_is_followed_over_wss(server: TlsServer, ada: Client) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHLINE_")}
    environ |= {
        "TOUCHLINE_TLS_CERTIFICATE": str(server.certificate),
        "TOUCHLINE_TLS_KEY": str(server.key),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "tail", server.link("viewer")[0],
        cwd=ROOT_OF_CHECKOUT, env=environ, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30_000 * MS):
            while "-- live, as viewer" not in (line := (await process.stdout.readline()).decode()):
                assert line, "it ended"
            await move(ada)
            while "over wss" not in (line := (await process.stdout.readline()).decode()):
                assert line, "it ended"
    finally:
        process.kill()
        await process.wait()
