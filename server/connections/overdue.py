"""What has run out on an open connection: its token, what vouched for it, its hello, its
heartbeats, our patience with a slow reader.

Asked by the sweeper, about everybody, twice a second: only comparisons. SPEC: C8, C9, C15, C16,
AX3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol.codes import CloseCode
from server.connections.endings import ending
from server.connections.outbox import Outbox, bytes_owed
from server.connections.surroundings import Surroundings

if TYPE_CHECKING:
    from server.connections.connection import Connection


def look_at(
    connection: Connection, around: Surroundings, outbox: Outbox | None, now: float
) -> None:
    """Ends the connection if something has run out. `outbox`: while its transport owes too much."""
    session = connection.session
    if outbox is not None and outbox.stopped_reading:
        # We do not listen, so its silence says nothing; whether it takes anything does.
        session.heard = True
    verdict = session.tick(now)
    if verdict is not None:
        connection.obey(verdict)
        return
    ended = None
    if connection.welcomed:
        ended = ending(around.authentication.access, connection.identity)
    if ended is not None:
        connection.revoke(ended)
    elif outbox is not None and outbox.is_slow(
        bytes_owed(connection.transport), now, around.settings.slow_consumer_s
    ):
        around.metrics.evictions += 1
        connection.close(CloseCode.TRY_AGAIN_LATER, "slow_consumer")
