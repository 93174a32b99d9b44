"""What has expired is forgotten, once an hour, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from server.accounts import cleanup
from server.accounts.cleanup import DAY_MS, Cleanup
from server.audit import Origin
from storage.errors import StorageUnavailable
from storage.links import Link
from tests.support.http_side import HttpSide
from tests.support.people import post, signed_in


async def test_MA11_only_what_has_expired_goes(side: HttpSide) -> None:
    account, _ = await side.account()
    accounts, stores = side.services.accounts, side.services.accounts.stores
    opened = await signed_in(side)
    await post(side, "/auth/logout", {"refresh_token": opened["refresh_token"]})
    now = side.clock.now_ms()
    await stores.links.add(Link(b"1" * 32, "reset", "a_x", None, now, now + 1_000))
    accounts.audit.note("login.ok", account.account, Origin("192.0.2.1"))
    await accounts.audit.flush()
    nothing = {"sessions": 0, "links": 0, "receipts": 0, "audit": 0, "changes": 0}
    assert await accounts.cleanup.run_once() == nothing
    side.clock.advance(1)
    assert await accounts.cleanup.run_once() == nothing | {"links": 1}
    side.clock.advance(29 * 86_400)
    # The changes have been told to whoever could hold a token of that time.
    assert await accounts.cleanup.run_once() == nothing | {"changes": 2}
    side.clock.advance(2 * 86_400)
    gone = await accounts.cleanup.run_once()
    assert gone["sessions"] == 1
    assert gone["audit"] == 0
    days = side.services.settings.audit_days
    side.clock.advance(days * 86_400)
    assert (await accounts.cleanup.run_once())["audit"] == 4


async def test_MA11_a_database_that_is_away_is_asked_again_an_hour_later(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    stores = side.services.accounts.stores

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        side.tables_switch.fault = StorageUnavailable("away") if len(slept) == 1 else None
        if len(slept) == 3:
            raise asyncio.CancelledError

    ours = Cleanup(
        sessions=stores.sessions,
        links=stores.links,
        receipts=stores.receipts,
        trail=stores.trail,
        changes=stores.changes,
        clock=side.clock,
        audit_days=1,
        changes_ms=DAY_MS,
        sleep=sleep,
    )
    with pytest.raises(asyncio.CancelledError):
        await ours.run()
    assert slept == [cleanup.EVERY_S] * 3
