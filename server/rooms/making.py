"""A new room, made whole: how it opens and everything that is on it from the start, as one append.

The commands are decided on a replica that nobody else holds, so a command that the rules refuse, or
a node that dies meanwhile, leaves no room behind. Must not know the log, nor which rooms are open.
SPEC: RM19.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from protocol.codec import JSON
from protocol.errors import MalformedMessage
from protocol.membership import RoomOpened
from server.identity import Identity
from server.rooms.pending import Ended
from server.rooms.replica import Replica
from server.rules.kind import Context, Rejected, RoomKind, Stamp
from storage.room_log import EMPTY, Head, ListingChange, RoomAppend


class Maker(NamedTuple):
    """Who makes a room, and when."""

    owner: Identity
    now: int
    """Log time, ms."""
    draw: Callable[[], int]
    """64 random bits."""


async def new_room(
    room_id: str,
    kind: RoomKind[Any],
    opened: RoomOpened,
    commands: Sequence[Struct],
    maker: Maker,
) -> RoomAppend | Ended:
    """The append that makes the room: its opening is version 1, each command one more. Where the
    rules refuse a command, how that ended. No command may ask for the past: there is none."""
    replica = Replica(kind, tail_bytes_max=0)
    replica.propose([opened], Stamp(1, maker.now, maker.owner.account, "", 0), salt="")
    for command in commands:
        refused = _done(replica, command, maker)
        if refused is not None:
            return refused
        await asyncio.sleep(0)  # a full board takes a while: rooms come in between
    return RoomAppend(
        room=room_id,
        expected=EMPTY,
        records=[one.record for one in replica.proposed],
        head=Head(replica.version, replica.tag),
        due_at=kind.next_deadline(replica.state.inner),
        kind=kind.name,
        listing=ListingChange(opened.name, replica.state.take_unlisted().members),
        at=replica.state.at,
    )


def _done(replica: Replica, command: Struct, maker: Maker) -> Ended | None:
    """Decides and applies one command of the owner; how it ended, if not well."""
    state, owner = replica.state, maker.owner
    try:
        # held to the same types as one off the wire: what is in the log must be readable for ever
        command = JSON.decode_as(JSON.encode(command), state.book.commands)
    except MalformedMessage as error:
        return Ended(code="bad_command", detail=str(error))
    assert state.kind.past_version(command) is None, "expected nothing to be restored"
    version = replica.version + 1
    context = Context(
        account=owner.account,
        name=owner.name,
        role="owner",
        client="",
        seq=0,
        made=replica.version,
        now=maker.now,
        version=version,
        names=state.membership.names,
        dice=maker.draw(),
    )
    decision = state.decide(command, context)
    if isinstance(decision, Rejected):
        return Ended(version, decision.code, decision.detail)
    salt = f"{maker.draw():016x}{maker.draw():016x}" if state.kind.hides else ""
    replica.propose(decision.events, Stamp(version, maker.now, owner.account, "", 0), salt=salt)
    return None
