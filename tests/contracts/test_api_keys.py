"""Keys of programs, in every database."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from storage.access_changes import AccessChanges
from storage.accounts import Account, Accounts
from storage.api_keys import ApiKey, ApiKeys, revoke_of
from storage.tables import Asking, Rows, Statement, Tables, Work
from storage.teams import Team, Teams

T = TypeVar("T")

PARALLEL = 8
KEY = ApiKey(
    id="k1", account="a_jo", name="Feed", digest=b"first", sealed_secret=b"sealed",
    scopes=frozenset({"rooms:write", "rooms:read"}), rooms=frozenset({"r_2", "r_1"}),
    created_at=10, expires_at=1_000,
)  # fmt: skip


@pytest.fixture
async def keys(tables: Tables) -> ApiKeys:
    await Accounts(tables).create(Account("a_jo", "Jo", 1))
    return ApiKeys(tables)


async def told(tables: Tables) -> list[tuple[str, str]]:
    rows = await AccessChanges(tables).since(0, 0)
    return [(row.subject, row.detail) for row in rows if row.kind == "key"]


async def rotate(keys: ApiKeys, digest: bytes, at: int = 20, until: int = 500) -> ApiKey | None:
    return await keys.rotate(
        "k1", digest=digest, sealed_secret=b"sealed " + digest, previous_until=until, at=at
    )


# ---------------------------------------------------------------- made


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        replace(KEY, sealed_secret=None, rooms=None, expires_at=None),
        replace(KEY, rooms=frozenset[str](), scopes=frozenset[str]()),
    ],
)
async def test_a_key_comes_back_as_it_was_made(keys: ApiKeys, key: ApiKey) -> None:
    assert await keys.add(key, most=1)
    assert await keys.key("k1") == key
    assert await keys.of_account("a_jo") == [key]
    assert await keys.live(20) == [(key, "Jo")]


async def test_AK15_of_a_key_only_what_it_was_given_is_kept_and_no_repr_shows_it(
    keys: ApiKeys,
) -> None:
    await keys.add(replace(KEY, digest=b"canary", sealed_secret=b"canary"), most=1)
    rotated = await rotate(keys, b"canary 2")
    assert rotated is not None
    assert "canary" not in repr(rotated)
    assert "canary" not in repr(await keys.key("k1"))


async def test_AK15_keys_are_for_open_accounts_and_for_teams_that_these_are_in(
    keys: ApiKeys, tables: Tables
) -> None:
    await Teams(tables).create(Team("t_1", "T", 1), owner="a_ann", owner_name="Ann")
    assert not await keys.add(replace(KEY, account="a_nobody"), most=9)
    assert not await keys.add(replace(KEY, team="t_1"), most=9)
    assert not await keys.add(replace(KEY, team="t_none"), most=9)
    await Accounts(tables).close("a_jo", at=15, reason="admin")
    assert not await keys.add(KEY, most=9)
    assert await keys.key("k1") is None
    assert await told(tables) == []


async def test_AK15_so_many_keys_of_an_account_hold_and_those_that_ended_make_room(
    keys: ApiKeys, tables: Tables
) -> None:
    assert await keys.add(replace(KEY, expires_at=15), most=2)
    assert await keys.add(replace(KEY, id="k2"), most=2)
    assert not await keys.add(replace(KEY, id="k3", created_at=14), most=2)
    assert await keys.add(replace(KEY, id="k3", created_at=15), most=2)
    assert not await keys.add(replace(KEY, id="k4", created_at=15), most=2)
    await keys.revoke("k2", at=16, reason="revoked")
    assert await keys.add(replace(KEY, id="k4", created_at=16), most=2)
    await Accounts(tables).create(Account("a_al", "Al", 1))
    assert await keys.add(replace(KEY, id="k5", account="a_al"), most=2)


async def test_AK15_of_many_keys_at_once_no_more_hold_than_may(
    keys: ApiKeys, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(ApiKeys(nodes[n % 2]).add(replace(KEY, id=f"k{n}"), most=3) for n in range(PARALLEL))
    )
    assert sum(answers) == 3
    assert [key.id for key in await keys.of_account("a_jo")] == [
        f"k{n}" for n in range(PARALLEL) if answers[n]
    ]


async def test_AK18_what_makes_rotates_or_revokes_a_key_tells_it_and_what_does_not_does_not(
    keys: ApiKeys, tables: Tables
) -> None:
    await keys.add(KEY, most=1)
    await keys.add(replace(KEY, id="k2"), most=1)
    await rotate(keys, b"second")
    await keys.used({"k1": 25})
    await keys.revoke("k1", at=30, reason="revoked")
    await keys.revoke("k1", at=31, reason="revoked")
    await rotate(keys, b"third")
    assert await told(tables) == [("k1", "created"), ("k1", "rotated"), ("k1", "revoked")]
    assert [row.at for row in await AccessChanges(tables).since(0, 10)][-3:] == [10, 20, 30]


# ---------------------------------------------------------------- rotated


async def test_AK16_the_secret_before_is_kept_with_its_end_and_no_older_one(
    keys: ApiKeys,
) -> None:
    await keys.add(KEY, most=1)
    second = await rotate(keys, b"second", at=20, until=500)
    assert second == replace(
        KEY, digest=b"second", sealed_secret=b"sealed second", previous_digest=b"first",
        sealed_previous=b"sealed", previous_until=500,
    )  # fmt: skip
    assert second is not None
    assert await keys.key("k1") == second
    third = await rotate(keys, b"third", at=30, until=600)
    assert third == replace(
        second, digest=b"third", sealed_secret=b"sealed third", previous_digest=b"second",
        sealed_previous=b"sealed second", previous_until=600,
    )  # fmt: skip
    assert third is not None
    assert await keys.live(40) == [(third, "Jo")]


async def test_AK16_of_rotations_at_once_each_keeps_the_one_before_it(
    keys: ApiKeys, nodes: list[Tables]
) -> None:
    await keys.add(KEY, most=1)
    answers = await asyncio.gather(
        *(rotate(ApiKeys(nodes[n % 2]), b"%d" % n) for n in range(PARALLEL))
    )
    before = {answer.previous_digest for answer in answers if answer is not None}
    last = await keys.key("k1")
    assert last is not None
    assert before | {last.digest} == {b"first", *(b"%d" % n for n in range(PARALLEL))}


@pytest.mark.parametrize("at", [1_000, 1_001])
async def test_AK17_a_key_that_expired_is_neither_good_nor_rotated(keys: ApiKeys, at: int) -> None:
    await keys.add(KEY, most=1)
    assert await keys.live(999) == [(KEY, "Jo")]
    assert await keys.live(at) == []
    assert await rotate(keys, b"second", at=at) is None
    assert await keys.key("k1") == KEY


# ---------------------------------------------------------------- revoked


async def test_AK17_a_key_is_revoked_once_and_for_good(keys: ApiKeys) -> None:
    await keys.add(KEY, most=1)
    assert not await keys.revoke("k_no", at=20, reason="revoked")
    assert await keys.revoke("k1", at=20, reason="revoked")
    assert not await keys.revoke("k1", at=30, reason="by an administrator")
    assert await rotate(keys, b"second") is None
    revoked = replace(KEY, revoked_at=20, revoke_reason="revoked")
    assert await keys.key("k1") == revoked
    assert await keys.of_account("a_jo") == [revoked]
    assert await keys.live(20) == []


async def test_AK17_of_many_revocations_at_once_one_revokes(
    keys: ApiKeys, nodes: list[Tables]
) -> None:
    await keys.add(KEY, most=1)
    answers = await asyncio.gather(
        *(ApiKeys(nodes[n % 2]).revoke("k1", at=20, reason=f"{n}") for n in range(PARALLEL))
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    found = await keys.key("k1")
    assert found is not None
    assert found.revoke_reason == str(answers.index(True))
    assert await told(nodes[1]) == [("k1", "created"), ("k1", "revoked")]


async def test_AK17_a_key_that_is_rotated_and_revoked_at_once_is_revoked(
    keys: ApiKeys, nodes: list[Tables]
) -> None:
    for n in range(PARALLEL):
        await keys.add(replace(KEY, id=f"k{n}"), most=PARALLEL)
        rotated, revoked = await asyncio.gather(
            ApiKeys(nodes[0]).rotate(
                f"k{n}", digest=b"next", sealed_secret=None, previous_until=500, at=20
            ),
            ApiKeys(nodes[1]).revoke(f"k{n}", at=20, reason="revoked"),
        )
        assert revoked
        found = await keys.key(f"k{n}")
        assert found is not None
        assert found.revoked_at == 20
        assert (found.digest == b"next") == (rotated is not None)
    assert await keys.live(20) == []


async def test_AK17_the_keys_of_a_team_end_together_or_those_of_one_account(
    keys: ApiKeys, tables: Tables
) -> None:
    teams = Teams(tables)
    await Accounts(tables).create(Account("a_al", "Al", 1))
    for team in ("t_1", "t_2"):
        await teams.create(Team(team, "T", 1), owner="a_jo", owner_name="Jo")
    for id_, team in (("k1", "t_1"), ("k2", "t_1"), ("k3", "t_2"), ("k4", None)):
        assert await keys.add(replace(KEY, id=id_, team=team), most=9)
    await keys.revoke("k2", at=20, reason="before")

    def work(team: str, account: str | None) -> Callable[[], Asking[None]]:
        return lambda: revoke_of(team, account, "over", 30)

    await tables.write(work("t_1", "a_al"))
    assert [key.id for key in await keys.of_team("t_1") if key.revoke_reason == "over"] == []
    await tables.write(work("t_1", "a_jo"))
    await tables.write(work("t_2", None))
    ended = {key.id: key.revoke_reason for key in await keys.of_account("a_jo")}
    assert ended == {"k1": "over", "k2": "before", "k3": "over", "k4": None}


# ---------------------------------------------------------------- read


async def test_keys_are_found_by_account_by_team_and_in_pages(
    keys: ApiKeys, tables: Tables
) -> None:
    await Accounts(tables).create(Account("a_al", "Al", 1))
    await Teams(tables).create(Team("t_1", "T", 1), owner="a_jo", owner_name="Jo")
    one, two = replace(KEY, id="k1", team="t_1"), replace(KEY, id="k2", account="a_al")
    three = replace(KEY, id="k3")
    for key in (two, three, one):
        assert await keys.add(key, most=9)
    assert await keys.of_account("a_jo") == [one, three]
    assert await keys.of_team("t_1") == [one]
    assert await keys.of_team("t_2") == []
    assert await keys.key("k9") is None
    assert await keys.page(limit=2) == [one, two]
    assert await keys.page(limit=2, after="k2") == [three]
    assert await keys.page(limit=9, account="a_jo") == [one, three]
    assert await keys.page(limit=9, account="a_jo", after="k1") == [three]
    assert sorted(key.id for key, _ in await keys.live(20)) == ["k1", "k2", "k3"]
    assert await keys.live(20, "k2") == [(two, "Al")]
    assert await keys.live(20, "k9") == []


# ---------------------------------------------------------------- used


async def test_AK19_the_last_use_is_kept_whichever_is_told_last(keys: ApiKeys) -> None:
    for n in (1, 2, 3):
        await keys.add(replace(KEY, id=f"k{n}"), most=9)
    await keys.used({})
    await keys.used({"k1": 50, "k2": 60, "k9": 70})
    await keys.used({"k1": 40, "k2": 61})
    assert [key.used_at for key in await keys.of_account("a_jo")] == [50, 61, None]


async def test_AK19_what_many_nodes_tell_at_once_comes_to_the_latest_use(
    keys: ApiKeys, nodes: list[Tables]
) -> None:
    for n in range(3):
        await keys.add(replace(KEY, id=f"k{n}"), most=9)
    await asyncio.gather(
        *(
            ApiKeys(nodes[at % 2]).used({f"k{n}": 100 + (at * 3 + n) % PARALLEL for n in range(3)})
            for at in range(PARALLEL)
        )
    )
    assert [key.used_at for key in await keys.of_account("a_jo")] == [107, 107, 107]


async def test_AK19_a_thousand_uses_are_one_statement(keys: ApiKeys, tables: Tables) -> None:
    counted = _Counting(tables)
    await keys.add(KEY, most=1)
    await ApiKeys(counted).used({f"k{n}": n for n in range(1_000)})
    assert counted.statements == 1
    await ApiKeys(counted).used({f"k{n}": n + 1 for n in range(1_001)})
    assert counted.statements == 3
    found = await keys.key("k1")
    assert found is not None
    assert found.used_at == 2


class _Counting:
    """Counts the statements of what is written."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.statements = 0

    async def read(self, work: Work[T]) -> T:
        return await self._tables.read(work)

    async def write(self, work: Work[T]) -> T:
        def counted() -> Asking[T]:
            asking = work()
            rows: Rows | None = None
            while True:
                try:
                    statement: Statement = next(asking) if rows is None else asking.send(rows)
                except StopIteration as ended:
                    answer: T = ended.value
                    return answer
                self.statements += 1
                rows = yield statement

        return await self._tables.write(counted)
