"""From a token to whom it speaks for. Says nothing of why a token is refused; must not know rooms.

SPEC: S11, C9. Revocation and full accounts will yield the same `Identity` here.
"""

from __future__ import annotations

from server.clock import Clock
from server.identity import Identity
from server.metrics import Metrics
from server.tokens import InvalidToken, Tokens


class Authentication:
    """Verifies tokens and counts refusals by where they were tried."""

    def __init__(self, tokens: Tokens, clock: Clock, metrics: Metrics) -> None:
        self._tokens = tokens
        self._clock = clock
        self._metrics = metrics

    def identify(self, token: str, where: str) -> Identity | None:
        """Whom the token speaks for; None: it is bad, expired or revoked, and nobody is told
        which."""
        try:
            identity = self._tokens.verify(token)
        except InvalidToken:
            self._metrics.authentication_failures[where] += 1
            return None
        # The leeway for clocks lets a token in a little late; a connection ends with its token.
        if identity.expires_ms <= self._clock.now_ms():
            self._metrics.authentication_failures[where] += 1
            return None
        return identity
