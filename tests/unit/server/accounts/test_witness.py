"""What is recorded that nobody asks for, and how seldom."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.codes import CloseCode
from server.accounts import witness
from server.accounts.witness import CLOSE_EVERY_S, USE_EVERY_S, Witness
from server.audit import Auditor, Origin
from server.identity import Grant, Identity
from storage.audit import AuditRecord
from tests.support.http_calls import key_of, prepared
from tests.support.http_side import HttpSide
from tests.support.manual_clock import ManualClock

KEY = "K" * 16
PROGRAM = Identity("a_1", "Ada", 2**52, kind="key", grant=Grant(KEY, frozenset(), None))
HOME, AWAY = Origin("203.0.113.1", "req_1"), Origin("203.0.113.2", "req_2")


class Trail:
    def __init__(self) -> None:
        self.records: list[AuditRecord] = []

    async def append(self, records: Any) -> None:
        self.records.extend(records)


class Seen:
    def __init__(self) -> None:
        self.clock, self._trail = ManualClock(), Trail()
        self._audit = Auditor(self._trail, self.clock, node="n1")
        self.witness = Witness(self._audit, self.clock)

    async def records(self) -> list[AuditRecord]:
        await self._audit.flush()
        return self._trail.records


async def test_AD17_a_key_is_recorded_once_an_hour_for_each_address() -> None:
    seen = Seen()
    for origin in (HOME, HOME, AWAY, AWAY):
        seen.witness.came(PROGRAM, origin)
    seen.clock.advance(USE_EVERY_S - 1)
    seen.witness.came(PROGRAM, HOME)
    assert [one.address for one in await seen.records()] == [HOME.address, AWAY.address]
    seen.clock.advance(1)
    seen.witness.came(PROGRAM, HOME)
    first, _, again = await seen.records()
    assert (first.action, first.account, first.object, first.request) == (
        "key.used",
        "a_1",
        KEY,
        "req_1",
    )
    assert again.address == HOME.address


async def test_AD17_people_are_not_recorded_when_they_come() -> None:
    seen = Seen()
    seen.witness.came(Identity("a_1", "Ada", 2**52, kind="account"), HOME)
    assert await seen.records() == []


async def test_AD17_only_closes_for_misuse_are_recorded() -> None:
    seen = Seen()
    for code in CloseCode:
        seen.witness.closed("a_1", "203.0.113.1", code, "why")
    records = await seen.records()
    assert [one.detail["code"] for one in records] == [1008, 4429]
    assert {one.action for one in records} == {"socket.closed"}


async def test_AD17_a_flood_that_comes_back_is_one_record_a_minute_with_its_number() -> None:
    seen = Seen()
    for _ in range(5):
        seen.witness.closed("", "203.0.113.1", CloseCode.FLOOD, "flooding")
    seen.clock.advance(CLOSE_EVERY_S)
    seen.witness.closed("", "203.0.113.1", CloseCode.FLOOD, "flooding")
    assert [(one.account, one.detail["times"]) for one in await seen.records()] == [
        (None, 1),
        (None, 5),
    ]


async def test_AD17_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "REMEMBERED_MAX", 1)
    seen = Seen()
    for origin in (HOME, AWAY, HOME):
        seen.witness.came(PROGRAM, origin)
        seen.witness.closed("a_1", origin.address, CloseCode.POLICY, "bad messages")
    assert len(await seen.records()) == 6


async def test_AD17_a_request_by_a_key_is_in_the_trail_without_the_key(side: HttpSide) -> None:
    call = await prepared("listRooms", side)
    key = await key_of(call, call.mine, "rooms:read")
    by_key = {"authorization": f"Bearer {key.text}"}
    for _ in range(2):
        answer = await side.send("GET", "/rooms", headers=by_key, address="203.0.113.1")
        assert answer.status_code == 200
    accounts = side.services.accounts
    await accounts.audit.flush()
    found = await accounts.stores.trail.page(limit=10, action="key.used")
    assert [(one.object, one.address) for _, one in found] == [(key.id, "203.0.113.1")]
    assert key.text.rpartition("_")[2] not in repr(found)
