"""How a connection ends when what vouched for it has: the exact closes, and which applies.

Must not know sockets. SPEC: C9, C10, AX3.
"""

from __future__ import annotations

from protocol.codes import CloseCode
from protocol.server_session import Close, token_expired
from server.accounts.access import Access
from server.identity import Identity


def blocked() -> Close:
    """The whole account is blocked, or the address: to come back is of no use (C10)."""
    return Close(CloseCode.FORBIDDEN, "blocked")


def ending(access: Access, identity: Identity) -> Close | None:
    """How whoever speaks for this identity is to be let go now; None: it still holds."""
    why = access.still_holds(identity)
    if why is None:
        return None
    return blocked() if why == "blocked" else token_expired()
