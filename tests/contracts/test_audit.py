"""The audit trail, in every database."""

import re
from pathlib import Path

import storage
from storage.audit import AuditRecord, AuditTrail, blank
from storage.tables import Tables

RECORDS = [
    AuditRecord(1, "login.ok", "a_jo", "192.0.2.1", "n1", "r1"),
    AuditRecord(2, "session.ended", "a_jo", "192.0.2.1", "n1", "r2", "s_1", {"n": 1, "x": None}),
    AuditRecord(3, "account.closed", "a_admin", "192.0.2.9", "n2", "r3", "a_jo", {"é": "ü"}),
    AuditRecord(4, "login.ok", "a_admin", "192.0.2.9"),
]


async def test_AS8_records_are_numbered_in_their_order_and_read_in_pages(tables: Tables) -> None:
    trail = AuditTrail(tables)
    await trail.append(RECORDS[:2])
    await trail.append(RECORDS[2:])
    await trail.append([])
    newest = await trail.page(limit=10)
    numbers = [number for number, _ in newest]
    assert [record for _, record in newest] == RECORDS[::-1]
    assert numbers == sorted(numbers, reverse=True)
    assert await trail.page(limit=2) == newest[:2]
    assert await trail.page(limit=9, before=numbers[1]) == newest[2:]
    assert await trail.page(limit=2, after=0) == newest[::-1][:2]
    assert await trail.page(limit=9, after=numbers[1]) == newest[:1]


async def test_AS8_pages_are_of_an_account_an_action_an_object_and_a_time(tables: Tables) -> None:
    trail = AuditTrail(tables)
    await trail.append(RECORDS)

    def times(page: list[tuple[int, AuditRecord]]) -> list[int]:
        return [record.at for _, record in page]

    assert times(await trail.page(limit=9, account="a_jo")) == [3, 2, 1]
    assert times(await trail.page(limit=9, action="login.ok")) == [4, 1]
    assert times(await trail.page(limit=9, object="s_1")) == [2]
    assert times(await trail.page(limit=9, since=2, until=4)) == [3, 2]
    assert times(await trail.page(limit=1, account="a_jo", action="login.ok", after=0)) == [1]
    assert times(await trail.page(limit=9, account="a' OR '1'='1")) == []


async def test_AS12_an_erased_persons_addresses_go_and_nothing_else_changes(
    tables: Tables,
) -> None:
    trail = AuditTrail(tables)
    await trail.append(RECORDS)
    before = await trail.page(limit=9)
    await tables.write(lambda: blank("a_jo"))
    after = await trail.page(limit=9)
    assert after[:2] == before[:2]
    assert [record.address for _, record in after[2:]] == ["", ""]
    assert [record.request for _, record in after] == ["", "r3", "r2", "r1"]


async def test_AS12_records_are_forgotten_only_when_they_are_too_old(tables: Tables) -> None:
    trail = AuditTrail(tables)
    await trail.append(RECORDS)
    assert await trail.cleanup(3) == 2
    assert [record.at for _, record in await trail.page(limit=9)] == [4, 3]


def test_AS12_beside_insert_and_select_addresses_are_blanked_and_old_records_deleted() -> None:
    found: list[str] = []
    for folder in (Path(storage.__file__).parent, Path(storage.__file__).parents[1] / "server"):
        for file in folder.rglob("*.py"):
            found += re.findall(
                r"(?:UPDATE|DELETE FROM|DROP TABLE|TRUNCATE|REPLACE INTO) audit\b[^\"]*",
                file.read_text(),
            )
    assert sorted(found) == [
        "DELETE FROM audit WHERE at < $1 RETURNING number",
        "UPDATE audit SET address = '' WHERE account = $1",
        "UPDATE audit SET address = '' WHERE address <> '' AND account IN",
    ]
