"""Access tokens: what is issued is verified, and nothing else is."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.secrets import KeyRing, LiveRing
from server.tokens import Algorithm, InvalidToken, Tokens
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


@pytest.mark.parametrize("algorithm", ["HS256", "EdDSA"])
def test_SE10_tokens_follow_the_ring_and_nobody_is_signed_out(algorithm: Algorithm) -> None:
    live = LiveRing(KeyRing((OLD,)))
    ours = Tokens(live, ManualClock(), guest_token_h=12, algorithm=algorithm)
    before = ours.issue_guest("Ada")
    live.replace(KeyRing((NEW, OLD)))
    after = ours.issue_guest("Bob")
    assert ours.verify(before.token).account == before.identity.account
    assert taken_apart(after.token)[0]["kid"] != taken_apart(before.token)[0]["kid"]
    assert ours.verify(after.token).account == after.identity.account


def test_SE11_a_token_that_was_seen_before_ends_with_its_key() -> None:
    live = LiveRing(KeyRing((NEW, OLD)))
    ours = Tokens(live, ManualClock(), guest_token_h=12)
    issued = tokens(OLD).issue_guest("Ada")
    ours.verify(issued.token)
    live.replace(KeyRing((NEW,)))
    assert reason(ours, issued.token) == "key"


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


ACCOUNT = "a_" + "A" * 22
ALGORITHMS: list[Algorithm] = ["HS256", "EdDSA"]


def using(algorithm: Algorithm, *secrets: bytes, clock: ManualClock | None = None) -> Tokens:
    ring = KeyRing(secrets or (OLD,))
    return Tokens(ring, clock or ManualClock(), guest_token_h=0.1, algorithm=algorithm)


def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(KeyRing((OLD,)).derive("tokens-eddsa")[0])


def resigned(algorithm: Algorithm, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Signed with the genuine key, whatever the header says."""
    if algorithm == "HS256":
        return signed(header, claims, KeyRing((OLD,)).derive("tokens")[0])
    text = f"{part(header)}.{part(claims)}"
    mac = private_key().sign(text.encode())
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_RF9_an_access_token_of_an_account_lives_ten_minutes(algorithm: Algorithm) -> None:
    clock = ManualClock()
    ours = using(algorithm, clock=clock)
    issued = ours.issue_access(ACCOUNT, "Ada", session="s_1")
    assert ours.verify(issued.token) == issued.identity
    assert issued.identity.account == ACCOUNT
    assert issued.identity.expires_ms == clock.now_ms() + 600_000
    assert taken_apart(issued.token)[1]["sid"] == "s_1"
    clock.advance(629.999)
    ours.verify(issued.token)
    clock.advance(0.001)
    assert reason(ours, issued.token) == "expired"


def test_RF9_only_guests_renew_by_their_access_token() -> None:
    ours = using("HS256")
    with pytest.raises(InvalidToken, match="kind"):
        ours.renew(ours.issue_access(ACCOUNT, "Ada", session="s_1").token)
    ours.renew(ours.issue_guest("Ada").token)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_RF10_each_algorithm_outlives_a_change_of_secret(algorithm: Algorithm) -> None:
    issued = using(algorithm, OLD).issue_guest("Ada")
    assert taken_apart(issued.token)[0]["alg"] == algorithm
    assert using(algorithm, NEW, OLD).verify(issued.token) == issued.identity
    assert reason(using(algorithm, NEW), issued.token) == "key"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_RF10_the_other_algorithm_is_refused(algorithm: Algorithm) -> None:
    other: Algorithm = "EdDSA" if algorithm == "HS256" else "HS256"
    assert reason(using(algorithm), using(other).issue_guest("Ada").token) == "header"


