"""One's account over HTTP: bodies and pages of lists; what is decided is tested beside the core."""

from __future__ import annotations

import pytest

from server.http import account
from tests.support.http_side import HttpSide
from tests.support.people import acts


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


async def test_a_guest_has_no_account_to_show(side: HttpSide) -> None:
    refused = await side.send("GET", "/account", headers=side.person()[1])
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        account.PasswordChange("secret", "secret"),
        account.EmailChange("e", "secret"),
        account.FactorAgain("secret", "secret", "secret"),
    ],
)
def test_no_body_shows_its_secrets_in_a_repr(body: object) -> None:
    assert "secret" not in repr(body)
