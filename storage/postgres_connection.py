"""Connections to PostgreSQL: how they are made, what their server must promise, what their errors
mean.

The one module that names asyncpg. Knows no room. Nothing here is ever cancelled or timed out by the
client once a statement that writes has been sent: that would send a cancel request to the server.
SPEC rules LG9, LG10.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none

from storage.errors import ServerTooOld, StorageUnavailable, UnsafeSettings

_asyncpg: Any = asyncpg
"""The protocols below are the types that asyncpg does not ship."""

CONNECT_LIMIT_S = 3.0
"""A server that has not let us in by then is away: a local one takes 5 ms, TLS across a continent
half a second."""

OLDEST_RELEASE = 15
"""The oldest one that is tested, and that its own makers still mend."""

SESSION = {
    "application_name": "touchline",
    "jit": "off",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
}
"""What every session asks of the server. Behind PgBouncer the role must have them (ALTER ROLE)."""
SESSION_17 = {"transaction_timeout": "10s"}
"""And of one that knows it, from 17 on. Nothing else ends a transaction whose client stood still
between its statement and the message that ends it: the statement is over, and idle it is not."""
_UNKNOWN_SETTING = "42704"

NEEDED = {"fsync": {"on"}, "full_page_writes": {"on"}, "data_sync_retry": {"off"}}
SYNCHRONOUS_COMMIT = {"on", "local", "remote_write", "remote_apply"}
"""All but `off`: the others differ in what they ask of standbys, and all sync the primary."""


@dataclass(frozen=True, slots=True)
class PostgresOptions:
    """How a node uses its database."""

    append_connections: int = 2
    """A second one gave 13 to 21 % more: one executes while the other syncs."""
    read_connections: int = 4
    behind_bouncer: bool = False
    """PgBouncer in transaction mode: statements are not prepared under a name, and no settings are
    asked for when connecting."""
    session: tuple[tuple[str, str], ...] = ()
    """What sessions ask of the server besides SESSION."""

    def arguments(self, newer: Mapping[str, str] | None = None) -> dict[str, Any]:
        """For asyncpg. `newer` are settings that not every server knows."""
        if self.behind_bouncer:
            return {"statement_cache_size": 0}
        return {"server_settings": {**SESSION, **(newer or {}), **dict(self.session)}}


class Connection(Protocol):
    """What we use of asyncpg's connection."""

    async def fetch(self, query: str, *args: object) -> list[Any]:
        """The rows of a statement."""
        ...

    async def execute(self, query: str, *args: object) -> str:
        """A statement, or several without arguments; answers the server's tag of the last."""
        ...

    async def close(self, *, timeout: float | None = None) -> None:
        """Ends it in order, within `timeout`."""
        ...

    def terminate(self) -> None:
        """Ends it at once, without a cancel request."""
        ...

    def is_closed(self) -> bool:
        """Whether it has ended, as far as this side has heard."""
        ...

    def add_log_listener(self, callback: Callable[[Any, Any], None]) -> None:
        """`callback` gets the connection and every notice and warning of the server."""
        ...

    def add_termination_listener(self, callback: Callable[[Any], None]) -> None:
        """`callback` gets the connection when it has ended."""
        ...


class PooledConnection(Connection, Protocol):
    """One of a pool's, which may not be given back with a listener."""

    def remove_log_listener(self, callback: Callable[[Any, Any], None]) -> None:
        """It hears no more."""
        ...


class Pool(Protocol):
    """What we use of asyncpg's pool."""

    async def acquire(self) -> PooledConnection:
        """One connection, until it is released."""
        ...

    async def release(self, connection: PooledConnection, *, timeout: float) -> None:
        """Gives it back; ends it where that takes longer (seconds)."""
        ...

    async def fetch(self, query: str, *args: object) -> list[Any]:
        """The rows of a statement, on any connection."""
        ...

    async def expire_connections(self) -> None:
        """No connection of before is used again."""
        ...

    async def close(self) -> None:
        """Ends all connections once they are free."""
        ...

    def terminate(self) -> None:
        """Ends all connections at once."""
        ...


class Fault(Enum):
    """What an error says about the statement that met it."""

    LOST = "lost"
    """The connection ended under it: it may have committed."""
    AWAY = "away"
    """The server takes nothing at the moment (shutting down, disk full, standby); rolled back."""
    LOCKED = "locked"
    """Somebody else held what it needed for too long; rolled back."""
    ANOTHER_GENERATION = "another generation"
    """The database was restored under us; rolled back."""
    REFUSED = "refused"
    """The server does not take these values; rolled back."""


_AWAY_CLASSES = ("42", "53", "57", "58", "25", "28", "3D", "TL")
"""Missing schema, no resources, operator, system, read-only, no right, no database."""
_LOCKED_CODES = {"40001", "40P01", "55P03", "57014"}
_CONNECTION_CLASS = "08"


