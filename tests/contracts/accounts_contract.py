"""What every keeper of accounts must do: each implementation brings the fixture `accounts`."""

from __future__ import annotations

import asyncio

from storage.accounts import (
    GRACE_MS,
    Account,
    Accounts,
    AuditRecord,
    Grace,
    Link,
    Reused,
    Rotated,
    Rotation,
    Session,
    UnknownFamily,
)

ANNA = Account("a_anna", "Anna", 1, email="anna@example.org", email_verified_at=1)


async def signed_in(accounts: Accounts, *ids: str) -> None:
    assert await accounts.create(ANNA)
    for id_ in ids:
        assert await accounts.add_session(Session(id_, ANNA.id, 1, 1, b"one"))


async def rotate(accounts: Accounts, old: bytes, new: bytes, at: int) -> Rotation:
    return await accounts.rotate("f", old, successor=new, sealed=b"sealed " + new, at=at)


class AccountsContract:
    """Fixture: `accounts`, empty."""

    async def test_AS1_a_verified_email_is_taken_once(self, accounts: Accounts) -> None:
        other = Account("a_b", "B", 1, email=ANNA.email, email_verified_at=2)
        assert sorted(await asyncio.gather(accounts.create(ANNA), accounts.create(other))) == [
            False,
            True,
        ]
        assert await accounts.create(Account("a_c", "C", 1, email=ANNA.email))
        found = await accounts.by_email("anna@example.org")
        assert found is not None
        assert found == await accounts.account(found.id)
        assert await accounts.by_email("nobody@example.org") is None

    async def test_AS2_parallel_rotations_give_one_successor(self, accounts: Accounts) -> None:
        await signed_in(accounts, "f")
        results = await asyncio.gather(
            rotate(accounts, b"one", b"two", 5), rotate(accounts, b"one", b"TWO", 5)
        )
        (session,) = await accounts.sessions(ANNA.id)
        assert Rotated() in results
        assert Grace(b"sealed " + session.current) in results

    async def test_AS3_an_old_token_ends_the_family(self, accounts: Accounts) -> None:
        await signed_in(accounts, "f")
        assert await rotate(accounts, b"one", b"two", 5) == Rotated()
        last = 5 + GRACE_MS
        assert await rotate(accounts, b"one", b"x", last) == Grace(b"sealed two")
        assert await rotate(accounts, b"one", b"x", last + 1) == Reused()
        assert await rotate(accounts, b"two", b"x", last + 1) == UnknownFamily()
        assert await accounts.sessions(ANNA.id) == []

    async def test_AS4_a_step_is_accepted_once(self, accounts: Accounts) -> None:
        await signed_in(accounts)
        twice = await asyncio.gather(*(accounts.accept_step(ANNA.id, 7) for _ in range(2)))
        assert sorted(twice) == [False, True]
        assert not await accounts.accept_step(ANNA.id, 6)
        assert await accounts.accept_step(ANNA.id, 8)

    async def test_AS5_codes_and_links_are_good_once(self, accounts: Accounts) -> None:
        await signed_in(accounts)
        await accounts.set_recovery_codes(ANNA.id, [b"c"])
        twice = await asyncio.gather(*(accounts.use_recovery_code(ANNA.id, b"c") for _ in "ab"))
        assert sorted(twice) == [False, True]
        link = Link(b"d", "reset", ANNA.id, 10)
        await accounts.add_link(link)
        assert await accounts.use_link(b"d", "verify", at=5) is None
        assert await accounts.use_link(b"d", "reset", at=10) is None
        assert await accounts.use_link(b"d", "reset", at=9) == link
        assert await accounts.use_link(b"d", "reset", at=9) is None

    async def test_AS6_a_new_password_ends_all_other_sessions(self, accounts: Accounts) -> None:
        await signed_in(accounts, "f", "g", "h")
        assert await accounts.end_session("h", reason="logout", at=2)
        assert not await accounts.end_session("h", reason="logout", at=2)
        assert await accounts.change_password(ANNA.id, "hash", keep="g", at=3)
        assert [s.id for s in await accounts.sessions(ANNA.id)] == ["g"]
        assert await accounts.end_sessions(ANNA.id, keep=None, reason="all", at=4) == 1

    async def test_AS7_a_closed_account_has_and_gets_no_sessions(self, accounts: Accounts) -> None:
        await signed_in(accounts, "f")
        assert await accounts.close_account(ANNA.id, at=3)
        assert await accounts.sessions(ANNA.id) == []
        assert not await accounts.add_session(Session("g", ANNA.id, 4, 4, b"x"))
        assert not await accounts.change_password(ANNA.id, "hash", keep=None, at=4)
        assert not await accounts.close_account("a_nobody", at=3)

    async def test_AS8_audit_is_appended_and_read_in_pages(self, accounts: Accounts) -> None:
        detail: dict[str, str | int | bool | None] = {"tries": 1}
        first = AuditRecord(1, "login", "a_1", detail={"tries": 1})
        await accounts.append_audit(AuditRecord(1, "login", "a_1", detail=detail))
        detail["tries"] = 2
        second, third = AuditRecord(1, "login", "a_2"), AuditRecord(2, "logout", "a_1")
        await accounts.append_audit(second)
        await accounts.append_audit(third)
        assert await accounts.audit(limit=2) == [(1, first), (2, second)]
        assert await accounts.audit(limit=2, after=2) == [(3, third)]
        assert await accounts.audit(limit=9, account="a_1") == [(1, first), (3, third)]
