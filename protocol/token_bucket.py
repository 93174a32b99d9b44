"""A token bucket over the time it is given: what a rate and a burst mean, for the side that limits
and the side that paces itself by what `welcome` says.

Pure: time is an argument, in seconds of any steady clock.
"""

from __future__ import annotations


class TokenBucket:
    """Holds at most `burst` tokens and gains `rate_per_s` a second. Invariant: tokens <= burst;
    below 0 only by `charge`.

    A clock that stands still or goes back gains nothing and loses nothing.
    """

    __slots__ = ("_at", "_tokens", "burst", "rate_per_s")

    def __init__(self, rate_per_s: float, burst: float, now: float) -> None:
        self.rate_per_s = rate_per_s
        self.burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Takes one token, if there is one."""
        elapsed = now - self._at
        if elapsed > 0:
            tokens = self._tokens + elapsed * self.rate_per_s
            self._tokens = tokens if tokens < self.burst else self.burst
            self._at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def charge(self, tokens: float, debt_max: float) -> None:
        """Takes so many, whether they are there or not: what is missing, up to `debt_max`, is owed
        before the next one."""
        self._tokens = max(self._tokens - tokens, min(self._tokens, -debt_max))

    def wait_s(self) -> float:
        """Seconds from the last `take` until there is a token again; infinite where none ever
        comes."""
        missing = 1.0 - self._tokens
        if missing <= 0:
            return 0.0
        return missing / self.rate_per_s if self.rate_per_s > 0 else float("inf")

    def is_full(self, now: float) -> bool:
        """Whether nothing was taken that time has not given back."""
        return self._tokens + max(0.0, now - self._at) * self.rate_per_s >= self.burst