PostgresError: Any = _asyncpg.PostgresError
InterfaceError: Any = _asyncpg.InterfaceError

STATEMENT_ERRORS = (OSError, PostgresError, InterfaceError, _asyncpg.InternalClientError)
"""What asyncpg raises from a statement. A cancelled task is not among them. The last: the server
has said its last words on this connection, and the end of it has not come yet."""

CONNECT_ERRORS = (*STATEMENT_ERRORS, TimeoutError)
"""What it raises where it finds no server, or one that does not let us in, or sends us away again
at our first statement."""


async def connect(url: str, options: PostgresOptions) -> Connection:
    """A connection of its own. Raises StorageUnavailable, and ServerTooOld."""
    try:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            made = await _as_new_as_it_is(options, lambda more: _asyncpg.connect(url, **more))
    except CONNECT_ERRORS as error:
        raise StorageUnavailable(f"cannot connect to PostgreSQL: {described(error)}") from error
    release: int = made.get_server_version().major
    if release < OLDEST_RELEASE:
        made.terminate()
        raise ServerTooOld(
            f"expected PostgreSQL {OLDEST_RELEASE} or later, got {release}: it is not supported"
        )
    return made


async def _as_new_as_it_is(
    options: PostgresOptions, make: Callable[[dict[str, Any]], Awaitable[Any]]
) -> Any:
    """With every setting that the server knows. Raises as `make` does."""
    try:
        return await make(options.arguments(SESSION_17))
    except PostgresError as error:
        if getattr(error, "sqlstate", None) != _UNKNOWN_SETTING:
            raise
        return await make(options.arguments())


def is_warning(message: Any) -> bool:
    """Whether what the server said is a warning: after a statement that commits, that it did not
    wait for its standby, because somebody cancelled the wait."""
    return getattr(message, "severity_en", None) == "WARNING"


async def commit_unwarned(pool: Pool, query: str) -> tuple[list[Any], bool]:
    """Runs a statement that commits: its rows, and whether that was without a warning. Raises one
    of CONNECT_ERRORS."""
    connection = await pool.acquire()
    warned = False

    def heard(_connection: object, message: Any) -> None:
        nonlocal warned
        warned = warned or is_warning(message)

    connection.add_log_listener(heard)
    try:
        rows = await connection.fetch(query)
    finally:
        connection.remove_log_listener(heard)
        await pool.release(connection, timeout=CONNECT_LIMIT_S)
    return rows, not warned


async def make_pool(url: str, options: PostgresOptions) -> Pool:
    """A few connections for whatever is no append. Raises StorageUnavailable."""
    try:
        return await _as_new_as_it_is(
            options,
            lambda more: _asyncpg.create_pool(
                url,
                min_size=1,
                max_size=options.read_connections,
                timeout=CONNECT_LIMIT_S,
                **more,
            ),
        )
    except CONNECT_ERRORS as error:
        raise StorageUnavailable(f"cannot connect to PostgreSQL: {described(error)}") from error


async def require_safe(connection: Connection) -> None:
    """Raises UnsafeSettings where a commit would not be synced."""
    names = [*NEEDED, "synchronous_commit"]
    rows = await connection.fetch(
        "SELECT name, current_setting(name) FROM unnest($1::text[]) AS name", names
    )
    allowed = {**NEEDED, "synchronous_commit": SYNCHRONOUS_COMMIT}
    unsafe = [f"{name} = {value}" for name, value in rows if value not in allowed[name]]
    if unsafe:
        raise UnsafeSettings(
            f"PostgreSQL has {', '.join(unsafe)}: it would lose what it acknowledged when the"
            " machine loses power. Change that, or start with allow_unsafe."
        )


async def require_primary(connection: Connection) -> None:
    """Raises StorageUnavailable where the server only follows another one."""
    ((follows,),) = await connection.fetch("SELECT pg_is_in_recovery()")
    if follows:
        raise StorageUnavailable("expected a primary, got a standby: it takes no entries")


def judge(error: BaseException) -> Fault:
    """What one of STATEMENT_ERRORS says about its statement."""
    if not isinstance(error, PostgresError):
        return Fault.LOST
    code: str = getattr(error, "sqlstate", None) or ""
    # FATAL may come after the commit and before the answer: only ERROR means that it was undone.
    if getattr(error, "severity_en", None) in {"FATAL", "PANIC"} or code[:2] == _CONNECTION_CLASS:
        return Fault.LOST
    if code in _LOCKED_CODES:
        return Fault.LOCKED
    if code == "TL001":
        return Fault.ANOTHER_GENERATION
    return Fault.AWAY if code[:2] in _AWAY_CLASSES else Fault.REFUSED


def described(error: BaseException) -> str:
    """An error in words, without what it was asked to write."""
    return f"{type(error).__name__}: {error}"


async def let_go(connection: Connection) -> None:
    """Ends a connection in order, or at once where the server does not answer."""
    await connection.close(timeout=CONNECT_LIMIT_S)
