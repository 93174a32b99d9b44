"""What of the log is known to be on the standby, where commits wait for one.

A commit whose wait was cut short (a crash of the server, an administrator who ended it) is visible
to everybody and may be on no other machine: a failover would take it back. A later commit that was
waited for proves all that were visible before it, because the write-ahead log has one order. So
whoever has read something that is not proven yet waits for such a commit, which all share who wait
at that time; and what has not changed since the last one is proven without any. Knows no room. SPEC
rules LG23, LG25.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from storage import postgres_statements as sql
from storage.errors import StorageUnavailable
from storage.postgres_connection import (
    STATEMENT_ERRORS,
    Fault,
    Pool,
    commit_unwarned,
    described,
    judge,
)

BARRIER_LIMIT_S = 2.0
"""A commit that takes longer waits for a standby that is away: whoever asked is told so, and asks
again. The wait costs nobody else a connection for longer."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Every transaction of one server process (`life`: when it started) that is older than `xid`
    is on the standby."""

    life: str
    xid: str


NOTHING: Final = Proof("", "3")
"""No server has such a start."""


class StandbyProofs:
    """Invariant: `latest` is true of the server that it names."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.latest = NOTHING
        self._turn = asyncio.Lock()
        self._begun = 0
        """Barriers since the start."""
        self._ended = 0
        """The number of the last that has ended."""
        self._failure: StorageUnavailable | None = None
        """How that one ended."""

    async def prove(self) -> None:
        """Returns after a barrier that began after the call; those who wait share one. Raises
        StorageUnavailable."""
        wanted = self._begun + 1
        async with self._turn:
            if self._ended < wanted:
                self._begun += 1
                try:
                    await self.barrier()
                    self._failure = None
                except StorageUnavailable as error:
                    self._failure = error
                self._ended = self._begun
            if self._failure is not None:
                raise StorageUnavailable(str(self._failure)) from self._failure

    async def barrier(self) -> None:
        """A commit that touches no row, and that was waited for. Raises StorageUnavailable."""
        try:
            async with asyncio.timeout(BARRIER_LIMIT_S):
                rows, unwarned = await commit_unwarned(self._pool, sql.BARRIER)
        except TimeoutError as error:
            raise StorageUnavailable("a commit is not synced, or waits for its standby") from error
        except STATEMENT_ERRORS as error:
            if judge(error) is Fault.LOST:
                await self._pool.expire_connections()
            raise StorageUnavailable(described(error)) from error
        if not unwarned:
            raise StorageUnavailable("a commit did not wait for its standby")
        ((life, xid, waits),) = rows
        if waits:
            self.latest = Proof(life, xid)
