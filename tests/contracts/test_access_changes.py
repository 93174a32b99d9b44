"""What every node must hear of, in every database."""

import pytest

from storage.access_changes import FOR_GOOD, AccessChange, AccessChanges, changed
from storage.accounts import Account, Accounts
from storage.postgres_connection import PostgresOptions, connect, let_go
from storage.tables import Asking, Tables
from storage.tables_postgres import PostgresTables


async def test_AS9_changes_are_read_in_their_order_and_the_latest_again(
    nodes: list[Tables],
) -> None:
    for at, subject in ((10, "s_1"), (20, "s_2"), (30, "s_3")):
        await nodes[0].write(
            lambda subject=subject, at=at: changed("session", subject, "ended", at)
        )
    changes = AccessChanges(nodes[1])
    all_ = await changes.since(0, 2**62)
    assert [(row.kind, row.subject, row.detail, row.at) for row in all_] == [
        ("session", "s_1", "ended", 10),
        ("session", "s_2", "ended", 20),
        ("session", "s_3", "ended", 30),
    ]
    assert await changes.since(all_[1].number, 2**62) == all_[2:]
    assert await changes.since(all_[2].number, 20) == all_[1:]
    assert await changes.since(all_[2].number, 31) == []
    assert await changes.cleanup(20) == 1
    assert await changes.since(0, 0) == all_[1:]


async def test_AS9_what_was_undone_was_never_told(tables: Tables) -> None:
    def work() -> Asking[None]:
        yield from changed("account", "a_jo", "closed", 1)
        raise KeyError("no")

    with pytest.raises(KeyError):
        await tables.write(work)
    assert await AccessChanges(tables).since(0, 0) == []


@pytest.mark.postgres
async def test_AS10_a_change_that_comes_to_light_late_is_in_the_overlap(
    postgres_url: str,
) -> None:
    """Two transactions draw their numbers in one order and commit in the other."""
    tables = await PostgresTables.open(postgres_url)
    slow = await connect(postgres_url, PostgresOptions())
    await slow.execute("BEGIN")
    ((low,),) = await slow.fetch(
        "INSERT INTO access_change (kind, subject, detail, at)"
        " VALUES ('session', 's_slow', 'ended', 10) RETURNING number"
    )
    await tables.write(lambda: changed("session", "s_fast", "ended", 11))
    changes = AccessChanges(tables)
    (seen,) = await changes.since(0, 2**62)
    assert seen.number > low
    await slow.execute("COMMIT")
    assert await changes.since(seen.number, 2**62) == []
    assert await changes.since(seen.number, 10) == [
        AccessChange(low, "session", "s_slow", "ended", 10), seen,
    ]  # fmt: skip
    await let_go(slow)
    await tables.close()


@pytest.mark.parametrize("how", ["closed", "erased"])
async def test_IS10_accounts_of_issuers_that_were_closed_are_told_as_that_and_kept(
    tables: Tables, how: str
) -> None:
    accounts, changes = Accounts(tables), AccessChanges(tables)
    for id_, origin in (("a_kim", "https://club.example"), ("a_jo", "password")):
        assert await accounts.create(Account(id_, "Somebody", 1, origin=origin))
    assert await changes.closed_for_good() == []
    for id_ in ("a_kim", "a_jo"):
        if how == "erased":
            assert await accounts.erase(id_, at=2)
        else:
            assert await accounts.close(id_, at=2, reason="closed")
    assert await changes.closed_for_good() == ["a_kim"]
    told = {row.subject: row.detail for row in await changes.since(0, 0) if row.at == 2}
    assert told == {"a_kim": FOR_GOOD, "a_jo": "deleted" if how == "erased" else "closed"}
