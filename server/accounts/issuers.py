"""Tokens of another issuer (an OpenID provider): its keys fetched and kept, its tokens verified
from memory.

Which algorithms hold is a setting, never the token's word; a key verifies only the algorithm that
its type is for; keys come from the issuer's own document alone, whatever a header names. Knows JWTs
and JWKS; must not know accounts beyond the id that it derives for a person. SPEC: IS1 to IS9 (A9,
OpenID Connect Discovery 1.0, RFC 7517).
"""

from __future__ import annotations

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Final, Protocol, cast

import jwt
import msgspec
from msgspec import Meta, Struct

from protocol.text import clean_name
from server.clock import Clock
from server.identity import Identity
from server.logs import get_logger
from server.tokens import LEEWAY_S, TOKEN_BYTES_MAX, VERIFIED_MAX, InvalidToken

REFRESH_S: Final = 300.0
"""A key that the issuer took out of its document is not believed for longer."""
UNKNOWN_KEY_S: Final = 10.0
"""A token with an unknown key asks for the document at most this often."""
STALE_S: Final = 24 * 3_600.0
"""An issuer that is away: its keys of before go on to hold for so long."""
DOCUMENT_BYTES_MAX: Final = 262_144
KEYS_MAX: Final = 64
ALGORITHMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""What can be allowed, and the type and curve of the keys that it is for. None is symmetric: an
issuer's public document holds no secrets."""
TYPES: Final = frozenset({"at+jwt", "application/at+jwt", "JWT", None})
HEADER_FIELDS: Final = frozenset({"alg", "typ", "kid"})
NAME_WITHOUT_ONE: Final = "Somebody"


class Fetch(Protocol):
    """Gets a document."""

    async def __call__(self, url: str) -> bytes:
        """Its bytes. Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """Whom to believe, and in what."""

    issuer: str
    """Compared whole with `iss`."""
    audience: str
    algorithms: frozenset[str]
    jwks_url: str = ""
    """Empty: asked of `/.well-known/openid-configuration`."""
    roles_claim: str = "roles"
    site_roles: Mapping[str, str] = field(default_factory=dict[str, str])
    """The issuer's role to `staff` or `admin`."""


class _Claims(Struct, frozen=True):
    sub: Annotated[str, Meta(min_length=1, max_length=255)]
    exp: Annotated[int, Meta(ge=0, le=2**40)]
    iat: Annotated[int, Meta(ge=0, le=2**40)]
    nbf: int = 0
    jti: Annotated[str, Meta(max_length=255)] = ""
    name: str = ""
    preferred_username: str = ""


class _Discovery(Struct, frozen=True):
    issuer: str
    jwks_uri: str


class _KeySet(Struct, frozen=True):
    keys: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Genuine:
    """What a token says whose signature was right."""

    claims: _Claims
    site_role: str


