"""Joining a room from a connection: the one thing here that waits.

The room sends everything up to `joined` itself; this module asks it, and says what else may come of
it. Must not decide who may join. SPEC: HS11, MS7 to MS9, MS18, C11,
AX10, AX11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol.client_messages import Join, RoomJoin
from protocol.codes import CloseCode
from protocol.errors import MalformedMessage
from protocol.server_messages import ErrorMessage, RoomClosed
from protocol.server_session import Answer, ServerSession, left
from server.connections.granted import GrantedPlace
from server.connections.surroundings import Place, Surroundings

# StorageUnavailable as the rooms pass it on: connections know no storage.
from server.rooms.directory import RoomFull, RoomUnreadable, StorageUnavailable

if TYPE_CHECKING:
    from server.connections.connection import Connection


async def join_room(
    connection: Connection,
    session: ServerSession[Place],
    around: Surroundings,
    asked: Join | RoomJoin,
    ref: int | None,
) -> None:
    """Asks the room. `session.begin_join` was called; this ends what it began, whatever happens.

    Cancelled only with the listener, when the connection is cut off as well.
    """
    try:
        follower = await _ask(connection, session, around, asked, ref)
        if follower is not None and not session.joined(asked.room, follower):
            # Left, or cut off, while we waited.
            follower.leave()
            connection.obey(left(asked.room))
    except Exception as bug:  # noqa: BLE001 - the supervision boundary of a connection
        connection.fail(bug)


async def _ask(
    connection: Connection,
    session: ServerSession[Place],
    around: Surroundings,
    asked: Join | RoomJoin,
    ref: int | None,
) -> Place | None:
    room, grant = asked.room, connection.identity.grant
    # a key lets nobody in, and gets in nowhere itself: its account is a member, or is not
    invite = asked.invite if grant is None else None
    try:
        follower = None
        if connection.identity.may("rooms:read", room):
            follower = await around.rooms.join(
                connection,
                room,
                position=asked.position,
                invitation=around.invitations.verify(room, invite) if invite else None,
                ref=ref,
                wanted=asked.filter if bytes(asked.filter) else None,
            )
    except MalformedMessage as wrong:
        error = ErrorMessage("bad_message", ref=ref, room=room, detail=str(wrong))
        answers = session.abandon(room, Answer(error))
    except StorageUnavailable:
        answers = session.abandon(
            room, Answer(ErrorMessage("unavailable", retry=True, ref=ref, room=room))
        )
    except RoomFull:
        answers = session.abandon(room, Answer(ErrorMessage("room_full", ref=ref, room=room)))
    except RoomUnreadable as unreadable:
        answers = session.abandon(room, Answer(RoomClosed(room, "failed", unreadable.incident)))
    else:
        if follower is not None and grant is not None:
            return GrantedPlace(
                follower, grant, connection.codec, lambda said: connection.obey(Answer(said))
            )
        if follower is not None:
            return follower
        answers = session.failed_join(room, ref)
        if not around.registry.failed_joins.take(connection.address, around.clock.monotonic()):
            connection.close(CloseCode.FLOOD, "failed joins")
    for answer in answers:
        connection.obey(answer)
    return None
