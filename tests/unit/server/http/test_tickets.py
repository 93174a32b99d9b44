"""One-time tickets over HTTP: for whom, for how long, how many."""

from __future__ import annotations

import pytest

from server.accounts import tickets
from server.http.tickets import TicketAnswer
from tests.support.http_side import FOREIGN, ORIGIN, HttpSide
from tests.support.people import post


async def test_SE_S13_a_ticket_is_for_whoever_asks_and_their_origin(side: HttpSide) -> None:
    redeem = side.services.authentication.tickets.redeem
    for identity, header in (side.person(), await side.account()):
        answer = await post(side, "/auth/ticket", headers={**header, "origin": ORIGIN})
        assert answer.status_code == 200
        minted = answer.json()
        assert minted["expires"] == side.clock.now_ms() + 30_000
        found = redeem(minted["ticket"], ORIGIN)
        assert found is not None
        assert found.account == identity.account
        assert redeem(minted["ticket"], ORIGIN) is None
        minted = (await post(side, "/auth/ticket", headers={**header, "origin": ORIGIN})).json()
        assert redeem(minted["ticket"], FOREIGN) is None


async def test_SE_S13_nobody_gets_none(side: HttpSide) -> None:
    refused = await post(side, "/auth/ticket")
    assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized")


async def test_SE_S13_thirty_a_minute_and_a_full_node_is_busy(
    side: HttpSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, header = await side.account()
    for _ in range(30):
        assert (await post(side, "/auth/ticket", headers=header)).status_code == 200
    refused = await post(side, "/auth/ticket", headers=header)
    assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
    monkeypatch.setattr(tickets, "TICKETS_MAX", 0)
    busy = await post(side, "/auth/ticket", headers=side.person("Eve")[1])
    assert (busy.status_code, busy.json()["error"]) == (503, "busy")


def test_a_ticket_is_in_no_repr() -> None:
    assert "secret" not in repr(TicketAnswer("secret", 1))
