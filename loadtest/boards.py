"""What loads say on boards: tokens of one's own, and moves of them.

Objects are each sender's own, so that nothing conflicts: what conflicts cost is a question for
tests of rules.
"""

from __future__ import annotations

import random
import string
from typing import Any

from loadtest.pump import Broken
from loadtest.wire import client_frame
from protocol.codec import JSON
from protocol.identifiers import Position
from protocol.server_messages import Accepted, Rejected

_LETTERS = string.ascii_letters + string.digits
MOVE_BYTES = 80
"""Size of a move's command, as the issue of the numbers states it."""


def object_id(draw: random.Random) -> str:
    """An id as a client makes it."""
    return "o_" + "".join(draw.choices(_LETTERS, k=11))


def token(ident: str, number: int) -> dict[str, Any]:
    """The command that puts one token on the board."""
    props = {"at": [0, 0], "number": number % 100, "side": "home"}
    return {"type": "objects.add", "objects": [{"id": ident, "sort": "token", "props": props}]}


def move(ident: str, x: int, y: int) -> dict[str, Any]:
    """The command of a drop."""
    return {"type": "objects.set", "changes": [{"id": ident, "set": {"at": [x, y]}}]}


class Mover:
    """Renders submits of moves of one token, and reads their answers; JSON only, by template, as a
    pump needs it."""

    def __init__(self, room: str, ident: str, position: Position, first_seq: int) -> None:
        self.room, self.ident = room, ident
        self.version = position.version
        self._first_seq = first_seq
        self._head = f'{{"type":"submit","room":"{room}","seq":'.encode()
        self._made = f',"made":["{position.generation}",'.encode()
        command = JSON.encode(move(ident, 0, 0))
        padding = MOVE_BYTES - len(command) + 1  # one digit is there already
        width = max(1, min(5, padding))
        self._low = 10 ** (width - 1)
        before, after = command.split(b"[0,0]")
        self._before = b'],"command":' + before + b"["
        self._after = b",0]" + after + b"}"

    def render(self, n: int) -> bytes:
        """The frame of the n-th move."""
        x = self._low + n % (self._low * 4)
        return client_frame(
            b"%b%d%b%d%b%d%b"
            % (
                self._head,
                self._first_seq + n,
                self._made,
                self.version,
                self._before,
                x,
                self._after,
            )
        )

    def settle(self, payload: bytes) -> int:
        """How many moves a message of the server answers. Raises Broken where one is refused."""
        if payload.startswith(b'{"type":"accepted"'):
            message = JSON.decode_server(payload)
            assert isinstance(message, Accepted)
            self.version = message.done[-1][1]
            return len(message.done)
        if payload.startswith((b'{"type":"rejected"', b'{"type":"error"', b'{"type":"closed"')):
            message = JSON.decode_server(payload)
            code = message.code if isinstance(message, Rejected) else payload.decode()
            raise Broken(f"a move was refused: {code}")
        return 0
