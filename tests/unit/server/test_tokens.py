"""Access tokens: what is issued is verified, and nothing else is."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest

from server.secrets import KeyRing
from server.tokens import InvalidToken, Tokens
from tests.support.manual_clock import ManualClock

OLD = b"old-secret-old-secret-old-secret"
NEW = b"new-secret-new-secret-new-secret"


def tokens(*secrets: bytes, clock: ManualClock | None = None) -> Tokens:
    return Tokens(KeyRing(secrets or (OLD,)), clock or ManualClock(), guest_token_h=12)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def taken_apart(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(text + "==")) for text in (header, claims)]
    return decoded[0], decoded[1]


def signed(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    text = f"{part(header)}.{part(claims)}"
    mac = hmac.digest(key, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def reason(ours: Tokens, token: str) -> str:
    with pytest.raises(InvalidToken) as refusal:
        ours.verify(token)
    return refusal.value.reason


def changed(
    *, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None, drop: str = ""
) -> str:
    """A genuine token with some fields replaced, signed with the genuine key."""
    ring = KeyRing((OLD,))
    old_header, old_claims = taken_apart(tokens().issue_guest("Ada").token)
    new_claims = {**old_claims, **(claims or {})}
    new_claims.pop(drop, None)
    return signed({**old_header, **(header or {})}, new_claims, ring.derive("tokens")[0])


def test_SE_A9_a_guest_token_names_its_account() -> None:
    ours = tokens()
    issued = ours.issue_guest("Ada")
    assert ours.verify(issued.token) == issued.identity
    assert issued.identity.name == "Ada"
    assert issued.identity.account.startswith("a_")
    assert len(issued.identity.account) == 24
    assert issued.identity.expires_ms == 1_760_000_000_000 + 12 * 3_600_000
    assert len(issued.token) < 600


def test_the_token_is_not_in_a_repr() -> None:
    issued = tokens().issue_guest("Ada")
    assert issued.token not in repr(issued)


def test_SE_A9_header_and_claims_are_complete() -> None:
    header, claims = taken_apart(tokens().issue_guest("Ada").token)
    assert header.keys() == {"alg", "typ", "kid"}
    assert (header["alg"], header["typ"]) == ("HS256", "at+jwt")
    assert claims.keys() == {"iss", "aud", "sub", "name", "iat", "exp", "jti", "sid"}


def test_renewal_keeps_account_and_session_and_moves_the_end() -> None:
    clock = ManualClock()
    ours = tokens(clock=clock)
    first = ours.issue_guest("Ada")
    clock.advance(3_600)
    second = ours.renew(first.token)
    assert second.identity.account == first.identity.account
    assert second.identity.expires_ms == first.identity.expires_ms + 3_600_000
    assert second.identity.token_id != first.identity.token_id
    assert taken_apart(second.token)[1]["sid"] == taken_apart(first.token)[1]["sid"]


def test_SE_A9_a_token_ends_after_30_s_of_leeway() -> None:
    clock = ManualClock()
    ours = tokens(clock=clock)
    issued = ours.issue_guest("Ada")
    clock.jump((issued.identity.expires_ms + 29_999 - clock.now_ms()) / 1000)
    ours.verify(issued.token)
    clock.jump(0.001)
    assert reason(ours, issued.token) == "expired"
    with pytest.raises(InvalidToken):
        ours.renew(issued.token)


def test_SE_A9_a_token_from_the_future_is_refused_beyond_the_leeway() -> None:
    clock = ManualClock()
    ours = tokens(clock=clock)
    issued = ours.issue_guest("Ada")
    clock.jump(-30)
    ours.verify(issued.token)
    clock.jump(-1)
    assert reason(ours, issued.token) == "early"


def test_tokens_outlive_a_change_of_secret_while_the_old_one_is_kept() -> None:
    issued = tokens(OLD).issue_guest("Ada")
    assert tokens(NEW, OLD).verify(issued.token) == issued.identity
    assert reason(tokens(NEW), issued.token) == "key"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS512"},
        {"alg": "hs256"},
        {"alg": None},
        {"typ": "JWT"},
        {"typ": "mfa+jwt"},
        {"typ": "AT+JWT"},
        {"jku": "https://example.org/keys"},
        {"x5u": "https://example.org/cert"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"crit": ["exp"]},
        {"b64": False},
    ],
)
def test_SE_A9_nothing_in_the_header_chooses_how_to_verify(header: dict[str, Any]) -> None:
    assert reason(tokens(), changed(header=header)) in {"header", "malformed"}


@pytest.mark.parametrize("kid", ["", "000000000000", "../../secret", 7, None, ["a"]])
def test_SE_A9_a_key_id_is_a_key_into_our_own_table(kid: object) -> None:
    assert reason(tokens(), changed(header={"kid": kid})) in {"key", "malformed"}


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "sub", "jti", "sid", "name"])
def test_SE_A9_every_claim_is_required(name: str) -> None:
    assert reason(tokens(), changed(drop=name)) == "claims"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "touch"},
        {"iss": "touchline2"},
        {"iss": ["touchline"]},
        {"aud": "touchline"},
        {"aud": ["touchline:access", "else"]},
        {"sub": ""},
        {"sub": "a_short"},
        {"sub": 5},
        {"exp": "1860000000"},
        {"exp": 1860000000.5},
        {"exp": True},
        {"exp": -1},
        {"exp": 2**60},
        {"iat": "0"},
        {"name": ""},
        {"name": "x" * 65},
        {"jti": ""},
        {"sid": 7},
    ],
)
def test_SE_A9_claims_have_their_types_and_bounds(claims: dict[str, Any]) -> None:
    assert reason(tokens(), changed(claims=claims)) == "claims"


def test_a_token_that_is_not_valid_yet_is_refused() -> None:
    assert reason(tokens(), changed(claims={"nbf": 1_760_000_031})) == "early"


def test_SE_A9_a_forged_signature_is_refused() -> None:
    token = tokens().issue_guest("Ada").token
    head, claims, mac = token.split(".")
    other = "A" if mac[0] != "A" else "B"
    assert reason(tokens(), f"{head}.{claims}.{other}{mac[1:]}") == "signature"
    assert reason(tokens(), f"{head}.{claims}.") == "signature"


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "malformed"),
        ("a.b.c", "malformed"),
        ("....", "malformed"),
        ("é" * 10, "size"),
        ("x" * 4_097, "size"),
        (base64.urlsafe_b64encode(b"[" * 2000).decode() + ".e30.AA", "malformed"),
        (base64.urlsafe_b64encode(b"[]").decode().rstrip("=") + ".e30.AA", "malformed"),
    ],
)
def test_what_is_no_token_is_refused(token: str, why: str) -> None:
    assert reason(tokens(), token) == why


def test_claims_that_nest_too_deep_are_refused() -> None:
    ring = KeyRing((OLD,))
    header, _ = taken_apart(tokens().issue_guest("Ada").token)
    body = base64.urlsafe_b64encode(b"[" * 2500).rstrip(b"=").decode()
    text = f"{part(header)}.{body}"
    mac = hmac.digest(ring.derive("tokens")[0], text.encode(), "sha256")
    token = f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert reason(tokens(), token) == "claims"
