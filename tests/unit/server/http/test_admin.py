"""What administrators do with people. Every operation and each of its documented refusals is tried
in test_every_operation.py, by everybody in test_permissions.py; here is what they bring about."""

from __future__ import annotations

from tests.support.http_calls import key_of, prepared
from tests.support.http_side import PASSWORD, HttpSide
from tests.support.people import factor_on


async def test_AD1_who_is_signed_out_everywhere_is_nobody_at_once(side: HttpSide) -> None:
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    ada, header = await side.account()
    ended = await side.send("POST", f"/admin/users/{ada.account}/sessions/end", headers=admin)
    assert ended.json() == {"count": 1}
    assert (await side.send("GET", "/me", headers=header)).status_code == 401


async def test_AD1_a_closed_account_loses_sessions_and_keys_and_cannot_come_back(
    side: HttpSide,
) -> None:
    call = await prepared("adminCloseUser", side)
    ada, header = await side.account("eve@example.org", "Eve")
    key = await key_of(call, ada, "rooms:read")
    call.path["account_id"] = ada.account
    assert (await call.send()).status_code == 204
    for credential in (header, {"authorization": f"Bearer {key.text}"}):
        assert (await side.send("GET", "/rooms", headers=credential)).status_code == 401
    body = {"email": "eve@example.org", "password": PASSWORD}
    again = await side.send("POST", "/auth/login", json=body)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_credentials")


async def test_AD1_whoever_is_no_administrator_any_more_is_none_at_once(side: HttpSide) -> None:
    first, root = await side.account("root@example.org", "Root", site_role="admin")
    second, other = await side.account("two@example.org", "Two", site_role="admin")
    path = f"/admin/users/{first.account}/site-role"
    assert (await side.send("PUT", path, headers=other, json={"role": None})).status_code == 200
    assert (await side.send("GET", "/admin/users", headers=root)).status_code == 404
    own = f"/admin/users/{second.account}/site-role"
    refused = await side.send("PUT", own, headers=other, json={"role": None})
    assert refused.json()["error"] == "own_role", "one administrator is always left"


async def test_AD1_a_lost_second_factor_is_removed_and_every_device_ends(side: HttpSide) -> None:
    call = await prepared("adminRemoveTotp", side)
    account = call.path["account_id"]
    assert (await call.send()).status_code == 204
    found = await side.services.accounts.stores.accounts.account(account)
    assert found is not None
    assert found.totp_secret is None


async def test_AD18_an_administrator_does_not_remove_their_own_factor_here(side: HttpSide) -> None:
    root, admin = await side.account("root@example.org", "Root", site_role="admin")
    await factor_on(side, admin)
    path = f"/admin/users/{root.account}/totp/remove"
    refused = await side.send("POST", path, headers=admin, json={"reason": "slip"})
    assert (refused.status_code, refused.json()["error"]) == (409, "own_role")
    found = await side.services.accounts.stores.accounts.account(root.account)
    assert found is not None
    assert found.totp_secret is not None
    assert (await side.send("GET", "/me", headers=admin)).status_code == 200
