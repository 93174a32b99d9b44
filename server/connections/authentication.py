"""From what a peer shows to whom it speaks for: a token of ours, of another issuer, an API key, or
a one-time ticket. One object for sockets and requests alike.

Asks memory only. Says nothing of why something is refused, but to `hello`, which is told of a
blocked account; must not know rooms. SPEC: S11, S13, C9, C10, A2, A12, AX2, AX3.
"""

from __future__ import annotations

from typing import Final, Literal, Protocol

from server.accounts.access import Access
from server.accounts.live_keys import PREFIX
from server.accounts.tickets import Tickets
from server.clock import Clock
from server.identity import Identity
from server.metrics import Metrics
from server.tokens import InvalidToken, Tokens

INVALID: Final = "invalid"
BLOCKED: Final = "blocked"
Refused = Literal["invalid", "blocked"]


class Issuers(Protocol):
    """Tokens that an OpenID provider signed."""

    def verify(self, token: str) -> Identity | None:
        """Whom the token speaks for, by keys that are in memory; None: it is none of theirs, or
        not good."""
        ...


class Authentication:
    """Verifies what is shown, asks whether it still holds, and counts refusals by where they were
    tried."""

    def __init__(
        self,
        tokens: Tokens,
        access: Access,
        clock: Clock,
        metrics: Metrics,
        *,
        issuers: Issuers | None = None,
    ) -> None:
        self._tokens = tokens
        self.access = access
        """What has ended."""
        self._clock = clock
        self._metrics = metrics
        self._issuers = issuers
        self.tickets = Tickets(clock)
        """Of this node."""

    def identify(self, token: str, where: str, *, leeway: bool = False) -> Identity | None:
        """Whom the token or key speaks for; None: it is bad, expired, revoked or blocked, and
        nobody is told which. With `leeway` a token of ours is good for 30 s more, for clocks that
        differ; a connection ends with its token, and has none."""
        found = self.judge(token, where, leeway=leeway)
        return found if isinstance(found, Identity) else None

    def judge(self, token: str, where: str, *, leeway: bool = False) -> Identity | Refused:
        """As `identify`, and says of a genuine token whose whole account is blocked that it is."""
        return self._judge(self._read(token), where, leeway=leeway)

    def redeem(self, ticket: str, origin: str | None, where: str) -> Identity | None:
        """Whom a one-time ticket stands for; None for every reason."""
        found = self._judge(self.tickets.redeem(ticket, origin), where, leeway=False)
        return found if isinstance(found, Identity) else None

    def standing(self, identity: Identity, where: str) -> Identity | Refused:
        """What was found out earlier, judged again: it may have ended since."""
        return self._judge(identity, where, leeway=False)

    def _read(self, token: str) -> Identity | None:
        if token.startswith(PREFIX):
            return self.access.keys.identify(token)
        try:
            return self._tokens.verify(token)
        except InvalidToken:
            return None if self._issuers is None else self._issuers.verify(token)

    def _judge(self, identity: Identity | None, where: str, *, leeway: bool) -> Identity | Refused:
        if identity is not None and (leeway or self._clock.now_ms() < identity.expires_ms):
            why = self.access.still_holds(identity)
            if why is None:
                return identity
            if why == BLOCKED:
                self._metrics.authentication_failures[where] += 1
                return BLOCKED
        self._metrics.authentication_failures[where] += 1
        return INVALID
