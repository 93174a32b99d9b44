"""Tokens of another issuer."""

from __future__ import annotations

import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from server.accounts.issuers import (
    REFRESH_S,
    STALE_S,
    UNKNOWN_KEY_S,
    Issuer,
    account_of,
    issuer_of,
)
from server.config import InvalidSettings, Settings
from server.tokens import InvalidToken
from tests.support.identity_provider import AUDIENCE, ISSUER, Provider, make_key
from tests.support.manual_clock import ManualClock


def settings(**more: Any) -> Settings:
    chosen: dict[str, Any] = {"issuer": ISSUER, "issuer_audience": AUDIENCE, **more}
    return Settings(**chosen)


async def trusting(provider: Provider, clock: ManualClock, **more: Any) -> Issuer:
    issuer = issuer_of(settings(**more), clock, provider.fetch)
    assert issuer is not None
    assert await issuer.refresh()
    return issuer


def reason(issuer: Issuer, token: str) -> str:
    with pytest.raises(InvalidToken) as caught:
        issuer.judged(token)
    assert issuer.verify(token) is None
    return caught.value.reason


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_IS1_a_token_signed_by_a_key_of_the_issuers_document_speaks_for_its_subject(
    algorithm: str,
) -> None:
    provider, clock = Provider(algorithm), ManualClock()
    issuer = await trusting(provider, clock)
    now = clock.now_ms() // 1000
    identity = issuer.judged(provider.token(now))
    assert identity.account == account_of(ISSUER, "u-17")
    assert (identity.name, identity.kind) == ("Ada Lovelace", "issuer")
    assert identity.expires_ms == (now + 600) * 1000
    assert provider.fetched[0].endswith("/.well-known/openid-configuration")


def test_IS2_a_person_is_one_account_for_ever_and_no_two_are_the_same() -> None:
    assert account_of(ISSUER, "u-17") == "a_IcEHlj5HcYGRZxRbehngSQ"
    different = {account_of(*one) for one in ((ISSUER, "a"), (ISSUER, "b"), (ISSUER + "a", ""))}
    assert len(different) == 3
    assert all(len(one) == 24 for one in different)


