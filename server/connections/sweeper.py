"""The one periodic task of all connections: late heads and hellos, missed heartbeats, ended tokens,
slow consumers, floods, drain slots.

One task for all instead of a timer for each: ten thousand connections cost ten milliseconds twice a
second, in slices, and an idle one needs no timer. SPEC: S16, C8, C9, C15, C16.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from server.clock import Clock
from server.connections.registry import Registry

INTERVAL_S: Final = 0.5
"""A token that has ended is noticed within a second (C9)."""
SLICE: Final = 500
"""Connections looked at in one turn of the loop: about half a millisecond."""
FORGET_S: Final = 60.0


class Sweeper:
    """Invariant: every connection that was there when a sweep began is looked at once in it."""

    def __init__(
        self,
        registry: Registry,
        clock: Clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._sleep = sleep
        self._forgot_at = clock.monotonic()

    async def run(self) -> None:
        """Sweeps until cancelled."""
        while True:
            await self._sleep(INTERVAL_S)
            await self.sweep()

    async def sweep(self) -> None:
        """Looks at everybody once."""
        waiting = list(self._registry.sockets)
        for start in range(0, len(waiting), SLICE):
            if start:
                await self._sleep(0)
            now = self._clock.monotonic()
            for connection in waiting[start : start + SLICE]:
                connection.tick(now)
        now = self._clock.monotonic()
        if now - self._forgot_at >= FORGET_S:
            self._forgot_at = now
            self._registry.failed_joins.forget_full(now)
