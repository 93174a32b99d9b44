"""Rooms whose deadline has come and that nobody here holds: opened, so that their own timers do the
rest.

Any node may open any room: of two that wake the same one the log takes one. So that they do not all
come to all, each looks after its own share at once and after the others' when those are late. Must
not know what a deadline means. SPEC: RM12, RM21, RM22, SV3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from server.clock import Clock
from server.rooms.pulse import Pulse
from storage.errors import StorageError
from storage.room_log import RoomLog

POSTPONE_MIN_MS: Final = 2_000
POSTPONE_MAX_MS: Final = 600_000
LATE_MS: Final = 2_000
"""A room of another node's share is opened here when it is due for so long."""


class DueRooms:
    """Invariants: at most `batch` rooms are being opened; a room is tried once in a sweep, and one
    that cannot be read ever more rarely."""

    def __init__(
        self,
        *,
        log: RoomLog,
        clock: Clock,
        batch: int,
        pulse: Callable[[], Pulse],
        held: Callable[[], Collection[str]],
        held_due: Callable[[int], int],
        open_room: Callable[[str], Awaitable[bool]],
    ) -> None:
        """`held` are the rooms that are open here, `held_due` how many of them are due at a time;
        `open_room` says whether the room can be read, and raises StorageError."""
        self._log = log
        self._clock = clock
        self._batch = batch
        self._pulse = pulse
        self._held = held
        self._held_due = held_due
        self._open_room = open_room
        self._postponed: dict[str, int] = {}

    async def sweep(self) -> None:
        """Opens all that are due now, some at a time; nothing while it may not be woken anyway
        (CK5), or while the database does not answer."""
        now = self._clock.now_ms()
        seen: set[str] = set()
        try:
            while self._pulse().sound:
                limit = self._batch + self._held_due(now) + len(seen)
                due = await self._log.due(now, limit)
                fresh = [one for one in due if one not in seen and one not in self._held()]
                await self._open(await self._chosen(fresh, now, limit), now)
                seen.update(fresh)
                if len(due) < limit:
                    return
        except StorageError:
            return  # away, draining, or as many rooms as it may hold: the next sweep goes on

    async def _chosen(self, fresh: list[str], now: int, limit: int) -> list[str]:
        """The own share first, then what others have left too long."""
        first = self._pulse().first_for
        mine = [one for one in fresh if first(one)]
        if len(mine) == len(fresh):
            return mine
        late = set(await self._log.due(now - LATE_MS, limit))
        return mine + [one for one in fresh if not first(one) and one in late]

    async def _open(self, rooms: list[str], now: int) -> None:
        for begin in range(0, len(rooms), self._batch):
            some = rooms[begin : begin + self._batch]
            ended = await asyncio.gather(
                *(self._open_one(one, now) for one in some), return_exceptions=True
            )
            for error in ended:
                if error is not None:
                    raise error

    async def _open_one(self, room: str, now: int) -> None:
        if await self._open_room(room):
            self._postponed.pop(room, None)
            return
        wait = min(2 * self._postponed.get(room, POSTPONE_MIN_MS // 2), POSTPONE_MAX_MS)
        self._postponed[room] = wait
        await self._log.postpone(room, now + wait)