@pytest.mark.parametrize("algorithm", ["HS256", "EdDSA"])
def test_RF10_a_public_key_is_no_secret_of_hs256(algorithm: str) -> None:
    ours = using("EdDSA")
    header, claims = taken_apart(ours.issue_guest("Ada").token)
    public = private_key().public_key()
    for key in (
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ):
        forged = signed({**header, "alg": algorithm}, claims, key)
        assert reason(ours, forged) == ("header" if algorithm == "HS256" else "signature")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_TP7_an_mfa_token_lives_five_minutes(algorithm: Algorithm) -> None:
    clock = ManualClock()
    ours = using(algorithm, clock=clock)
    token = ours.issue_mfa(ACCOUNT)
    claim = ours.verify_mfa(token)
    assert (claim.account, claim.expires_ms) == (ACCOUNT, clock.now_ms() + 300_000)
    assert claim.token_id != ours.verify_mfa(ours.issue_mfa(ACCOUNT)).token_id
    header, claims = taken_apart(token)
    assert (header["typ"], claims["aud"]) == ("mfa+jwt", "touchline:mfa")
    clock.advance(330)
    with pytest.raises(InvalidToken, match="expired"):
        ours.verify_mfa(token)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_TP7_neither_kind_of_token_is_the_other(algorithm: Algorithm) -> None:
    ours = using(algorithm)
    mfa = ours.issue_mfa(ACCOUNT)
    access = ours.issue_access(ACCOUNT, "Ada", session="s_1").token
    assert reason(ours, mfa) == "header"
    with pytest.raises(InvalidToken, match="header"):
        ours.renew(mfa)
    with pytest.raises(InvalidToken, match="header"):
        ours.verify_mfa(access)
    # Not even the type of the other helps: the audience differs too.
    header, claims = taken_apart(mfa)
    full = {**claims, "name": "Ada", "sid": "s_1"}
    assert reason(ours, resigned(algorithm, {**header, "typ": "at+jwt"}, full)) == "claims"
    header, claims = taken_apart(access)
    with pytest.raises(InvalidToken, match="claims"):
        ours.verify_mfa(resigned(algorithm, {**header, "typ": "mfa+jwt"}, claims))


FORGED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"alg": "none"}, {}, "header"),
    ({"alg": "None"}, {}, "header"),
    ({"alg": "RS256"}, {}, "header"),
    ({"alg": "HS384"}, {}, "header"),
    ({"alg": "ES256"}, {}, "header"),
    ({"jku": "https://example.org/keys"}, {}, "header"),
    ({"x5u": "https://example.org/cert"}, {}, "header"),
    ({"x5c": ["AAAA"]}, {}, "header"),
    ({"jwk": {"kty": "oct", "k": "AAAA"}}, {}, "header"),
    ({"crit": ["exp"]}, {}, "malformed"),
    ({"typ": "JWT"}, {}, "header"),
    ({"typ": "application/at+jwt"}, {}, "header"),
    ({"kid": "../../dev/null"}, {}, "key"),
    ({"kid": "' OR 1=1 --"}, {}, "key"),
    ({"kid": ""}, {}, "key"),
    ({}, {"aud": "touchline:other"}, "claims"),
    ({}, {"aud": ["touchline:access", "touchline:mfa"]}, "claims"),
    ({}, {"iss": "touchlin"}, "claims"),
    ({}, {"iss": "touchline/"}, "claims"),
    ({}, {"exp": 1_759_999_970}, "expired"),
    ({}, {"nbf": 1_760_000_031}, "early"),
    ({}, {"iat": 1_760_000_031}, "early"),
    ({}, {"acc": "no"}, "claims"),
    ({}, {"filler": "x" * 4_096}, "size"),
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(("header", "claims", "why"), FORGED)
def test_SE_A9_every_forgery_has_exactly_one_answer(
    algorithm: Algorithm, header: dict[str, Any], claims: dict[str, Any], why: str
) -> None:
    """Each with a genuine signature: it is the rest that refuses it, for both kinds of token."""
    ours = using(algorithm)
    verifiers: list[tuple[str, Callable[[str], object]]] = [
        (ours.issue_guest("Ada").token, ours.verify),
        (ours.issue_mfa(ACCOUNT), ours.verify_mfa),
    ]
    for token, verify in verifiers:
        if "acc" in claims and verify == ours.verify_mfa:
            continue
        old_header, old_claims = taken_apart(token)
        forged = resigned(algorithm, {**old_header, **header}, {**old_claims, **claims})
        with pytest.raises(InvalidToken) as refusal:
            verify(forged)
        assert refusal.value.reason == why


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_SE_A9_a_signature_that_is_empty_cut_or_changed_is_refused(algorithm: Algorithm) -> None:
    ours = using(algorithm)
    head, claims, mac = ours.issue_guest("Ada").token.split(".")
    other = "A" if mac[0] != "A" else "B"
    for forged in ("", mac[:40], other + mac[1:]):
        assert reason(ours, f"{head}.{claims}.{forged}") == "signature"
    unsigned = part({"alg": "none", "typ": "at+jwt"})
    assert reason(ours, f"{unsigned}.{claims}.") == "header"
