"""Work on many rooms, several at a time: what waits for the disk waits together.

Must not know what is done. The first error ends it, after those under way have ended: nothing is
cut off in the middle.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 8
"""Each of a room's few commits waits for a sync of 0.1 to 10 ms; eight share one."""
_END = object()


async def at_once(
    source: AsyncIterator[T], work: Callable[[T], Awaitable[None]], *, limit: int = AT_ONCE
) -> None:
    """Does the work for everything that comes, for `limit` at a time. Raises what the first that
    fails raises."""
    failed: list[Exception] = []
    turn = asyncio.Lock()

    async def worker() -> None:
        while not failed:
            try:
                async with turn:
                    one = await anext(source, _END)
                if one is _END:
                    return
                await work(one)  # pyright: ignore[reportArgumentType] - not the end
            except Exception as error:  # noqa: BLE001 - raised below, when the others have ended
                failed.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    if failed:
        raise failed[0]
