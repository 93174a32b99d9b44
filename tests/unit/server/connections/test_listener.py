"""The port: sockets of its own or handed over, TLS, and an end that leaves nothing behind."""

from __future__ import annotations

import socket
import ssl
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from protocol.codes import CloseCode
from server.config import Settings
from server.connections.listener import open_socket
from tests.support import wire as support
from tests.support.served import arrived, member, opened, serving
from tests.support.wire import dial, new_client_id, request

CERTIFICATE = Path(support.__file__).parent / "localhost.pem"
"""A key and a certificate for localhost that nobody trusts but these tests."""


async def test_ports_are_those_listened_on() -> None:
    async with serving() as served:
        assert served.listener.ports == [served.port]
        assert served.port > 0


async def test_several_sockets_may_be_handed_over() -> None:
    settings = Settings(host="127.0.0.1", ws_port=0)
    handed = [open_socket(settings), open_socket(settings)]
    async with serving(sockets=handed) as served:
        assert len(set(served.listener.ports)) == 2
        for port in served.listener.ports:
            async with dial(port) as wire:
                wire.send(request())
                assert (await wire.answer()).status == 101


def test_several_processes_may_share_a_port() -> None:
    first = open_socket(Settings(host="127.0.0.1", ws_port=0), reuse_port=True)
    port = first.getsockname()[1]
    second = open_socket(Settings(host="127.0.0.1", ws_port=port), reuse_port=True)
    for one in (first, second):
        one.close()


def test_a_port_that_is_taken_is_an_error_and_leaks_nothing() -> None:
    first = open_socket(Settings(host="127.0.0.1", ws_port=0))
    try:
        with pytest.raises(OSError, match="in use"):
            open_socket(Settings(host="127.0.0.1", ws_port=first.getsockname()[1]))
    finally:
        first.close()


def test_ipv6_is_listened_on_where_the_host_is_one() -> None:
    opened_socket = open_socket(Settings(host="::1", ws_port=0))
    assert opened_socket.family == socket.AF_INET6
    opened_socket.close()


def test_HS16_the_send_buffer_is_a_setting() -> None:
    found = open_socket(Settings(host="127.0.0.1", ws_port=0, send_buffer_bytes=16_384))
    assert found.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * 16_384
    found.close()


async def test_HS15_draining_stops_accepting() -> None:
    async with serving() as served, opened(served):
        served.listener.drain(10.0)
        with pytest.raises(ConnectionRefusedError):
            async with dial(served.port):
                raise AssertionError("it still listens")


async def test_at_its_end_whoever_is_left_is_cut_off() -> None:
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serving())
        async with member(served) as ann, dial(served.port) as silent:
            await arrived(served, 2)
            await stack.aclose()
            assert await ann.wire.ended() == b""
            assert await silent.ended() == b""
            assert not served.listener.registry.sockets


async def test_with_tls_it_speaks_the_same() -> None:
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(CERTIFICATE)
    client_side = ssl.create_default_context(cafile=CERTIFICATE)
    async with serving(tls=server_side) as served, dial(served.port, tls=client_side) as wire:
        wire.send(request())
        assert (await wire.answer()).status == 101
        token, identity = served.token()
        wire.say({"type": "hello", "token": token, "client": new_client_id()})
        assert (await wire.hear())["account"] == identity.account
        served.listener.registry.close_all(CloseCode.TRY_AGAIN_LATER, "unavailable")
        assert await wire.closed() == (1013, "unavailable")
    async with serving(tls=server_side) as served, dial(served.port, tls=client_side) as wire:
        wire.send(request(path="/elsewhere"))
        assert (await wire.answer()).status == 404
        await wire.ended()
