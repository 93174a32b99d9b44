"""A connection without a socket: keeps what rooms write to it, decoded, in order."""

from __future__ import annotations

import asyncio
from typing import Any

from protocol.codec import JSON, Codec
from server.identity import Identity


def account_id(name: str) -> str:
    """A well-formed account id that a reader recognises."""
    return f"a_{name:x<22}"[:24]


class RecordingRecipient:
    """Implements server.rooms.recipient.Recipient. `messages` are plain dicts, as a client would
    decode them."""

    def __init__(self, name: str, *, codec: Codec = JSON, client: str | None = None) -> None:
        self._codec = codec
        self._identity = Identity(account_id(name), name.capitalize(), 2**52)
        self._client = client or f"client-{name:-<16}"
        self.paused = False
        self.broken = False
        self.writes = 0
        self.bad_seqs = 0
        self.charged = 0
        self.fills_after = 0
        """So many replies until the transport is full."""
        self.messages: list[dict[str, Any]] = []
        self.closed: list[tuple[str, str, str | None]] = []

    @property
    def codec(self) -> Codec:
        return self._codec

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def client(self) -> str:
        return self._client

    def write(self, frames: bytes) -> None:
        if self.broken:
            raise RuntimeError("the handler is closed")
        assert not self.paused, "a paused transport was written to"
        self.writes += 1
        for payload in split_frames(frames):
            self._read(payload)

    def reply(self, payload: bytes) -> None:
        self._read(payload)
        if self.fills_after:
            self.fills_after -= 1
            self.paused = self.fills_after == 0

    def charge(self, commands: int) -> None:
        self.charged += commands

    def bad_seq(self) -> None:
        self.bad_seqs += 1

    async def drained(self) -> None:
        while self.paused:  # noqa: ASYNC110 - a test sets it
            await asyncio.sleep(0)

    def room_closed(self, room_id: str, reason: str, incident: str | None = None) -> None:
        self.closed.append((room_id, reason, incident))

    def _read(self, payload: bytes) -> None:
        import msgspec

        decode = msgspec.msgpack.decode if self._codec.binary else msgspec.json.decode
        self.messages.append(decode(payload))

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The messages of one type, in order."""
        return [message for message in self.messages if message["type"] == kind]

    def versions(self) -> list[int]:
        """Versions of all entries received, in order."""
        return [entry["v"] for message in self.of_type("entries") for entry in message["entries"]]


def split_frames(frames: bytes) -> list[bytes]:
    """Payloads of a run of whole, unmasked server frames (RFC 6455, 5.2)."""
    payloads: list[bytes] = []
    at = 0
    while at < len(frames):
        assert frames[at] in {0x81, 0x82}
        length = frames[at + 1]
        at += 2
        if length == 126:
            length = int.from_bytes(frames[at : at + 2], "big")
            at += 2
        elif length == 127:
            length = int.from_bytes(frames[at : at + 8], "big")
            at += 8
        payloads.append(frames[at : at + length])
        at += length
    return payloads
