"""Answers that many ask for and that cost much to make: kept as bytes until the room has another
version, made one at a time.

Must not know what is in them. SPEC: HT102.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

KEPT_BYTES_MAX: Final = 33_554_432
"""Of all answers together: some ten boards as large as boards can be, thousands of usual ones."""


class KeptAnswer(NamedTuple):
    """An answer, and the version of the room that it shows."""

    version: int
    data: bytes


class KeptAnswers:
    """One answer for each room. Invariant: together at most KEPT_BYTES_MAX; what was asked for
    longest ago goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._making = asyncio.Lock()

    async def answer(
        self, room: str, version: int, make: Callable[[], Awaitable[KeptAnswer]]
    ) -> KeptAnswer:
        """The answer for a room that is at `version`; `make` is asked where none is kept, and what
        it raises is raised."""
        found = self._find(room, version)
        if found is not None:
            return found
        async with self._making:
            # while we waited, somebody may have made it
            found = self._find(room, version)
            if found is None:
                found = await make()
                self._keep(room, found)
        return found

    def _find(self, room: str, version: int) -> KeptAnswer | None:
        found = self._kept.get(room)
        if found is None or found.version < version:
            return None
        self._kept.move_to_end(room)
        return found

    def _keep(self, room: str, one: KeptAnswer) -> None:
        gone = self._kept.pop(room, None)
        self._bytes += len(one.data) - (0 if gone is None else len(gone.data))
        self._kept[room] = one
        while self._bytes > KEPT_BYTES_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.data)
