"""Invitation links: their secret part is derived from the server's secret, given to owners on
demand, stored nowhere.

The room's state holds the invitation's id, role, expiry and uses, and its rules judge those; this
module only says whether somebody holds the link. SPEC: HT30 to HT34.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from server.secrets import KeyRing, Ring

_SECRET_PART = re.compile(r"(i_[A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{22})")
_BYTES = 16
"""128 bits: as hard to guess as a room id."""


class Invitations:
    """Derives and verifies the secret parts of invitation links."""

    _keys: tuple[bytes, ...]

    def __init__(self, ring: Ring) -> None:
        ring.follow(self._use)

    def secret_part(self, room: str, invitation: str) -> str:
        """What the link carries behind `invite=`."""
        return f"{invitation}.{_proof(self._keys[0], room, invitation)}"

    def verify(self, room: str, secret_part: str) -> str | None:
        """The invitation's id if the secret part is genuine for this room. Whether it still holds,
        the room decides."""
        parts = _SECRET_PART.fullmatch(secret_part)
        if parts is None:
            return None
        invitation, given = parts.groups()
        # Every key is tried, whatever the earlier ones said: the time taken tells nothing.
        matches = [hmac.compare_digest(_proof(key, room, invitation), given) for key in self._keys]
        return invitation if any(matches) else None

    def link(self, origin: str, room: str, invitation: str, *, kind: str = "board") -> str:
        """The address to send to a colleague: the page of the room's kind, or `play`. The secret
        is in the fragment, which browsers do not send to servers."""
        return f"{origin}/{kind}.html#room={room}&invite={self.secret_part(room, invitation)}"

    def _use(self, ring: KeyRing) -> None:
        self._keys = ring.derive("invitations")


def new_invitation_id() -> str:
    """`i_` and 64 random bits."""
    return f"i_{secrets.token_urlsafe(8)}"


def _proof(key: bytes, room: str, invitation: str) -> str:
    digest = hmac.digest(key, f"invite|{room}|{invitation}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_BYTES]).rstrip(b"=").decode()
