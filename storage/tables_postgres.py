"""Tables in PostgreSQL: serialisable transactions of a small pool, begun again where they collide.

Knows transactions, no table. Statements that write are never cancelled once they are sent. SPEC
rules TB1 to TB5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from storage.errors import OutcomeUnknown, StorageFailed, StorageUnavailable
from storage.postgres_connection import (
    STATEMENT_ERRORS,
    Fault,
    PostgresOptions,
    described,
    judge,
    make_pool,
)
from storage.tables import Work

T = TypeVar("T")

ATTEMPTS_MAX = 12
"""Transactions that collide are begun again so often. Twelve at one row at once have all had their
turn by then; beyond it the database is busy."""
PAUSE_S = 0.005
ACQUIRE_S = 3.0
"""A pool that has no connection for us by then: the database is away or drowned."""


class PostgresTables:
    """Opened by `open`, let go by `close`."""

    def __init__(self, pool: Any, pause: Callable[[float], Any] = asyncio.sleep) -> None:
        self._pool = pool
        self._pause = pause
        self._writes: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, url: str, options: PostgresOptions | None = None) -> PostgresTables:
        """Raises StorageUnavailable."""
        return cls(await make_pool(url, options or PostgresOptions()))

    async def write(self, work: Work[T]) -> T:
        """In a task of its own: a caller that is cancelled leaves no half-sent statement."""
        task: asyncio.Task[T] = asyncio.get_running_loop().create_task(
            self._serialised(work, "serializable"), name="tables-write"
        )
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def read(self, work: Work[T]) -> T:
        """One snapshot, read only."""
        return await self._serialised(work, "repeatable_read", readonly=True)

    async def close(self) -> None:
        """Ends the writes under way, then the connections."""
        await asyncio.gather(*self._writes, return_exceptions=True)
        await self._pool.close()

    async def _serialised(self, work: Work[T], isolation: str, *, readonly: bool = False) -> T:
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                await self._pause(PAUSE_S * attempt)
            try:
                return await self._once(work, isolation, readonly=readonly)
            except STATEMENT_ERRORS as error:
                fault = judge(error)
                if fault is Fault.LOCKED:
                    continue
                if fault is Fault.LOST and not readonly:
                    raise OutcomeUnknown(f"PostgreSQL was lost: {described(error)}") from error
                if fault in {Fault.LOST, Fault.AWAY}:
                    raise StorageUnavailable(f"PostgreSQL is away: {described(error)}") from error
                raise StorageFailed(f"PostgreSQL refused: {described(error)}") from error
        raise StorageUnavailable(f"{ATTEMPTS_MAX} transactions in a row collided with others")

    async def _once(self, work: Work[T], isolation: str, *, readonly: bool) -> T:
        try:
            connection = await self._pool.acquire(timeout=ACQUIRE_S)
        except (*STATEMENT_ERRORS, TimeoutError) as error:
            raise StorageUnavailable(f"no connection to PostgreSQL: {described(error)}") from error
        try:
            async with connection.transaction(isolation=isolation, readonly=readonly):
                asking = work()
                try:
                    statement, values = next(asking)
                    while True:
                        rows = await connection.fetch(statement, *values)
                        statement, values = asking.send([tuple(row) for row in rows])
                except StopIteration as ended:
                    return cast("T", ended.value)
                finally:
                    asking.close()
        finally:
            await self._pool.release(connection)
