"""Token buckets by key, in a table that stays small: for what is limited per address, not per
connection.

Pure: time is an argument. SPEC: C11.
"""

from __future__ import annotations

from protocol.token_bucket import TokenBucket

KEYS_MAX = 65_536
"""Addresses remembered at once, about 16 MiB. Beyond it the longest known one is forgotten: whoever
has so many addresses is not held by a table of them."""


class BucketTable:
    """A bucket per key. Invariant: at most `keys_max` buckets, the oldest first."""

    def __init__(self, rate_per_s: float, burst: float, *, keys_max: int = KEYS_MAX) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._keys_max = keys_max
        self._buckets: dict[str, TokenBucket] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float) -> bool:
        """Takes one token of this key's bucket, if there is one."""
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._keys_max:
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[key] = TokenBucket(self._rate_per_s, self._burst, now)
        return bucket.take(now)

    def forget_full(self, now: float) -> None:
        """Drops buckets that say nothing: time has given back what was taken."""
        for key in [key for key, bucket in self._buckets.items() if bucket.is_full(now)]:
            del self._buckets[key]
