"""One's second factor over HTTP: its bodies; what is decided is tested beside the core."""

from __future__ import annotations

import pytest

from server.http import second_factor
from tests.support.http_side import PASSWORD, HttpSide
from tests.support.people import factor_on, post


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


@pytest.mark.parametrize(
    "body",
    [
        second_factor.PasswordAgain("secret"),
        second_factor.CodeAgain("secret", "secret"),
        second_factor.TotpOffer("secret", "secret", "secret"),
        second_factor.TotpCode("secret"),
        second_factor.RecoveryCodes(["secret"]),
    ],
)
def test_no_body_shows_its_secrets_in_a_repr(body: object) -> None:
    assert "secret" not in repr(body)
