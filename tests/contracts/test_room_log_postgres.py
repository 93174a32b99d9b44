from collections.abc import AsyncIterator, Iterator
from typing import cast

import pytest

from storage.postgres_connection import OLDEST_RELEASE
from storage.room_log import RoomLog
from storage.room_log_postgres import PostgresRoomLog
from tests.contracts.room_log_contract import RoomLogContract
from tests.support.postgres_server import NEWEST, Databases, PostgresServer, releases

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


@pytest.fixture(scope="module", params=[one for one in releases() if one != NEWEST])
def older_databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """On every other PostgreSQL of this machine that is supported."""
    release = cast("int", request.param)
    if release < OLDEST_RELEASE:
        pytest.skip(f"PostgreSQL {release} is not supported")
    server = PostgresServer.started(release=release)
    yield Databases(server.url())
    server.stop()


class TestOlderPostgres(TestPostgresRoomLog):
    """LG28: what the newest does, they do, with every migration."""

    @pytest.fixture
    async def postgres_url(self, older_databases: Databases) -> AsyncIterator[str]:
        async with older_databases.fresh() as url:
            yield url


def test_LG28_at_least_one_older_release_is_here_to_be_tested() -> None:
    assert [one for one in releases() if OLDEST_RELEASE <= one < NEWEST]