class Issuer:
    """Verifies from memory; `run` keeps the keys fresh."""

    def __init__(self, settings: IssuerSettings, fetch: Fetch, clock: Clock) -> None:
        self._settings = settings
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, tuple[str, Any]] = {}
        """Key id to the one algorithm and the key."""
        self._fetched_s = float("-inf")
        self._tried_s = float("-inf")
        self._wanted = asyncio.Event()
        self._genuine = lru_cache(VERIFIED_MAX)(self._read)

    def verify(self, token: str) -> Identity | None:
        """Who the token speaks for, or None: it is none of theirs, or not good. A key that is not
        known yet is asked for, and its token good when it comes again."""
        try:
            return self.judged(token)
        except InvalidToken:
            return None

    def judged(self, token: str) -> Identity:
        """The same. Raises InvalidToken, with the reason for the metric."""
        if self._clock.monotonic() - self._fetched_s > STALE_S:
            self._wanted.set()
            raise InvalidToken("keys")
        genuine = self._genuine(token)
        claims, now = genuine.claims, self._clock.now_ms() / 1000
        if now >= claims.exp + LEEWAY_S:
            raise InvalidToken("expired")
        if max(claims.iat, claims.nbf) > now + LEEWAY_S:
            raise InvalidToken("early")
        return Identity(
            account_of(self._settings.issuer, claims.sub),
            clean_name(claims.name) or clean_name(claims.preferred_username) or NAME_WITHOUT_ONE,
            claims.exp * 1000,
            claims.jti,
            kind="issuer",
            site_role=genuine.site_role,
        )

    def speaks_of(self, token: str) -> bool:
        """Whether the token says that it is this issuer's: no more than a hint at whom to ask."""
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            return False
        return claims.get("iss") == self._settings.issuer

    async def run(self) -> None:
        """Fetches the keys now, every five minutes and when an unknown one is met, until
        cancelled."""
        while True:
            await self.refresh()
            try:
                async with asyncio.timeout(REFRESH_S):
                    await self._wanted.wait()
            except TimeoutError:
                continue
            wait_s = self._tried_s + UNKNOWN_KEY_S - self._clock.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)

    async def refresh(self) -> bool:
        """Fetches the document once. False: it did not come or was none; the keys of before go
        on."""
        self._wanted.clear()
        self._tried_s = self._clock.monotonic()
        try:
            url = self._settings.jwks_url or await self._discovered()
            found = msgspec.json.decode(await self._fetch(url), type=_KeySet)
            keys = self._usable(found.keys)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            get_logger("touchline.issuer").warning(
                "the issuer's keys did not come",
                issuer=self._settings.issuer,
                error=type(error).__name__,
            )
            return False
        if keys.keys() != self._keys.keys():
            get_logger("touchline.issuer").info(
                "the issuer's keys", issuer=self._settings.issuer, count=len(keys)
            )
        self._keys = keys
        self._fetched_s = self._clock.monotonic()
        # What was verified by a key that is gone must not go on for as long as it is remembered.
        self._genuine.cache_clear()
        return True

    async def _discovered(self) -> str:
        url = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = msgspec.json.decode(await self._fetch(url), type=_Discovery)
        if found.issuer != self._settings.issuer:
            raise ValueError("the document is another issuer's")
        return found.jwks_uri

    def _usable(self, given: list[dict[str, Any]]) -> dict[str, tuple[str, Any]]:
        keys: dict[str, tuple[str, Any]] = {}
        for one in given[:KEYS_MAX]:
            kid = one.get("kid")
            algorithm = self._algorithm_of(one)
            if not isinstance(kid, str) or algorithm is None or one.get("use", "sig") != "sig":
                continue
            try:
                keys[kid] = (algorithm, jwt.PyJWK(one, algorithm).key)
            except (jwt.PyJWTError, ValueError, TypeError, KeyError):
                continue
        if not keys:
            raise ValueError("no usable key")
        return keys

    def _algorithm_of(self, key: dict[str, Any]) -> str | None:
        """The one algorithm that this key may verify: its own word where the setting and its type
        allow it, else the first that they allow."""
        named = key.get("alg")
        for algorithm, (type_, curve) in ALGORITHMS.items():
            if (
                algorithm in self._settings.algorithms
                and named in {None, algorithm}
                and key.get("kty") == type_
                and (curve is None or key.get("crv") == curve)
            ):
                return algorithm
        return None

    def _read(self, token: str) -> _Genuine:
        if len(token) > TOKEN_BYTES_MAX or not token.isascii():
            raise InvalidToken("size")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise InvalidToken("malformed") from None
        if header.get("typ") not in TYPES or header.keys() - HEADER_FIELDS:
            raise InvalidToken("header")
        kid = header.get("kid")
        found = self._keys.get(kid) if isinstance(kid, str) else None
        if found is None:
            self._wanted.set()
            raise InvalidToken("key")
        algorithm, key = found
        if header.get("alg") != algorithm:
            raise InvalidToken("header")
        claims = self._decoded(token, algorithm, key)
        try:
            typed = msgspec.convert(claims, _Claims, strict=True)
        except msgspec.ValidationError:
            raise InvalidToken("claims") from None
        return _Genuine(typed, self._site_role(claims))

    def _decoded(self, token: str, algorithm: str, key: Any) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._settings.issuer,
                audience=self._settings.audience,
                options={
                    "require": ["iss", "aud", "exp", "iat", "sub"],
                    # Times are compared by `verify`, with the node's own clock.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidSignatureError:
            raise InvalidToken("signature") from None
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise InvalidToken("claims") from None

    def _site_role(self, claims: dict[str, Any]) -> str:
        """The highest site role that the setting gives for the token's roles; empty: none."""
        value: object = claims
        for part in self._settings.roles_claim.split("."):
            # Claims are arbitrary JSON: narrowing by isinstance cannot say of what.
            inner = cast("dict[str, object]", value) if isinstance(value, dict) else {}
            value = inner.get(part)
        roles = cast("list[object]", value) if isinstance(value, list) else [value]
        mapped = {self._settings.site_roles.get(one) for one in roles if isinstance(one, str)}
        return "admin" if "admin" in mapped else "staff" if "staff" in mapped else ""


def account_of(issuer: str, subject: str) -> str:
    """The account of a person of another issuer: the same one for ever, and nobody else's (128
    bits of a hash over both)."""
    digest = hashlib.blake2b(
        f"{issuer}\0{subject}".encode(), digest_size=16, person=b"touchline issuer"
    ).digest()
    return "a_" + urlsafe_b64encode(digest).rstrip(b"=").decode()


def issuer_settings(
    *, issuer: str, audience: str, algorithms: str, jwks_url: str, roles_claim: str, roles: str
) -> IssuerSettings:
    """Out of the settings' texts. Raises ValueError, saying what to change."""
    allowed = frozenset(one.strip() for one in algorithms.split(",") if one.strip())
    if not allowed or not allowed <= ALGORITHMS.keys():
        raise ValueError(f"issuer_algorithms must be some of {', '.join(ALGORITHMS)}")
    if not audience:
        raise ValueError("issuer_audience must be given with issuer")
    for url in (issuer, jwks_url):
        if url and not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
            raise ValueError("issuer and issuer_jwks must be https://")
    mapped: dict[str, str] = {}
    for pair in roles.split(","):
        name, _, role = pair.strip().rpartition("=")
        if not pair.strip():
            continue
        if not name or role not in {"admin", "staff"}:
            raise ValueError("issuer_roles must be like coaches=staff,it=admin")
        mapped[name] = role
    return IssuerSettings(issuer, audience, allowed, jwks_url, roles_claim, mapped)
