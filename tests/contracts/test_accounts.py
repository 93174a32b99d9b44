"""What is remembered of people, in every database."""

import asyncio

import pytest

from storage.access_changes import AccessChanges
from storage.accounts import Account, Accounts
from storage.api_keys import ApiKeys
from storage.audit import AuditRecord, AuditTrail
from storage.links import Link, Links
from storage.sessions import Session, Sessions
from storage.tables import Asking, Tables

PARALLEL = 8
JO = Account("a_jo", "Jo", 1, email="jo@x.example", password_hash="$argon2id$old")


def session_of(account: str, id_: str, used_at: int = 1) -> Session:
    return Session(
        id=id_, account=account, family=f"family-{id_}", current=b"current", created_at=used_at,
        used_at=used_at, expires_at=10_000, device="Firefox", address="192.0.2.7",
    )  # fmt: skip


@pytest.fixture
async def accounts(tables: Tables) -> Accounts:
    accounts = Accounts(tables)
    assert await accounts.create(JO)
    return accounts


async def told(tables: Tables) -> list[tuple[str, str, str]]:
    """The access changes, without those of new accounts."""
    rows = await AccessChanges(tables).since(0, 0)
    return [(row.kind, row.subject, row.detail) for row in rows if row.detail != "claimed"]


async def everything(tables: Tables, values: list[str]) -> str:
    """All rows of the tables that people are in, as text."""

    def work() -> Asking[str]:
        found = ""
        for table in values:
            found += repr((yield f"SELECT * FROM {table}", ()))  # noqa: S608 - names of tables that stand in the test
        return found

    return await tables.read(work)


# ---------------------------------------------------------------- there


async def test_an_account_is_found_by_its_id_and_by_its_address(accounts: Accounts) -> None:
    assert await accounts.account("a_jo") == JO
    assert await accounts.by_email("jo@x.example") == JO
    assert await accounts.account("a_no") is None
    assert await accounts.by_email("no@x.example") is None


async def test_AS1_neither_id_nor_address_is_given_twice(
    accounts: Accounts, tables: Tables
) -> None:
    before = await AccessChanges(tables).since(0, 0)
    assert not await accounts.create(Account("a_jo", "Other", 2))
    assert not await accounts.create(Account("a_other", "Other", 2, email="jo@x.example"))
    assert await accounts.account("a_other") is None
    assert await accounts.account("a_jo") == JO
    assert await AccessChanges(tables).since(0, 0) == before
    assert [change.detail for change in before] == ["claimed"]


async def test_AS1_of_many_that_verify_an_address_at_once_one_gets_it(nodes: list[Tables]) -> None:
    answers = await asyncio.gather(
        *(
            Accounts(nodes[n % 2]).create(Account(f"a_{n}", "N", 1, email="new@x.example"))
            for n in range(PARALLEL)
        )
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    found = await Accounts(nodes[0]).by_email("new@x.example")
    assert found is not None
    assert found.id == f"a_{answers.index(True)}"


async def test_AS1_of_many_that_change_to_an_address_at_once_one_gets_it(
    nodes: list[Tables],
) -> None:
    for n in range(PARALLEL):
        assert await Accounts(nodes[0]).create(Account(f"a_{n}", "N", 1))
    answers = await asyncio.gather(
        *(Accounts(nodes[n % 2]).set_email(f"a_{n}", "new@x.example") for n in range(PARALLEL))
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    again = answers.index(True)
    assert await Accounts(nodes[1]).set_email(f"a_{again}", "new@x.example")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["a_1", "a_2", "a_3", "b_4"]),
        ("ann", ["a_1", "a_2"]),
        ("ÄRA", ["a_3"]),
        ("strasse", ["b_4"]),
        ("A_", ["a_1", "a_2", "a_3"]),
        ("x.example", ["a_1", "a_2"]),
        ("%", ["a_3"]),
        ("_%", []),
        ("\\", ["b_4"]),
        ("_1", []),
    ],
)
async def test_AS14_a_search_finds_parts_of_names_and_addresses_and_beginnings_of_ids(
    tables: Tables, text: str, found: list[str]
) -> None:
    accounts = Accounts(tables)
    for account in (
        Account("a_1", "ANNA", 1, email="one@x.example"),
        Account("a_2", "Ben", 1, email="joanna@x.example"),
        Account("a_3", "100% Sära", 1),
        Account("b_4", "Back\\slash von der Straße", 1),
    ):
        await accounts.create(account)
    assert [one.id for one in await accounts.search(text, limit=10)] == found
    pages = [
        one.id
        for after in ["", *found]
        for one in await accounts.search(text, limit=1, after=after or None)
    ]
    assert pages == found


