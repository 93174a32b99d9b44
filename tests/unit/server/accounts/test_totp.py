"""Codes against the vectors of RFC 6238, their window, and steps used before."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from server.accounts.totp import accepted_step, new_secret, otpauth_uri

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
T = 1_111_111_109
STEP = T // 30
CODE = "081804"


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_TP1_the_vectors_of_the_rfc(at_s: int, code: str) -> None:
    assert accepted_step(RFC_SECRET, code, now_ms=at_s * 1000) == at_s // 30


@pytest.mark.parametrize(
    ("now_ms", "accepted"),
    [
        ((STEP - 1) * 30_000 - 1, False),
        ((STEP - 1) * 30_000, True),
        (STEP * 30_000, True),
        ((STEP + 2) * 30_000 - 1, True),
        ((STEP + 2) * 30_000, False),
    ],
)
def test_TP2_one_step_before_and_after(now_ms: int, *, accepted: bool) -> None:
    assert accepted_step(RFC_SECRET, CODE, now_ms=now_ms) == (STEP if accepted else None)


def test_TP3_a_step_is_accepted_once_and_none_before_it() -> None:
    def after(last: int) -> int | None:
        return accepted_step(RFC_SECRET, CODE, now_ms=T * 1000, last_accepted_step=last)

    assert after(STEP - 1) == STEP
    assert after(STEP) is None
    assert after(STEP + 1) is None


@pytest.mark.parametrize(
    "code", ["", "08180", "0818040", "08180x", "٠٨١٨٠٤", "081804\n", "-81804", "0" * 10_000]
)
def test_TP1_what_is_not_six_digits_is_no_code(code: str) -> None:
    assert accepted_step(RFC_SECRET, code, now_ms=T * 1000) is None


def test_TP1_spaces_are_ignored() -> None:
    assert accepted_step(RFC_SECRET, "081 804", now_ms=T * 1000) == STEP


def test_the_first_step_has_none_before_it() -> None:
    assert accepted_step(RFC_SECRET, "755224", now_ms=0) == 0


def test_TP4_a_secret_has_160_bits_and_an_address_for_apps() -> None:
    secret = new_secret()
    assert secret != new_secret()
    assert len(base64.b32decode(secret)) == 20
    uri = urlsplit(otpauth_uri(secret, "ada@example.org"))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == "/Touchline:ada@example.org"
    assert parse_qs(uri.query)["secret"] == [secret]
    assert parse_qs(uri.query)["issuer"] == ["Touchline"]
