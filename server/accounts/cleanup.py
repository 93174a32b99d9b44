"""Forgets what has expired: ended sessions, links, receipts, records beyond their time. Once an
hour on every node; doing it twice does no harm.

Must not know requests. SPEC: MA11.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from server.clock import Clock
from server.logs import get_logger
from storage.access_changes import AccessChanges
from storage.audit import AuditTrail
from storage.errors import StorageError
from storage.links import Links
from storage.receipts import Receipts
from storage.sessions import Sessions

EVERY_S: Final = 3_600.0
DAY_MS: Final = 86_400_000
ENDED_SESSIONS_MS: Final = 30 * DAY_MS
"""Ended sessions are shown to administrators for a month."""
RECEIPTS_MS: Final = 2 * DAY_MS
"""At least a day (A11)."""


class Cleanup:
    """One for a node."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        links: Links,
        receipts: Receipts,
        trail: AuditTrail,
        changes: AccessChanges,
        clock: Clock,
        audit_days: float,
        changes_ms: int,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`changes_ms`: how long what has ended must be told to nodes that start."""
        self._sessions = sessions
        self._links = links
        self._receipts = receipts
        self._trail = trail
        self._changes = changes
        self._clock = clock
        self._audit_ms = int(audit_days * DAY_MS)
        self._changes_ms = 2 * changes_ms
        self._sleep = sleep

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._sleep(EVERY_S)
            try:
                await self.run_once()
            except StorageError as error:
                get_logger("touchline.accounts").warning("cleanup waits", error=str(error))

    async def run_once(self) -> dict[str, int]:
        """Returns how many of each went. Raises StorageError."""
        now = self._clock.now_ms()
        await self._trail.blank_erased()
        return {
            "sessions": await self._sessions.cleanup(ended_before=now - ENDED_SESSIONS_MS, now=now),
            "links": await self._links.cleanup(now),
            "receipts": await self._receipts.cleanup(now - RECEIPTS_MS),
            "audit": await self._trail.cleanup(now - self._audit_ms),
            "changes": await self._changes.cleanup(now - self._changes_ms),
        }
