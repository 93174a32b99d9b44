"""Request limits per address: token buckets in memory, bounded in number, over the time they are
given."""

from __future__ import annotations

from collections import OrderedDict

from server.limits.subjects import address_key

ADDRESSES_MAX = 20_000
"""About 4 MB. Beyond it the address longest silent is forgotten, which gives it a full bucket
again: a peer with so many addresses is not held by this limit anyway."""


class RateLimit:
    """Allows `burst` requests at once and `rate_per_s` sustained, per address."""

    __slots__ = ("_burst", "_levels", "_rate")

    def __init__(self, *, rate_per_s: float, burst: float) -> None:
        self._rate = rate_per_s
        self._burst = burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, now_s: float) -> float:
        """Takes one. 0: allowed; else the seconds until the next would be."""
        key = address_key(address)
        level, since = self._levels.pop(key, (self._burst, now_s))
        level = min(self._burst, level + (now_s - since) * self._rate)
        wait_s = 0.0
        if level >= 1.0:
            level -= 1.0
        else:
            wait_s = (1.0 - level) / self._rate if self._rate > 0 else 3_600.0
        self._levels[key] = (level, now_s)
        if len(self._levels) > ADDRESSES_MAX:
            self._levels.popitem(last=False)
        return wait_s

    def __len__(self) -> int:
        return len(self._levels)
