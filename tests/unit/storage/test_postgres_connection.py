from typing import Any

import pytest

from storage import postgres_connection
from storage.errors import ServerTooOld, StorageUnavailable, UnsafeSettings
from storage.postgres_connection import (
    Fault,
    InterfaceError,
    PostgresError,
    PostgresOptions,
    connect,
    described,
    judge,
    let_go,
    make_pool,
    require_primary,
    require_safe,
)
from tests.support.postgres_server import PostgresServer

NOBODY_THERE = "postgresql://postgres@127.0.0.1:1/postgres"


def server_error(code: str, severity: str = "ERROR") -> BaseException:
    return PostgresError.new({"C": code, "V": severity, "S": severity, "M": "it went wrong"})


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("40001", Fault.LOCKED),
        ("40P01", Fault.LOCKED),
        ("55P03", Fault.LOCKED),
        ("57014", Fault.LOCKED),
        ("57P01", Fault.AWAY),
        ("53100", Fault.AWAY),
        ("53200", Fault.AWAY),
        ("25006", Fault.AWAY),
        ("42883", Fault.AWAY),
        ("42501", Fault.AWAY),
        ("58030", Fault.AWAY),
        ("TL001", Fault.ANOTHER_GENERATION),
        ("22021", Fault.REFUSED),
        ("22000", Fault.REFUSED),
        ("23505", Fault.REFUSED),
        ("54000", Fault.REFUSED),
        ("XX001", Fault.REFUSED),
        ("08006", Fault.LOST),
        ("08003", Fault.LOST),
    ],
)
def test_LG5_an_error_of_the_server_says_what_became_of_the_statement(
    code: str, fault: Fault
) -> None:
    assert judge(server_error(code)) is fault


@pytest.mark.parametrize("code", ["57P01", "57P02", "22021", "40001"])
@pytest.mark.parametrize("severity", ["FATAL", "PANIC"])
def test_LG5_a_fatal_error_may_have_come_after_the_commit(code: str, severity: str) -> None:
    assert judge(server_error(code, severity)) is Fault.LOST


@pytest.mark.parametrize(
    "error", [ConnectionResetError("reset"), InterfaceError("connection is closed"), OSError("x")]
)
def test_LG5_a_lost_connection_says_nothing(error: BaseException) -> None:
    assert judge(error) is Fault.LOST


def test_an_error_is_described_by_its_class_and_words() -> None:
    assert described(ConnectionResetError("reset by peer")) == "ConnectionResetError: reset by peer"


def test_behind_a_bouncer_nothing_is_prepared_and_nothing_is_set() -> None:
    assert PostgresOptions(behind_bouncer=True).arguments() == {"statement_cache_size": 0}
    settings = PostgresOptions().arguments()["server_settings"]
    assert settings["jit"] == "off"
    assert {"lock_timeout", "statement_timeout"} <= settings.keys()


async def test_LG5_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StorageUnavailable, match="cannot connect"):
        await connect(NOBODY_THERE, PostgresOptions())
    with pytest.raises(StorageUnavailable, match="cannot connect"):
        await make_pool(NOBODY_THERE, PostgresOptions())


@pytest.mark.postgres
async def test_LG5_a_database_that_is_not_there_is_unavailable(postgres_url: str) -> None:
    with pytest.raises(StorageUnavailable, match="does not exist"):
        await connect(f"{postgres_url}_not", PostgresOptions())


@pytest.mark.postgres
async def test_LG9_a_server_that_syncs_is_safe_and_primary(postgres_url: str) -> None:
    connection = await connect(postgres_url, PostgresOptions())
    await require_safe(connection)
    await require_primary(connection)
    await let_go(connection)


@pytest.mark.postgres
async def test_LG9_a_session_that_does_not_wait_for_the_disk_is_unsafe(postgres_url: str) -> None:
    url = f"{postgres_url}?options=-c%20synchronous_commit%3Doff"
    connection = await connect(url, PostgresOptions())
    with pytest.raises(UnsafeSettings, match=r"synchronous_commit = off.*allow_unsafe"):
        await require_safe(connection)
    await let_go(connection)


@pytest.mark.postgres
async def test_LG9_a_server_that_does_not_sync_is_unsafe() -> None:
    server = PostgresServer.started(["fsync=off", "full_page_writes=off", "data_sync_retry=on"])
    try:
        connection = await connect(server.url(), PostgresOptions())
        with pytest.raises(
            UnsafeSettings, match="fsync = off, full_page_writes = off, data_sync_retry = on"
        ):
            await require_safe(connection)
        await let_go(connection)
    finally:
        server.stop()


class Standby:
    """A connection to a server that follows another one."""

    async def fetch(self, query: str, *_: object) -> list[Any]:
        assert "pg_is_in_recovery" in query
        return [(True,)]


async def test_LG9_a_standby_is_unavailable() -> None:
    standby: Any = Standby()
    with pytest.raises(StorageUnavailable, match="expected a primary"):
        await require_primary(standby)


@pytest.mark.postgres
async def test_LG28_a_server_that_is_too_old_is_refused_by_its_release(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connection, "OLDEST_RELEASE", 99)
    with pytest.raises(ServerTooOld, match=r"expected PostgreSQL 99 or later, got \d\d:"):
        await connect(postgres_url, PostgresOptions())
