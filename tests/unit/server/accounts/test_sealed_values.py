"""What is sealed in the tables: counted by its secret, and sealed anew by the newest."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import storage
from server.accounts import sealed_values
from server.accounts.sealed import CannotOpen, Purpose, Seals, key_id_of
from server.accounts.sealed_values import (
    FORGOTTEN,
    RENEWED,
    SHORT_LIVED,
    Renewal,
    SealedColumn,
    SealedValues,
)
from server.secrets import KeyRing, LiveRing
from storage.errors import StorageUnavailable
from storage.tables import Asking, Rows, Tables
from storage.tables_sqlite import SqliteTables, memory_tables

OLD = b"old-secret-old-secret-old-secret"
NEW = b"new-secret-new-secret-new-secret"
OLD_RING, RING = KeyRing((OLD,)), KeyRing((NEW, OLD))
NEWEST, OLDEST = RING.ids()

ACCOUNT = (
    "INSERT INTO account (id, name, created_at, origin, totp_secret, totp_pending)"
    " VALUES ($1, 'Ada', 0, 'password', $2, $3)"
)
KEY = (
    "INSERT INTO api_key (id, account, name, digest, sealed_secret, scopes, created_at)"
    " VALUES ($1, $2, 'k', $3, $4, '', 0)"
)


async def asked(tables: Tables, statement: str, *values: str | bytes | int | None) -> Rows:
    def work() -> Asking[Rows]:
        return (yield (statement, values))

    return await tables.write(work)


def sealed(
    ring: KeyRing, account: str, purpose: Purpose = "totp", plain: bytes = b"JBSWY3DP"
) -> bytes:
    return Seals(ring).seal(plain, account=account, purpose=purpose)


@pytest.fixture
def tables() -> SqliteTables:
    return memory_tables()


async def test_SE14_sealed_values_are_counted_by_the_secret_that_opens_them(
    tables: SqliteTables,
) -> None:
    assert await SealedValues(tables).count() == {}
    await asked(tables, ACCOUNT, "a_1", sealed(OLD_RING, "a_1"), None)
    await asked(tables, ACCOUNT, "a_2", sealed(RING, "a_2"), sealed(OLD_RING, "a_2"))
    await asked(tables, KEY, "k1", "a_1", b"d", sealed(OLD_RING, "k1", "key-signing"))
    await asked(
        tables,
        "INSERT INTO link (digest, purpose, subject, payload, created_at, expires_at)"
        " VALUES ($1, 'sign_up', 's', $2, 0, 1)",
        b"d",
        sealed(OLD_RING, "s", "link"),
    )
    assert await SealedValues(tables).count() == {NEWEST: 1, OLDEST: 4}


async def test_SE15_what_an_older_secret_sealed_is_sealed_anew_and_still_opens(
    tables: SqliteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_values, "PAGE", 2)
    accounts = [f"a_{number}" for number in range(7)]
    for account in accounts:
        await asked(tables, ACCOUNT, account, sealed(OLD_RING, account), None)
    await asked(tables, KEY, "k1", "a_1", b"d", sealed(OLD_RING, "k1", "key-signing"))
    values = SealedValues(tables)
    assert await values.renew(RING) == 8
    assert await values.count() == {NEWEST: 8}
    for account, found in await asked(tables, "SELECT id, totp_secret FROM account"):
        only_new = Seals(KeyRing((NEW,)))
        assert only_new.open(found, account=account, purpose="totp") == b"JBSWY3DP"
    assert await values.renew(RING) == 0


async def test_SE15_what_no_secret_opens_is_left_as_it_is(tables: SqliteTables) -> None:
    foreign = sealed(KeyRing((b"x" * 16 + OLD,)), "a_1")
    await asked(tables, ACCOUNT, "a_1", foreign, sealed(OLD_RING, "a_1"))
    assert await SealedValues(tables).renew(RING) == 1
    [(secret, pending)] = await asked(tables, "SELECT totp_secret, totp_pending FROM account")
    assert secret == foreign
    assert key_id_of(pending) == NEWEST


async def test_SE15_a_value_that_changes_meanwhile_is_left_to_whoever_changed_it(
    tables: SqliteTables,
) -> None:
    await asked(tables, ACCOUNT, "a_1", sealed(OLD_RING, "a_1"), None)
    fresh = sealed(OLD_RING, "a_1", plain=b"another")

    class Meanwhile:
        """The tables, in which somebody is faster."""

        read = staticmethod(tables.read)

        async def write(self, work: object) -> object:
            await asked(tables, "UPDATE account SET totp_secret = $1", fresh)
            return await tables.write(work)  # pyright: ignore[reportArgumentType, reportUnknownVariableType] - handed on

    values = SealedValues(Meanwhile())  # pyright: ignore[reportArgumentType] - as above
    assert await values.renew(RING) == 0
    assert await asked(tables, "SELECT totp_secret FROM account") == [(fresh,)]


def test_SE14_every_column_that_is_sealed_is_known() -> None:
    migrations = Path(storage.__file__).parent / "migrations/sqlite"
    text = "".join(one.read_text() for one in sorted(migrations.glob("*.sql")))
    known = {(place.table, place.column) for place in RENEWED} | {*SHORT_LIVED, *FORGOTTEN}
    found: set[tuple[str, str]] = set()
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\)", text, re.DOTALL):
        found |= {
            (table, column)
            for column in re.findall(r"^\s+(\w+)\s+BLOB", body, re.MULTILINE)
            if re.search(r"sealed|totp|payload", column)
        }
    assert found == known
    assert len(found) >= 6


class Values:
    """A database of which a test decides whether it is there."""

    def __init__(self) -> None:
        self.away = False
        self.renewed: list[KeyRing] = []
        self.asked = asyncio.Event()

    async def count(self) -> Mapping[str, int]:
        return {}

    async def renew(self, ring: KeyRing) -> int:
        self.asked.set()
        if self.away:
            raise StorageUnavailable("away")
        self.renewed.append(ring)
        return 1


async def test_SE15_everything_is_sealed_anew_at_the_start_and_when_another_secret_signs() -> None:
    values, live = Values(), LiveRing(OLD_RING)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(Renewal(values, live).run())
        await values.asked.wait()
        values.asked.clear()
        live.replace(RING)
        await values.asked.wait()
        running.cancel()
    assert values.renewed == [OLD_RING, RING]


async def test_SE15_a_database_that_is_away_is_asked_again() -> None:
    values, live = Values(), LiveRing(OLD_RING)
    values.away = True
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(Renewal(values, live, retry_s=0).run())
        await values.asked.wait()
        values.away = False
        values.asked.clear()
        await values.asked.wait()
        running.cancel()
    assert values.renewed[0] == OLD_RING


def test_a_seal_of_another_purpose_does_not_open() -> None:
    place = SealedColumn("api_key", "sealed_secret", "id", "key-signing")
    with pytest.raises(CannotOpen):
        Seals(RING).renew(sealed(RING, "a_1"), account="a_1", purpose=place.purpose)