FORGERIES: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": ISSUER + "/"}, "claims"),
    "part of the issuer": ({"iss": "https://club.example"}, "claims"),
    "another audience": ({"aud": "other"}, "claims"),
    "part of the audience": ({"aud": AUDIENCE[:-1]}, "claims"),
    "no audience": ({"aud": ...}, "claims"),
    "no subject": ({"sub": ...}, "claims"),
    "an empty subject": ({"sub": ""}, "claims"),
    "a subject that is a number": ({"sub": 17}, "claims"),
    "no expiry": ({"exp": ...}, "claims"),
    "no time of issue": ({"iat": ...}, "claims"),
    "expiry as text": ({"exp": "9999999999"}, "claims"),
    "jku": ({"header": {"jku": "https://evil.example/keys"}}, "header"),
    "x5u": ({"header": {"x5u": "https://evil.example/cert"}}, "header"),
    "jwk": ({"header": {"jwk": {"kty": "oct", "k": "AAAA"}}}, "header"),
    "crit": ({"header": {"crit": ["b64"], "b64": True}}, "malformed"),
    "the type of an mfa token": ({"header": {"typ": "mfa+jwt"}}, "header"),
    "an unknown key": ({"kid": "k9"}, "key"),
    "a kid with a path": ({"kid": "../../etc/passwd"}, "key"),
    "too long": ({"name": "x" * 4_200}, "size"),
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_IS3_whatever_is_not_exactly_right_is_refused(name: str) -> None:
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(provider, clock)
    spoilt, expected = FORGERIES[name]
    assert reason(issuer, provider.token(clock.now_ms() // 1000, **spoilt)) == expected


async def test_IS3_another_key_of_the_same_id_is_refused() -> None:
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(provider, clock)
    token = provider.token(clock.now_ms() // 1000, key=make_key("ES256"))
    assert reason(issuer, token) == "signature"


async def test_IS4_none_and_the_public_key_as_a_secret_are_refused() -> None:
    provider, clock = Provider("RS256"), ManualClock()
    issuer = await trusting(provider, clock)
    now = clock.now_ms() // 1000
    good = provider.token(now)
    unsigned = [
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (
            {"alg": "none", "typ": "at+jwt", "kid": "k1"},
            {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "iat": now, "exp": now + 60},
        )
    ]
    assert reason(issuer, f"{unsigned[0]}.{unsigned[1]}.") == "header"
    pem = (
        provider.keys["k1"][1]
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    head, body, _ = provider.token(now).split(".")
    confused = urlsafe_b64encode(
        json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": "k1"}).encode()
    ).rstrip(b"=")
    signed = hmac.digest(pem, confused + b"." + body.encode(), "sha256")
    proof = urlsafe_b64encode(signed).rstrip(b"=").decode()
    assert reason(issuer, f"{confused.decode()}.{body}.{proof}") == "header"
    assert reason(issuer, f"{head}.{body}.{proof}") == "signature"
    assert reason(issuer, provider.token(now, algorithm="PS256")) == "header"
    assert reason(issuer, good[:-4] + "AAAA") == "signature"
    assert reason(issuer, "a.b") == "malformed"
    assert reason(issuer, "é") == "size"


async def test_IS4_an_algorithm_that_the_setting_does_not_name_has_no_keys() -> None:
    provider, clock = Provider("RS256"), ManualClock()
    issuer = issuer_of(settings(issuer_algorithms="ES256"), clock, provider.fetch)
    assert issuer is not None
    assert not await issuer.refresh()


async def test_IS5_times_are_compared_with_30_s_of_leeway() -> None:
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(provider, clock)
    now = clock.now_ms() // 1000
    issuer.judged(provider.token(now, iat=now + 29))
    assert reason(issuer, provider.token(now, iat=now + 40)) == "early"
    assert reason(issuer, provider.token(now, nbf=now + 40)) == "early"
    token = provider.token(now, exp=now + 60)
    clock.advance(89)
    issuer.judged(token)
    clock.advance(2)
    assert reason(issuer, token) == "expired"


async def test_IS6_a_key_that_left_the_document_verifies_nothing_more_also_what_it_verified() -> (
    None
):
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(provider, clock)
    now = clock.now_ms() // 1000
    old = provider.token(now)
    issuer.judged(old)
    provider.keys = {"k2": ("ES256", make_key("ES256"))}
    assert await issuer.refresh()
    assert reason(issuer, old) == "key"
    issuer.judged(provider.token(now, kid="k2"))


async def test_IS7_an_unknown_key_asks_for_the_document_and_its_token_is_good_then() -> None:
    provider, clock = Provider(), ManualClock()
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock.advance(seconds)

    issuer = issuer_of(settings(), clock, provider.fetch)
    assert issuer is not None
    issuer._sleep = sleep  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] - time passes by hand
    assert await issuer.refresh()
    provider.keys["k2"] = ("ES256", make_key("ES256"))
    token = provider.token(clock.now_ms() // 1000, kid="k2")
    before = len(provider.fetched)
    assert reason(issuer, token) == "key"
    running = asyncio.get_running_loop().create_task(issuer.run())
    for _ in range(10):
        await asyncio.sleep(0)
    running.cancel()
    assert waited == [UNKNOWN_KEY_S], "at most every ten seconds"
    assert len(provider.fetched) > before
    assert issuer.judged(token).kind == "issuer"


async def test_IS8_an_issuer_that_is_away_or_sends_nonsense_leaves_its_keys_for_a_day() -> None:
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(provider, clock)
    provider.away = True
    assert not await issuer.refresh()
    clock.advance(STALE_S - 1)
    issuer.judged(provider.token(clock.now_ms() // 1000))
    provider.away = False
    provider.discovered_issuer = "https://evil.example"
    assert not await issuer.refresh()
    clock.advance(2)
    assert reason(issuer, provider.token(clock.now_ms() // 1000)) == "keys"
    assert REFRESH_S < STALE_S


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({}, ""),
        ({"roles": ["player"]}, ""),
        ({"roles": ["helpdesk"]}, "staff"),
        ({"roles": ["helpdesk", "it"]}, "admin"),
        ({"roles": "it"}, "admin"),
        ({"roles": {"it": True}}, ""),
        ({"roles": [["it"]]}, ""),
        ({"roles": ["it=admin"]}, ""),
    ],
)
async def test_IS9_roles_are_mapped_by_the_setting_and_by_nothing_else(
    claims: dict[str, Any], role: str
) -> None:
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(provider, clock, issuer_roles="helpdesk=staff, it=admin")
    token = provider.token(clock.now_ms() // 1000, **claims)
    assert issuer.judged(token).site_role == role


async def test_IS9_the_claim_may_be_inside_objects() -> None:
    provider, clock = Provider(), ManualClock()
    issuer = await trusting(
        provider, clock, issuer_roles="it=admin", issuer_roles_claim="realm_access.roles"
    )
    now = clock.now_ms() // 1000
    assert issuer.judged(provider.token(now, realm_access={"roles": ["it"]})).site_role == "admin"
    assert issuer.judged(provider.token(now, realm_access=["it"])).site_role == ""


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"issuer_audience": ""}, "issuer_audience"),
        ({"issuer_algorithms": "HS256"}, "issuer_algorithms"),
        ({"issuer_algorithms": "none"}, "issuer_algorithms"),
        ({"issuer_algorithms": ""}, "issuer_algorithms"),
        ({"issuer": "http://club.example"}, "issuer must be https"),
        ({"issuer_jwks": "http://club.example/keys"}, "issuer_jwks"),
        ({"issuer_roles": "it"}, "issuer_roles"),
        ({"issuer_roles": "it=owner"}, "issuer_roles"),
    ],
)
def test_settings_that_would_believe_too_much_are_refused(
    wrong: dict[str, str], about: str
) -> None:
    with pytest.raises(InvalidSettings, match=about):
        issuer_of(settings(**wrong), ManualClock(), Provider().fetch)


def test_without_an_issuer_there_is_none() -> None:
    assert issuer_of(Settings(), ManualClock(), Provider().fetch) is None
