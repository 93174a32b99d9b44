"""One-time tickets for a WebSocket: what a page takes to the other port instead of its token (S13).

A ticket is 256 random bits, good once, within 30 s, from the origin that asked for it, on the node
that drew it; it stands for the identity that asked, and ends with it. Kept in memory as its digest.
Must not know requests. SPEC: S13, AX16.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

from server.clock import Clock
from server.identity import Identity

LIFE_MS: Final = 30_000
TICKETS_MAX: Final = 10_000
"""On a node, unused and not yet expired: 333 a second."""
PER_ACCOUNT_MAX: Final = 10
"""Of one account; one more takes the place of its oldest."""


class TooManyTickets(Exception):
    """The node remembers no more tickets now; the oldest ends within 30 s."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is given to a page, once."""

    text: str = field(repr=False)
    expires_ms: int
    """Log time."""


@dataclass(frozen=True, slots=True)
class _Kept:
    identity: Identity
    origin: str | None
    expires_ms: int


class Tickets:
    """Invariant: in the order of their expiry, all alike but for how they end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[bytes, _Kept] = {}
        self._by_account: dict[str, dict[bytes, None]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def mint(self, identity: Identity, origin: str | None) -> Ticket:
        """A ticket for whoever `identity` is, from this origin only (None: from a program, that
        names none). Raises TooManyTickets."""
        self._forget_expired()
        of_account = self._by_account.get(identity.account)
        if of_account is not None and len(of_account) >= PER_ACCOUNT_MAX:
            self._take(next(iter(of_account)))
        if len(self._kept) >= TICKETS_MAX:
            raise TooManyTickets
        text = secrets.token_urlsafe(32)
        digest = _digest(text)
        expires = self._clock.now_ms() + LIFE_MS
        self._kept[digest] = _Kept(identity, origin, expires)
        self._by_account.setdefault(identity.account, {})[digest] = None
        return Ticket(text, expires)

    def redeem(self, text: str, origin: str | None) -> Identity | None:
        """Whom the ticket stands for; it is used up, also where the origin is another one. None:
        used, expired, of another origin, or never was. Whether the identity still holds is the
        caller's to ask."""
        kept = self._take(_digest(text))
        if kept is None or self._clock.now_ms() >= kept.expires_ms or kept.origin != origin:
            return None
        return kept.identity

    def _take(self, digest: bytes) -> _Kept | None:
        kept = self._kept.pop(digest, None)
        if kept is not None:
            account = kept.identity.account
            of_account = self._by_account[account]
            del of_account[digest]
            if not of_account:
                del self._by_account[account]
        return kept

    def _forget_expired(self) -> None:
        now = self._clock.now_ms()
        while self._kept:
            digest = next(iter(self._kept))
            if now < self._kept[digest].expires_ms:
                return
            self._take(digest)


def _digest(text: str) -> bytes:
    # looked up by digest: how long a look-up takes tells nothing of what would have been found
    return hashlib.sha256(text.encode()).digest()
