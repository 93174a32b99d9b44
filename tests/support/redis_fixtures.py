"""Fixtures: one Redis for the whole run, emptied for each test that asks, and one of a test's
own."""

from collections.abc import Iterator

import pytest

from tests.support.redis_server import BINARY, NO_BINARY, RedisServer


@pytest.fixture(scope="session")
def _session_redis() -> Iterator[RedisServer]:
    if BINARY is None:
        pytest.skip(NO_BINARY)
    server = RedisServer()
    yield server
    server.stop()


@pytest.fixture
def redis(_session_redis: RedisServer) -> RedisServer:
    """A Redis that is empty; the test may not end it."""
    _session_redis.say("FLUSHALL")
    return _session_redis


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that the test may kill, pause and start again."""
    if BINARY is None:
        pytest.skip(NO_BINARY)
    server = RedisServer()
    yield server
    server.stop()
