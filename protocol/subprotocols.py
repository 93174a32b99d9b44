"""The two WebSocket subprotocols, the carrier of a token beside them, and which one a handshake
gets.

Implements SPEC HS3 and S14. Knows names only; what they mean is codec.py's.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

JSON_SUBPROTOCOL = "touchline.v1.json"
MSGPACK_SUBPROTOCOL = "touchline.v1.msgpack"
SUBPROTOCOLS: tuple[str, ...] = (JSON_SUBPROTOCOL, MSGPACK_SUBPROTOCOL)
"""What this server speaks."""

BEARER_PREFIX = "touchline.bearer."
"""A program that cannot set headers may offer its token as one more subprotocol; it is never
selected, so never echoed."""


def select_subprotocol(offered: Sequence[str]) -> str | None:
    """The first name in the client's order that the server speaks; None: there is no common
    language."""
    for name in offered:
        if name in SUBPROTOCOLS:
            return name
    return None


def bearer_token(offered: Sequence[str]) -> str | None:
    """The token offered beside the subprotocols; None if there is none.

    Empty where it cannot be read or is offered twice: an empty token is refused like any other bad
    one.
    """
    carried = [
        name.removeprefix(BEARER_PREFIX) for name in offered if name.startswith(BEARER_PREFIX)
    ]
    if not carried:
        return None
    if len(carried) > 1:
        return ""
    text = carried[0]
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return raw.decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def offer_bearer(token: str) -> str:
    """The subprotocol name that carries `token`."""
    return BEARER_PREFIX + base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
