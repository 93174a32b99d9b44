"""Signing in over HTTP: devices, forged tokens, and a database that is away in the middle of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from server.http import sign_in as sign_in_http
from server.tokens import TOKEN_BYTES_MAX
from storage.errors import OutcomeUnknown, StorageError, StorageFailed, StorageUnavailable
from tests.support.http_calls import OPERATION, prepared
from tests.support.http_side import PASSWORD, HttpSide, http_side
from tests.support.people import ADA, bearer, log_in, post, refreshed, signed_in

MINE = [
    name
    for name, (_, path, _) in OPERATION.items()
    if path.startswith(("/auth/", "/account")) and name not in {"becomeGuest", "renewToken"}
]
IN_MEMORY = {"ticket", "beginPasskeySignIn", "requestReset"}
"""What asks no table, or none before its answer."""


class Half:
    """Tables that answer so many questions and then are away."""

    def __init__(self, tables: Any, answers: int, fault: StorageError) -> None:
        self._tables, self._left, self._fault = tables, answers, fault
        self.failed = False

    def __getattr__(self, name: str) -> Any:
        if name in {"read", "write"}:
            if self._left == 0:
                self.failed = True
                raise self._fault
            self._left -= 1
        return getattr(self._tables, name)


@pytest.mark.parametrize("name", MINE)
@pytest.mark.parametrize(
    "fault", [StorageUnavailable("away"), OutcomeUnknown("lost"), StorageFailed("broken")]
)
async def test_SI10_whenever_the_database_goes_away_the_answer_is_503(
    name: str, fault: StorageError
) -> None:
    """Before the first question of an operation, before the second, and so on until it is done."""
    async with http_side() as side:
        for answers in range(20):
            call = await prepared(name, side)
            await side.services.accounts.audit.flush()
            switch = side.tables_switch
            whole = switch._part  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - stood before
            half = switch._part = Half(whole, answers, fault)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as above
            answer = await call.send()
            switch._part = whole  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as it was
            if not half.failed:
                assert answer.status_code < 300, answer.text
                assert answers > 0 or name in IN_MEMORY
                return
            assert answer.status_code == 503, (answers, answer.text)
            assert answer.json()["error"] in {"unavailable", "busy"}
            assert answer.headers["retry-after"] == "1"
        pytest.fail("never done")


async def test_SI10_a_database_that_goes_away_before_any_question_costs_no_session(
    side: HttpSide,
) -> None:
    """The token of before is good also when its grace would have ended: nothing was rotated."""
    await side.account()
    token = (await signed_in(side))["refresh_token"]
    switch = side.tables_switch
    for answers in range(20):
        whole = switch._part  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - stood before
        half = switch._part = Half(whole, answers, StorageUnavailable("away"))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as above
        answer = await refreshed(side, token)
        switch._part = whole  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as it was
        if not half.failed:
            assert answer.status_code == 200
            assert answers > 1, "it was away before the rotation, and before what comes first"
            return
        assert answer.status_code == 503
        side.clock.advance(60)
        answer = await refreshed(side, token)
        assert answer.status_code == 200, answers
        token = answer.json()["refresh_token"]
    pytest.fail("never done")


# --- access tokens --------------------------------------------------------------------------------


def forged(claims: dict[str, Any], header: dict[str, Any], key: Any = "k" * 32) -> str:
    """Signed by somebody else, or not at all."""
    algorithm = header.get("alg", "HS256")
    return jwt.encode(claims, "" if algorithm == "none" else key, algorithm, header)


FORGERIES: dict[str, Callable[[dict[str, Any], dict[str, Any], str], str]] = {
    "no algorithm": lambda claims, header, _: forged(claims, {**header, "alg": "none"}, None),
    "another key": lambda claims, header, _: forged(claims, header),
    "a key id of a path": lambda claims, header, _: forged(claims, {**header, "kid": "../../k"}),
    "a key of its own": lambda claims, header, _: forged(claims, {**header, "jku": "http://x/"}),
    "critical extension": lambda claims, header, _: forged(claims, {**header, "crit": ["exp"]}),
    "another type": lambda claims, header, _: forged(claims, {**header, "typ": "JWT"}),
    "cut": lambda _claims, _header, token: token[:-2],
    "without signature": lambda _claims, _header, token: token.rpartition(".")[0] + ".",
    "oversized": lambda _claims, _header, token: token + "a" * TOKEN_BYTES_MAX,
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_SE_A9_a_forged_access_token_of_an_account_gets_the_one_answer(
    side: HttpSide, name: str
) -> None:
    _, header = await side.account()
    token = header["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    false = FORGERIES[name](claims, jwt.get_unverified_header(token), token)
    answer = await side.send("GET", "/account", headers=bearer(false))
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert (await side.send("GET", "/account", headers=header)).status_code == 200


async def test_SE_A9_an_access_token_of_an_account_ends_after_ten_minutes_and_the_leeway(
    side: HttpSide,
) -> None:
    _, header = await side.account()
    side.clock.advance(629)
    assert (await side.send("GET", "/account", headers=header)).status_code == 200
    side.clock.advance(1)
    assert (await side.send("GET", "/account", headers=header)).status_code == 401


async def test_RF9_an_account_is_not_renewed_by_its_access_token(side: HttpSide) -> None:
    _, header = await side.account()
    answer = await post(side, "/auth/renew", headers=header)
    assert answer.status_code in {401, 404}


# --- devices and bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/19 Safari/605", "Safari on Mac"),
        ("touchline-cli/1.0 (python)", "touchline-cli/1.0"),
        ("", "Program"),
    ],
)
async def test_a_device_is_named_by_what_it_says_of_itself(
    side: HttpSide, agent: str, shown: str
) -> None:
    await side.account()
    opened = await signed_in(side, headers={"user-agent": agent})
    found = await side.send("GET", "/account/sessions", headers=bearer(opened["token"]))
    assert {one["device"] for one in found.json()["sessions"] if one["current"]} == {shown}


async def test_a_device_may_have_a_name_of_its_own(side: HttpSide) -> None:
    await side.account()
    for name, shown in (("Ada's ticker", "Ada's ticker"), ("\u202eevil", "Program")):
        body = {"email": ADA, "password": "correct horse battery staple", "device": name}
        answer = await post(side, "/auth/login", body, headers={"user-agent": ""})
        header = bearer(answer.json()["token"])
        found = await side.send("GET", "/account/sessions", headers=header)
        assert [one["device"] for one in found.json()["sessions"] if one["current"]] == [shown]


@pytest.mark.parametrize("body", [{}, {"code": "1", "recovery_code": "2"}])
async def test_a_second_factor_is_one_of_two(side: HttpSide, body: dict[str, str]) -> None:
    answer = await post(side, "/auth/mfa", {"mfa_token": "x", **body})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


async def test_SI8_renewals_of_an_address_are_limited(side: HttpSide) -> None:
    token = "tlr_" + "0" * 32 + "_" + "0" * 64
    for _ in range(120):
        side.clock.advance(0.1)  # the gate counts too
        assert (await refreshed(side, token, address="10.80.0.1")).status_code == 401
    refused = await refreshed(side, token, address="10.80.0.1")
    assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")


async def test_SE_A16_no_refusal_says_more_than_its_code(side: HttpSide) -> None:
    await side.account()
    for answer in (
        await log_in(side, ADA, "not the right one"),
        await refreshed(side, "tlr_x"),
        await post(side, "/auth/sign-up/confirm", {"token": "tll_nothing", "password": PASSWORD}),
    ):
        assert set(answer.json()) == {"error", "id"}
        assert answer.json()["id"] == answer.headers["x-request-id"]


SECRETIVE = [
    sign_in_http.SignUpRequest("e", "n", "secret"),
    sign_in_http.ConfirmRequest("secret", "secret"),
    sign_in_http.LoginRequest("e", "secret"),
    sign_in_http.FactorRequest("secret", "secret", "secret"),
    sign_in_http.RefreshRequest("secret"),
    sign_in_http.SignedInAnswer("secret", "a", "n", 1, "s", "secret"),
    sign_in_http.LoginAnswer(mfa_token="secret", token="secret", refresh_token="secret"),
    sign_in_http.NewPasswordRequest("secret", "secret"),
    sign_in_http.EmailLinkRequest("secret"),
]


@pytest.mark.parametrize("body", SECRETIVE, ids=lambda body: type(body).__name__)
def test_no_body_shows_its_secrets_in_a_repr(body: object) -> None:
    assert "secret" not in repr(body)