async def test_AS14_a_search_knows_the_name_that_one_has_now(accounts: Accounts) -> None:
    assert await accounts.rename("a_jo", "ÉMILE", at=2)
    assert [one.name for one in await accounts.search("émi", limit=5)] == ["ÉMILE"]
    assert await accounts.search("Jo", limit=5, after="a_jo") == []


async def test_counts_are_of_what_holds(accounts: Accounts, tables: Tables) -> None:
    await accounts.create(Account("a_gone", "Gone", 1))
    await accounts.close("a_gone", at=2, reason="closed")
    await Sessions(tables).add(session_of("a_jo", "s_1"), limit=5)
    counts = await accounts.counts(9_999)
    assert (counts["accounts"], counts["closed"], counts["sessions"]) == (1, 1, 1)
    assert (await accounts.counts(10_000))["sessions"] == 0


# ---------------------------------------------------------------- changed


async def test_AS6_a_new_password_ends_all_sessions_but_the_given_one_and_tells_it(
    accounts: Accounts, tables: Tables
) -> None:
    sessions = Sessions(tables)
    for id_ in ("s_1", "s_2", "s_3"):
        await sessions.add(session_of("a_jo", id_), limit=5)
    ended = await accounts.set_password("a_jo", "$argon2id$new", keep="s_2", at=7)
    assert ended == ["s_1", "s_3"]
    assert [one.id for one in await sessions.of_account("a_jo")] == ["s_2"]
    assert await told(tables) == [("session", "s_1", "password"), ("session", "s_3", "password")]
    found = await accounts.account("a_jo")
    assert found is not None
    assert (found.password_hash, found.password_changed_at) == ("$argon2id$new", 7)
    assert await accounts.set_password("a_no", "$argon2id$new", keep=None, at=7) is None


async def test_a_hash_is_only_renewed_where_the_password_is_the_same(accounts: Accounts) -> None:
    assert await accounts.rehash("a_jo", "$argon2id$old", "$argon2id$stronger")
    assert not await accounts.rehash("a_jo", "$argon2id$old", "$argon2id$late")
    found = await accounts.account("a_jo")
    assert found is not None
    assert found.password_hash == "$argon2id$stronger"
    assert found.password_changed_at is None


async def test_AS7_closing_ends_sessions_and_keys_at_once_and_nothing_new_begins(
    accounts: Accounts, tables: Tables
) -> None:
    sessions, keys = Sessions(tables), ApiKeys(tables)
    await sessions.add(session_of("a_jo", "s_1"), limit=5)
    await add_key(tables, "key1", "a_jo")
    assert await accounts.close("a_jo", at=7, reason="closed")
    assert not await accounts.close("a_jo", at=8, reason="again")
    assert await told(tables) == [
        ("session", "s_1", "closed"), ("key", "key1", "revoked"), ("account", "a_jo", "closed"),
    ]  # fmt: skip
    assert await sessions.of_account("a_jo") == []
    key = await keys.key("key1")
    assert key is not None
    assert (key.revoked_at, key.revoke_reason) == (7, "closed")
    assert await sessions.add(session_of("a_jo", "s_2"), limit=5) is None
    assert await accounts.set_password("a_jo", "x", keep=None, at=9) is None
    assert not await accounts.set_email("a_jo", "other@x.example")
    assert not await accounts.rename("a_jo", "Other", at=9)
    assert not await accounts.set_site_role("a_jo", "admin")
    assert not await accounts.accept_step("a_jo", 9)
    assert not await accounts.begin_totp("a_jo", b"sealed")


async def test_AS7_of_a_session_and_a_closing_at_once_no_session_is_left_open(
    nodes: list[Tables],
) -> None:
    for n in range(PARALLEL):
        await Accounts(nodes[0]).create(Account(f"a_{n}", "N", 1))
    await asyncio.gather(
        *(Sessions(nodes[0]).add(session_of(f"a_{n}", f"s_{n}"), limit=5) for n in range(PARALLEL)),
        *(Accounts(nodes[1]).close(f"a_{n}", at=7, reason="closed") for n in range(PARALLEL)),
    )
    for n in range(PARALLEL):
        assert await Sessions(nodes[0]).of_account(f"a_{n}") == []


async def add_key(tables: Tables, id_: str, account: str) -> None:
    def work() -> Asking[None]:
        yield (
            "INSERT INTO api_key (id, account, name, digest, sealed_secret, scopes, created_at)"
            " VALUES ($1, $2, 'Canary key', $3, $4, '[]', 1)",
            (id_, account, b"digest", b"canary-sealed"),
        )

    await tables.write(work)


