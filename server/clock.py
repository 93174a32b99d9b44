"""Contract of the clock, the system's, and the node's, which follows the database's where nodes
share one. The only module (with the composition root) that asks what time it is. SPEC: CK6 to
CK9."""

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
        self.refused_ms = 0
        """How far the machine's clock is from log time because of a step that was not adopted."""

    def now_ms(self) -> int:
        """Log time, following slow corrections of the machine's clock and refusing steps."""
        steady = time.monotonic_ns() // 1_000_000
        if steady == self._asked_ms:
            return steady + self._offset_ms
        self._asked_ms = steady
        drift = time.time_ns() // 1_000_000 - steady - self._offset_ms
        if drift or self.refused_ms:
            if -STEP_MAX_MS <= drift <= STEP_MAX_MS:
                self._offset_ms += drift
                self.refused_ms = 0
            else:
                self.steps_refused += not self.refused_ms
                self.refused_ms = drift
        return steady + self._offset_ms

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()


class OwnClock(Clock, Protocol):
    """A machine's clock that says what it has refused."""

    refused_ms: int
    steps_refused: int


class NodeClock:
    """Log time of a node: the machine's until it is told what the database's clock says, and the
    database's from then on, by the machine's monotonic clock between two tellings. Invariants: it
    never goes back, and it never jumps once the first telling is over (CK6, CK7)."""

    def __init__(self, own: OwnClock | None = None) -> None:
        self._own = own or SystemClock()
        self._offset_ms: float | None = None
        """Log time minus the monotonic clock; None: nobody has told the database's."""
        self._raw_ms: float | None = None
        """The database's clock minus the monotonic one, as it was last told."""
        self._ahead_ms = 0
        """Of the machine's clock, where the log is ahead of it."""
        self._latest = 0
        self._refused_ms = self._steps_refused = 0

    def now_ms(self) -> int:
        """Log time."""
        if self._offset_ms is None:
            now = self._own.now_ms() + self._ahead_ms
        else:
            now = round(self._own.monotonic() * 1000 + self._offset_ms)
        self._latest = max(self._latest, now)
        return self._latest

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return self._own.monotonic()

    def source_ms(self) -> int:
        """What the clock that is followed says now, whatever of it was refused."""
        if self._raw_ms is None:
            return self._own.now_ms()
        return round(self._own.monotonic() * 1000 + self._raw_ms)

    @property
    def ahead_ms(self) -> int:
        """How far log time is ahead of the machine's own clock; negative: behind."""
        return self.now_ms() - self._own.now_ms()

    def told(self, theirs_ms: int, sent_s: float, heard_s: float) -> None:
        """The database's clock said `theirs_ms` between two moments of `monotonic`. No more of it
        is adopted than those two moments make certain (CK6)."""
        low, high = theirs_ms - heard_s * 1000, theirs_ms + 1 - sent_s * 1000
        self._raw_ms = (low + high) / 2
        if self._offset_ms is None:
            self._offset_ms, self._latest = self._raw_ms, 0
            return
        nearest = min(max(self._offset_ms, low), high)
        step = nearest - self._offset_ms
        if abs(step) <= STEP_MAX_MS:
            self._offset_ms, self._refused_ms = nearest, 0
        else:
            self._refuse(round(step))

    def agree(self, log_ms: int) -> None:
        """At the start: the others' log time is `log_ms` now, or was it when the last of them lived
        (CK7, CK8)."""
        step = log_ms - self.now_ms()
        if self._offset_ms is None:
            self._ahead_ms += step
        else:
            self._offset_ms += step
        self._latest = 0
        if abs(step) > STEP_MAX_MS:
            self._refuse(-step)

    def _refuse(self, step_ms: int) -> None:
        self._steps_refused += not self._refused_ms
        self._refused_ms = step_ms

    @property
    def refused_ms(self) -> int:
        """How far the clock that is followed is ahead of log time because of a step that was not
        adopted; 0: not at all."""
        if self._offset_ms is None:
            return self._refused_ms or self._own.refused_ms
        return self._refused_ms

    @property
    def steps_refused(self) -> int:
        """Times that such a step began."""
        own = self._own.steps_refused if self._offset_ms is None else 0
        return self._steps_refused + own
