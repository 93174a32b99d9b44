"""What is recorded that nobody asks for: a key was used, a connection had to be closed. Seldom
enough that a busy program and a flood do not fill the trail.

Knows when it last recorded what; must not know sockets or requests. SPEC: AD17.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from protocol.codes import CloseCode
from server.audit import Auditor, Origin
from server.clock import Clock
from server.identity import Identity

USE_EVERY_S: Final = 3_600.0
CLOSE_EVERY_S: Final = 60.0
REMEMBERED_MAX: Final = 10_000
"""Beyond it the longest known is forgotten, and recorded again a little early."""

_RECORDED: Final = frozenset({CloseCode.POLICY, CloseCode.FLOOD})


class Witness:
    """Invariant: of each key and address one use an hour is recorded, of each account and address
    one such close a minute, with how many there were since the last."""

    def __init__(self, audit: Auditor, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._uses: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._closes: OrderedDict[tuple[str, str, int], tuple[float, int]] = OrderedDict()
        """When it was recorded, and how often it happened since."""

    def came(self, identity: Identity, origin: Origin) -> None:
        """Somebody was let in: a request, or a connection."""
        grant = identity.grant
        if grant is None:
            return
        now_s, which = self._clock.monotonic(), (grant.key, origin.address)
        last_s = self._uses.get(which)
        if last_s is not None and now_s - last_s < USE_EVERY_S:
            return
        self._uses[which] = now_s
        self._uses.move_to_end(which)
        if len(self._uses) > REMEMBERED_MAX:
            self._uses.popitem(last=False)
        self._audit.note("key.used", identity.account, origin, about=grant.key)

    def closed(self, account: str, address: str, code: int, reason: str) -> None:
        """A connection was closed by us. `account` is empty before hello; `reason` is ours."""
        if code not in _RECORDED:
            return
        now_s, which = self._clock.monotonic(), (account, address, code)
        last_s, times = self._closes.get(which, (None, 0))
        if last_s is not None and now_s - last_s < CLOSE_EVERY_S:
            self._closes[which] = (last_s, times + 1)
            return
        self._closes[which] = (now_s, 0)
        self._closes.move_to_end(which)
        if len(self._closes) > REMEMBERED_MAX:
            self._closes.popitem(last=False)
        self._audit.note(
            "socket.closed",
            account or None,
            Origin(address),
            code=int(code),
            reason=reason,
            times=times + 1,
        )
