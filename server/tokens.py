"""Access tokens: made for guests, verified for everybody. JWT by HS256, everything pinned (A9, RFC
8725).

Nothing in a token chooses how it is verified: the algorithm, the type, the issuer and the audience
are constants here, and `kid` is a key into our own table. SPEC: A9.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated

import jwt
import msgspec
from jwt.types import Options

from protocol.membership import NameField
from server.clock import Clock
from server.identity import Identity
from server.secrets import KeyRing

ISSUER = "touchline"
AUDIENCE = "touchline:access"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of access tokens (RFC 9068), not a secret
ALGORITHM = "HS256"
LEEWAY_S = 30
TOKEN_BYTES_MAX = 4_096
VERIFIED_MAX = 8_192
"""Genuine tokens that are remembered, so that a storm of reconnects is not one of signatures."""
HEADER_FIELDS = frozenset({"alg", "typ", "kid"})
"""Any other header field (jku, x5u, jwk, crit, b64 …) would ask us to verify in another way."""

_OPTIONS: Options = {
    "strict_aud": True,
    "require": ["iss", "aud", "exp", "iat", "sub", "jti", "sid"],
    # Times are compared below, with the node's own clock: pyjwt would ask the machine's.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class InvalidToken(Exception):
    """The token is not one of ours, or no longer. Peers are told nothing more; `reason` is for the
    metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh token and what it vouches for."""

    token: str = field(repr=False)
    identity: Identity


class _Claims(msgspec.Struct, frozen=True):
    """The claims that we read, with their types and bounds; others are ignored."""

    sub: Annotated[str, msgspec.Meta(pattern=r"^a_[A-Za-z0-9_-]{22}$")]
    name: NameField
    exp: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    iat: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    sid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    nbf: int = 0


class Tokens:
    """Issues with the newest key, verifies with any that the ring still holds."""

    def __init__(self, ring: KeyRing, clock: Clock, *, guest_token_h: float) -> None:
        self._keys = {_key_id(key): key for key in ring.derive("tokens")}
        self._signing = next(iter(self._keys))
        self._clock = clock
        self._life_s = int(guest_token_h * 3600)
        self._genuine = lru_cache(VERIFIED_MAX)(self._read)

    def issue_guest(self, name: str) -> IssuedToken:
        """A new account for a person who gave only a name."""
        return self._issue(f"a_{secrets.token_urlsafe(16)}", name, session=secrets.token_urlsafe(9))

    def renew(self, token: str) -> IssuedToken:
        """A fresh token for the same account and session. Raises InvalidToken."""
        claims = self._claims(token)
        return self._issue(claims.sub, claims.name, session=claims.sid)

    def verify(self, token: str) -> Identity:
        """Who the token speaks for. Raises InvalidToken."""
        claims = self._claims(token)
        return Identity(claims.sub, claims.name, claims.exp * 1000, claims.jti)

    def _issue(self, account: str, name: str, *, session: str) -> IssuedToken:
        now = self._clock.now_ms() // 1000
        expires = now + self._life_s
        token_id = secrets.token_urlsafe(12)
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": account,
            "name": name,
            "iat": now,
            "exp": expires,
            "jti": token_id,
            "sid": session,
        }
        # pyjwt's key types name an optional package that is not installed here.
        token = jwt.encode(  # pyright: ignore[reportUnknownMemberType]
            claims,
            self._keys[self._signing],
            algorithm=ALGORITHM,
            headers={"typ": TOKEN_TYPE, "kid": self._signing},
        )
        return IssuedToken(token, Identity(account, name, expires * 1000, token_id))

    def _claims(self, token: str) -> _Claims:
        known = self._genuine(token)
        now = self._clock.now_ms() / 1000
        if now >= known.exp + LEEWAY_S:
            raise InvalidToken("expired")
        if max(known.iat, known.nbf) > now + LEEWAY_S:
            raise InvalidToken("early")
        return known

    def _read(self, token: str) -> _Claims:
        """What a genuine token says, whenever it is asked: keys do not change while we run."""
        if len(token) > TOKEN_BYTES_MAX or not token.isascii():
            raise InvalidToken("size")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise InvalidToken("malformed") from None
        if (
            header.get("alg") != ALGORITHM
            or header.get("typ") != TOKEN_TYPE
            or header.keys() - HEADER_FIELDS
        ):
            raise InvalidToken("header")
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise InvalidToken("key")
        try:
            # The same types as above.
            claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType]
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options=_OPTIONS,
            )
        except jwt.InvalidSignatureError:
            raise InvalidToken("signature") from None
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise InvalidToken("claims") from None
        try:
            return msgspec.convert(claims, _Claims, strict=True)
        except msgspec.ValidationError:
            raise InvalidToken("claims") from None


def _key_id(key: bytes) -> str:
    return hashlib.blake2b(key, digest_size=6, person=b"touchline kid").hexdigest()
