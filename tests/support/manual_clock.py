"""A clock that only tests move."""

from __future__ import annotations

START_MS = 1_760_000_000_000


class ManualClock:
    """Implements server.clock.Clock. Log time and elapsed time move together, unless a test
    jumps."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self._now_ms = now_ms
        self._monotonic = 1_000.0
        self.refused_ms = self.steps_refused = 0

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """So much time passes."""
        self._now_ms += round(seconds * 1000)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """The wall clock is set; no time passes."""
        self._now_ms += round(seconds * 1000)
