"""How much of their limits route classes keep while the node's loop is late.

Pure but for what it was told last; the clock is given. Strict limits are not touched by it (the
Limiter asks only for the others). Rules: LM15.
"""

from __future__ import annotations

import math
from typing import Final

from server.clock import Clock

LAG_LOW_S: Final = 0.03
"""Up to here nobody notices: a board's move is drawn within two frames more."""
LAG_HIGH_S: Final = 0.3
"""From here on a person sees every delay (and a probe of /live is answered late)."""
FACTOR_MIN: Final = 0.1
MEMORY_S: Final = 2.0
"""Time constant of the mean: one long collection of garbage is no overload."""
RECOVERY_S: Final = 60.0
"""From the smallest factor back to 1: whoever was refused comes back, and not all at once."""


class LoadFactor:
    """Invariant: 0.1 to 1; shrinks at once, recovers slowly."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at_s = clock.monotonic()
        self._factor = 1.0
        self.lag_s = 0.0
        """Exponentially weighted mean of the measured lag."""

    def observe(self, lag_s: float) -> None:
        """A timer of the loop ran so late; to be told several times a second."""
        now_s = self._clock.monotonic()
        passed_s = max(0.0, now_s - self._at_s)
        self._at_s = now_s
        self.lag_s += (max(0.0, lag_s) - self.lag_s) * (1 - math.exp(-passed_s / MEMORY_S))
        bearable = target(self.lag_s)
        recovered = self._factor + passed_s * (1 - FACTOR_MIN) / RECOVERY_S
        self._factor = min(bearable, recovered)

    @property
    def factor(self) -> float:
        """What non-strict limits are multiplied by."""
        return self._factor

    def of(self, limit: int) -> int:
        """What is left of a limit; at least 1."""
        return max(1, int(limit * self._factor))


def target(lag_s: float) -> float:
    """The factor that a lasting lag leads to: 1 up to the low mark, 0.1 from the high one on, in
    between by the lag's order of magnitude."""
    if lag_s <= LAG_LOW_S:
        return 1.0
    if lag_s >= LAG_HIGH_S:
        return FACTOR_MIN
    way = math.log(lag_s / LAG_LOW_S) / math.log(LAG_HIGH_S / LAG_LOW_S)
    return 1.0 - way * (1.0 - FACTOR_MIN)
