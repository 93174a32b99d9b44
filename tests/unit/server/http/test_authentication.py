"""Bearer tokens and the operator's key: one answer for whatever is wrong with them."""

from __future__ import annotations

import pytest

from tests.support.http_side import OPERATOR_KEY, HttpSide

SAME = {"x-request-id": "the-same-one"}


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", f"Bearer {OPERATOR_KEY}"]
)
async def test_SE_S11_every_bad_credential_gets_the_same_answer(
    side: HttpSide, value: str | None
) -> None:
    headers = SAME if value is None else {**SAME, "authorization": value}
    answer = await side.send("GET", "/me", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthorized", "id": "the-same-one"}
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert side.services.metrics.authentication_failures["http"] == 1


async def test_SE_S11_an_expired_token_gets_the_same_answer(side: HttpSide) -> None:
    _, header = side.person()
    side.clock.advance(13 * 3_600)
    expired = await side.send("GET", "/me", headers={**SAME, **header})
    missing = await side.send("GET", "/me", headers=SAME)
    assert expired.content == missing.content
    assert expired.headers == missing.headers


async def test_the_scheme_is_not_case_sensitive(side: HttpSide) -> None:
    _, header = side.person()
    value = header["authorization"].replace("Bearer", "bEARER")
    answer = await side.send("GET", "/me", headers={"authorization": value})
    assert answer.status_code == 200


async def test_HT40_the_operators_key_opens_the_operators_side_alone(side: HttpSide) -> None:
    assert (await side.send("GET", "/operator/rooms", headers=side.operator)).status_code == 200
    assert (await side.send("GET", "/rooms", headers=side.operator)).status_code == 401


async def test_HT40_a_person_is_no_operator(side: HttpSide) -> None:
    _, header = side.person()
    answer = await side.send("GET", "/operator/rooms", headers=header)
    assert answer.status_code == 401
    assert side.services.metrics.authentication_failures["operator"] == 1


async def test_credentials_are_refused_before_a_body_is_judged(side: HttpSide) -> None:
    answer = await side.send("POST", "/rooms", json={"nonsense": 1})
    assert answer.status_code == 401
