"""Frames and upgrades as bytes; the other end is the library's own sans-I/O server, which is not
ours."""

from __future__ import annotations

import pytest
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from loadtest.wire import (
    BINARY,
    CLOSE,
    PING,
    TEXT,
    FrameReader,
    Refusal,
    WireError,
    check_upgrade,
    client_frame,
    close_frame,
    parse_close,
    upgrade_request,
)
from protocol.framing import frame

KEY = bytes(range(16))
NAME = "touchline.v1.json"


def accepted(request: bytes) -> tuple[ServerProtocol, bytes]:
    """The library's server after it has taken this request, and its answer."""
    server = ServerProtocol(subprotocols=[Subprotocol(NAME)])
    server.receive_data(request)
    (event,) = server.events_received()
    assert isinstance(event, Request)
    server.send_response(server.accept(event))
    return server, b"".join(server.data_to_send())


def test_an_upgrade_is_understood_by_an_independent_server() -> None:
    request = upgrade_request("127.0.0.1:1", NAME, KEY, headers={"Origin": "http://127.0.0.1:1"})
    assert b"Origin: http://127.0.0.1:1\r\n" in request
    server, answer = accepted(request)
    assert server.subprotocol == NAME
    check_upgrade(answer, KEY)


def test_another_key_or_status_is_a_refusal() -> None:
    _, answer = accepted(upgrade_request("127.0.0.1:1", NAME, KEY))
    with pytest.raises(Refusal):
        check_upgrade(answer, bytes(16))
    with pytest.raises(Refusal, match="status 503") as refusal:
        check_upgrade(b"HTTP/1.1 503 Full\r\nRetry-After: 1\r\n\r\n", KEY)
    assert refusal.value.status == 503
    with pytest.raises(Refusal):
        check_upgrade(b"nonsense\r\n\r\n", KEY)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_client_frames_of_every_length_are_understood(size: int) -> None:
    server, _ = accepted(upgrade_request("127.0.0.1:1", NAME, KEY))
    server.receive_data(client_frame(b"x" * size))
    (got,) = server.events_received()
    assert got == Frame(Opcode.TEXT, b"x" * size)


def test_a_close_frame_is_understood() -> None:
    server, _ = accepted(upgrade_request("127.0.0.1:1", NAME, KEY))
    server.receive_data(close_frame(1000, "bye"))
    assert server.close_rcvd == Close(1000, "bye")


def test_close_frames_are_parsed() -> None:
    assert parse_close((4429).to_bytes(2, "big") + b"flood") == (4429, "flood")
    assert parse_close(b"") == (1005, "")


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1_000, 1_000_000])
def test_a_stream_is_cut_into_frames_wherever_it_breaks(step: int) -> None:
    payloads = [b"", b"a", b"b" * 125, b"c" * 126, b"d" * 70_000]
    stream = b"".join(frame(payload, binary=n % 2 == 1) for n, payload in enumerate(payloads))
    stream += bytes((PING, 1)) + b"p" + bytes((CLOSE, 2)) + b"\x03\xe8"
    reader = FrameReader()
    got: list[tuple[int, bytes]] = []
    for at in range(0, len(stream), step):
        got += reader.feed(stream[at : at + step])
    assert [payload for _, payload in got] == [*payloads, b"p", b"\x03\xe8"]
    assert [first for first, _ in got] == [TEXT, BINARY, TEXT, BINARY, TEXT, PING, CLOSE]
    assert reader.waiting == 0


@pytest.mark.parametrize("begin", [b"\x01\x00", b"\xc1\x00", b"\x81\x80", b"\x83\x00"])
def test_fragments_extensions_masks_and_unknown_opcodes_are_errors(begin: bytes) -> None:
    with pytest.raises(WireError):
        FrameReader().feed(begin)
