"""`site`: a data folder with a few people, a team, keys and records, and no server on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.accounts.services import stores_of
from server.config import Settings
from server.databases import open_databases
from storage.accounts import Account
from storage.api_keys import ApiKey
from storage.audit import AuditRecord
from storage.sessions import Session
from storage.teams import Team

ADA, BOB = "a_" + "A" * 22, "a_" + "B" * 22
TEAM, KEY, SESSION = "t_" + "T" * 22, "K" * 16, "s_" + "S" * 16


@dataclass(frozen=True)
class Site:
    """Where it is, and who is there."""

    folder: Path
    ada: str = ADA
    bob: str = BOB
    team: str = TEAM
    key: str = KEY
    session: str = SESSION


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Made anew for each test."""
    asyncio.run(_fill(tmp_path))
    return Site(tmp_path)


async def _fill(folder: Path) -> None:
    databases = await open_databases(Settings(data_dir=str(folder)))
    try:
        stores = stores_of(databases.tables)
        for account, name, email in (
            (ADA, "Ada", "ada@example.org"),
            (BOB, "Bob", "bob@example.org"),
        ):
            made = Account(account, name, 1_000, email, password_hash="x", password_changed_at=1)
            assert await stores.accounts.create(made)
        session = Session(
            id=SESSION,
            account=ADA,
            family="f" * 32,
            current=b"c",
            created_at=2_000,
            used_at=3_000,
            expires_at=2**52,
            device="Firefox on Linux",
            address="203.0.113.9",
        )
        assert await stores.sessions.add(session, limit=5) == []
        assert await stores.teams.create(Team(TEAM, "Club", 4_000), owner=ADA, owner_name="Ada")
        key = ApiKey(
            id=KEY,
            account=ADA,
            name="Ticker",
            digest=b"d",
            scopes=frozenset({"rooms:read"}),
            created_at=5_000,
        )
        assert await stores.keys.add(key, most=10)
        await stores.trail.append(
            [
                AuditRecord(6_000, "login.ok", ADA, "203.0.113.9"),
                AuditRecord(7_000, "login.failed", BOB, "203.0.113.10"),
            ]
        )
    finally:
        await databases.close()
