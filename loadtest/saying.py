"""A pump's script for any command: frames of whatever is to be said next, and what became of it.

It knows submits and their answers, and no kind of room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loadtest.pump import Broken
from loadtest.wire import client_frame
from protocol.codec import JSON
from protocol.identifiers import Position
from protocol.server_messages import Accepted, Rejected


class Sayer:
    """Renders the n-th command of a room, and keeps which version each of them got."""

    def __init__(
        self, room: str, position: Position, first_seq: int, command: Callable[[int], Any]
    ) -> None:
        self.versions: list[int] = []
        """Of the accepted commands, in their order."""
        self._room, self._position, self._first_seq = room, position, first_seq
        self._command = command

    def render(self, n: int) -> bytes:
        """The frame of the n-th command, from 0."""
        newest = self.versions[-1] if self.versions else self._position.version
        message = {
            "type": "submit",
            "room": self._room,
            "seq": self._first_seq + n,
            "made": [self._position.generation, newest],
            "command": self._command(n),
        }
        return client_frame(JSON.encode(message))

    def settle(self, payload: bytes) -> int:
        """How many commands a message of the server answers. Raises Broken for a refusal."""
        if payload.startswith(b'{"type":"accepted"'):
            message = JSON.decode_server(payload)
            assert isinstance(message, Accepted)
            if message.room != self._room:
                return 0
            self.versions += [version for _, version in message.done]
            return len(message.done)
        if payload.startswith((b'{"type":"rejected"', b'{"type":"error"', b'{"type":"closed"')):
            message = JSON.decode_server(payload)
            said = f"{message.code} {message.detail}" if isinstance(message, Rejected) else payload
            raise Broken(f"a command was refused: {said!r}")
        return 0
