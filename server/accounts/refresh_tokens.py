"""Refresh tokens: `tlr_<family>_<secret>`, opaque, each good for one successor, and what to answer
to one that is presented.

Knows how tokens look and what a stored family says about one; must not know storage nor sockets.
The decision is pure: storage carries out `ROTATE` by compare-and-swap on the current hash, and
whoever loses that race asks again with the family as it then is. Rules: RF1 to RF6.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import Enum

PREFIX = "tlr_"
"""So that logs recognise a refresh token and leave it out."""
GRACE_MS = 10_000
"""For so long after a rotation the rotated token gets the same successor: the reply may have been
lost (A7; connect2id allows 5 s)."""

_FAMILY_HEX = 32
_SECRET_HEX = 64
_TOKEN = re.compile(rf"tlr_([0-9a-f]{{{_FAMILY_HEX}}})_([0-9a-f]{{{_SECRET_HEX}}})")
"""Hexadecimal, so that "_" only separates and every token has one spelling."""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A family's id (128 bits) and the secret of one of its tokens (256 bits), both in hex."""

    family: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """What the client keeps."""
        return f"{PREFIX}{self.family}_{self.secret}"

    @property
    def hash(self) -> bytes:
        """SHA-256 of the text (32 bytes), which alone is stored: of 256 random bits it tells
        nothing."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True)
class RefreshFamily:
    """What storage keeps of a sign-in: every refresh token that follows from it is one family."""

    family: str
    current_hash: bytes = field(repr=False)
    previous_hash: bytes | None = field(default=None, repr=False)
    rotated_ms: int | None = None
    """When `previous_hash` gave way to `current_hash`; None before the first rotation."""
    ended: bool = False
    """Signed out, revoked or expired: none of its tokens is good any more."""

    def rotated(self, successor_hash: bytes, *, now_ms: int) -> RefreshFamily:
        """The family after its current token gave way to a successor."""
        return RefreshFamily(self.family, successor_hash, self.current_hash, now_ms)


class Decision(Enum):
    """What to do with a presented token. All but the first two are answered 401."""

    ROTATE = "rotate"
    """Genuine and current: draw a successor, swap it in, answer with it."""
    SAME_SUCCESSOR = "same_successor"
    """Rotated at most 10 s ago: answer with the sealed successor again, change nothing."""
    REVOKE_FAMILY = "revoke_family"
    """Used a second time: somebody else holds it. End the family, close its sockets, audit."""
    UNKNOWN = "unknown"
    """No such family, or one that has ended: nothing to do."""


def new_family() -> RefreshToken:
    """The first token of a fresh sign-in."""
    return RefreshToken(secrets.token_hex(_FAMILY_HEX // 2), secrets.token_hex(_SECRET_HEX // 2))


def successor(token: RefreshToken) -> RefreshToken:
    """A fresh token of the same family."""
    return RefreshToken(token.family, secrets.token_hex(_SECRET_HEX // 2))


def parse(text: str) -> RefreshToken | None:
    """The token in its one spelling, or None."""
    parts = _TOKEN.fullmatch(text)
    return RefreshToken(parts[1], parts[2]) if parts else None


def decide(stored: RefreshFamily | None, presented: RefreshToken, *, now_ms: int) -> Decision:
    """What the stored family, looked up by the presented token's, says about the token.

    A secret that was neither the current nor the previous one is taken for an older one of the
    family: the id of a family is 128 random bits that only holders of its tokens know. A clock that
    ran backwards gives no grace."""
    if stored is None or stored.ended or stored.family != presented.family:
        return Decision.UNKNOWN
    given = presented.hash
    if hmac.compare_digest(stored.current_hash, given):
        return Decision.ROTATE
    if stored.previous_hash is None or stored.rotated_ms is None:
        return Decision.REVOKE_FAMILY
    was_previous = hmac.compare_digest(stored.previous_hash, given)
    if was_previous and 0 <= now_ms - stored.rotated_ms <= GRACE_MS:
        return Decision.SAME_SUCCESSOR
    return Decision.REVOKE_FAMILY
