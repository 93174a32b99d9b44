"""PostgreSQL and Redis on another machine are reached by TLS, and nobody else is taken for them:
before servers that have no certificate stands a proxy that has one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from storage.errors import StorageUnavailable
from storage.redis_client import FAULTS, Script, open_client, run_script, say
from storage.room_log import EMPTY, Appended, Head, RoomAppend
from storage.room_log_postgres import PostgresRoomLog
from storage.tables_postgres import PostgresTables
from tests.support.certificates import Issuer
from tests.support.postgres_server import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.tls_proxy import tls_proxy

ROOM = "r_" + "a" * 22
MADE = RoomAppend(ROOM, EMPTY, [b"entry 1"], Head(1, "1" * 16), kind="board", at=1)


class Papers:
    """A certificate for a name, and files of who is known."""

    def __init__(self, folder: Path, *names: str) -> None:
        issuer, stranger = Issuer(), Issuer()
        self.certificate, self.key = issuer.make(names).write(folder)
        self.known, self.unknown = folder / "issuer.pem", folder / "stranger.pem"
        self.known.write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
        self.unknown.write_bytes(stranger.certificate.public_bytes(Encoding.PEM))


@pytest.fixture
def papers(tmp_path: Path) -> Callable[..., Papers]:
    return lambda *names: Papers(tmp_path, *names)


@pytest.mark.postgres
async def test_OP34_postgresql_is_reached_by_tls_and_its_certificate_is_checked(
    own_postgres: PostgresServer, papers: Callable[..., Papers]
) -> None:
    mine = papers("127.0.0.1")
    async with tls_proxy(own_postgres.port, mine.certificate, mine.key, asked=True) as proxy:
        where = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres?sslmode=verify-full"
        log = await PostgresRoomLog.open(f"{where}&sslrootcert={mine.known}", migrate=True)
        assert await log.append([MADE]) == [Appended()]
        assert (await log.read(ROOM, 1)).records == [b"entry 1"]
        tables = await PostgresTables.open(f"{where}&sslrootcert={mine.known}")
        await tables.close()
        await log.close()
        spoken = proxy.spoken
        assert spoken >= 3, "appends, reads and tables alike"
        with pytest.raises(StorageUnavailable, match="certificate verify failed"):
            await PostgresRoomLog.open(f"{where}&sslrootcert={mine.unknown}")
        assert proxy.spoken == spoken


@pytest.mark.postgres
async def test_OP34_a_certificate_of_another_name_is_refused(
    own_postgres: PostgresServer, papers: Callable[..., Papers]
) -> None:
    other = papers("db.example")
    async with tls_proxy(own_postgres.port, other.certificate, other.key, asked=True) as proxy:
        where = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres?sslrootcert={other.known}"
        with pytest.raises(StorageUnavailable, match="certificate"):
            await PostgresRoomLog.open(f"{where}&sslmode=verify-full")


@pytest.mark.postgres
async def test_OP34_a_server_without_tls_is_refused_where_it_is_asked_for(
    own_postgres: PostgresServer,
) -> None:
    with pytest.raises(StorageUnavailable, match="SSL"):
        await PostgresRoomLog.open(f"{own_postgres.url()}?sslmode=require")


async def test_OP34_redis_is_reached_by_tls_and_its_certificate_is_checked(
    own_redis: RedisServer, papers: Callable[..., Papers]
) -> None:
    mine = papers("127.0.0.1")
    async with tls_proxy(own_redis.port, mine.certificate, mine.key, asked=False) as proxy:
        where = f"rediss://127.0.0.1:{proxy.port}/0?ssl_ca_certs="
        known, unknown = (
            open_client(f"{where}{papers}", timeout_s=5, connections=1)
            for papers in (mine.known, mine.unknown)
        )
        assert await run_script(known, Script("return ARGV[1]"), [], ["news"]) == b"news"
        with pytest.raises(FAULTS, match="certificate verify failed"):
            await say(unknown, "PING")
        for client in (known, unknown):
            await client.aclose()
