"""Access tokens for guests and accounts, and mfa tokens between password and second factor. JWT,
everything pinned (A9, RFC 8725).

Nothing in a token chooses how it is verified: the type, the issuer and the audience are constants
here, the algorithm is a setting's value, and `kid` is a key into our own table. One algorithm holds
at a time; the keys of the two are derived for different purposes. Must not know sessions or
accounts: whether those still hold, others ask. SPEC: A9, TP7, RF9, RF10.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Literal, TypeVar

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.types import Options

from protocol.membership import NameField
from server.clock import Clock
from server.config import Settings
from server.identity import Identity
from server.secrets import KeyRing, Ring

ISSUER = "touchline"
AUDIENCE = "touchline:access"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of access tokens (RFC 9068), not a secret
MFA_AUDIENCE = "touchline:mfa"
MFA_TOKEN_TYPE = "mfa+jwt"  # noqa: S105 - a media type, as above
Algorithm = Literal["HS256", "EdDSA"]
ACCESS_TOKEN_S = 600
MFA_TOKEN_S = 300
LEEWAY_S = 30
TOKEN_BYTES_MAX = 4_096
VERIFIED_MAX = 8_192
"""Genuine tokens that are remembered, so that a storm of reconnects is not one of signatures."""
HEADER_FIELDS = frozenset({"alg", "typ", "kid"})
"""Any other header field (jku, x5u, jwk, crit, b64 …) would ask us to verify in another way."""

_OPTIONS: Options = {
    "strict_aud": True,
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


@dataclass(frozen=True, slots=True)
class MfaClaim:
    """Whose password was right, and which attempts at the second factor count together."""

    account: str
    token_id: str
    """To count attempts by."""
    expires_ms: int
    password_at: int = -1
    """When the password that was right had been chosen: after another one the token is void."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What sets the tokens of one kind apart: both differ, and their claims."""

    typ: str
    audience: str
    required: tuple[str, ...]


_ACCESS = _Kind(TOKEN_TYPE, AUDIENCE, ("iss", "aud", "exp", "iat", "sub", "jti", "sid"))
_MFA = _Kind(MFA_TOKEN_TYPE, MFA_AUDIENCE, ("iss", "aud", "exp", "iat", "sub", "jti"))


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of the ring: for HS256 both halves are the same bytes."""

    signing: bytes | Ed25519PrivateKey = field(repr=False)
    verifying: bytes | Ed25519PublicKey = field(repr=False)


class _MfaClaims(msgspec.Struct, frozen=True):
    """The claims of an mfa token, which are some of an access token's."""

    sub: Annotated[str, msgspec.Meta(pattern=r"^a_[A-Za-z0-9_-]{22}$")]
    exp: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    iat: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    pwd: int = -1
    nbf: int = 0


class _Claims(msgspec.Struct, frozen=True):
    """The claims that we read, with their types and bounds; others are ignored."""

    sub: Annotated[str, msgspec.Meta(pattern=r"^a_[A-Za-z0-9_-]{22}$")]
    name: NameField
    exp: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    iat: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    sid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    acc: bool = False
    """For an account, which only a refresh token renews; guests' tokens say nothing."""
    nbf: int = 0


def algorithm_of(settings: Settings) -> Algorithm:
    """What the setting says, which `validate` has checked."""
    return "EdDSA" if settings.token_algorithm.startswith("Ed") else "HS256"


