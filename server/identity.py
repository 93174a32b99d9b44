"""Who a connection or a request speaks for: the value that authentication yields, and what a key
narrows it to.

What an account may do in a room is room state, never kept here; a key takes away from that and
adds nothing. SPEC: AX1, AX10, AX11.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["guest", "account", "issuer", "key"]
Scope = Literal["rooms:read", "rooms:write", "teams:read", "feeds:publish", "feeds:read"]
SCOPES: Final[tuple[Scope, ...]] = (
    "rooms:read",
    "rooms:write",
    "teams:read",
    "feeds:publish",
    "feeds:read",
)
"""Everything that a key can be given."""
_PEOPLE: Final = ("invitation.", "member.")
"""Beginnings of the commands that decide who may come: what a key let in would stay when the key
is revoked."""

_REPORTS: Final = frozenset(
    {
        *("play.report", "play.delete", "play.review", "header.report"),
        *("item.report", "scoreboard.report", "reports"),
    }
)
"""Every command of a feed by which something is reported."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an API key may do of what its account may."""

    key: str
    """Its public id."""
    scopes: frozenset[str]
    rooms: frozenset[str] | None
    """The only rooms and feeds it may touch; None: all of its account's."""
    signs: bool = False
    """What it writes is signed, request by request; nothing else is taken from it."""
    secret: bytes = field(default=b"", repr=False)
    """Digest of the secret that was shown, which may be the one before a rotation; empty: not
    known."""

    def allows(self, scope: Scope, room: str | None = None) -> bool:
        """Whether the scope is granted, for this room where one is named."""
        return scope in self.scopes and (room is None or self.touches(room))

    def touches(self, room: str) -> bool:
        """Whether the room is among those of the grant."""
        return self.rooms is None or room in self.rooms

    def may_send(self, command: str, room: str) -> bool:
        """Whether a command of this type may be sent into the room: never one about people; a
        report into a feed by a scope of its own too."""
        if command in _REPORTS and self.allows("feeds:publish", room):
            return True
        return self.allows("rooms:write", room) and not command.startswith(_PEOPLE)


@dataclass(frozen=True, slots=True)
class Identity:
    """An account as a token or a key vouches for it."""

    account: str
    name: str
    expires_ms: int
    """Log time at which the token ends."""
    token_id: str = ""
    """`jti` of the token, for the audit trail."""
    session: str = ""
    """Public id of the session that the token belongs to; empty: it belongs to none."""
    kind: Kind = "guest"
    """What vouched."""
    grant: Grant | None = None
    """None: everything that the account may do."""
    site_role: str = ""
    """`staff` or `admin`, where another issuer's token says so; of our own accounts the database
    knows it."""

    def may(self, scope: Scope, room: str | None = None) -> bool:
        """Whether what vouched lets this be done at all; whether the account may is asked
        elsewhere."""
        return self.grant is None or self.grant.allows(scope, room)
