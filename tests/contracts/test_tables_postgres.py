"""What PostgreSQL does that the others cannot: it loses answers, and lets transactions collide."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage import tables_postgres
from storage.errors import OutcomeUnknown, StorageUnavailable
from storage.postgres_connection import PostgresOptions, connect, let_go, make_pool
from storage.tables import Asking
from storage.tables_postgres import ATTEMPTS_MAX, PostgresTables

pytestmark = pytest.mark.postgres


def put(name: str = "t_1") -> Asking[None]:
    yield "INSERT INTO team (id, name, created_at) VALUES ($1, $1, 0)", (name,)


def names() -> Asking[list[str]]:
    rows = yield "SELECT id FROM team ORDER BY id", ()
    return [row[0] for row in rows]


@pytest.fixture
async def tables(postgres_url: str) -> AsyncIterator[PostgresTables]:
    tables = await PostgresTables.open(postgres_url)
    yield tables
    await tables.close()


async def kill_others(url: str) -> None:
    shell = await connect(url, PostgresOptions())
    await shell.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await let_go(shell)


class _LosesTheCommit:
    """A pool whose connections commit, and then break before they say so."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def acquire(self, **kw: float) -> Any:
        return _Connection(await self._pool.acquire(**kw))

    async def release(self, connection: _Connection) -> None:
        await self._pool.release(connection.real)

    async def close(self) -> None:
        await self._pool.close()


class _Connection:
    def __init__(self, real: Any) -> None:
        self.real = real
        self.fetch = real.fetch
        self.add_log_listener = real.add_log_listener
        self.remove_log_listener = real.remove_log_listener

    def transaction(self, **kw: Any) -> _Transaction:
        return _Transaction(self.real.transaction(**kw))


class _Transaction:
    def __init__(self, real: Any) -> None:
        self._real = real

    async def __aenter__(self) -> None:
        await self._real.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        await self._real.__aexit__(*error)
        if error[0] is None:
            raise ConnectionResetError("gone")


async def test_TB3_a_lost_answer_to_a_commit_is_an_unknown_outcome(postgres_url: str) -> None:
    tables = PostgresTables(_LosesTheCommit(await make_pool(postgres_url, PostgresOptions())))
    with pytest.raises(OutcomeUnknown, match="gone"):
        await tables.write(put)
    with pytest.raises(StorageUnavailable) as caught:
        await tables.read(names)
    assert not isinstance(caught.value, OutcomeUnknown), "a read has no outcome"
    await tables.close()
    other = await PostgresTables.open(postgres_url)
    assert await other.read(names) == ["t_1"], "it did happen here"
    await other.close()


async def test_TB3_a_connection_lost_before_the_commit_has_done_nothing(
    tables: PostgresTables, postgres_url: str
) -> None:
    async def kill_in_the_middle() -> None:
        await half_way.wait()
        await kill_others(postgres_url)

    half_way = asyncio.Event()

    def work() -> Asking[None]:
        yield from put()
        half_way.set()
        yield "SELECT pg_sleep(4)", ()

    killer = asyncio.ensure_future(kill_in_the_middle())
    with pytest.raises(StorageUnavailable) as caught:
        await tables.write(work)
    assert not isinstance(caught.value, OutcomeUnknown)
    await killer
    assert await tables.read(names) == []


async def test_TB2_who_collides_for_ever_is_told_that_nothing_was_done(
    postgres_url: str,
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    tables = PostgresTables(await make_pool(postgres_url, PostgresOptions()), pause)

    def collide() -> Asking[None]:
        yield from put()
        yield "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$", ()

    with pytest.raises(StorageUnavailable, match=f"{ATTEMPTS_MAX} transactions") as caught:
        await tables.write(collide)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert pauses == [tables_postgres.PAUSE_S * n for n in range(1, ATTEMPTS_MAX)]
    assert await tables.read(names) == []
    await tables.close()


async def test_TB6_what_is_told_of_a_refused_row_does_not_quote_it(tables: PostgresTables) -> None:
    await tables.write(lambda: put("canary"))
    with pytest.raises(ValueError, match="UniqueViolation") as caught:
        await tables.write(lambda: put("canary"))
    assert "canary" not in str(caught.value)


async def test_TB3_a_server_that_is_away_or_a_closed_pool_has_done_nothing(
    postgres_url: str,
) -> None:
    tables = await PostgresTables.open(postgres_url)
    await tables.close()
    for ask in (tables.read(names), tables.write(names)):
        with pytest.raises(StorageUnavailable):
            await ask
    with pytest.raises(StorageUnavailable, match="cannot connect"):
        await PostgresTables.open("postgresql://postgres@127.0.0.1:1/nothing")


async def test_TB4_close_waits_for_the_writes_under_way(postgres_url: str) -> None:
    tables = await PostgresTables.open(postgres_url)
    writing = asyncio.ensure_future(tables.write(put))
    await asyncio.sleep(0)
    await tables.close()
    assert writing.done(), "close did not wait for it"
    await writing
    other = await PostgresTables.open(postgres_url)
    assert await other.read(names) == ["t_1"]
    await other.close()
