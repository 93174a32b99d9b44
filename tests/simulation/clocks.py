"""What time it is in a run: the loop's, as a database and machines would tell it, with jumps and
skews; what nodes make of that is theirs (server/clock.py)."""

from __future__ import annotations

import asyncio


class DatabaseClock:
    """The clock of the database: the loop's time, with jumps."""

    def __init__(self) -> None:
        self.offset_ms = 1_700_000_000_000

    def now_ms(self) -> int:
        """What it says now."""
        return self.offset_ms + int(asyncio.get_running_loop().time() * 1000)


class MachineClock:
    """One machine's, as server.clock.SystemClock tells it: what it was at the start of the process,
    since every jump of a run is larger than what is adopted. Implements server.clock.OwnClock."""

    def __init__(self, clock: DatabaseClock, skew_ms: int) -> None:
        self._clock, self._skew_ms = clock, skew_ms
        self._began_ms = clock.offset_ms
        self.refused_ms = self.steps_refused = 0

    def now_ms(self) -> int:
        """Log time, as far as this machine knows it."""
        return self._began_ms + self._skew_ms + int(self.monotonic() * 1000)

    def monotonic(self) -> float:
        """Seconds of the run."""
        return asyncio.get_running_loop().time()
