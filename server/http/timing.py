"""Where the time of a request went, and who may be told: staff of the site and the operator, in
`Server-Timing`.

Knows names and seconds; must not know what was done in them. SPEC: AD14, AD15.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

STAFF_S: Final = 300.0
"""Whoever used an operation for staff is told of all their requests for so long."""
STAFF_MAX: Final = 1_000


class Timing:
    """One request's. Times are seconds of the clock that `began_s` is of."""

    __slots__ = ("_guarded_s", "auth_s", "began_s", "guarded", "limits_s", "told")

    def __init__(self, began_s: float) -> None:
        self.began_s = began_s
        self.auth_s = 0.0
        """Finding out who asks and what they may."""
        self.limits_s = 0.0
        """Counting the request."""
        self.guarded = False
        """Whether anybody was identified and let in."""
        self.told = False
        """Whether the answer says it."""
        self._guarded_s = began_s

    def passed_guard(self, began_s: float, now_s: float) -> None:
        """The guard, which counts the request too, has done its part."""
        self.auth_s = max(0.0, now_s - began_s - self.limits_s)
        self._guarded_s = now_s
        self.guarded = True

    def header(self, now_s: float) -> bytes:
        """`Server-Timing` of an answer that begins now; milliseconds."""
        parts = {
            "auth": self.auth_s,
            "limits": self.limits_s,
            "handler": now_s - self._guarded_s,
            "total": now_s - self.began_s,
        }
        return ", ".join(f"{name};dur={s * 1000:.3f}" for name, s in parts.items()).encode()


class StaffSeen:
    """Who was found to be staff lately: the database is asked by operations for staff alone."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def note(self, account: str, now_s: float, *, staff: bool) -> None:
        """What the database said of an account."""
        self._until.pop(account, None)
        if staff:
            self._until[account] = now_s + STAFF_S
            if len(self._until) > STAFF_MAX:
                self._until.popitem(last=False)

    def has(self, account: str, now_s: float) -> bool:
        """Whether it was staff within STAFF_S."""
        return now_s < self._until.get(account, now_s)
