"""Waiting for another process, which tells nobody when it is done: asked again until it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.support.timeouts import MS

Found = TypeVar("Found")
ASK_AGAIN_S = 0.05
LIMIT_MS = 20_000


async def eventually(ask: Callable[[], Awaitable[Found | None]]) -> Found:
    """The first answer that is not None (or False). Raises TimeoutError."""
    async with asyncio.timeout(LIMIT_MS * MS):
        while True:
            found = await ask()
            if found is not None and found is not False:
                return found
            await asyncio.sleep(ASK_AGAIN_S)
