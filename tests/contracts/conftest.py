"""Tables in every database that there is: a test that asks for `tables` or `nodes` runs in each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from storage.room_log_sqlite import SqliteRoomLog
from storage.tables import Tables
from storage.tables_postgres import PostgresTables
from storage.tables_sqlite import SqliteTables, memory_tables
from tests.support.postgres_server import Databases


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def nodes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Tables]]:
    """One database as two nodes see it; the same one twice where only one may have it."""
    match cast("str", request.param):
        case "memory":
            memory = memory_tables()
            yield [memory, memory]
        case "sqlite":
            log = await SqliteRoomLog.open(tmp_path / "touchline.db")
            file = SqliteTables(log)
            yield [file, file]
            await log.close()
        case _:
            databases = cast("Databases", request.getfixturevalue("postgres_databases"))
            async with databases.fresh() as url:
                pools = [await PostgresTables.open(url) for _ in range(2)]
                yield [*pools]
                for pool in pools:
                    await pool.close()


@pytest.fixture
def tables(nodes: list[Tables]) -> Tables:
    """One of the nodes."""
    return nodes[0]
