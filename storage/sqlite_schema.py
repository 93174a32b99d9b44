"""Brings the schema of a SQLite database up to date, each migration once and whole. Holds no lock:
its callers do."""

from __future__ import annotations

import sqlite3

from storage.migrations_on_disk import Migration, SchemaReport, SchemaState, compare, known

_JOURNAL = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name       TEXT PRIMARY KEY,
    checksum   TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


def report(connection: sqlite3.Connection) -> SchemaReport:
    """How the database's schema compares with this code."""
    return compare(known("sqlite"), _applied(connection))


def apply_missing(connection: sqlite3.Connection) -> list[str]:
    """Applies what is missing and returns the names. Raises SchemaOutdated for a newer database."""
    verdict = report(connection)
    if verdict.state in {SchemaState.NEWER, SchemaState.CHANGED}:
        verdict.require_current()
    for migration in known("sqlite"):
        if migration.name in verdict.names:
            _apply(connection, migration)
    return verdict.names


def _applied(connection: sqlite3.Connection) -> dict[str, str]:
    known_table = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'"
    ).fetchone()
    if known_table is None:
        return {}
    rows = connection.execute("SELECT name, checksum FROM schema_migration ORDER BY name")
    return dict(rows.fetchall())


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    try:
        # A script commits what is open before it starts, so the transaction begins inside it.
        connection.executescript("\n".join(("BEGIN IMMEDIATE;", _JOURNAL, migration.sql)))
        connection.execute(
            "INSERT INTO schema_migration (name, checksum, applied_at)"
            " VALUES (?, ?, strftime('%s', 'now') * 1000)",
            (migration.name, migration.checksum),
        )
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
