from collections.abc import AsyncIterator

import pytest

from storage.room_log import RoomLog
from storage.room_log_postgres import PostgresRoomLog
from tests.contracts.room_log_contract import RoomLogContract

pytestmark = pytest.mark.postgres


class OneDatabase:
    """As many logs as are asked for, each with connections of its own, as nodes would have."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._logs: list[PostgresRoomLog] = []

    async def another(self) -> RoomLog:
        log = await PostgresRoomLog.open(self._url)
        self._logs.append(log)
        return log

    async def reopen(self) -> RoomLog:
        await self.close()
        return await self.another()

    async def close(self) -> None:
        while self._logs:
            await self._logs.pop().close()


class TestPostgresRoomLog(RoomLogContract):
    @pytest.fixture
    async def logs(self, postgres_url: str) -> AsyncIterator[OneDatabase]:
        logs = OneDatabase(postgres_url)
        yield logs
        await logs.close()

    @pytest.fixture
    async def log(self, logs: OneDatabase) -> RoomLog:
        return await logs.another()
