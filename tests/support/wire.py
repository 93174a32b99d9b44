"""A WebSocket client that may say anything: bytes, frames and messages over a real socket.

Knows the frame layout by itself, so that neither the server's code nor the library judges itself.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

import orjson

from tests.support.msgpack_plain import pack, unpack
from tests.support.timeouts import MS

WAIT_S = 5_000 * MS
"""A guard against hanging."""

TEXT, BINARY, CONT, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA
JSON_NAME, MSGPACK_NAME = "touchline.v1.json", "touchline.v1.msgpack"
_numbers = count(1)


def new_client_id() -> str:
    """A client id that no other test uses."""
    return f"client-{next(_numbers):0>12}"


@dataclass(frozen=True)
class HttpAnswer:
    """What came instead of a handshake, or with it."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class FrameIn:
    """A frame from the server."""

    fin: bool
    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int:
        assert self.opcode == CLOSE, f"expected a close frame, got {self}"
        return int.from_bytes(self.payload[:2], "big")

    @property
    def close_reason(self) -> str:
        return self.payload[2:].decode()


def frame_out(
    opcode: int,
    payload: bytes,
    *,
    fin: bool = True,
    mask: bytes | None = b"\x0f\xf0\x55\xaa",
    rsv: int = 0,
    length: int | None = None,
) -> bytes:
    """A client's frame; `mask` None, `rsv` and a false `length` break the rules on purpose."""
    size = len(payload) if length is None else length
    head = bytes((((0x80 if fin else 0) | rsv << 4 | opcode),))
    bit = 0 if mask is None else 0x80
    if size < 126:
        head += bytes((bit | size,))
    elif size < 65_536:
        head += bytes((bit | 126,)) + size.to_bytes(2, "big")
    else:
        head += bytes((bit | 127,)) + size.to_bytes(8, "big")
    if mask is None:
        return head + payload
    return head + mask + bytes(byte ^ mask[at & 3] for at, byte in enumerate(payload))


def request(
    *,
    path: str = "/ws",
    host: str = "localhost",
    method: str = "GET",
    version: str = "HTTP/1.1",
    subprotocols: Sequence[str] = (JSON_NAME,),
    without: Sequence[str] = (),
    **more: str | Sequence[str],
) -> bytes:
    """A handshake's head. `without` leaves headers out; `more` replaces or adds them (`_` for
    `-`)."""
    headers: dict[str, list[str]] = {
        "Host": [host],
        "Upgrade": ["websocket"],
        "Connection": ["Upgrade"],
        "Sec-WebSocket-Key": [base64.b64encode(bytes(16)).decode()],
        "Sec-WebSocket-Version": ["13"],
    }
    if subprotocols:
        headers["Sec-WebSocket-Protocol"] = [", ".join(subprotocols)]
    known = {name.lower(): name for name in headers}
    for name, value in more.items():
        proper = known.get(name.replace("_", "-").lower(), name.replace("_", "-"))
        headers[proper] = [value] if isinstance(value, str) else list(value)
    lines = [f"{method} {path} {version}"]
    for name, values in headers.items():
        if name not in without:
            lines += [f"{name}: {value}" for value in values]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


class Wire:
    """One TCP connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.binary = False

    # --- HTTP -------------------------------------------------------------------------------------

    def send(self, raw: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(raw)

    async def answer(self) -> HttpAnswer:
        """The HTTP answer; with its body, where it is no handshake."""
        async with asyncio.timeout(WAIT_S):
            head = await self.reader.readuntil(b"\r\n\r\n")
            status, *lines = head.decode().split("\r\n")
            pairs = [line.split(": ", 1) for line in lines if line]
            headers = {name.lower(): value for name, value in pairs}
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return HttpAnswer(int(status.split(" ")[1]), headers, body)

    # --- frames -----------------------------------------------------------------------------------

    async def frame(self) -> FrameIn:
        """The next frame. Raises asyncio.IncompleteReadError at the end of the stream."""
        async with asyncio.timeout(WAIT_S):
            first, second = await self.reader.readexactly(2)
            assert second < 0x80, "servers do not mask"
            size = second
            if size == 126:
                size = int.from_bytes(await self.reader.readexactly(2), "big")
            elif size == 127:
                size = int.from_bytes(await self.reader.readexactly(8), "big")
            payload = await self.reader.readexactly(size)
        return FrameIn(bool(first & 0x80), first & 0x0F, payload)

    def encode(self, message: Any) -> bytes:
        """A plain value in the session's format."""
        return pack(message) if self.binary else orjson.dumps(message)

    def decode(self, payload: bytes) -> Any:
        """A plain value out of the session's format."""
        return unpack(payload) if self.binary else orjson.loads(payload)

    def say(self, message: Any) -> None:
        """A message, as one frame."""
        self.say_raw(self.encode(message))

    def say_raw(self, payload: bytes) -> None:
        """A payload that need not be a message, as one frame of the session's type."""
        self.send(frame_out(BINARY if self.binary else TEXT, payload))

    async def hear(self) -> dict[str, Any]:
        """The next message, decoded; fails at a close frame."""
        found = await self.frame()
        assert found.opcode in {TEXT, BINARY}, f"expected a message, got {found}"
        assert (found.opcode == BINARY) == self.binary
        return self.decode(found.payload)

    async def hear_type(self, *kinds: str) -> dict[str, Any]:
        """The next message of one of these types; others are passed over."""
        while True:
            message = await self.hear()
            if message["type"] in kinds:
                return message

    async def close_frame(self) -> FrameIn:
        """The next close frame; messages before it are passed over."""
        while True:
            found = await self.frame()
            if found.opcode == CLOSE:
                return found

    async def closed(self) -> tuple[int, str]:
        """Code and reason of the close; answers it, and waits for the end of the stream."""
        found = await self.close_frame()
        self.send(frame_out(CLOSE, found.payload[:2]))
        await self.ended()
        return found.close_code, found.close_reason

    async def ended(self) -> bytes:
        """What is left until the end of the stream."""
        async with asyncio.timeout(WAIT_S):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def pause(self) -> None:
        """Reads nothing from the socket any more."""
        cast("asyncio.ReadTransport", self.writer.transport).pause_reading()

    def resume(self) -> None:
        """Reads again."""
        cast("asyncio.ReadTransport", self.writer.transport).resume_reading()

    async def close(self) -> None:
        """Closes the socket."""
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return


@asynccontextmanager
async def dial(port: int, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Wire]:
    """A TCP connection, closed at the end of the block."""
    name = None if tls is None else "localhost"
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, limit=2**24, ssl=tls, server_hostname=name
    )
    wire = Wire(reader, writer)
    try:
        yield wire
    finally:
        await wire.close()
