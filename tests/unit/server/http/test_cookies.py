"""The cookie of a browser's refresh token: its flags, and what must not hide or steal it."""

from __future__ import annotations

import httpx
import pytest

from tests.support.http_side import FOREIGN, ORIGIN, PASSWORD, HttpSide, http_side
from tests.support.people import ADA, post

DAYS_30 = 30 * 86_400


async def log_in_by_page(side: HttpSide, host: str = "localhost:8700", **more: str) -> str:
    """Signs in as a page does; returns the cookie's header."""
    body = {"email": ADA, "password": PASSWORD}
    headers = {"origin": f"http://{host}", **more}
    answer = await post(side, "/auth/login", body, host=host, headers=headers)
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    return answer.headers["set-cookie"]


async def refresh(
    side: HttpSide, cookie: str, *, host: str = "localhost:8700", origin: str | None = ORIGIN
) -> httpx.Response:
    headers = {"cookie": cookie} | ({} if origin is None else {"origin": origin})
    return await post(side, "/auth/refresh", host=host, headers=headers)


async def test_HC1_the_cookie_is_out_of_reach_of_scripts_and_replaced_by_each_refresh(
    side: HttpSide,
) -> None:
    await side.account()
    name, _, rest = (await log_in_by_page(side)).partition("=")
    value, *flags = rest.split("; ")
    assert value.startswith("tlr_")
    assert flags == ["Path=/", "HttpOnly", "SameSite=Strict", f"Max-Age={DAYS_30}"]
    answer = await refresh(side, f"{name}={value}")
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith(f"{name}=tlr_")
    assert value not in answer.headers["set-cookie"]
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize("host", ["localhost:8700", "127.0.0.1:8700", "[::1]:8700"])
async def test_HC2_on_plain_http_of_this_machine_every_browser_keeps_it(
    side: HttpSide, host: str
) -> None:
    await side.account()
    cookie = await log_in_by_page(side, host)
    assert cookie.startswith("touchline=tlr_")
    assert "Secure" not in cookie
    pair = cookie.partition(";")[0]
    assert (await refresh(side, pair, host=host, origin=f"http://{host}")).status_code == 200


async def test_HC1_behind_tls_it_is_bound_to_the_host() -> None:
    async with http_side(trusted_proxies="10.0.0.9", allowed_hosts="club.example") as side:
        await side.account()
        body = {"email": ADA, "password": PASSWORD}
        answer = await post(
            side,
            "/auth/login",
            body,
            host="club.example",
            address="10.0.0.9",
            headers={"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5"},
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["set-cookie"].startswith("__Host-touchline=")
        assert "; Secure;" in answer.headers["set-cookie"]


async def test_HC2_on_plain_http_elsewhere_it_is_kept_all_the_same(side: HttpSide) -> None:
    await side.account()
    host = "192.168.1.5:8700"
    cookie = await log_in_by_page(side, host)
    assert cookie.startswith("touchline=tlr_")
    assert "Secure" not in cookie
    assert "HttpOnly; SameSite=Strict" in cookie
    pair = cookie.partition(";")[0]
    assert (await refresh(side, pair, host=host, origin=f"http://{host}")).status_code == 200
    # A name that only TLS has counts for nothing where the other one is kept.
    other = f"__Host-{pair}"
    assert (await refresh(side, other, host=host, origin=f"http://{host}")).status_code == 401


@pytest.mark.parametrize("origin", [None, FOREIGN, "null"])
@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
async def test_HC3_a_request_that_does_not_come_from_our_pages_may_not_bring_it(
    side: HttpSide, path: str, origin: str | None
) -> None:
    await side.account()
    pair = (await log_in_by_page(side)).partition(";")[0]
    headers = {"cookie": pair} | ({} if origin is None else {"origin": origin})
    refused = await post(side, path, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (403, "foreign_origin")
    assert (await refresh(side, pair)).status_code == 200


@pytest.mark.parametrize(
    "others",
    ['x={"a":1,"b":[2]}; ', "a b c; ", 'q="un closed; ', "=; ; ", "x=é; ", "__Host-touchlin=1; "],
)
async def test_HC4_what_other_programs_have_set_does_not_hide_it(
    side: HttpSide, others: str
) -> None:
    await side.account()
    pair = (await log_in_by_page(side)).partition(";")[0]
    cookie = (others + pair).encode("latin-1")
    headers = [(b"cookie", cookie), (b"origin", ORIGIN.encode())]
    answer = await side.send("POST", "/auth/refresh", json={}, headers=headers)
    assert answer.status_code == 200


async def test_HC4_an_empty_cookie_is_none(side: HttpSide) -> None:
    for cookie in ("__Host-touchline=", "__Host-touchline", "", "x=1"):
        assert (await refresh(side, cookie)).status_code == 401
