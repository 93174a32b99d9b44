"""Tokens of another issuer (an OpenID provider): its keys fetched and kept, its tokens verified
from memory.

Which algorithms hold is a setting, never the token's word; a key verifies only the algorithm that
its type is for; keys come from the issuer's own document alone, whatever a header names. Knows JWTs
and JWKS; must not know accounts beyond the id that it derives for a person. SPEC: IS1 to IS9 (A9,
OpenID Connect Discovery 1.0, RFC 7517).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Final, Protocol, cast
from urllib.parse import urlsplit

import httpx
import jwt
import msgspec
from msgspec import Meta, Struct

from protocol.text import clean_name
from server.clock import Clock
from server.config import InvalidSettings, Settings
from server.hosts import is_loopback
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

    def __init__(
        self,
        settings: IssuerSettings,
        fetch: Fetch,
        clock: Clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._fetch = fetch
        self._clock = clock
        self._sleep = sleep
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

    async def run(self) -> None:
        """Fetches the keys every five minutes and when an unknown one is met, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_S):
                    await self._wanted.wait()
            wait_s = self._tried_s + UNKNOWN_KEY_S - self._clock.monotonic()
            if wait_s > 0:
                await self._sleep(wait_s)
            await self.refresh()

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


def issuer_of(settings: Settings, clock: Clock, fetch: Fetch) -> Issuer | None:
    """The issuer that the settings name; None: there is none. Raises InvalidSettings."""
    if not settings.issuer:
        return None
    allowed = frozenset(_listed(settings.issuer_algorithms))
    if not allowed or not allowed <= ALGORITHMS.keys():
        raise InvalidSettings(f"issuer_algorithms must be some of {', '.join(ALGORITHMS)}")
    if not settings.issuer_audience:
        raise InvalidSettings("issuer_audience must be given with issuer")
    for name, url in (("issuer", settings.issuer), ("issuer_jwks", settings.issuer_jwks)):
        parts = urlsplit(url)
        if url and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise InvalidSettings(f"{name} must be https://")
    roles: dict[str, str] = {}
    for pair in _listed(settings.issuer_roles):
        name, _, role = pair.rpartition("=")
        if not name or role not in {"admin", "staff"}:
            raise InvalidSettings("issuer_roles must be like helpdesk=staff,it=admin")
        roles[name] = role
    trusted = IssuerSettings(
        settings.issuer,
        settings.issuer_audience,
        allowed,
        settings.issuer_jwks,
        settings.issuer_roles_claim,
        roles,
    )
    return Issuer(trusted, fetch, clock)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


async def fetch_over_http(url: str) -> bytes:
    """Gets a document of at most DOCUMENT_BYTES_MAX within 5 s, and follows no redirection. Raises
    OSError."""
    try:
        async with (
            httpx.AsyncClient(timeout=5.0, follow_redirects=False) as client,
            client.stream("GET", url, headers={"accept": "application/json"}) as answer,
        ):
            if answer.status_code != 200:
                raise OSError(f"status {answer.status_code}")
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > DOCUMENT_BYTES_MAX:
                    raise OSError("the document is too large")
            return body
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(type(error).__name__) from None
