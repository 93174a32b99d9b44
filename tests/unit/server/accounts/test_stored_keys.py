"""Keys out of storage, with the name of whom they speak for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from server.accounts.stored_keys import StoredKeys


@dataclass(frozen=True)
class Row:
    id: str
    account: str
    digest: bytes = b"d" * 32
    previous_digest: bytes | None = None
    previous_until: int | None = None
    scopes: frozenset[str] = frozenset({"rooms:read"})
    rooms: frozenset[str] | None = None
    expires_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True)
class Somebody:
    name: str
    closed_at: int | None = None


@dataclass
class Tables:
    rows: dict[str, Row] = field(default_factory=dict[str, Row])
    holders: dict[str, Somebody] = field(default_factory=dict[str, Somebody])
    asked: list[str] = field(default_factory=list[str])
    uses: list[dict[str, int]] = field(default_factory=list[dict[str, int]])

    async def all_live(self) -> list[Row]:
        return list(self.rows.values())

    async def key(self, id_: str) -> Row | None:
        return self.rows.get(id_)

    async def used(self, at: Mapping[str, int]) -> None:
        self.uses.append(dict(at))

    async def account(self, id_: str) -> Somebody | None:
        self.asked.append(id_)
        return self.holders.get(id_)


@pytest.fixture
def tables() -> Tables:
    rows = [Row("k1", "ann"), Row("k2", "ann"), Row("k3", "bob"), Row("k4", "nobody")]
    return Tables(
        {row.id: row for row in rows}, {"ann": Somebody("Ann"), "bob": Somebody("Bob", 5)}
    )


async def test_AX5_keys_go_by_the_name_of_their_account_which_is_asked_once(
    tables: Tables,
) -> None:
    stored = StoredKeys(tables, tables)
    assert [(key.id, key.account_name) for key in await stored.all_live()] == [
        ("k1", "Ann"),
        ("k2", "Ann"),
    ]
    assert tables.asked == ["ann", "bob", "nobody"]


async def test_AX7_what_is_not_good_any_more_is_no_key(tables: Tables) -> None:
    stored = StoredKeys(tables, tables)
    found = await stored.live("k1")
    assert found is not None
    assert (found.digest, found.scopes) == (b"d" * 32, frozenset({"rooms:read"}))
    tables.rows["k2"] = replace(tables.rows["k2"], revoked_at=1)
    for id_ in ("k2", "k3", "k4", "k5"):
        assert await stored.live(id_) is None
    await stored.used({"k1": 7})
    assert tables.uses == [{"k1": 7}]
