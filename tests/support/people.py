"""What people do over HTTP with their accounts, in one line each."""

from __future__ import annotations

from typing import Any

import httpx
from pyotp.totp import TOTP

from tests.support.http_side import PASSWORD, HttpSide

ADA = "ada@example.org"


def bearer(token: str) -> dict[str, str]:
    """The header that speaks for somebody."""
    return {"authorization": f"Bearer {token}"}


async def log_in(
    side: HttpSide, email: str = ADA, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    """Signs in as a program does, with the refresh token in the body."""
    body = {"email": email, "password": password, "refresh": "body"}
    return await side.send("POST", "/auth/login", json=body, **more)


async def signed_in(side: HttpSide, email: str = ADA, **more: Any) -> dict[str, Any]:
    """The answer of a sign-in that succeeds."""
    answer = await log_in(side, email, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refreshed(side: HttpSide, token: str, **more: Any) -> httpx.Response:
    """Shows a refresh token."""
    return await side.send("POST", "/auth/refresh", json={"refresh_token": token}, **more)


async def post(side: HttpSide, path: str, body: Any = None, **more: Any) -> httpx.Response:
    """One POST with a JSON body."""
    return await side.send("POST", path, json={} if body is None else body, **more)


def code_at(side: HttpSide, secret: str, *, steps: int = 0) -> str:
    """What an authenticator shows, so many steps from now."""
    return TOTP(secret).at(side.clock.now_ms() // 1000 + 30 * steps)


async def factor_on(side: HttpSide, header: dict[str, str]) -> tuple[str, list[str]]:
    """Sets up a second factor; returns its secret and the recovery codes. Two steps pass."""
    offered = await post(side, "/account/totp", {"password": PASSWORD}, headers=header)
    secret = offered.json()["secret"]
    done = await post(
        side, "/account/totp/confirm", {"code": code_at(side, secret)}, headers=header
    )
    assert done.status_code == 200, done.text
    side.clock.advance(60)
    return secret, done.json()["recovery_codes"]


async def acts(side: HttpSide) -> list[str]:
    """The names of everything that was recorded, the oldest first."""
    accounts = side.services.accounts
    await accounts.audit.flush()
    return [one.action for _, one in await accounts.stores.trail.page(limit=500, after=0)]
