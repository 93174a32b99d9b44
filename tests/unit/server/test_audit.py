"""The audit trail: nobody waits for it, nothing is lost but what it says, and the order holds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from server import audit
from server.audit import ACTIONS, Auditor, Origin
from storage.audit import AuditRecord
from storage.errors import OutcomeUnknown, StorageUnavailable
from tests.support.http_side import HttpSide
from tests.support.manual_clock import START_MS, ManualClock


class Trail:
    """Keeps records, as long as there is no fault."""

    def __init__(self) -> None:
        self.records: list[AuditRecord] = []
        self.fault: Exception | None = None
        self.poison = ""
        self.appended = asyncio.Event()

    async def append(self, records: Sequence[AuditRecord]) -> None:
        if self.fault is not None:
            raise self.fault
        if any(self.poison and one.object == self.poison for one in records):
            raise ValueError("no database takes it")
        self.records += records
        self.appended.set()

    @property
    def objects(self) -> list[str]:
        return [one.object for one in self.records]


def auditor(trail: Trail, **more: object) -> Auditor:
    return Auditor(trail, ManualClock(), node="n1", **more)  # pyright: ignore[reportArgumentType] - keywords of the constructor


async def test_AU1_records_are_appended_in_their_order_with_who_where_and_when() -> None:
    trail, counted = Trail(), Counter[str]()
    ours = auditor(trail, counted=counted)
    for n in range(450):
        ours.note("login.ok", "a_1", Origin("192.0.2.1", "req"), about=f"{n}", how="password")
    assert trail.records == []
    await ours.flush()
    assert trail.objects == [f"{n}" for n in range(450)]
    assert trail.records[0] == AuditRecord(
        START_MS, "login.ok", "a_1", "192.0.2.1", "n1", "req", "0", {"how": "password"}
    )
    assert counted == {"login.ok": 450}
    assert ours.held == 0


async def test_AU1_two_flushes_at_once_append_each_record_once() -> None:
    trail = Trail()
    ours = auditor(trail)
    for n in range(300):
        ours.note("login.ok", about=f"{n}")
    await asyncio.gather(ours.flush(), ours.flush())
    assert trail.objects == [f"{n}" for n in range(300)]


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), OutcomeUnknown("lost")])
async def test_AU2_a_database_that_is_away_loses_nothing(fault: Exception) -> None:
    trail = Trail()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            trail.fault = None

    ours = auditor(trail, sleep=sleep)
    trail.fault = fault
    async with asyncio.TaskGroup() as group:
        running = group.create_task(ours.run())
        ours.note("login.ok", about="1")
        ours.note("session.ended", about="2")
        await trail.appended.wait()
        running.cancel()
    assert trail.objects == ["1", "2"]
    assert slept == [audit.PAUSE_S] * 3


async def test_AU2_what_waits_is_bounded_and_what_is_lost_is_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(audit, "HELD_MAX", 3)
    trail = Trail()
    ours = auditor(trail)
    for n in range(5):
        ours.note("login.ok", about=f"{n}")
    assert (ours.held, ours.lost) == (3, 2)
    await ours.flush()
    assert trail.objects == ["0", "1", "2"]
    assert ours.lost == 0


async def test_AU3_what_was_noted_last_is_recorded_when_the_node_ends(side: HttpSide) -> None:
    accounts = side.services.accounts
    accounts.audit.note("login.ok", "a_1", about="last")
    await accounts.close()
    found = await accounts.stores.trail.page(limit=9)
    assert [one.object for _, one in found] == ["last"]


async def test_AU3_a_node_ends_also_where_the_database_is_away(side: HttpSide) -> None:
    accounts = side.services.accounts
    accounts.audit.note("login.ok", "a_1")
    side.tables_switch.fault = StorageUnavailable("away")
    await accounts.close()
    assert accounts.audit.held == 1


def test_AU4_an_act_that_is_not_in_the_list_is_a_bug() -> None:
    ours = auditor(Trail())
    with pytest.raises(AssertionError, match="expected one of ACTIONS"):
        ours.note("coffee.made")
    assert all(name and words for name, words in ACTIONS.items())


async def test_AU5_a_record_that_no_database_takes_keeps_no_other_out() -> None:
    trail = Trail()
    ours = auditor(trail)
    trail.poison = "\x00"
    for about in ("1", "\x00", "2"):
        ours.note("login.ok", about=about)
    await ours.flush()
    assert trail.objects == ["1", "2"]
    assert ours.held == 0