async def test_AS15_an_erased_account_leaves_a_row_and_records_without_anything_personal(
    accounts: Accounts, tables: Tables
) -> None:
    canary = Account("a_c", "Canary", 1, email="canary@x.example", password_hash="canary-hash")
    await accounts.create(canary)
    await accounts.set_site_role("a_c", "staff")
    await accounts.begin_totp("a_c", b"canary-totp")
    await accounts.confirm_totp(
        "a_c", b"canary-totp", step=4, at=2, recovery_digests=[b"canary-code"]
    )
    await accounts.begin_totp("a_jo", b"sealed")
    session = session_of("a_c", "s_c")
    await Sessions(tables).add(session, limit=5)
    await add_key(tables, "key1", "a_c")
    links = Links(tables)
    await links.add(Link(b"canary-1", "reset", "a_c", None, 1, 99))
    await links.add(Link(b"canary-2", "sign_up", "canary@x.example", None, 1, 99))
    trail = AuditTrail(tables)
    await trail.append(
        [
            AuditRecord(1, "login.ok", "a_c", "198.51.100.9"),
            AuditRecord(2, "login.ok", "a_jo", "192.0.2.1"),
        ]
    )
    assert await accounts.erase("a_c", at=7)
    left = await everything(
        tables,
        ["account", "session", "recovery_code", "link", "api_key", "audit", "passkey",
         "team_member", "team_invitation", "receipt"],
    )  # fmt: skip
    assert "anary" not in left
    assert session.family not in left
    assert "198.51.100.9" not in left
    assert await accounts.account("a_c") == Account(
        "a_c", "", 1, closed_at=7, close_reason="deleted", totp_step=4
    )
    assert [(row.account, row.address) for _, row in await trail.page(limit=9)] == [
        ("a_jo", "192.0.2.1"), ("a_c", ""),
    ]  # fmt: skip
    assert await told(tables) == [
        ("session", "s_c", "deleted"), ("key", "key1", "revoked"), ("account", "a_c", "deleted"),
    ]  # fmt: skip
    assert not await accounts.create(Account("a_c", "Somebody else", 9)), "the id stays taken"
    assert await accounts.create(Account("a_d", "Canary again", 9, email="canary@x.example"))


async def test_AS15_an_account_closed_before_is_erased_too_and_one_that_never_was_is_not(
    accounts: Accounts,
) -> None:
    await accounts.close("a_jo", at=7, reason="closed")
    assert await accounts.erase("a_jo", at=8)
    assert await accounts.account("a_jo") == Account(
        "a_jo", "", 1, closed_at=7, close_reason="closed"
    )
    assert not await accounts.erase("a_no", at=8)


async def test_AS19_the_address_of_a_closed_account_goes_to_whoever_verifies_it(
    accounts: Accounts,
) -> None:
    assert await accounts.close("a_jo", at=7, reason="closed")
    there = await accounts.by_email("jo@x.example")
    assert there is not None
    assert there.id == "a_jo"
    # what is refused takes it from nobody
    assert not await accounts.create(Account("a_jo", "Other", 8, email="jo@x.example"))
    assert not await accounts.set_email("a_no", "jo@x.example")
    assert await accounts.by_email("jo@x.example") == there
    assert await accounts.create(Account("a_new", "New", 8, email="jo@x.example"))
    found = await accounts.by_email("jo@x.example")
    assert found is not None
    assert found.id == "a_new"
    before = await accounts.account("a_jo")
    assert before is not None
    assert before.email is None


async def test_AS19_an_account_may_change_to_the_address_of_a_closed_one(
    accounts: Accounts,
) -> None:
    assert await accounts.create(Account("a_kim", "Kim", 1, email="kim@x.example"))
    assert not await accounts.set_email("a_kim", "jo@x.example")
    assert await accounts.close("a_jo", at=7, reason="closed")
    assert await accounts.set_email("a_kim", "jo@x.example")
    found = await accounts.by_email("jo@x.example")
    assert found is not None
    assert found.id == "a_kim"


# ---------------------------------------------------------------- second factor


async def test_a_second_factor_is_on_once_the_offered_one_is_confirmed(accounts: Accounts) -> None:
    assert await accounts.begin_totp("a_jo", b"first")
    assert await accounts.begin_totp("a_jo", b"second")
    assert not await accounts.confirm_totp("a_jo", b"first", step=5, at=9, recovery_digests=[])
    assert await accounts.confirm_totp("a_jo", b"second", step=5, at=9, recovery_digests=[b"1"])
    assert not await accounts.begin_totp("a_jo", b"third")
    found = await accounts.account("a_jo")
    assert found is not None
    assert (found.totp_secret, found.totp_since, found.totp_step) == (b"second", 9, 5)
    assert found.totp_pending is None
    assert await accounts.recovery_codes_left("a_jo") == 1
    assert await accounts.sealed_values() == [b"second"]
    assert not await accounts.accept_step("a_jo", 5)
    assert await accounts.remove_totp("a_jo")
    assert not await accounts.remove_totp("a_jo")
    assert await accounts.recovery_codes_left("a_jo") == 0
    assert not await accounts.accept_step("a_jo", 5), "a step stays used"


