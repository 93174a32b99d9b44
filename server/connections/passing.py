"""Presence on its way from a connection to a room: at its rate, the latest of each key.

Must not know what a value means. SPEC: MS11, MS12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from protocol.client_messages import PresenceUpdate
from protocol.errors import MalformedMessage
from protocol.server_session import Answer, Close
from server.connections.surroundings import Place, Surroundings

if TYPE_CHECKING:
    from server.connections.connection import Connection


def pass_presence(
    connection: Connection, around: Surroundings, message: PresenceUpdate, now: float
) -> None:
    """Hands presence on, or keeps it for its turn. Raises MalformedMessage."""
    session = connection.session
    waited = session.held_presence is not None
    to = session.presence(message, now)
    if to is None:
        if not waited and session.held_presence is not None:
            _wait(connection, around)
    elif type(to) is Answer or type(to) is Close:
        connection.obey(to)
    else:
        cast("Place", to).presence(message)  # what is no verdict is a place


def _wait(connection: Connection, around: Surroundings) -> None:
    wait_s = connection.session.presence_wait_s()
    around.call_later(wait_s, lambda: _due(connection, around))


def _due(connection: Connection, around: Surroundings) -> None:
    """The turn of presence that was beyond the rate."""
    session = connection.session
    try:
        for place, message in session.due_presence(around.clock.monotonic()):
            try:
                place.presence(message)
            except MalformedMessage as wrong:
                around.metrics.bad_messages += 1
                connection.obey(session.malformed(wrong, around.clock.monotonic()))
        if session.held_presence is not None:
            _wait(connection, around)
    except Exception as bug:  # noqa: BLE001 - the supervision boundary of a connection
        connection.fail(bug)
