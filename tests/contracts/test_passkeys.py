"""Passkeys, in every database."""

import asyncio
from dataclasses import replace

import pytest

from storage.accounts import Account, Accounts
from storage.passkeys import Passkey, Passkeys
from storage.tables import Tables

PARALLEL = 8
PHONE = Passkey("p1", "a_jo", b"public", 5, "Phone", "internal,hybrid", 10)


@pytest.fixture
async def passkeys(tables: Tables) -> Passkeys:
    for account in ("a_jo", "a_al"):
        await Accounts(tables).create(Account(account, "N", 1))
    passkeys = Passkeys(tables)
    assert await passkeys.add(PHONE, most=9)
    return passkeys


async def test_a_passkey_is_found_by_its_id_and_by_its_account(passkeys: Passkeys) -> None:
    laptop = replace(PHONE, id="p0", name="Laptop", transports="")
    assert await passkeys.add(laptop, most=9)
    assert await passkeys.passkey("p1") == PHONE
    assert await passkeys.passkey("p2") is None
    assert await passkeys.of_account("a_jo") == [laptop, PHONE]
    assert await passkeys.of_account("a_al") == []


async def test_PK6_of_eight_uses_at_once_with_one_counter_one_counts(
    passkeys: Passkeys, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(
            Passkeys(nodes[n % 2]).used("p1", before=5, count=6 + n, at=20 + n)
            for n in range(PARALLEL)
        )
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    first = answers.index(True)
    assert await passkeys.passkey("p1") == replace(PHONE, sign_count=6 + first, used_at=20 + first)


@pytest.mark.parametrize("count", [0, 4, 5])
async def test_PK6_a_counter_that_does_not_go_on_is_refused_and_changes_nothing(
    passkeys: Passkeys, count: int
) -> None:
    assert not await passkeys.used("p1", before=5, count=count, at=20)
    assert await passkeys.passkey("p1") == PHONE


@pytest.mark.parametrize("before", [0, 4, 6])
async def test_PK6_a_counter_that_went_on_meanwhile_is_refused(
    passkeys: Passkeys, before: int
) -> None:
    assert not await passkeys.used("p1", before=before, count=7, at=20)
    assert await passkeys.passkey("p1") == PHONE


async def test_PK6_a_device_that_does_not_count_is_let_in_until_it_counts(
    passkeys: Passkeys,
) -> None:
    await passkeys.add(replace(PHONE, id="p2", sign_count=0), most=9)
    assert await passkeys.used("p2", before=0, count=0, at=20)
    assert await passkeys.used("p2", before=0, count=0, at=21)
    assert await passkeys.used("p2", before=0, count=1, at=22)
    assert not await passkeys.used("p2", before=1, count=0, at=23)
    found = await passkeys.passkey("p2")
    assert found is not None
    assert (found.sign_count, found.used_at) == (1, 22)
    assert not await passkeys.used("p3", before=0, count=0, at=24)


async def test_PK7_a_credential_belongs_to_the_first_account_that_brings_it(
    passkeys: Passkeys, nodes: list[Tables]
) -> None:
    assert not await passkeys.add(replace(PHONE, account="a_al"), most=9)
    assert await passkeys.passkey("p1") == PHONE
    answers = await asyncio.gather(
        *(
            Passkeys(nodes[n % 2]).add(
                replace(PHONE, id="p2", account=("a_jo", "a_al")[n % 2], name=str(n)), most=9
            )
            for n in range(PARALLEL)
        )
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    found = await passkeys.passkey("p2")
    assert found is not None
    assert found.name == str(answers.index(True))


async def test_PK7_an_account_has_so_many_and_a_closed_one_gets_none(
    passkeys: Passkeys, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(Passkeys(nodes[n % 2]).add(replace(PHONE, id=f"p_{n}"), most=4) for n in range(PARALLEL))
    )
    assert sum(answers) == 3
    assert len(await passkeys.of_account("a_jo")) == 4
    await Accounts(nodes[0]).close("a_al", at=15, reason="admin")
    assert not await passkeys.add(replace(PHONE, id="p9", account="a_al"), most=9)
    assert not await passkeys.add(replace(PHONE, id="p9", account="a_no"), most=9)


async def test_PK7_only_its_account_removes_it(passkeys: Passkeys) -> None:
    assert not await passkeys.remove("a_al", "p1")
    assert not await passkeys.remove("a_jo", "p2")
    assert await passkeys.remove("a_jo", "p1")
    assert not await passkeys.remove("a_jo", "p1")
    assert await passkeys.passkey("p1") is None
    assert not await passkeys.used("p1", before=5, count=6, at=20)


def test_the_public_key_is_not_in_a_repr() -> None:
    assert "canary" not in repr(replace(PHONE, public_key=b"canary"))
