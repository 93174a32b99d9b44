"""Fixtures: one PostgreSQL for the whole run, and a fresh database of it for each test that
asks."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.postgres_server import Databases, PostgresServer, given_url, run_apart


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """Databases on the server that TOUCHLINE_TEST_POSTGRES names, or else on the wheel's."""
    url = given_url()
    server = None if url is not None else PostgresServer.started()
    databases = Databases(url or (server.url() if server else ""))
    yield databases
    if server is not None:
        server.stop()
    else:
        run_apart(databases.forget)


@pytest.fixture
async def postgres_url(postgres_databases: Databases) -> AsyncIterator[str]:
    """The URL of a migrated, empty database that lives as long as the test."""
    async with postgres_databases.fresh() as url:
        yield url


@pytest.fixture
async def empty_postgres_url(postgres_databases: Databases) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    async with postgres_databases.empty() as url:
        yield url


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that the test may crash, pause or reconfigure."""
    server = PostgresServer.started()
    yield server
    server.stop()
