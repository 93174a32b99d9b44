"""The client's end of RFC 6455 as bytes in and bytes out: upgrade request and answer, masked
frames, a reader of frames.

Small and fast rather than complete, and independent of the library that the server uses. It must
not know sockets or messages. What is left out: extensions (none are offered) and fragmented
messages (the server sends whole ones; a fragment is an error here, which a test would want to see).
"""

from __future__ import annotations

import base64
import hashlib
import struct

from protocol.framing import BINARY, TEXT

PATH = "/ws"
CLOSE = 0x88
PING = 0x89
PONG = 0x8A
_KNOWN = frozenset({TEXT, BINARY, CLOSE, PING, PONG})
_ACCEPT_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
HEAD_MAX = 16_384
"""An answer to an upgrade that is longer is not one."""


class WireError(Exception):
    """The server's bytes break RFC 6455, or it did not upgrade."""


class Refusal(WireError):
    """The server answered the upgrade with another status."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(f"no upgrade, status {status}: {line[:100]}")
        self.status = status


def upgrade_request(
    host: str,
    subprotocol: str,
    key: bytes,
    *,
    path: str = PATH,
    headers: dict[str, str] | None = None,
) -> bytes:
    """The handshake of a client; `key` is 16 bytes that the caller drew."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(key).decode()}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {subprotocol}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def check_upgrade(head: bytes, key: bytes) -> None:
    """Raises Refusal unless `head` (up to and with the empty line) is the right answer to the
    request with `key`."""
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/1.1 ") else 0
    accept = base64.b64encode(hashlib.sha1(base64.b64encode(key) + _ACCEPT_SUFFIX).digest())  # noqa: S324 - the RFC's
    fields = {
        line.split(":", 1)[0].strip().lower(): line.split(":", 1)[-1].strip() for line in lines[1:]
    }
    if status != 101 or fields.get("sec-websocket-accept", "").encode() != accept:
        raise Refusal(status, lines[0])


def client_frame(payload: bytes, *, opcode: int = TEXT) -> bytes:
    """`payload` as one whole masked frame. The mask is zero: legal, as strong as any other on a
    loopback, and it costs the load nothing, while the server unmasks as ever."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BBI", opcode, 0x80 | length, 0) + payload
    if length < 65_536:
        return struct.pack("!BBHI", opcode, 0x80 | 126, length, 0) + payload
    return struct.pack("!BBQI", opcode, 0x80 | 127, length, 0) + payload


def close_frame(code: int = 1000, reason: str = "") -> bytes:
    """The beginning, or the answer, of a closing handshake."""
    return client_frame(struct.pack("!H", code) + reason.encode(), opcode=CLOSE)


def parse_close(payload: bytes) -> tuple[int, str]:
    """Code and reason of a close frame; 1005 where it names none (RFC 6455, 7.1.5)."""
    if len(payload) < 2:
        return 1005, ""
    return int.from_bytes(payload[:2], "big"), payload[2:].decode("utf-8", "replace")


class FrameReader:
    """Cuts a stream of server frames. Keeps what is incomplete until the rest comes."""

    def __init__(self) -> None:
        self._carry = b""

    @property
    def waiting(self) -> int:
        """Bytes of an incomplete frame."""
        return len(self._carry)

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Whole frames, as (first byte, payload), in their order. Raises WireError."""
        if self._carry:
            data = self._carry + data
        frames: list[tuple[int, bytes]] = []
        at, end = 0, len(data)
        while end - at >= 2:
            first, length = data[at], data[at + 1]
            if first not in _KNOWN or length & 0x80:
                raise WireError(
                    f"a frame that begins {data[at : at + 2].hex()}: fragment, extension or mask"
                )
            body = at + 2
            if length == 126:
                body = at + 4
                length = int.from_bytes(data[at + 2 : body], "big")
            elif length == 127:
                body = at + 10
                length = int.from_bytes(data[at + 2 : body], "big")
            if body > end or end - body < length:
                break
            at = body + length
            frames.append((first, data[body:at]))
        self._carry = data[at:]
        return frames