class Tokens:
    """Issues with the newest key, verifies with any that the ring still holds."""

    _keys: dict[str, _Key]
    _signing: str

    def __init__(
        self,
        ring: Ring,
        clock: Clock,
        *,
        guest_token_h: float,
        algorithm: Algorithm = "HS256",
    ) -> None:
        self._algorithm: Algorithm = algorithm
        self._clock = clock
        self._guest_s = int(guest_token_h * 3600)
        self._genuine = lru_cache(VERIFIED_MAX)(self._read)
        ring.follow(self._use)

    def issue_guest(self, name: str) -> IssuedToken:
        """A new account for a person who gave only a name."""
        account, session = f"a_{secrets.token_urlsafe(16)}", secrets.token_urlsafe(9)
        return self._issue(account, name, session=session, life_s=self._guest_s)

    def issue_access(self, account: str, name: str, *, session: str) -> IssuedToken:
        """Ten minutes for an account's session, which is an id to end it by and no secret."""
        return self._issue(account, name, session=session, life_s=ACCESS_TOKEN_S, acc=True)

    def issue_mfa(self, account: str, *, password_at: int = -1) -> str:
        """Five minutes to bring the second factor, after the password (chosen at `password_at`) was
        right."""
        now = self._now_s()
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "aud": MFA_AUDIENCE,
            "sub": account,
            "iat": now,
            "exp": now + MFA_TOKEN_S,
            "jti": secrets.token_urlsafe(12),
            "pwd": password_at,
        }
        return self._sign(claims, _MFA)

    def renew(self, token: str) -> IssuedToken:
        """A fresh token for the same guest and session. Raises InvalidToken, also for the token of
        an account: those are renewed by a refresh token."""
        claims = self._claims(token)
        if claims.acc:
            raise InvalidToken("kind")
        return self._issue(claims.sub, claims.name, session=claims.sid, life_s=self._guest_s)

    def verify(self, token: str) -> Identity:
        """Who the token speaks for. Raises InvalidToken."""
        claims = self._claims(token)
        kind = "account" if claims.acc else "guest"
        return Identity(claims.sub, claims.name, claims.exp * 1000, claims.jti, claims.sid, kind)

    def verify_mfa(self, token: str) -> MfaClaim:
        """Whose second factor is awaited. Raises InvalidToken, also for an access token."""
        claims = _typed(self._decode(token, _MFA), _MfaClaims)
        self._check_times(claims)
        return MfaClaim(claims.sub, claims.jti, claims.exp * 1000, claims.pwd)

    def _issue(
        self, account: str, name: str, *, session: str, life_s: int, acc: bool = False
    ) -> IssuedToken:
        now = self._now_s()
        expires = now + life_s
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
        if acc:
            claims["acc"] = True
        token = self._sign(claims, _ACCESS)
        kind = "account" if acc else "guest"
        return IssuedToken(token, Identity(account, name, expires * 1000, token_id, session, kind))

    def _use(self, ring: KeyRing) -> None:
        self._keys = _keys(ring, self._algorithm)
        self._signing = next(iter(self._keys))
        # What a key vouched for must not outlive it (SE11).
        self._genuine.cache_clear()

    def _now_s(self) -> int:
        return self._clock.now_ms() // 1000

    def _sign(self, claims: dict[str, str | int], kind: _Kind) -> str:
        return jwt.encode(
            claims,
            self._keys[self._signing].signing,
            algorithm=self._algorithm,
            headers={"typ": kind.typ, "kid": self._signing},
        )

    def _claims(self, token: str) -> _Claims:
        known = self._genuine(token)
        self._check_times(known)
        return known

    def _check_times(self, claims: _Claims | _MfaClaims) -> None:
        now = self._clock.now_ms() / 1000
        if now >= claims.exp + LEEWAY_S:
            raise InvalidToken("expired")
        if max(claims.iat, claims.nbf) > now + LEEWAY_S:
            raise InvalidToken("early")

    def _read(self, token: str) -> _Claims:
        """What a genuine token says, whenever it is asked, for as long as the keys are these."""
        return _typed(self._decode(token, _ACCESS), _Claims)

    def _decode(self, token: str, kind: _Kind) -> dict[str, object]:
        if len(token) > TOKEN_BYTES_MAX or not token.isascii():
            raise InvalidToken("size")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise InvalidToken("malformed") from None
        if (
            header.get("alg") != self._algorithm
            or header.get("typ") != kind.typ
            or header.keys() - HEADER_FIELDS
        ):
            raise InvalidToken("header")
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise InvalidToken("key")
        try:
            return jwt.decode(
                token,
                key.verifying,
                algorithms=[self._algorithm],
                issuer=ISSUER,
                audience=kind.audience,
                options={**_OPTIONS, "require": list(kind.required)},
            )
        except jwt.InvalidSignatureError:
            raise InvalidToken("signature") from None
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise InvalidToken("claims") from None


_Typed = TypeVar("_Typed", _Claims, _MfaClaims)


def _typed(claims: dict[str, object], shape: type[_Typed]) -> _Typed:
    try:
        return msgspec.convert(claims, shape, strict=True)
    except msgspec.ValidationError:
        raise InvalidToken("claims") from None


def _keys(ring: KeyRing, algorithm: Algorithm) -> dict[str, _Key]:
    """Key id → key, newest first. The id is derived, and tells nothing of the key."""
    if algorithm == "HS256":
        return {_key_id(key): _Key(key, key) for key in ring.derive("tokens")}
    keys: dict[str, _Key] = {}
    for seed in ring.derive("tokens-eddsa"):
        private = Ed25519PrivateKey.from_private_bytes(seed)
        keys[_key_id(seed)] = _Key(private, private.public_key())
    return keys


def _key_id(key: bytes) -> str:
    return hashlib.blake2b(key, digest_size=6, person=b"touchline kid").hexdigest()
