"""Where a request's time went, and who is told."""

from __future__ import annotations

import re

import pytest

from server.http import timing
from server.http.timing import STAFF_S, StaffSeen, Timing
from tests.support.http_side import HttpSide

PARTS = re.compile(
    r"auth;dur=\d+\.\d{3}, limits;dur=\d+\.\d{3}, handler;dur=\d+\.\d{3}, total;dur=\d+\.\d{3}"
)


def test_AD14_parts_of_a_request_add_up_to_its_whole() -> None:
    one = Timing(10.0)
    one.limits_s = 0.25
    one.passed_guard(10.5, 11.5)
    assert one.header(14.0) == (
        b"auth;dur=750.000, limits;dur=250.000, handler;dur=2500.000, total;dur=4000.000"
    )


def test_AD14_staff_is_remembered_for_a_while_and_forgotten_at_once() -> None:
    seen = StaffSeen()
    seen.note("a", 0.0, staff=True)
    assert seen.has("a", STAFF_S - 1)
    assert not seen.has("a", STAFF_S)
    assert not seen.has("b", 0.0)
    seen.note("a", 1.0, staff=False)
    assert not seen.has("a", 1.0)


def test_AD14_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "STAFF_MAX", 2)
    seen = StaffSeen()
    for account in ("a", "b", "c"):
        seen.note(account, 0.0, staff=True)
    assert [seen.has(account, 0.0) for account in ("a", "b", "c")] == [False, True, True]


async def test_AD14_staff_and_the_operator_are_told_where_the_time_went_and_nobody_else(
    side: HttpSide,
) -> None:
    _, staff = await side.account("staff@example.org", "Stan", site_role="staff")
    _, ada = await side.account()
    assert "server-timing" not in (await side.send("GET", "/rooms", headers=staff)).headers
    overview = await side.send("GET", "/admin/overview", headers=staff)
    assert PARTS.fullmatch(overview.headers["server-timing"])
    later = await side.send("GET", "/rooms", headers=staff)
    assert PARTS.fullmatch(later.headers["server-timing"])
    for path in ("/admin/overview", "/operator/rooms"):
        answer = await side.send("GET", path, headers=side.operator)
        assert PARTS.fullmatch(answer.headers["server-timing"])
    for path, header in (("/admin/overview", ada), ("/rooms", ada), ("/config.json", {})):
        answer = await side.send("GET", path, headers=header)
        assert "server-timing" not in answer.headers
    guessed = await side.send("GET", "/admin/overview", headers={"authorization": "Bearer x"})
    assert "server-timing" not in guessed.headers


async def test_AD14_whoever_is_no_staff_any_more_is_told_nothing_from_the_refusal_on(
    side: HttpSide,
) -> None:
    stan, header = await side.account("staff@example.org", "Stan", site_role="staff")
    await side.send("GET", "/admin/overview", headers=header)
    await side.services.accounts.stores.accounts.set_site_role(stan.account, None)
    refused = await side.send("GET", "/admin/overview", headers=header)
    assert refused.status_code == 404
    assert "server-timing" not in refused.headers
    assert "server-timing" not in (await side.send("GET", "/rooms", headers=header)).headers


async def test_AD15_a_requests_own_share_is_measured_for_who_was_let_in(side: HttpSide) -> None:
    _, ada = await side.account()
    await side.send("GET", "/me", headers=ada)
    await side.send("GET", "/me")
    assert sum(side.services.metrics.http_guard_s.counts) == 1
