"""Contract of the clock, and the system's. The only module (with the composition root) that asks
what time it is."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Log time and elapsed time."""

    def now_ms(self) -> int:
        """Log time: ms since 1970. Rooms never let it run below their last entry."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever rise, for intervals."""
        ...


STEP_MAX_MS = 2_000
"""A step of the wall clock beyond this is not adopted (design 3.4): log time goes on by the
monotonic clock."""


class SystemClock:
    """The machine's clock, minus its jumps: a step of over 2 s against the monotonic clock is not
    adopted."""

    def __init__(self) -> None:
        self._offset_ms = time.time_ns() // 1_000_000 - time.monotonic_ns() // 1_000_000
        self._asked_ms = 0
        self.steps_refused = 0

    def now_ms(self) -> int:
        """Log time, following slow corrections of the machine's clock and refusing steps."""
        steady = time.monotonic_ns() // 1_000_000
        if steady == self._asked_ms:
            return steady + self._offset_ms
        self._asked_ms = steady
        drift = time.time_ns() // 1_000_000 - steady - self._offset_ms
        if drift:
            if -STEP_MAX_MS <= drift <= STEP_MAX_MS:
                self._offset_ms += drift
            else:
                self.steps_refused += 1
        return steady + self._offset_ms

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()
