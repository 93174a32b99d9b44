"""Signed requests."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.signatures import (
    BadSignature,
    Signed,
    check,
    new_secret,
    secret_bytes,
    signature,
)

# The example of the standard's own reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = "1614265330"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
NOW_S = float(TIME)


def refused(signed: Signed, body: bytes = BODY, now_s: float = NOW_S) -> str:
    with pytest.raises(BadSignature) as caught:
        check(signed, body, [secret_bytes(SECRET)], now_s=now_s)
    return caught.value.reason


def test_SG1_the_signature_is_that_of_the_standards_example() -> None:
    assert signature(secret_bytes(SECRET), ID, TIME, BODY) == SIGNATURE
    check(Signed(ID, TIME, SIGNATURE), BODY, [secret_bytes(SECRET)], now_s=NOW_S)


@pytest.mark.parametrize(
    ("late_s", "good"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_SG2_the_time_is_within_300_s_of_now(late_s: int, good: bool) -> None:
    signed = Signed(ID, TIME, SIGNATURE)
    if good:
        check(signed, BODY, [secret_bytes(SECRET)], now_s=NOW_S + late_s)
    else:
        assert refused(signed, now_s=NOW_S + late_s) == "time"


def test_SG3_one_right_signature_among_several_is_enough_and_so_is_one_of_several_secrets() -> None:
    other = secret_bytes(new_secret())
    both = f"{signature(other, ID, TIME, BODY)} {SIGNATURE}"
    check(Signed(ID, TIME, both), BODY, [secret_bytes(SECRET)], now_s=NOW_S)
    check(Signed(ID, TIME, SIGNATURE), BODY, [other, secret_bytes(SECRET)], now_s=NOW_S)
    assert refused(Signed(ID, TIME, signature(other, ID, TIME, BODY))) == "signature"


@pytest.mark.parametrize(
    ("signed", "reason"),
    [
        (Signed("", TIME, SIGNATURE), "id"),
        (Signed("a b", TIME, SIGNATURE), "id"),
        (Signed("m" * 129, TIME, SIGNATURE), "id"),
        (Signed(ID, "", SIGNATURE), "timestamp"),
        (Signed(ID, "-5", SIGNATURE), "timestamp"),
        (Signed(ID, "1e9", SIGNATURE), "timestamp"),
        (Signed(ID, TIME, ""), "malformed"),
        (Signed(ID, TIME, SIGNATURE.replace("v1", "v1a")), "malformed"),
        (Signed(ID, TIME, " ".join([SIGNATURE] * 9)), "malformed"),
        (Signed(ID, TIME, "v1,\u00e9"), "malformed"),
        (Signed("msg_other", TIME, SIGNATURE), "signature"),
    ],
)
def test_SG4_whatever_is_malformed_or_of_another_request_is_refused(
    signed: Signed, reason: str
) -> None:
    assert refused(signed) == reason


@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_SG4_a_changed_body_is_refused(body: bytes, at: int, by: int) -> None:
    key = secret_bytes(SECRET)
    changed = bytearray(body or b"x")
    changed[at % len(changed)] ^= by
    signed = Signed(ID, TIME, signature(key, ID, TIME, bytes(body or b"x")))
    assert refused(signed, bytes(changed)) == "signature"


def test_SG5_a_request_without_any_of_the_headers_is_not_signed() -> None:
    assert Signed.of({"content-type": "application/json"}) is None
    assert Signed.of({"webhook-id": ID}) == Signed(ID, "", "")


def test_secrets_are_256_random_bits_in_the_standards_spelling() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert len(secret_bytes(one)) == 32
    assert one == "whsec_" + b64encode(secret_bytes(one)).decode()
    with pytest.raises(ValueError, match="base64"):
        secret_bytes("whsec_?")
