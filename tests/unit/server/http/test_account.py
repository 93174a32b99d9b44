"""One's account over HTTP: bodies and pages of lists; what is decided is tested beside the core."""

from __future__ import annotations

import pytest

from tests.support.http_side import PASSWORD, HttpSide
from tests.support.people import acts, factor_on, post


async def test_activity_is_read_in_pages_from_the_newest(side: HttpSide) -> None:
    _, header = await side.account()
    for n in range(5):
        side.clock.advance(1)
        await side.send("PATCH", "/account", json={"name": f"Ada {n}"}, headers=header)
    await acts(side)
    found: list[int] = []
    cursor = ""
    while True:
        page = await side.send("GET", f"/account/activity?limit=2{cursor}", headers=header)
        found += [one["at"] for one in page.json()["activity"]]
        if page.json()["next"] is None:
            break
        cursor = f"&cursor={page.json()['next']}"
    assert len(found) == 6
    assert found == sorted(found, reverse=True)


async def test_activity_of_somebody_else_is_not_shown(side: HttpSide) -> None:
    _, _ada = await side.account()
    _, eve = await side.account("eve@example.org", "Eve")
    await acts(side)
    page = await side.send("GET", "/account/activity", headers=eve)
    assert [one["action"] for one in page.json()["activity"]] == ["login.ok"]


@pytest.mark.parametrize("missing", ["password", "code"])
async def test_MA5_new_recovery_codes_take_password_and_code_and_nothing_else(
    side: HttpSide, missing: str
) -> None:
    _, header = await side.account()
    _, codes = await factor_on(side, header)
    body = {"password": PASSWORD, "code": "000000"}
    del body[missing]
    refused = await post(side, "/account/recovery-codes", body, headers=header)
    assert refused.status_code == 422
    body = {"password": PASSWORD, "code": "000000", "recovery_code": codes[0]}
    refused = await post(side, "/account/recovery-codes", body, headers=header)
    assert refused.status_code == 422


async def test_a_guest_has_no_account_to_show(side: HttpSide) -> None:
    refused = await side.send("GET", "/account", headers=side.person()[1])
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
