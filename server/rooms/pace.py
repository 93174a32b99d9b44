"""Work that may take long, one piece at a time, with rests between: whoever asks for much of it
waits for it alone, and the rooms keep their processor.

Must not know what the work is. SPEC: SV5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.clock import Clock
from storage.errors import StorageUnavailable

WAITING_MAX = 64
"""Pieces that wait for their turn; more are refused at once."""

T = TypeVar("T")


class Pace:
    """Invariant: one piece at a time, and after it a rest of `rest` times as long as it took."""

    def __init__(self, clock: Clock, *, rest: float) -> None:
        self._clock = clock
        self._rest = rest
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._again_at = 0.0

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does the work in its turn. Raises StorageUnavailable where too many wait already."""
        if self._waiting >= WAITING_MAX:
            raise StorageUnavailable("too many whole states are being read")
        self._waiting += 1
        try:
            async with self._lock:
                wait = self._again_at - self._clock.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                started = self._clock.monotonic()
                try:
                    return await work()
                finally:
                    now = self._clock.monotonic()
                    self._again_at = now + self._rest * (now - started)
        finally:
            self._waiting -= 1
