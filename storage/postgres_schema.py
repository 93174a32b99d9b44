"""Brings the schema of a PostgreSQL database up to date, each migration once and whole, whoever
else tries the same at the same time.
"""

from __future__ import annotations

from storage.migrations_on_disk import SchemaReport, SchemaState, compare, known
from storage.postgres_connection import Connection

_LOCK = 7_861_255_104_411_042_115
"""Of nobody else's use: drawn once."""

_AS_LONG_AS_IT_TAKES = """
SELECT set_config('transaction_timeout', '0', true)
WHERE current_setting('transaction_timeout', true) IS NOT NULL
"""

_JOURNAL = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name       text COLLATE "C" PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


async def report(connection: Connection) -> SchemaReport:
    """How the database's schema compares with this code."""
    return compare(known("postgres"), await _applied(connection))


async def apply_missing(connection: Connection) -> list[str]:
    """Applies what is missing and returns the names. Raises SchemaOutdated for a newer database."""
    await connection.execute("BEGIN")
    try:
        await connection.execute(_AS_LONG_AS_IT_TAKES)
        # Another process that migrates waits here, and then finds nothing missing.
        await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        verdict = await report(connection)
        if verdict.state in {SchemaState.NEWER, SchemaState.CHANGED}:
            verdict.require_current()
        for migration in known("postgres"):
            if migration.name in verdict.names:
                await connection.execute(_JOURNAL)
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)",
                    migration.name,
                    migration.checksum,
                )
        await connection.execute("COMMIT")
    finally:
        if not connection.is_closed():
            # After a commit there is nothing to roll back, and the server only notes it.
            await connection.execute("ROLLBACK")
    return verdict.names


async def _applied(connection: Connection) -> dict[str, str]:
    ((table,),) = await connection.fetch("SELECT to_regclass('schema_migration')::text")
    if table is None:
        return {}
    rows = await connection.fetch("SELECT name, checksum FROM schema_migration ORDER BY name")
    return dict(rows)
