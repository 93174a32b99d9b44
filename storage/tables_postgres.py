"""Tables in PostgreSQL: serialisable transactions of a small pool, begun again where they collide.

Knows transactions, no table. Statements that write are never cancelled once they are sent. SPEC
rules TB1 to TB7.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from storage.errors import OutcomeUnknown, StorageError, StorageFailed, StorageUnavailable
from storage.postgres_connection import (
    STATEMENT_ERRORS,
    Fault,
    InterfaceError,
    PostgresOptions,
    described,
    is_warning,
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


UNIQUE: str = "23505"
"""Somebody's row came first, which the work could not see: begun again it can."""


@dataclass(slots=True)
class _Attempt:
    """How far one transaction came."""

    committing: bool = False
    """COMMIT may have been sent: only from here on a lost answer leaves a doubt."""


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
            this = _Attempt()
            try:
                return await self._once(work, isolation, this, readonly=readonly)
            except STATEMENT_ERRORS as error:
                last = attempt + 1 == ATTEMPTS_MAX
                if _collided(error) and not last:
                    continue
                raise _told(error, this) from error
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, work: Work[T], isolation: str, this: _Attempt, *, readonly: bool) -> T:
        try:
            connection = await self._pool.acquire(timeout=ACQUIRE_S)
        except (*STATEMENT_ERRORS, TimeoutError) as error:
            raise StorageUnavailable(f"no connection to PostgreSQL: {described(error)}") from error
        warned = False

        def heard(_connection: object, message: Any) -> None:
            nonlocal warned
            warned = warned or is_warning(message)

        connection.add_log_listener(heard)
        try:
            async with connection.transaction(isolation=isolation, readonly=readonly):
                asking = work()
                try:
                    statement, values = next(asking)
                    while True:
                        rows = await connection.fetch(statement, *values)
                        statement, values = asking.send([tuple(row) for row in rows])
                except StopIteration as ended:
                    # What `work` returned; its generator's type says T.
                    answer = cast("T", ended.value)
                finally:
                    asking.close()
                this.committing = not readonly
                warned = False
        finally:
            connection.remove_log_listener(heard)
            await self._pool.release(connection)
        if warned and this.committing:
            raise OutcomeUnknown("a commit did not wait for its standby")
        return answer


def _collided(error: BaseException) -> bool:
    return judge(error) is Fault.LOCKED or getattr(error, "sqlstate", None) == UNIQUE


def _in_words(error: BaseException) -> str:
    """Without DETAIL and without what the client says of values: both quote them, and names,
    addresses and digests are among them."""
    said = str(error) if isinstance(error, OSError) else getattr(error, "message", None)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _told(error: BaseException, this: _Attempt) -> StorageError | ValueError:
    """What the caller hears of an error that does not go away."""
    what = _in_words(error)
    if isinstance(error, InterfaceError) and isinstance(error, ValueError):
        return ValueError(f"asyncpg refused: {what}")  # a value that cannot be sent
    match judge(error):
        case Fault.LOST if this.committing:
            return OutcomeUnknown(f"PostgreSQL was lost: {what}")
        case Fault.LOST | Fault.AWAY:
            return StorageUnavailable(f"PostgreSQL is away: {what}")
        case Fault.LOCKED:
            return StorageUnavailable(f"{ATTEMPTS_MAX} transactions in a row collided: {what}")
        case Fault.REFUSED:
            return ValueError(f"PostgreSQL refused: {what}")
        case Fault.ANOTHER_GENERATION:
            return StorageFailed(f"PostgreSQL was restored: {what}")
