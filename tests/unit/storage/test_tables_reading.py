"""Tables for long questions beside those that are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import StorageUnavailable
from storage.play_rows import PlayRows
from storage.room_log_sqlite import SqliteRoomLog
from storage.tables import Asking
from storage.tables_reading import ASK_S_MAX, SqliteReading, postgres_reading
from storage.tables_sqlite import SqliteTables
from tests.support.postgres_server import Databases

ROOM = "r_" + "1" * 22


async def test_QY9_what_is_written_is_read_beside_it(tmp_path: Path) -> None:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    reading = SqliteReading(tmp_path / "touchline.db")
    await PlayRows(SqliteTables(log)).put(ROOM, 4, [])
    assert (await PlayRows(reading).feeds([ROOM]))[ROOM].version == 4
    with pytest.raises(StorageUnavailable, match="only read"):
        await PlayRows(reading).put(ROOM, 5, [])
    await reading.close()
    await log.close()


async def test_QY10_a_question_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    log = await SqliteRoomLog.open(tmp_path / "touchline.db")
    now = [0.0]

    def later() -> float:
        now[0] += ASK_S_MAX
        return now[0]

    reading = SqliteReading(tmp_path / "touchline.db", later)

    def work() -> Asking[int]:
        rows = yield (
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000)"
            " SELECT COUNT(*) FROM n",
            (),
        )
        return rows[0][0]

    with pytest.raises(StorageUnavailable, match="cannot answer"):
        await reading.read(work)
    await reading.close()
    await log.close()


@pytest.mark.postgres
async def test_QY9_sessions_of_questions_use_indexes(postgres_databases: Databases) -> None:
    async with postgres_databases.fresh() as url:
        reading = await postgres_reading(url)

        def work() -> Asking[list[str]]:
            rows = yield "SHOW enable_seqscan", ()
            more = yield "SHOW statement_timeout", ()
            return [rows[0][0], more[0][0]]

        assert await reading.read(work) == ["off", "5s"]
        await reading.close()
