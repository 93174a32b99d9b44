"""Who a connection or a request speaks for: the value that authentication yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """An account as a token vouches for it. What it may do in a room is room state, never kept
    here."""

    account: str
    name: str
    expires_ms: int
    """Log time at which the token ends."""
    token_id: str = ""
    """`jti` of the token, for revocation and the audit trail."""
