"""What administrators do with the site as a whole; see test_admin.py."""

from __future__ import annotations

import json

from server.audit import ACTIONS
from tests.support.http_side import HttpSide


async def test_AD5_a_blocked_account_is_nobody_until_it_is_let_in_again(side: HttpSide) -> None:
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    ada, header = await side.account()
    wanted = {"kind": "account", "value": ada.account, "reason": "noise"}
    made = await side.send("POST", "/admin/blocks", headers=admin, json=wanted)
    assert (await side.send("GET", "/me", headers=header)).status_code == 401
    lifted = await side.send("DELETE", f"/admin/blocks/{made.json()['id']}", headers=admin)
    assert lifted.status_code == 204
    assert (await side.send("GET", "/me", headers=header)).status_code == 200


async def test_AD5_a_block_ends_by_itself(side: HttpSide) -> None:
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    ada, header = await side.account()
    ends = side.clock.now_ms() + 60_000
    wanted = {"kind": "account", "value": ada.account, "reason": "cool down", "ends_at": ends}
    assert (await side.send("POST", "/admin/blocks", headers=admin, json=wanted)).is_success
    assert (await side.send("GET", "/me", headers=header)).status_code == 401
    side.clock.advance(61)
    assert (await side.send("GET", "/me", headers=header)).status_code == 200


async def test_AD4_a_limit_is_shown_and_forgotten(side: HttpSide) -> None:
    limiter = side.services.accounts.limits.limiter
    for _ in range(30):
        await limiter.take(("login", "203.0.113.9"))
    path = "/admin/limits/login?subject=203.0.113.9"
    shown = (await side.send("GET", path, headers=side.operator)).json()
    assert (shown["used"], shown["limit"]) == (30, 30)
    assert shown["retry_after_s"] > 0
    assert (await side.send("DELETE", path, headers=side.operator)).status_code == 204
    assert (await side.send("GET", path, headers=side.operator)).json()["used"] == 0


async def test_AD6_records_are_paged_filtered_and_exported_without_a_secret(side: HttpSide) -> None:
    ada, _ = await side.account()
    audit = side.services.accounts.audit
    for _ in range(5):
        audit.note("login.failed", ada.account)
    await audit.flush()
    seen: list[int] = []
    cursor = ""
    while True:
        path = f"/admin/audit?action=login.failed&limit=2{cursor}"
        page = (await side.send("GET", path, headers=side.operator)).json()
        seen += [record["number"] for record in page["records"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 5
    exported = await side.send("GET", "/admin/audit/export", headers=side.operator)
    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert [line["number"] for line in lines] == sorted(line["number"] for line in lines)


async def test_AD5_nobody_shuts_out_the_address_they_ask_from(side: HttpSide) -> None:
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    for value in ("203.0.113.9", "203.0.113.0/24"):
        refused = await side.send(
            "POST",
            "/admin/blocks",
            headers=admin,
            address="203.0.113.9",
            json={"kind": "address", "value": value, "reason": "slip"},
        )
        assert (refused.status_code, refused.json()["error"]) == (409, "own_address")


async def test_AD7_the_overview_says_who_may_change_something(side: HttpSide) -> None:
    _, staff = await side.account("stan@example.org", "Stan", site_role="staff")
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    for header, may in ((staff, "read"), (admin, "change"), (side.operator, "change")):
        assert (await side.send("GET", "/admin/overview", headers=header)).json()["may"] == may
    wanted = {"kind": "address", "value": "203.0.113.9", "reason": "noise"}
    refused = await side.send("POST", "/admin/blocks", headers=staff, json=wanted)
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")


async def test_AD7_every_act_that_is_recorded_is_listed_in_words(side: HttpSide) -> None:
    listed = await side.send("GET", "/admin/audit/actions", headers=side.operator)
    assert listed.json()["actions"] == dict(ACTIONS)
