"""Guests over HTTP."""

from __future__ import annotations

import pytest

from tests.support.http_side import HttpSide, http_side


async def test_HT10_a_name_becomes_a_token_that_speaks_for_it(side: HttpSide) -> None:
    answer = await side.send("POST", "/auth/guest", json={"name": "  Ada  "})
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {"token", "account", "name", "expires"}
    assert told["name"] == "Ada"
    assert told["expires"] == side.clock.now_ms() + 12 * 3_600_000
    me = await side.send("GET", "/me", headers={"authorization": f"Bearer {told['token']}"})
    assert me.json() == {key: told[key] for key in ("account", "name", "expires")}


@pytest.mark.parametrize("name", ["", " ", "\u202e", "a\nb", "\u200b", "x" * 65, 5, None])
async def test_HT11_a_name_that_cannot_be_kept_is_refused(side: HttpSide, name: object) -> None:
    answer = await side.send("POST", "/auth/guest", json={"name": name})
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid"
    assert "name" in answer.json()["detail"]


async def test_HT12_a_guest_renews_within_the_same_account(side: HttpSide) -> None:
    identity, header = side.person()
    side.clock.advance(3_600)
    renewed = (await side.send("POST", "/auth/renew", headers=header)).json()
    assert renewed["account"] == identity.account
    assert renewed["expires"] == identity.expires_ms + 3_600_000


async def test_HT12_a_token_that_has_ended_cannot_be_renewed(side: HttpSide) -> None:
    _, header = side.person()
    side.clock.advance(12 * 3_600 + 30)
    answer = await side.send("POST", "/auth/renew", headers=header)
    assert answer.status_code == 401


async def test_HT13_guests_of_one_address_are_limited() -> None:
    async with http_side(guests_per_min=2) as side:
        for _ in range(2):
            answer = await side.send(
                "POST", "/auth/guest", json={"name": "Ada"}, address="10.9.9.9"
            )
            assert answer.status_code == 200
        refused = await side.send("POST", "/auth/guest", json={"name": "Ada"}, address="10.9.9.9")
        assert refused.status_code == 429
        assert refused.headers["ratelimit-policy"] == '"guests";q=2;w=60'
        side.clock.advance(int(refused.headers["retry-after"]))
        again = await side.send("POST", "/auth/guest", json={"name": "Ada"}, address="10.9.9.9")
        assert again.status_code == 200
