from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.room_log import RoomLog
from storage.room_log_sqlite import SqliteRoomLog
from tests.contracts.room_log_contract import RoomLogContract


class OneFile:
    """One process may have the database: whoever opens it gets the same log."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._log: SqliteRoomLog | None = None

    async def another(self) -> RoomLog:
        if self._log is None:
            self._log = await SqliteRoomLog.open(self._database)
        return self._log

    async def reopen(self) -> RoomLog:
        await self.close()
        return await self.another()

    async def close(self) -> None:
        if self._log is not None:
            await self._log.close()
            self._log = None


class TestSqliteRoomLog(RoomLogContract):
    @pytest.fixture
    async def logs(self, tmp_path: Path) -> AsyncIterator[OneFile]:
        logs = OneFile(tmp_path / "touchline.db")
        yield logs
        await logs.close()

    @pytest.fixture
    async def log(self, logs: OneFile) -> RoomLog:
        return await logs.another()