async def test_AS4_of_many_uses_of_one_step_at_once_one_is_accepted(
    accounts: Accounts, nodes: list[Tables]
) -> None:
    answers = await asyncio.gather(
        *(Accounts(nodes[n % 2]).accept_step("a_jo", 41) for n in range(PARALLEL))
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    assert not await accounts.accept_step("a_jo", 40)
    assert await accounts.accept_step("a_jo", 42)


async def test_AS5_of_many_uses_of_one_recovery_code_at_once_one_is_good(
    accounts: Accounts, nodes: list[Tables]
) -> None:
    await accounts.set_recovery_codes("a_jo", [b"1", b"2"])
    assert not await accounts.use_recovery_code("a_other", b"1")
    answers = await asyncio.gather(
        *(Accounts(nodes[n % 2]).use_recovery_code("a_jo", b"1") for n in range(PARALLEL))
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    assert await accounts.recovery_codes_left("a_jo") == 1
    await accounts.set_recovery_codes("a_jo", [b"3"])
    assert not await accounts.use_recovery_code("a_jo", b"2")


def test_what_is_secret_is_not_in_a_repr() -> None:
    account = Account(
        "a_1", "N", 1, password_hash="canary", totp_secret=b"canary", totp_pending=b"canary"
    )
    assert "canary" not in repr(account)


def link_of(digest: bytes, purpose: str, subject: str) -> Link:
    by = "" if purpose == "site_invitation" else None
    return Link(digest, purpose, subject, None, 1, 100, by)  # pyright: ignore[reportArgumentType] - a purpose


NEW = Account("a_new", "New", 5, email="new@x.example", password_hash="h", password_changed_at=5)


async def test_AS17_an_account_its_link_and_its_invitation_are_one_step(tables: Tables) -> None:
    accounts, links = Accounts(tables), Links(tables)
    for digest, purpose in ((b"1", "sign_up"), (b"2", "sign_up"), (b"3", "site_invitation")):
        await links.add(link_of(digest, purpose, "new@x.example"))
    assert not await accounts.create_by_link(NEW, b"1", b"other", at=5)
    assert not await accounts.create_by_link(NEW, b"3", None, at=5)
    assert not await accounts.create_by_link(NEW, b"1", b"3", at=100)
    assert await accounts.account("a_new") is None
    assert await links.peek(b"1", "sign_up", at=5) is not None
    done = await asyncio.gather(
        *(accounts.create_by_link(NEW, one, b"3", at=5) for one in (b"1", b"2"))
    )
    assert sorted(done) == [False, True]
    assert await links.peek(b"1", "sign_up", at=5) is None
    assert await links.peek(b"2", "sign_up", at=5) is None
    assert await links.peek(b"3", "site_invitation", at=5) is None
    assert await accounts.account("a_new") == NEW


async def test_AS17_another_password_or_address_voids_the_links_to_both(
    tables: Tables, accounts: Accounts
) -> None:
    links = Links(tables)
    for change in ("password", "address"):
        await links.add(link_of(b"1", "reset", "a_jo"))
        await links.add(link_of(b"2", "verify_email", "a_jo"))
        await links.add(link_of(b"3", "reset", "a_other"))
        if change == "password":
            assert await accounts.set_password("a_jo", "new", keep=None, at=7) == []
        else:
            assert await accounts.set_email("a_jo", "jo@y.example")
        assert await links.peek(b"1", "reset", at=7) is None
        assert await links.peek(b"2", "verify_email", at=7) is None
        assert await links.use(b"3", "reset", at=7) is not None


async def test_AS18_a_session_is_added_for_the_password_that_was_proved(
    tables: Tables, accounts: Accounts
) -> None:
    sessions = Sessions(tables)
    assert await sessions.add(session_of("a_jo", "s_1"), limit=9, proved_at=-1) == []
    for expected in (7, 8):
        await accounts.set_password("a_jo", "new", keep=None, at=7)
        found = await accounts.account("a_jo")
        assert found is not None
        assert found.password_changed_at == expected
    for wrong in (-1, 7, 9):
        added = await sessions.add(session_of("a_jo", "s_2"), limit=9, proved_at=wrong)
        assert added is None
    assert await sessions.add(session_of("a_jo", "s_2"), limit=9, proved_at=8) == []


async def test_AS12_addresses_that_came_after_the_end_are_blanked(
    tables: Tables, accounts: Accounts
) -> None:
    trail = AuditTrail(tables)
    assert await accounts.erase("a_jo", at=5)
    await trail.append([AuditRecord(6, "login.ok", who, "192.0.2.7") for who in ("a_jo", "a_else")])
    assert await trail.blank_erased() == 1
    kept = [(one.account, one.address) for _, one in await trail.page(limit=9)]
    assert kept == [("a_else", "192.0.2.7"), ("a_jo", "")]
    assert await trail.blank_erased() == 0
