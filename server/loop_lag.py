"""How late the event loop runs its timers, told to whoever adapts to it.

Measures; decides nothing. SPEC: AD16.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from server.clock import Clock

EVERY_S: Final = 0.25
"""A mean over two seconds needs several a second, and four wake-ups cost nothing."""


async def watch_lag(
    clock: Clock,
    *told: Callable[[float], None],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Measures until it is cancelled; each of `told` hears every measurement, in seconds."""
    while True:
        slept_s = clock.monotonic()
        await sleep(EVERY_S)
        late_s = max(0.0, clock.monotonic() - slept_s - EVERY_S)
        for tell in told:
            tell(late_s)
