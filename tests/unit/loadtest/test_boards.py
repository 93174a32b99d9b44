"""What loads say is what the protocol means, and has the size that results state."""

from __future__ import annotations

import random

import pytest
from msgspec import Raw

from loadtest.boards import MOVE_BYTES, Mover, move, object_id, token
from loadtest.pump import Broken
from protocol.board_commands import BoardCommand, SetProperties
from protocol.client_messages import Submit
from protocol.codec import JSON
from protocol.identifiers import MadeAt, Position
from protocol.server_messages import Accepted, Entries, Rejected

ROOM = "r_" + "m" * 22
POSITION = Position("0123456789abcdef", 12, "0" * 16)


def mover() -> Mover:
    return Mover(ROOM, object_id(random.Random(1)), POSITION, first_seq=2)


@pytest.mark.parametrize("n", [0, 1, 1_000_003])
def test_a_rendered_move_is_a_submit_of_eighty_bytes(n: int) -> None:
    script = mover()
    payload = script.render(n)[8:]  # header, 16-bit length and mask
    message = JSON.decode(payload)
    assert isinstance(message, Submit)
    assert (message.room, message.seq, message.made) == (
        ROOM,
        2 + n,
        MadeAt(POSITION.generation, 12),
    )
    command = JSON.decode_as(message.command, BoardCommand)
    assert isinstance(command, SetProperties)
    assert command.changes[0].id == script.ident
    assert len(bytes(message.command)) == MOVE_BYTES


def test_answers_are_counted_and_move_the_version() -> None:
    script = mover()
    assert script.settle(JSON.encode(Accepted(ROOM, [(2, 13), (3, 14)]))) == 2
    assert script.version == 14
    assert script.settle(JSON.encode(Entries(ROOM, 13, "0" * 16, [Raw(b"{}")]))) == 0


def test_a_refusal_ends_the_measurement() -> None:
    with pytest.raises(Broken, match="locked"):
        mover().settle(JSON.encode(Rejected(ROOM, 2, "locked", final=True)))
    with pytest.raises(Broken, match="closed"):
        mover().settle(b'{"type":"closed","room":"r","reason":"failed"}')


def test_tokens_and_moves_are_commands_of_a_board() -> None:
    ident = object_id(random.Random(2))
    for command in (token(ident, 123), move(ident, -1, 2)):
        assert JSON.decode_as(JSON.raw(command), BoardCommand)
